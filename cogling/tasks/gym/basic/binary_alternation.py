"""The string in labelled fives; then every digit of a five is told as one of four kinds and counted, and two
of the counts must be equal.

p: zeros at places 1, 3, 5 ...; q: ones there; r: zeros at places 2, 4, 6 ...; s: ones there. 1010 wants no
p and no s, which change places: p swaps where p=s. 0101 wants no q and no r.

... to make the following binary string alternating: 00011001100
aA00011aB00110aC0
aA00011 p1r1p2s1q1
aB00110 r2p3s2q2r3
aC0 p4
p4q2r3s2
1010: p4=s2 no
0101: q2=r3 no
-1
"""

from __future__ import annotations

import re
from itertools import cycle
from string import ascii_lowercase as LOWER
from string import ascii_uppercase as UPPER

from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import compare

STARTER = {"min_n": 4, "max_n": 10}

_QUESTION = re.compile(
    r"minimum number of swaps to make the following binary string alternating: ([01]{1,3000})"
)
_FIVE = 5
_KINDS = ("pq", "rs")


def _label(five: int) -> str:
    """aA, aB, ... aZ, bA: to be found again, which five digits alone are not."""
    row, column = divmod(five, len(UPPER))
    return f"{LOWER[row]}{UPPER[column]}"


def trace(question: str) -> Trace:
    m = _QUESTION.search(question.strip())
    if m is None or m.end() != len(question.strip()):
        raise Untraceable("not a binary string to make alternate")
    string = m[1]
    fives = [(_label(i // _FIVE), string[i : i + _FIVE]) for i in range(0, len(string), _FIVE)]
    copied = [label + digits for label, digits in fives]
    steps = ["".join(copied[i : i + len(UPPER)]) for i in range(0, len(copied), len(UPPER))]
    counts, kinds = dict.fromkeys("pqrs", 0), cycle(_KINDS)
    for label, digits in fives:
        looks = ""
        for digit, zero_or_one in zip(digits, kinds, strict=False):
            kind = zero_or_one[int(digit)]
            counts[kind] += 1
            looks += f"{kind}{counts[kind]}"
        steps.append(f"{label}{digits} {looks}")
    p, q, r, s = counts.values()
    steps.append(f"p{p}q{q}r{r}s{s}")
    steps.append(f"1010: p{p}=s{s} {'yes' if p == s else 'no'}")
    steps.append(f"0101: q{q}=r{r} {'yes' if q == r else 'no'}")
    if p == s and q == r:
        equal, _ = compare(str(p), str(q))
        return Trace((*steps, *equal), str(min(p, q)))
    return Trace(tuple(steps), str(p if p == s else q if q == r else -1))
