"""The grid cell by cell (. water, # land). The land cells are looked at in order until one is new (- was
there before); from it the island is numbered: each by number with its neighbours (right, down, left, up),
the new ones with the next number, so that the last number is the area. Then the largest area so far.

... binary matrix grid: 1 1 0 / 0 0 1
a0# a1# a2.
b0. b1. b2#
a0 new
1 a0: a1=2 b0.
2 a1: a2. b1. a0-
area 2 most 2
a1- b2 new
1 b2: b1. a2.
area 1 most 2
end
-> 2
"""

from __future__ import annotations

import re

from cogling.tasks.gym import grid
from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_rows": 2, "max_rows": 4, "min_cols": 2, "max_cols": 4, "max_num_islands": 2}

_QUESTION = re.compile(
    r"You are given the following \d+ x \d+ binary matrix grid:\n((?:[01](?: [01]){0,99}\n){1,52})\n"
)


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("not a grid of islands")
    cells = [line.replace(" ", "").replace("0", ".").replace("1", "#") for line in m[1].splitlines()]
    if len({len(line) for line in cells}) > 1:
        raise Untraceable("a grid with lines of several lengths")
    steps, seen, most, passed = grid.listed(cells), set[grid.Place](), 0, []
    for row, line in enumerate(cells):
        for column, mark in enumerate(line):
            place = (row, column)
            if mark == "." or place in seen:
                passed += [f"{grid.name(place)}-"] * (mark == "#")
                continue
            steps.append(" ".join([*passed, f"{grid.name(place)} new"]))
            passed = []
            area = _numbered(cells, place, seen, steps)
            most = max(most, area)
            steps.append(f"area {area} most {most}")
    steps.append(" ".join([*passed, "end"]))
    return Trace(tuple(steps), str(most))


def _numbered(cells: list[str], start: grid.Place, seen: set[grid.Place], steps: list[str]) -> int:
    """The area of the island around `start`; writes its steps and adds its cells to `seen`."""
    island = [start]
    seen.add(start)
    for number, place in enumerate(island, start=1):  # the list grows while it is gone through
        looks = []
        for _, beside in grid.neighbours(cells, place):
            if cells[beside[0]][beside[1]] == ".":
                looks.append(f" {grid.name(beside)}.")
            elif beside in seen:
                looks.append(f" {grid.name(beside)}-")
            else:
                seen.add(beside)
                island.append(beside)
                looks.append(f" {grid.name(beside)}={len(island)}")
        steps.append(f"{number} {grid.name(place)}:{''.join(looks)}")
    return len(island)
