"""`cogling compare`: several runs in one page and one terminal table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def compare(
    runs: Annotated[list[Path], typer.Argument(help="Run folders, in the order to compare them.")],
    out: Annotated[Path, typer.Option(help="The HTML page to write.")] = Path("compare.html"),
) -> None:
    """Put runs side by side: scores with intervals, the gap from each to the next, curves, recipes."""
    from rich.console import Console

    from cogling.report import compare_runs, comparison_table
    from cogling.report.compare_page import write_comparison_page

    comparison = compare_runs(runs)
    write_comparison_page(comparison, out)
    console = Console()
    console.print(comparison_table(comparison))
    console.print(f"Comparison: {out.resolve().as_uri()}", soft_wrap=True, markup=False)
