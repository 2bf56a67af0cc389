"""A class: every submission once, several at a time, on one machine or many, and each verdict kept as it is reached."""
