"""The deck: a recording that is stepped forward and backward, and `%%tape`."""
