"""Lines over an axis as inline SVG. A non-finite value is a gap in a line; it never reaches the SVG."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from cogling.report.axes import Scale, extent, finite, log_ticks, nice_bounds, nice_ticks, thin
from cogling.report.svg import CHARACTER, EMPTY, number, rule, svg, text
from cogling.report.words import plain

Format = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class Series:
    """One line. x and y have equal lengths. look: CSS classes, as 'c1', 'c2 dash', 'quiet'."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    look: str = "c1"
    in_tooltip: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at x: a small triangle on the axis with a tooltip."""

    x: float
    text: str


def line_chart(
    series: Sequence[Series],
    *,
    label: str,
    x_name: str,
    x_format: Format = plain,
    y_format: Format = plain,
    y_range: tuple[float, float] | None = None,
    from_zero: bool = False,
    log: bool = False,
    marks: Sequence[Mark] = (),
    reference: tuple[float, str] | None = None,
    ends: bool = False,
    name_axis: bool = True,
    size: tuple[int, int] = (500, 250),
) -> str:
    """An SVG, or a short note where no point is finite.

    label: what it shows, for a screen reader. y_range fixes the axis. log: a logarithmic y axis, dropped
    where a value is not positive. reference: a dashed level and its name. ends: write the last value of the
    first series beside it. name_axis: write x_name under the axis, not only in the tooltip. size: width and
    height of the drawing, in pixels.
    """
    drawn = [_thinned(line) for line in series]
    xs = finite(x for line in drawn for x, y in zip(line.x, line.y, strict=True) if math.isfinite(y))
    ys = finite(y for line in drawn for y in line.y)
    if not xs or not ys:
        return EMPTY
    log = log and min(ys) > 0
    if reference:
        ys = [*ys, reference[0]]
    low, high = y_range or _range(ys, from_zero, log)
    few = 4 if size[1] < 200 else 5
    y_ticks = log_ticks(low, high) if log else nice_ticks(low, high, 2 if size[1] < 160 else few)
    width, height = size
    left = 14 + CHARACTER * max((len(y_format(tick)) for tick in y_ticks), default=2)
    bottom = height - (38 if name_axis else 24)
    x_low, x_high = extent([0.0, *xs])  # training starts at nought, whenever the first record was written
    last_label = x_format(nice_ticks(x_low, x_high, few)[-1])
    right = width - max(16 + CHARACTER * 4 if ends else 14, CHARACTER * len(last_label) / 2 + 3)
    x_scale = Scale(x_low, x_high, left, right)
    y_scale = Scale(low, high, bottom, 12, log)
    parts = [_grid(y_ticks, y_scale, y_format, left, right)]
    parts += [_x_axis(x_low, x_high, x_scale, x_format, x_name if name_axis else "", bottom, height, few)]
    if reference:
        level, name = reference
        parts.append(rule(left, y_scale(level), right, y_scale(level), "reference"))
        parts.append(text(right, y_scale(level) + (15 if y_scale(level) < 24 else -5), name, "tick", "end"))
    parts += [_line(line, x_scale, y_scale) for line in drawn]
    parts += [_mark(mark, x_scale, bottom) for mark in marks if x_low <= mark.x <= x_high]
    if ends:
        parts.append(_end(drawn[0], x_scale, y_scale, y_format))
    parts.append(rule(left, 12, left, bottom, "cursor"))
    data = _tooltip_data(drawn, x_scale, y_scale, x_format, y_format, x_name)
    return svg(parts, size, label, f' data-series="{escape(data)}"')


def _thinned(line: Series) -> Series:
    x, y = thin(line.x, line.y)
    return Series(line.name, x, y, line.look, line.in_tooltip)


def _range(values: list[float], from_zero: bool, log: bool) -> tuple[float, float]:
    low, high = extent(values)
    if log:
        low, high = min(values), max(values)
        return (low / 1.1, high * 1.1) if high < low * 1.5 else (low * 0.92, high * 1.08)
    if from_zero and low >= 0:
        low = 0.0
    elif from_zero:
        low = min(low, 0.0)
    return nice_bounds(low, high)


def _grid(ticks: list[float], scale: Scale, form: Format, left: float, right: float) -> str:
    lines = [rule(left, scale(tick), right, scale(tick), "rule") for tick in ticks]
    return "".join(lines + [text(left - 7, scale(tick) + 4, form(tick), "tick", "end") for tick in ticks])


def _x_axis(
    low: float, high: float, scale: Scale, form: Format, name: str, bottom: float, height: int, most: int
) -> str:
    parts = [rule(scale.start, bottom, scale.end, bottom, "axis")]
    for tick in nice_ticks(low, high, most):
        parts.append(rule(scale(tick), bottom, scale(tick), bottom + 4, "axis"))
        parts.append(text(scale(tick), bottom + 17, form(tick), "tick", "middle"))
    if name:
        parts.append(text((scale.start + scale.end) / 2, height - 4, name, "tick", "middle"))
    return "".join(parts)


def _line(line: Series, x_scale: Scale, y_scale: Scale) -> str:
    """The line, broken where a value is not finite; a point without neighbours becomes a dot."""
    pieces: list[list[tuple[float, float]]] = [[]]
    for x, y in zip(line.x, line.y, strict=True):
        if math.isfinite(x) and math.isfinite(y):
            pieces[-1].append((x_scale(x), y_scale(y)))
        elif pieces[-1]:
            pieces.append([])
    parts = []
    for piece in pieces:
        if len(piece) == 1:
            parts.append(_dot(line.look, *piece[0]))
        elif piece:
            points = " ".join(f"{number(x)},{number(y)}" for x, y in piece)
            parts.append(f'<polyline class="line {line.look}" points="{points}"/>')
    return "".join(parts)


def _dot(look: str, x: float, y: float) -> str:
    return f'<circle class="dot {look}" cx="{number(x)}" cy="{number(y)}" r="3"/>'


def _mark(mark: Mark, scale: Scale, bottom: float) -> str:
    at = scale(mark.x)
    corners = " ".join(f"{number(at + x)},{number(bottom - y)}" for x, y in ((-4, 0), (4, 0), (0, 8)))
    return f'<polygon class="mark" points="{corners}"><title>{escape(mark.text)}</title></polygon>'


def _end(line: Series, x_scale: Scale, y_scale: Scale, form: Format) -> str:
    known = [(x, y) for x, y in zip(line.x, line.y, strict=True) if math.isfinite(x) and math.isfinite(y)]
    if not known:
        return ""
    x, y = known[-1]
    return _dot(line.look, x_scale(x), y_scale(y)) + text(x_scale(x) + 7, y_scale(y) + 4, form(y), "value")


def _tooltip_data(
    lines: Sequence[Series], x_scale: Scale, y_scale: Scale, x_format: Format, y_format: Format, x_name: str
) -> str:
    """JSON for the script in page.js: for each series its name and points as [pixel x, x text, y text]."""
    data = [
        {
            "name": line.name,
            "points": [
                [round(x_scale(x), 1), f"{x_format(x)} {x_name}", y_format(y)]
                for x, y in zip(line.x, line.y, strict=True)
                if math.isfinite(x) and math.isfinite(y)
            ],
        }
        for line in lines
        if line.in_tooltip
    ]
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
