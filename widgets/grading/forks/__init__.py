"""Kernels that are forked from one process that has imported what takes long, each in a world of its own."""
