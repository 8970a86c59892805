"""Which questions an evaluation asks: new ones of a split, or those of the published evaluation."""

from __future__ import annotations

from functools import lru_cache

from cogling.errors import CoglingError
from cogling.evaluate.suites import AskedSplit
from cogling.seeds import seed_of
from cogling.tasks import get_task
from cogling.tasks.base import Problem
from cogling.tasks.gym import library, published
from cogling.tasks.gym.task import GymTask
from cogling.tasks.sample import Split, draw_distinct, split_of

_ATTEMPTS = 100
"""Items drawn for each new question of a gym task; three in 32 belong to no training split."""


@lru_cache(maxsize=256)  # a validation asks the same questions again and again
def questions(task: str, split: Split | AskedSplit, seed: int, n: int) -> tuple[Problem, ...]:
    """`n` different problems of a split, or as many as were found in it.

    easy, hard: of that setting of a gym task, none of which can be in training nor is in the published
    evaluation. Raises CoglingError where the library cannot make any, or the task has no such setting.
    """
    if split == "easy" or split == "hard":
        return _fresh(_gym_task(task, split), split, seed, n)
    drawn = draw_distinct(get_task(task), split, seed, n)
    return tuple({problem.question: problem for problem in drawn}.values())


@lru_cache(maxsize=256)
def published_questions(task: str, setting: str, n: int) -> tuple[Problem, ...]:
    """The first `n` of the 50 questions that large models were asked (seed 45)."""
    asked = _gym_task(task, setting)
    try:
        return tuple(asked.published(setting, min(n, library.PUBLISHED_SIZE)))
    except CoglingError:
        raise
    except Exception as error:  # a generator of the library may raise anything
        raise _cannot_make(task, setting, error) from error


def _gym_task(task: str, setting: str) -> GymTask:
    found = get_task(task)
    if not isinstance(found, GymTask):
        raise CoglingError(f"task '{task}' has no {setting} setting; ask it iid or ood")
    return found


def _fresh(task: GymTask, setting: str, seed: int, n: int) -> tuple[Problem, ...]:
    found: dict[str, Problem] = {}
    failure: Exception | None = None
    for index in range(_ATTEMPTS * n):
        try:
            entry = task.entry(setting, seed_of(task.name, "fresh", setting, seed, index) >> 2)
        except CoglingError:
            raise
        except Exception as error:  # a generator of the library may raise anything
            failure = error
            if not found and index > _ATTEMPTS:
                break
            continue
        question = entry["question"]
        if question in found or split_of(Problem(task.name, question, (), "")) == "train":
            continue
        if not published.holds(task.gym, question):
            found[question] = task.asked(entry)
        if len(found) == n:
            break
    if not found:
        raise _cannot_make(task.name, setting, failure or ValueError("no question outside training"))
    return tuple(found.values())


def _cannot_make(task: str, setting: str, error: Exception) -> CoglingError:
    return CoglingError(
        f"reasoning-gym cannot make the {setting} questions of '{task}' "
        f"({type(error).__name__}: {error}); leave the task out"
    )
