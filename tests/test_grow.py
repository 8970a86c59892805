"""Where a run goes: nothing of another recipe's run, and nothing of the user's, is ever written over."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cogling.errors import CoglingError
from cogling.files import read_json
from cogling.grow import check_place, flat, resume, train
from cogling.recipes import to_yaml
from cogling.train.run import Lock
from tests.tiny import Silent, messages, of_kind, tiny


def test_another_recipes_run_is_refused_and_the_key_named(grown: Path) -> None:
    same = tiny("checkpoint.keep=4")
    check_place(same, grown)
    check_place(tiny("checkpoint.keep=4", "data.workers=3", "summary=other words"), grown)
    for override, said in {
        "train.steps=41": "train.steps is 40 there and 41 here",
        "model.width=64": "model.width is 32 there and 64 here",
        "data.tasks=[addition]": r"data.tasks is \[.*\] there and \['addition'\] here",
        "data.weights={addition: 2}": "data.weights",
    }.items():
        with pytest.raises(CoglingError, match=f"{grown} holds a run with another recipe: {said}.*--fresh"):
            train(tiny("checkpoint.keep=4", override), out=grown)


def test_a_place_that_is_no_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "thesis.txt").write_text("mine", encoding="utf-8")
    for name in ("file", "folder"):
        with pytest.raises(CoglingError, match=f"{name} exists and is no run; choose another --out"):
            train(tiny(), out=tmp_path / name)
    with pytest.raises(CoglingError, match=r"cannot (read|write) .*file"):
        train(tiny(), out=tmp_path / "file" / "below")
    with pytest.raises(CoglingError, match=r"is no run: it has no recipe.yaml; start one"):
        resume(tmp_path / "folder")


@pytest.mark.parametrize("leftovers", [[], [".lock"], [".lock", "tokenizer.json", ".recipe.yaml.7.tmp"]])
def test_what_a_run_leaves_that_was_killed_before_its_recipe_is_in_nobodys_way(
    tmp_path: Path, leftovers: list[str]
) -> None:
    for name in leftovers:
        (tmp_path / name).write_text("cut o", encoding="utf-8")
    recipe = tiny("train.steps=2", "evaluate.every=2", "evaluate.n=1")
    assert train(recipe, out=tmp_path, display=Silent(recipe)).about["finished"]


def test_a_run_without_a_checkpoint_may_be_begun_anew_with_another_recipe(tmp_path: Path) -> None:
    """As after a recipe whose first step failed: nothing is lost."""
    recipe = tiny("train.steps=2", "data.tasks=[boolean]", "evaluate.every=2")
    (tmp_path / "recipe.yaml").write_text(to_yaml(tiny("train.compile=on")), encoding="utf-8")
    (tmp_path / "metrics.jsonl").write_text('{"kind": "train", "step": 99}\n', encoding="utf-8")
    train(recipe, out=tmp_path, display=Silent(recipe))
    assert (tmp_path / "recipe.yaml").read_text(encoding="utf-8") == to_yaml(recipe)
    assert [record["step"] for record in of_kind(tmp_path, "train")] == [1, 2]


def test_pretraining_and_reasoning_in_one_run(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("the cat sat on the mat. " * 200, encoding="utf-8")
    recipe = tiny(
        "stages=[{stage: pretrain, share: 1}, {stage: reason, share: 2}]",
        f"data.path={tmp_path / 'text.txt'}",
        "train.steps=30",
        "train.prompt_loss=1",
        "evaluate.final_n=1",
        "evaluate.every=30",
    )
    run = train(recipe, out=tmp_path / "run", display=Silent(recipe))
    losses = [record["loss"] for record in of_kind(run.folder, "train")]
    assert len(losses) == 30
    assert losses[9] < losses[0]
    assert losses[10] > losses[9] + 0.5  # problems are news to it
    assert run.evaluation is not None
    assert messages(run.folder) == []


def test_pretraining_alone_needs_no_tasks_and_has_no_evaluation(tmp_path: Path) -> None:
    (tmp_path / "text.jsonl").write_text('{"text": "a b c d e f g h"}\n' * 60, encoding="utf-8")
    recipe = tiny(
        "stages=[{stage: pretrain}]",
        f"data.path={tmp_path / 'text.jsonl'}",
        "train.steps=6",
        "evaluate.final_n=9",
    )
    run = train(recipe, out=tmp_path / "run", display=Silent(recipe))
    assert run.evaluation is None
    assert run.about["best_step"] == 0
    assert run.report.exists()


def test_two_processes_do_not_grow_in_one_folder(grown: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from cogling.train.run import Lock\n"
            "with Lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()",
            str(grown),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    (grown / "run.json").unlink()
    recipe = tiny("checkpoint.keep=4")
    with pytest.raises(CoglingError, match=f"{grown} is being trained by another process"):
        train(recipe, out=grown, display=Silent(recipe))
    holder.kill()  # a lock does not outlive its process, however that one ended
    holder.wait()
    with Lock(grown):
        pass
    assert train(recipe, out=grown, display=Silent(recipe)).about["finished"]


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "place"
    place.mkdir()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command = ["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(place)]
        if sys.platform != "linux" or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("root may write everywhere, and no disk can be mounted here")
        yield place
        subprocess.run(["umount", "-l", str(place)], check=True)
    else:
        place.chmod(0o500)
        yield place
        place.chmod(0o700)


def test_without_write_permission_one_line_says_so(read_only: Path) -> None:
    for out in (read_only, read_only / "run"):
        with pytest.raises(CoglingError, match=f"no permission to write {out}"):
            train(tiny(), out=out)


def test_flat_joins_keys() -> None:
    assert flat({"a": {"b": {"c": 1}, "d": {}}, "e": [2]}) == {"a.b.c": 1, "a.d": {}, "e": [2]}


def test_run_json_says_what_ran(grown: Path) -> None:
    about = read_json(grown / "run.json")
    assert about["steps"] == 40
    assert about["tokens"] == 40 * 4 * 128
    assert 0 <= about["data_wait_share"] <= 1
    assert about["peak_memory_mb"] > 50
    assert "cpu, 1 thread," in about["device"]
