"""A word spelled with a digit before each letter, then read by the digits from the last one down.

Spell this word backward (example: sun -> nus): turn
0t1u2r3n
3n2r1u0t
nrut
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_word_len": 3, "max_word_len": 4}

_QUESTION = re.compile(r"Spell this word backward \(example: sun -> nus\): (\w+)")
_LONGEST = 10
"""Letters that there are digits for."""


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question.strip())
    if m is None:
        raise Untraceable("not a word to spell backward")
    word = m[1]
    if len(word) > _LONGEST:
        raise Untraceable(f"a word of more than {_LONGEST} letters")
    labelled = [f"{i}{letter}" for i, letter in enumerate(word)]
    return Trace(("".join(labelled), "".join(reversed(labelled))), word[::-1])
