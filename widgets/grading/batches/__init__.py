"""A class: every submission once, several at a time, on one machine or many; each verdict is kept at once."""
