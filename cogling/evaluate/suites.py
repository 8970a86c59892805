"""Suites: named lists of tasks to evaluate on. A new suite is one line in SUITES."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cogling.errors import CoglingError, nearest
from cogling.tasks import REGISTRY, get_task
from cogling.tasks.base import Level

QUICK = ("addition", "sorting", "boolean", "simplify", "base", "order", "syllogism", "causal")
"""The tasks of recipe `quick`; spelled out, so that a task added later does not move published scores."""


def _of_level(level: Level) -> list[str]:
    return [name for name in REGISTRY if get_task(name).level == level]


SUITES: dict[str, Callable[[], Iterable[str]]] = {
    "quick": lambda: QUICK,
    "basic": lambda: _of_level("basic"),
    "symbolic": lambda: _of_level("symbolic"),
    "multistep": lambda: _of_level("multistep"),
    "all": lambda: REGISTRY,
}


def tasks_of(suite: str) -> list[str]:
    """The task names of a suite, a task, or a comma-separated list of either; each one once, in order.

    Raises CoglingError for an unknown name, with the nearest known one, and where nothing is named.
    """
    names: dict[str, None] = {}
    for part in (part.strip() for part in suite.split(",")):
        if part in SUITES:
            names.update(dict.fromkeys(SUITES[part]()))
        elif part in REGISTRY:
            names[part] = None
        elif part:
            raise CoglingError(f"unknown suite or task '{part}'; {nearest(part, [*SUITES, *REGISTRY])}")
    if not names:
        raise CoglingError(f"the suite names no task; give a suite ({', '.join(SUITES)}) or tasks as a,b,c")
    return list(names)


def name_of(tasks: Iterable[str]) -> str:
    """The suite that holds just these tasks, or their names with commas."""
    names = list(tasks)
    return next((suite for suite in SUITES if set(tasks_of(suite)) == set(names)), ",".join(names))
