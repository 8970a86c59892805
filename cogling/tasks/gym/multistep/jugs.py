"""Two jugs do: the first pair with room for the target and a greatest common divisor that divides it. One is
filled and poured into the other again and again, the other emptied when it is full. Each move shows what both
hold after it; a pour first shows the room that was left in the other.

... hold this many litres of water: A:3, B:5, C:9 / And your target is: 4 litres.
A3 B5 gcd 1 of 4 yes
1 fill A 3,0
2 pour A->B 5:0,3
3 fill A 3,3
4 pour A->B 2:1,5
5 empty B 1,0
6 pour A->B 5:0,1
7 fill A 3,1
8 pour A->B 4:0,4
-> ["fill A", "pour A->B", "fill A", "pour A->B", "empty B", "pour A->B", "fill A", "pour A->B"]
"""

from __future__ import annotations

import json
import re
from itertools import combinations
from math import gcd

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"num_jugs": 3, "difficulty": 3}

_LARGEST = 99
_QUESTION = re.compile(
    r"The empty jugs hold this many litres of water: ((?:[A-Z]:\d{1,3}(?:, )?){2,26})\n"
    r"And your target is: (\d{1,3}) litres\."
)

Jug = tuple[str, int]
"""Letter and capacity."""


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("no jugs")
    jugs = [(letter, int(size)) for letter, size in re.findall(r"([A-Z]):(\d+)", m[1])]
    target = int(m[2])
    if target < 1 or not all(0 < size <= _LARGEST for _, size in jugs):
        raise Untraceable("jugs or a target of no size, or too large")
    steps: list[str] = []
    for first, second in combinations(jugs, 2):
        pair = f"{first[0]}{first[1]} {second[0]}{second[1]}"
        divisor = gcd(first[1], second[1])
        if target > max(first[1], second[1]):
            steps.append(f"{pair} too small")
        elif target % divisor:
            steps.append(f"{pair} gcd {divisor} of {target} no")
        else:
            steps.append(f"{pair} gcd {divisor} of {target} yes")
            moves = _poured(first, second, target, steps)
            return Trace(tuple(steps), json.dumps(moves))
    raise Untraceable("no two jugs do")


def _poured(first: Jug, second: Jug, target: int, steps: list[str]) -> list[str]:
    """The moves until one of the two holds the target; writes the steps."""
    (a, size_a), (b, size_b) = first, second
    in_a = in_b = 0
    moves: list[str] = []
    while target not in (in_a, in_b):
        room = ""
        if in_b == size_b:
            moves.append(f"empty {b}")
            in_b = 0
        elif in_a == 0:
            moves.append(f"fill {a}")
            in_a = size_a
        else:
            moves.append(f"pour {a}->{b}")
            room = f"{size_b - in_b}:"
            poured = min(in_a, size_b - in_b)
            in_a, in_b = in_a - poured, in_b + poured
        steps.append(f"{len(moves)} {moves[-1]} {room}{in_a},{in_b}")
    return moves
