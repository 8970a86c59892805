"""Drills: worked steps that verify, and what they ask for, found in another way."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from cogling.evaluate.suites import SUITES, splits_of, tasks_of
from cogling.tasks import get_task
from cogling.tasks.gym import DRILL_PREFIX, DRILLS
from cogling.tasks.sample import draw

pytest.importorskip("reasoning_gym")

NAMES = [DRILL_PREFIX + name for name in DRILLS]


@pytest.mark.parametrize("name", NAMES)
def test_every_step_verifies_and_no_other(name: str) -> None:
    task = get_task(name)
    for i in range(100):
        problem = draw(task, "train", 1, i)
        for at, step in enumerate(problem.steps):
            assert task.step_valid(problem, problem.steps[:at], f" {step} ")
            assert not task.step_valid(problem, problem.steps[:at], step + "1")
            assert not task.step_valid(problem, ["", *problem.steps[:at]], step)
        assert not task.step_valid(problem, problem.steps, problem.answer)
        assert task.score(problem, problem.answer) == 1
        assert task.score(problem, problem.answer + "1") == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_drill_is_asked_by_name_and_in_no_suite(name: str) -> None:
    assert tasks_of(name) == [name]
    assert splits_of(name) == ("iid", "ood")
    assert not any(name in tasks_of(suite) for suite in SUITES)


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_bf_stores_the_numbers_that_an_interpreter_finds(size: int) -> None:
    from cogling.tasks.gym.symbolic.bf import _LAST_DIGITS, drill

    rng = random.Random(size)
    for _ in range(50):
        question, trace = drill(rng, size)
        program = question.split("\n\n")[1].removesuffix(_LAST_DIGITS)
        _, acc, *numbers = ran(program)[:5]
        assert acc == 0
        assert trace.answer == " ".join(map(str, numbers))
        assert max(numbers[1:]) <= 3 * size


@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_the_first_rule_that_applies_changes_a_string_as_plain_python_does(size: int) -> None:
    from cogling.tasks.gym.symbolic.string_manipulation import drill

    rng, changed = random.Random(size), set()
    for _ in range(200):
        question, trace = drill(rng, size)
        _, numbered, given = question.split("\n")
        string = letters(given)
        for code in re.findall("[A-Z]", numbered):
            new = PLAIN_RULES[code](string)
            if new is not None:
                changed.add(code)
                string = new
                break
        assert letters(trace.answer) == string
    assert len(changed) > 15


def letters(groups: str) -> str:
    """`d a b c e z`: the letters without the labels of their groups."""
    return re.sub("[^abcz]", "", groups)


PLAIN_RULES: dict[str, Callable[[str], str | None]] = {
    "A": lambda s: "ca" + s[2:] if s.startswith("ab") else None,
    "B": lambda s: s[:-2] + "cb" if s.endswith("ac") else None,
    "C": lambda s: s[2:] + "aa" if s.startswith("bc") else None,
    "D": lambda s: s[:-2] if s.endswith("bb") else None,
    "E": lambda s: ("aa" + s[2:])[: max(2, len(s) - 1)] if s.startswith("cb") else None,
    "F": lambda s: "bb" + s[2:] + "c" if s.startswith("ca") else None,
    "G": lambda s: "a" + s[:-2] + "b" if s.endswith("cc") else None,
    "H": lambda s: s[1:] if s.startswith("aa") else None,
    "I": lambda s: s.replace("abc", "cab", 1) if "abc" in s else None,
    "J": lambda s: s.replace("bca", "", 1) if "bca" in s else None,
    "K": lambda s: s[:-2] + "ab" if s.endswith("ba") else None,
    "L": lambda s: s[2:] if s.startswith("cc") else None,
    "M": lambda s: s.replace("acb", "bca", 1) if "acb" in s else None,
    "N": lambda s: s[:-1] if s.endswith("ca") else None,
    "O": lambda s: s[:1] + s[2:] if s.startswith("bb") else None,
    "P": lambda s: s[:-2] + "cc" if s.endswith("aa") else None,
    "Q": lambda s: s[:1] + s[1:].replace("ca", "", 1) if "ca" in s[1:] else None,
    "R": lambda s: s + "ab" if s.count("b") in range(2, 99, 2) else None,
    "S": lambda s: s[: len(s) // 2] + s[len(s) // 2 + 1 :] if len(s) > 15 else None,
    "T": lambda s: "zz" + s[2:] if s.startswith("ac") else None,
}
"""What the rules of string_manipulation do, by their letters there."""


def ran(program: str) -> list[int]:
    """The first cells after a BF program has run, by the language's own rules."""
    ends: dict[int, int] = {}
    begun: list[int] = []
    for at, mark in enumerate(program):
        if mark == "[":
            begun.append(at)
        elif mark == "]":
            ends[at] = begun.pop()
            ends[ends[at]] = at
    cells, here, at = [0] * 16, 0, 0
    while at < len(program):
        mark = program[at]
        here += (mark == ">") - (mark == "<")
        cells[here] += (mark == "+") - (mark == "-")
        if (mark == "[" and not cells[here]) or (mark == "]" and cells[here]):
            at = ends[at]
        at += 1
    return cells
