"""`cogling tasks`: what a model can be taught to reason about."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cogling.tasks.base import Knob, Problem, Task

WIDTH = 80


def tasks(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """List all tasks by level: what each is, its knobs, and an example."""
    import json

    from rich.console import Console
    from rich.text import Text

    from cogling.tasks import REGISTRY, get_task
    from cogling.tasks.base import LEVELS
    from cogling.tasks.sample import draw

    listed = [get_task(name) for name in REGISTRY]
    examples = {task.name: draw(task, "train", 0, 0) for task in listed}
    if as_json:
        for task in listed:
            typer.echo(json.dumps(_record(task, examples[task.name]), ensure_ascii=False))
        return
    console = Console(highlight=False, soft_wrap=True)
    indent = 2 + max(len(task.name) for task in listed) + 2
    for level in LEVELS:
        console.print(Text(level, style="bold"))
        for task in (task for task in listed if task.level == level):
            example = examples[task.name]
            lines = [
                (task.summary, ""),
                (", ".join(_told(name, knob) for name, knob in task.knobs.items()), "dim"),
                *((line, "cyan") for line in example.question.split("\n")),
                (f"= {example.answer}", "cyan"),
            ]
            first = f"  {task.name}".ljust(indent)
            for text, style in lines:
                for line in _wrapped(text, WIDTH - indent):
                    console.print(Text(first, style="bold"), Text(line, style=style), sep="")
                    first = " " * indent
        console.print()
    console.print("Problems with their worked steps: cogling problems TASK", markup=False)


def _told(name: str, knob: Knob) -> str:
    """`digits 1-4 (ood 5-6)`."""
    (low, high), (ood_low, ood_high) = knob.train, knob.ood
    beyond = f" (ood {ood_low}-{ood_high})" if knob.ood != knob.train else ""
    return f"{name} {low}-{high}{beyond}"


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width`; what a line begins with (a program's indentation) stays."""
    return textwrap.wrap(text, width) or [""]


def _record(task: Task, example: Problem) -> dict:
    return {
        "task": task.name,
        "level": task.level,
        "summary": task.summary,
        "knobs": {
            name: {"train": list(knob.train), "ood": list(knob.ood), "rungs": list(knob.rungs)}
            for name, knob in task.knobs.items()
        },
        "example": {
            "question": example.question,
            "steps": list(example.steps),
            "answer": example.answer,
        },
    }
