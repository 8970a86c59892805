"""Chains of order, told in any order: who is at an end, who is taller, or the whole list.

    Is Eve taller than Bob? Ann is taller than Bob. Dan is taller than Ann. Eve is taller than Dan.

    Eve > Dan
    Dan > Ann
    Ann > Bob
    so yes

Every step begins with the name that the last one ended with, and one look at the facts completes it: `>`
goes down the chain, `<` goes up, and where no fact goes on stands `none`. "Who is the tallest?" goes up
from the first person that the facts name, "Who is the shortest?" goes down from there, "List all from the
tallest." goes up, then down the whole chain, and copies the names that the downward steps began with.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from cogling.tasks.base import Difficulty, Knob, Problem
from cogling.tasks.multistep import NAMES, Stepwise

NONE = "none"
KNOBS = {
    "people": Knob(train=(3, 6), ood=(7, 9), rungs=(3, 4, 5, 6)),
    # 1: the tallest or the shortest; 2: whether one is taller than another; 3: the whole list
    "kind": Knob(train=(1, 3), ood=(1, 3), rungs=(1, 2, 3)),
}


class Order(Stepwise):
    """Follow "is taller than" from person to person."""

    name = "order"
    summary = "order people from shuffled facts: who is tallest, is one taller than another, list them all"
    knobs = KNOBS

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        chain = rng.sample(NAMES, difficulty["people"])
        facts = [list(pair) for pair in pairwise(chain)]
        rng.shuffle(facts)
        meta: dict[str, Any] = {"facts": facts, "start": facts[0][0]}
        match difficulty["kind"]:
            case 1:
                meta["kind"] = rng.choice(("tallest", "shortest"))
                ask = f"Who is the {meta['kind']}?"
                answer = chain[0] if meta["kind"] == "tallest" else chain[-1]
            case 2:
                meta["kind"] = "compare"
                meta["start"], meta["other"] = rng.sample(chain, 2)
                ask = f"Is {meta['start']} taller than {meta['other']}?"
                answer = "yes" if chain.index(meta["start"]) < chain.index(meta["other"]) else "no"
            case _:
                meta["kind"] = "list"
                ask = "List all from the tallest."
                answer = ", ".join(chain)
        told = " ".join(f"{high} is taller than {low}." for high, low in facts)
        return self.worked(f"{ask} {told}", answer, meta)

    def next_step(self, meta: Mapping[str, Any], before: Sequence[str]) -> str | None:
        below: dict[str, str] = dict(meta["facts"])
        above = {low: high for high, low in meta["facts"]}

        def look(name: str, sign: str) -> str | None:
            if name not in below and name not in above:
                return None
            return f"{name} {sign} {(below if sign == '>' else above).get(name, NONE)}"

        kind = meta["kind"]
        match before[-1].split(" ") if before else []:
            case []:
                return look(meta["start"], ">" if kind in ("compare", "shortest") else "<")
            case [_, ">", name] if kind == "compare" and name in (meta["other"], NONE):
                return "so no" if name == NONE else "so yes"
            case [_, ">", "none"] if kind == "list":
                return ", ".join(_downward(before))
            case [_, ">", name] if kind != "tallest":
                return look(name, ">")
            case [name, "<", "none"] if kind == "list":
                return look(name, ">")
            case [_, "<", name] if kind in ("tallest", "list"):
                return look(name, "<")
        return None


def _downward(before: Sequence[str]) -> list[str]:
    """The names that the unbroken run of downward steps at the end of `before` began with."""
    names: list[str] = []
    for step in reversed(before):
        match step.split(" "):
            case [name, ">", _]:
                names.append(name)
            case _:
                break
    return names[::-1]
