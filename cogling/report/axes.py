"""Scales and ticks: where a value lies on a chart, and which values deserve a label."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values low..high to pixels start..end, linearly or by logarithm (then low > 0)."""

    low: float
    high: float
    start: float
    end: float
    log: bool = False

    def __call__(self, value: float) -> float:
        low, high, at = self.low, self.high, value
        if self.log:
            low, high, at = math.log(low), math.log(high), math.log(max(value, low))
        share = (at - low) / (high - low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


def finite(values: Iterable[float]) -> list[float]:
    return [value for value in values if math.isfinite(value)]


def extent(values: Sequence[float]) -> tuple[float, float]:
    """The lowest and highest finite value, held apart so that a scale over them never divides by zero."""
    known = finite(values)
    if not known:
        return 0.0, 1.0
    low, high = min(known), max(known)
    if low == high:
        room = abs(low) / 2 or 1.0
        return low - room, high + room
    return low, high


def nice_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """At most `most` + 1 round values (steps of 1, 2, 2.5 or 5 times a power of ten) inside low..high."""
    step = nice_step(low, high, most)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)]


def nice_step(low: float, high: float, most: int = 5) -> float:
    raw = (high - low) / most
    magnitude = 10.0 ** math.floor(math.log10(raw))
    return next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= raw * (1 - 1e-9))


def nice_bounds(low: float, high: float, most: int = 5) -> tuple[float, float]:
    """The range widened to whole ticks, so that the outermost grid lines carry labels."""
    step = nice_step(low, high, most)
    return math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step


def log_ticks(low: float, high: float) -> list[float]:
    """1, 2, 5 times powers of ten inside low..high; thinned to powers of ten where there are many."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        ticks = [
            f * 10.0**e for e in exponents for f in factors if low * 0.999 <= f * 10.0**e <= high * 1.001
        ]
        if len(ticks) <= 7:
            return ticks
    return ticks[:: math.ceil(len(ticks) / 7)]


def thin(x: Sequence[float], y: Sequence[float], most: int = 240) -> tuple[list[float], list[float]]:
    """Keeps the lowest and the highest point of each of most/2 buckets, so that a spike is never hidden."""
    if len(x) <= most:
        return list(x), list(y)
    size = math.ceil(len(x) / (most // 2))
    keep: list[int] = []
    for start in range(0, len(x), size):
        bucket = [i for i in range(start, min(start + size, len(x))) if math.isfinite(y[i])]
        if bucket:
            keep += sorted({min(bucket, key=lambda i: y[i]), max(bucket, key=lambda i: y[i])})
    if keep and keep[-1] != len(x) - 1:  # the last value is the one that readers look up
        keep.append(len(x) - 1)
    return [x[i] for i in keep], [y[i] for i in keep]


def smooth(values: Sequence[float], span: float) -> list[float]:
    """Exponential moving average over about `span` points, without bias at the start; skips gaps."""
    decay = 1 - 1 / max(span, 1.0)
    total = weight = 0.0
    out = []
    for value in values:
        if math.isfinite(value):
            total, weight = decay * total + value, decay * weight + 1
        out.append(total / weight if weight else math.nan)
    return out
