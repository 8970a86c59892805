"""The bits of a number: it is halved again and again; what is left over each time is a bit.

How many 1 bits are there in the binary representation of the number 13?
6r1;1       half, bit, bits so far
3r0;1
1r1;2
0r1;3
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"max_n": 255}

_QUESTION = re.compile(
    r"How many 1 bits are there in the binary representation of the number ([1-9]\d{0,19})\?"
)


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question.strip())
    if m is None:
        raise Untraceable("not a number whose bits are asked for")
    number, count, steps = int(m[1]), 0, []
    while number:
        number, bit = divmod(number, 2)
        count += bit
        steps.append(f"{number}r{bit};{count}")
    return Trace(tuple(steps), str(count))
