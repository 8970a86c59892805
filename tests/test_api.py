"""The Python interface, on a model that was grown for real."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import cogling
from cogling.files import read_json
from tests.tiny import Silent, tiny


def test_a_grown_model_answers(grown: Path) -> None:
    model = cogling.load(grown)
    assert model.saved.folder == grown / read_json(grown / "best.json")["folder"]
    questions = ["2 + 3", "Evaluate ( True and False )"]
    replies = model.generate(questions, max_tokens=20)
    assert [reply.text for reply in replies] == [model.chat(q, max_tokens=20).text for q in questions]
    pieces = list(model.stream(questions[0], max_tokens=20))
    assert pieces[-1].generated is not None
    assert pieces[-1].generated.text == replies[0].text
    sampled = [model.chat(questions[0], temperature=1.0, seed=seed, max_tokens=20).text for seed in (1, 1, 2)]
    assert sampled[0] == sampled[1]
    with pytest.raises(cogling.CoglingError, match="empty prompt"):
        model.chat(" ")
    with pytest.raises(cogling.CoglingError, match=r"prompt too long: \d+ tokens"):
        model.chat("1 + " * 500)


def test_train_grows_evaluates_and_reports(tmp_path: Path) -> None:
    recipe = tiny("train.steps=8", "evaluate.every=8", "evaluate.final_n=1")
    asked: list[tuple[str, str, float]] = []
    run = cogling.train(
        recipe, out=tmp_path / "run", display=Silent(recipe), progress=lambda *a: asked.append(a)
    )
    assert run.folder == tmp_path / "run"
    assert run.about["finished"] is True
    assert run.evaluation is not None
    assert set(run.evaluation["tasks"]) == {"boolean", "addition", "syllogism"}
    assert run.report.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert {task for task, _, _ in asked} == set(run.evaluation["tasks"])
    # Its own package has this name: it must stay callable once any part of that was imported.
    again = cogling.train(recipe, out=tmp_path / "run", display=Silent(recipe))
    assert again.about == run.about


@pytest.mark.parametrize("first", ["cogling.train", "import cogling.train.loop"])
def test_train_can_be_called_whatever_was_imported_before(first: str) -> None:
    code = f"""
import cogling
{first}
for _ in range(2):
    try:
        cogling.train("nope")
    except cogling.CoglingError as error:
        assert "unknown recipe 'nope'" in str(error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_package_names_what_it_has() -> None:
    for name in cogling.__all__:
        assert getattr(cogling, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'nope'"):
        _ = cogling.nope
