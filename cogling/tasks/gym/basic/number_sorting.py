"""Decimals are sorted by going through the leading digits (see buckets).

The last one is named, as the answer would not know its end from the lists, which go on to the last digit.

Sort these numbers in descending order: -25.9, 74.73, -91.0, 70.5
+ 9;8;7:987654 74.73 3210 70.5;6;5;4;3;2;1;0
- 0;1;2:012345 25.9 6789;3;4;5;6;7;8;9:01 91.0 23456789
last -91.0
-> ['74.73', '70.5', '-25.9', '-91.0']
"""

from __future__ import annotations

import re

from cogling.tasks.gym.basic import buckets
from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_numbers": 2, "max_numbers": 4, "max_decimals": 0}
RARE = {"min_value": -50, "max_value": 50}
"""Many numbers with the same whole part, of which the hard setting has three pairs among a hundred."""

_QUESTION = re.compile(
    r"Sort these numbers in (ascending|descending) order: (-?\d+\.\d+(?:, -?\d+\.\d+)*)\n"
    r"Please follow the instruction below:\n"
)


def trace(question: str) -> Trace:
    m = _QUESTION.match(question)
    if m is None:
        raise Untraceable("not a list to sort")
    try:
        steps, ordered = buckets.sweep(m[2].split(", "), descending=m[1] == "descending")
    except ValueError as error:
        raise Untraceable(str(error)) from None
    return Trace((*steps, f"last {ordered[-1]}"), str(ordered))
