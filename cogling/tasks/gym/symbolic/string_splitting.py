"""The five rules once each, in order; each takes all it can at once, which ends where the cycle ends.

Now, you have 5 machine A, 2 machine B, and 3 machine C.
1 A5: Y5
5*2=10
X10
2 B2
2/2
2/2=1r0;1
=1r0
10+1=11
B0 X11
3 C3
...
C1 Y6
4 B0 C1: no
5 X11 Y6
11>6: 2 digits>1
11-6=5
A0 B0 C1 X5 Y0 Z6
0 0 1 5 0 6
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import add, compare, divide, multiply, subtract

STARTER = {"max_initial_machines": 2}

_QUESTION = re.compile(r"Now, you have (\d{1,3}) machine A, (\d{1,3}) machine B, and (\d{1,3}) machine C\.")


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("no machines to dismantle")
    a, b, c = (int(number) for number in m.groups())

    lines, x = multiply(a, 2)
    y = a
    steps = [f"1 A{a}: Y{y}", *lines, f"X{x}"]

    halving, (half, left) = divide(b, 2)
    adding, x = add(x, half)
    steps += [f"2 B{b}", *halving, *adding, f"B{left} X{x}"]
    b = left

    halving, (half, left) = divide(c, 2)
    adding, y = add(y, half)
    steps += [f"3 C{c}", *halving, *adding, f"C{left} Y{y}"]
    c = left

    if b and c:
        adding_x, x = add(x, 2)
        adding_y, y = add(y, 1)
        steps += ["4 B1 C1: A1", *adding_x, *adding_y, f"X{x} Y{y}"]
        b = c = 0
    else:
        steps.append(f"4 B{b} C{c}: no")

    comparing, _ = compare(str(x), str(y))
    taking, _ = subtract(max(x, y), min(x, y))
    z = min(x, y)
    steps += [f"5 X{x} Y{y}", *comparing, *taking]
    x, y = x - z, y - z
    steps.append(f"A0 B{b} C{c} X{x} Y{y} Z{z}")
    return Trace(tuple(steps), f"0 {b} {c} {x} {y} {z}")
