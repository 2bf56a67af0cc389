"""Facts made by hand, as the front end gets them: small enough to see at a glance what a page must show."""

import json


def place(line, column=-1, end=-1):
    """Return a place in the only listing."""
    return [0, line, column, end]


def entry(op, label, inputs, outputs, *, where=None, verdicts=((True, ""),), backward_pass=-1, graph=None):
    """Return an entry; `verdicts` are (recorded, reason), one per tape."""
    tapes = [{"tape": tape, "recorded": yes, "reason": why} for tape, (yes, why) in enumerate(verdicts)]
    parts = {"op": op, "label": label, "inputs": inputs, "outputs": outputs, "place": where, "tapes": tapes}
    return parts | {"backward_pass": backward_pass, "graph": graph}


def contribution(tensor, gradient="", total="", nth=0, count=0):
    """Return what a pullback passes back to one input: nothing, where TensorFlow skips it."""
    numbers = {"gradient": gradient, "total": total, "nth": nth, "count": count}
    return {"tensor": tensor, **numbers, "skipped": not gradient}


def tensors(*named):
    """Return tensors from (name, value)."""
    return [{"name": name, "value": value, "about": "float32, scalar"} for name, value in named]


def forward(first, last, line):
    """Return the steps in which the entries from `first` to `last` run."""
    return [
        {"kind": "entry", "entry": number, "place": place(line, 8, 13), "text": f"Entry {number} ran."}
        for number in range(first, last + 1)
    ]


def pullback(backward_pass, number, contributions):
    """Return the step in which an entry is played back."""
    step = {"kind": "pullback", "backward_pass": backward_pass, "entry": number, "contributions": contributions}
    return step | {"place": place(3), "text": f"Entry {number} was played back."}


def flow(kind, backward_pass, text, contributions=()):
    """Return the step that starts a backward pass, or the one that ends it."""
    step = {"kind": kind, "backward_pass": backward_pass, "place": place(4), "text": text}
    return step | {"contributions": list(contributions)}


def tape_step(kind, tape=0):
    """Return the step in which a tape opens, closes, stops or resumes."""
    return {"kind": kind, "tape": tape, "place": place(2), "text": f"Tape {tape}: {kind}."}


CODE = [
    "def f(x):",
    "    with tf.GradientTape() as tape:",
    "        y = x * x + 3 * x",
    "    return tape.gradient(y, x)",
]


def whole(**parts):
    """Return facts with what is given, and an empty rest."""
    empty = {
        "title": "f",
        "listings": [{"name": "f", "first": 1, "lines": CODE}],
        "tapes": [{"name": "tape", "lane": 0}],
    }
    empty |= {"tensors": [], "entries": [], "backward_passes": [], "steps": [], "sources": [], "notes": [], "words": {}}
    return empty | parts


def fan_out(*, reconciled=True):
    """Return y = x * x + 3 * x at x = 2: three gradients meet at x, 3.0 + 2.0 + 2.0 = 7.0."""
    steps = [
        tape_step("open"),
        {"kind": "watch", "tape": 0, "tensor": 0, "place": place(2), "text": "tape watches x."},
        *forward(0, 2, 3),
        tape_step("close"),
        flow("seed", 0, "Playing back. It starts with y ← 1.0.", [contribution(4, "1.0", "1.0", 1, 1)]),
        pullback(0, 2, [contribution(1, "1.0", "1.0", 1, 1), contribution(3, "1.0", "1.0", 1, 1)]),
        pullback(0, 1, [contribution(2), contribution(0, "3.0", "3.0", 1, 3)]),
        pullback(0, 0, [contribution(0, "2.0", "5.0", 2, 3), contribution(0, "2.0", "7.0", 3, 3)]),
        flow("gradients", 0, "tape.gradient returns 7.0."),
    ]
    source = {"tensor": 0, "backward_pass": 0, "name": "x", "value": "2.0", "gradient": "7.0", "difference": "7.000"}
    return whole(
        tensors=tensors(("x", "2.0"), ("", "4.0"), ("", "3.0"), ("", "6.0"), ("y", "10.0")),
        entries=[
            entry("Mul", "x * x", [0, 0], [1]),
            entry("Mul", "3 * x", [2, 0], [3], graph=[{"name": "a", "op": "Mul", "inputs": []}]),
            entry("AddV2", "x * x + 3 * x", [1, 3], [4]),
        ],
        backward_passes=[{"tape": 0, "call": "tape.gradient(y, x)", "reconciled": reconciled, "note": "It differs."}],
        steps=steps,
        sources=[source | {"method": "central difference, h = 0.005"}],
    )


def nested():
    """Return two tapes: the inner gradient's own op is an entry of the outer tape. Two backward passes, one graph."""
    ran, outside = (True, ""), (False, "outside the with block")
    steps = [
        tape_step("open", 0),
        tape_step("open", 1),
        *forward(0, 0, 3),
        tape_step("close", 1),
        flow("seed", 0, "inner starts.", [contribution(1, "1.0", "1.0", 1, 1)]),
        pullback(0, 0, [contribution(0, "4.0", "4.0", 1, 1)]),
        *forward(1, 1, 3),
        flow("gradients", 0, "inner returns 4.0."),
        tape_step("close", 0),
        flow("seed", 1, "outer starts.", [contribution(2, "1.0", "1.0", 1, 1)]),
        pullback(1, 1, [contribution(0, "2.0", "2.0", 1, 1)]),
        flow("gradients", 1, "outer returns 2.0."),
    ]
    calls = [("inner.gradient(y, x)", 1, "4.0"), ("outer.gradient(dy, x)", 0, "2.0")]
    return whole(
        tapes=[{"name": "outer", "lane": 0}, {"name": "inner", "lane": 1}],
        tensors=tensors(("x", "2.0"), ("y", "4.0"), ("dy", "4.0")),
        entries=[
            entry("Square", "x**2", [0], [1], verdicts=(ran, ran)),
            entry("Mul", "inner.gradient(y, x)", [0], [2], verdicts=(ran, outside), backward_pass=0),
        ],
        backward_passes=[{"tape": tape, "call": call, "reconciled": True, "note": ""} for call, tape, _ in calls],
        steps=steps,
        sources=[
            {"tensor": 0, "backward_pass": number, "name": "x", "value": "2.0", "gradient": gradient, "difference": ""}
            for number, (_, _, gradient) in enumerate(calls)
        ],
    )


def reasons():
    """Return entries that the tape did not record, one for each reason, and a vector."""
    why = ["not watched", "integer", "recording stopped", "outside the with block"]
    verdicts = [(False, reason) for reason in why] + [(True, "no gradient registered"), (True, "")]
    entries = [entry("Mul", f"a * {n}", [n], [n + 1], verdicts=(verdict,)) for n, verdict in enumerate(verdicts)]
    values = [(f"t{number}", "[1.0, 2.0, …] (1000,)") for number in range(len(entries) + 1)]
    steps = [tape_step("open"), *forward(0, len(entries) - 1, 3)]
    return whole(tensors=tensors(*values), entries=entries, steps=steps, notes=["Only the forward half is shown."])


def chain(length):
    """Return a chain of `length` entries, recorded and played back: twice as many steps."""
    contributions = [contribution(n, f"{n}.5", f"{n}.5", 1, 1) for n in range(length + 1)]
    steps = [tape_step("open"), *forward(0, length - 1, 3), tape_step("close")]
    steps += [flow("seed", 0, "It starts.", contributions[-1:])]
    steps += [pullback(0, n, [contributions[n]]) for n in reversed(range(length))]
    steps += [flow("gradients", 0, "tape.gradient returns 0.5.")]
    return whole(
        tensors=tensors(*[("x" if n == 0 else "", f"{n}.0") for n in range(length + 1)]),
        entries=[entry("Sin", "tf.sin(y)", [n], [n + 1]) for n in range(length)],
        backward_passes=[{"tape": 0, "call": "tape.gradient(y, x)", "reconciled": True, "note": ""}],
        steps=steps,
        sources=[
            {"tensor": 0, "backward_pass": 0, "name": "x", "value": "0.0", "gradient": "0.5", "difference": "0.5"}
        ],
    )


def sent(facts):
    """Return facts as Python sends them: on one level, with places, labels and verdicts apart."""
    if not facts:
        return "{}"
    places, labels, verdicts, graphs = [], [], [], []

    def apart(one):
        one = dict(one)
        where = one.pop("place")
        if where is not None:
            one["place"] = index(places, where)
        if "label" in one:
            one |= {"label": index(labels, one["label"]), "tapes": index(verdicts, one["tapes"])}
            graph = one.pop("graph")
            one |= {} if graph is None else {"graph": index(graphs, graph)}
        return one

    rest = {key: part for key, part in facts.items() if key not in ("entries", "steps")}
    story = {key: [*map(apart, facts[key])] for key in ("entries", "steps")}
    level = story | {"key": "ops", "stops": [*range(1, len(facts["steps"]) + 1)], "hidden": 0}
    pools = {"places": places, "labels": labels, "verdicts": verdicts, "graphs": graphs}
    return json.dumps(
        {"levels": [level], "level": "ops", "scopes": [], "operations": len(facts["entries"])} | pools | rest
    )


def index(pool, item):
    """Return where an item is in a pool, which has it from now on."""
    if item not in pool:
        pool.append(item)
    return pool.index(item)


def state(facts, **others):
    """Return the model's values."""
    return {"facts": sent(facts), "position": 0, "arguments": {}, "problem": ""} | others
