"""A chain of decimal sums, worked from the left as whole numbers of one number of places (4, 6, ...).

State the final answer to the following arithmetic problem: 0.25 + 0.7 - 0.301 =
0.2500              each number with zeros at its end
+0.7000
2500+7000           then without its point
...                 in writing
=9500
-0.3010
9500+-3010=9500-3010
...
=6490
e0.d6c4b9a0         the total with its point, every digit after the letter of its column
-> 0.6490
"""

from __future__ import annotations

import re

from cogling.tasks.gym import decimals, written
from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {
    "max_terms": 3,
    "max_digits": 2,
    "max_decimal_places": 2,
}

_QUESTION = re.compile(r"arithmetic problem: (-?\d+\.\d+(?: [+-] -?\d+\.\d+)*) =")
_LONGEST = 500


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None or len(m[1]) > _LONGEST:
        raise Untraceable("no chain of decimal sums")
    first, *rest = re.findall(r"(?:[+-] )?-?\d+\.\d+", m[1])
    longest = max(decimals.places(term) for term in (first, *rest))
    count = max(4, longest + longest % 2)
    first = decimals.padded(first, count)
    total, steps, width = decimals.whole(first), [first], 0
    for term in rest:
        operator, _, number = term.partition(" ")
        number = decimals.padded(number, count)
        size = decimals.whole(number)
        try:
            lines, new = written.add_signed(total, size if operator == "+" else -size)
        except ValueError as error:
            raise Untraceable(str(error)) from None
        steps += [f"{operator}{number}", *lines]
        width = max(len(str(abs(value))) for value in (total, size, new))
        total = new
    steps.append(decimals.point(total, count, width))
    return Trace(tuple(steps), decimals.answer(steps[-1]))
