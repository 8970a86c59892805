"""Evaluations on the gym tasks beside the published scores of large models: same tasks, same setting.

The interval of a mean is that of `cogling.report.compare`. It is used for mean scores as well: values between
0 and 1 spread most where all of them are 0 or 1, so with partial credit it is on the wide side.
"""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cogling.errors import CoglingError
from cogling.evaluate.losses import LOSSES, Loss
from cogling.files import read_json
from cogling.report.compare import Interval, mean_interval
from cogling.report.figures import by_level, level_title
from cogling.report.load import Record, Score, number, score_of
from cogling.report.words import distinct, listing
from cogling.tasks.gym import PREFIX, library

OTHERS = {"best": "best of all, by task", "o3_mini": "o3-mini", "llama_70b": "Llama-3.3-70B"}
"""Whose published scores stand beside ours. The first is another large model on each task: the ceiling."""

RIVAL = "o3_mini"

HEADLINE = ("basic", "symbolic")
"""The levels whose tasks make up the first mean; multi-step tasks have one of their own."""

SAYS_LITTLE = {
    "game_of_life_halting": "its scorer takes any text for right",
    "circuit_logic": "an answer of 0 is right for 56% of the hard questions",
    "gcd": "an answer of 1 is right for 62% of the hard questions",
    "isomorphic_strings": "an answer of True is right for 60% of the hard questions",
    "syllogism": "an answer of Yes is right for 76% of the hard questions",
    "course_schedule": "an answer of True is right for 50% of the hard questions",
    "rotten_oranges": "an answer of -1 is right for 70% of the hard questions",
    "shortest_path": "an answer of infeasible is right for 66% of the hard questions",
}
"""Tasks of which a high score is no news, and why: measured on the published questions (seed 45)."""

MEND = "make one with `cogling eval MODEL --suite gym-hard`"


@dataclasses.dataclass(frozen=True, slots=True)
class Result:
    """One task in one setting.

    right: pass@1 and its interval. credit: the mean score, partial credit included. losses: how many of the
    wrong replies lost by what.
    """

    right: Score
    credit: float
    faithful_among_right: float
    losses: Mapping[Loss, int]


@dataclasses.dataclass(frozen=True, slots=True)
class Evaluation:
    """One file of `cogling eval`. results: by setting, then by task without its prefix."""

    label: str
    path: Path
    published: bool
    n: int
    seed: int
    results: dict[str, dict[str, Result]]
    samples: list[Record]

    @property
    def asked(self) -> str:
        """Which questions."""
        if self.published:
            return f"the published questions, {self.n} a task"
        return f"{self.n} new questions a task (seed {self.seed}), none of them published"


@dataclasses.dataclass(frozen=True, slots=True)
class Board:
    """The evaluations of one setting, over the tasks that all of them asked. levels: by task."""

    setting: str
    levels: dict[str, str]
    evaluations: list[Evaluation]

    def groups(self) -> dict[str, list[str]]:
        """The groups of tasks that have a mean, by what they are called."""
        levels = by_level(self.levels)
        first = {level: tasks for level, tasks in levels.items() if level in HEADLINE}
        name = " and ".join(map(level_title, first))
        groups = {name: [task for tasks in first.values() for task in tasks]} if len(first) > 1 else {}
        return groups | {level_title(level): tasks for level, tasks in levels.items()}

    def result(self, evaluation: Evaluation, task: str) -> Result:
        return evaluation.results[self.setting][task]

    def right(self, evaluation: Evaluation, tasks: Sequence[str]) -> Interval:
        """The mean pass@1."""
        return _mean([self.result(evaluation, task).right for task in tasks])

    def credit(self, evaluation: Evaluation, tasks: Sequence[str]) -> Interval:
        """The mean score, which is what was published of the others."""
        results = [self.result(evaluation, task) for task in tasks]
        return _mean([dataclasses.replace(result.right, pass1=result.credit) for result in results])

    def faithful(self, evaluation: Evaluation, tasks: Sequence[str]) -> tuple[float, float]:
        """Shares of right replies whose every step is valid: of all questions, and of the right ones."""
        results = [self.result(evaluation, task) for task in tasks]
        right = sum(result.right.pass1 * result.right.n for result in results)
        good = sum(result.faithful_among_right * result.right.pass1 * result.right.n for result in results)
        of_all = statistics.fmean(result.right.faithful or 0.0 for result in results)
        return of_all, good / right if right else 0.0

    def other(self, key: str, tasks: Sequence[str]) -> float:
        """The published mean of a key of `OTHERS`."""
        return statistics.fmean(published_score(task, self.setting, key) for task in tasks)

    def ahead(self, evaluation: Evaluation) -> list[str]:
        """The tasks whose mean score is above that of o3-mini."""
        return [
            task
            for task in self.levels
            if self.result(evaluation, task).credit > published_score(task, self.setting, RIVAL)
        ]


def published_score(task: str, setting: str, model: str = RIVAL) -> float:
    """The published mean score of a large model on a gym task, 0..1. model: a key of `OTHERS`."""
    return library.levels()[task.removeprefix(PREFIX)].get(setting, {}).get(model, 0.0)


def boards(paths: Sequence[Path]) -> list[Board]:
    """A board for each setting that was asked, the hardest first.

    Raises CoglingError where a file is no gym evaluation, or two of one setting share no task.
    """
    read = [load_evaluation(path) for path in paths]
    labels = distinct([(one.label, one.path.stem) for one in read])
    evaluations = [dataclasses.replace(one, label=label) for one, label in zip(read, labels, strict=True)]
    made = []
    for setting in reversed(library.SETTINGS):
        asked = [one for one in evaluations if setting in one.results]
        if not asked:
            continue
        first, *others = [one.results[setting] for one in asked]
        shared = [task for task in first if all(task in results for results in others)]
        if not shared:
            names = listing([str(one.path) for one in asked])
            raise CoglingError(f"{names} have no {setting} task in common; compare them one by one")
        levels = {task: library.levels()[task]["level"] or "multistep" for task in shared}
        made.append(Board(setting, levels, asked))
    return made


def load_evaluation(path: Path) -> Evaluation:
    """Reads what `cogling eval` wrote. Raises CoglingError where it is damaged or no gym evaluation."""
    if path.is_dir():
        raise CoglingError(f"{path} is a folder; give the evaluation in it, as {path / 'eval-gym-hard.json'}")
    record = read_json(path)
    tasks = record.get("tasks") if isinstance(record, dict) else None
    if not isinstance(tasks, dict) or not tasks or not isinstance(record.get("splits", []), list):
        raise CoglingError(f"{path} is no evaluation: it has no mapping 'tasks'; {MEND}")
    known = {PREFIX + name for name in library.levels()}
    strange = [task for task in tasks if task not in known]
    settings = [name for name in library.SETTINGS if name in record.get("splits", [])]
    if strange or not settings:
        why = f"'{strange[0]}' is none of its tasks" if strange else "it asked neither easy nor hard"
        raise CoglingError(f"{path} is no evaluation on reasoning-gym: {why}; {MEND}")
    return Evaluation(
        label=Path(str(record.get("model") or path.stem)).name,
        path=path,
        published=record.get("published") is True,
        n=int(number(record, "n") or 0),
        seed=int(number(record, "seed") or 0),
        results={
            setting: {
                task.removeprefix(PREFIX): _result(path, f"{task}.{setting}", entry, setting)
                for task, entry in tasks.items()
            }
            for setting in settings
        },
        samples=[sample for sample in record.get("samples", []) if isinstance(sample, dict)],
    )


def _result(path: Path, where: str, entry: Any, setting: str) -> Result:
    scores = entry.get(setting) if isinstance(entry, Mapping) else None
    known = scores if isinstance(scores, Mapping) else {}
    n, pass1, credit = (number(known, key) for key in ("n", "pass1", "score"))
    losses = known.get("losses", {})
    good = n is not None and pass1 is not None and credit is not None and isinstance(losses, Mapping)
    if not good or n is None or pass1 is None or credit is None or n < 1 or not 0 <= pass1 <= credit <= 1:
        raise CoglingError(f"{path} is damaged: tasks.{where} needs numbers 'n', 'pass1' and 'score'; {MEND}")
    counts = {loss: int(number(losses, loss) or 0) for loss in LOSSES}
    faithful = number(known, "faithful_among_correct") or 0.0
    return Result(score_of(int(n), pass1, known), credit, faithful, counts)


def _mean(scores: Sequence[Score]) -> Interval:
    mean = mean_interval(scores)
    assert mean is not None  # no group is empty
    return mean
