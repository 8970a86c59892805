"""The pieces of an inline SVG. Colours are CSS classes: one drawing serves light, dark and print."""

from __future__ import annotations

from html import escape

EMPTY = '<p class="empty">Nothing recorded yet.</p>'
"""What a chart function returns where there is nothing to draw."""

CHARACTER = 6.4
"""Mean width of a character of the 11.5-pixel labels, in pixels of the drawing; sets the margins."""


def svg(parts: list[str], size: tuple[int, int], label: str, more: str = "") -> str:
    """parts: SVG. size: width and height in pixels. label: for a screen reader. more: further attributes."""
    box = f"0 0 {size[0]} {size[1]}"
    return f'<svg viewBox="{box}" role="img" aria-label="{escape(label)}"{more}>{"".join(parts)}</svg>'


def text(x: float, y: float, words: str, look: str, anchor: str = "start") -> str:
    return (
        f'<text class="{look}" x="{number(x)}" y="{number(y)}" text-anchor="{anchor}">{escape(words)}</text>'
    )


def rule(x1: float, y1: float, x2: float, y2: float, look: str) -> str:
    return f'<line class="{look}" x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"/>'


def number(value: float) -> str:
    """A coordinate: one decimal, no trailing zero."""
    return f"{value:.1f}".removesuffix(".0")
