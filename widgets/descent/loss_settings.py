"""What is descended on: one of the examples, or the learner's own loss with its data as they are chosen to be."""

from __future__ import annotations

from typing import Any

import numpy as np
import traitlets

from widgets.common.catalogue import _, listed
from widgets.common.errors import as_trait_error
from widgets.common.functions import Function
from widgets.descent.losses.landscapes import LANDSCAPES, Landscape
from widgets.descent.losses.loss import Loss
from widgets.descent.losses.own_loss import OwnLoss
from widgets.descent.settings import OWN, Settings
from widgets.descent.surface.loss_surface import LossSurface, plottable_start, sample_surface


class LossSettings(Settings):
    """What can be chosen of the loss and its data; `DescentExplorer` says what each trait is."""

    _settings = (*Settings._settings, "batch_size", "seed", "scaled")
    COMPUTED = (*Settings.COMPUTED[:-1], "batch_size", "seed", "scaled", Settings.COMPUTED[-1])

    batch_size: Any = traitlets.TraitType(None, allow_none=True).tag(sync=True)
    seed: Any = traitlets.TraitType(None, allow_none=True).tag(sync=True)
    scaled = traitlets.Bool(False).tag(sync=True)

    loss_surface: LossSurface
    _own: Landscape
    _own_loss: OwnLoss

    def __init__(self, **traits: Any) -> None:
        self._surfaces: dict[tuple[str, bool], LossSurface] = {}  # of the learner's own loss, by dtype and scaling
        super().__init__(**traits)

    def _own_with_data(self, dtype: str, is_scaled: bool) -> Loss:
        seed = self.seed if self.batch_size else None  # which waits for the next mini-batches
        return self._own_loss.at(dtype, self.batch_size, seed, is_scaled)

    @property
    def landscape(self) -> Landscape:
        """The function that is descended on, with the start that goes with it."""
        return self._landscape(self.function)

    def _landscape(self, name: str) -> Landscape:
        return self._own if name == OWN else LANDSCAPES[name]

    def _loss(self, name: str, dtype: str) -> Function | Loss:
        """Return a landscape's f; the learner's own with its data as they are chosen to be."""
        return self._own_with_data(dtype, self.scaled) if name == OWN else LANDSCAPES[name].f

    @traitlets.validate("start")
    def _check_start(self, proposal: dict[str, Any]) -> Any:
        as_trait_error(self._require_plottable, self.function, self.dtype, proposal["value"])
        return np.asarray(proposal["value"]).tolist()

    @traitlets.validate("dtype")
    def _check_dtype(self, proposal: dict[str, Any]) -> Any:
        as_trait_error(self._require_plottable, self.function, proposal["value"], self.start)
        return proposal["value"]

    @traitlets.validate("function")
    def _check_function(self, proposal: dict[str, Any]) -> Any:
        name = proposal["value"]
        as_trait_error(self._require_plottable, name, self.dtype, self._landscape(name).start)
        return name

    def _require_plottable(self, name: str, dtype: str, start: Any) -> None:
        plottable_start(self._loss(name, dtype), start, dtype)

    @traitlets.validate("batch_size", "seed", "scaled")
    def _check_data(self, proposal: dict[str, Any]) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        settings = {"batch_size": self.batch_size, "seed": self.seed, "is_scaled": self.scaled}
        settings["is_scaled" if name == "scaled" else name] = value
        if name == "batch_size" and value is None:
            settings["seed"] = None
        as_trait_error(self._own_loss.at, self.dtype, **settings)
        return value

    def _set_field(self, name: str, value: Any) -> None:
        if name == "batch_size":
            value = int(value) if value else None
        super()._set_field(name, value)

    @property
    def _batch_sizes(self) -> list[tuple[str, str]]:
        return self._own_loss.batch_sizes(self.batch_size) if self.function == OWN else []

    @property
    def can_scale(self) -> bool:
        """Whether there are features that can be scaled."""
        return self.function == OWN and bool(self._own_loss.features.positions)

    @property
    def scaling(self) -> str:
        """What feature scaling changes, or why there is no switch for it."""
        if not self.can_scale:
            return self._own_loss.features.reason if self.function == OWN else ""
        from widgets.descent.surface.conditioning import Conditioning, conditioning_text  # here: few losses need it

        def conditioning(is_scaled: bool) -> Conditioning:
            loss, start = self._own_with_data(self.dtype, is_scaled), np.asarray(self.start, self.dtype)
            key = self.dtype, is_scaled
            if key not in self._surfaces:
                self._surfaces[key] = sample_surface(loss, start, self.dtype)
            return Conditioning.of(loss, start, self._surfaces[key])

        before, after = conditioning(False), conditioning(True) if self.is_scaled else None
        return conditioning_text(before, after, int(np.size(self.start)))

    @property
    def is_scaled(self) -> bool:
        """Whether what is shown is over scaled features: the trait is about the learner's own loss alone."""
        return bool(self.scaled) and self.function == OWN

    def _details_with(self, schedule: str) -> str:
        texts = [schedule]
        if self.function == OWN and self.batch_size:
            texts.append(_("batches of {size}").format(size=self.batch_size))
        if self.is_scaled:
            texts.append(_("scaled features"))
        return listed(texts)
