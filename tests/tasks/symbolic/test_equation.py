"""Equations: traces against plain arithmetic, and steps that must be refused."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogling.tasks.base import Problem
from cogling.tasks.sample import draw
from cogling.tasks.symbolic.equation import Equation

TASK = Equation()
PROBLEM = Problem(
    "equation",
    "What is x if 5x + 4x - 7 = 3x + 29?",
    ("9x - 7 = 3x + 29", "9x - 3x - 7 = 29", "6x - 7 = 29", "6x = 29 + 7 = 36", "x = 36 / 6 = 6"),
    "6",
    {"equation": "5x + 4x - 7 = 3x + 29"},
)


def side(text: str, x: Fraction) -> Fraction:
    """The value of one side, term by term."""
    if m := re.fullmatch(r"(.*?)([+-]?)(\d+)\(x([+-])(\d+)\)", text := text.replace(" ", "")):
        rest, sign, a, inner_sign, b = m.groups()
        bracket = int(a) * (x + int(inner_sign + b))
        return side(rest, x) + (-bracket if sign == "-" else bracket)
    if m := re.fullmatch(r"(\d+)/(\d+)", text):
        return Fraction(int(m[1]), int(m[2]))
    total = Fraction(0)
    for sign, number, is_x in re.findall(r"([+-]?)(\d*)(x?)", text):
        if number or is_x:
            value = int(number or 1) * (x if is_x else Fraction(1))
            total += -value if sign == "-" else value
    return total


@pytest.mark.parametrize("split", ["train", "iid", "ood"])
def test_every_line_holds_for_the_answer_and_for_no_other_number(split: str) -> None:
    for i in range(300):
        problem = draw(TASK, split, 1, i)
        x = int(problem.answer)
        assert problem.meta["equation"] in problem.question
        for line in (problem.meta["equation"], *problem.steps):
            for a, b in zip(line.split(" = "), line.split(" = ")[1:], strict=False):
                assert side(a, Fraction(x)) == side(b, Fraction(x)), line
            ends = line.split(" = ")[0], line.split(" = ")[-1]
            assert side(ends[0], Fraction(x + 1)) != side(ends[1], Fraction(x + 1)), line


def test_numbers_stay_small() -> None:
    for i in range(300):
        problem = draw(TASK, "ood", 2, i)
        for line in (problem.question, *problem.steps):
            assert all(int(n) <= 99 for n in re.findall(r"\d+", line))
            assert all(len(c) == 1 for c in re.findall(r"(\d+)x", line))


def test_the_worked_example() -> None:
    for i, step in enumerate(PROBLEM.steps):
        assert TASK.step_valid(PROBLEM, PROBLEM.steps[:i], f" {step} ")


def test_bracket() -> None:
    problem = Problem("equation", "", (), "6", {"equation": "4x + 2(x - 3) = 30"})
    assert TASK.step_valid(problem, [], "4x + 2x - 6 = 30")
    for wrong in ("4x + 2x - 3 = 30", "4x + 2x + 6 = 30", "6x - 6 = 30", "4x + 2x = 30 + 6 = 36"):
        assert not TASK.step_valid(problem, [], wrong)


@pytest.mark.parametrize(
    ("done", "step"),
    [
        (0, "8x - 7 = 3x + 29"),
        (0, "9x + 7 = 3x + 29"),
        (0, "9x - 7 = 3x + 28"),
        (0, "9x - 7 = 3x + 29 = 3x + 29"),
        (0, "5x + 4x - 7 = 3x + 29"),
        (0, "9x - 3x - 7 = 29"),
        (1, "9x - 7 = 3x + 29"),
        (1, "9x + 3x - 7 = 29"),
        (1, "6x - 7 = 29"),
        (3, "6x = 29 - 7 = 22"),
        (3, "6x = 36"),
        (3, "6x = 29 + 7 = 37"),
        (4, "x = 6"),
        (4, "x = 36 / 6 = 7"),
        (4, "x = 36 / 9 = 4"),
        (5, "x = 36 / 6 = 6"),
        (5, "6"),
        (0, ""),
        (0, "\u0669x - 7 = 3x + 29"),
        (0, "9x \u2212 7 = 3x + 29"),
        (0, "9x - 7 = 3x + " + "9" * 10_000),
    ],
)
def test_wrong_steps_are_refused(done: int, step: str) -> None:
    assert not TASK.step_valid(PROBLEM, PROBLEM.steps[:done], step)


def test_a_step_is_judged_by_the_line_before_even_if_that_is_wrong() -> None:
    before = ["8x - 7 = 3x + 29"]
    assert TASK.step_valid(PROBLEM, before, "8x - 3x - 7 = 29")
    assert not TASK.step_valid(PROBLEM, before, "9x - 3x - 7 = 29")


@pytest.mark.parametrize(
    "line",
    ["6x = 37", "2x - 5x + 7 = 9", "9x + 30 = 3", "0x = 5", "x = 5", "3x - 2(x + 1) = 9", "9" * 10_000],
)
def test_nothing_follows_where_the_method_has_no_step(line: str) -> None:
    for step in (
        "x = 37 / 6 = 6",
        "-3x + 7 = 9",
        "9x = 3 - 30 = -27",
        "x = 5 / 0 = 0",
        "3x - 2x + 2 = 9",
        "",
    ):
        assert not TASK.step_valid(PROBLEM, [line], step)


def test_score() -> None:
    assert TASK.score(PROBLEM, " 6\n") == 1.0
    for wrong in ("", "7", "06", "6.0", "x = 6", "6 6", "\u0666", "6" * 100_000):
        assert TASK.score(PROBLEM, wrong) == 0.0


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_text_is_judged(text: str, before: list[str]) -> None:
    assert TASK.score(PROBLEM, text) in (0.0, 1.0)
    assert TASK.step_valid(PROBLEM, before, text) in (False, True)


@given(st.text(alphabet="0123456789x()+-=/ ", max_size=60), st.integers(0, 5))
def test_equation_like_text_is_judged(text: str, done: int) -> None:
    assert TASK.step_valid(PROBLEM, [*PROBLEM.steps[:done], text], text) is False
