"""The predictions that each lesson asks for, by their names: how `progress` knows which lesson one belongs to."""

PREDICTIONS = {
    "00": (
        "y at 3",
        "y beside x",
    ),
    "01": (
        "slope at 0",
        "total against 2",
        "slope of mine at 2",
    ),
    "02": (
        "dy/dc on paper",
        "the tape about c",
        "watched too late",
        "second gradient",
        "0 times x",
        "just 5",
    ),
    "03": (
        "handed to y",
        "handed to x",
        "gradient of h",
        "three at once",
        "weights 1, 10, 100",
        "zeros among the 16",
        "best h",
        "the witness",
    ),
    "04": (
        "second derivative",
        "asked outside",
        "bend of the sine",
        "third derivative of sin at 0",
        "second derivative of mine at 0",
    ),
    "05": (
        "x after one step",
        "never arrives",
    ),
    "06": (
        "10,000 steps",
        "rate 0.001",
        "with an honest y",
    ),
    "07": (
        "minimize today",
        "1,000 times minimize",
    ),
    "08": (
        "slope at 1",
        "times Python ran",
        "graphs",
        "with rate = 100",
        "first call",
    ),
    "09": (
        "slope of w",
        "half stopped",
        "first step, clipped",
        "slope at the edge",
    ),
    "10": (
        "further away",
        "height after 200 steps",
        "first move along",
        "loses most",
        "nearest at the end",
    ),
    "11": (
        "shape of model(x) - y",
        "loss of a new model",
    ),
    "12": (
        "handed to x in all",
        "second derivative of x cubed",
    ),
}
