"""Synthetic results of `cogling eval --suite gym-hard`, for tests of the leaderboard only."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from cogling.evaluate.intervals import wilson
from cogling.evaluate.losses import LOSSES
from cogling.tasks.gym import library

HEADLINE = [name for name, entry in library.levels().items() if entry["level"] in ("basic", "symbolic")]


def gym_results(
    model: str = "runs/small",
    *,
    skill: float = 0.8,
    tasks: Sequence[str] = HEADLINE,
    splits: Sequence[str] = ("hard",),
    published: bool = True,
) -> dict[str, Any]:
    rng = random.Random(model)
    shares = {task: min(1.0, max(0.0, rng.gauss(skill, 0.25))) for task in tasks}
    entries = {
        f"gym.{task}": {"level": library.levels()[task]["level"]}
        | {split: gym_scores(rng, shares[task]) for split in splits}
        for task in tasks
    }
    return {
        "model": model,
        "suite": "gym-hard",
        "n": 50,
        "seed": 1927,
        "published": published,
        "splits": list(splits),
        "tasks": entries,
        "mean": {},
        "samples": [gym_sample(task, correct) for task in tasks[:3] for correct in (True, False)],
    }


def gym_scores(rng: random.Random, share: float, n: int = 50) -> dict[str, Any]:
    right = round(share * n)
    lost = [rng.choice(LOSSES[:4]) for _ in range(n - right)]
    return {
        "n": n,
        "correct": right,
        "pass1": right / n,
        "ci95": list(wilson(right, n)),
        "score": right / n + (n - right) / n * 0.1,
        "faithful": right / n * 0.9,
        "faithful_among_correct": 0.9,
        "steps_valid": 0.95,
        "tokens": 120.0,
        "losses": {loss: lost.count(loss) for loss in LOSSES if loss in lost},
    }


def gym_sample(task: str, correct: bool) -> dict[str, Any]:
    steps = [{"text": "7 + 5 = 12", "valid": True}, {"text": "12 + 4 = 17", "valid": correct}]
    return {
        "task": f"gym.{task}",
        "level": library.levels()[task]["level"],
        "split": "hard",
        "question": f"A question of {task} <b>?",
        "steps": steps,
        "answer": "16" if correct else "17",
        "expected": "16",
        "correct": correct,
        "faithful": correct,
    }
