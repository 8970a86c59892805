"""Syllogisms: decided again by trying every possible world, and steps that are right, wrong and hostile."""

from __future__ import annotations

import re
from collections import Counter
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogling.tasks.base import Problem
from cogling.tasks.multistep.syllogism import Syllogism
from cogling.tasks.sample import draw

TASK = Syllogism()


def solve(question: str) -> str:
    """What holds in every world that the text allows: a world says of each noun whether the person is one."""
    rules = re.findall(r"(Every|No) (\w+) is a (\w+)\.", question)
    person, ask = re.findall(r"Is (\w+) a (\w+)\?", question)[0]
    (noun,) = re.findall(rf"\b{person} is a (\w+)\.", question)
    nouns = sorted({noun, ask} | {n for _, a, b in rules for n in (a, b)})
    at = {n: i for i, n in enumerate(nouns)}
    links = [(at[a], at[b], word == "Every") for word, a, b in rules]
    found = {
        world[at[ask]]
        for world in product((False, True), repeat=len(nouns))
        if world[at[noun]] and all(world[b] == every for a, b, every in links if world[a])
    }
    assert found, f"no world allows {question}"
    return "unknown" if len(found) == 2 else "yes" if found == {True} else "no"


@pytest.mark.parametrize("split", ["train", "iid", "ood"])
def test_answer_agrees_with_every_possible_world(split: str) -> None:
    for index in range(100):
        problem = draw(TASK, split, 7, index)
        assert problem.answer == solve(problem.question)
        assert problem.steps[-1] == f"so {problem.answer}"


def test_every_step_restates_a_sentence() -> None:
    for index in range(100):
        problem = draw(TASK, "train", 8, index)
        for step in problem.steps[:-1]:
            noun = step.split(" ")[1]
            if step.endswith("has no rule"):
                assert not re.search(rf"(Every|No) {noun} is", problem.question)
            else:
                told = re.sub(r"^a (\w+) is a", r"Every \1 is a", step)
                assert re.sub(r"^a (\w+) is no", r"No \1 is a", told) + "." in problem.question


def test_answers_are_balanced_and_the_sentence_about_the_asked_noun_is_no_short_cut() -> None:
    problems = [draw(TASK, "train", 2, index) for index in range(1500)]
    assert max(Counter(p.answer for p in problems).values()) < 0.4 * len(problems)
    right = 0
    for problem in problems:
        words = re.findall(rf"(Every|No) \w+ is a {problem.meta['ask']}\.", problem.question)
        right += problem.answer == ("unknown" if len(words) != 1 else {"Every": "yes", "No": "no"}[words[0]])
    assert right < 0.85 * len(problems)


PROBLEM = TASK.worked(
    "No wug is a raz. Every dax is a wug. Every mip is a dax. Ann is a dax. Is Ann a raz?",
    "no",
    {
        "person": "Ann",
        "noun": "dax",
        "rules": [["wug", "No", "raz"], ["dax", "Every", "wug"], ["mip", "Every", "dax"]],
        "ask": "raz",
    },
)
STEPS = ["Ann is a dax", "a dax is a wug", "a wug is no raz", "so no"]


def asking(noun: str) -> Problem:
    question = PROBLEM.question.replace("Ann a raz", f"Ann a {noun}")
    return TASK.worked(question, solve(question), {**PROBLEM.meta, "ask": noun})


def test_traces() -> None:
    assert list(PROBLEM.steps) == STEPS
    assert solve(PROBLEM.question) == "no"
    assert asking("wug").steps == ("Ann is a dax", "a dax is a wug", "so yes")
    assert asking("mip").steps == (*STEPS[:3], "so unknown")
    dead_end = TASK.worked("", "unknown", {"person": "Ann", "noun": "bim", "rules": [], "ask": "raz"})
    assert dead_end.steps == ("Ann is a bim", "a bim has no rule", "so unknown")


@pytest.mark.parametrize(
    ("before", "step"),
    [
        ([], "a dax is a wug"),  # skipped
        ([], "Bob is a dax"),
        ([], "Ann is a mip"),
        (STEPS[:1], "Ann is a dax"),  # repeated
        (STEPS[:1], "a mip is a dax"),  # a rule that does not start from here
        (STEPS[:1], "a dax is a mip"),  # backwards
        (STEPS[:1], "a dax is no wug"),
        (STEPS[:1], "a dax has no rule"),
        (STEPS[:1], "a dax is a raz"),
        (STEPS[:1], "so no"),  # too early
        (STEPS[:2], "a wug is a raz"),
        (STEPS[:2], "so unknown"),
        (STEPS[:3], "so yes"),
        (STEPS[:3], "so unknown"),
        (STEPS[:3], "a raz has no rule"),
        (STEPS, "so no"),
        (STEPS[:1], "A dax is a wug"),
        (["Ann is a dax" * 5_000], "a dax is a wug"),
        (["a dax is a zzz"], "a zzz has no rule"),
    ],
)
def test_wrong_steps(before: list[str], step: str) -> None:
    assert not TASK.step_valid(PROBLEM, before, step)


def test_a_step_is_judged_on_what_the_model_wrote_before() -> None:
    assert TASK.step_valid(PROBLEM, ["Ann is a mip"], "a mip is a dax")
    assert TASK.step_valid(PROBLEM, ["a mip is a raz"], "so yes")
    assert TASK.step_valid(PROBLEM, ["a wug has no rule"], "so unknown")


def test_score() -> None:
    assert TASK.score(PROBLEM, " no ") == 1.0
    for answer in ("", "yes", "unknown", "none", "no no", "n" * 10_000, "\u043do"):
        assert TASK.score(PROBLEM, answer) == 0.0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text() | st.sampled_from(STEPS), max_size=3), st.text(), st.integers(0, 30))
def test_any_text_is_judged_without_an_error(before: list[str], text: str, index: int) -> None:
    problem = draw(TASK, "train", 5, index)
    assert TASK.score(problem, text) in (0.0, 1.0)
    for step in (text, f"a {text} is a {text}", f"so {text}"):
        assert TASK.step_valid(problem, before, step) in (True, False)
        assert TASK.step_valid(problem, [*before, step], text) in (True, False)
