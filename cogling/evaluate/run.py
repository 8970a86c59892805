"""Evaluation of a model on tasks, and the lighter validation that the training loop runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cogling.errors import CoglingError
from cogling.evaluate.ask import Engine, Judged, ask
from cogling.evaluate.intervals import share, wilson
from cogling.evaluate.losses import LOSSES, loss_of
from cogling.evaluate.partial import Partial
from cogling.evaluate.questions import published_questions, questions
from cogling.evaluate.suites import AskedSplit
from cogling.seeds import seed_of
from cogling.tasks import get_task
from cogling.tasks.sample import Split
from cogling.version import __version__

SEED = 1927
"""The published evaluation's seed (the year of Wilson's interval). Any seed is safe: the splits are disjoint
by content, so no question of `iid` or `ood` is ever in training."""

SPLITS: tuple[AskedSplit, ...] = ("iid", "ood")
WRONG_SAMPLES = 2

Record = dict[str, Any]
Progress = Callable[[str, AskedSplit, float], None]
"""Called with a task, a split, and the share of its questions that are finished."""


def evaluate(
    engine: Engine,
    tasks: Sequence[str],
    splits: Sequence[AskedSplit] = SPLITS,
    n: int = 200,
    seed: int = SEED,
    *,
    model: str = "",
    suite: str = "",
    published: bool = False,
    temperature: float = 0.0,
    max_tokens: int | None = None,
    batch_size: int = 64,
    partial: Partial | None = None,
    weights: str = "",
    progress: Progress | None = None,
) -> Record:
    """Results as in eval.json: for each task and split the shares of `summary`, their means, and samples.

    n: questions for each task and split, each asked once; a split that holds fewer different ones has a
    smaller `n` in its results. published: ask the first n of the published evaluation, not new ones (the
    splits easy and hard). weights: checksum of the model, which with all other settings says whether a part
    in `partial` may be reused. "mean" averages over tasks, in the first split for `faithful`, but
    `faithful_among_correct`, which is the share of all right answers in it.
    Raises CoglingError for n < 1, an unknown task, or settings out of range.
    """
    check_settings(n, temperature, max_tokens, batch_size)
    results: Record = {name: {"level": get_task(name).level} for name in tasks}
    samples: list[Record] = []
    settings = [__version__, weights, seed, temperature, max_tokens]
    for name in tasks:
        for split in splits:
            problems = published_questions(name, split, n) if published else questions(name, split, seed, n)
            key = _fingerprint([settings, split, [(p.task, p.question, p.answer) for p in problems]])
            part = partial.get(key) if partial else None
            if part is None:
                judged = ask(
                    engine,
                    problems,
                    temperature=temperature,
                    seed=seed_of("evaluation", name, split, seed),
                    max_tokens=max_tokens,
                    batch_size=batch_size,
                    progress=_within(progress, name, split, len(problems)),
                )
                part = {"scores": summary(judged), "samples": choose_samples(judged, split)}
                if partial:
                    partial.add(key, part)
            results[name][split] = part["scores"]
            samples += part["samples"]
            if progress:
                progress(name, split, 1.0)
    return {
        "model": model,
        "suite": suite,
        "n": n,
        "seed": seed,
        "published": published,
        "splits": list(splits),
        "temperature": temperature,
        "weights": weights,
        "version": __version__,
        "tasks": results,
        "mean": _means(results, splits),
        "samples": samples,
    }


def validate(
    engine: Engine,
    task_names: Sequence[str],
    n: int,
    seed: int,
    split: Split = "validation",
    *,
    max_tokens: int | None = None,
    batch_size: int = 64,
) -> tuple[dict[str, Record], list[Record]]:
    """How training is going: ({task: {"level", "n", "pass1", "faithful"}}, samples for samples.jsonl).

    All questions go to the engine in one call. The same seed asks the same questions every time.
    """
    check_settings(n, 0.0, max_tokens, batch_size)
    problems = [problem for name in task_names for problem in questions(name, split, seed, n)]
    judged = ask(engine, problems, max_tokens=max_tokens, batch_size=batch_size)
    scores: dict[str, Record] = {}
    samples: list[Record] = []
    for name in task_names:
        mine = [one for one in judged if one.problem.task == name]
        whole = summary(mine)
        scores[name] = {"level": get_task(name).level, **{k: whole[k] for k in ("n", "pass1", "faithful")}}
        samples += choose_samples(mine, split, wrong=1)
    return scores, samples


def check_settings(n: int, temperature: float, max_tokens: int | None, batch_size: int) -> None:
    """Raises CoglingError for the first setting out of range."""
    for name, value in (("n", n), ("max_tokens", max_tokens), ("batch_size", batch_size)):
        if value is not None and value < 1:
            raise CoglingError(f"{name} is {value}; it must be at least 1")
    if not 0 <= temperature < float("inf"):
        raise CoglingError(f"temperature is {temperature}; it must be 0 (greedy) or more")


def summary(judged: Sequence[Judged]) -> Record:
    """Counts and shares of one task and split; 0 of 0 is 0 with the interval [0, 1].

    n, correct, pass1, ci95: as their names say. faithful: share of all questions; faithful_among_correct:
    of the right ones. steps_valid: share of all steps written, `steps` of them. tokens: mean generated.
    too_long, unreadable, unfinished: questions not asked (see `Judged`) and replies that hit a limit.
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
        "unfinished": sum(one.finish == "length" for one in judged),
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


def _means(results: Mapping[str, Record], splits: Sequence[AskedSplit]) -> dict[str, float]:
    entries = list(results.values())
    means: dict[str, float] = {
        split: sum(entry[split]["pass1"] for entry in entries) / len(entries) for split in splits
    }
    scores = [entry[splits[0]] for entry in entries]
    right = sum(entry["correct"] for entry in scores)
    faithful = sum(entry["faithful_among_correct"] * entry["correct"] for entry in scores)
    means["faithful"] = sum(entry["faithful"] for entry in scores) / len(scores)
    means["faithful_among_correct"] = faithful / right if right else 0.0
    return means


def _within(progress: Progress | None, name: str, split: AskedSplit, n: int) -> Callable[[int], None] | None:
    return (lambda done: progress(name, split, done / n)) if progress else None


def _fingerprint(value: object) -> str:
    return hashlib.blake2b(json.dumps(value).encode(), digest_size=16).hexdigest()
