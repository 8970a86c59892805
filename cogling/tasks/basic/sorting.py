"""Sorting numbers by insertion, and finding the largest or smallest one.

    Sort ascending: 52 38 77        What is the largest of 52 38 77?
    52                              52,38:52
    38: *38 52                      52,77:77
    77: 38 52 *77
    38 52 77

A sorting step takes the next number of the question and copies the sorted list of the step before with that
number put in, marked by a star: at each place the only decision is whether the new number comes before
the next one of the list. The last step is the list without the star. A search step holds the best so far and
the next number of the question, then the better of the two.

Numbers have two digits and no number comes twice: each is then its own landmark for finding what follows
it, and comparing is one look at the tens and, when they are equal, one at the ones.
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
_DRAWN = ("ascending", "descending", "ascending", "descending", "largest", "smallest")
"""Sorting has more to learn than searching, so it is drawn twice as often."""

_FIRST = re.compile(r"([0-9]{2})")
_INSERTION = re.compile(r"[0-9]{2}:((?: \*?[0-9]{2}){1,64})")
_SEARCH = re.compile(r"[0-9]{2},[0-9]{2}:([0-9]{2})")


def _comes_before(kind: str, a: str, b: str) -> bool:
    """Whether `a` is sorted before `b`; two digits each, so letters sort as numbers do."""
    return a > b if kind in ("descending", "largest") else a < b


def _next_insertion(kind: str, numbers: Sequence[str], before: Sequence[str]) -> str | None:
    """The next insertion, or the finished list; the last step of `before` is taken at its word."""
    done = len(before)
    if done == 0:
        return numbers[0]
    last = (_FIRST if done == 1 else _INSERTION).fullmatch(before[-1])
    if last is None or done > len(numbers):
        return None
    ordered = last[1].replace("*", "").split()
    if done == len(numbers):
        return " ".join(ordered)
    new = numbers[done]
    place = next((i for i, number in enumerate(ordered) if _comes_before(kind, new, number)), len(ordered))
    return " ".join([f"{new}:", *ordered[:place], f"*{new}", *ordered[place:]])


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
    return f"{best},{new}:{new if _comes_before(kind, new, best) else best}"


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
        kind = rng.choice(_DRAWN)
        steps: list[str] = []
        while (step := _next_step(kind, numbers, steps)) is not None:
            steps.append(step)
        answer = steps[-1].partition(":")[2] or steps[-1]
        question = _KINDS[kind].format(" ".join(numbers))
        return Problem(self.name, question, tuple(steps), answer, {"kind": kind, "numbers": numbers})

    def score(self, problem: Problem, answer: str) -> float:
        """1.0 for the whole list in order, or for the number asked for."""
        return same_text(problem.answer, answer)

    def step_valid(self, problem: Problem, before: Sequence[str], step: str) -> bool:
        """Whether `step` rightly handles the next number of the question, given the last step of `before`."""
        meta = problem.meta
        return step.strip() == _next_step(meta["kind"], meta["numbers"], [s.strip() for s in before])
