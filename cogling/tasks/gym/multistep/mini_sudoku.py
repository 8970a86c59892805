"""Cells are lettered a to p. Blank cells are looked at in turn, round after round, until all are filled: each
with its seven peers (rest of its row, of its column, and the far corner of its box; blank ones bare) and the
digits that none of them has. A single one is the cell's.

Solve this 4x4 Mini Sudoku puzzle: _ 1 _ 4 / _ _ 2 _ / _ _ _ _ / _ 4 1 _
= a b1 c d4 e f g2 h i j k l m n4 o1 p     the board
a b1 c d4 e i m f=23                       not yet
c a b1 d4 g2 k o1 h=3 c3                   c is 3
= a2 b1 c3 d4 e4 ...                       the full board, ready to be copied
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_empty": 2, "max_empty": 5}

_SIDE, _BOX = 4, 2
_NAMES = "abcdefghijklmnop"
_DIGITS = "1234"
_QUESTION = re.compile(r"4x4 Mini Sudoku puzzle:\n((?:[1-4_](?: [1-4_]){3}\n){4})Format your response")

Board = dict[str, str]
"""Digit of each cell by its name; blank cells have none."""


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("not a mini sudoku")
    board = {name: cell for name, cell in zip(_NAMES, m[1].split(), strict=True) if cell != "_"}
    steps = [_listed(board)]
    while len(board) < len(_NAMES):
        before = len(board)
        for name in _NAMES:
            if name not in board:
                steps.append(_look(board, name))
        if len(board) == before:
            raise Untraceable("no cell with a single candidate")
    steps.append(_listed(board))
    rows = [" ".join(board[name] for name in _NAMES[i : i + _SIDE]) for i in range(0, len(_NAMES), _SIDE)]
    return Trace(tuple(steps), "\n".join(rows))


def _listed(board: Board) -> str:
    return "= " + " ".join(name + board.get(name, "") for name in _NAMES)


def _look(board: Board, name: str) -> str:
    """The step that looks at a blank cell; fills it in `board` where one candidate is left."""
    seen = [peer + board.get(peer, "") for peer in _peers(name)]
    left = [digit for digit in _DIGITS if all(board.get(peer) != digit for peer in _peers(name))]
    if len(left) == 1:
        board[name] = left[0]
    return f"{name} {' '.join(seen)}={''.join(left)}" + (f" {name}{left[0]}" if len(left) == 1 else "")


def _peers(name: str) -> list[str]:
    """The rest of the row, the rest of the column, and what is left of the box."""
    row, column = divmod(_NAMES.index(name), _SIDE)
    places = [(row, c) for c in range(_SIDE)] + [(r, column) for r in range(_SIDE)]
    top, left = row // _BOX * _BOX, column // _BOX * _BOX
    places += [(top + i // _BOX, left + i % _BOX) for i in range(_SIDE)]
    return [peer for peer in dict.fromkeys(_NAMES[_SIDE * r + c] for r, c in places) if peer != name]
