"""The sum of many numbers, all of one length, column by column: shorter than adding them one by one.

Each number first stands on a line of its own behind its label, filled up with zeros; a dot behind the next
label ends the table. Then a line a column, from the low end. It begins with the carry and the digits that are
done; each entry is a label, its digit and the running total:

    A0316
    B1266
    C.
    a0; A6=06 B6=12 C.
    b1;2 A1=02 B6=08 C.
    c0;82 A3=03 B2=05 C.
    d0;582 A0=00 B1=01 C.
    =1582
"""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_letters, ascii_uppercase

from cogling.tasks.gym.written import Steps

LABELS = ascii_uppercase + ascii_letters[13:26]
"""The first letters of the small alphabet are the columns'."""


def row(index: int, number: int, width: int) -> str:
    """The line of the table that holds number `index`."""
    return f"{LABELS[index]}{number:0{width}}"


def end(count: int) -> str:
    """The line that ends a table of `count` numbers."""
    return f"{LABELS[count]}."


def add_all(numbers: Sequence[int], width: int) -> tuple[Steps, int]:
    """The sum of a table that has been written with `row` and `end`."""
    if len(numbers) >= len(LABELS) or any(number < 0 or len(str(number)) > width for number in numbers):
        raise ValueError(f"no table of {width} columns for {numbers}")
    carry, done, steps = 0, "", []
    for column in range(width):
        looks, total = [f"{ascii_letters[column]}{carry};{done}"], carry
        for label, number in zip(LABELS, numbers, strict=False):
            digit = number // 10**column % 10
            total += digit
            looks.append(f"{label}{digit}={total:02}")
        steps.append(" ".join([*looks, end(len(numbers))]))
        carry, done = total // 10, f"{total % 10}{done}"
    return [*steps, f"={int(f'{carry}{done}')}"], sum(numbers)
