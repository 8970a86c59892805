"""The maze cell by cell (x wall, o passage), then breadth-first search from the goal (see grid.py), whose
last line begins with the distance of the start.

Navigate from 'S' (start) to 'G' (goal): ##### / #SaG# / ##### ... '#' = Wall, 'a' = Passage
a0x a1x a2x a3x a4x
b0x b1* b2o b3# b4x
c0x c1x c2x c3x c4x
0 b3
b3: b4x c3x b2 right a3x
1 b2
b2: b3- c2x b1 right
2 b1
-> 2
"""

from __future__ import annotations

import re

from cogling.tasks.gym import grid
from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_dist": 1, "max_dist": 4, "min_grid_size": 4, "max_grid_size": 6}

_QUESTION = re.compile(
    r"Navigate from '(\S)' \(start\) to '(\S)' \(goal\):\n\n```\n((?:\S{2,99}\n){2,52}?)```\n"
    r"Legend: '(\S)' = Wall, '(\S)' = Passage\n"
)


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("not a maze")
    marks = {m[4]: "x", m[5]: "o", m[1]: "*", m[2]: "#"}
    rows = m[3].splitlines()
    if len(marks) < 4 or not set(m[3]) <= {*marks, "\n"} or len({len(row) for row in rows}) > 1:
        raise Untraceable("a maze with marks that the legend does not explain")
    if m[3].count(m[1]) != 1 or m[3].count(m[2]) != 1:
        raise Untraceable("a maze without one start and one goal")
    cells = ["".join(marks[cell] for cell in row) for row in rows]
    steps, _, distance = grid.search(cells)
    if distance is None:
        raise Untraceable("a goal that cannot be reached")
    return Trace((*grid.listed(cells), *steps), str(distance))
