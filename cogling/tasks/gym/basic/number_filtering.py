"""Numbers beyond a bound are kept or removed: one line a number with the verdict, then those with y.

A line begins with the last marks of the number before, which tell where in the list to go on though several
numbers begin alike; the last one as if one more number came. A kept number follows the one that was kept
before it (`8.5>-27`), so that the list can be read off link by link. The question, the lines and the links
each part two numbers in their own way: otherwise what comes next would be found in three places.

First what is kept, then what that means for either sign. A number whose sign does not settle it is held
against the bound: by the digits before the point if they are not equally many, else digit by digit.

Keep all numbers larger than -81.7385 in this list: ['89.573', '-27', '-92.501', '-81.857']
keep >-81.7385
+y -<81.7385
[;89.573y [>89.573
573;-27 2<8y 89.573>-27
-27;-92.501 9>8n
501;-81.857 8=8,1=1,8>7n
857;]
-27>]
-> ['89.573', '-27']
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import compare_digits

STARTER = {"min_numbers": 2, "max_numbers": 4, "max_decimals": 1}

_QUESTION = re.compile(
    r"(Keep|Remove) all numbers (larger|smaller) than (-?\d+(?:\.\d+)?) in this list: "
    r"\[('-?\d+(?:\.\d+)?'(?:, '-?\d+(?:\.\d+)?')*)\]\nReturn the new list in the same format\."
)
_KEPT = {"Keep larger": ">", "Keep smaller": "<", "Remove larger": "<=", "Remove smaller": ">="}
_MARKS = 3
"""So many of a number's last marks tell it from the others."""
_TURNED = {">": "<", "<": ">", "<=": ">=", ">=": "<="}


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question.strip())
    if m is None:
        raise Untraceable("not a list to filter")
    sign, bound = _KEPT[f"{m[1]} {m[2]}"], m[3]
    numbers = m[4].strip("'").split("', '")
    steps = [f"keep {sign}{bound}", _for_either_sign(sign, bound)]
    kept: list[str] = []
    before = "["
    for number in numbers:
        verdict = "n"
        if _holds(float(number), sign, float(bound)):
            # the library prints equal numbers as the first of them is written (30 and 30.0)
            first = next(first for first in numbers if float(first) == float(number))
            verdict = f"y {kept[-1] if kept else '['}>{first}"
            kept.append(first)
        steps.append(f"{before[-_MARKS:]};{number}{_compared(number, bound)}{verdict}")
        before = number
    steps += [f"{before[-_MARKS:]};]", f"{kept[-1]}>]" if kept else "[]"]
    return Trace(tuple(steps), str(kept))


def _for_either_sign(sign: str, bound: str) -> str:
    """What the size of a number must be: `+y` if any will do, `+n` if none, `+<3.5` if it decides."""
    if bound.startswith("-"):
        return f"+{'y' if '>' in sign else 'n'} -{_TURNED[sign]}{bound[1:]}"
    return f"+{sign}{bound} -{'y' if '<' in sign else 'n'}"


def _holds(number: float, sign: str, bound: float) -> bool:
    if number == bound:
        return "=" in sign
    return (number > bound) == (">" in sign)


def _compared(number: str, bound: str) -> str:
    """` 3=3,2<4` against 34.5, ` 1 digits<2` where the lengths decide; empty where the sign does."""
    if number.startswith("-") != bound.startswith("-"):
        return ""
    whole, _, part = number.removeprefix("-").partition(".")
    whole_bound, _, part_bound = bound.removeprefix("-").partition(".")
    if len(whole) != len(whole_bound):
        return f" {len(whole)} digits{'<' if len(whole) < len(whole_bound) else '>'}{len(whole_bound)}"
    width = max(len(part), len(part_bound))
    looks = compare_digits(f"{whole}{part:0<{width}}", f"{whole_bound}{part_bound:0<{width}}")
    return f" {','.join(looks)}"
