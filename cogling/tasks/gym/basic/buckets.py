"""Sorting by leading digits, one way for all tracers: what begins with this digit?

The digits are gone through in order. Those above the tens head a line; on it each tens digit that any number
has is followed by all ones digits, and each of those by its numbers, so that each look asks for one digit
more, and most ask only whether there is a number that begins so:

    -92.5, 64.0, 8.3, 8.25, 60.5      ascending
    - 9:98765432 92.5 10;8;7;6;5;4;3;2;1;0
    + 0:012345678 8.25,8.3 9;1;2;3;4;5;6:0 60.5 1234 64.0 56789;7;8;9

With a number from 100 up a line stands for a sign and a hundred, `-4`. A sign or hundred that no number has
stands alone: `-`, `-3`.
"""

from __future__ import annotations

from collections.abc import Sequence

LONGEST = 3
"""Whole digits that there are places for: hundreds, tens and ones."""


def sweep(numbers: Sequence[str], descending: bool = False) -> tuple[list[str], list[str]]:
    """(steps, the numbers in order), for numbers such as -12.5. Raises ValueError for four whole digits."""
    if any(len(_whole(number)) > LONGEST for number in numbers):
        raise ValueError(f"more than {LONGEST} whole digits")
    hundreds = any(len(_whole(number)) == LONGEST for number in numbers)
    steps, ordered = [], []
    for sign in "+-" if descending else "-+":
        of_sign = [number for number in numbers if number.startswith("-") == (sign == "-")]
        down = (sign == "-") != descending
        if not of_sign:
            steps.append(sign)
            continue
        for hundred in _digits(down) if hundreds else [0]:
            group = [number for number in of_sign if int(_whole(number)) // 100 == hundred]
            label = f"{sign}{hundred}" if hundreds else sign
            if not group:
                steps.append(label)
                continue
            cells = []
            for ten in _digits(down):
                members = [number for number in group if int(_whole(number)) // 10 % 10 == ten]
                members.sort(key=lambda number: abs(float(number)), reverse=down)
                ordered += members
                cells.append(f"{ten}:{_by_ones(members, down)}" if members else f"{ten}")
            steps.append(f"{label} {';'.join(cells)}")
    return steps, ordered


def _by_ones(members: list[str], down: bool) -> str:
    """`01 61.5,61.7 23456789`: all ones digits in order, each followed by the numbers that have it."""
    shown = ""
    for one in _digits(down):
        sizes = ",".join(number.removeprefix("-") for number in members if _whole(number)[-1] == str(one))
        shown += f"{one} {sizes} " if sizes else f"{one}"
    return shown.rstrip()


def _digits(down: bool) -> range:
    return range(9, -1, -1) if down else range(10)


def _whole(number: str) -> str:
    return number.removeprefix("-").split(".")[0]
