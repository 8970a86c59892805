"""Five digits a line, each then told as one of four kinds and counted; two of the counts must be equal.

p: zeros at places 1, 3, 5 ...; q: ones there; r: zeros at places 2, 4, 6 ...; s: ones there. 1010 wants no
p and no s, which change places: p swaps where p=s. 0101 wants no q and no r.

... to make the following binary string alternating: 00011001100
00011 p1r1p2s1q1
00110 r2p3s2q2r3
0 p4
p4q2r3s2
1010: p4=s2 no
0101: q2=r3 no
-1
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import compare

STARTER = {"min_n": 4, "max_n": 10}

_QUESTION = re.compile(r"minimum number of swaps to make the following binary string alternating: ([01]+)")
_LINE = 5
_KINDS = ("pq", "rs")


def trace(question: str) -> Trace:
    m = _QUESTION.search(question.strip())
    if m is None or m.end() != len(question.strip()):
        raise Untraceable("not a binary string to make alternate")
    string = m[1]
    counts = dict.fromkeys("pqrs", 0)
    steps, looks = [], []
    for place, digit in enumerate(string):
        kind = _KINDS[place % 2][int(digit)]
        counts[kind] += 1
        looks.append(f"{kind}{counts[kind]}")
        if len(looks) == _LINE or place == len(string) - 1:
            steps.append(f"{string[place + 1 - len(looks) : place + 1]} {''.join(looks)}")
            looks = []
    p, q, r, s = counts.values()
    steps.append(f"p{p}q{q}r{r}s{s}")
    steps.append(f"1010: p{p}=s{s} {'yes' if p == s else 'no'}")
    steps.append(f"0101: q{q}=r{r} {'yes' if q == r else 'no'}")
    if p == s and q == r:
        looks, _ = compare(str(p), str(q))
        return Trace((*steps, *looks), str(min(p, q)))
    return Trace(tuple(steps), str(p if p == s else q if q == r else -1))
