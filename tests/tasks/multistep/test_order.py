"""Chains of order: sorted again from the facts' text, and steps that are right, wrong and hostile."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogling.tasks.base import Problem
from cogling.tasks.multistep.order import Order
from cogling.tasks.sample import draw

TASK = Order()


def chain_of(question: str) -> list[str]:
    """The people from the tallest down: whoever nobody left is taller than comes next."""
    facts = re.findall(r"(\w+) is taller than (\w+)\.", question)
    people = {name for fact in facts for name in fact}
    chain: list[str] = []
    while people:
        (top,) = people - {low for high, low in facts if high in people}
        chain.append(top)
        people.remove(top)
    return chain


def solve(question: str) -> str:
    """The answer, from the text alone."""
    chain = chain_of(question)
    if asked := re.match(r"Is (\w+) taller than (\w+)\?", question):
        return "yes" if chain.index(asked[1]) < chain.index(asked[2]) else "no"
    if "Who" in question:
        return chain[0] if "tallest" in question else chain[-1]
    return ", ".join(chain)


@pytest.mark.parametrize("split", ["train", "iid", "ood"])
def test_answer_and_every_link_agree_with_the_facts(split: str) -> None:
    for index in range(100):
        problem = draw(TASK, split, 7, index)
        assert problem.answer == solve(problem.question)
        assert problem.answer in problem.steps[-1]
        chain = chain_of(problem.question)
        for step in problem.steps:
            match step.split(" "):
                case [name, ">", other]:
                    assert [*chain, "none"][chain.index(name) + 1] == other
                case [name, "<", other]:
                    assert ["none", *chain][chain.index(name)] == other
                case _:
                    assert step == problem.steps[-1]


def test_yes_and_no_are_balanced_and_the_named_people_are_no_short_cut() -> None:
    problems = [draw(TASK, "train", 2, index) for index in range(1500)]
    verdicts = Counter(p.answer for p in problems if p.question.startswith("Is"))
    assert max(verdicts.values()) < 0.6 * verdicts.total()
    who = [p for p in problems if p.question.startswith("Who")]
    for position in (0, -1):
        assert sum(re.findall(r"[A-Z]\w\w", p.question)[1:][position] == p.answer for p in who) < 0.4 * len(
            who
        )


FACTS = "Ann is taller than Bob. Dan is taller than Ann. Eve is taller than Dan."
PAIRS = [["Ann", "Bob"], ["Dan", "Ann"], ["Eve", "Dan"]]


def ask(question: str, **meta: str) -> Problem:
    text = f"{question} {FACTS}"
    return TASK.worked(text, solve(text), {"facts": PAIRS, "start": "Ann", **meta})


TALLEST = ask("Who is the tallest?", kind="tallest")
SHORTEST = ask("Who is the shortest?", kind="shortest")
COMPARE = ask("Is Eve taller than Bob?", kind="compare", start="Eve", other="Bob")
LIST = ask("List all from the tallest.", kind="list")


def test_traces() -> None:
    assert TALLEST.steps == ("Ann < Dan", "Dan < Eve", "Eve < none")
    assert SHORTEST.steps == ("Ann > Bob", "Bob > none")
    assert COMPARE.steps == ("Eve > Dan", "Dan > Ann", "Ann > Bob", "so yes")
    down = ("Eve > Dan", "Dan > Ann", "Ann > Bob", "Bob > none")
    assert LIST.steps == (*TALLEST.steps, *down, "Eve, Dan, Ann, Bob")
    assert ask("Is Ann taller than Dan?", kind="compare", other="Dan").steps[-1] == "so no"


@pytest.mark.parametrize(
    ("problem", "before", "step"),
    [
        (TALLEST, [], "Ann < Eve"),  # true, but no fact says so
        (TALLEST, [], "Ann < Bob"),
        (TALLEST, [], "Ann > Bob"),  # the wrong way
        (TALLEST, [], "Dan < Eve"),  # skipped
        (TALLEST, [], "Ann < none"),
        (TALLEST, ["Ann < Dan"], "Ann < Dan"),  # repeated
        (TALLEST, ["Ann < Dan"], "Dan < none"),
        (TALLEST, ["Ann < Dan", "Dan < Eve"], "Eve < Gus"),  # nobody in this question
        (TALLEST, ["Ann < Zoe"], "Zoe < none"),
        (TALLEST, list(TALLEST.steps), "none < none"),
        (TALLEST, ["Ann > Bob"], "Bob > none"),
        (COMPARE, ["Eve > Dan", "Dan > Ann"], "so yes"),  # too early
        (COMPARE, ["Eve > Dan", "Dan > Ann", "Ann > Bob"], "so no"),
        (COMPARE, ["Eve > Dan", "Dan > Ann", "Ann > Bob"], "Bob > none"),
        (COMPARE, list(COMPARE.steps), "so yes"),
        (LIST, list(LIST.steps[:-1]), "Eve, Dan, Bob, Ann"),
        (LIST, list(LIST.steps[:-1]), "Eve, Dan, Ann"),
        (LIST, list(LIST.steps[:-2]), "Eve, Dan, Ann, Bob"),
        (LIST, list(LIST.steps), "Eve, Dan, Ann, Bob"),
        (LIST, ["Eve < none"], "Dan > Ann"),
    ],
)
def test_wrong_steps(problem: Problem, before: list[str], step: str) -> None:
    assert not TASK.step_valid(problem, before, step)


def test_a_step_is_judged_on_what_the_model_wrote_before() -> None:
    assert TASK.step_valid(TALLEST, ["Ann < Eve"], "Eve < none")
    assert TASK.step_valid(COMPARE, ["Eve > Bob"], "so yes")
    assert TASK.step_valid(LIST, ["Ann < none", "Ann > Bob", "Bob > none"], "Ann, Bob")


def test_score() -> None:
    assert TASK.score(LIST, "\tEve, Dan, Ann, Bob ") == 1.0
    for answer in ("", "Eve", "Eve, Dan, Ann, Bob, Gus", "Bob, Ann, Dan, Eve", "eve" * 10_000, "\u00e9ve"):
        assert TASK.score(LIST, answer) == 0.0


STEP = st.sampled_from(LIST.steps + COMPARE.steps)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text() | STEP, max_size=4), st.text(), st.sampled_from([TALLEST, SHORTEST, COMPARE, LIST]))
def test_any_text_is_judged_without_an_error(before: list[str], text: str, problem: Problem) -> None:
    assert TASK.score(problem, text) in (0.0, 1.0)
    for step in (text, f"Ann < {text}", f"{text} > Bob"):
        assert TASK.step_valid(problem, before, step) in (True, False)
        assert TASK.step_valid(problem, [*before, step], text) in (True, False)
