"""Horizontal bars with interval whiskers, and strips of shades, as inline SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from cogling.report.axes import Scale
from cogling.report.svg import CHARACTER, EMPTY, number, rule, svg, text
from cogling.report.words import percent, percent_fine


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a share from 0 to 1 with its interval, and its tooltip. look: CSS classes.

    Without a whisker where no interval is known: low and high are then the value.
    """

    value: float
    low: float
    high: float
    text: str
    look: str = "c1"


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    bars: Sequence[Bar]


THICK, APART, BETWEEN = 11, 3, 10
"""Pixels: a bar, the gap between two bars of a group, the gap between groups."""


def bar_chart(groups: Sequence[Group], *, label: str, longest_name: int = 0, width: int = 340) -> str:
    """Horizontal bars of shares, grouped, each with a whisker from low to high and its value at the right.

    longest_name: characters to leave room for, so that panels beside each other get the same axis.
    """
    if not any(group.bars for group in groups):
        return EMPTY
    left = _left([group.name for group in groups], longest_name, width)
    scale = Scale(0.0, 1.0, left, width - 54)
    parts = []
    y = 10.0
    for group in groups:
        tall = len(group.bars) * (THICK + APART) - APART
        parts.append(text(left - 9, y + tall / 2 + 4, group.name, "name", "end"))
        for bar in group.bars:
            parts.append(_bar(bar, scale, y, width))
            y += THICK + APART
        y += BETWEEN
    bottom = y - 4
    grid = [
        rule(scale(share), 4, scale(share), bottom, "rule" if share else "axis")
        + text(scale(share), bottom + 15, percent(share), "tick", "middle")
        for share in (0.0, 0.5, 1.0)
    ]
    return svg(grid + parts, (width, math.ceil(bottom + 20)), label)


def _left(names: Sequence[str], longest: int, width: int) -> float:
    return min(14 + CHARACTER * max(longest, *map(len, names), 0), width * 0.45)


def _bar(bar: Bar, scale: Scale, y: float, width: int) -> str:
    middle = y + THICK / 2
    low, high = scale(bar.low), scale(bar.high)
    whisker = f"M{number(low)} {number(middle)}H{number(high)}" + "".join(
        f"M{number(end)} {number(middle - 2.5)}V{number(middle + 2.5)}" for end in (low, high)
    )
    return (
        f"<g><title>{escape(bar.text)}</title>"
        f'<rect class="bar {bar.look}" x="{number(scale(0))}" y="{number(y)}" height="{THICK}"'
        f' width="{number(max(scale(bar.value) - scale(0), 0.8))}"/>'
        + (f'<path class="halo" d="{whisker}"/><path class="whisker" d="{whisker}"/>' if low < high else "")
        + text(width - 2, middle + 4, percent_fine(bar.value), "value", "end")
        + "</g>"
    )


@dataclass(frozen=True, slots=True)
class Strip:
    """One row of shades: x rises, values are from 0 to `highest` of the chart; text is its tooltip."""

    name: str
    x: Sequence[float]
    values: Sequence[float]
    end: str
    text: str


def strip_chart(
    strips: Sequence[Strip],
    *,
    label: str,
    highest: float,
    longest_name: int = 0,
    width: int = 340,
    cells: int = 48,
) -> str:
    """A row a strip: the stronger a cell, the higher the value in force; the end value at the right."""
    if not strips:
        return EMPTY
    left = _left([strip.name for strip in strips], longest_name, width)
    cell = round((width - 46 - left) / cells, 1)  # whole tenths: cells neither overlap nor leave seams
    parts = []
    y = 6.0
    for strip in strips:
        shades = [0.08 + 0.92 * min(max(value / highest, 0.0), 1.0) for value in _sampled(strip, cells)]
        row = "".join(
            f'<rect class="bar cell c1" x="{number(left + i * cell)}" y="{number(y)}" width="{number(cell)}"'
            f' height="14" opacity="{shade:.2f}"/>'
            for i, shade in enumerate(shades)
        )
        end = text(width - 2, y + 11, strip.end, "value", "end")
        name = text(left - 9, y + 11, strip.name, "name", "end")
        parts.append(f"<g><title>{escape(strip.text)}</title>{name}{row}{end}</g>")
        y += 21
    return svg(parts, (width, math.ceil(y)), label)


def _sampled(strip: Strip, cells: int) -> list[float]:
    """The value in force at the middle of each of `cells` equal spans of x from 0; 0 before the first."""
    known = [(x, value) for x, value in zip(strip.x, strip.values, strict=True) if math.isfinite(x + value)]
    last = known[-1][0] if known else 0.0
    middles = [(index + 0.5) / cells * last for index in range(cells)]
    return [next((value for x, value in reversed(known) if x <= middle), 0.0) for middle in middles]
