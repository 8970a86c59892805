"""The six rules once each, in order; each takes all it can at once, which ends where the cycle ends.

a, b, c are the square blocks, d, e, f the curly ones, g, h, i the round ones. A rule is a number, what it
takes and how much there is of it, and what is left and made; `no` where something is missing.

Now, you have 2 [A], 1 [B], and 3 [C] blocks.
1 a2 b1 c3
2?1: 2>1
1?3: 1<3
2-1=1
3-1=2
a1 b0 c2 d1
2 a1 b0 no
3 b0 c2 no
4 c2
2/2
2/2=1r0;1
=1r0
c0 f1
5 d1 f1
1?1: 1=1
d0 f0 g1 h1
6 e0 no
a1 b0 c0 d0 e0 f0 g1 h1 i0
1 0 0 0 0 0 1 1 0
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps, compare, divide, subtract

STARTER = {"max_initial_blocks": 2}

_QUESTION = re.compile(r"Now, you have (\d{1,3}) \[A\], (\d{1,3}) \[B\], and (\d{1,3}) \[C\] blocks\.")


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("no blocks to combine")
    have = dict.fromkeys("abcdefghi", 0)
    have.update(zip("abc", map(int, m.groups()), strict=True))
    steps: Steps = []
    steps += _one_of_each(1, "abc", "d", have)
    steps += _one_of_each(2, "ab", "f", have)
    steps += _one_of_each(3, "bc", "e", have)
    steps += _two_of(4, "c", "f", have)
    steps += _one_of_each(5, "df", "gh", have)
    steps += _two_of(6, "e", "i", have)
    steps.append(_counts("abcdefghi", have))
    return Trace(tuple(steps), " ".join(map(str, have.values())))


def _one_of_each(number: int, taken: str, made: str, have: dict[str, int]) -> Steps:
    """As often as the rarest of `taken` allows; carried out in `have`."""
    head = f"{number} {_counts(taken, have)}"
    times = min(have[block] for block in taken)
    if times == 0:
        return [f"{head} no"]
    steps, least = [head], have[taken[0]]
    for block in taken[1:]:
        comparing, _ = compare(str(least), str(have[block]))
        steps += comparing
        least = min(least, have[block])
    for block in taken:
        if have[block] > times:
            steps += subtract(have[block], times)[0]
        have[block] -= times
    for block in made:
        have[block] += times
    return [*steps, _counts(taken + made, have)]


def _two_of(number: int, taken: str, made: str, have: dict[str, int]) -> Steps:
    """As often as there are two; carried out in `have`."""
    head = f"{number} {_counts(taken, have)}"
    if have[taken] < 2:
        return [f"{head} no"]
    steps, (times, have[taken]) = divide(have[taken], 2)
    have[made] += times  # nothing is there yet: rule 2 leaves rule 4 nothing to take
    return [head, *steps, _counts(taken + made, have)]


def _counts(blocks: str, have: dict[str, int]) -> str:
    return " ".join(f"{block}{have[block]}" for block in blocks)
