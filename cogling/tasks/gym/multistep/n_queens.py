"""Rows a to h are read up to their queen (Q and its column). For each empty row: the columns that each queen
takes there, by its distance in rows (a4+2=246: straight and both diagonals), then the free ones. A queen is
then tried in the row with the fewest free columns, the lowest column first; the other empty rows lose what it
takes (between colons) and keep the rest. A row that keeps none is `x`: the search goes back to the latest row
that has a column left. The number in front counts the queens placed.

_ _ _ Q _ _ _ _ / _ _ _ _ _ _ Q _ / two empty rows / _ _ _ _ _ Q _ _ / ...
a123Q4
b123456Q7
c12345678
...
c a4+2=246 b7+1=678 e6+2=468 f1+3=14 g3+4=37 h8+5=38:5     column 5 of row c is free
d a4+3=147 b7+2=57 e6+1=567 f1+2=13 g3+3=36 h8+4=48:2
1c5 d:456:2                                                 c5 takes 4, 5, 6 of row d and leaves 2
2d2
a4 b7 c5 d2 e6 f1 g3 h8
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"n": 8, "min_remove": 1, "max_remove": 2}

_LARGEST = 9
"""Columns are single digits."""
_QUESTION = re.compile(
    r"Given the below board of size (\d{1,2}) x \1 your job is to place \d+ queen\(s\) on the board such "
    r"that no two queens attack each other\.\n((?:[Q_](?: [Q_]){0,20}\n){1,20})$"
)

Queens = dict[str, int]
"""The column of the queen of each row, by the row's letter."""
Free = dict[str, list[int]]
"""The columns that are free in each empty row."""


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("not a board of queens")
    board = [line.split() for line in m[2].splitlines()]
    size = int(m[1])
    if size > _LARGEST or len(board) != size or any(len(line) != size for line in board):
        raise Untraceable("a board that is too large or not square")
    if any(line.count("Q") > 1 for line in board):
        raise Untraceable("two queens in a row")
    steps, queens, free = _read(board)
    if not _place(queens, free, size, steps):
        raise Untraceable("no place for the queens")
    placed = sorted(queens.items())
    steps.append(" ".join(f"{row}{column}" for row, column in placed))
    lines = [" ".join("Q" if c == column else "_" for c in _columns(size)) for _, column in placed]
    return Trace(tuple(steps), "\n".join(lines))


def _read(board: list[list[str]]) -> tuple[list[str], Queens, Free]:
    """The steps that read the board, its queens, and the free columns of its empty rows."""
    steps: list[str] = []
    queens: Queens = {}
    size = len(board)
    names = [chr(ord("a") + i) for i in range(size)]
    for row, line in zip(names, board, strict=True):
        if "Q" in line:
            queens[row] = line.index("Q") + 1
            before = "".join(map(str, range(1, queens[row])))
            steps.append(f"{row}{before}Q{queens[row]}")
        else:
            steps.append(row + "".join(map(str, _columns(size))))
    free: Free = {}
    for row in names:
        if row in queens:
            continue
        looks = []
        free[row] = list(_columns(size))
        for other, column in queens.items():
            taken = _taken(other, column, row, size)
            free[row] = [c for c in free[row] if c not in taken]
            looks.append(f" {other}{column}+{_distance(other, row)}={_digits(taken)}")
        steps.append(f"{row}{''.join(looks)}:{_digits(free[row])}")
    return steps, queens, free


def _place(queens: Queens, free: Free, size: int, steps: list[str], depth: int = 1) -> bool:
    """Whether the empty rows can be filled; fills `queens` and writes the steps of the search."""
    if not free:
        return True
    row = min(free, key=lambda name: (len(free[name]), name))
    for column in free[row]:
        looks, rest = [], {}
        for other in free:
            if other == row:
                continue
            taken = _taken(row, column, other, size)
            rest[other] = [c for c in free[other] if c not in taken]
            looks.append(f" {other}:{_digits(taken)}:{_digits(rest[other]) or 'x'}")
            if not rest[other]:
                break
        steps.append(f"{depth}{row}{column}{''.join(looks)}")
        if all(rest.values()) and _place(queens, rest, size, steps, depth + 1):
            queens[row] = column
            return True
    return False


def _taken(row: str, column: int, other: str, size: int) -> list[int]:
    """The columns of the row `other` that a queen attacks."""
    distance = _distance(row, other)
    return [c for c in (column - distance, column, column + distance) if c in _columns(size)]


def _distance(row: str, other: str) -> int:
    return abs(ord(row) - ord(other))


def _columns(size: int) -> range:
    return range(1, size + 1)


def _digits(columns: list[int]) -> str:
    return "".join(map(str, columns))
