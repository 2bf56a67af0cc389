"""One playback, from what the seams said to a `Playback` that is reconciled with what TensorFlow returned."""

import tensorflow as tf

from widgets.tape.model import BEFORE_RECORDING, FAILED, MISMATCH, BackwardPass, Contribution, Pullback
from widgets.tape.values import same_bits, summarise


class Player:
    """Collects one playback while the log is read. Tensors are numbers; gradients are TensorFlow's own objects."""

    def __init__(self, index, started, call, tape, targets, sources, values, place):
        self.index, self.started, self.call, self.tape, self.place = index, started, call, tape, place
        self.targets, self.sources, self.values = targets, sources, values
        self.answer = None
        self.ended = None
        self._pulled = []
        self._arrived = {}
        self._sums = []
        self._values = {}
        self._note = ""
        for number, gradient in zip(targets, self._seeds(), strict=True):
            self._arrive(number, gradient)

    def _seeds(self):
        """Return the gradient each target starts with: the learner's `output_gradients`, or ones as TensorFlow's."""
        given = self.started.output_gradients or [None] * len(self.started.targets)
        return [
            _ones(target) if seed is None else seed for target, seed in zip(self.started.targets, given, strict=True)
        ]

    def _arrive(self, number, gradient):
        self._arrived.setdefault(number, []).append(gradient)
        return len(self._arrived[number])

    def pulled(self, event, entry):
        """A pullback ran for `entry` (None: an op from before the recording); returns its number in this playback."""
        nths = ()
        if entry is None:
            self._note = self._note or ("" if self.symbolic else BEFORE_RECORDING)
        else:
            self._check_upstream(event, entry)
            nths = tuple(
                0 if gradient is None or i in event.skipped else self._arrive(number, gradient)
                for i, (number, gradient) in enumerate(zip(entry.inputs, event.handed, strict=False))
            )
        self._pulled.append((event, entry, nths))
        return len(self._pulled) - 1

    def _check_upstream(self, event, entry):
        for number, upstream in zip(entry.outputs, event.upstream, strict=False):
            known = number in self._arrived
            if not same_bits(self._total(number), upstream) and (known or not (self.symbolic or _is_zero(upstream))):
                self._note = self._note or MISMATCH

    def summed(self, event):
        """TensorFlow added gradients that met."""
        self._sums.append(event)

    def _total(self, number):
        """Return the whole gradient of a tensor as TensorFlow has it: its own sum where several arrived."""
        arrived = self._arrived.get(number)
        if arrived is None or len(arrived) == 1:
            return arrived and arrived[0]
        return next((event.total for event in self._sums if _same_gradients(event.gradients, arrived)), None)

    @property
    def symbolic(self):
        """Whether this is a Jacobian's playback: one pass over a row that stands for all rows, without numbers."""
        return not all(map(_is_eager, self.started.targets))

    def returned(self):
        """Return the gradient of each source: TensorFlow's flat list, or the Jacobians made of symbolic rows."""
        return tf.nest.flatten(self.answer) if self.symbolic else self.ended or [None] * len(self.sources)

    def finish(self):
        """Return the Playback."""
        note = self._note or self._verdict()
        return BackwardPass(
            tape=self.tape,
            call=self.call,
            targets=self.targets,
            sources=self.sources,
            seeds=tuple(self._seed_contributions()),
            pullbacks=tuple(self._pullback(*pulled) for pulled in self._pulled),
            gradients=self.answer,
            reconciled=not note,
            note=note,
            place=self.place,
        )

    def _verdict(self):
        if self.ended is None:
            return FAILED
        zero = self.started.unconnected == "zero"
        pairs = zip(self.sources, self.ended, strict=True)
        well = all(
            same_bits(self._total(number), gradient) or (zero and number not in self._arrived)
            for number, gradient in pairs
        )
        return "" if well else MISMATCH

    def _seed_contributions(self):
        seen = {}
        for number in self.targets:
            seen[number] = seen.get(number, 0) + 1
            yield self._contribution(number, seen[number])

    def _pullback(self, event, entry, nths):
        upstream = tuple(map(self._value, event.upstream))
        if entry is None:
            hands = tuple(Contribution(-1, self._value(gradient)) for gradient in event.handed)
            return Pullback(-1, event.op, upstream, hands)
        hands = tuple(self._contribution(number, nth) for number, nth in zip(entry.inputs, nths, strict=False))
        return Pullback(entry.index, entry.op, upstream, hands)

    def _contribution(self, number, nth):
        if nth == 0:
            return Contribution(number)
        arrived = self._arrived[number]
        gradient = self._value(arrived[nth - 1])
        total = gradient if nth == 1 else self._value(self._running_sum(number, nth))
        return Contribution(number, gradient, total, nth, len(arrived))

    def _value(self, gradient):
        """Return the Value of a gradient, summarised once: what one pullback hands is upstream of the next."""
        if id(gradient) not in self._values:
            self._values[id(gradient)] = summarise(gradient), gradient  # held, so that its id stays its own
        return self._values[id(gradient)][0]

    def _running_sum(self, number, nth):
        """Return the sum of the first `nth` gradients: TensorFlow's own total at the end, `tf.add_n` on the way."""
        arrived = self._arrived[number]
        total = self._total(number) if nth == len(arrived) else None
        if total is None and all(map(_is_eager, arrived)):
            total = tf.add_n(arrived[:nth])
        return arrived[-1] if total is None else total


def _same_gradients(some, others):
    """Say whether two lists hold the same gradients: of seeds we have only copies, equal in their bits."""
    return len(some) == len(others) and all(map(same_bits, some, others))


def _is_eager(gradient):
    return hasattr(gradient.values if isinstance(gradient, tf.IndexedSlices) else gradient, "numpy")


def _is_zero(gradient):
    """Say whether this is what TensorFlow fills in for an output that no gradient came back to."""
    return _is_eager(gradient) and not tf.convert_to_tensor(gradient).numpy().any()


def _ones(target):
    """Return the seed of a target. A symbolic one (a Jacobian's row) has no numbers: it stands for itself."""
    if not _is_eager(target):
        return target
    return tf.ones_like(target) if target.dtype not in (tf.resource, tf.string) else None
