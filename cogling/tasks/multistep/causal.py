"""Small causal graphs, and the difference between turning a thing and seeing it.

Every thing has one cause at most: it `follows` its cause (on when that is on, off when that is off) or
`opposes` it (on when that is off, off when that is on).

    The pump opposes the bell. The bell follows the fan. The fan is on. We turn the bell off. Is the pump on?

    the pump opposes bell
    the bell is off
    the pump opposes off: on
    so yes

To turn a thing cuts it off from its cause (Pearl's do-operator): the walk goes from the thing asked for up
from cause to cause, ends at the first one whose state is told, turned or by itself, never looks beyond,
and carries that state down again. What lies above a turned thing keeps its own state.

    The pump opposes the bell. The bell follows the fan. We see the pump off. Is the fan on?

    the pump is off
    the pump opposes bell: on
    the bell follows fan: on
    so yes

To see a thing cuts nothing, so its state tells the state of its cause, step by step upward.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

from cogling.tasks.base import Difficulty, Knob, Problem
from cogling.tasks.multistep import THINGS, Stepwise

STATES = ("on", "off")
FLIP = {"on": "off", "off": "on"}
RELATIONS = ("follows", "opposes")
KNOBS = {
    "chain": Knob(train=(1, 4), ood=(5, 7), rungs=(1, 2, 3, 4)),  # links from the first cause downward
    "side": Knob(train=(0, 2), ood=(0, 2), rungs=(0, 1, 2)),  # things that hang beside the chain
    "seen": Knob(train=(0, 1), ood=(0, 1), rungs=(0, 1)),  # 0: a thing is turned; 1: a thing is seen
}


class Causal(Stepwise):
    """Is a thing on after another was turned, or given that another was seen."""

    name = "causal"
    summary = "what is on in a small causal graph after turning one thing, or having seen one thing"
    knobs = KNOBS

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        things = rng.sample(THINGS, difficulty["chain"] + 1 + difficulty["side"])
        path, side = things[: difficulty["chain"] + 1], things[difficulty["chain"] + 1 :]
        cause = dict(zip(path[1:], path, strict=False)) | {thing: rng.choice(path) for thing in side}
        rules = {thing: (rng.choice(RELATIONS), cause[thing]) for thing in cause}
        if difficulty["seen"]:
            acted = rng.choice((path[-1], *side))
            ask = rng.choice(_above(acted, cause))
        else:
            acted, ask = _turned_and_asked(rng, path, side)

        world = {path[0]: rng.choice(STATES)}
        for thing, (relation, above) in rules.items():  # causes stand before what they cause
            turned = thing == acted and not difficulty["seen"]
            world[thing] = rng.choice(STATES) if turned else _carry(relation, world[above])
        order = rng.sample(list(rules), len(rules))
        graph = " ".join(f"The {thing} {rules[thing][0]} the {rules[thing][1]}." for thing in order)
        if difficulty["seen"]:
            known = [acted]
            told = f"We see the {acted} {world[acted]}."
        else:
            known = [path[0], acted]
            told = f"The {path[0]} is {world[path[0]]}. We turn the {acted} {world[acted]}."
        meta = {
            "rules": {thing: list(rules[thing]) for thing in order},
            "known": {thing: world[thing] for thing in known},
            "seen": acted if difficulty["seen"] else None,
            "ask": ask,
        }
        answer = "yes" if world[ask] == "on" else "no"
        return self.worked(f"{graph} {told} Is the {ask} on?", answer, meta)

    def next_step(self, meta: Mapping[str, Any], before: Sequence[str]) -> str | None:
        words = before[-1].split(" ") if before else []
        return _see(meta, words) if meta["seen"] else _turn(meta, words, before)


def _turn(meta: Mapping[str, Any], words: list[str], before: Sequence[str]) -> str | None:
    """The next step where a thing was turned: up to the first told state, then down again."""
    match words:
        case []:
            return _told_or_cause(meta, meta["ask"])
        case ["the", _, "follows" | "opposes", thing]:
            return _told_or_cause(meta, thing)
        case ["the", thing, "is", state] | ["the", thing, "follows" | "opposes", "on:" | "off:", state]:
            if state in STATES:
                return _so(state) if thing == meta["ask"] else _down(thing, state, before)
    return None


def _down(thing: str, state: str, before: Sequence[str]) -> str | None:
    """The step below this thing: the upward step that came to it says where to go."""
    for step in reversed(before):
        match step.split(" "):
            case ["the", below, ("follows" | "opposes") as relation, cause] if cause == thing:
                return f"the {below} {relation} {state}: {_carry(relation, state)}"
    return None


def _see(meta: Mapping[str, Any], words: list[str]) -> str | None:
    """The next step where a thing was seen: each state tells that of the cause."""
    match words:
        case []:
            return _told_or_cause(meta, meta["seen"])
        case ["the", thing, "is", ("on" | "off") as state]:
            pass
        case ["the", _, "follows" | "opposes", thing, ("on" | "off") as state] if thing[-1:] == ":":
            thing = thing[:-1]
        case _:
            return None
    if thing == meta["ask"]:
        return _so(state)
    if thing not in meta["rules"]:
        return None
    relation, cause = meta["rules"][thing]
    return f"the {thing} {relation} {cause}: {_carry(relation, state)}"


def _told_or_cause(meta: Mapping[str, Any], thing: str) -> str | None:
    """The told state of a thing, or else its rule."""
    if thing in meta["known"]:
        return f"the {thing} is {meta['known'][thing]}"
    if thing in meta["rules"]:
        return f"the {thing} {' '.join(meta['rules'][thing])}"
    return None


def _so(state: str) -> str:
    """The closing step."""
    return "so yes" if state == "on" else "so no"


def _carry(relation: str, state: str) -> str:
    """The state at the other end of a link; both relations read the same up and down."""
    return state if relation == "follows" else FLIP[state]


def _above(thing: str, cause: Mapping[str, str]) -> list[str]:
    """The causes of a thing, nearest first."""
    causes = []
    while thing in cause:
        thing = cause[thing]
        causes.append(thing)
    return causes


def _turned_and_asked(rng: random.Random, path: list[str], side: list[str]) -> tuple[str, str]:
    """A turned thing that cuts the path to the thing asked for, or, as often, lies below or beside it."""
    if len(path) > 2 and rng.random() < 0.5:
        return rng.choice(path[1:-1]), path[-1]
    if side and rng.random() < 0.5:
        return rng.choice(side), path[-1]
    at = rng.randrange(1, len(path))
    return path[at], rng.choice(path[:at])
