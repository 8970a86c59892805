"""Why a reply is wrong: what a report sorts the tasks by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from cogling.tasks.base import Problem

Loss = Literal["not asked", "cut off", "format", "wrong step", "wrong plan"]
LOSSES: tuple[Loss, ...] = ("wrong step", "wrong plan", "cut off", "format", "not asked")

_NUMBER = re.compile(r"\d+")


def loss_of(problem: Problem, steps: Sequence[tuple[str, bool]], finish: str) -> Loss:
    """What a wrong reply lost by; steps: its texts, and whether each was valid.

    not asked: the question did not fit. cut off: the reply reached the token limit, or went round in circles.
    format: it has no steps, or all of a right trace and then another answer. wrong step: the first invalid
    step is of the form of the right one, but for its numbers. wrong plan: it is another step altogether, or
    steps are missing.
    """
    if finish in ("too_long", "unreadable"):
        return "not asked"
    if finish in ("length", "repeats"):
        return "cut off"
    if not steps:
        return "format"
    first = next((i for i, (_, valid) in enumerate(steps) if not valid), None)
    if first is None:
        return "format" if len(steps) >= len(problem.steps) else "wrong plan"
    due = problem.steps[first] if first < len(problem.steps) else ""
    return "wrong step" if _form(steps[first][0]) == _form(due) else "wrong plan"


def _form(step: str) -> str:
    return _NUMBER.sub("0", step.strip())
