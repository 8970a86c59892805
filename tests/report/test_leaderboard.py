"""The leaderboard: what is read, what is compared with what, the page and the verb."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cogling.cli.leaderboard import leaderboard
from cogling.errors import CoglingError
from cogling.evaluate import evaluate
from cogling.report.leaderboard import boards, load_evaluation, published_score
from cogling.report.leaderboard_page import gap, write_leaderboard
from cogling.tasks.gym import library
from tests.report.gym_results import HEADLINE, gym_results


@pytest.fixture
def saved(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes results to a file of that name and returns its path."""

    def save(results: Any, name: str = "eval-gym-hard.json") -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(results), encoding="utf-8")
        return path

    return save


def test_means_are_over_the_same_tasks_as_the_published_ones(saved):
    (board,) = boards([saved(gym_results())])
    (one,) = board.evaluations
    assert list(board.groups()) == ["basic and symbolic", "basic", "symbolic"]
    assert sorted(board.groups()["basic and symbolic"]) == sorted(HEADLINE)
    for tasks in board.groups().values():
        results = [board.result(one, task) for task in tasks]
        assert board.right(one, tasks).mean == pytest.approx(statistics.fmean(r.right.pass1 for r in results))
        assert board.credit(one, tasks).mean == pytest.approx(statistics.fmean(r.credit for r in results))
        rivals = [library.levels()[task]["hard"]["o3_mini"] for task in tasks]
        assert board.other("o3_mini", tasks) == pytest.approx(statistics.fmean(rivals))
        assert board.faithful(one, tasks)[1] == pytest.approx(0.9)
    ahead = [t for t in HEADLINE if board.result(one, t).credit > published_score(t, "hard")]
    assert sorted(board.ahead(one)) == sorted(ahead)


def test_only_tasks_that_all_were_asked_are_compared(saved):
    few = saved(gym_results("runs/few", tasks=["lcm", "gcd", "maze"]), "few.json")
    (board,) = boards([saved(gym_results()), few])
    assert sorted(board.levels) == ["gcd", "lcm"]
    alone = saved(gym_results("runs/other", tasks=["maze"]), "alone.json")
    with pytest.raises(CoglingError, match="have no hard task in common"):
        boards([saved(gym_results()), alone])


def test_each_setting_has_a_board_and_two_files_of_a_model_have_two_labels(saved):
    easy = saved(gym_results(splits=("easy", "hard"), published=False), "both.json")
    hard, second = boards([saved(gym_results()), easy])
    assert (hard.setting, second.setting) == ("hard", "easy")
    assert [one.label for one in hard.evaluations] == ["small (eval-gym-hard)", "small (both)"]
    assert [one.label for one in second.evaluations] == ["small (both)"]
    assert second.evaluations[0].asked == "50 new questions a task (seed 1927), none of them published"


def without(results: dict[str, Any], key: str) -> dict[str, Any]:
    del results["tasks"]["gym.lcm"]["hard"][key]
    return results


@pytest.mark.parametrize(
    ("results", "message"),
    [
        ([], "is no evaluation: it has no mapping 'tasks'; make one with"),
        ({"tasks": {"addition": {}}, "splits": ["iid", "ood"]}, "'addition' is none of its tasks"),
        ({"tasks": {"gym.lmc": {}}, "splits": ["hard"]}, "'gym.lmc' is none of its tasks"),
        ({"tasks": {"gym.lcm": {}}, "splits": ["iid", "ood"]}, "it asked neither easy nor hard"),
        (gym_results() | {"tasks": {"gym.lcm": 3}}, "is damaged: tasks.gym.lcm.hard needs"),
        (without(gym_results(), "score"), "is damaged: tasks.gym.lcm.hard needs"),
    ],
)
def test_a_file_that_is_no_gym_evaluation_is_named(saved, results: Any, message: str):
    path = saved(results)
    with pytest.raises(CoglingError, match=message) as error:
        load_evaluation(path)
    assert str(path) in str(error.value)


def test_a_folder_is_told_which_file_in_it(tmp_path: Path):
    with pytest.raises(
        CoglingError, match=r"is a folder; give the evaluation in it, as .*eval-gym-hard\.json"
    ):
        load_evaluation(tmp_path)


def test_results_as_evaluate_makes_them_can_be_read(saved):
    class Silent:
        """Has no room for a reply to anything."""

        context = 1

        class tokenizer:
            encode_prompt = staticmethod(lambda question: [1])

        def groups_as_finished(self, groups, sampling, batch_size):
            assert [list(prompts) for prompts, _ in groups] == [[]]
            return iter(())

    results = evaluate(Silent(), ["gym.lcm"], ("easy",), 2, published=True, model="silent")
    (board,) = boards([saved(results)])
    result = board.result(board.evaluations[0], "lcm")
    assert (result.right.n, result.credit, result.losses["not asked"]) == (2, 0.0, 2)


def test_the_page_is_whole_safe_and_says_what_it_rests_on(saved, tmp_path: Path, check_page):
    out = tmp_path / "page.html"
    files = [saved(gym_results()), saved(gym_results("runs/<b>large", skill=1.0), "large.json")]
    write_leaderboard([*files, saved(gym_results("runs/easy", splits=("easy",)), "easy.json")], out)
    page = out.read_text(encoding="utf-8")
    check_page(page)
    ids = [f"{setting}-{part}" for setting in ("hard", "easy") for part in ("means", "tasks", "lost")]
    places = [page.index(f'<section id="{name}">') for name in [*ids, "thoughts", "method"]]
    assert places == sorted(places)
    for told in ("small, hard: the published questions, 50 a task.", "o3-mini", "an answer of Yes is right"):
        assert told in page
    assert "game of life" not in page  # none of the tasks that were asked


def test_the_page_says_that_tasks_are_missing(saved, tmp_path: Path, check_page):
    write_leaderboard([saved(gym_results(tasks=["game_of_life_halting", "lcm"]))], tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    check_page(page)
    assert "hard: 43 of the 44 basic and symbolic tasks were not asked" in page
    assert "its scorer takes any text for right" in page


def test_gaps_are_marked():
    assert gap(0.8, 0.5, False) == "▲ 30.0"
    assert gap(0.5, 0.8, True) == "▼ 30.0\n≈"
    assert gap(0.98, 0.98, True) == "="


def test_the_verb_writes_the_page_and_says_little(saved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    app.command()(leaderboard)
    done = CliRunner().invoke(app, [str(saved(gym_results()))], catch_exceptions=False)
    assert (tmp_path / "leaderboard.html").exists()
    said = " ".join(done.output.split())
    assert "small scores" in said
    assert "on 44 hard basic and symbolic tasks, o3-mini 72%" in said
    assert len(done.output.splitlines()) <= 4
