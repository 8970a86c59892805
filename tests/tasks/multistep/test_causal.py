"""Causal graphs: states computed again from the text, and steps that are right, wrong and hostile."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cogling.tasks.base import Problem
from cogling.tasks.multistep.causal import Causal
from cogling.tasks.sample import draw

TASK = Causal()


def solve(question: str) -> str:
    """Pearl's three lines: set up the mechanisms, cut those of turned things, keep the worlds that fit."""
    rules = re.findall(r"The (\w+) (follows|opposes) the (\w+)\.", question)
    cause = {thing: (relation, above) for thing, relation, above in rules}
    turned = dict(re.findall(r"We turn the (\w+) (on|off)\.", question))
    told = dict(re.findall(r"The (\w+) is (on|off)\.|$", question)) | dict(
        re.findall(r"We see the (\w+) (on|off)\.|$", question)
    )
    told.pop("", None)
    (ask,) = re.findall(r"Is the (\w+) on\?", question)

    def state(thing: str, first: str) -> str:
        if thing in turned:
            return turned[thing]
        if thing not in cause:
            return first
        relation, above = cause[thing]
        up = state(above, first)
        return up if relation == "follows" else "off" if up == "on" else "on"

    worlds = [first for first in ("on", "off") if all(state(t, first) == told[t] for t in told)]
    found = {state(ask, first) for first in worlds}
    assert len(found) == 1, f"{question} leaves {found}"
    return "yes" if found == {"on"} else "no"


@pytest.mark.parametrize("split", ["train", "iid", "ood"])
def test_answer_agrees_with_the_mechanisms(split: str) -> None:
    for index in range(150):
        problem = draw(TASK, split, 7, index)
        assert problem.answer == solve(problem.question)
        assert problem.steps[-1] == f"so {problem.answer}"


def test_answers_are_balanced_and_told_states_are_no_short_cut() -> None:
    problems = [draw(TASK, "train", 2, index) for index in range(1500)]
    assert max(Counter(p.answer for p in problems).values()) < 0.55 * len(problems)
    last = sum((p.question.rsplit(".", 1)[0].endswith("on")) == (p.answer == "yes") for p in problems)
    assert 0.4 * len(problems) < last < 0.6 * len(problems)


def test_turning_and_seeing_differ() -> None:
    rules = {"bell": ["follows", "fan"]}
    turned = TASK.worked(
        "The bell follows the fan. The fan is on. We turn the bell off. Is the fan on?",
        "yes",
        {"rules": rules, "known": {"fan": "on", "bell": "off"}, "seen": None, "ask": "fan"},
    )
    seen = TASK.worked(
        "The bell follows the fan. We see the bell off. Is the fan on?",
        "no",
        {"rules": rules, "known": {"bell": "off"}, "seen": "bell", "ask": "fan"},
    )
    assert (solve(turned.question), solve(seen.question)) == ("yes", "no")
    assert turned.steps == ("the fan is on", "so yes")
    assert seen.steps == ("the bell is off", "the bell follows fan: off", "so no")


RULES = {"pump": ["opposes", "bell"], "bell": ["follows", "fan"], "horn": ["follows", "bell"]}
GRAPH = "The pump opposes the bell. The bell follows the fan. The horn follows the bell."
TURNED = TASK.worked(
    f"{GRAPH} The fan is on. We turn the bell off. Is the pump on?",
    "yes",
    {"rules": RULES, "known": {"fan": "on", "bell": "off"}, "seen": None, "ask": "pump"},
)
SEEN = TASK.worked(
    f"{GRAPH} We see the pump off. Is the fan on?",
    "yes",
    {"rules": RULES, "known": {"pump": "off"}, "seen": "pump", "ask": "fan"},
)
DOWN = ["the pump opposes bell", "the bell is off", "the pump opposes off: on", "so yes"]
UP = ["the pump is off", "the pump opposes bell: on", "the bell follows fan: on", "so yes"]


def test_traces() -> None:
    assert list(TURNED.steps) == DOWN
    assert list(SEEN.steps) == UP
    assert solve(TURNED.question) == solve(SEEN.question) == "yes"


@pytest.mark.parametrize(
    ("problem", "before", "step"),
    [
        (TURNED, [], "the bell is off"),  # skipped
        (TURNED, [], "the fan is on"),
        (TURNED, [], "the pump follows bell"),  # the wrong relation
        (TURNED, [], "the horn follows bell"),  # not on the way
        (TURNED, DOWN[:1], "the bell follows fan"),  # a cause that turning cut
        (TURNED, DOWN[:1], "the bell is on"),
        (TURNED, DOWN[:1], DOWN[0]),  # repeated
        (TURNED, DOWN[:2], "the horn follows off: off"),  # the wrong branch
        (TURNED, DOWN[:2], "the pump opposes off: off"),
        (TURNED, DOWN[:2], "the pump opposes on: off"),  # a state that is not at hand
        (TURNED, DOWN[:2], "so yes"),  # too early
        (TURNED, DOWN[1:2], "the pump opposes off: on"),  # down a way that was never gone up
        (TURNED, DOWN[:3], "so no"),
        (TURNED, DOWN, "so yes"),
        (TURNED, ["the pump opposes zzz"], "the zzz is off"),
        (TURNED, ["the bell is maybe"], "so yes"),
        (SEEN, [], "the fan is on"),
        (SEEN, [], "the pump is on"),
        (SEEN, UP[:1], "the pump opposes bell: off"),
        (SEEN, UP[:1], "the bell follows fan: on"),
        (SEEN, UP[:1], "the pump opposes off: on"),
        (SEEN, UP[:2], "the horn follows bell: on"),
        (SEEN, UP[:2], UP[1]),
        (SEEN, UP[:2], "so yes"),
        (SEEN, UP[:3], "so no"),
        (SEEN, UP, "so yes"),
        (SEEN, ["the zzz is on"], "so yes"),
        (SEEN, ["the pump opposes zzz: on"], "the zzz follows fan: on"),
    ],
)
def test_wrong_steps(problem: Problem, before: list[str], step: str) -> None:
    assert not TASK.step_valid(problem, before, step)


def test_a_step_is_judged_on_what_the_model_wrote_before() -> None:
    assert TASK.step_valid(TURNED, [DOWN[0], "the bell is on"], "the pump opposes on: off")
    assert TASK.step_valid(TURNED, [*DOWN[:2], "the pump opposes off: off"], "so no")
    assert TASK.step_valid(SEEN, [UP[0], "the pump opposes bell: off"], "the bell follows fan: off")


def test_score() -> None:
    assert TASK.score(SEEN, "yes\n") == 1.0
    for answer in ("", "no", "on", "yes yes", "y" * 10_000, "\uff59es"):
        assert TASK.score(SEEN, answer) == 0.0


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text() | st.sampled_from(DOWN + UP), max_size=4), st.text(), st.sampled_from([TURNED, SEEN])
)
def test_any_text_is_judged_without_an_error(before: list[str], text: str, problem: Problem) -> None:
    assert TASK.score(problem, text) in (0.0, 1.0)
    for step in (text, f"the {text} is {text}", f"the bell follows {text}: on"):
        assert TASK.step_valid(problem, before, step) in (True, False)
        assert TASK.step_valid(problem, [*before, step], text) in (True, False)
