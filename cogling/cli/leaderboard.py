"""`cogling leaderboard`: gym evaluations beside the published scores of large models."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def leaderboard(
    evaluations: Annotated[list[Path], typer.Argument(help="What `cogling eval --suite gym-hard` wrote.")],
    out: Annotated[Path, typer.Option(help="The HTML page to write.")] = Path("leaderboard.html"),
) -> None:
    """Show models on reasoning-gym's tasks beside o3-mini and others: means, every task, what is lost."""
    from rich.console import Console
    from rich.text import Text

    from cogling.report.leaderboard_page import summary, write_leaderboard

    console = Console()
    for board in write_leaderboard(evaluations, out):
        for evaluation in board.evaluations:
            console.print(Text(summary(board, evaluation)))
    console.print(f"Leaderboard: {out.resolve().as_uri()}", soft_wrap=True, markup=False)
