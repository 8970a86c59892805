"""What the rules of arc_1d share: rows, their runs and how cells are named.

A rule is a mark that is cheap to see in an example, and how it is worked on a new row. Cells are named by
letters, a cell with its colour is `c7`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from string import ascii_letters as LETTERS

from cogling.tasks.gym.trace import Untraceable

Row = tuple[int, ...]
Mark = Callable[[Row, Row], tuple[str, bool]]
"""(input, output) of an example -> what is looked at, and whether the rule holds. May raise Untraceable."""
Work = Callable[[Row, Row, Row], tuple[list[str], Row]]
"""(input, output) of that example and a new row -> steps and the new output. May raise Untraceable."""


class Undecided(Exception):
    """An example from which the rule cannot be told; the text is the step that says so."""


FARTHEST = 4
"""Cells that the library's rules move a block by."""


def starts(row: Row) -> list[int]:
    """Where a colour follows a 0, the last cell being followed by the first."""
    return [i for i, cell in enumerate(row) if cell and not row[i - 1]]


def stops(row: Row) -> list[int]:
    """Where a 0 follows a colour."""
    return [i for i, cell in enumerate(row) if not cell and row[i - 1]]


def cells(row: Row, *places: int) -> str:
    return "".join(f"{LETTERS[i]}{row[i]}" for i in places)


def moved(row: Row, places: Iterable[tuple[int, int]]) -> str:
    """`c<d7 d<e4`: for each (new, old) place the new cell, and the old one with its colour."""
    return " ".join(f"{LETTERS[new]}<{cells(row, old)}" for new, old in places)


def span(row: Row) -> tuple[int, int]:
    """First and last cell of the only run of colours."""
    return ends_of([i for i, cell in enumerate(row) if cell])


def ends_of(places: Sequence[int]) -> tuple[int, int]:
    if not places or len(places) != places[-1] - places[0] + 1:
        raise Untraceable("not one run")
    return places[0], places[-1]


def dot_and_block(row: Row, dot: int) -> tuple[int, int, int]:
    """The only cell of the dot's colour, and first and last cell of the one block of another colour."""
    if row.count(dot) != 1:
        raise Untraceable("not one dot")
    return row.index(dot), *ends_of([i for i, cell in enumerate(row) if cell not in (0, dot)])


def painted(row: Row, first: int, last: int, colour: int, dot: int | None = None) -> Row:
    """The cells first to last in a colour, and otherwise only the dot."""
    return tuple(colour if first <= i <= last else cell if i == dot else 0 for i, cell in enumerate(row))


def runs(row: Row) -> list[tuple[int, int]]:
    """First and last cell of each run of colours, none of which goes over the ends."""
    padded = (0, *row, 0)
    firsts = [i for i in range(len(row)) if padded[i + 1] and not padded[i]]
    lasts = [i for i in range(len(row)) if padded[i + 1] and not padded[i + 2]]
    return list(zip(firsts, lasts, strict=True))
