"""The key point of a white shape: L (two stones and one below the left), T, or a cross without its right arm.

Every puzzle of the library is such a shape, all its neighbours filled but one point, which is the move asked
for (in a quarter of them it captures nothing, as other stones have joined the shape). Each row is written
with a letter a point, capital and with + or # for white or black. Then row by row (of the whole board the
next one is not found) each white stone is taken for the shape's centre: below it must be white; then right,
and what the shape asks for.

       A B C D E        5 a b c d e
     5 . . . . .        4 a b C# D# e
     4 . . X X .        3 a B# C+ D+ E#
     3 . X O O X        2 a B# C+ d e
     2 . X O . .        1 a b C# d e
     1 . . X . .        5:
                        4:
                        3:
                        C3 C2+ D3+ D2.
                        key D2
                        -> D2
"""

from __future__ import annotations

import re
from string import ascii_uppercase

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_board_size": 5, "max_board_size": 6, "max_stones": 5}

_BOARD = re.compile(r"```\n   [A-Z ]{5,51}\n((?:[ \d]\d(?: [.XO]){5,19}\n){5,19})```\n\nX - Black\nO - White")
_SIGN = {".": ".", "O": "+", "X": "#"}
_OFF = "-"

Point = tuple[int, int]
"""Column from 1, row from 1 at the bottom."""


def trace(question: str) -> Trace:
    m = _BOARD.search(question)
    if m is None:
        raise Untraceable("not a board")
    rows = [line[3:].split(" ") for line in m[1].splitlines()]
    if any(len(row) != len(rows) for row in rows):
        raise Untraceable("a board that is no square")
    board = {
        (column, len(rows) - i): _SIGN[stone]
        for i, row in enumerate(rows)
        for column, stone in enumerate(row, 1)
    }
    steps = [
        f"{row} " + " ".join(_labelled(column, board[column, row]) for column in range(1, len(rows) + 1))
        for row in range(len(rows), 0, -1)
    ]
    for row in range(len(rows), 0, -1):
        steps.append(f"{row}:")
        for centre in [(column, row) for column in range(1, len(rows) + 1) if board[column, row] == "+"]:
            looks, key = _shape(board, centre)
            steps.append(f"{_name(centre)} {' '.join(f'{_name(p)}{board.get(p, _OFF)}' for p in looks)}")
            if key is not None:
                return Trace((*steps, f"key {_name(key)}"), _name(key))
    raise Untraceable("no white shape with an open point")


def _shape(board: dict[Point, str], centre: Point) -> tuple[list[Point], Point | None]:
    """The points looked at in turn, and the open point of the shape around the centre if there is one."""
    column, row = centre
    below, right, left, above = (column, row - 1), (column + 1, row), (column - 1, row), (column, row + 1)
    corner = (column + 1, row - 1)
    looks: list[Point] = []

    def holds(point: Point, stone: str) -> bool:
        if point not in looks:
            looks.append(point)
        return board.get(point, _OFF) == stone

    if not holds(below, "+"):
        return looks, None
    if holds(right, "+"):
        if holds(corner, "."):
            return looks, corner
        if holds(left, "+") and holds(above, "."):
            return looks, above
    elif holds(right, ".") and holds(above, "+") and holds(left, "+"):
        return looks, right
    return looks, None


def _labelled(column: int, stone: str) -> str:
    letter = ascii_uppercase[column - 1]
    return letter.lower() if stone == "." else f"{letter}{stone}"


def _name(point: Point) -> str:
    """Like C4; the column left of A is @."""
    return f"{chr(ord('A') - 1 + point[0])}{point[1]}"
