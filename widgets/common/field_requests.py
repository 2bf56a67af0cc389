"""What a view's fields ask for: values that only Python can check, asked and answered through synced traits.

anywidget's `experimental.invoke` and `command` would do the same by messages; it is marked experimental, and a message
is lost where a trait's state is not: while the kernel is busy, and in a saved page.
"""

from __future__ import annotations

from typing import Any, ClassVar

import traitlets

from widgets.common.widget import View


class FieldRequests(View):
    """A view with fields whose values Python checks: what cannot be becomes `problem`, and stays in its field.

    A subclass names its FIELDS, and overrides `_set_field` where a value must be read first.

    Attributes:
        FIELDS: the names that can be asked for, in the order in which they are set.
        asked: for each field that asks, its value and a number that is higher each time: `{"start": ["0.5", 3]}`.
        answered: the highest number that was dealt with. A busy kernel gets to know of several requests at once, or of
            one again, which is not done twice.
    """

    FIELDS: ClassVar[tuple[str, ...]] = ()

    asked = traitlets.Dict().tag(sync=True)
    answered = traitlets.Int(0).tag(sync=True)

    def _set_field(self, name: str, value: Any) -> None:
        """Set what a field asks for; a TraitError or ValueError says why it cannot be."""
        setattr(self, name, value)

    @traitlets.observe("asked")
    def _answer_fields(self, change: dict[str, Any]) -> None:
        new = {name: value for name, (value, number) in change["new"].items() if number > self.answered}
        if new:
            refusals = [self._refusal(name, new[name]) for name in self.FIELDS if name in new]
            self.problem = " ".join(filter(None, refusals))
            self.answered = max(number for _value, number in change["new"].values())

    def _refusal(self, name: str, value: Any) -> str:
        try:
            self._set_field(name, value)
        except (traitlets.TraitError, ValueError) as error:
            return str(error)
        return ""

    def _page_state(self) -> dict[str, Any]:
        return super()._page_state() | {"asked": {}, "answered": 0}
