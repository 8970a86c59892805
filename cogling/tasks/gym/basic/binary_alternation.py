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
from string import ascii_letters
from string import ascii_lowercase as LOWER
from string import ascii_uppercase as UPPER

from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import compare

STARTER = {"min_n": 4, "max_n": 10}

_QUESTION = re.compile(
    r"minimum number of swaps to make the following binary string alternating: ([01]{1,3000})"
)
_LINE = 5
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
    fives = [f"{_label(i)}{string[_LINE * i : _LINE * (i + 1)]}" for i in range(-(-len(string) // _LINE))]
    steps = ["".join(fives[i : i + len(LOWER)]) for i in range(0, len(fives), len(LOWER))]
    counts = dict.fromkeys("pqrs", 0)
    place = 0
    for five in fives:
        looks = []
        for digit in five.lstrip(ascii_letters):
            kind = _KINDS[place % 2][int(digit)]
            counts[kind] += 1
            looks.append(f"{kind}{counts[kind]}")
            place += 1
        steps.append(f"{five} {''.join(looks)}")
    p, q, r, s = counts.values()
    steps.append(f"p{p}q{q}r{r}s{s}")
    steps.append(f"1010: p{p}=s{s} {'yes' if p == s else 'no'}")
    steps.append(f"0101: q{q}=r{r} {'yes' if q == r else 'no'}")
    if p == s and q == r:
        looks, _ = compare(str(p), str(q))
        return Trace((*steps, *looks), str(min(p, q)))
    return Trace(tuple(steps), str(p if p == s else q if q == r else -1))
