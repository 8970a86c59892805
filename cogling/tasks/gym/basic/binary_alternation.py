"""Ten digits a line, with four counts so far; an alternating string needs two of them to be equal.

p: zeros at places 1, 3, 5 ...; q: ones there; r: zeros at places 2, 4, 6 ...; s: ones there. 1010 wants no
p and no s, which change places: p swaps where p=s. 0101 wants no q and no r.

... to make the following binary string alternating: 00011001100
0001100110 p3q2r3s2
0 p4q2r3s2
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
_LINE = 10


def trace(question: str) -> Trace:
    m = _QUESTION.search(question.strip())
    if m is None or m.end() != len(question.strip()):
        raise Untraceable("not a binary string to make alternate")
    string = m[1]
    steps, p, q, r, s = [], 0, 0, 0, 0
    for start in range(0, len(string), _LINE):
        digits = string[start : start + _LINE]
        p, q = p + digits[0::2].count("0"), q + digits[0::2].count("1")
        r, s = r + digits[1::2].count("0"), s + digits[1::2].count("1")
        steps.append(f"{digits} p{p}q{q}r{r}s{s}")
    steps.append(f"1010: p{p}=s{s} {'yes' if p == s else 'no'}")
    steps.append(f"0101: q{q}=r{r} {'yes' if q == r else 'no'}")
    if p == s and q == r:
        looks, _ = compare(str(p), str(q))
        return Trace((*steps, *looks), str(min(p, q)))
    return Trace(tuple(steps), str(p if p == s else q if q == r else -1))
