"""Whole weeks are divided away; the days that are left are walked one by one, with the count where one is
asked for. Known by heart: the weekday before the first of each month of 2022, and the days of a common year
before each month.

If today is Sunday, March 13, 2022, what day of the week was it 167 days ago? ...
167/7
1/7=0r1;0
16/7=2r2;02
27/7=3r6;023
=23r6
0 Sunday
1 Saturday
...
6 Monday
"""

from __future__ import annotations

import datetime
import re

from cogling.tasks.gym.dates import LENGTHS, MONTHS, WEEKDAYS, leap
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps, add, divide, multiply, subtract

STARTER = {"tasks": ["weekday_of_date", "is_leap_year", "weekday_offset"], "offset_upper_bound": 20}

YEAR = 2022
"""The only year that the library asks about, but for leap years."""
BEFORE_FIRST = tuple((datetime.date(YEAR, month, 1).weekday() - 1) % 7 for month in range(1, 13))
"""The weekday before the first of each month."""
DAYS_BEFORE = tuple(sum(LENGTHS[:month]) for month in range(12))
"""Days of the year before each month."""
ORDINALS = ("first", "second", "third", "fourth")

_WEEKDAY, _MONTH = f"({'|'.join(WEEKDAYS)})", f"({'|'.join(MONTHS)})"
_DATE = rf"{_WEEKDAY}, {_MONTH} (\d\d?)(?:, {YEAR})?"
_LEAP = re.compile(r"(?:year|Is|whether) (\d{4}) (?:is )?a leap year[.?] ")
_OFFSET = re.compile(rf"(?:^If today is|Starting from|days from) {_DATE}")
_FORWARD = re.compile(r"(?:be in|after a|Count forward) (\d{1,4})[ -]day")
_BACKWARD = re.compile(r"(?:was it|Count backward) (\d{1,4}) days")
_FROM_FIRST = re.compile(
    rf"(?:year was a|January 1 fell on a|In a year where) {_WEEKDAY}\b[^?.]{{1,60}} {_MONTH} (\d\d?)"
    r"(?: be)?[?.] "
)
_OF_DATE = re.compile(rf"(?:^What day of the week was|^On which weekday did) {_MONTH} (\d\d?), {YEAR}\b")
_OF_NUMBERS = re.compile(rf"^Name the day of the week for (\d\d)/(\d\d)/{YEAR}\.")
_RECURRING = re.compile(rf"\bthe ({'|'.join(ORDINALS)}|last) {_WEEKDAY}\b")
_IN_MONTH = re.compile(rf" (?:of|in|In) {_MONTH} {YEAR}\b|^In {_MONTH} {YEAR}\b")
_RANGE = re.compile(rf"(?:from|Between) {_DATE} (?:to|and) {_DATE}")
_COUNTED = re.compile(rf"(?:^How many|occurrences of|many times does) {_WEEKDAY}")
_BUSINESS = re.compile(r"[Bb]usiness days|weekdays \(excluding weekends\)")


def trace(question: str) -> Trace:
    if m := _LEAP.search(question):
        steps, is_leap = leap(int(m[1]))
        return Trace(tuple(steps), "Yes" if is_leap else "No")
    if m := _RANGE.search(question):
        return _count(question, m)
    if m := _OFFSET.search(question):
        return _offset(question, m[1])
    if m := _FROM_FIRST.search(question):
        month, day = MONTHS.index(m[2]), int(m[3])
        shift = DAYS_BEFORE[month] % 7
        adding, days = add(shift, day)
        dividing, (_, rest) = divide(days, 7)
        walk = _walk(WEEKDAYS.index(m[1]) - 1, rest)
        return _weekday([f"{m[2]} {shift}", *adding, *dividing], walk)
    if m := _OF_DATE.search(question):
        return _of_date(MONTHS.index(m[1]), int(m[2]))
    if (m := _OF_NUMBERS.search(question)) and 1 <= int(m[1]) <= 12:
        return _of_date(int(m[1]) - 1, int(m[2]))
    if m := _RECURRING.search(question):
        return _recurring(question, m[1], m[2])
    raise Untraceable("no question about the calendar")


def _walk(weekday: int, days: int) -> list[str]:
    """The weekdays from one on, or back from it where `days` is negative, numbered from 0."""
    return [f"{k} {WEEKDAYS[(weekday + (k if days > 0 else -k)) % 7]}" for k in range(abs(days) + 1)]


def _weekday(steps: Steps, walk: list[str]) -> Trace:
    return Trace((*steps, *walk), walk[-1].split()[1])


def _offset(question: str, weekday: str) -> Trace:
    forward, backward = _FORWARD.search(question), _BACKWARD.search(question)
    m = forward or backward
    if m is None:
        raise Untraceable("no number of days")
    steps, (_, rest) = divide(int(m[1]), 7)
    return _weekday(steps, _walk(WEEKDAYS.index(weekday), rest if forward else -rest))


def _of_date(month: int, day: int) -> Trace:
    steps, (_, rest) = divide(day, 7)
    return _weekday([*steps, MONTHS[month]], _walk(BEFORE_FIRST[month], rest))


def _recurring(question: str, ordinal: str, weekday: str) -> Trace:
    """The first such day is walked to; then week by week, to the ordinal or past the end of the month."""
    m = _IN_MONTH.search(question)
    if m is None:
        raise Untraceable("no month")
    month = MONTHS.index(m[1] or m[2])
    day = (WEEKDAYS.index(weekday) - BEFORE_FIRST[month]) % 7 or 7
    steps = [f"{MONTHS[month]} {LENGTHS[month]}", *_walk(BEFORE_FIRST[month], day)]
    if ordinal != "last":
        for name in ORDINALS[: ORDINALS.index(ordinal)]:
            steps.append(f"{name} {day}+7={day + 7}")
            day += 7
    else:
        while day + 7 <= LENGTHS[month]:
            steps.append(f"{day}+7={day + 7}<={LENGTHS[month]}")
            day += 7
        steps.append(f"{day}+7={day + 7}>{LENGTHS[month]}")
    return Trace(tuple(steps), str(day))


def _count(question: str, dates: re.Match[str]) -> Trace:
    """Days of the range; so many a week; and the days that are left over, walked from its first."""
    counted = _COUNTED.search(question)
    if counted is None and not _BUSINESS.search(question):
        raise Untraceable("no weekdays are counted")
    steps, ends = [], []
    for month, day in ((dates[2], int(dates[3])), (dates[5], int(dates[6]))):
        before = DAYS_BEFORE[MONTHS.index(month)]
        lines, number = add(before, day)
        steps += [f"{month} {before}", *lines]
        ends.append(number)
    first, last = ends
    if last < first:  # the library writes the same year though the range ends in the next one
        lines, last = add(last, 365)
        steps += [f"{last - 365}<{first}", *lines]
    subtracting, difference = subtract(last, first)
    adding, days = add(difference, 1)
    dividing, (weeks, rest) = divide(days, 7)
    steps += [*subtracting, *adding, *dividing]
    count = weeks
    if counted is None:
        lines, count = multiply(weeks, 5)
        steps += lines
    steps.append(f"0:{count}")
    start = WEEKDAYS.index(dates[1])
    for line in _walk(start - 1, rest)[1:]:
        weekday = line.split()[1]
        count += weekday == counted[1] if counted else weekday not in WEEKDAYS[5:]
        steps.append(f"{line}:{count}")
    return Trace(tuple(steps), str(count))
