"""`cogling report`: the page of one run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(run: Annotated[Path, typer.Argument(help="A run folder, finished or not.")]) -> None:
    """Write report.html into a run folder: scores, thoughts, curves and recipe on one page."""
    from cogling.report import write_report

    typer.echo(f"Report: {write_report(run).resolve().as_uri()}")
