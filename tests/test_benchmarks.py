"""The benchmarks run, say what they promise in their JSON, and compare like with like."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent / "benchmarks"


def run_quick(name: str, tmp_path: Path, *arguments: str) -> dict[str, Any]:
    """What `benchmarks/NAME.py --quick` writes."""
    out = tmp_path / "results.json"
    command = [sys.executable, str(FOLDER / f"{name}.py"), *arguments, "--quick", "--out", str(out)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "200"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "figures mean nothing" in done.stdout
    results = json.loads(out.read_text())
    assert results["quick"] is True
    assert results["machine"]["cores"] >= 1
    return results


def test_help_version_and_the_package_start_without_torch(tmp_path: Path) -> None:
    commands = run_quick("start_up", tmp_path)["start_up"]
    assert {"cogling --help", "cogling --version", "import cogling"} <= set(commands)
    for name, found in commands.items():
        assert found["imports_torch"] is False, name
        assert found["seconds"]["median"] > 0


def test_every_task_is_measured(tmp_path: Path) -> None:
    from cogling.tasks import REGISTRY

    results = run_quick("problems", tmp_path)
    assert list(results["tasks"]) == list(REGISTRY)
    assert results["packed_tokens_per_second"] > 0
    for found in results["tasks"].values():
        # A document is a problem and its token ids, so it takes longer than the problem alone.
        assert 0 < found["documents_per_second"] < found["problems_per_second"]


def test_loops_without_a_cache_write_the_replies_of_the_engine(tmp_path: Path) -> None:
    results = run_quick("decode_speed", tmp_path)["decode_speed"]
    assert set(results["same_replies"].values()) == {results["prompts"]}
    assert results["tokens_per_reply"] == 8


def test_training_speed_measures_both_sides_on_full_rows(tmp_path: Path) -> None:
    (result,) = run_quick("training_speed", tmp_path)["training_speed"].values()
    assert result["ratio"]["least"] <= result["ratio"]["median"] <= result["ratio"]["greatest"]
    assert result["row_share_filled"] > 0.9


@pytest.mark.parametrize(("depth", "width", "heads"), [(4, 128, 4), (6, 384, 6)])
def test_the_yardstick_has_the_size_of_what_it_measures(
    depth: int, width: int, heads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cogling.model.config import DecoderConfig

    monkeypatch.syspath_prepend(str(FOLDER))
    from yardstick import PlainGpt

    gpt = PlainGpt(vocab_size=512, length=256, depth=depth, width=width, heads=heads)
    config = DecoderConfig(512, 256, depth, width, heads, heads, width // heads, 4 * width)
    plain = sum(parameter.numel() for parameter in gpt.parameters())
    assert plain == pytest.approx(config.parameters, rel=0.05)


def test_the_yardstick_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.syspath_prepend(str(FOLDER))
    from yardstick import PlainGpt, plain_step

    torch.manual_seed(0)
    gpt = PlainGpt(vocab_size=16, length=8, depth=1, width=32, heads=2)
    tokens = torch.randint(16, (4, 9))
    step = plain_step(gpt, compiled=False)
    before = gpt(tokens[:, :-1], tokens[:, 1:]).item()
    for _ in range(150):
        step(tokens[:, :-1], tokens[:, 1:])
    assert gpt(tokens[:, :-1], tokens[:, 1:]).item() < before / 2


def test_long_addition_asks_every_length_of_sums_that_training_cannot_draw(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lengths = run_quick("long_addition", tmp_path)["long_addition"]["lengths"]
    assert {digits: found["n"] for digits, found in lengths.items()} == {"3": 2, "4": 2}

    from cogling.tasks.sample import split_of

    monkeypatch.syspath_prepend(str(FOLDER))
    from long_addition import problems

    asked = problems(100, 20, seed=1)
    assert len({problem.question for problem in asked}) == 20
    assert all(len(problem.meta["a"]) == len(problem.meta["b"]) == 100 for problem in asked)
    assert all(split_of(problem) != "train" for problem in asked)


@pytest.mark.slow
def test_an_ablation_trains_each_variation_alike_but_for_what_it_changes(tmp_path: Path) -> None:
    from cogling.recipes import load_recipe

    found = run_quick("ablation", tmp_path, "mistakes", "--runs", str(tmp_path / "runs"))["variations"]
    assert [variation["changes"] for variation in found.values()] == [[], ["data.mistakes=0.3"]]
    for variation in found.values():
        (scores,) = variation["seeds"]
        assert scores["million tokens"] > 0
        assert 0 <= scores["corrected"] <= 1
    plain, changed = (load_recipe(str(path / "recipe.yaml")) for path in (tmp_path / "runs").iterdir())
    plain, changed = sorted((plain, changed), key=lambda recipe: recipe.data.mistakes)
    assert changed == plain.model_copy(update={"data": plain.data.model_copy(update={"mistakes": 0.3})})


def test_every_variation_of_every_ablation_is_a_valid_recipe(monkeypatch: pytest.MonkeyPatch) -> None:
    from cogling.recipes import load_recipe

    monkeypatch.syspath_prepend(str(FOLDER))
    from ablation import ABLATIONS

    for ablation in ABLATIONS.values():
        recipes = [
            load_recipe(ablation.recipe, [*ablation.budget, *changes])
            for changes in ablation.variations.values()
        ]
        assert all(a != b for i, a in enumerate(recipes) for b in recipes[:i])
