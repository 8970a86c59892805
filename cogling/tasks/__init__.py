"""The tasks by name. A new task is one file and one line here; nothing is imported until it is asked for."""

from __future__ import annotations

import importlib
from functools import cache

from cogling.errors import CoglingError, nearest
from cogling.tasks.base import Task
from cogling.tasks.gym import DRILL_PREFIX, DRILLS, PREFIX, traced

REGISTRY: dict[str, str] = {
    "addition": "cogling.tasks.basic.addition:Addition",
    "long_addition": "cogling.tasks.basic.long_addition:LongAddition",
    "sorting": "cogling.tasks.basic.sorting:Sorting",
    "boolean": "cogling.tasks.basic.boolean:Boolean",
    "sequence": "cogling.tasks.basic.sequence:Sequence",
    "equation": "cogling.tasks.symbolic.equation:Equation",
    "simplify": "cogling.tasks.symbolic.simplify:Simplify",
    "code": "cogling.tasks.symbolic.code:Code",
    "base": "cogling.tasks.symbolic.base:Base",
    "word_problem": "cogling.tasks.multistep.word_problem:WordProblem",
    "order": "cogling.tasks.multistep.order:Order",
    "syllogism": "cogling.tasks.multistep.syllogism:Syllogism",
    "causal": "cogling.tasks.multistep.causal:Causal",
}


@cache
def get_task(name: str) -> Task:
    """The task of that name. Raises CoglingError, naming the nearest known task."""
    if name.startswith(PREFIX) and name in known_tasks():
        from cogling.tasks.gym.task import GymTask

        return GymTask(name)
    if name.startswith(DRILL_PREFIX) and name in known_tasks():
        from cogling.tasks.gym.drill import Drill

        return Drill(name)
    if name not in REGISTRY:
        raise CoglingError(f"unknown task '{name}'; {nearest(name, known_tasks())}")
    module, _, attribute = REGISTRY[name].partition(":")
    return getattr(importlib.import_module(module), attribute)()


@cache
def known_tasks() -> tuple[str, ...]:
    """Every name that `get_task` knows: the registry, gym.NAME for tasks of reasoning-gym, and drill.NAME."""
    from cogling.tasks.gym import library

    gym = (f"{PREFIX}{name}" for name in library.levels())
    return (*REGISTRY, *gym, *(f"{DRILL_PREFIX}{name}" for name in DRILLS))


def named_tasks(names: str) -> list[Task]:
    """The tasks of a list such as `addition,gym.lcm`; `all` is the registry, `gym` all gym tasks with traces.

    Raises CoglingError as `get_task`, for a task that has no traces, and for an empty list.
    """
    several = {"all": list(REGISTRY), "gym": traced()}
    listed = [name for part in names.split(",") if (name := part.strip())]
    found = [get_task(one) for name in listed for one in several.get(name, [name])]
    for task in found:
        if task.name.startswith(PREFIX) and task.name not in traced():
            raise CoglingError(f"task '{task.name}' has no tracer, so there are no worked problems of it")
    if not found:
        raise CoglingError("no task is named; `cogling tasks` lists them")
    return list(dict.fromkeys(found))
