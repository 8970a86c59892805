"""Simplification: every line against a truth table computed by Python, and steps that must be refused."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogling.tasks.base import Problem
from cogling.tasks.sample import draw
from cogling.tasks.symbolic.simplify import Simplify, parse, render

TASK = Simplify()
TEXT = "(p or False) and not (q and not q) and (r or p)"
PROBLEM = Problem(
    "simplify",
    f"Simplify: {TEXT}",
    (
        "= p and not (q and not q) and (r or p)",
        "= p and not False and (r or p)",
        "= p and True and (r or p)",
        "= p and (r or p)",
        "= p",
    ),
    "p",
    {"expression": TEXT},
)
PAIR = Problem("simplify", "", (), "not p and q", {"expression": "(not p or False) and q"})


def table(text: str) -> list[bool]:
    """The truth table, by Python's own logic: the text comes from our generator, not from a model."""
    assert re.fullmatch(r"(?:[pqr() ]|and|or|not|True|False)+", text)
    rows = itertools.product((False, True), repeat=3)
    return [bool(eval(text, {}, dict(zip("pqr", row, strict=True)))) for row in rows]


def length(text: str) -> int:
    return len(re.findall(r"\b(?:p|q|r|True|False)\b", text))


@pytest.mark.parametrize("split", ["train", "iid", "ood"])
def test_every_line_means_the_same_and_is_shorter(split: str) -> None:
    for i in range(200):
        problem = draw(TASK, split, 1, i)
        line = problem.meta["expression"]
        assert problem.question.endswith(f": {line}")
        for step in problem.steps:
            following = step.removeprefix("= ")
            assert table(line) == table(following), (line, step)
            assert len(following) < len(line) or "not False" in line
            line = following
        assert line == problem.answer


def test_answers_are_as_short_as_any_equivalent_expression() -> None:
    names = ("True", "False", "p", "q", "r", "not p", "not q", "not r")
    shortest = {tuple(table(a)): 1 for a in names}
    for i in range(300):
        answer = draw(TASK, "train", 3, i).answer
        assert length(answer) == shortest.get(tuple(table(answer)), 2)


@pytest.mark.parametrize("problem", [PROBLEM, PAIR])
def test_no_simplest_form_is_simplified_further(problem: Problem) -> None:
    for step in (f"= {problem.answer}", "= p", "= False", "= True", ""):
        assert not TASK.step_valid(problem, [f"= {problem.answer}"], step)


def test_the_worked_example() -> None:
    for i, step in enumerate(PROBLEM.steps):
        assert TASK.step_valid(PROBLEM, PROBLEM.steps[:i], f" {step} ")


@pytest.mark.parametrize(
    ("line", "after"),
    [
        ("not not p", "p"),
        ("not True", "False"),
        ("True and q", "q"),
        ("q or False", "q"),
        ("q and False and r", "False"),
        ("True or q", "True"),
        ("p and p", "p"),
        ("not q or not q", "not q"),
        ("p or not p", "True"),
        ("not p and p and (q or True)", "False and (q or True)"),
        ("p and (p or q)", "p"),
        ("(q and p) or p", "p"),
        ("p and not (not q and not q)", "p and not not q"),
        ("p or (q and r) or (r or False)", "p or (q and r) or r"),
    ],
)
def test_each_rule(line: str, after: str) -> None:
    assert table(line) == table(after)
    assert TASK.step_valid(PROBLEM, [f"= {line}"], f"= {after}")


@pytest.mark.parametrize(
    ("done", "step"),
    [
        (0, "p and not (q and not q) and (r or p)"),
        (0, "= q and not (q and not q) and (r or p)"),
        (0, "= p or not (q and not q) and (r or p)"),
        (0, "= p and not (q and q) and (r or p)"),
        (0, f"= {TEXT}"),
        (0, "= p and not False and (r or p)"),
        (0, "= p"),
        (0, "= False and not (q and not q) and (r or p)"),
        (1, "= p and not True and (r or p)"),
        (3, "= p"),
        (4, "= r"),
        (4, "= p and p"),
        (4, "= p or r"),
        (5, "= p"),
        (5, ""),
        (4, "= \u0440"),  # a Cyrillic letter that looks like p
        (4, "= " + "(" * 10_000 + "p" + ")" * 10_000),
    ],
)
def test_wrong_steps_are_refused(done: int, step: str) -> None:
    assert not TASK.step_valid(PROBLEM, PROBLEM.steps[:done], step)


def test_a_step_is_judged_by_the_line_before_even_if_that_is_wrong() -> None:
    assert TASK.step_valid(PROBLEM, ["= q and (q or p)"], "= q")
    assert not TASK.step_valid(PROBLEM, ["= q and (q or p)"], "= p")


@pytest.mark.parametrize(
    "line", ["", "=", "= p and", "= p and q or r", "= p q", "= s", "= )p(", "= ()", "= not"]
)
def test_nothing_follows_from_a_malformed_line(line: str) -> None:
    for step in PROBLEM.steps:
        assert not TASK.step_valid(PROBLEM, [line], step)


def test_score_takes_any_equivalent_expression_that_is_as_short() -> None:
    assert TASK.score(PROBLEM, " p\n") == 1.0
    for right in ("not p and q", "q and not p", "(q and not p)"):
        assert TASK.score(PAIR, right) == 1.0
    for wrong in (
        "",
        "p",
        "not p or q",
        "not (p or not q)",
        "q and q and not p",
        "not p and q and True",
        "= p",
    ):
        assert TASK.score(PAIR, wrong) == 0.0
    for junk in ("(" * 100_000, "not " * 100_000 + "p", "p" * 100_000, "\u0440", "__import__('os')"):
        assert TASK.score(PROBLEM, junk) == 0.0


@given(
    st.text()
    | st.text(alphabet="pqr()= ")
    | st.lists(st.sampled_from(["p", "q", "not", "and", "or", "(", ")", "=", "True"]))
)
def test_any_text_is_judged(text: str | list[str]) -> None:
    text = text if isinstance(text, str) else " ".join(text)
    assert TASK.score(PAIR, text) in (0.0, 1.0)
    assert TASK.step_valid(PROBLEM, [], text) is False
    assert TASK.step_valid(PROBLEM, [text, f"= {text}"], "= p") in (False, True)
    e = parse(text)
    assert e is None or parse(render(e)) is not None
