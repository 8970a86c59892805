"""Base conversion: traces against Python's own conversion, and steps that must be refused."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogling.tasks.base import Problem
from cogling.tasks.sample import draw
from cogling.tasks.symbolic.base import Base

TASK = Base()
TO_BINARY = Problem(
    "base",
    "What is 13 in binary?",
    ("half 6, digits 1", "half 3, digits 01", "half 1, digits 101", "half 0, digits 1101"),
    "1101",
    {"to": "binary", "given": "13"},
)
TO_DECIMAL = Problem(
    "base",
    "Write binary 1101 in decimal.",
    ("value 1, left 101", "value 3, left 01", "value 6, left 1", "value 13"),
    "13",
    {"to": "decimal", "given": "1101"},
)


@pytest.mark.parametrize("split", ["train", "iid", "ood"])
def test_answers_and_every_state_agree_with_python(split: str) -> None:
    for i in range(300):
        problem = draw(TASK, split, 1, i)
        (given_text,) = re.findall(r"\d+", problem.question)
        if "binary" in problem.question.partition(given_text)[0]:
            number = int(given_text, 2)
            assert problem.answer == str(number)
            for step in problem.steps:
                value, _, left = step.removeprefix("value ").partition(", left ")
                assert f"{int(value):b}{left}" == given_text
        else:
            number = int(given_text)
            assert int(problem.answer, 2) == number
            assert problem.answer[0] == "1"
            for step in problem.steps:
                half, _, digits = step.removeprefix("half ").partition(", digits ")
                assert int(half) * 2 ** len(digits) + int(digits, 2) == number
        assert len(problem.steps) == number.bit_length()


def test_ood_numbers_are_longer_than_any_in_training() -> None:
    def bits(split: str) -> list[int]:
        return [len(draw(TASK, split, 2, i).steps) for i in range(200)]

    assert max(bits("train")) < min(bits("ood"))


@pytest.mark.parametrize("problem", [TO_BINARY, TO_DECIMAL])
def test_the_worked_examples(problem: Problem) -> None:
    for i, step in enumerate(problem.steps):
        assert TASK.step_valid(problem, problem.steps[:i], f"  {step} ")
        for other in problem.steps[:i] + problem.steps[i + 1 :]:
            assert not TASK.step_valid(problem, problem.steps[:i], other)
    for step in (*problem.steps, problem.answer, ""):
        assert not TASK.step_valid(problem, problem.steps, step)


@pytest.mark.parametrize(
    ("problem", "done", "step"),
    [
        (TO_BINARY, 0, "half 6, digits 0"),
        (TO_BINARY, 0, "half 7, digits 1"),
        (TO_BINARY, 0, "half 06, digits 1"),
        (TO_BINARY, 0, "value 1, left 3"),
        (TO_BINARY, 1, "half 3, digits 10"),
        (TO_BINARY, 1, "half 3, digits 1"),
        (TO_BINARY, 3, "half 0, digits 1111"),
        (TO_BINARY, 4, "half 0, digits 01101"),
        (TO_BINARY, 0, "half \u0666, digits 1"),
        (TO_BINARY, 0, "half 6, digits " + "1" * 10_000),
        (TO_BINARY, 0, "half " + "9" * 10_000 + ", digits 1"),
        (TO_DECIMAL, 0, "value 1, left 1101"),
        (TO_DECIMAL, 0, "value 3, left 01"),
        (TO_DECIMAL, 1, "value 2, left 01"),
        (TO_DECIMAL, 1, "value 3, left 1"),
        (TO_DECIMAL, 3, "value 12"),
        (TO_DECIMAL, 3, "value 13, left"),
        (TO_DECIMAL, 3, "value 13, left 1"),
        (TO_DECIMAL, 3, "13"),
    ],
)
def test_wrong_steps_are_refused(problem: Problem, done: int, step: str) -> None:
    assert not TASK.step_valid(problem, problem.steps[:done], step)


def test_a_step_is_judged_by_the_line_before_even_if_that_is_wrong() -> None:
    assert TASK.step_valid(TO_BINARY, ["half 7, digits 1"], "half 3, digits 11")
    assert not TASK.step_valid(TO_BINARY, ["half 7, digits 1"], "half 3, digits 01")
    assert TASK.step_valid(TO_DECIMAL, ["value 4, left 01"], "value 8, left 1")


@pytest.mark.parametrize(
    "before", ["", "junk", "half 6", "half " + "9" * 10_000 + ", digits 1", "value 3, left 2"]
)
def test_nothing_follows_from_a_malformed_line(before: str) -> None:
    for problem in (TO_BINARY, TO_DECIMAL):
        for step in problem.steps:
            assert not TASK.step_valid(problem, [before], step)


def test_score() -> None:
    assert TASK.score(TO_BINARY, " 1101 ") == 1.0
    for wrong in ("", "1011", "01101", "0b1101", "13", "1 101", "1" * 100_000):
        assert TASK.score(TO_BINARY, wrong) == 0.0


@given(st.text(), st.lists(st.text(alphabet="half value,digits 01239\n"), max_size=3))
def test_any_text_is_judged(text: str, before: list[str]) -> None:
    for problem in (TO_BINARY, TO_DECIMAL):
        assert TASK.score(problem, text) in (0.0, 1.0)
        assert TASK.step_valid(problem, before, text) in (False, True)
        assert TASK.step_valid(problem, [text], problem.steps[0]) in (False, True)
