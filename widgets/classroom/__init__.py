"""A class on one machine: kernels that share one TensorFlow, loaded once. Linux only; elsewhere nothing changes.

shared_kernels      the process that has imported TensorFlow, and becomes a learner's kernel in a fork of it
kernel_owner        who asked for a kernel: the fork becomes this user, with the same limits and rights
class_provisioner   asks for a kernel in a learner's Jupyter server; where none is to be had, starts a plain one

How to switch it on, and what it is worth: docs/classroom.md.
"""
