"""How long the same loop takes eagerly, as a graph and compiled."""
