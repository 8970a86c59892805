"""`cogling resume`: continue an interrupted run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def resume(run: Annotated[Path, typer.Argument(help="A run folder.")]) -> None:
    """Continue a run from its newest good checkpoint, to the bit, with the recipe that it began with."""
    from cogling.cli.growing import growing
    from cogling.grow import resume as run_resume

    growing(run, lambda progress: run_resume(run, progress=progress))
