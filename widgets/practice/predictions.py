"""The predictions that each lesson asks for, by their names: how `progress` knows which lesson one belongs to."""

PREDICTIONS = {
    "01": ("slope at 0", "total against 2", "slope of mine at 2"),
    "04": ("second derivative", "asked outside", "third derivative of sin at 0", "second derivative of mine at 0"),
    "05": ("x after one step", "never arrives"),
    "06": ("10,000 steps", "rate 0.001", "with an honest y"),
    "10": ("further away", "height after 200 steps", "first move along", "loses most", "nearest at the end"),
    "12": ("handed to x in all", "second derivative of x cubed"),
}
