"""Stopping and going on: the same weights, the same data, the same records."""

from __future__ import annotations

import itertools
import json
import os
import signal
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from cogling.config import Recipe
from cogling.errors import CoglingError
from cogling.files import read_json
from cogling.saved import BEST, checkpoints
from cogling.train import loop as loop_module
from cogling.train import run as run_module
from cogling.train.records import Records
from cogling.train.run import grow
from cogling.train.signals import Interrupted
from tests.tiny import Silent, fingerprints, lines, messages, of_kind, tiny

TIMES = ("seconds", "tokens_per_second", "wait_share")


def stop_at(step: int, recipe: Recipe, folder: Path) -> Silent:
    """Grows until Ctrl-C comes at a step."""

    def at_step(now: int) -> None:
        if now == step:
            os.kill(os.getpid(), signal.SIGINT)

    display = Silent(recipe, at_step)
    with pytest.raises(Interrupted):
        grow(recipe, folder, display)
    return display


def without_times(records: list[dict]) -> list[dict]:
    return [
        {key: value for key, value in record.items() if key not in TIMES}
        for record in records
        if record["kind"] != "event"
    ]


def test_a_run_stopped_and_resumed_with_other_workers_ends_the_same_in_everything(
    grown: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    said = stop_at(17, tiny("checkpoint.keep=4"), folder).said
    assert any("stopping after this step" in message for message in said)
    assert checkpoints(folder)[0].name == "step-00000017"
    for name in ("metrics.jsonl", "samples.jsonl"):  # what a kill in the midst of a line leaves
        with open(folder / name, "a", encoding="utf-8") as file:
            file.write('{"kind": "train", "step": 18, "loss": 1.0}\n{"kind": "train", "st')
    resumed = tiny("checkpoint.keep=4", "data.workers=2")
    grow(resumed, folder, Silent(resumed))
    assert fingerprints(folder) == fingerprints(grown)
    assert without_times(lines(folder / "metrics.jsonl")) == without_times(lines(grown / "metrics.jsonl"))
    assert (folder / "samples.jsonl").read_bytes() == (grown / "samples.jsonl").read_bytes()
    assert messages(folder) == ["resumed from step 17"]
    ours, theirs = (read_json(checkpoints(run)[0] / "state.json") for run in (folder, grown))
    for state in (ours, theirs):
        del state["records"]
        for key in ("seconds", "waited"):
            del state["counters"][key]
    assert ours == theirs
    assert ours["curriculum"]["competence"] != [0.0, 0.0, 0.0]
    assert {record["step"] for record in of_kind(folder, "train")} == set(range(1, 41))


def test_a_checkpoint_holds_the_requests_under_way_with_their_mixes(tmp_path: Path) -> None:
    recipe = tiny("curriculum.promote=0.0", "data.prefetch=6")
    stop_at(8, recipe, tmp_path)
    pending = read_json(checkpoints(tmp_path)[0] / "state.json")["loader"]
    assert [request["index"] for request in pending] == list(range(8, 14))
    rungs = [request["mix"]["rungs"] for request in pending]
    # The look at step 5 promotes: batches 8 to 10 were asked for before it, at the steps 2 to 4.
    assert rungs[:2] == [[0, 0, 0]] * 2
    assert rungs[-1] != [0, 0, 0]


def test_a_finished_run_is_not_trained_again(grown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from cogling.grow import resume, train

    monkeypatch.setattr(run_module, "Loop", lambda *_: pytest.fail("it trains again"))
    before = fingerprints(grown)
    for again in (train(tiny("checkpoint.keep=4"), out=grown), resume(grown)):
        assert again.about["finished"]
        assert again.report.exists()
    assert fingerprints(grown) == before


def test_a_run_killed_after_its_last_checkpoint_is_only_concluded(grown: Path) -> None:
    about = read_json(grown / "run.json")
    (grown / "run.json").write_text(json.dumps(about | {"finished": False}), encoding="utf-8")
    best = read_json(grown / BEST)
    (grown / BEST).unlink()  # killed before it was written
    recipe = tiny("checkpoint.keep=4")
    before = fingerprints(grown)
    display = Silent(recipe, lambda step: pytest.fail("it trains"))
    grow(recipe, grown, display)
    assert read_json(grown / "run.json")["finished"] is True
    assert read_json(grown / BEST) == best
    assert fingerprints(grown) == before


def test_best_json_never_names_a_checkpoint_beyond_the_one_resumed_from(grown: Path) -> None:
    """The best one is damaged, and the older one resumed from knows another best, or none."""
    for folder in checkpoints(grown)[:3]:
        (folder / "state.json").write_text("{}", encoding="utf-8")
    (grown / "run.json").unlink()
    recipe = tiny("checkpoint.keep=4")
    seen: list[bool] = []
    grow(recipe, grown, Silent(recipe, lambda step: seen.append((grown / BEST).exists())))
    assert seen[0] is False  # step 11 on: no validation yet
    assert (grown / read_json(grown / BEST)["folder"]).is_dir()


def test_records_are_cut_to_whole_lines_at_the_checkpoint(tmp_path: Path) -> None:
    """After a power cut a file may be shorter than the checkpoint says."""
    (tmp_path / "metrics.jsonl").write_text('{"step": 1}\n{"step": 2}\n{"ste', encoding="utf-8")
    records = Records(tmp_path, {"metrics.jsonl": 40, "samples.jsonl": 10}, 3)
    records.event(4, "é goes on")
    records.close()
    assert [record["step"] for record in lines(tmp_path / "metrics.jsonl")] == [1, 2, 4]


def test_a_run_whose_folder_was_removed_says_so(tmp_path: Path) -> None:
    records = Records(tmp_path, {}, 0)
    (tmp_path / "metrics.jsonl").unlink()
    with pytest.raises(CoglingError, match="No such file"):
        records.sizes()
    records.close()


def test_tensorboard_drops_what_a_killed_attempt_wrote(tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    values = {"loss": 2.0, "lr": 0.1, "grad_norm": 1.0, "tokens_per_second": 1.0, "wait_share": 0.0}
    for loss in (2.0, 1.0):
        records = Records(tmp_path, {}, 0)
        for step in (1, 2, 3):
            records.train(step, values | {"loss": loss})
        records.train(4, values | {"loss": None, "grad_norm": None})
        records.close()
    board = EventAccumulator(str(tmp_path / "tensorboard"))
    board.Reload()
    assert [(event.step, event.value) for event in board.Scalars("train/loss")] == [(1, 1), (2, 1), (3, 1)]
    assert [event.step for event in board.Scalars("train/lr")] == [1, 2, 3, 4]


def test_a_checkpoint_of_another_shape_is_refused(grown: Path) -> None:
    """Someone edits recipe.yaml: the optimiser's state does not fit."""
    recipe = tiny("optimizer.name=adamw", "train.steps=60")
    with pytest.raises(CoglingError, match=r"optimizer state: .* another optimizer"):
        grow(recipe, grown, Silent(recipe))


def test_minutes_end_a_run_with_its_schedule_brought_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = itertools.count()
    clock = SimpleNamespace(perf_counter=lambda: next(looks) / 100)  # no waiting, however busy the machine is
    monkeypatch.setattr(loop_module, "time", clock)
    never = ("evaluate.every=1000000", "checkpoint.every=1000000")
    recipe = tiny("train.steps=1000000", "train.minutes=0.02", *never)
    grow(recipe, tmp_path, Silent(recipe))
    about = read_json(tmp_path / "run.json")
    assert about["finished"] is True
    assert 1.2 <= about["seconds"] < 10
    assert any("stopped after train.minutes=0.02" in message for message in messages(tmp_path))
    scales = [record["lr_scale"] for record in of_kind(tmp_path, "train")]
    assert max(scales) == 1.0
    assert scales[-1] < 0.25
    assert checkpoints(tmp_path)[0].name == f"step-{about['steps']:08d}"
    loop = loop_module.Loop(recipe, run_module.prepare(recipe, tmp_path), tmp_path, Silent(recipe))
    loop.run()  # as after a kill just before the end: nothing is trained
    assert loop.state.counters.step == about["steps"]
    assert torch.get_num_threads() == 1


def test_a_run_whose_time_ends_while_it_saves_is_still_validated_and_saved_at_its_last_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save, late = loop_module.save_checkpoint, [0]

    def slowly(*given: Any) -> Path:
        late[0] += 61
        return save(*given)

    monkeypatch.setattr(loop_module, "save_checkpoint", slowly)
    monkeypatch.setattr(
        loop_module, "time", SimpleNamespace(perf_counter=lambda: time.perf_counter() + late[0])
    )
    recipe = tiny("train.steps=1000", "train.minutes=1", "checkpoint.every=3", "evaluate.every=1000000")
    grow(recipe, tmp_path, Silent(recipe))
    about = read_json(tmp_path / "run.json")
    assert about["finished"] is True
    assert about["steps"] < 1000
    assert of_kind(tmp_path, "evaluation")[-1]["step"] == about["steps"]
    assert checkpoints(tmp_path)[0].name == f"step-{about['steps']:08d}"
