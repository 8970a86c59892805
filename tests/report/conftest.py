"""A synthetic run folder with everything a finished run leaves, for tests of the pages only."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

TASKS = {
    "addition": "basic",
    "boolean_evaluation": "basic",
    "comparison": "basic",
    "number_patterns": "basic",
    "base_conversion": "symbolic",
    "following_code": "symbolic",
    "linear_equations": "symbolic",
    "logic_simplification": "symbolic",
    "causal_graphs": "multistep",
    "kinship": "multistep",
    "syllogisms": "multistep",
    "word_problems": "multistep",
}

QUESTIONS = {
    "addition": ("348 + 277 = ?", ["8 + 7 = 15", "4 + 7 + 1 = 12", "3 + 2 + 1 = 6", "answer 625"], "625"),
    "following_code": (
        "x = 3\ny = x * 4\nif y > 10:\n    x = y - 5\nprint(x)",
        ["x is 3", "y is 3 * 4 = 12", "12 > 10 is true", "x is 12 - 5 = 7", "prints 7"],
        "7",
    ),
    "linear_equations": ("Solve 3x + 5 = 20.", ["3x = 20 - 5 = 15", "x = 15 / 3 = 5"], "5"),
    "word_problems": (
        "Ada has 12 apples. She gives 3 to Ben, buys 8 more and shares them equally with her two brothers."
        " How many apples does each of the three have?",
        ["12 - 3 = 9", "9 + 8 = 17", "17 / 3 = 5 rest 2", "answer 5"],
        "5",
    ),
}


def score(rng: random.Random, right: float, n: int) -> dict:
    correct = sum(rng.random() < right for _ in range(n))
    share = correct / n
    spread = 1.96 * math.sqrt(share * (1 - share) / n + 1e-4)
    return {
        "n": n,
        "correct": correct,
        "pass1": share,
        "ci95": [max(0.0, share - spread), min(1.0, share + spread)],
        "faithful": share * 0.97,
        "steps_valid": min(1.0, share + 0.03),
        "tokens": 20 + 40 * rng.random(),
    }


def sample(rng: random.Random, task: str, split: str, correct: bool, step: int | None = None) -> dict:
    fallback = (
        f"A question of {task.replace('_', ' ')}?",
        ["first this", "then that", "so the answer"],
        "yes",
    )
    question, texts, expected = QUESTIONS.get(task, fallback)
    bad = len(texts) if correct else rng.randrange(len(texts))
    steps = [{"text": text, "valid": index < bad} for index, text in enumerate(texts)]
    answer = expected if correct else expected + "1"
    record = {"task": task, "level": TASKS[task], "split": split, "question": question, "steps": steps}
    record |= {"answer": answer, "expected": expected, "correct": correct}
    return record if step is None else {"step": step} | record


def write_lines(path: Path, records: list[dict]) -> None:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")


@pytest.fixture(name="write_lines")
def _write_lines() -> Callable[[Path, list[dict]], None]:
    return write_lines


@pytest.fixture
def make_run(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes a run folder and returns it."""

    def make(name: str = "quick", *, skill: float = 0.97, steps: int = 3000, evaluated: bool = True) -> Path:
        return build_run(tmp_path / name, name, skill=skill, steps=steps, evaluated=evaluated)

    return make


def build_run(folder: Path, name: str, *, skill: float, steps: int, evaluated: bool) -> Path:
    rng = random.Random(name)
    folder.mkdir(parents=True)
    recipe = {
        "name": name,
        "seed": 7,
        "model": {"size": "0.8M", "mixer": "average" if name == "v1" else "attention", "layers": 4},
        "stages": [{"kind": "reason", "tasks": sorted(TASKS), "minutes": 4.5}],
        "optim": {"name": "muon", "lr": 0.02 * skill},
    }
    (folder / "recipe.yaml").write_text(yaml.safe_dump(recipe, sort_keys=False), encoding="utf-8")
    ease = {task: skill ** (1 + index % 5) for index, task in enumerate(TASKS)}
    metrics: list[dict] = []
    samples: list[dict] = []
    for step in range(10, steps + 1, 10):
        done = step / steps
        height = {task: min(1.0, 1.5 * done * ease[task]) for task in TASKS}
        metrics.append(
            {
                "kind": "train",
                "step": step,
                "loss": 0.06
                + (1.1 - skill)
                + 3.2 * math.exp(-7 * done) * rng.uniform(0.9, 1.1)
                + rng.random() * 0.05,
                "lr": 0.02 * min(1.0, done * 20) * min(1.0, (1 - done) * 3 + 0.01),
                "lr_scale": min(1.0, done * 20) * min(1.0, (1 - done) * 3 + 0.01),
                "grad_norm": 0.4 + 2 * math.exp(-9 * done) * rng.random(),
                "tokens": step * 4096,
                "tokens_per_second": 39000 + rng.gauss(0, 900),
                "wait_share": 0.01 + 0.01 * rng.random(),
                "seconds": step * 4096 / 39000,
                "curriculum": height,
            }
        )
        if step % 250 == 0:
            scores = {
                task: {
                    "level": level,
                    "n": 32,
                    "pass1": round(
                        32 * ease[task] * (1 - math.exp(-6 * done * ease[task])) * rng.uniform(0.9, 1)
                    )
                    / 32,
                    "faithful": 0.9 * ease[task] * (1 - math.exp(-5 * done * ease[task])),
                }
                for task, level in TASKS.items()
            }
            mean = sum(entry["pass1"] for entry in scores.values()) / len(scores)
            metrics.append(
                {"kind": "evaluation", "step": step, "seconds": step / 9.5, "tasks": scores, "mean": mean}
            )
            samples += [sample(rng, task, "validation", rng.random() < ease[task], step) for task in TASKS]
        if step == 1200:
            metrics.append({"kind": "event", "step": 1203, "message": "non-finite loss, step skipped"})
        if step == 2000:
            metrics.append({"kind": "event", "step": 2000, "message": "resumed from checkpoint 2000"})
    write_lines(folder / "metrics.jsonl", metrics)
    write_lines(folder / "samples.jsonl", samples)
    about = {
        "name": name,
        "recipe": name,
        "started": "2025-01-31T14:05:00+00:00",
        "seconds": steps * 4096 / 39000,
        "steps": steps,
        "tokens": steps * 4096,
        "parameters": 842_368,
        "parameters_without_embeddings": 786_944,
        "flops_per_token": 5_100_000,
        "device": "cpu, 2 threads, bfloat16",
        "data_wait_share": 0.012,
        "peak_memory_mb": 1800,
        "best_step": steps,
        "skipped_steps": 1,
        "rollbacks": 0,
        "finished": evaluated,
        "versions": {"cogling": "0.1.0", "torch": "2.13.0", "python": "3.11.7"},
    }
    (folder / "run.json").write_text(json.dumps(about), encoding="utf-8")
    if evaluated:
        (folder / "eval.json").write_text(json.dumps(results(rng, name, ease)), encoding="utf-8")
    return folder


def results(rng: random.Random, name: str, ease: dict[str, float]) -> dict:
    tasks = {
        task: {
            "level": TASKS[task],
            "iid": score(rng, ease[task], 200),
            "ood": score(rng, ease[task] ** 3 * 0.6, 200),
        }
        for task in TASKS
    }
    mean = {
        split: sum(entry[split]["pass1"] for entry in tasks.values()) / len(tasks) for split in ("iid", "ood")
    }
    mean["faithful"] = sum(entry["iid"]["faithful"] for entry in tasks.values()) / len(tasks)
    shown = [sample(rng, task, split, split == "iid") for task in TASKS for split in ("iid", "ood")]
    return {
        "model": name,
        "suite": "quick",
        "n": 200,
        "seed": 1,
        "tasks": tasks,
        "mean": mean,
        "samples": shown,
    }


VOID = {"meta", "input", "br"}


class Checker(HTMLParser):
    """Collects tags and attributes, and fails where tags do not nest."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict]] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture
def check_page() -> Callable[[str], None]:
    """A function that parses a page and holds it to be well nested, self-contained and free of NaN."""
    return check


def check(page: str) -> None:
    checker = Checker()
    checker.feed(page)
    assert checker.open == []
    for tag, attributes in checker.tags:
        assert tag not in {"link", "img", "iframe", "object", "embed", "base", "image", "use"}
        assert not {"src", "href", "xlink:href", "srcset", "action", "background"} & set(attributes), tag
        assert not [name for name in attributes if name.startswith("on")]
    assert "http://" not in page
    assert "https://" not in page
    assert "@import" not in page
    assert "url(" not in page
    for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL):
        assert not re.search(r"\b(nan|inf)\b", svg, re.IGNORECASE)
    assert page.count("<script>") == page.count("</script>") == 1
