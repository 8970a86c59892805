"""The shell of a page and the pieces it is put together from. Text goes in plain and is escaped here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from importlib import resources

from cogling.version import __version__

# The policy makes the browser itself keep the promise: this page asks nobody for anything.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'"


def page(title: str, body: Iterable[str]) -> str:
    """One whole HTML document. body: HTML, made by the functions below."""
    style, script = (
        resources.files("cogling.report").joinpath(f"page.{kind}").read_text() for kind in ("css", "js")
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<style>
{style}</style>
</head>
<body>
<main>
{"".join(body)}
<footer>Written by Cogling {escape(__version__)}. This file needs no other and no network.</footer>
</main>
<div id="tip" hidden></div>
<script>
{script}</script>
</body>
</html>
"""


def header(eyebrow: str, name: str, summary: str, notes: Sequence[str] = ()) -> str:
    marked = "".join(f'<p class="note">{escape(note)}</p>' for note in notes)
    return (
        f'<header><p class="eyebrow">{escape(eyebrow)}</p><h1>{escape(name)}</h1>'
        f'<p class="lead">{escape(summary)}</p>{marked}</header>\n'
    )


def section(name: str, heading: str, lede: str, *content: str) -> str:
    """name: the id to link to. lede: what to see, in a sentence or two."""
    told = f'<p class="lede">{escape(lede)}</p>' if lede else ""
    return f'<section id="{escape(name)}"><h2>{escape(heading)}</h2>{told}{"".join(content)}</section>\n'


def tiles(entries: Iterable[tuple[str, str, str, str]]) -> str:
    """Key numbers: (name, value, small print, CSS classes)."""
    cells = [
        f'<div class="{look}"><dt>{escape(name)}</dt>'
        f"<dd>{escape(value)}<small>{escape(small)}</small></dd></div>"
        for name, value, small, look in entries
    ]
    return f'<dl class="tiles">{"".join(cells)}</dl>\n'


def figure(caption: str, small: str, chart: str) -> str:
    """chart: HTML."""
    told = f"{escape(caption)} <small>{escape(small)}</small>"
    return f"<figure><figcaption>{told}</figcaption>{chart}</figure>"


def grid(columns: str, figures: Iterable[str]) -> str:
    """columns: 'two' or 'three' at full width; fewer on a narrow screen."""
    return f'<div class="grid {columns}">{"".join(figures)}</div>'


def legend(entries: Iterable[tuple[str, str, str]]) -> str:
    """Each entry: (shape 'bar' | 'line' | 'mark' | 'whisker', CSS classes, what it means)."""
    shapes = {
        "bar": '<rect class="bar {0}" x="1" y="1" width="20" height="10"/>',
        "line": '<line class="line {0}" x1="1" x2="21" y1="6" y2="6"/>',
        "mark": '<polygon class="mark {0}" points="7,11 15,11 11,2"/>',
        "whisker": '<path class="whisker {0}" d="M2 6H20M2 3V9M20 3V9"/>',
    }
    keys = [
        f'<span><svg viewBox="0 0 22 12" aria-hidden="true">{shapes[shape].format(look)}</svg>'
        f"{escape(text)}</span>"
        for shape, look, text in entries
    ]
    return f'<div class="legend">{"".join(keys)}</div>'


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], text_columns: Sequence[int] = ()) -> str:
    """Plain text in, HTML out; the first column names the row. A cell's second line is set small."""

    def side(column: int) -> str:
        return ' class="text"' if column in text_columns else ""

    def cell(text: str) -> str:
        first, _, second = text.partition("\n")
        return escape(first) + (f"<small>{escape(second)}</small>" if second else "")

    head = "".join(f'<th scope="col"{side(column)}>{escape(name)}</th>' for column, name in enumerate(heads))
    body = "".join(
        "<tr>" + "".join(f"<td{side(column)}>{cell(text)}</td>" for column, text in enumerate(row)) + "</tr>"
        for row in rows
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def folded(summary: str, content: str) -> str:
    """content: HTML, shown when the reader opens it."""
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"
