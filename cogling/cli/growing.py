"""What `train` and `resume` share: progress of the final evaluation, interruptions, and the last words."""

from __future__ import annotations

import os
import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import typer

from cogling.files import explain_os_error

if TYPE_CHECKING:
    from cogling.grow import Run

Progress = Callable[[str, str, float], None]


def growing(folder: Path, work: Callable[[Progress], Run]) -> None:
    """Runs `work` and says what came of it; on Ctrl-C or SIGTERM, how to continue (exit 130 or 143)."""
    from rich.console import Console

    from cogling.train.signals import Interrupted

    console = Console(stderr=True)
    with console.status("") as status, stopping() as signals:
        # The status line belongs to the evaluation; training shows its own progress bar.
        status.stop()

        def progress(task: str, split: str, share: float) -> None:
            status.update(f"evaluating {task} {split} {share:.0%}")
            status.start()

        try:
            run = work(progress)
        except Interrupted as interrupted:
            typer.echo(f"interrupted; everything is saved. Continue with: {command(folder)}", err=True)
            raise typer.Exit(128 + interrupted.signal) from None
        except (KeyboardInterrupt, Exception):
            if not signals:
                raise
            typer.echo(
                f"stopped; what was done up to the last checkpoint is kept. Continue with: {command(folder)}",
                err=True,
            )
            raise typer.Exit(128 + signals[0]) from None
    conclude(run)


@contextmanager
def stopping() -> Iterator[list[int]]:
    """Has Ctrl-C and SIGTERM raise KeyboardInterrupt; gives the list of those that came.

    The list is needed since code in C that is interrupted may turn that into an error of its own.
    """
    came: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        came.append(number)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def command(folder: Path) -> str:
    return shlex.join(["cogling", "resume", str(folder)])


def same_command() -> str:
    """What was typed, to be typed again."""
    return shlex.join(["cogling", *sys.argv[1:]])


def conclude(run: Run) -> None:
    """The results, some of the model's thoughts, and what to try next."""
    from rich.console import Console

    from cogling.cli.eval import notes, table
    from cogling.cli.thoughts import show_samples

    console = Console()
    about = run.about
    if run.evaluation is not None:
        show_samples(console, run.evaluation["samples"])
        console.print(table(run.evaluation))
        for note in notes(run.evaluation):
            console.print(note, markup=False, highlight=False)
    console.print(
        f"{about['parameters']:,} parameters, {about['tokens'] / 1e6:.1f}M tokens in "
        f"{about['seconds'] / 60:.1f} minutes of training on {about['device']}; "
        f"waited for data {about['data_wait_share']:.1%} of the time",
        highlight=False,
    )
    name = shlex.quote(str(run.folder))
    console.print(f"Report:     {run.report.resolve().as_uri()}", soft_wrap=True, highlight=False)
    console.print(f"Talk to it: cogling chat {name}", soft_wrap=True, highlight=False)


def set_aside(folder: Path) -> None:
    """Gives a run that is in the way another name, so that nothing is lost. Refuses while it is trained."""
    from cogling.train.run import Lock

    if not folder.exists():
        return
    number = 1
    while (aside := folder.with_name(f"{folder.name}-{number}")).exists():
        number += 1
    if folder.is_dir():
        with Lock(folder):
            pass
    try:
        os.rename(folder, aside)
    except OSError as error:
        raise explain_os_error(error, folder) from error
    typer.echo(f"the run that was in {folder} is now in {aside}", err=True)
