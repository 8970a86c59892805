"""Reading a run folder: what a killed run leaves is tolerated, damage is named with its file and line."""

from __future__ import annotations

import json

import pytest

from cogling.errors import CoglingError
from cogling.evaluate.intervals import Z_95, wilson
from cogling.report.load import load_run


def train(step: int, loss: float = 1.0, **more) -> dict:
    return {"kind": "train", "step": step, "loss": loss, "tokens": step * 100, "seconds": step / 10} | more


def test_a_finished_run_is_read_whole(make_run):
    run = load_run(make_run("quick"))
    assert run.name == "quick"
    assert run.finished
    assert (len(run.train), len(run.evaluations), len(run.events), len(run.scores)) == (300, 12, 2, 12)
    assert run.scores["addition"].level == "basic"
    assert run.scores["addition"].iid.n == 200
    assert run.recipe["model"]["size"] == "0.8M"
    assert run.notes == []


def test_a_cut_off_last_line_is_left_out_and_noted(make_run):
    folder = make_run("quick")
    metrics = folder / "metrics.jsonl"
    for tail in (b'{"kind": "train", "st', b'{"kind": "train", "step": 3010, "text": "\xe2\x82'):
        whole = metrics.read_bytes()
        metrics.write_bytes(whole + tail)
        run = load_run(folder)
        assert len(run.train) == 300
        assert run.notes == ["The last line of metrics.jsonl was cut off and is left out."]
        metrics.write_bytes(whole)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('{"kind": "tra', "not JSON"),
        ("[1, 2]", "not a JSON object"),
        ('{"kind": "train", "loss": 2}', "no number 'step'"),
        ('{"kind": "evaluation", "step": 5, "tasks": [1]}', "'tasks' is not a mapping"),
    ],
)
def test_a_damaged_line_names_file_and_line(make_run, line, problem):
    metrics = make_run("quick") / "metrics.jsonl"
    lines = metrics.read_text().splitlines()
    lines[16] = line
    metrics.write_text("\n".join(lines) + "\n")
    with pytest.raises(CoglingError, match=r"metrics\.jsonl is damaged at line 17: " + problem):
        load_run(metrics.parent)


def test_after_a_resume_the_later_line_wins_and_what_lay_beyond_it_is_dropped(tmp_path, write_lines):
    def evaluation(step: int, mean: float) -> dict:
        return {"kind": "evaluation", "step": step, "tasks": {}, "mean": mean}

    before = [train(10), train(20), evaluation(20, 0.1), train(30), evaluation(30, 0.2)]
    resumed = [{"kind": "event", "step": 10, "message": "resumed"}, train(20, loss=5.0), evaluation(20, 0.9)]
    write_lines(tmp_path / "metrics.jsonl", before + resumed)
    run = load_run(tmp_path)
    assert [(line["step"], line["loss"]) for line in run.train] == [(10, 1.0), (20, 5.0)]
    assert [(line["step"], line["mean"]) for line in run.evaluations] == [(20, 0.9)]
    assert len(run.events) == 1


def test_tokens_and_seconds_of_an_unfinished_run_come_from_its_metrics(tmp_path, write_lines):
    write_lines(tmp_path / "metrics.jsonl", [train(10), train(20)])
    run = load_run(tmp_path)
    assert (run.tokens, run.seconds, run.steps) == (2000, 2, 20)
    assert not run.finished


def test_a_folder_that_is_no_run_says_so_and_points_to_one(tmp_path, make_run):
    folder = make_run("quick")
    with pytest.raises(CoglingError, match="no run folder"):
        load_run(tmp_path / "absent")
    with pytest.raises(CoglingError, match=f"not a run folder.*did you mean {folder}"):
        load_run(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("recipe.yaml", "a: 1\nb: [1,\n", r"recipe\.yaml is damaged: not YAML at line 3"),
        ("run.json", "{", r"run\.json is damaged: not JSON at line 1"),
        ("eval.json", "[]", r"eval\.json is damaged: it has no mapping 'tasks'"),
        (
            "eval.json",
            json.dumps({"tasks": {"addition": {"iid": {"n": 3}}}}),
            r"tasks\.addition\.iid needs numbers",
        ),
    ],
)
def test_damaged_files_are_named(make_run, name, content, message):
    folder = make_run("quick")
    (folder / name).write_text(content)
    with pytest.raises(CoglingError, match=message):
        load_run(folder)


def test_wilson_interval_solves_its_defining_equation():
    # The bounds are the shares p with |share - p| = z sqrt(p (1 - p) / n).
    for share, n in ((0.8125, 32), (1.0, 200), (0.0, 50), (0.5, 10)):
        for bound in wilson(share * n, n):
            inside = (share - bound) ** 2 - Z_95**2 * bound * (1 - bound) / n
            assert inside == pytest.approx(0, abs=1e-12)
