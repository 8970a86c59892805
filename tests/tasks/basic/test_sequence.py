"""Sequences: steps by hand, and every trace against rules fitted to the question another way."""

from __future__ import annotations

import random
import re
from itertools import pairwise

import pytest

from cogling.tasks.base import Problem
from cogling.tasks.basic.sequence import Sequence

TASK = Sequence()
TRACES = {
    (13, 17, 21, 25): ("13", "17 +4", "21 +4", "25 +4", "same +4", "25+4=29"),
    (52, 48, 44, 40): ("52", "48 -4", "44 -4", "40 -4", "same -4", "40-4=36"),
    (13, 18, 16, 21): ("13", "18 +5", "16 -2", "21 +5", "alternate -2", "21-2=19"),
    (13, 15, 19, 25): ("13", "15 +2", "19 +4", "25 +6", "grow +2 +8", "25+8=33"),
    (30, 33, 34, 33): ("30", "33 +3", "34 +1", "33 -1", "grow -2 -3", "33-3=30"),
    (12, 24, 48, 96): (
        *("12", "24 *2", "48 *2", "96 *2", "same *2"),
        *("a:6*2+0=12;2", "b:9*2+1=19;92", "192"),
    ),
}


def problem_of(*terms: int) -> Problem:
    return Problem("sequence", "", (), "", {"terms": list(terms)})


def continued(terms: list[int]) -> int:
    """The next term, by fitting whole sequences: ratios exactly, then differences by their own rule."""
    ratio, rest = divmod(terms[1], terms[0])
    if ratio > 1 and not rest and all(b == a * ratio for a, b in pairwise(terms)):
        return terms[-1] * ratio
    changes = [b - a for a, b in pairwise(terms)]
    if len(changes) > 2 and changes[2:] == changes[:-2]:
        return terms[-1] + changes[-2]
    growths = {b - a for a, b in pairwise(changes)}
    assert len(growths) == 1
    return terms[-1] + changes[-1] + growths.pop()


@pytest.mark.parametrize("terms", TRACES)
def test_steps_written_by_hand_are_right(terms: tuple[int, ...]) -> None:
    steps = TRACES[terms]
    for i, step in enumerate(steps):
        assert TASK.step_valid(problem_of(*terms), steps[:i], step)


@pytest.mark.parametrize(
    ("done", "step"),
    [
        (0, "13 17"),
        (0, "17"),
        (1, "17 +5"),
        (1, "17 -4"),
        (1, "17 4"),
        (1, "21 +4"),  # skips a term
        (2, "17 +4"),  # repeats one
        (2, "21 +8"),  # difference to the first term
        (3, "same +4"),  # before all differences are known
        (4, "same -4"),
        (4, "same +5"),
        (4, "grow +0 +4"),
        (4, "alternate +4"),
        (4, "25+4=29"),  # no rule
        (5, "25+4=28"),
        (5, "21+4=25"),
        (5, "25+5=30"),
        (5, "29"),
        (6, "25+4=29"),
        (6, "29"),
        (1, "17 +" + "4" * 9999),
    ],
)
def test_wrong_steps_are_refused(done: int, step: str) -> None:
    terms = (13, 17, 21, 25)
    assert not TASK.step_valid(problem_of(*terms), TRACES[terms][:done], step)


@pytest.mark.parametrize(
    ("done", "step"),
    [
        (1, "24 +12"),
        (1, "24 *3"),
        (4, "same +2"),
        (5, "96*2=192"),
        (5, "a:9*2+0=18;8"),  # the wrong end first
        (6, "b:9*2+0=18;82"),  # forgets the carry
        (6, "b:9*2+1=19;9"),
        (7, "92"),
        (7, "0192"),
        (8, "192"),
    ],
)
def test_wrong_products_are_refused(done: int, step: str) -> None:
    terms = (12, 24, 48, 96)
    assert not TASK.step_valid(problem_of(*terms), TRACES[terms][:done], step)


def test_a_step_is_judged_by_what_the_model_wrote_before() -> None:
    """A wrong difference leads to another rule, a wrong rule to another number."""
    arithmetic = problem_of(13, 17, 21, 25)
    assert TASK.step_valid(arithmetic, ["13", "17 +4", "21 +3", "25 +4"], "alternate +3")
    assert TASK.step_valid(arithmetic, ["13", "17 +2", "21 +3", "25 +4"], "grow +1 +5")
    assert not TASK.step_valid(arithmetic, ["13", "17 +2", "21 +3", "25 +4"], "same +4")
    assert not TASK.step_valid(arithmetic, ["13", "17 +4", "21 +4", "25 +5"], "same +4")
    assert TASK.step_valid(arithmetic, ["13", "17 +4", "21 +4", "25 +4", "same +5"], "25+5=30")


@pytest.mark.parametrize(
    "rule", ["", "same", "same +", "same +44", "SAME +4", "grow +8", "same +" + "4" * 9999]
)
def test_nothing_follows_a_rule_that_makes_no_sense(rule: str) -> None:
    before = ["13", "17 +4", "21 +4", "25 +4", rule]
    assert not TASK.step_valid(problem_of(13, 17, 21, 25), before, "25+4=29")


@pytest.mark.parametrize("n", range(4, 9))
def test_traces_agree_with_fitted_rules(n: int) -> None:
    rng = random.Random(n)
    rules = set()
    for _ in range(300):
        problem = TASK.problem(rng, {"terms": n})
        terms = [int(term) for term in re.findall(r"\d+", problem.question)]
        assert len(terms) == n
        assert problem.answer == str(continued(terms))
        assert re.split("[=]", problem.steps[-1])[-1] == problem.answer
        for (a, b), step in zip(pairwise(terms), problem.steps[1:], strict=False):
            sign, value = step.split(" ")[1][0], int(step.split(" ")[1][1:])
            assert b == {"+": a + value, "-": a - value, "*": a * value}[sign]
        rules.add(problem.steps[n].split(" ")[0] + ("*" if "*" in problem.steps[n] else ""))
    assert rules == {"same", "same*", "alternate", "grow"}


def test_score_wants_the_number_alone() -> None:
    problem = Problem("sequence", "", (), "29", {})
    assert TASK.score(problem, " 29\n") == 1.0
    for wrong in ("", "2", "029", "29.0", "25+4=29", "9" * 9999):
        assert TASK.score(problem, wrong) == 0.0
