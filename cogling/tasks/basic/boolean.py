"""Evaluating an expression of True and False, one innermost part a step.

    Evaluate ( True and ( not False or False ) )
    = ( True and ( True or False ) )
    = ( True and True )
    = True

Every operation has its own brackets, so nothing hangs on precedence. A step rewrites the first part, from
the left, that can be rewritten: `not` before a value, or two values in brackets. The rest is copied. All is
set apart by spaces, so that each word and each bracket is one token and never merges with its neighbour.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from cogling.tasks.base import Difficulty, Knob, Level, Problem, same_text

KNOBS = {"operators": Knob(train=(1, 5), ood=(6, 8), rungs=(1, 2, 3, 4, 5))}

_VALUES = ("True", "False")
_WORDS = frozenset((*_VALUES, "and", "or", "not", "(", ")"))
_LONGEST = 4000
"""Characters of a step that are looked at; far more than any trace writes."""


def _next_words(words: Sequence[str]) -> list[str] | None:
    """The expression with its first reducible part replaced by its value; None where there is none."""
    for i, word in enumerate(words):
        if word == "not" and i + 1 < len(words) and words[i + 1] in _VALUES:
            return [*words[:i], str(words[i + 1] == "False"), *words[i + 2 :]]
        if word == "(" and i + 4 < len(words) and words[i + 4] == ")":
            left, operator, right = words[i + 1 : i + 4]
            if left in _VALUES and right in _VALUES and operator in ("and", "or"):
                truths = (left == "True", right == "True")
                value = all(truths) if operator == "and" else any(truths)
                return [*words[:i], str(value), *words[i + 5 :]]
    return None


def _next_step(expression: str, before: Sequence[str]) -> str | None:
    """The one right step after `before`; its last step is taken at its word."""
    current = f"= {expression}"
    if before:
        current = before[-1].strip()
    if len(current) > _LONGEST or not current.startswith("= "):
        return None
    words = current[2:].split(" ")
    if not _WORDS.issuperset(words):
        return None
    following = _next_words(words)
    return None if following is None else "= " + " ".join(following)


def _expression(rng: random.Random, operators: int, may_negate: bool = True) -> str:
    """A random expression with that many operators."""
    if operators == 0:
        return rng.choice(_VALUES)
    if may_negate and rng.random() < 0.3:
        return f"not {_expression(rng, operators - 1, may_negate=False)}"
    left = rng.randint(0, operators - 1)
    first = _expression(rng, left)
    return f"( {first} {rng.choice(('and', 'or'))} {_expression(rng, operators - 1 - left)} )"


class Boolean:
    """Expressions of True, False, and, or, not and brackets."""

    name = "boolean"
    level: Level = "basic"
    summary = "evaluate an expression of True, False, and, or, not"
    knobs = KNOBS

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        """`operators` counts and, or and not."""
        expression = _expression(rng, difficulty["operators"])
        steps: list[str] = []
        while (step := _next_step(expression, steps)) is not None:
            steps.append(step)
        answer = steps[-1].removeprefix("= ")
        return Problem(self.name, f"Evaluate {expression}", tuple(steps), answer, {"expression": expression})

    def score(self, problem: Problem, answer: str) -> float:
        """1.0 for the right one of True and False."""
        return same_text(problem.answer, answer)

    def step_valid(self, problem: Problem, before: Sequence[str], step: str) -> bool:
        """Whether `step` is the expression before it with its first reducible part rewritten."""
        return step.strip() == _next_step(problem.meta["expression"], before)
