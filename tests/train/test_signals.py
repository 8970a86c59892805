"""Ctrl-C and SIGTERM: everything is saved, the command to continue is printed, no process stays behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from cogling.cli.growing import growing
from cogling.grow import Run
from cogling.saved import checkpoints
from cogling.train.signals import SignalGuard
from tests.tiny import tiny_file

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signals")


class Training:
    """`cogling train` in a process of its own."""

    def __init__(self, folder: Path, *overrides: str) -> None:
        self.run = folder / "run"
        self.said = folder / "said"
        command = [sys.executable, "-m", "cogling", "train", str(tiny_file(folder, *overrides))]
        self.process = subprocess.Popen(
            [*command, "--out", str(self.run)],
            stderr=self.said.open("wb"),
            stdout=subprocess.DEVNULL,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )

    def wait_for(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert self.process.poll() is None, self.said.read_text(encoding="utf-8")
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def recorded(self, text: str) -> bool:
        path = self.run / "metrics.jsonl"
        return path.exists() and text in path.read_text(encoding="utf-8")

    def workers(self) -> list[int]:
        listed = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        )
        return [int(line) for line in listed.stdout.split() if alive(int(line))]

    def end(self, timeout: float = 20) -> list[str]:
        """The exit of the process; gives what it wrote to stderr."""
        self.process.wait(timeout)
        return self.said.read_text(encoding="utf-8").splitlines()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_saves_and_prints_how_to_continue(tmp_path: Path, number: int, code: int) -> None:
    training = Training(tmp_path, "train.steps=100000", "checkpoint.every=100000", "evaluate.every=100000")
    training.wait_for(lambda: training.recorded('"step": 3,'))
    workers = training.workers()
    training.process.send_signal(number)
    said = training.end()
    assert training.process.returncode == code
    assert said[-1] == f"interrupted; everything is saved. Continue with: cogling resume {training.run}"
    assert "Traceback" not in "\n".join(said)
    assert len(checkpoints(training.run)) == 1
    assert workers
    assert not any(map(alive, workers))


def test_a_second_signal_stops_at_once(tmp_path: Path) -> None:
    # The validation at step 5 takes minutes.
    training = Training(
        tmp_path, "train.steps=1000", "evaluate.every=5", "evaluate.n=3000", "checkpoint.every=4"
    )
    training.wait_for(lambda: training.recorded('"step": 5,'))
    training.process.send_signal(signal.SIGINT)
    training.wait_for(lambda: "once more to stop at once" in training.said.read_text(encoding="utf-8"))
    training.process.send_signal(signal.SIGINT)
    said = training.end(timeout=10)
    assert training.process.returncode == 130
    assert said[-1].startswith("stopped; what was done up to the last checkpoint is kept. Continue with: ")
    assert "Traceback" not in "\n".join(said)
    assert [folder.name for folder in checkpoints(training.run)] == ["step-00000004"]


def test_termination_while_evaluating_keeps_what_was_done(tmp_path: Path) -> None:
    training = Training(tmp_path, "train.steps=4", "evaluate.every=4", "evaluate.final_n=3000")
    about = training.run / "run.json"
    training.wait_for(lambda: about.exists() and '"finished": true' in about.read_text(encoding="utf-8"))
    training.process.send_signal(signal.SIGTERM)
    said = training.end(timeout=10)
    assert training.process.returncode == 143
    assert said[-1].endswith(f"Continue with: cogling resume {training.run}")
    assert "Traceback" not in "\n".join(said)


def test_termination_before_the_first_step_and_workers_of_a_killed_run(tmp_path: Path) -> None:
    training = Training(tmp_path, "train.steps=100000")
    training.wait_for(lambda: (training.run / "tokenizer.json").exists())
    training.process.send_signal(signal.SIGTERM)
    training.end()
    assert training.process.returncode == 143
    training = Training(tmp_path, "train.steps=100000")
    training.wait_for(lambda: training.recorded('"step": 3,'))
    workers = training.workers()
    assert workers
    training.process.kill()
    said = training.end()
    deadline = time.monotonic() + 10
    while any(map(alive, workers)):  # a worker ends by itself when its parent is gone
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert "Traceback" not in "\n".join(said)
    assert "Error" not in training.said.read_text(encoding="utf-8")


def test_the_guard_notes_the_first_signal_and_gives_the_second_back() -> None:
    noted: list[int] = []
    before = signal.getsignal(signal.SIGTERM)
    # A shell that starts the tests in the background has them ignore Ctrl-C.
    outer = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with SignalGuard(noted.append):
            os.kill(os.getpid(), signal.SIGINT)
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGINT)
            assert signal.getsignal(signal.SIGTERM) is before
        assert noted == [signal.SIGINT]
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, outer)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_that_other_code_turns_into_an_error_is_still_one(
    number: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As torch does where it is reading a file."""

    def work(progress: object) -> Run:
        try:
            os.kill(os.getpid(), number)
        except KeyboardInterrupt:
            raise ValueError("could not determine the shape") from None
        raise AssertionError

    before = signal.getsignal(number)
    with pytest.raises(typer.Exit) as ended:
        growing(tmp_path, work)
    assert ended.value.exit_code == 128 + number
    assert f"Continue with: cogling resume {tmp_path}" in capsys.readouterr().err
    assert signal.getsignal(number) is before


def test_an_error_that_no_signal_caused_stays_one(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        growing(tmp_path, lambda progress: 1 // 0)  # type: ignore[arg-type, return-value]
