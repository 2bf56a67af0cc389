"""All playbacks of a run: which call asked for each, which one is running, and what they say about their sources."""

from widgets.tape import hooks
from widgets.tape.backward_pass import Player
from widgets.tape.central_difference import central_difference
from widgets.tape.model import Source
from widgets.tape.values import summarise


class Playbacks:
    """Follows `tape.gradient` and `tape.jacobian` calls through the log. Playbacks nest: higher orders do."""

    def __init__(self, tensors):
        self._tensors, self._makers = tensors, {}
        self._players, self._asked, self._running = [], [], []

    @property
    def running(self):
        """The Player of the innermost playback that is running, or None."""
        return self._running[-1] if self._running else None

    def ran(self, op):
        """An op ran: a witness may have to run it again."""
        numbered = len(self._makers), op
        self._makers.update((hooks.tensor_id(tensor), numbered) for tensor in op.outputs)

    def asked(self, event):
        """The learner called a method that plays a tape back."""
        self._asked.append((event, []))

    def answered(self, event):
        """A call returned; returns what was asked and the last Player it started (None: it never got that far)."""
        asked, players = self._asked.pop()
        for player in players:
            player.answer = event.result
        return asked, players[-1] if players else None

    def started(self, event, tape, find):
        """A playback began; returns its Player and the call that asked for it. `find`: from a Moment to a Place."""
        asked, players = self._asked[-1]
        targets, sources = (tuple(map(self._tensors.number, some)) for some in (event.targets, event.sources))
        values = [self._tensors.value_now(number) for number in sources]
        player = Player(len(self._players), event, asked.call, tape, targets, sources, values, find(asked.at))
        self._players.append(player)
        self._running.append(player)
        players.append(player)
        return player, asked

    def summed(self, event):
        """TensorFlow added gradients that met, in the playback that is running."""
        self.running.summed(event)

    def ended(self, event):
        """The innermost playback is over."""
        self._running.pop().ended = event.gradients

    def facts(self):
        """Return the Playback facts, in order."""
        return tuple(player.finish() for player in self._players)

    def sources(self):
        """Yield one Source for each source of each playback."""
        for player in self._players:
            for number, value, gradient in zip(player.sources, player.values, player.returned(), strict=True):
                difference = self._difference(player, number, value)
                gives = self._tensors.met_as(gradient)
                yield Source(number, player.index, summarise(value), summarise(gradient), difference, gives)

    def _difference(self, player, number, value):
        """Return the witness of one gradient. With output gradients or rows of a Jacobian, f is another function."""
        if len(player.targets) != 1 or player.started.output_gradients or player.call != "gradient":
            return None
        return central_difference(self._makers, player.started.targets[0], self._tensors.known_as(number), value)
