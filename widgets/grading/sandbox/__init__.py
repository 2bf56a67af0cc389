"""The sandbox: one isolated kernel, limits on everything it uses, and how it is started and cleaned up.

kernel_manager      chooses how a kernel is started, for pytest_plugin
provisioner         starts it in a sandbox, cold or forked, and cleans up after it
running_sandbox     a sandbox that runs; bubblewrap: the command that makes it, and what can be seen in there
kernel_main         what runs in there before any learner's code: limits, seccomp_filter, then IPython
cgroups             limits on all processes of a kernel together

A forked kernel costs a fraction of a cold one: it is divided off a process that has imported TensorFlow already.

kernel_zygote       that process, the first in its sandbox; zygote_client: how it is started, and asked for a kernel
"""
