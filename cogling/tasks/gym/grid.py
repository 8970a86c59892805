"""Grids in traces: cells named by row letter and column number, and breadth-first search over them.

a0x a1o a2#      the grid, cell by cell: x wall, o open, * start, # goal
b0* b1o b2x
0 a2             from the goal, distance by distance: the cells at it, then each with its neighbours
a2: b2x a1 right     (right, down, left, up): a wall, or new and the way back towards the goal
1 a1
a1: a2- b1 up a0x    - was there before
2 b1
b1: b2x b0 right     the start is found, and nothing further is looked at
3 b0
"""

from __future__ import annotations

from string import ascii_letters as ROWS

Place = tuple[int, int]
"""Row and column, from 0."""
Ways = dict[Place, str]
"""The way of each cell that was reached: the direction of its next cell towards the goal."""

_AROUND = (("right", 0, 1), ("down", 1, 0), ("left", 0, -1), ("up", -1, 0))
_BACK = {"right": "left", "down": "up", "left": "right", "up": "down"}


def name(place: Place) -> str:
    return f"{ROWS[place[0]]}{place[1]}"


def listed(grid: list[str]) -> list[str]:
    """The steps that name each cell, a row a line."""
    return [
        " ".join(f"{name((row, column))}{mark}" for column, mark in enumerate(line))
        for row, line in enumerate(grid)
    ]


def find(grid: list[str], mark: str) -> Place:
    """The first cell with this mark; ValueError where there is none."""
    for row, line in enumerate(grid):
        if mark in line:
            return row, line.index(mark)
    raise ValueError(f"no {mark} in the grid")


def neighbours(grid: list[str], place: Place) -> list[tuple[str, Place]]:
    """The cells beside a cell, and where they lie: right, down, left, up."""
    around = [(way, (place[0] + down, place[1] + right)) for way, down, right in _AROUND]
    return [(way, (r, c)) for way, (r, c) in around if 0 <= r < len(grid) and 0 <= c < len(grid[r])]


def step_on(place: Place, way: str) -> Place:
    """The cell beside `place` that lies that way."""
    down, right = next((down, right) for name, down, right in _AROUND if name == way)
    return place[0] + down, place[1] + right


def search(grid: list[str]) -> tuple[list[str], Ways, int | None]:
    """From the goal to the start: the steps, the way from each cell reached, the distance or None."""
    goal = find(grid, "#")
    ways: Ways = {goal: ""}
    frontier, steps, distance = [goal], [f"0 {name(goal)}"], 0
    while frontier:
        found: list[Place] = []
        for place in frontier:
            looks = []
            for way, beside in neighbours(grid, place):
                mark = grid[beside[0]][beside[1]]
                if mark == "x":
                    looks.append(f" {name(beside)}x")
                elif beside in ways:
                    looks.append(f" {name(beside)}-")
                else:
                    ways[beside] = _BACK[way]
                    found.append(beside)
                    looks.append(f" {name(beside)} {_BACK[way]}")
                    if mark == "*":
                        steps += [f"{name(place)}:{''.join(looks)}", f"{distance + 1} {name(beside)}"]
                        return steps, ways, distance + 1
            steps.append(f"{name(place)}:{''.join(looks)}")
        frontier, distance = found, distance + 1
        steps.append(" ".join([str(distance), *map(name, frontier)]))
    return steps, ways, None
