"""What a calendar is known by heart for: names in order, lengths of months, leap years."""

from __future__ import annotations

from cogling.tasks.gym.written import Steps, divide

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
"""Days of the months of a common year."""


def leap(year: int) -> tuple[Steps, bool]:
    """Whether a year has a 29th of February: by its last two digits, or by the others where those are 00.

    2016 16       2100 21
    16/4          21/4
    1/4=0r1;0     2/4=0r2;0
    16/4=4r0;04   21/4=5r1;05
    =4r0          =5r1
    """
    part = year % 100 or year // 100
    steps, (_, rest) = divide(part, 4)
    return [f"{year} {part:02}", *steps], rest == 0
