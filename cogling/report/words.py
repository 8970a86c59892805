"""Numbers as people say them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from cogling.tasks import REGISTRY
from cogling.tasks.gym import PREFIX

UNKNOWN = "unknown"


def count(value: float | None) -> str:
    """950 -> '950', 12_345 -> '12.3K', 41_000_000 -> '41M'."""
    if value is None or not math.isfinite(value):
        return UNKNOWN
    for size, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e4, "K")):
        # The factor lets a number that rounds up to the next letter take it: 999,950 is 1M, not 1000K.
        if abs(value) >= size * 0.9995:
            scaled = value / (1e3 if letter == "K" else size)
            return f"{scaled:.3g}{letter}" if abs(scaled) < 999.5 else f"{scaled:.0f}{letter}"
    return f"{value:,.0f}"


def duration(seconds: float | None) -> str:
    """48 -> '48 s', 272 -> '4 min 32 s', 12_000 -> '3 h 20 min'."""
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60} min"


def percent(share: float | None) -> str:
    """0.81 -> '81%'. One decimal near the ends: 0.996 must not pass for all, nor 0.004 for nothing."""
    if share is None or not math.isfinite(share):
        return UNKNOWN
    near_an_end = 0 < share < 0.1 or 0.99 < share < 1
    return f"{share * 100:.1f}".removesuffix(".0") + "%" if near_an_end else f"{share * 100:.0f}%"


def percent_fine(share: float | None) -> str:
    """0.8125 -> '81.2%': always one decimal, for tables."""
    return UNKNOWN if share is None or not math.isfinite(share) else f"{share * 100:.1f}%"


def plain(value: float) -> str:
    """A number on an axis: no trailing zeros, at most four significant digits."""
    if value == 0:
        return "0"
    if abs(value) >= 10_000:
        return count(value)
    if abs(value) < 1e-3:
        return f"{value:.0e}".replace("e-0", "e-")
    return f"{value:.4g}"


def title(name: str) -> str:
    """A task or level name for the eye: 'linear_equations' -> 'linear equations', 'gym.lcm' -> 'lcm'.

    A task of reasoning-gym whose name one of Cogling's own has as well is 'gym syllogism'.
    """
    if name == "multistep":
        return "multi-step"
    plain = name.removeprefix(PREFIX)
    return (f"gym {plain}" if plain != name and plain in REGISTRY else plain).replace("_", " ")


def plural(number: float, noun: str) -> str:
    return f"{number:,.0f} {noun}" + ("" if number == 1 else "s")


def listing(names: list[str]) -> str:
    """['a', 'b', 'c'] -> 'a, b and c'."""
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1] if names else ""


def distinct(names: Sequence[tuple[str, str]]) -> list[str]:
    """A label for each (name, where it is from): the name; with where from if two share it, and a number if
    they share that too.
    """
    given = [name for name, _ in names]
    labels: list[str] = []
    for name, place in names:
        label = name if given.count(name) == 1 else f"{name} ({place})"
        twins = sum(earlier == label or earlier.startswith(f"{label} #") for earlier in labels)
        labels.append(f"{label} #{twins + 1}" if twins else label)
    return labels
