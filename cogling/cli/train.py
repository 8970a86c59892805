"""`cogling train`: grow a model from a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train(
    recipe: Annotated[str, typer.Argument(help="A recipe file, or a shipped one: `cogling recipe list`.")],
    overrides: Annotated[
        list[str] | None, typer.Argument(help="Changes to it, as train.steps=500 model.size=3M.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The run folder. Default: runs/NAME.")] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Start over; a run that is there is kept under another name.")
    ] = False,
) -> None:
    """Grow a model from a recipe: train, evaluate, write a report.

    A run that was interrupted continues; a finished one is reused, never trained again unless --fresh.
    """
    from cogling.cli.growing import growing, set_aside
    from cogling.recipes import load_recipe

    resolved = load_recipe(recipe, overrides or [])
    folder = out or Path("runs") / resolved.name
    if fresh:
        set_aside(folder)
    from cogling.grow import train as run_training

    growing(folder, lambda progress: run_training(resolved, out=folder, progress=progress))
