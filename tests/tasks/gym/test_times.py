"""Tracers of dates and times: an example trace of each held verbatim, and what lies at the edges."""

from __future__ import annotations

import datetime

import pytest

from cogling.tasks.gym.multistep import calendar_arithmetic, time_intervals
from cogling.tasks.gym.trace import Untraceable
from tests.tasks.gym.examples import held


def test_weekdays_are_walked_after_whole_weeks() -> None:
    held(
        calendar_arithmetic.trace(
            "If today is Sunday, March 13, 2022, what day of the week was it 167 days ago? Name the day."
        ),
        """
167/7
1/7=0r1;0
16/7=2r2;02
27/7=3r6;023
=23r6
0 Sunday
1 Saturday
2 Friday
3 Thursday
4 Wednesday
5 Tuesday
6 Monday
-> Monday
""",
    )


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_of_the_year_is_known(month: int) -> None:
    day = datetime.date(2022, month, 1) + datetime.timedelta(days=month)
    question = f"What day of the week was {day:%B} {day.day}, 2022? Reply with just the weekday name."
    assert calendar_arithmetic.trace(question).answer == f"{day:%A}"
    first = f"If the first day of the year was a Saturday, what day of the week will {day:%B} {day.day} be? "
    assert calendar_arithmetic.trace(first).answer == f"{day:%A}"


@pytest.mark.parametrize(
    ("year", "answer"), [(2016, "Yes"), (2000, "Yes"), (2100, "No"), (1922, "No"), (2004, "Yes")]
)
def test_leap_years(year: int, answer: str) -> None:
    question = f"Is {year} a leap year? Answer with Yes or No."
    assert calendar_arithmetic.trace(question).answer == answer


def test_business_days_into_the_next_year() -> None:
    question = (
        "How many business days (Monday-Friday) are there from Friday, December 30, 2022 to Monday, "
        "January 2, 2022 (inclusive of both dates)? Answer with a number."
    )
    assert calendar_arithmetic.trace(question).answer == "2"


def test_times_are_subtracted_digit_by_digit() -> None:
    held(
        time_intervals.trace(
            "What is the duration between 11:24:08 and 14:55:05? Please answer in HH:MM:SS."
        ),
        """
14:55:05-11:24:08
s15-8-0=07;7
t6+0-0-1=05;57
m15-4-1=10;0:57
n6+5-2-0=09;30:57
14+-11
14?11: 1=1 4>1
=14-11
a14-1-0=13;3
b11-1-0=10;03
=3
3+0=3
3 hours
=03:30:57
-> 03:30:57
""",
    )


@pytest.mark.parametrize(
    ("start", "end", "form", "answer"),
    [
        ("2396-02-20 23:30 -0200", "2396-03-01 00:15 +1200", "D days, HH:MM:SS", "8 days, 10:45:00"),
        ("Mon Dec 30 2024 10:00:00", "Wed Jan 01 2025 09:59:59", "D days, HH:MM", "1 days, 23:59"),
        ("15 January 2024, 14:30 +0000", "15 January 2024, 14:31 +0100", "D days, HH:MM", "-1 days, 23:01"),
        ("Friday, May 18, 2373 at 12:41", "Friday, May 18, 2373 at 12:42", "D days, HH:MM", "0 days, 00:01"),
        ("2024-01-15 (Monday)", "2024-01-16 (Tuesday)", "D days", "1 days"),
        # the library forgets the time behind a weekday in brackets
        (
            "2024-01-15 (Monday) 14:30:45 +0000",
            "2024-01-16 (Tuesday) 14:30:40 +0100",
            "D days, HH:MM",
            "1 days, 00:00",
        ),
    ],
)
def test_days_zones_and_borrowed_days(start: str, end: str, form: str, answer: str) -> None:
    question = f"How much time elapsed from {start} to {end}? Give your answer in {form}."
    assert time_intervals.trace(question).answer == answer


def test_times_that_cannot_be_subtracted() -> None:
    for start, end in (
        ("23:50", "00:10"),
        ("23:50", "23:55:10"),
        ("2024-01-02", "2024-01-01"),
        ("1:50", "2"),
    ):
        with pytest.raises(Untraceable):
            time_intervals.trace(f"How much time elapsed from {start} to {end}? Give your answer in HH:MM.")
