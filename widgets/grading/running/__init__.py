"""One notebook, run by nbval in a process of its own, and what its reports say about each exercise."""
