"""report.html: complete, self-contained, safe with whatever a model wrote."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cogling.errors import CoglingError
from cogling.report import load_run, write_report
from cogling.report.thoughts import choose_samples
from tests.report.gym_results import HEADLINE, gym_results

SECTIONS = ("scores", "thoughts", "accuracy", "curriculum", "training", "speed", "events", "recipe")


@pytest.fixture
def text_of(check_page):
    """A function that writes a run's report, checks it and returns it."""

    def write(folder: Path) -> str:
        path = write_report(folder)
        assert path == folder / "report.html"
        page = path.read_text(encoding="utf-8")
        check_page(page)
        return page

    return write


def test_every_section_is_there_in_order(make_run, text_of):
    page = text_of(make_run("quick"))
    places = [page.index(f'<section id="{name}">') for name in SECTIONS]
    assert places == sorted(places)
    assert "842K parameters" in page
    assert "12.3M tokens in 5 min 15 s" in page
    assert "non-finite loss, step skipped" in page
    assert "mixer: attention" in page
    assert "not finished" not in page
    for task in ("addition", "linear equations", "word problems"):
        assert f">{task}</text>" in page


def test_the_page_is_written_whole_and_leaves_nothing_beside_it(make_run):
    folder = make_run("quick")
    before = {path.name for path in folder.iterdir()}
    write_report(folder)
    assert {path.name for path in folder.iterdir()} == before | {"report.html"}


def test_gym_tasks_have_plain_names_and_wide_panels(make_run, text_of, monkeypatch):
    levels = {f"gym.{name}": "symbolic" for name in HEADLINE}
    monkeypatch.setattr("tests.report.conftest.TASKS", levels | {"syllogism": "multistep"})
    page = text_of(make_run("gym"))
    for name in ("polynomial multiplication", "gym syllogism", "syllogism", "lcm"):
        assert f">{name}</text>" in page
    for figure in ("Scores, symbolic", "Curriculum, symbolic"):
        drawn = re.search(rf'<svg[^>]*aria-label="{figure}"[^>]*>', page)
        assert drawn
        assert 'viewBox="0 0 520 ' in drawn[0]


def test_settings_of_gym_in_eval_json_leave_the_page_whole(make_run, text_of):
    folder = make_run("gym")
    (folder / "eval.json").write_text(json.dumps(gym_results()))
    assert "A question of" in text_of(folder)


def test_text_from_model_recipe_and_events_is_escaped(make_run, text_of):
    attack = "<script>alert('x')</script><img src=x onerror=alert(1)>"
    folder = make_run("quick")
    (folder / "samples.jsonl").write_text(
        json.dumps(
            {
                "step": 9999,
                "task": attack,
                "level": attack,
                "split": attack,
                "question": attack,
                "steps": [{"text": attack, "valid": False}, attack],
                "answer": attack,
                "expected": attack,
                "correct": False,
            }
        )
        + "\n"
    )
    about = json.loads((folder / "run.json").read_text())
    about |= {"name": attack, "device": attack, "recipe": attack, "versions": {attack: attack}}
    (folder / "run.json").write_text(json.dumps(about))
    (folder / "recipe.yaml").write_text(f"name: {json.dumps(attack)}\n")
    with open(folder / "metrics.jsonl", "a") as file:
        file.write(json.dumps({"kind": "event", "step": 3, "message": attack}) + "\n")
    page = text_of(folder)  # the checker counts one script, no image and no handler
    assert "&lt;script&gt;alert" in page


def test_steps_are_marked_by_more_than_colour(make_run, text_of):
    page = text_of(make_run("quick"))
    assert 'aria-label="valid step" title="valid step">✓<' in page
    assert 'aria-label="invalid step" title="invalid step">✗<' in page
    assert "wrong, expected" in page


def test_one_right_and_one_wrong_sample_a_task_the_latest_and_the_tested_first():
    def sample(task: str, correct: bool, step: int | None, split: str = "validation") -> dict:
        return {"task": task, "correct": correct, "split": split} | ({} if step is None else {"step": step})

    early, late, tested = sample("a", True, 1), sample("a", True, 9), sample("a", False, None, "ood")
    wrong, only = sample("a", False, 9), sample("b", False, 1)
    assert choose_samples([early, wrong, only, late, tested]) == {"a": [late, tested], "b": [only]}


def test_a_long_thought_is_folded(make_run, text_of):
    folder = make_run("quick")
    steps = [{"text": f"step number {index}", "valid": index != 30} for index in range(40)]
    sample = {"step": 1, "task": "counting", "steps": steps, "correct": False}
    (folder / "samples.jsonl").write_text(json.dumps(sample) + "\n")
    page = text_of(folder)
    assert "20 more steps, 1 of them invalid" in page
    assert "step number 39" in page


def test_a_run_without_eval_json_shows_its_last_validation(make_run, text_of):
    page = text_of(make_run("young", evaluated=False))
    assert "This run has not finished." in page
    assert "at its last validation" in page
    assert "validation during training" in page
    assert "Nothing recorded yet" not in page


def test_a_run_that_has_only_begun_still_has_a_page(tmp_path, write_lines, text_of):
    (tmp_path / "recipe.yaml").write_text("name: empty\n")
    page = text_of(tmp_path)
    assert page.count("Nothing recorded yet") >= 4
    write_lines(
        tmp_path / "metrics.jsonl",
        [
            {
                "kind": "train",
                "step": 10,
                "loss": 2.5,
                "lr": 0.02,
                "tokens_per_second": 100,
                "wait_share": 0.0,
            },
            {
                "kind": "evaluation",
                "step": 10,
                "tasks": {"addition": {"level": "basic", "n": 32, "pass1": 0.5}},
            },
        ],
    )
    assert '<circle class="dot' in text_of(tmp_path)


def test_non_finite_metrics_do_not_reach_the_page(tmp_path, text_of):
    (tmp_path / "metrics.jsonl").write_text(
        '{"kind": "train", "step": 1, "loss": NaN, "lr": Infinity, "tokens_per_second": -Infinity}\n'
        '{"kind": "train", "step": 2, "loss": 2.0, "lr": null, "tokens_per_second": "fast"}\n'
        '{"kind": "train", "step": 3, "loss": Infinity, "grad_norm": NaN, "wait_share": NaN}\n'
        '{"kind": "evaluation", "step": 3, "tasks": {"a": {"n": 0, "pass1": NaN}, "b": {"pass1": 1.5}}}\n'
    )
    drawn = "".join(re.findall(r"<svg.*?</svg>", text_of(tmp_path), flags=re.DOTALL)).lower()
    assert "<svg" in drawn
    assert not re.search(r"\b(?:nan|inf|infinity)\b", drawn)


def test_other_levels_and_odd_values_are_shown_too(make_run, text_of):
    folder = make_run("quick")
    results = json.loads((folder / "eval.json").read_text())
    entry = results["tasks"]["addition"]
    results["tasks"] = {"addition": entry, "gym_maze": {"level": "gym", "iid": entry["iid"]}}
    (folder / "eval.json").write_text(json.dumps(results))
    page = text_of(folder)
    assert "gym maze" in page
    assert set(load_run(folder).scores) == {"addition", "gym_maze"}


def test_the_command_prints_where_the_page_is(make_run):
    import typer

    from cogling.cli.report import report

    app = typer.Typer()
    app.command()(report)
    folder = make_run("quick")
    result = CliRunner().invoke(app, [str(folder)])
    assert result.exit_code == 0
    assert (folder / "report.html").as_uri() in result.output
    with pytest.raises(CoglingError, match="no run folder"):
        report(folder / "absent")
