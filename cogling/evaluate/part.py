"""Parts of an evaluation, the questions of one task and split each: asked and judged."""

from __future__ import annotations

import hashlib
import json
from collections import deque
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cogling.errors import CoglingError
from cogling.evaluate.ask import Engine, Judged, ask_together
from cogling.evaluate.intervals import share, wilson
from cogling.evaluate.losses import LOSSES, loss_of
from cogling.evaluate.questions import published_questions, questions
from cogling.evaluate.suites import AskedSplit
from cogling.seeds import seed_of
from cogling.tasks import get_task
from cogling.tasks.base import Problem
from cogling.tasks.sample import Split
from cogling.version import __version__

WRONG_SAMPLES = 2

Record = dict[str, Any]
Part = tuple[str, AskedSplit]
"""A task and a split."""
Progress = Callable[[str, AskedSplit, float], None]
"""Called with a task, a split, and the share of its questions that are finished."""


@dataclass(frozen=True)
class Asking:
    """How all parts of an evaluation are asked. Raises CoglingError for the first setting out of range.

    n: questions of each part. published: the first n of the published evaluation, not new ones.
    weights: checksum of the model, which with all other settings says whether a finished part is this one.
    cache, precision: the types that the engine keeps its cache in and that MLPs multiply in.
    """

    n: int
    seed: int
    published: bool = False
    temperature: float = 0.0
    max_tokens: int | None = None
    batch_size: int = 64
    weights: str = ""
    cache: str = "float32"
    precision: str = "float32"

    def __post_init__(self) -> None:
        for name in ("n", "max_tokens", "batch_size"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise CoglingError(f"{name} is {value}; it must be at least 1")
        if not 0 <= self.temperature < float("inf"):
            raise CoglingError(f"temperature is {self.temperature}; it must be 0 (greedy) or more")


def ask_parts(
    engine: Engine,
    parts: Iterable[Part],
    asking: Asking,
    held: Container[str] = (),
    progress: Progress | None = None,
) -> Iterator[tuple[Part, str, Record | None]]:
    """(part, its key, {"scores": a summary, "samples"}) as each is finished; None where the key is held.

    A part is taken from `parts` when there is room for its questions.
    """
    asked: list[tuple[Part, str, int]] = []
    known: deque[tuple[Part, str, None]] = deque()

    def groups() -> Iterator[tuple[Sequence[Problem], int]]:
        for task, split in parts:
            problems = _problems(task, split, asking)
            settings = [__version__, asking.weights, asking.cache, asking.precision, asking.seed]
            settings += [asking.temperature, asking.max_tokens]
            key = _fingerprint([settings, split, [(p.task, p.question, p.answer) for p in problems]])
            if key in held:
                known.append(((task, split), key, None))
            else:
                asked.append(((task, split), key, len(problems)))
                yield problems, seed_of("evaluation", task, split, asking.seed)

    def told(number: int, done: int) -> None:
        part, _, count = asked[number]
        if progress:
            progress(*part, done / count)

    finished = ask_together(
        engine,
        groups(),
        temperature=asking.temperature,
        max_tokens=asking.max_tokens,
        batch_size=asking.batch_size,
        progress=told,
    )
    for number, judged in finished:
        while known:
            yield known.popleft()
        part, key, _ = asked[number]
        yield part, key, {"scores": summary(judged), "samples": choose_samples(judged, part[1])}
    yield from known


def _problems(task: str, split: AskedSplit, asking: Asking) -> Sequence[Problem]:
    if asking.published:
        return published_questions(task, split, asking.n)
    return questions(task, split, asking.seed, asking.n)


def summary(judged: Sequence[Judged]) -> Record:
    """Counts and shares of one task and split; 0 of 0 is 0 with the interval [0, 1].

    n, correct, pass1, ci95: as their names say. faithful: share of all questions; faithful_among_correct:
    of the right ones. steps_valid: share of all steps written, `steps` of them. tokens: mean generated.
    too_long, unreadable, unfinished: questions not asked (see `Judged`) and replies that were cut off.
    losses: how many of the wrong replies lost by what (`cogling.evaluate.losses`).
    """
    n = len(judged)
    correct = sum(one.verdict.correct for one in judged)
    faithful = sum(one.verdict.faithful for one in judged)
    steps = sum(len(one.verdict.steps) for one in judged)
    valid = sum(one.verdict.valid_steps for one in judged)
    found = [loss_of(one.problem, one.verdict.steps, one.finish) for one in judged if not one.verdict.correct]
    return {
        "n": n,
        "correct": correct,
        "pass1": share(correct, n),
        "ci95": list(wilson(correct, n)),
        "score": sum(one.verdict.score for one in judged) / n if n else 0.0,
        "faithful": share(faithful, n),
        "faithful_ci95": list(wilson(faithful, n)),
        "faithful_among_correct": share(faithful, correct),
        "steps": steps,
        "steps_valid": share(valid, steps),
        "steps_valid_ci95": list(wilson(valid, steps)),
        "tokens": sum(one.tokens for one in judged) / n if n else 0.0,
        "too_long": sum(one.finish == "too_long" for one in judged),
        "unreadable": sum(one.finish == "unreadable" for one in judged),
        "unfinished": sum(one.finish in ("length", "repeats") for one in judged),
        "losses": {loss: found.count(loss) for loss in LOSSES if loss in found},
    }


def choose_samples(
    judged: Sequence[Judged], split: Split | AskedSplit, wrong: int = WRONG_SAMPLES
) -> list[Record]:
    """The first right reply and the first wrong ones, as the report shows them."""
    right = [one for one in judged if one.verdict.correct][:1]
    others = [one for one in judged if not one.verdict.correct][:wrong]
    return [sample(one, split) for one in right + others]


def sample(one: Judged, split: Split | AskedSplit) -> Record:
    """One problem, the model's steps with their marks, and its answer."""
    problem, verdict = one.problem, one.verdict
    return {
        "task": problem.task,
        "level": get_task(problem.task).level,
        "split": split,
        "question": problem.question,
        "steps": [{"text": text, "valid": valid} for text, valid in verdict.steps],
        "answer": one.answer,
        "expected": problem.answer,
        "correct": verdict.correct,
        "faithful": verdict.faithful,
    }


def _fingerprint(value: object) -> str:
    return hashlib.blake2b(json.dumps(value).encode(), digest_size=16).hexdigest()
