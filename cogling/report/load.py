"""A run folder as data: tolerant of what a killed run leaves behind, strict about damage."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cogling.errors import CoglingError
from cogling.evaluate.intervals import wilson
from cogling.files import read_json

Record = dict[str, Any]

FILES = ("recipe.yaml", "run.json", "metrics.jsonl")
"""A folder that holds one of these is a run."""

NUMBERS_NEEDED = {"train": ("step",), "evaluation": ("step",)}
"""Keys without which a metrics line of that kind is damaged."""


@dataclass(frozen=True, slots=True)
class Score:
    """How one task went on one split: shares from 0 to 1 out of n questions; low and high bound pass1."""

    n: int
    pass1: float
    low: float
    high: float
    faithful: float | None = None
    steps_valid: float | None = None
    tokens: float | None = None


@dataclass(frozen=True, slots=True)
class TaskScores:
    level: str
    iid: Score | None
    ood: Score | None


@dataclass(frozen=True, slots=True)
class RunData:
    """Everything a page shows about one run. Lists are in order of step; absent files give empty ones.

    scores: from eval.json, by task; empty where the evaluation has not been run.
    evaluations: validations during training, one a step.
    notes: what was tolerated while reading, one sentence each, to be shown.
    """

    folder: Path
    name: str
    about: Record
    recipe_text: str
    recipe: Record
    train: list[Record]
    evaluations: list[Record]
    events: list[Record]
    samples: list[Record]
    scores: dict[str, TaskScores]
    mean: Record
    notes: list[str]

    def number(self, key: str) -> float | None:
        """A number of run.json, or None where it is missing."""
        return number(self.about, key)

    @property
    def finished(self) -> bool:
        return self.about.get("finished") is True

    @property
    def tokens(self) -> float | None:
        """Tokens trained on: from run.json or, in an unfinished run, from its last metrics line."""
        return self._so_far("tokens")

    @property
    def seconds(self) -> float | None:
        """Seconds of training, over all resumptions."""
        return self._so_far("seconds")

    @property
    def steps(self) -> float | None:
        return self.number("steps") or (number(self.train[-1], "step") if self.train else None)

    def _so_far(self, key: str) -> float | None:
        return self.number(key) or (number(self.train[-1], key) if self.train else None)

    def levels(self) -> dict[str, str]:
        """The level of every task seen in this run, from eval.json first, else from the validations."""
        levels = {
            task: str(score.get("level", ""))
            for record in self.evaluations
            for task, score in record.get("tasks", {}).items()
        }
        return levels | {task: score.level for task, score in self.scores.items()}


def number(record: Mapping[str, Any], key: str) -> float | None:
    """The finite number under a key, or None: missing, null, text, NaN and infinity are all 'not known'."""
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return None
    return float(value)


def load_run(folder: Path) -> RunData:
    """Reads a run folder. Raises CoglingError where it is none, or naming the damaged file and line."""
    _require_run(folder)
    notes: list[str] = []
    about = read_json(folder / "run.json") if (folder / "run.json").exists() else {}
    if not isinstance(about, dict):
        raise CoglingError(f"{folder / 'run.json'} is damaged: it holds no mapping")
    recipe_text, recipe = _read_recipe(folder / "recipe.yaml")
    train, evaluations, events = _sort_metrics(_read_lines(folder / "metrics.jsonl", notes))
    samples = _read_lines(folder / "samples.jsonl", notes)
    results = _read_results(folder / "eval.json")
    scores = {name: _task_scores(folder, name, entry) for name, entry in results.get("tasks", {}).items()}
    tested = results.get("samples")
    if isinstance(tested, list):
        samples = [sample for sample in tested if isinstance(sample, dict)] + samples
    mean = results.get("mean")
    return RunData(
        folder=folder,
        name=str(about.get("name") or recipe.get("name") or folder.resolve().name),
        about=about,
        recipe_text=recipe_text,
        recipe=recipe,
        train=train,
        evaluations=evaluations,
        events=events,
        samples=samples,
        scores=scores,
        mean=mean if isinstance(mean, dict) else {},
        notes=notes,
    )


def _require_run(folder: Path) -> None:
    if not folder.is_dir():
        raise CoglingError(f"no run folder {folder}")
    if any((folder / name).is_file() for name in FILES):
        return
    inside = sorted(
        child
        for child in folder.iterdir()
        if child.is_dir() and any((child / name).is_file() for name in FILES)
    )
    hint = f"; did you mean {inside[0]}?" if inside else ""
    raise CoglingError(f"{folder} is not a run folder: it holds none of {', '.join(FILES)}{hint}")


def _read_recipe(path: Path) -> tuple[str, Record]:
    if not path.exists():
        return "", {}
    try:
        text = path.read_text(encoding="utf-8")
        recipe = yaml.safe_load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise CoglingError(f"cannot read {path}: {error}") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" at line {mark.line + 1}" if mark else ""
        raise CoglingError(f"{path} is damaged: not YAML{where}") from error
    return text, recipe if isinstance(recipe, dict) else {}


def _read_lines(path: Path, notes: list[str]) -> list[Record]:
    """The objects of a JSON-lines file. A broken last line is what a killed run leaves: noted, no error."""
    if not path.exists():
        return []
    try:
        lines = path.read_bytes().rstrip().split(b"\n")
    except OSError as error:
        raise CoglingError(f"cannot read {path}: {error.strerror or error}") from error
    records: list[Record] = []
    for index, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            problem = _problem_with(record)
        except ValueError:  # not JSON, or not UTF-8
            problem = "not JSON"
        if not problem:
            records.append(record)
        elif index == len(lines):
            notes.append(f"The last line of {path.name} was cut off and is left out.")
        else:
            raise CoglingError(f"{path} is damaged at line {index}: {problem}")
    return records


def _problem_with(record: Any) -> str:
    if not isinstance(record, dict):
        return "not a JSON object"
    for key in NUMBERS_NEEDED.get(str(record.get("kind")), ()):
        if number(record, key) is None:
            return f"no number '{key}'"
    tasks = record.get("tasks", {})
    if not isinstance(tasks, dict) or not all(isinstance(score, dict) for score in tasks.values()):
        return "'tasks' is not a mapping of mappings"
    return ""


def _sort_metrics(records: list[Record]) -> tuple[list[Record], list[Record], list[Record]]:
    """Splits metrics by kind, in order of step.

    A train line whose step is not beyond the one before it means that the run went back to a checkpoint
    (resumed, or rolled back): what it had written beyond that point never became part of the model, so it
    is dropped. Events are history and stay.
    """
    train: list[Record] = []
    evaluations: dict[float, Record] = {}
    events: list[Record] = []
    for record in records:
        kind = record.get("kind")
        if kind == "train":
            step = record["step"]
            while train and train[-1]["step"] >= step:
                train.pop()
            for later in [at for at in evaluations if at > step]:
                del evaluations[later]
            train.append(record)
        elif kind == "evaluation":
            evaluations[record["step"]] = record
        elif kind == "event":
            events.append(record)
    return train, [evaluations[step] for step in sorted(evaluations)], events


def _read_results(path: Path) -> Record:
    if not path.exists():
        return {}
    results = read_json(path)
    if not isinstance(results, dict) or not isinstance(results.get("tasks"), dict):
        raise CoglingError(f"{path} is damaged: it has no mapping 'tasks'")
    return results


def _task_scores(folder: Path, name: str, entry: Any) -> TaskScores:
    if not isinstance(entry, dict):
        raise CoglingError(f"{folder / 'eval.json'} is damaged: tasks.{name} is not a mapping")
    iid, ood = (_score(folder, f"{name}.{split}", entry.get(split)) for split in ("iid", "ood"))
    return TaskScores(str(entry.get("level", "")), iid, ood)


def _score(folder: Path, where: str, entry: Any) -> Score | None:
    if entry is None:
        return None
    problem = CoglingError(f"{folder / 'eval.json'} is damaged: tasks.{where} needs numbers 'n' and 'pass1'")
    if not isinstance(entry, dict):
        raise problem
    n, pass1 = number(entry, "n"), number(entry, "pass1")
    if n is None or pass1 is None or n < 1 or not 0 <= pass1 <= 1:
        raise problem
    return score_of(int(n), pass1, entry)


def score_of(n: int, pass1: float, entry: Mapping[str, Any]) -> Score:
    """A Score from a JSON entry; the interval is the entry's `ci95` or, without one, Wilson's."""
    bounds = entry.get("ci95")
    low, high = wilson(pass1 * n, n)
    if isinstance(bounds, list) and len(bounds) == 2:
        given = {"low": bounds[0], "high": bounds[1]}
        low, high = number(given, "low") or 0.0, number(given, "high") or high
    others = (number(entry, key) for key in ("faithful", "steps_valid", "tokens"))
    return Score(n, pass1, low, high, *others)
