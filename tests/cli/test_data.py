"""`cogling data`: what is made is kept, whenever it ends; what is damaged is named and made anew."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cogling.cli import app
from cogling.cli.data import _rungs
from cogling.data.shards import find
from cogling.errors import CoglingError
from cogling.tasks import REGISTRY, get_task, named_tasks
from cogling.tasks.gym import TRACERS
from cogling.tasks.sample import top_rung


def run(*arguments: str | Path) -> tuple[str, str]:
    """What `cogling data ARGUMENTS` writes to standard output and standard error."""
    done = CliRunner().invoke(app, ["data", *map(str, arguments)])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout, done.stderr


def state(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}


def test_problems_are_made_kept_added_to_and_checked(tmp_path: Path) -> None:
    command = ("problems", "addition", "--rungs", "0,2", "--shard-size", "4", "--workers", "1")
    out, _ = run(*command, "--out", tmp_path / "a b", "--n", "8")
    assert "4 new shards, 0 kept" in out
    assert f"cogling train RECIPE data.shards='{tmp_path}/a b'" in out
    first = state(tmp_path / "a b")
    out, _ = run(*command, "--out", tmp_path / "a b", "--n", "10")
    assert "2 new shards, 4 kept" in out
    assert first.items() <= state(tmp_path / "a b").items()
    assert {(s.rung, s.first, s.end) for s in find(tmp_path / "a b")} == {
        (rung, first, end) for rung in (0, 2) for first, end in ((0, 4), (4, 8), (8, 10))
    }
    out, _ = run("check", tmp_path / "a b", "--rebuild", "1")
    assert out == "6 shards with 20 problems of 1 task: all whole, 1 made again to the byte\n"


def test_a_damaged_shard_is_named_by_check_and_made_anew_by_problems(tmp_path: Path) -> None:
    command = ("problems", "addition", "--rungs", "1", "--n", "6", "--shard-size", "2", "--out", tmp_path)
    run(*command)
    path = sorted(tmp_path.iterdir())[1]
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    done = CliRunner().invoke(app, ["data", "check", str(tmp_path)])
    assert path.name in done.stderr
    assert str(done.exception) == f"1 of 3 shards in {tmp_path} are not as they should be"
    out, err = run(*command)
    assert err == f"{path.name} is damaged, and is made anew\n"
    assert "1 new shard, 2 kept" in out
    assert path.read_bytes() == whole


@pytest.mark.skipif(sys.platform == "win32", reason="needs signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_end_at_any_moment_keeps_what_is_done(number: signal.Signals, tmp_path: Path) -> None:
    out = tmp_path / "shards"
    # More than can be made before it is stopped.
    arguments = ["addition", "--rungs", "0", "--shard-size", "50", "--workers", "1", "--out", str(out)]
    command = [sys.executable, "-m", "cogling", "data", "problems", *arguments, "--n"]
    process = subprocess.Popen([*command, "5000000"], stderr=subprocess.PIPE, text=True)
    while not (out.exists() and len(find(out)) >= 3):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(number)
    _, err = process.communicate()
    kept = state(out)
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert err.startswith(
            f"interrupted; finished shards are in {out}. Continue with: cogling data problems"
        )
        assert "addition --rungs 0" in err
    made = [path for path in out.iterdir() if not path.name.startswith(".")]
    told, _ = run("problems", *arguments, "--n", str(50 * len(made) + 50))
    assert f"1 new shard, {len(made)} kept" in told
    assert kept.items() <= state(out).items()
    run("check", out)


def test_a_full_disk_is_one_line_and_leaves_no_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CoglingError, match=r"disk full while writing .*addition.*; free some and retry"):
        run("problems", "addition", "--rungs", "0", "--n", "4", "--out", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_made_is_told_and_the_rest_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cogling.data import making

    def one_fails(headers: list, workers: int):  # type: ignore[no-untyped-def]
        for header in headers:
            passed = {"ValueError: no\nluck": 2000}
            if header.rung == 0:
                yield making.Report(header, error="task 'addition' fails", failures=passed)
            else:
                yield making.Report(header, header.count, making.make(header), failures=passed)

    monkeypatch.setattr(making, "make_all", one_fails)
    done = CliRunner().invoke(app, ["data", "problems", "addition", "--n", "2", "--out", str(tmp_path)])
    count = top_rung(get_task("addition")) + 1
    assert str(done.exception) == f"1 of {count} shards could not be made; the others are in {tmp_path}"
    assert "task 'addition' fails" in done.stderr
    assert f"addition: passed over {2000 * count:,}: ValueError: no luck" in done.stdout
    assert len(find(tmp_path)) == count - 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["problems", "adition", "--out", "x"], "unknown task 'adition'; did you mean 'addition'"),
        (["problems", "gym.rubiks_cube", "--out", "x"], "task 'gym.rubiks_cube' has no tracer"),
        (["problems", " , ", "--out", "x"], "no task is named"),
        (["problems", "addition", "--out", "x", "--rungs", "hard"], "give whole numbers, as 0-4 or 1,3"),
        (["problems", "addition", "--out", "x", "--rungs", "90-99"], "'addition' has rungs 0 to"),
        (["check", "nowhere"], "no folder nowhere"),
        (["check", "."], r"\. holds no shards; make some with"),
    ],
)
def test_a_mistake_says_how_to_mend_it(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CoglingError, match=said):
        run(*arguments)
    assert list(tmp_path.iterdir()) == []


def test_rungs_beyond_a_tasks_own_are_left_out() -> None:
    task = get_task("addition")
    assert _rungs(task, 2, None) == [0, 1, 2]
    assert _rungs(task, 2, "1, 0-1") == [0, 1]
    assert _rungs(task, 2, "2-999999999999") == [2]


def test_all_and_gym_stand_for_many_tasks() -> None:
    assert [task.name for task in named_tasks("all")] == list(REGISTRY)
    assert [task.name for task in named_tasks("gym,gym.lcm")] == [f"gym.{name}" for name in TRACERS]
    assert [task.name for task in named_tasks("order, addition,order")] == ["order", "addition"]
