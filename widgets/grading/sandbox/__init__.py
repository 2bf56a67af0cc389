"""The sandbox: one isolated kernel, limits on everything it uses, and how it is started and cleaned up."""
