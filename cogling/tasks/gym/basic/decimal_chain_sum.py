"""A chain of decimal sums, worked from the left as whole numbers of one number of places (4, 6, ...).

State the final answer to the following arithmetic problem: 0.25 + 0.7 - 0.301 =
A0.a2b5 B+0.a7 C-0.a3b0c1 D.
A0.a2b5c0d0         each number with zeros at its end
B+0.a7b0c0d0
2500+7000           then without its point
...                 in writing
=9500
C-0.a3b0c1d0
9500+-3010          the larger is told first
9500?3010: 9>3
=9500-3010
...
=6490
D.
e0.d6c4b9a0         the total with its point, every digit after the letter of its column, from one column
                    above the last sum's numbers on
-> 0.6490
"""

from __future__ import annotations

import re

from cogling.tasks.gym import decimals, written
from cogling.tasks.gym.basic import chain_sum
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
    terms = [term.replace(" ", "") for term in re.findall(r"(?:[+-] )?-?\d+\.\d+", m[1])]
    longest = max(decimals.places(term) for term in terms)
    count = max(4, longest + longest % 2)
    table, names = chain_sum.letter([decimals.lettered(term) for term in terms])
    first, *rest = (decimals.padded(term, count) for term in terms)
    total, steps, width = decimals.whole(first), [table, f"{names[0][0]}{decimals.lettered(first)}"], 0
    for term, name in zip(rest, names[1:], strict=False):
        operator, number = term[0], term[1:]
        size = decimals.whole(number)
        try:
            lines, new = written.add_signed(total, size if operator == "+" else -size)
        except ValueError as error:
            raise Untraceable(str(error)) from None
        steps += [f"{name[0]}{decimals.lettered(term)}", *lines]
        width = max(len(str(abs(value))) for value in (total, size)) + 1
        total = new
    steps += [names[-1], decimals.point(total, count, width)]
    return Trace(tuple(steps), decimals.answer(steps[-1]))
