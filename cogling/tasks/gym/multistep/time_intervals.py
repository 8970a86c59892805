"""Dates: the days left of the first month, whole months, days of the last. Times: digit by digit from the
low end, where the tens of seconds and minutes lend six; then the hours, with their zones; what is below
nothing or a full day is moved to the days.

What is the duration between 11:24:08 and 14:55:05? Please answer in HH:MM:SS.
14:55:05-11:24:08
s15-8-0=07;7
t6+0-0-1=05;57
m15-4-1=10;0:57
n6+5-2-0=09;30:57
...
3 hours
=03:30:57
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cogling.tasks.gym.dates import LENGTHS, MONTHS, WEEKDAYS, leap
from cogling.tasks.gym.trace import Trace, Untraceable
from cogling.tasks.gym.written import Steps, add, add_signed, subtract

STARTER = {
    "task_types": ["time", "time_seconds", "date"],
    "max_time_difference_seconds": 7200,
    "max_date_difference_days": 10,
}

_DAYS, _ABBREVIATED = "|".join(WEEKDAYS), "|".join(day[:3] for day in WEEKDAYS)
_NAMES, _SHORT = "|".join(MONTHS), "|".join(month[:3] for month in MONTHS)
_MOMENT = re.compile(
    rf"(?P<date>(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)(?P<weekday> \((?:{_DAYS})\))?"
    rf"|(?:(?:{_DAYS}), )?(?P<name>{_NAMES}) (?P<name_day>\d\d), (?P<name_year>\d{{4}})"
    r"|(?P<slash_month>\d\d)/(?P<slash_day>\d\d)/(?P<slash_year>\d{4})"
    rf"|(?:{_ABBREVIATED}) (?P<short>{_SHORT}) (?P<short_day>\d\d) (?P<short_year>\d{{4}})"
    rf"|(?P<turned_day>\d\d) (?P<turned>{_NAMES}) (?P<turned_year>\d{{4}}))?"
    r"(?:(?<=\d|\)),? (?:at )?)?"
    r"(?:(?P<hour>\d\d):(?P<minute>\d\d)(?P<second>:\d\d)?(?P<milli>\.\d{3})?(?: (?P<zone>[+-]\d{4}))?)?"
)
_FORM = re.compile(r" in (D days|D days, HH:MM(?::SS)?|HH:MM(?::SS(?:\.mmm)?)?)\.$")


@dataclass(frozen=True, slots=True)
class Moment:
    """date: (year, month, day); clock: the text from the minutes on, of the time; zone: hours from UTC."""

    date: tuple[int, int, int] | None
    hour: int | None
    clock: str
    zone: int | None


def trace(question: str) -> Trace:
    form = _FORM.search(question)
    moments = [_moment(m) for m in _MOMENT.finditer(question) if m["date"] or m["hour"]]
    if form is None or len(moments) != 2:
        raise Untraceable("not the time between two moments")
    start, end = moments
    steps: Steps = []
    days = 0
    if (start.date is None) != (end.date is None) or (start.hour is None) != (end.hour is None):
        raise Untraceable("two moments of different kinds")
    if len(start.clock) != len(end.clock) or (start.zone is None) != (end.zone is None):
        raise Untraceable("two moments of different kinds")
    if start.date is not None and end.date is not None:
        steps, days = _days(start.date, end.date)
        steps.append(f"{days} days")
    if form[1] == "D days":
        return Trace(tuple(steps), f"{days} days")
    clock = ""
    if start.hour is None or end.hour is None:  # the library forgets the time behind a weekday in brackets
        hours, clock = 0, ":00"
    else:
        lines, clock, borrow = _clock(start, end)
        hour_lines, hours = _hours(start, end, borrow)
        steps += [*lines, *hour_lines, f"{hours} hours"]
    while hours < 0 or hours >= 24:
        step = 1 if hours < 0 else -1
        for_days, days = add_signed(days, -step)
        for_hours, hours = add_signed(hours, 24 * step)
        steps += [*for_days, f"{days} days", *for_hours, f"{hours} hours"]
    if start.date is None and days:
        raise Untraceable("a time that ends on another day")
    text = f"{hours:02}{clock}"
    if ":SS" in form[1] and len(text) == len("HH:MM"):
        text += ":00"
    elif ":SS" not in form[1]:
        text = text[: len("HH:MM")]
    if "days" in form[1]:
        text = f"{days} days, {text}"
    return Trace((*steps, f"={text}"), text)


def _moment(m: re.Match[str]) -> Moment:
    date = None
    if m["date"]:
        month = m["month"] or m["slash_month"]
        if month is None:
            name = (m["name"] or m["short"] or m["turned"])[:3]
            number = next(i for i, known in enumerate(MONTHS, 1) if known.startswith(name))
        else:
            number = int(month)
        year, day = (
            int(next(m[key] for key in m.groupdict() if key.endswith(part) and m[key]))
            for part in ("year", "day")
        )
        if not 1 <= number <= 12 or not 1 <= day <= 31:
            raise Untraceable("no such date")
        date = (year, number, day)
    if m["hour"] is None or m["weekday"]:
        return Moment(date, None, "", None)
    zone = int(m["zone"]) // 100 if m["zone"] else None
    return Moment(date, int(m["hour"]), f":{m['minute']}{m['second'] or ''}{m['milli'] or ''}", zone)


def _days(start: tuple[int, int, int], end: tuple[int, int, int]) -> tuple[Steps, int]:
    """Days from one date to another. The length of a month stands behind it."""
    year, month, day = start
    steps = [f"{_text(start)}..{_text(end)}"]
    if (year, month) > end[:2] or abs(end[0] - year) > 1:
        raise Untraceable("dates that are turned round or far apart")
    if (year, month) == end[:2]:
        if day > end[2]:
            raise Untraceable("dates that are turned round or far apart")
        lines, days = subtract(end[2], day)
        return [*steps, *lines], days
    lines, length = _length(year, month)
    lines_left, days = subtract(length, day)
    steps += [*lines, *lines_left]
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        if (year, month) == end[:2]:
            lines, days = add(days, end[2])
            return [*steps, _text(end), *lines], days
        lines, length = _length(year, month)
        adding, days = add(days, length)
        steps += [*lines, *adding]


def _text(date: tuple[int, int, int]) -> str:
    return f"{date[0]}-{date[1]:02}-{date[2]:02}"


def _length(year: int, month: int) -> tuple[Steps, int]:
    if month != 2:
        return [f"{year}-{month:02}:{LENGTHS[month - 1]}"], LENGTHS[month - 1]
    steps, is_leap = leap(year)
    return [*steps, f"{year}-02:{28 + is_leap}"], 28 + is_leap


COLUMNS = {"z": 10, "y": 10, "x": 10, "s": 10, "t": 6, "m": 10, "n": 6}
"""Thousandths, hundredths and tenths of a second, seconds, tens of seconds, minutes, tens of minutes."""


def _clock(start: Moment, end: Moment) -> tuple[Steps, str, int]:
    """end - start without the hours, and what the minutes borrow from the hours."""
    letters = [letter for letter in COLUMNS if letter not in "zyx" or "." in end.clock]
    if end.clock.count(":") == 1:
        letters = ["m", "n"]
    steps = [f"{end.hour:02}{end.clock}-{start.hour:02}{start.clock}"]
    borrow, done = 0, ""
    places = zip(reversed(end.clock), reversed(start.clock), strict=True)
    for x, y in places:
        if not x.isdigit():
            done = x + done
            continue
        letter = letters.pop(0)
        radix = COLUMNS[letter]
        rest = radix + int(x) - int(y) - borrow
        done = f"{rest % radix}{done}"
        lent = f"1{x}" if radix == 10 else f"6+{x}"
        steps.append(f"{letter}{lent}-{y}-{borrow}={rest:02};{done}")
        borrow = 1 - rest // radix
    return steps, done, borrow


def _hours(start: Moment, end: Moment, borrow: int) -> tuple[Steps, int]:
    """end - start in hours; the zones are hours that the clocks are ahead."""
    assert start.hour is not None
    assert end.hour is not None
    steps, hours = add_signed(end.hour, -start.hour)
    rest = [-borrow]
    if start.zone is not None and end.zone is not None:
        rest += [start.zone, -end.zone]
    for number in rest:
        lines, hours = add_signed(hours, number)
        steps += lines
    return steps, hours
