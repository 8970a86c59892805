"""The next number of a sequence: arithmetic, growing, alternating or geometric.

    What comes next: 13 15 19 25?     What comes next: 12 24 48 96?
    13                                12
    15 +2                             24 *2
    19 +4                             48 *2
    25 +6                             96 *2
    grow +2 +8                        same *2
    25+8=33                           a:6*2+0=12;2
                                      b:9*2+1=19;92
                                      192

Each number is copied and followed by how it came from the one before: a difference of at most 9, or a ratio
(a geometric sequence grows by 10 or more at once, so the first pair tells them apart). The rule is read off
the last three of these: `same +4`, `alternate +5` (the differences take turns, +5 is due) or `grow +2 +8`
(each is 2 more than the last, +8 is due). A difference is then added in one step, `25+8=33`; a product is
worked out in columns, written as in `addition`.
"""

from __future__ import annotations

import random
import re
from collections import abc
from itertools import pairwise

from cogling.tasks.base import Difficulty, Knob, Level, Problem

KNOBS = {"terms": Knob(train=(4, 6), ood=(7, 8), rungs=(4, 5, 6))}

_DRAWN = ("arithmetic", "arithmetic", "growing", "growing", *("alternating",) * 3, "geometric")
"""Alternating sequences are the most various; there are only a few hundred geometric ones."""

_COLUMNS = "abcdefgh"
_CHANGE = re.compile(r"[0-9]{1,6} ([+*-])([0-9])")
_RULE = re.compile(r"(?:same|alternate|grow [+-][0-9]{1,2}) ([+*-])([0-9])")
_PRODUCT = re.compile(r"([a-h]):[0-9]\*[0-9]\+[0-9]=([0-9])[0-9];([0-9]{1,8})")


def _change(first: int, second: int) -> str | None:
    """`+4`, `-3` or `*2`: how the second number came from the first; None where it is neither."""
    if abs(second - first) <= 9:
        return f"{second - first:+d}"
    if first > 0 and second % first == 0 and second // first <= 9:
        return f"*{second // first}"
    return None


def _rule(changes: abc.Sequence[str]) -> str | None:
    """The rule that the last three changes follow, and the change that is due."""
    matches = [_CHANGE.fullmatch(step) for step in changes]
    signs = [match[1] for match in matches if match]
    values = [int(match[2]) for match in matches if match]
    if len(values) < 3:
        return None
    if "*" in signs:
        return f"same *{values[-1]}" if set(signs) == {"*"} and len(set(values)) == 1 else None
    x, y, z = (-value if sign == "-" else value for sign, value in zip(signs, values, strict=True))
    if x == y == z:
        return f"same {z:+d}"
    if x == z:
        return f"alternate {y:+d}"
    due = z + z - y
    return f"grow {z - y:+d} {due:+d}" if z - y == y - x and abs(due) <= 9 else None


def _product_step(number: str, ratio: int, columns: abc.Sequence[str]) -> str | None:
    """The next column of number * ratio, or the product; the last of `columns` is taken at its word."""
    carry, result, place = 0, "", len(columns)
    if columns:
        last = _PRODUCT.fullmatch(columns[-1])
        if last is None or _COLUMNS.find(last[1]) != place - 1 or len(last[3]) != place:
            return None
        carry, result = int(last[2]), last[3]
    if place > len(number):
        return None
    if place == len(number):
        return f"{carry}{result}".lstrip("0") or "0"
    digit = int(number[-1 - place])
    total = digit * ratio + carry
    return f"{_COLUMNS[place]}:{digit}*{ratio}+{carry}={total:02d};{total % 10}{result}"


def _next_step(terms: abc.Sequence[int], before: abc.Sequence[str]) -> str | None:
    """The one right step after `before`, whose steps are taken at their word; None where there is none."""
    done, n = len(before), len(terms)
    if done == 0:
        return str(terms[0])
    if done < n:
        change = _change(terms[done - 1], terms[done])
        return None if change is None else f"{terms[done]} {change}"
    if done == n:
        return _rule(before[n - 3 : n])
    rule = _RULE.fullmatch(before[n])
    if rule is None:
        return None
    sign, value, last = rule[1], int(rule[2]), terms[-1]
    if sign == "*":
        return _product_step(str(last), value, before[n + 1 :])
    if done > n + 1:
        return None
    return f"{last}{sign}{value}={last - value if sign == '-' else last + value}"


def _terms(rng: random.Random, kind: str, n: int) -> list[int]:
    """`n` terms of that kind and the one after; terms may lie anywhere."""
    if kind == "geometric":
        ratio = rng.choice((2, 2, 3, 4))
        start = rng.randint(10, max(10, (999 if n <= 6 else 9999) // ratio ** (n - 1)))
        return [start * ratio**i for i in range(n + 1)]
    first, second = rng.randint(-9, 9), rng.randint(-9, 9)
    growth = {"arithmetic": 0, "growing": rng.choice((-3, -2, -1, 1, 2, 3))}.get(kind)
    changes = [first + i * growth if growth is not None else (first, second)[i % 2] for i in range(n)]
    terms = [rng.randint(10, 99)]
    for change in changes:
        terms.append(terms[-1] + change)
    return terms


def _acceptable(kind: str, terms: abc.Sequence[int]) -> bool:
    """Two digits and changes of one digit; a geometric sequence may show numbers of up to four digits."""
    changes = [b - a for a, b in pairwise(terms)]
    if kind == "geometric":
        return terms[-2] <= 9999
    if min(terms) < 10 or max(terms) > 99 or max(map(abs, changes)) > 9:
        return False
    if kind == "alternating":
        return changes[0] != changes[1]
    # Differences that grow through zero would need a far larger table of signed sums.
    return min(changes) > 0 or max(changes) < 0


class Sequence:
    """Number sequences with a rule that shows in the differences or ratios."""

    name = "sequence"
    level: Level = "basic"
    summary = "continue an arithmetic, growing, alternating or geometric sequence"
    knobs = KNOBS

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        """`terms` is how many terms the question shows, at least 4."""
        n = max(4, difficulty["terms"])
        kind = rng.choice(_DRAWN)
        while not _acceptable(kind, terms := _terms(rng, kind, n)):
            pass
        shown = terms[:-1]
        steps: list[str] = []
        while (step := _next_step(shown, steps)) is not None:
            steps.append(step)
        question = f"What comes next: {' '.join(map(str, shown))}?"
        return Problem(self.name, question, tuple(steps), str(terms[-1]), {"terms": shown})

    def score(self, problem: Problem, answer: str) -> float:
        """1.0 for the number, with or without surrounding space."""
        return float(answer.strip() == problem.answer)

    def step_valid(self, problem: Problem, before: abc.Sequence[str], step: str) -> bool:
        """Whether `step` is the next difference, the rule or the next number, given the steps before."""
        return step.strip() == _next_step(problem.meta["terms"], [s.strip() for s in before])
