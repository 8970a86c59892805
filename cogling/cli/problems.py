"""`cogling problems`: look at the problems of a task, or write many of them as JSON lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, cast

import typer

from cogling.errors import CoglingError, nearest

if TYPE_CHECKING:
    from cogling.tasks.base import Problem, Task
    from cogling.tasks.sample import Split

SPLITS = ("train", "validation", "iid", "ood")
ATTEMPTS = 20_000


def problems(
    task: Annotated[str, typer.Argument(help="A task; `cogling tasks` lists them.")],
    n: Annotated[int, typer.Option(min=1, help="How many different problems.")] = 3,
    split: Annotated[str, typer.Option(help="train, validation, iid or ood.")] = "train",
    seed: Annotated[int, typer.Option(help="The same seed always gives the same problems.")] = 0,
    rung: Annotated[
        int | None, typer.Option(help="Rung of the curriculum, 0 is the easiest; default: all rungs.")
    ] = None,
    knob: Annotated[
        list[str] | None, typer.Option(help="Fix a knob, as digits=3; may be given several times.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Print problems of a task: question, worked steps (each verified), answer, and how hard they are."""
    import json

    from cogling.tasks import get_task

    chosen = get_task(task)
    fixed = _fixed_knobs(chosen, split, knob or [])
    rungs = _rungs(chosen, split, rung)
    count = 0
    for problem, difficulty in different(chosen, cast("Split", split), seed, n, rungs, fixed):
        marks = [chosen.step_valid(problem, problem.steps[:i], step) for i, step in enumerate(problem.steps)]
        if as_json:
            typer.echo(json.dumps(_record(problem, split, difficulty, marks), ensure_ascii=False))
        else:
            _print(problem, difficulty, marks)
        count += 1
    if count < n:
        typer.echo(f"{task}: only {count} different problems were found at this difficulty", err=True)


def different(
    task: Task,
    split: Split,
    seed: int,
    n: int,
    rungs: Sequence[int] | None = None,
    fixed: Mapping[str, int] | None = None,
) -> Iterator[tuple[Problem, dict[str, int]]]:
    """Up to `n` problems with different questions, each with its difficulty.

    Without `fixed` they are the ones of `cogling.tasks.sample.draw_distinct`, in the same order.
    """
    seen: set[str] = set()
    for index in range(4 * n):
        problem, difficulty = _draw(task, split, seed, index, rungs, fixed or {})
        if problem.question not in seen:
            seen.add(problem.question)
            yield problem, difficulty
        if len(seen) == n:
            return


def _draw(
    task: Task,
    split: Split,
    seed: int,
    index: int,
    rungs: Sequence[int] | None,
    fixed: Mapping[str, int],
) -> tuple[Problem, dict[str, int]]:
    """As `cogling.tasks.sample.draw`, with knobs held fixed, and telling the difficulty."""
    from cogling.seeds import rng_of
    from cogling.tasks.sample import describe, draw_difficulty, split_of

    rng = rng_of(task.name, split, seed, index)
    for _ in range(ATTEMPTS):
        difficulty = draw_difficulty(task, split, rng, rungs) | dict(fixed)
        problem = task.problem(rng, difficulty)
        if split_of(problem) == split:
            return problem, difficulty
    where = f" with {describe(fixed)}" if fixed else ""
    raise CoglingError(f"task '{task.name}' has no problem for split '{split}'{where}; free a knob")


def _fixed_knobs(task: Task, split: str, settings: Sequence[str]) -> dict[str, int]:
    """`digits=3` as a mapping. Raises CoglingError for an unknown split or knob, or a value out of range."""
    if split not in SPLITS:
        raise CoglingError(f"unknown split '{split}'; {nearest(split, SPLITS)}")
    fixed = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        if not equals or not value.lstrip("-").isdecimal():
            raise CoglingError(f"--knob {setting}: give a name and a whole number, as --knob digits=3")
        if name not in task.knobs:
            raise CoglingError(f"task '{task.name}' has no knob '{name}'; {nearest(name, task.knobs)}")
        low, high = task.knobs[name].ood if split == "ood" else task.knobs[name].train
        if not low <= int(value) <= high:
            raise CoglingError(f"--knob {setting}: in split '{split}' of '{task.name}' it is {low} to {high}")
        fixed[name] = int(value)
    return fixed


def _rungs(task: Task, split: str, rung: int | None) -> list[int] | None:
    if rung is None:
        return None
    if split == "ood":
        raise CoglingError("--rung is of the curriculum, which has no split 'ood'; leave one of them out")
    from cogling.tasks.sample import top_rung

    highest = top_rung(task)
    if not 0 <= rung <= highest:
        raise CoglingError(f"--rung {rung}: task '{task.name}' has rungs 0 to {highest}")
    return [rung] * len(task.knobs)


def _record(problem: Problem, split: str, difficulty: Mapping[str, int], marks: Sequence[bool]) -> dict:
    steps = [{"text": text, "valid": valid} for text, valid in zip(problem.steps, marks, strict=True)]
    return {
        "task": problem.task,
        "split": split,
        "difficulty": dict(difficulty),
        "question": problem.question,
        "steps": steps,
        "answer": problem.answer,
        "meta": problem.meta,
    }


def _print(problem: Problem, difficulty: Mapping[str, int], marks: Sequence[bool]) -> None:
    from rich.console import Console
    from rich.text import Text

    from cogling.tasks.sample import describe

    console = Console(highlight=False, soft_wrap=True)
    right, wrong = ("✓", "✗") if "utf" in console.encoding else ("ok", "WRONG")
    console.print(
        Text(problem.question, style="bold"), Text(f"  [{describe(difficulty)}]", style="dim"), sep=""
    )
    for step, valid in zip(problem.steps, marks, strict=True):
        mark = Text(f"  {right if valid else wrong} ", style="green" if valid else "red")
        console.print(mark, Text(step), sep="")
    console.print(Text("  = "), Text(problem.answer, style="bold"), "\n", sep="")
