"""Breadth-first search from the destination (see grid.py), then the way from the start, cell by cell with a
letter each, and the letters with their directions in one line, with dots up to sixteen.

... in the following grid: O # / * X
a0o a1#
b0* b1x
0 a1
a1: b1x a0 right
1 a0
a0: a1- b0 up
2 b0
A b0 up
B a0 right
A up B right C . D . ...
-> up right
"""

from __future__ import annotations

import re
from string import ascii_uppercase as MOVES

from cogling.tasks.gym import grid
from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_rows": 2, "max_rows": 4, "min_cols": 2, "max_cols": 4}

_USUAL = 16
"""Moves that hardly any answer of the easy setting exceeds."""
_QUESTION = re.compile(r"from \* to # in the following grid:\n((?:[XO*#](?: [XO*#]){0,99}\n){1,52})$")


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None or m[1].count("*") != 1 or m[1].count("#") != 1:
        raise Untraceable("not a grid with a start and a destination")
    cells = [line.replace(" ", "").lower() for line in m[1].splitlines()]
    if len({len(line) for line in cells}) > 1:
        raise Untraceable("a grid with lines of several lengths")
    steps, ways, distance = grid.search(cells)
    steps = [*grid.listed(cells), *steps]
    if distance is None:
        return Trace(tuple(steps), "infeasible")
    place, path = grid.find(cells, "*"), []
    for i in range(distance):
        path.append(ways[place])
        steps.append(f"{MOVES[i % len(MOVES)]} {grid.name(place)} {ways[place]}")
        place = grid.step_on(place, ways[place])
    padded = [*path, *"." * (_USUAL - distance)]
    steps.append(" ".join(f"{MOVES[i % len(MOVES)]} {way}" for i, way in enumerate(padded)))
    return Trace(tuple(steps), " ".join(path))
