"""A batch is a pure function of its number and the mix, and no evaluation question is ever in one."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from cogling.config import Recipe
from cogling.data.batch import Batch
from cogling.data.sources import ProblemSource, TextSource, read_documents
from cogling.errors import CoglingError
from cogling.tasks import REGISTRY, get_task
from cogling.tasks.base import Problem
from cogling.tasks.sample import split_of
from cogling.text.tokenizer import Tokenizer
from cogling.train.compute import weigh
from tests.tiny import tiny

BYTES = Tokenizer.train("byte", [])


def problem_source(*overrides: str) -> tuple[ProblemSource, Recipe]:
    recipe = tiny("tokenizer.kind=byte", "train.length=400", "model.context=512", *overrides)
    return ProblemSource(recipe, BYTES), recipe


def mix_of(recipe: Recipe, rung: int = 0) -> dict[str, list]:
    count = len(recipe.data.task_names())
    return {"weights": [1.0] * count, "rungs": [rung] * count}


def same(a: Batch, b: Batch) -> bool:
    return all(np.array_equal(a.arrays()[name], b.arrays()[name]) for name in a.arrays())


def questions_in(batch: Batch) -> list[tuple[int, str]]:
    """(task, question) of each document, read back from its tokens."""
    found = []
    for number, task in enumerate(batch.tasks.tolist()):
        ids = batch.tokens[batch.documents == number].tolist()
        assert ids[0] == BYTES.user_id
        found.append((task, BYTES.decode(ids[1 : ids.index(BYTES.assistant_id)])))
    return found


def test_a_batch_depends_on_its_number_and_mix_alone() -> None:
    one, recipe = problem_source()
    other, _ = problem_source("data.workers=2", "train.steps=99")
    for index in (5, 0, 3):
        one.batch(index + 1, mix_of(recipe))  # the order of the calls does not matter
        assert same(one.batch(index, mix_of(recipe)), other.batch(index, mix_of(recipe)))
    assert not same(one.batch(0, mix_of(recipe)), one.batch(1, mix_of(recipe)))
    assert not same(one.batch(0, mix_of(recipe)), one.batch(0, mix_of(recipe, rung=3)))
    reseeded, _ = problem_source("train.seed=1")
    assert not same(one.batch(0, mix_of(recipe)), reseeded.batch(0, mix_of(recipe)))


def test_no_evaluation_question_enters_training() -> None:
    source, recipe = problem_source("data.tasks=all", "train.batch=8")
    names, seen = recipe.data.task_names(), set()
    for index in range(4):
        for rung in (0, 9):
            for task, question in questions_in(source.batch(index, mix_of(recipe, rung))):
                assert split_of(Problem(names[task], question, (), "")) == "train", question
                seen.add(names[task])
    assert seen == set(REGISTRY)


def test_batches_hold_different_problems_in_the_wanted_shares() -> None:
    source, _ = problem_source("data.tasks=[addition, equation]", "train.batch=16")
    mix = {"weights": [3.0, 1.0], "rungs": [9, 9]}
    found = [one for index in range(4) for one in questions_in(source.batch(index, mix))]
    questions = [question for _, question in found]
    assert len(set(questions)) > 0.9 * len(questions)
    share = sum(task == 0 for task, _ in found) / len(found)
    assert 0.6 < share < 0.95


def test_the_reply_weighs_one_and_the_question_as_the_recipe_says() -> None:
    source, recipe = problem_source("train.prompt_loss=0.25")
    batch = source.batch(0, mix_of(recipe))
    for number in range(len(batch.tasks)):
        place = batch.documents == number
        targets, weights = batch.targets[place], batch.weights[place]
        start = targets.tolist().index(BYTES.assistant_id)
        assert (weights[: start + 1] == 0.25).all()
        assert (weights[start + 1 :] == 1.0).all()
        assert targets[-1] == BYTES.end_id


def test_problems_that_never_fit_are_an_error_that_says_how_long_they_are() -> None:
    source, recipe = problem_source("train.length=16")
    with pytest.raises(
        CoglingError,
        match=r"task '\w+' writes problems that are too long .*, and train.length is 16",
    ):
        source.batch(0, mix_of(recipe))


def test_rows_of_problems_are_filled_well() -> None:
    source, recipe = problem_source("train.batch=16")
    batch = source.batch(0, mix_of(recipe, rung=9))
    assert (batch.documents < len(batch.tasks)).mean() > 0.9


def text_source(folder: Path, text: str, *overrides: str, name: str = "text.txt") -> TextSource:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    recipe = tiny(
        "stages=[{stage: pretrain}]", f"data.path={path}", "train.length=8", "train.batch=3", *overrides
    )
    return TextSource(recipe, BYTES)


def test_every_epoch_sees_each_row_once_in_an_order_of_its_own(tmp_path: Path) -> None:
    source = text_source(tmp_path, "".join(map(chr, range(33, 33 + 72))))
    rows = len(source.inputs)
    assert rows == 9  # 72 characters and an end token, in rows of 8
    served = [tuple(row) for index in range(9) for row in source.batch(index, {}).tokens.tolist()]
    epochs = [served[start : start + rows] for start in range(0, 27, rows)]
    assert all(len(set(epoch)) == rows for epoch in epochs)
    assert set(epochs[0]) == set(epochs[1]) == set(epochs[2])
    assert epochs[0] != epochs[1] != epochs[2]
    again = text_source(tmp_path, "".join(map(chr, range(33, 33 + 72))))
    assert same(again.batch(4, {}), source.batch(4, {}))
    assert not same(text_source(tmp_path, "a b c d e" * 9, "train.seed=1").batch(0, {}), source.batch(0, {}))


def test_text_positions_and_documents_restart_after_each_end(tmp_path: Path) -> None:
    source = text_source(tmp_path, "<|endoftext|>".join(["abc", "defgh", "i", "jklmnopqrstuvwxyz", "AB"]))
    batch = source.batch(0, {})
    stream = source.inputs.flatten().tolist()
    assert stream.count(BYTES.end_id) >= 3
    assert len(batch.tasks) == batch.documents.max() + 1
    for row in range(3):
        ends = batch.tokens[row] == BYTES.end_id
        for column in range(8):
            fresh = column == 0 or bool(ends[column - 1])
            assert batch.positions[row, column] == (0 if fresh else batch.positions[row, column - 1] + 1)
            same_document = column > 0 and batch.documents[row, column] == batch.documents[row, column - 1]
            assert same_document != fresh
    assert len({int(batch.documents[row, 0]) for row in range(3)}) == 3
    np.testing.assert_array_equal(batch.targets[:, :-1], batch.tokens[:, 1:])
    assert (batch.weights == 1).all()


def test_jsonl_documents_may_hold_any_line_separator(tmp_path: Path) -> None:
    path = tmp_path / "text.jsonl"
    path.write_text('{"text": "one\u2028still one\\ntwo"}\n\n{"text": "two", "id": 3}\n', encoding="utf-8")
    assert list(read_documents(path)) == ["one\u2028still one\ntwo", "two"]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jsonl", b'{"text": "fine"}\n{"txt": "no"}\n', "line 2: not a JSON object with a 'text'"),
        ("a.jsonl", b'{"text": 3}\n', "line 1: not a JSON object with a 'text'"),
        ("a.jsonl", b'["text"]\n', "line 1: not a JSON object"),
        ("a.jsonl", b'{"text": "cut of', "line 1: not a JSON object"),
        ("a.txt", b"fine \xff no", "is not UTF-8 at byte 5"),
    ],
)
def test_files_that_are_no_text_are_named_with_the_place(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CoglingError, match=f"{name}.* {said}"):
        list(read_documents(tmp_path / name))


def test_too_little_text_and_a_missing_file_say_so(tmp_path: Path) -> None:
    with pytest.raises(CoglingError, match="holds 6 tokens, less than one row of 8"):
        text_source(tmp_path, "short")
    with pytest.raises(CoglingError, match=r"no file .*nowhere.txt"):
        list(read_documents(tmp_path / "nowhere.txt"))


def test_the_tasks_of_a_mix_are_those_of_the_recipe() -> None:
    source, recipe = problem_source()
    assert [task.name for task in source.tasks] == recipe.data.task_names()
    assert source.tasks[0] is get_task("boolean")


@pytest.mark.parametrize("rate", [0, 0.4])
def test_the_words_of_a_mistake_are_left_out_of_the_loss(rate: float) -> None:
    source, recipe = problem_source("data.mistakes=1", f"data.mistake_rate={rate}", "train.prompt_loss=0.25")
    batch = source.batch(0, mix_of(recipe))
    checked = 0
    for number in range(len(batch.tasks)):
        inside = batch.documents == number
        targets, weights = batch.targets[inside], batch.weights[inside]
        steps = BYTES.decode_reply(targets.tolist()).steps
        if "wrong" in steps:
            left_out = BYTES.decode(targets[weights == 0].tolist())
            wrong = [step for step, following in pairwise(steps) if following == "wrong"]
            assert left_out == "".join(wrong)
            assert rate or len(wrong) == 1
            checked += 1
    assert checked > 10


def test_each_problem_weighs_alike_where_that_is_wanted() -> None:
    source, recipe = problem_source()
    batch = source.batch(0, mix_of(recipe))
    for exponent in (0.0, 0.5, 1.0):
        weights = weigh(batch, exponent)
        assert weights.sum() == pytest.approx(1)
        by_problem = np.bincount(batch.documents.ravel(), weights.ravel())[: len(batch.tasks)]
        totals = np.bincount(batch.documents.ravel(), batch.weights.ravel())[: len(batch.tasks)]
        np.testing.assert_allclose(by_problem / by_problem[0], (totals / totals[0]) ** (1 - exponent), 1e-4)
