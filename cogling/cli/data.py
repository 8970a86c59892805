"""`cogling data problems` and `cogling data check`: training problems made ahead into shards."""

from __future__ import annotations

import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cogling.errors import CoglingError

if TYPE_CHECKING:
    from cogling.data.making import Report
    from cogling.data.shards import Header, Shard
    from cogling.tasks.base import Task

app = typer.Typer(help="Make problems ahead, for tasks that are slow to make.", no_args_is_help=True)

REASONS = 5
"""Of the reasons why problems of a task were passed over, how many are told."""


@app.command()
def problems(
    tasks: Annotated[str, typer.Argument(help="Tasks as a,b,c; gym: all that have traces; or all.")],
    out: Annotated[Path, typer.Option(help="Folder for the shards; what it holds is kept.")],
    n: Annotated[int, typer.Option(min=1, help="Problems of each task on each rung.")] = 1000,
    rungs: Annotated[
        str | None, typer.Option(help="Rungs of the curriculum, as 0-4 or 1,3. Default: all of a task.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="The same seed always gives the same problems.")] = 0,
    workers: Annotated[
        int | None, typer.Option(min=1, max=256, help="Processes. Default: as many as there are cores.")
    ] = None,
    shard_size: Annotated[int, typer.Option(min=1, help="Problems in one file.")] = 200,
    meta: Annotated[bool, typer.Option("--meta", help="Keep what scoring needs; training does not.")] = False,
) -> None:
    """Make training problems with their traces ahead, for `data.shards` of a recipe.

    What was interrupted goes on when it is run again, a damaged shard is made anew, and a larger --n adds to
    what is there.
    """
    import os

    from cogling.data.making import plan
    from cogling.tasks import named_tasks
    from cogling.tasks.sample import top_rung

    chosen = named_tasks(tasks)
    of_task = {task.name: _rungs(task, top_rung(task), rungs) for task in chosen}
    held = _whole(out, of_task, seed)
    missing = [
        header
        for task in chosen
        for rung in of_task[task.name]
        for header in plan(task, rung, seed, n, shard_size, held, meta)
    ]
    # The first shards of all come before the second ones, so that an early end leaves some of each.
    missing.sort(key=lambda header: (header.first, -header.rung))
    ended = _make(missing, out, workers or os.cpu_count() or 1)
    _conclude(ended, held, out)


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="A folder that `cogling data problems` has written.")],
    rebuild: Annotated[
        int, typer.Option(min=0, help="Make so many of the shards again; they must be the same to the byte.")
    ] = 0,
) -> None:
    """Verify the shards of a folder: whole, as their names say, and none of evaluation's questions."""
    import random

    from cogling.data import making, shards

    found = shards.find(folder)
    if not found:
        raise CoglingError(f"{folder} holds no shards; make some with `cogling data problems`")
    wrong = 0
    again = {shard.path for shard in random.Random(0).sample(found, min(rebuild, len(found)))}
    for shard in found:
        try:
            if shard.path in again:
                making.rebuild(shard)
            else:
                shard.check()
        except CoglingError as error:
            typer.echo(str(error), err=True)
            wrong += 1
    if wrong:
        raise CoglingError(f"{wrong} of {len(found)} shards in {folder} are not as they should be")
    told = f", {len(again)} made again to the byte" if again else ""
    count, tasks = sum(map(len, found)), len({shard.task for shard in found})
    typer.echo(
        f"{_many(len(found), 'shard')} with {count:,} problems of {_many(tasks, 'task')}: all whole{told}"
    )


def _rungs(task: Task, top: int, text: str | None) -> list[int]:
    """The rungs of `0-4` or `1,3` that a task has. Raises CoglingError for anything else, or without one."""
    if text is None:
        return list(range(top + 1))
    wanted: set[int] = set()
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise CoglingError(f"--rungs {text}: give whole numbers, as 0-4 or 1,3")
        wanted.update(range(int(first), min(int(last or first), top) + 1))
    if not (has := sorted(rung for rung in wanted if rung <= top)):
        raise CoglingError(f"--rungs {text}: task '{task.name}' has rungs 0 to {top}")
    return has


def _whole(folder: Path, rungs: dict[str, list[int]], seed: int) -> list[Shard]:
    """The shards of those tasks, rungs and seed that are whole. Takes damaged ones away, and says so."""
    from cogling.data import shards
    from cogling.files import explain_os_error

    if not folder.exists():
        return []
    whole = []
    for shard in shards.find(folder):
        if shard.rung not in rungs.get(shard.task, ()) or shard.seed != seed:
            continue
        try:
            shard.check()
        except shards.Damaged:
            typer.echo(f"{shard.path.name} is damaged, and is made anew", err=True)
            try:
                shard.path.unlink()
            except OSError as refused:
                raise explain_os_error(refused, shard.path) from refused
        else:
            whole.append(shard)
    return whole


def _make(missing: list[Header], out: Path, workers: int) -> list[Report]:
    """Makes shards and writes each as it is ready, under a progress bar. Returns how each ended."""
    from contextlib import closing

    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from cogling.cli.growing import same_command, stopping
    from cogling.data.making import make_all
    from cogling.files import write_atomic

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    made: Counter[Header] = Counter()
    ended: list[Report] = []
    with (
        stopping() as signals,
        Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar,
        closing(make_all(missing, workers)) as reports,
    ):
        shown = bar.add_task("problems", total=sum(header.count for header in missing))
        try:
            for report in reports:
                header = report.header
                if report.content is not None:
                    write_atomic(out / header.name_of(report.content), report.content)
                if report.ended:
                    ended.append(report)
                made[header] = header.count if report.ended else report.made
                bar.update(shown, description=f"{header.task} rung {header.rung}", completed=made.total())
        except KeyboardInterrupt:
            if not signals:
                raise
            bar.stop()
            typer.echo(
                f"interrupted; finished shards are in {out}. Continue with: {same_command()}", err=True
            )
            raise typer.Exit(128 + signals[0]) from None
    return ended


def _conclude(ended: list[Report], held: list[Shard], out: Path) -> None:
    """What was passed over and why, what could not be made, and what the shards are for."""
    failures: dict[str, Counter[str]] = {}
    for report in ended:
        failures.setdefault(report.header.task, Counter()).update(report.failures)
    for task, reasons in failures.items():
        for reason, count in reasons.most_common(REASONS):
            typer.echo(f"{task}: passed over {count:,}: {' '.join(reason.split())[:200]}")
    failed = [report for report in ended if report.error is not None]
    for error in dict.fromkeys(str(report.error) for report in failed):
        typer.echo(error, err=True)
    if failed:
        raise CoglingError(f"{len(failed)} of {len(ended)} shards could not be made; the others are in {out}")
    typer.echo(f"{_many(len(ended), 'new shard')}, {len(held):,} kept, in {out}")
    typer.echo(f"Use them with: cogling train RECIPE data.shards={shlex.quote(str(out))}")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
