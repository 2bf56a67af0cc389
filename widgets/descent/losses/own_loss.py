"""The learner's own loss in an explorer, with its data as chosen: their dtype, mini-batches, and feature scaling."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from widgets.common.arrays import Tensor
from widgets.common.catalogue import _
from widgets.common.errors import FunctionError
from widgets.descent.losses.feature_scaling import Features, find_features
from widgets.descent.losses.loss import Loss, loss_of

_SIZES = 32, 8, 1


class OwnLoss:
    """A learner's f over data.

    Args:
        f: as `descend` takes it.
        start: likewise.
        data: likewise.
        dtype: the one to begin with.

    Attributes:
        start: flat, in that dtype.
        examples: how many there are; 0 without data.
    """

    def __init__(self, f: Callable[..., Tensor], start: Any, data: Any, dtype: str) -> None:
        self._given, self._losses = (f, start, data), dict[tuple[object, ...], Loss]()
        self._plain, self.start = loss_of(f, start, dtype, data)
        self._losses[dtype, None, None, False] = self._plain
        self.examples = int(self._plain.data[0].shape[0]) if self._plain.data else 0

    def at(self, dtype: str, batch_size: Any = None, seed: Any = None, is_scaled: bool = False) -> Loss:
        """Return the loss with some settings; a FunctionError says what cannot be."""
        key = dtype, batch_size, seed, is_scaled
        if key not in self._losses:
            if is_scaled and not self.features.positions:
                reason = self.features.reason or _("feature scaling needs data, for example data=(x, y).")
                raise FunctionError(_("scaled=True cannot be: {reason}").format(reason=reason))
            f, start, data = self._given
            loss = loss_of(f, start, dtype, data, batch_size, seed)[0]
            self._losses[key] = self.features.scaled(loss) if is_scaled else loss
        return self._losses[key]

    @functools.cached_property
    def features(self) -> Features:
        """Which of the data are features."""
        seconds = max(loss.seconds for loss in self._losses.values())
        return find_features(self._plain, self.start, seconds)

    def batch_sizes(self, chosen: int | None) -> list[tuple[str, str]]:
        """Return a menu of batch sizes, the chosen one among them, each as (value, text); none without data."""
        if not self.examples:
            return []
        sizes = {size for size in (*_SIZES, chosen) if size and (size < self.examples or size == chosen)}
        every = "", _("all {count}").format(count=self.examples)
        return [every, *((str(size), str(size)) for size in sorted(sizes, reverse=True))]
