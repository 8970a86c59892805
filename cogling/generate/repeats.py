"""Replies that go round in circles: how to tell, so that they can be cut off."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

LONGEST = 128
"""Tokens of the longest circle that is looked for."""

LEAST = 128
"""Tokens that a circle must have filled, however short it is. Worked traces repeat themselves too: over up to
40 tokens, but for the Game of Life, which stands still for six rounds of 51."""


def repeats_itself(tokens: Sequence[int], times: int) -> bool:
    """Whether the end of `tokens` is `times` or more times the same, over at least LEAST tokens."""
    end = np.asarray(tokens[-max(LEAST, times * LONGEST) :])
    for period in range(1, LONGEST + 1):
        span = max(LEAST, times * period)
        if span > len(end):
            return False
        if end[-1] == end[-1 - period] and (end[-span:-period] == end[len(end) - span + period :]).all():
            return True
    return False
