"""Where each lesson is."""

_NAMES = (
    "00_start_here",
    "01_the_tape",
    "02_what_the_tape_watches",
    "03_playing_it_backward",
    "04_derivatives_of_derivatives",
    "05_gradient_descent",
    "06_when_float32_stops",
    "07_minimize",
    "08_the_tape_in_tf_function",
    "09_steering_gradients",
    "10_beyond_one_parameter",
    "11_a_model_of_your_own",
    "12_build_a_tape",
)


def path_of(number):
    """Return the path of a lesson by its number ("02"), "" if there is no such lesson."""
    return next((f"lessons/{name}.ipynb" for name in _NAMES if name.startswith(f"{number}_")), "")
