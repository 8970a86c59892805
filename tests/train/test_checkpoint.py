"""Checkpoints are whole or not there; damage is named, and the newest good one is used."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cogling import files, saved
from cogling.errors import CoglingError
from cogling.evaluate import validate
from cogling.files import read_json, sha256
from cogling.saved import CHECKSUMS, checkpoints, load_model, resolve_model
from cogling.train import checkpoint as checkpoint_module
from cogling.train import loop as loop_module
from cogling.train.checkpoint import load_training, newest_good, save_checkpoint
from cogling.train.run import grow
from tests.tiny import Silent, fingerprints, tiny, tiny_file


def flip_a_byte(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def cut_short(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


DAMAGES: list[tuple[str, Callable[[Path], None], str]] = [
    ("model.safetensors", flip_a_byte, "is damaged"),
    ("training.safetensors", cut_short, "is damaged"),
    ("training.safetensors", Path.unlink, "is missing"),
    ("state.json", flip_a_byte, "is damaged"),
    ("recipe.yaml", cut_short, "is damaged"),
    ("tokenizer.json", Path.unlink, "is missing"),
    (CHECKSUMS, Path.unlink, "is missing"),
    (CHECKSUMS, cut_short, "is damaged"),
]


@pytest.mark.parametrize(
    ("name", "damage", "said"), DAMAGES, ids=lambda value: getattr(value, "__name__", value)
)
def test_damage_is_named_and_the_checkpoint_before_is_used(
    grown: Path, name: str, damage: Callable[[Path], None], said: str
) -> None:
    newest, older, *_ = checkpoints(grown)
    damage(newest / name)
    found, damages = newest_good(grown)
    assert found == older
    assert len(damages) == 1
    assert str(newest / name) in damages[0]
    assert said in damages[0]


def test_a_run_with_a_damaged_checkpoint_resumes_from_the_one_before_to_the_same_end(grown: Path) -> None:
    before = fingerprints(grown)
    flip_a_byte(checkpoints(grown)[0] / "training.safetensors")
    (grown / "run.json").unlink()
    recipe = tiny("checkpoint.keep=1")
    display = Silent(recipe)
    grow(recipe, grown, display)
    assert any("checkpoint passed over" in m and "training.safetensors" in m for m in display.said)
    assert fingerprints(grown) == before
    assert newest_good(grown) == (checkpoints(grown)[0], [])


def test_a_damaged_newer_checkpoint_does_not_crowd_out_the_good_ones(grown: Path) -> None:
    """keep=1: were the damaged one counted, each new checkpoint would be removed at once."""
    newest, older, *_ = checkpoints(grown)
    flip_a_byte(newest / "model.safetensors")
    checkpoint_module.prune(grown, keep=1, step=int(older.name[5:]), best_step=20)
    assert [folder.name for folder in checkpoints(grown)] == [
        "step-00000040",
        "step-00000030",
        "step-00000020",
    ]


def test_without_a_good_checkpoint_nothing_is_trained_over_the_old_run(grown: Path) -> None:
    for folder in checkpoints(grown):
        (folder / "model.safetensors").unlink()
    (grown / "run.json").unlink()
    recipe = tiny("checkpoint.keep=4")
    with pytest.raises(CoglingError, match=r"no good checkpoint: .*model.safetensors is missing.*--fresh"):
        grow(recipe, grown, Silent(recipe))
    with pytest.raises(CoglingError, match="no good checkpoint"):
        resolve_model(grown)


def test_the_newest_and_the_best_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = iter([0.2, 0.9, 0.5, 0.4, 0.3])

    def scored(*arguments: Any) -> Any:
        tasks, samples = validate(*arguments)
        return {name: score | {"pass1": 0.0} for name, score in tasks.items()} | {
            "boolean": tasks["boolean"] | {"pass1": next(scores)}
        }, samples

    monkeypatch.setattr(loop_module, "validate", scored)
    recipe = tiny("train.steps=25", "checkpoint.every=100", "evaluate.every=5", "checkpoint.keep=2")
    grow(recipe, tmp_path, Silent(recipe))
    assert [folder.name[-2:] for folder in checkpoints(tmp_path)] == ["25", "20", "10"]
    best = checkpoints(tmp_path)[-1]
    assert read_json(tmp_path / "best.json") == {
        "folder": f"checkpoints/{best.name}",
        "step": 10,
        "score": pytest.approx(0.3),
    }
    assert load_model(tmp_path).folder == best


class Killed(BaseException):
    """In the place of SIGKILL: nothing is tidied up after it."""


def save_again(run: Path, step: int = 50) -> Path:
    """Saves the newest checkpoint's contents once more, as of another step."""
    newest = checkpoints(run)[0]
    model = load_model(newest)
    state, training, _ = load_training(newest)
    recipe = tiny("checkpoint.keep=4")
    return save_checkpoint(run, step, model.decoder, model.tokenizer, training, state, recipe)


@pytest.mark.parametrize("writes", range(7))
def test_a_kill_between_any_two_files_leaves_no_checkpoint_and_nothing_in_the_way(
    grown: Path, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    before = checkpoints(grown)
    left = writes
    real = files.write_atomic

    def write(path: Path, content: bytes | str) -> None:
        nonlocal left
        if not left:
            raise Killed
        left -= 1
        real(path, content)

    with monkeypatch.context() as patch:
        for module in (files, saved, checkpoint_module):
            patch.setattr(module, "write_atomic", write)
        patch.setattr(shutil, "rmtree", lambda *_, **__: None)
        if writes == 6:
            patch.setattr(checkpoint_module.os, "replace", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            save_again(grown)
    assert checkpoints(grown) == before
    assert newest_good(grown) == (before[0], [])
    assert newest_good(grown)[0] != save_again(grown) == newest_good(grown)[0]


def test_saving_and_loading_is_exact(grown: Path) -> None:
    again = save_again(grown)
    newest = checkpoints(grown)[1]
    for name in ("model.safetensors", "training.safetensors", "state.json", "tokenizer.json"):
        assert sha256(again / name) == sha256(newest / name)
    assert read_json(again / CHECKSUMS).keys() == {
        path.name for path in again.iterdir() if path.name != CHECKSUMS
    }


def test_a_disk_without_room_is_noticed_before_anything_is_written(
    grown: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprints(grown)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=300_000))
    with pytest.raises(CoglingError, match=r"disk full: .* needs 1\.\d MB, 0\.3 MB are free"):
        save_again(grown)
    assert fingerprints(grown) == before
    assert not list((grown / "checkpoints").glob(".*"))


@contextmanager
def small_files() -> Iterator[None]:
    """The system refuses files of more than 100 kB, as it refuses bytes beyond a full disk."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_write_that_fails_half_way_leaves_the_old_checkpoint(grown: Path) -> None:
    before = checkpoints(grown)
    with small_files(), pytest.raises(CoglingError, match=r"cannot write .*safetensors: File too large"):
        save_again(grown)
    assert checkpoints(grown) == before
    assert not list((grown / "checkpoints").glob(".*"))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_stops_the_run_in_one_line_and_it_continues_with_more_room(
    small_disk: Path, tmp_path: Path
) -> None:
    run = small_disk / "run"
    recipe = tiny_file(tmp_path, "checkpoint.keep=4")
    command = [sys.executable, "-m", "cogling", "train", str(recipe), "--out", str(run)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=60)
    assert done.returncode == 2
    error = done.stderr.splitlines()[-1]
    assert error.startswith("cogling: disk full")
    assert "MB" in error
    assert "Traceback" not in done.stderr
    folder, damages = newest_good(run)
    assert folder is not None
    assert not damages
    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    resumed = tiny("checkpoint.keep=4")
    grow(resumed, run, Silent(resumed))
    assert read_json(run / "run.json")["finished"] is True
