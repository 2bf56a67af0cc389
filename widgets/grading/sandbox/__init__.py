"""The sandbox: one kernel behind walls, with bounds on all that it uses, and how it is started and cleared away."""
