"""Shards hold what `draw` gives, are whole or named, and never hold what evaluation asks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cogling.config import Recipe
from cogling.data.making import make, plan
from cogling.data.shards import Damaged, Header, Shard, Shards, find
from cogling.data.sources import ProblemSource
from cogling.errors import CoglingError
from cogling.tasks import get_task
from cogling.tasks.sample import draw, draw_distinct, split_of
from cogling.text.tokenizer import Tokenizer
from cogling.train.run import SHARDS, grow, prepare
from tests.tiny import Silent, fingerprints, tiny

BYTES = Tokenizer.train("byte", [])


def fill(
    folder: Path, task: str = "addition", rungs: tuple[int, ...] = (0, 1, 2, 3), n: int = 20, seed: int = 5
) -> Path:
    """A folder of shards with ten problems each."""
    folder.mkdir(exist_ok=True)
    for rung in rungs:
        for header in plan(get_task(task), rung, seed, n, 10, []):
            write(folder, header, make(header))
    return folder


def write(folder: Path, header: Header, content: bytes) -> Shard:
    path = folder / header.name_of(content)
    path.write_bytes(content)
    return next(shard for shard in find(folder) if shard.path == path)


def source(folder: Path | None, *overrides: str) -> tuple[ProblemSource, Recipe]:
    shards = [f"data.shards={folder}"] if folder else []
    recipe = tiny("tokenizer.kind=byte", "train.length=400", "model.context=512", *shards, *overrides)
    return ProblemSource(recipe, BYTES), recipe


def test_a_shard_holds_the_problems_of_its_header(tmp_path: Path) -> None:
    shards = Shards(fill(tmp_path / "shards"))
    task = get_task("addition")
    drawn = [draw(task, "train", 5, number, [2] * len(task.knobs)) for number in range(20)]
    for number in (0, 9, 10, 19, 20, 47):
        picked = shards.pick("addition", 2, number)
        assert picked is not None
        expected = drawn[number % 20]
        assert picked.meta == {}
        assert (picked.task, picked.question) == (expected.task, expected.question)
        assert (picked.steps, picked.answer) == (expected.steps, expected.answer)
    assert shards.pick("addition", 4, 0) is None
    assert shards.pick("order", 0, 0) is None


def test_what_scoring_needs_is_kept_where_it_is_asked_for(tmp_path: Path) -> None:
    (header,) = plan(get_task("order"), 1, 0, 3, 10, [], meta=True)
    write(tmp_path, header, make(header))
    shards = Shards(tmp_path)
    assert shards.pick("order", 1, 2) == draw(get_task("order"), "train", 0, 2, [1] * 9)


def test_batches_take_what_the_folder_has_and_make_the_rest_as_before(tmp_path: Path) -> None:
    folder = fill(tmp_path / "shards", rungs=(1, 2))
    one, recipe = source(folder)
    other, _ = source(folder, "data.workers=2", "train.steps=99")
    without, _ = source(None)
    names = recipe.data.task_names()
    mix = {"weights": [1.0] * len(names), "rungs": [1] * len(names)}
    held = {problem_line["question"] for problem_line in lines_of(folder)}
    found = set()
    for index in (4, 0, 2):
        batch = one.batch(index, mix)
        one.batch(index + 1, mix)  # the order of the calls does not matter
        for name, array in other.batch(index, mix).arrays().items():
            np.testing.assert_array_equal(array, batch.arrays()[name])
        for number, task in enumerate(batch.tasks.tolist()):
            ids = batch.tokens[batch.documents == number].tolist()
            question = BYTES.decode(ids[1 : ids.index(BYTES.assistant_id)])
            assert (question in held) == (names[task] == "addition")
            found.add(names[task])
    assert found == set(names)
    easiest = {"weights": mix["weights"], "rungs": [0] * len(names)}
    for name, array in without.batch(3, easiest).arrays().items():
        np.testing.assert_array_equal(array, one.batch(3, easiest).arrays()[name])


def lines_of(folder: Path) -> list[dict]:
    return [json.loads(line) for path in folder.iterdir() for line in path.read_bytes().split(b"\n")[1:-1]]


DAMAGE = {
    "its content is not what its name says": lambda content: content.replace(b"=", b"-", 1),
    "is damaged": lambda content: content[:-7],
}


@pytest.mark.parametrize("said", DAMAGE)
def test_a_damaged_shard_is_named_before_training_and_while_it_is_read(tmp_path: Path, said: str) -> None:
    folder = fill(tmp_path / "shards")
    path = sorted(folder.iterdir())[3]
    path.write_bytes(DAMAGE[said](path.read_bytes()))
    with pytest.raises(CoglingError, match=f"shard .*{path.name} .*{said}"):
        prepare(tiny(f"data.shards={folder}"), tmp_path / "run")
    assert not (tmp_path / "run").exists()
    shard = find(folder)[3]
    with pytest.raises(Damaged, match=path.name):
        Shards(folder).pick("addition", shard.rung, shard.first)


def altered(content: bytes, **header: object) -> bytes:
    first, newline, rest = content.partition(b"\n")
    return json.dumps(json.loads(first) | header).encode() + newline + rest


def test_a_shard_with_a_good_hash_but_not_as_its_name_says_is_refused(tmp_path: Path) -> None:
    (header,) = plan(get_task("addition"), 0, 0, 4, 10, [])
    content = make(header)
    evaluated = "\n".join(
        json.dumps({"question": problem.question, "steps": problem.steps, "answer": problem.answer})
        for problem in draw_distinct(get_task("addition"), "iid", 0, 4)
    ).encode()
    wrong = {
        "split: input should be 'train'": altered(content, split="iid"),
        "its header is not what its name says": altered(content, rung=2),
        "format: input should be": altered(content, format="cogling-problems-9"),
        "colour: extra inputs": altered(content, colour="red"),
        "invalid JSON": b"\n" + content,
        "it holds 5 problems": content + content.split(b"\n")[1] + b"\n",
        "a line is no problem": content.replace(b'"answer"', b'"reply"', 1),
        "problem 0 is kept for evaluation": content.partition(b"\n")[0] + b"\n" + evaluated + b"\n",
    }
    for said, given in wrong.items():
        shard = write(tmp_path, header, given)
        with pytest.raises(Damaged, match=said):
            shard.check()


def test_shards_hold_no_question_of_an_evaluation(tmp_path: Path) -> None:
    pytest.importorskip("reasoning_gym")
    from cogling.tasks.gym import published

    folder = fill(tmp_path / "shards", "gym.count_bits", rungs=(1,), n=100)
    for shard in find(folder):
        shard.check()
    task = get_task("gym.count_bits")
    (asked,) = (p for p in [task.published("easy")[0]] if published.holds("count_bits", p.question))  # type: ignore[attr-defined]
    assert all(line["question"] != asked.question for line in lines_of(folder))
    header = plan(task, 1, 9, 1, 10, [])[0]
    record = {"question": asked.question, "steps": asked.steps, "answer": asked.answer}
    content = header.model_dump_json() + "\n" + json.dumps(record) + "\n"
    assert split_of(asked) != "validation"
    with pytest.raises(Damaged, match="problem 0 is kept for evaluation"):
        write(folder, header, content.encode()).check()


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (None, "no folder .*; shards are made with `cogling data problems`"),
        ("", "data.shards: .* holds no problems of this recipe's tasks"),
        ("notes.jsonl", r"notes.jsonl is no shard of `cogling data problems`"),
        ("addition.rung0.seed0.9-9.0123456789abcdef.jsonl", "is no shard"),
    ],
)
def test_a_folder_without_shards_is_refused_before_training(
    tmp_path: Path, held: str | None, said: str
) -> None:
    folder = tmp_path / "shards"
    if held is not None:
        folder.mkdir()
    if held:
        (folder / held).write_text("{}\n", encoding="utf-8")
    with pytest.raises(CoglingError, match=said):
        prepare(tiny(f"data.shards={folder}"), tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_a_run_continues_to_the_bit_and_only_with_the_shards_it_began_with(tmp_path: Path) -> None:
    folder = fill(tmp_path / "shards")
    recipe = tiny(f"data.shards={folder}", "train.steps=20")

    def stop_at_15(step: int) -> None:
        if step == 15:
            raise KeyboardInterrupt

    whole, parts = tmp_path / "whole", tmp_path / "parts"
    grow(recipe, whole, Silent(recipe))
    with pytest.raises(BaseException):  # noqa: B017, PT011 - however it says that it was interrupted
        grow(recipe, parts, Silent(recipe, stop_at_15))
    assert json.loads((parts / SHARDS).read_text()) == sorted(path.name for path in folder.iterdir())

    gone = sorted(folder.iterdir())[2]
    content = gone.read_bytes()
    gone.unlink()
    with pytest.raises(CoglingError, match=f"other shards .* {gone.name} is gone; .*--fresh"):
        grow(recipe, parts, Silent(recipe))
    gone.write_bytes(content)
    fill(folder, rungs=(0,), seed=6)
    with pytest.raises(CoglingError, match=r"seed6.* is new; "):
        grow(recipe, parts, Silent(recipe))
    for path in folder.glob("*.seed6.*"):
        path.unlink()
    grow(recipe, parts, Silent(recipe))
    assert fingerprints(parts) == fingerprints(whole)
