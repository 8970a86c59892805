"""Programs: printed values against Python itself, and steps that must be refused."""

from __future__ import annotations

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogling.tasks.base import Problem
from cogling.tasks.sample import draw
from cogling.tasks.symbolic.code import Code

TASK = Code()


def problem_of(*program: str, steps: tuple[str, ...]) -> Problem:
    answer = steps[-1].rpartition(": ")[2]
    return Problem("code", "\n".join(program), steps, answer, {"program": list(program)})


BRANCH = problem_of(
    "a = 5",
    "b = a + 9",
    "if b > 20:",
    "    a = b - 2",
    "else:",
    "    a = a * 3",
    "print(a)",
    steps=(
        "a = 5",
        "b = a + 9 = 5 + 9 = 14",
        "if b > 20: 14 > 20 is False",
        "a = a * 3 = 5 * 3 = 15",
        "print(a): 15",
    ),
)
LOOP = problem_of(
    "a = 30",
    "for i in [4, 7]:",
    "    a = a - i",
    "print(a)",
    steps=(
        "a = 30",
        "i = 4, left [7]",
        "a = a - i = 30 - 4 = 26",
        "i = 7, left []",
        "a = a - i = 26 - 7 = 19",
        "print(a): 19",
    ),
)


def printed(problem: Problem) -> str:
    """What Python prints: the program comes from our generator, not from a model."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(problem.question.partition("\n")[2], {"__builtins__": {"print": print}})
    return out.getvalue().strip()


@pytest.mark.parametrize("split", ["train", "iid", "ood"])
def test_answers_are_what_python_prints(split: str) -> None:
    for i in range(300):
        problem = draw(TASK, split, 1, i)
        assert problem.answer == printed(problem), problem.question
        assert 0 <= int(problem.answer) <= 99


@pytest.mark.parametrize("problem", [BRANCH, LOOP])
def test_the_worked_examples(problem: Problem) -> None:
    for i, step in enumerate(problem.steps):
        assert TASK.step_valid(problem, problem.steps[:i], f" {step} ")
        for other in problem.steps[:i] + problem.steps[i + 1 :]:
            assert not TASK.step_valid(problem, problem.steps[:i], other)
    for step in (*problem.steps, problem.answer, ""):
        assert not TASK.step_valid(problem, problem.steps, step)


@pytest.mark.parametrize(
    ("problem", "done", "step"),
    [
        (BRANCH, 0, "a = 6"),
        (BRANCH, 1, "b = a + 9 = 6 + 9 = 15"),
        (BRANCH, 1, "b = a + 9 = 5 + 9 = 15"),
        (BRANCH, 1, "b = a + 9 = 14"),
        (BRANCH, 1, "b = 14"),
        (BRANCH, 2, "if b > 20: 14 > 20 is True"),
        (BRANCH, 2, "if b > 20: 14 < 20 is False"),
        (BRANCH, 2, "a = a * 3 = 5 * 3 = 15"),
        (BRANCH, 3, "a = b - 2 = 14 - 2 = 12"),
        (BRANCH, 3, "a = a * 3 = 14 * 3 = 42"),
        (BRANCH, 4, "print(a): 5"),
        (BRANCH, 4, "print(b): 14"),
        (BRANCH, 4, "15"),
        (LOOP, 1, "i = 7, left [4]"),
        (LOOP, 1, "i = 4, left []"),
        (LOOP, 1, "i = 4, left [7, 7]"),
        (LOOP, 2, "a = a - i = 30 - 7 = 23"),
        (LOOP, 3, "a = a - i = 26 - 4 = 22"),
        (LOOP, 3, "print(a): 26"),
        (LOOP, 5, "i = 7, left []"),
        (BRANCH, 1, "b = a + 9 = 5 + 9 = " + "9" * 10_000),
        (BRANCH, 1, "b = a + 9 = \u0665 + 9 = 14"),
        (LOOP, 1, "i = 4, left [" + "7, " * 10_000 + "7]"),
    ],
)
def test_wrong_steps_are_refused(problem: Problem, done: int, step: str) -> None:
    assert not TASK.step_valid(problem, problem.steps[:done], step)


def test_a_step_is_judged_with_the_values_and_verdicts_written_before() -> None:
    before = ["a = 5", "b = a + 9 = 5 + 9 = 24"]
    assert TASK.step_valid(BRANCH, before, "if b > 20: 24 > 20 is True")
    assert not TASK.step_valid(BRANCH, before, "if b > 20: 14 > 20 is False")
    before.append("if b > 20: 14 > 20 is True")
    assert TASK.step_valid(BRANCH, before, "a = b - 2 = 24 - 2 = 22")
    assert not TASK.step_valid(BRANCH, before, "a = a * 3 = 5 * 3 = 15")
    assert TASK.step_valid(LOOP, ["a = 30", "i = 4, left []", "a = a - i = 30 - 4 = 25"], "print(a): 25")


@pytest.mark.parametrize(
    "before",
    ["", "junk", "a", "a = ", "a = x", "a = \u0665", "a = \u00b2", "a = 5 = " + "9" * 10_000, "b = 5"],
)
def test_nothing_follows_from_a_malformed_line(before: str) -> None:
    for problem in (BRANCH, LOOP):
        assert not TASK.step_valid(problem, [before], problem.steps[1])


def test_score() -> None:
    assert TASK.score(BRANCH, " 15\n") == 1.0
    for wrong in ("", "14", "015", "15.0", "a = 15", "1 5", "\u0661\u0665", "15" * 100_000):
        assert TASK.score(BRANCH, wrong) == 0.0


@given(st.text() | st.text(alphabet="abi 0123456789=+-*<>[],:"), st.integers(0, 6))
def test_any_text_is_judged(text: str, done: int) -> None:
    for problem in (BRANCH, LOOP):
        assert TASK.score(problem, text) in (0.0, 1.0)
        assert TASK.step_valid(problem, problem.steps[:done], text) in (False, True)
        spliced = problem.steps[min(done, 4)] + text
        assert TASK.step_valid(problem, [*problem.steps[: min(done, 4)], spliced], text) in (False, True)
