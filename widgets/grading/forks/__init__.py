"""Kernels and pytests forked from a process that has imported what takes long; each kernel is isolated on its own."""
