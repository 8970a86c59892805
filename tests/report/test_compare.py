"""Comparisons: the interval of a mean, gaps between runs, recipe differences, the page and the table."""

from __future__ import annotations

import io
import json
import math

import numpy as np
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from cogling.errors import CoglingError
from cogling.report import compare_runs, comparison_table, write_comparison
from cogling.report.compare import mean_interval, recipe_differences
from cogling.report.load import Score


def score(pass1: float, n: int) -> Score:
    return Score(n, pass1, 0.0, 1.0)


def test_the_interval_of_a_mean_equals_an_independent_formula():
    rng = np.random.default_rng(0)
    n = rng.integers(20, 300, 12)
    p = rng.binomial(n, rng.uniform(0, 1, 12)) / n
    interval = mean_interval([score(float(share), int(size)) for share, size in zip(p, n, strict=True)])
    z = 1.959964
    # Wilson's centre as a weighting of the share with one half.
    weight = n / (n + z**2)
    centre = p * weight + 0.5 * (1 - weight)
    half = z * np.linalg.norm(np.sqrt(centre * (1 - centre) / n)) / len(p)
    assert interval.mean == pytest.approx(p.mean())
    assert interval.half == pytest.approx(half)


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    rng = np.random.default_rng(1)
    truth = np.array([0.99, 0.95, 0.9, 0.7, 1.0, 0.85, 0.5, 0.97])
    draws = rng.binomial(200, truth, size=(2000, len(truth))) / 200
    intervals = [mean_interval([score(float(p), 200) for p in row]) for row in draws]
    covered = np.mean([abs(interval.mean - truth.mean()) <= interval.half for interval in intervals])
    assert 0.93 <= covered <= 0.985


def test_a_mean_of_tasks_all_right_is_not_certain():
    assert mean_interval([score(1.0, 32)] * 4).half > 0.01
    assert mean_interval([]) is None


def test_gaps_say_whether_they_are_larger_than_the_intervals(make_run):
    folders = [make_run("v1", skill=0.6), make_run("v2", skill=0.9), make_run("v2b", skill=0.905)]
    comparison = compare_runs(folders)
    first, second = comparison.gaps
    assert (first.before, first.after, first.tasks) == ("v1", "v2", 12)
    assert first.larger
    assert first.verdict == "higher, larger than the intervals"
    assert not second.larger
    before, after = (entry.mean("iid") for entry in comparison.entries[:2])
    assert first.gap.mean == pytest.approx(after.mean - before.mean)
    assert first.gap.half == pytest.approx(math.hypot(before.half, after.half))


def test_a_gap_is_taken_over_the_shared_tasks_only(make_run):
    folders = [make_run("a"), make_run("b", skill=0.8)]
    results = json.loads((folders[1] / "eval.json").read_text())
    results["tasks"] = {task: results["tasks"][task] for task in ("addition", "kinship")}
    (folders[1] / "eval.json").write_text(json.dumps(results))
    assert compare_runs(folders).gaps[0].tasks == 2
    results["tasks"] = {"other": results["tasks"]["addition"]}
    (folders[1] / "eval.json").write_text(json.dumps(results))
    assert compare_runs(folders).gaps == []


def test_an_unfinished_run_is_compared_by_its_last_validation_and_says_so(make_run, tmp_path):
    folders = [make_run("done"), make_run("young", steps=1000, evaluated=False)]
    entry = compare_runs(folders).entries[1]
    assert entry.source == "validation at step 1,000, 12 tasks, n = 32"
    assert entry.ood == {}
    page = write_comparison(folders, tmp_path / "compare.html").read_text()
    assert "young is compared by the last validation" in page
    assert "young (last validation)" in page


def test_recipe_differences_name_only_what_differs():
    first = {
        "name": "v1",
        "seed": 1,
        "model": {"mixer": "average", "layers": 4},
        "stages": [{"kind": "reason", "steps": 5}],
    }
    second = {
        "name": "v1",
        "seed": 1,
        "model": {"mixer": "attention"},
        "stages": [{"kind": "reason", "steps": 9}],
    }
    assert recipe_differences([first, second]) == {
        "model.mixer": ["average", "attention"],
        "model.layers": ["4", "(absent)"],
        "stages.0.steps": ["5", "9"],
    }
    assert recipe_differences([first, first]) == {}


def test_runs_of_one_name_are_told_apart(make_run):
    folders = [make_run("a"), make_run("b"), make_run("c")]
    for folder in folders:
        about = json.loads((folder / "run.json").read_text())
        (folder / "run.json").write_text(json.dumps(about | {"name": "quick"}))
    labels = [entry.label for entry in compare_runs([*folders, folders[0]]).entries]
    assert labels == ["quick (a)", "quick (b)", "quick (c)", "quick (a) #2"]


def test_the_page_is_complete_and_self_contained(make_run, tmp_path, check_page):
    folders = [make_run("v1", skill=0.6), make_run("v2", skill=0.9), make_run("<b>v3</b>".replace("/", "_"))]
    out = write_comparison(folders, tmp_path / "out" / "compare.html")
    page = out.read_text(encoding="utf-8")
    check_page(page)
    for name in ("summary", "iid", "ood", "loss", "accuracy", "recipes"):
        assert f'<section id="{name}">' in page
    assert "model.mixer" in page
    assert "stages" not in page[page.index('<section id="recipes">') :]
    assert "&lt;b&gt;v3" in page


def test_runs_without_any_record_make_a_page_too(tmp_path, check_page):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "recipe.yaml").write_text(f"name: {name}\n")
    page = write_comparison([tmp_path / "a", tmp_path / "b"], tmp_path / "compare.html").read_text()
    check_page(page)
    assert "None of these runs has been evaluated yet." in page


def test_the_terminal_table_fits_80_columns(make_run):
    folders = [make_run("v1", skill=0.6), make_run("v2", skill=0.9), make_run("[red]v3", evaluated=False)]
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(comparison_table(compare_runs(folders)))
    text = console.export_text()
    assert "…" not in text
    assert "[red]v3" in text
    assert "v1 → v2: +" in text
    assert "larger than the intervals" in text


def test_the_command_writes_the_page_and_prints_the_table(make_run, tmp_path):
    from cogling.cli.compare import compare

    app = typer.Typer()
    app.command()(compare)
    out = tmp_path / "both.html"
    result = CliRunner().invoke(app, [str(make_run("v1", skill=0.6)), str(make_run("v2")), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert out.as_uri() in result.output.replace("\n", "")
    assert "v1 → v2" in result.output
    with pytest.raises(CoglingError, match="no run folder"):
        compare([tmp_path / "absent"], out)
