"""The tensors that a run met: numbered in order of appearance, named as the learner names them."""

from widgets.tape import hooks
from widgets.tape.forward_model import Tensor
from widgets.tape.names import is_variable
from widgets.tape.values import summarise


class Tensors:
    """Gives each tensor its number. A Variable is known by its handle, and shows the value it had when first read."""

    def __init__(self, names):
        self._names = names
        self._numbers, self._met, self._values = {}, [], {}
        self._variables, self._watched, self._made = {}, set(), set()
        self._first_read, self._last_read, self._given = {}, {}, {}

    def number(self, tensor):
        """Return the number of a tensor, Variable or handle."""
        known_as = hooks.tensor_id(tensor)
        if known_as not in self._numbers:
            self._numbers[known_as] = len(self._met)
            self._met.append((known_as, tensor))
        return self._numbers[known_as]

    def met_as(self, gradient):
        """Return the number under which the run met a gradient again, -1 if it did not."""
        return self._numbers.get(hooks.tensor_id(gradient), -1) if hasattr(gradient, "_id") else -1

    def value(self, tensor):
        """Return the Value of a tensor, summarised once."""
        number = self.number(tensor)
        if number not in self._values:
            self._values[number] = summarise(tensor)
        return self._values[number]

    def known_as(self, number):
        """Return the number by which TensorFlow knows the tensor or handle."""
        return self._met[number][0]

    def accessed(self, variable):
        """A Variable was read or watched: its handle now has a name to fall back on."""
        self._variables[hooks.id_of_handle(variable)] = variable

    def watched(self, tensor):
        """The learner asked a tape to watch this."""
        if is_variable(tensor):
            self.accessed(tensor)
        self._watched.add(hooks.tensor_id(tensor))

    def made(self, event):
        """An op made these tensors (or read a Variable, whose value is then known)."""
        self._made.update(map(hooks.tensor_id, event.outputs))
        if event.op == "ReadVariableOp":
            handle = hooks.tensor_id(event.inputs[0])
            self._first_read.setdefault(handle, event.outputs[0])
            self._last_read[handle] = event.outputs[0]

    def call(self, number, name):
        """The source code assigns this tensor to `name`: used where no frame still holds it."""
        self._given[number] = name

    def value_now(self, number):
        """Return the eager tensor behind a number: for a Variable, as it was last read (None: never read)."""
        known_as, tensor = self._met[number]
        return self._last_read.get(known_as) if self.kind(number) == "variable" else tensor

    def kind(self, number):
        """Return "variable", "watched", "constant" or "result"."""
        known_as, tensor = self._met[number]
        if known_as in self._variables or tensor.dtype.name == "resource":
            return "variable"
        if known_as in self._watched:
            return "watched"
        return "result" if known_as in self._made else "constant"

    def facts(self):
        """Return the Tensor facts, in order of number."""
        return tuple(self._fact(number) for number in range(len(self._met)))

    def _fact(self, number):
        known_as, tensor = self._met[number]
        shown = self._first_read.get(known_as, tensor)
        name = self._own_name(known_as) or self._names.of_tensor(known_as) or self._given.get(number, "")
        return Tensor(name, self.kind(number), self.value(shown), known_as)

    def _own_name(self, known_as):
        """Return the name a Variable was given; `Variable`, which TensorFlow gives to the unnamed, says nothing."""
        name = getattr(self._variables.get(known_as), "name", "").removesuffix(":0")
        return "" if name == "Variable" else name
