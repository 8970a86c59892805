"""Sorting numbers by insertion, and finding the largest or smallest one.

    Sort ascending: 52 38 77        What is the largest of 52 38 77?
    52                              52,38:52
    38,52<                          52,77:77
    38 52
    77,38>
    77,52>
    38 52 77

Sorting takes the numbers of the question one by one. Each is compared with the sorted list so far, from its
start, until one is found that it goes before, or the list ends; then the list is written with the new number
in its place. A search step holds the best so far and the next number of the question, then the better one.

Two numbers stand side by side whenever they are compared, always the same distance apart: an earlier format
put the number in while copying the list, and a 0.8M decoder got 0.47 of the problems after 0.6M tokens,
nearly every error a wrong comparison. Numbers have two digits and no number comes twice, so that each is
its own landmark for finding what follows it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from cogling.tasks.base import Difficulty, Knob, Level, Problem, same_text

KNOBS = {"items": Knob(train=(2, 6), ood=(7, 8), rungs=(2, 3, 4, 5, 6))}

_KINDS = {
    "ascending": "Sort ascending: {}",
    "descending": "Sort descending: {}",
    "largest": "What is the largest of {}?",
    "smallest": "What is the smallest of {}?",
}
_LIST = re.compile(r"[0-9]{2}(?: [0-9]{2}){0,63}")
_COMPARISON = re.compile(r"([0-9]{2}),([0-9]{2})([<>])")
_SEARCH = re.compile(r"[0-9]{2},[0-9]{2}:([0-9]{2})")


def _next_insertion(kind: str, numbers: Sequence[str], before: Sequence[str]) -> str | None:
    """The next comparison, or the list with the new number in it. Two digits compare as text as they do
    as numbers; the steps of `before` are taken at their word.
    """
    if not before:
        return numbers[0]
    start = len(before) - 1
    while start > 0 and _COMPARISON.fullmatch(before[start]):
        start -= 1
    if not _LIST.fullmatch(before[start]):
        return None
    ordered, compared = before[start].split(" "), len(before) - 1 - start
    if len(ordered) >= len(numbers) or compared > len(ordered):
        return None
    new, found = numbers[len(ordered)], False
    if compared:
        last = _COMPARISON.fullmatch(before[-1])
        if last is None or (last[1], last[2]) != (new, ordered[compared - 1]):
            return None
        found = last[3] == ("<" if kind == "ascending" else ">")
    if found or compared == len(ordered):
        place = compared - 1 if found else compared
        return " ".join([*ordered[:place], new, *ordered[place:]])
    other = ordered[compared]
    return f"{new},{other}{'<' if new < other else '>'}"


def _next_search(kind: str, numbers: Sequence[str], before: Sequence[str]) -> str | None:
    """The next comparison; the best so far is what the last step of `before` says."""
    done = len(before)
    if done >= len(numbers) - 1:
        return None
    best = numbers[0]
    if before:
        last = _SEARCH.fullmatch(before[-1])
        if last is None:
            return None
        best = last[1]
    new = numbers[done + 1]
    return f"{best},{new}:{max(best, new) if kind == 'largest' else min(best, new)}"


def _next_step(kind: str, numbers: Sequence[str], before: Sequence[str]) -> str | None:
    return (_next_insertion if kind in ("ascending", "descending") else _next_search)(kind, numbers, before)


class Sorting:
    """Lists of two-digit numbers: sort them up or down, or pick the largest or smallest."""

    name = "sorting"
    level: Level = "basic"
    summary = "sort two-digit numbers up or down, or find the largest or smallest"
    knobs = KNOBS

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        """`items` is how many numbers there are, 2 to 64."""
        numbers = [str(n) for n in rng.sample(range(10, 100), min(difficulty["items"], 64))]
        kind = rng.choice(tuple(_KINDS))
        steps: list[str] = []
        while (step := _next_step(kind, numbers, steps)) is not None:
            steps.append(step)
        answer = steps[-1].rpartition(":")[2]
        question = _KINDS[kind].format(" ".join(numbers))
        return Problem(self.name, question, tuple(steps), answer, {"kind": kind, "numbers": numbers})

    def score(self, problem: Problem, answer: str) -> float:
        """1.0 for the whole list in order, or for the number asked for."""
        return same_text(problem.answer, answer)

    def step_valid(self, problem: Problem, before: Sequence[str], step: str) -> bool:
        """Whether `step` is the next comparison or the next list, given the steps of `before`."""
        meta = problem.meta
        return step.strip() == _next_step(meta["kind"], meta["numbers"], [s.strip() for s in before])
