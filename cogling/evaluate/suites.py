"""Suites: named lists of tasks to evaluate on. A new suite is one line in SUITES.

Cogling's own tasks are asked in and out of the training distribution; those of reasoning-gym in the easy and
hard settings of its published evaluation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal

from cogling.errors import CoglingError, nearest
from cogling.tasks import REGISTRY, get_task, known_tasks
from cogling.tasks.base import Level
from cogling.tasks.gym import PREFIX, library

QUICK = ("addition", "sorting", "boolean", "simplify", "base", "order", "syllogism", "causal")
"""The tasks of recipe `quick`; spelled out, so that a task added later does not move published scores."""


AskedSplit = Literal["iid", "ood", "easy", "hard"]


def _of_level(level: Level) -> list[str]:
    return [name for name in REGISTRY if get_task(name).level == level]


def _gym(*levels: Level) -> list[str]:
    """The tasks of the published evaluation that this project has put into these levels."""
    return [f"gym.{name}" for name, entry in library.levels().items() if entry["level"] in levels]


SUITES: dict[str, Callable[[], Iterable[str]]] = {
    "quick": lambda: QUICK,
    "basic": lambda: _of_level("basic"),
    "symbolic": lambda: _of_level("symbolic"),
    "multistep": lambda: _of_level("multistep"),
    "all": lambda: REGISTRY,
    "gym-easy": lambda: _gym("basic", "symbolic"),
    "gym-hard": lambda: _gym("basic", "symbolic"),
    "gym-easy-all": lambda: _gym("basic", "symbolic", "multistep"),
    "gym-hard-all": lambda: _gym("basic", "symbolic", "multistep"),
}


def tasks_of(suite: str) -> list[str]:
    """The task names of a suite, a task, or a comma-separated list of either; each one once, in order.

    Raises CoglingError for an unknown name, with the nearest known one, and where nothing is named.
    """
    names: dict[str, None] = {}
    for part in (part.strip() for part in suite.split(",")):
        if part in SUITES:
            names.update(dict.fromkeys(SUITES[part]()))
        elif part in known_tasks():
            names[part] = None
        elif part:
            raise CoglingError(f"unknown suite or task '{part}'; {nearest(part, [*SUITES, *known_tasks()])}")
    if not names:
        raise CoglingError(f"the suite names no task; give a suite ({', '.join(SUITES)}) or tasks as a,b,c")
    return list(names)


def splits_of(suite: str, only: str | None = None) -> tuple[AskedSplit, ...]:
    """What a suite asks of its tasks: iid and ood, or settings of reasoning-gym; or but one of them.

    Raises CoglingError where tasks of both kinds are named together, and where `only` is not among them.
    """
    gym = {name.startswith(PREFIX) for name in tasks_of(suite)}
    if len(gym) > 1:
        raise CoglingError(f"suite '{suite}' mixes gym tasks with others; evaluate them one after another")
    splits: tuple[AskedSplit, ...] = ("iid", "ood")
    if gym.pop():
        settings = {part.strip().split("-")[1] for part in suite.split(",") if part.strip() in SUITES}
        splits = tuple(name for name in library.SETTINGS if not settings or name in settings)
    asked = tuple(split for split in splits if only in (None, split))
    if not asked:
        raise CoglingError(f"--split is '{only}'; suite '{suite}' has {' and '.join(splits)}")
    return asked


def name_of(tasks: Iterable[str]) -> str:
    """The suite that holds just these tasks, or their names with commas."""
    names = list(tasks)
    return next((suite for suite in SUITES if set(tasks_of(suite)) == set(names)), ",".join(names))
