"""What a check at the boundary refuses, refused as traits refuse."""

import traitlets

from widgets.derivatives import FunctionError


def or_refused(check, *values):
    """Return what `check(*values)` returns; its FunctionError becomes a TraitError with the same message."""
    try:
        return check(*values)
    except FunctionError as error:
        raise traitlets.TraitError(str(error)) from error
