"""What one step of SGD comes to, decided in one place, for the words, the picture and the live view alike."""

import numpy as np

MOVES = "moves"
MOVES_FAR = "moves far"
TIE_MOVES = "tie, moves"
TIE_STAYS = "tie, stays"
ROUNDS_BACK = "rounds back"
FLAT = "gradient is 0"
FLUSHED = "taken for 0"
OVERFLOWS = "overflows"
GONE = "no longer finite"

OUTCOMES = (MOVES, MOVES_FAR, TIE_MOVES, TIE_STAYS, ROUNDS_BACK, FLAT, FLUSHED, OVERFLOWS, GONE)

FAR = 10_000
"""Half ticks. A longer update moves x far: nobody needs to count them."""


def outcome(facts):
    """Return which of the OUTCOMES a Precision is; for many steps, an array of them."""
    holds = {
        GONE: ~np.isfinite(facts.x),
        OVERFLOWS: ~np.isfinite(facts.next_x),
        FLAT: facts.gradient == 0,
        FLUSHED: facts.flushed & ~facts.moves,
        TIE_MOVES: facts.tie & facts.moves,
        TIE_STAYS: facts.tie,
        ROUNDS_BACK: ~facts.moves,
        MOVES_FAR: facts.share >= FAR,
    }
    return np.select(list(holds.values()), list(holds), MOVES)[()]
