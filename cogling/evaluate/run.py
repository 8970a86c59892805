"""Evaluation of a model on tasks, and the lighter validation that the training loop runs."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from cogling.evaluate.ask import Engine, ask
from cogling.evaluate.part import Asking, Part, Progress, Record, ask_parts, choose_samples, summary
from cogling.evaluate.partial import Partial
from cogling.evaluate.questions import questions
from cogling.evaluate.suites import AskedSplit
from cogling.evaluate.workers import Workers
from cogling.tasks import get_task
from cogling.tasks.sample import Split
from cogling.version import __version__

SEED = 1927
"""The published evaluation's seed (the year of Wilson's interval). Any seed is safe: the splits are disjoint
by content, so no question of `iid` or `ood` is ever in training."""

SPLITS: tuple[AskedSplit, ...] = ("iid", "ood")


def evaluate(
    engine: Engine | Workers,
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
    cache: str = "float32",
    precision: str = "float32",
    progress: Progress | None = None,
) -> Record:
    """Results as in eval.json: for each task and split the shares of `summary`, their means, and samples.

    n: questions for each task and split, each asked once; a split that holds fewer different ones has a
    smaller `n` in its results. published: ask the first n of the published evaluation, not new ones (the
    splits easy and hard). weights: checksum of the model, which with all other settings says whether a part
    in `partial` may be reused; of those are cache and precision, the types that the engine keeps its cache
    in and that MLPs multiply in. "mean" averages over tasks, in the first split for `faithful`, but
    `faithful_among_correct`, which is the share of all right answers in it.
    Raises CoglingError for n < 1, an unknown task, or settings out of range.
    """
    asking = Asking(n, seed, published, temperature, max_tokens, batch_size, weights, cache, precision)
    levels = {name: get_task(name).level for name in tasks}
    parts = [(name, split) for name in tasks for split in splits]
    held = partial.parts if partial else {}
    found: dict[Part, Record] = {}
    for part, key, made in _asked(engine, parts, asking, held, progress):
        if partial and made:
            partial.add(key, made)
        found[part] = made or held[key]
        if progress:
            progress(*part, 1.0)
    results = {
        name: {"level": level, **{split: found[name, split]["scores"] for split in splits}}
        for name, level in levels.items()
    }
    return {
        "model": model,
        "suite": suite,
        "n": n,
        "seed": seed,
        "published": published,
        "splits": list(splits),
        "temperature": temperature,
        "weights": weights,
        "cache": cache,
        "precision": precision,
        "version": __version__,
        "tasks": results,
        "mean": _means(results, splits),
        "samples": [one for part in parts for one in found[part]["samples"]],
    }


def _asked(
    engine: Engine | Workers,
    parts: Sequence[Part],
    asking: Asking,
    held: Collection[str],
    progress: Progress | None,
) -> Iterator[tuple[Part, str, Record | None]]:
    """(part, its key, what came of it or None where the key is among those held), in any order."""
    if isinstance(engine, Workers):
        return engine.ask(parts, asking, held, progress)
    return ask_parts(engine, parts, asking, held, progress)


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
    Asking(n, seed, max_tokens=max_tokens, batch_size=batch_size)
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
