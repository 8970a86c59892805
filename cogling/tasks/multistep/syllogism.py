"""Syllogisms over made-up nouns: follow the one rule that starts from the present noun, as far as it goes.

    No wug is a raz. Every dax is a wug. Every mip is a dax. Ann is a dax. Is Ann a raz?

    Ann is a dax
    a dax is a wug
    a wug is no raz
    so no

A noun starts one rule at most, so there is never a choice. The walk ends with `so yes` at the noun asked
for, with `so no` where a rule denies it, and with `so unknown` where a rule denies something else or where
no rule goes on (`a wug has no rule`). Rules that start elsewhere and facts about other people distract;
none of them decides the question backwards ("No raz is a wug" would), see `_truth`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from cogling.tasks.base import Difficulty, Knob, Problem
from cogling.tasks.multistep import NAMES, Stepwise

NOUNS = ("bim", "dax", "fep", "gos", "jop", "kiv", "lum", "mip", "raz", "wug")
KNOBS = {
    "hops": Knob(train=(1, 3), ood=(4, 6), rungs=(1, 2, 3)),
    "strays": Knob(train=(0, 2), ood=(0, 1), rungs=(0, 1, 2)),
}
Rule = tuple[str, str, str]  # ("dax", "Every", "wug") or ("wug", "No", "raz")


class Syllogism(Stepwise):
    """Is Ann a raz: yes, no or unknown."""

    name = "syllogism"
    summary = "follow rules such as 'Every dax is a wug' from one noun to the next: yes, no or unknown"
    knobs = KNOBS

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        answer = rng.choice(("yes", "no", "unknown"))
        ask, *nouns = rng.sample(NOUNS, len(NOUNS))
        chain, spare = nouns[: difficulty["hops"]], nouns[difficulty["hops"] :]
        rules: list[Rule] = [(a, "Every", b) for a, b in pairwise(chain)]
        strays = difficulty["strays"]
        if answer != "unknown":
            rules.append((chain[-1], "Every" if answer == "yes" else "No", ask))
        elif strays and rng.random() < 0.5:
            rules.append((chain[-1], "No", spare[0]))
        else:
            strays += 1  # a rule more that starts elsewhere, so that the number of rules tells nothing

        person, other = rng.sample(NAMES, 2)
        while True:
            extra, fact = _strays(rng, strays, chain, ask, spare, mention=answer == "unknown")
            told = rules + extra
            if _truth(chain[0], told, ask) == answer and (fact is None or _truth(fact, told, ask)):
                break
        rng.shuffle(told)
        facts = [(person, chain[0])] + ([(other, fact)] if fact else [])
        rng.shuffle(facts)
        text = [f"{word} {a} is a {b}." for a, word, b in told] + [f"{who} is a {a}." for who, a in facts]
        meta = {"person": person, "noun": chain[0], "rules": [list(rule) for rule in told], "ask": ask}
        return self.worked(f"{' '.join(text)} Is {person} a {ask}?", answer, meta)

    def next_step(self, meta: Mapping[str, Any], before: Sequence[str]) -> str | None:
        ask = meta["ask"]
        match before[-1].split(" ") if before else []:
            case []:
                return f"{meta['person']} is a {meta['noun']}"
            case [_, "is", "a", noun] | ["a", _, "is", "a", noun]:
                return "so yes" if noun == ask else _apply(meta, noun)
            case ["a", _, "is", "no", noun]:
                return "so no" if noun == ask else "so unknown"
            case ["a", _, "has", "no", "rule"]:
                return "so unknown"
        return None


def _apply(meta: Mapping[str, Any], noun: str) -> str | None:
    """What the rule that starts from this noun says; None for a noun of no sentence."""
    for start, word, end in meta["rules"]:
        if start == noun:
            return f"a {noun} is {'a' if word == 'Every' else 'no'} {end}"
    named = {meta["noun"], *(rule[2] for rule in meta["rules"])}
    return f"a {noun} has no rule" if noun in named else None


def _strays(
    rng: random.Random, count: int, chain: list[str], ask: str, spare: list[str], mention: bool
) -> tuple[list[Rule], str | None]:
    """`count` sentences off the chain: rules, and at most one fact about another person (its noun).

    mention: the first one names `ask`, since a noun that no sentence names would give `unknown` away.
    """
    rules: list[Rule] = []
    fact = None
    starts = rng.sample(spare, count + 1)
    if count and rng.random() < 0.4:
        starts[0] = ask
    for i in range(count):
        start, named = starts[i], mention and i == 0
        if fact is None and not named and rng.random() < 0.2:
            fact = start
        elif start == ask or not (named or rng.random() < 0.3):
            rules.append((start, rng.choice(("Every", "No")), rng.choice((rng.choice(chain), starts[i + 1]))))
        else:
            rules.append((start, rng.choice(("Every", "No")), ask))
    return rules, fact


def _truth(noun: str, rules: list[Rule], ask: str) -> str | None:
    """What logic says, rules read both ways: 'yes', 'no', 'unknown', or None where the rules conflict."""
    yes, no = _possible({noun, ask}, set(), rules), _possible({noun}, {ask}, rules)
    if yes and no:
        return "unknown"
    return "yes" if yes else "no" if no else None


def _possible(holds: set[str], fails: set[str], rules: list[Rule]) -> bool:
    """Whether one thing can be all of `holds` and none of `fails`.

    "Every a is a b" also says that what is no b is no a; "No a is a b" that what is a b is no a. Drawing
    such conclusions till none is new is enough: to be nothing else then breaks no rule.
    """
    size = 0
    while size != len(holds) + len(fails):
        size = len(holds) + len(fails)
        for a, word, b in rules:
            if a in holds:
                (holds if word == "Every" else fails).add(b)
            if b in (fails if word == "Every" else holds):
                fails.add(a)
    return not holds & fails
