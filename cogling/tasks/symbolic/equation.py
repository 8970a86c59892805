"""Solving a linear equation in x whose solution is a whole number.

    What is x if 5x + 4x - 7 = 3x + 29?
    9x - 7 = 3x + 29            two x terms at the front: add or subtract them
    9x - 3x - 7 = 29            x on the right: take it over, next to the front
    6x - 7 = 29
    6x = 29 + 7 = 36            the number on the left goes to the right
    x = 36 / 6 = 6
    answer: 6

A bracket is the last x term, "4x + 2(x - 3) = 30", and is multiplied out first: "4x + 2x - 6 = 30".
Every step follows from the line before by one rule; the rules act on the front of the line wherever they
can, so the rest is copied, and more terms repeat the same step. Coefficients stay within 2 to 9, so an x
term is always one digit and an x; all other arithmetic is below 100.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from cogling.tasks.base import Difficulty, Knob, Level, Problem, same_text

NUMBER_ON_RIGHT, X_ON_BOTH_SIDES, BRACKET = 1, 2, 3

_TEMPLATES = ("Solve for x: {}", "What is x if {}?")
_LONGEST_LINE = 200

_N = "([1-9][0-9]{0,2})"
_BRACKET = rf"{_N}\(x [+-] {_N}\)"
# A bracket after a minus sign would need its signs turned; no question has one.
_LINE = re.compile(rf"({_BRACKET}|{_N}x( [+-] {_N}x)*( [+-] {_N}| \+ {_BRACKET})?) = ({_N}x \+ )?{_N}")
_PRODUCT = re.compile(rf"{_N}\(x ([+-]) {_N}\)")
_FRONT_PAIR = re.compile(rf"{_N}x ([+-]) {_N}x")
_X_ON_RIGHT = re.compile(rf"{_N}x( .*)? = {_N}x \+ {_N}")
_NUMBER_ON_LEFT = re.compile(rf"{_N}x ([+-]) {_N} = {_N}")
_X_ALONE = re.compile(rf"{_N}x = {_N}")

KNOBS: dict[str, Knob] = {
    "terms": Knob(train=(1, 3), ood=(4, 5), rungs=(1, 2, 3)),
    "kind": Knob(train=(1, 3), ood=(1, 3), rungs=(1, 2, 3)),
}


def next_step(line: str) -> str | None:
    """The step that follows from an equation or from an earlier step; None where none does.

    Of a chain "6x = 29 + 7 = 36" only its ends count. None too where the result would not be a positive
    whole number: a right trace never gets there.
    """
    if len(line) > _LONGEST_LINE:
        return None
    sides = line.split(" = ")
    line = f"{sides[0]} = {sides[-1]}"
    if not _LINE.fullmatch(line):
        return None
    if m := _PRODUCT.search(line):
        a, sign, b = m.groups()
        return f"{line[: m.start()]}{a}x {sign} {int(a) * int(b)}{line[m.end() :]}"
    if m := _FRONT_PAIR.match(line):
        total = _plus_or_minus(*m.groups())
        return f"{total}x{line[m.end() :]}" if total > 0 else None
    if m := _X_ON_RIGHT.fullmatch(line):
        a, rest, c, number = m.groups()
        return f"{a}x - {c}x{rest or ''} = {number}"
    if m := _NUMBER_ON_LEFT.fullmatch(line):
        a, sign, b, number = m.groups()
        inverse = "-" if sign == "+" else "+"
        total = _plus_or_minus(number, inverse, b)
        return f"{a}x = {number} {inverse} {b} = {total}" if total > 0 else None
    if m := _X_ALONE.fullmatch(line):
        a, number = m.groups()
        quotient, rest = divmod(int(number), int(a))
        return None if rest else f"x = {number} / {a} = {quotient}"
    return None


def _plus_or_minus(a: str, sign: str, b: str) -> int:
    return int(a) + int(b) if sign == "+" else int(a) - int(b)


class Equation:
    """Linear equations; the ood split has more terms than any in training."""

    name = "equation"
    level: Level = "symbolic"
    summary = "solve a linear equation with a whole-number solution"
    knobs = KNOBS

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        """terms: x terms on the left. kind: NUMBER_ON_RIGHT, X_ON_BOTH_SIDES or BRACKET."""
        equation = None
        while equation is None:
            equation = _draw_equation(rng, difficulty["terms"], difficulty["kind"])
        steps: list[str] = []
        while step := next_step(steps[-1] if steps else equation):
            steps.append(step)
        return Problem(
            task=self.name,
            question=rng.choice(_TEMPLATES).format(equation),
            steps=tuple(steps),
            answer=steps[-1].rpartition(" = ")[2],
            meta={"equation": equation},
        )

    def score(self, problem: Problem, answer: str) -> float:
        return same_text(problem.answer, answer)

    def step_valid(self, problem: Problem, before: Sequence[str], step: str) -> bool:
        line = before[-1].strip() if before else problem.meta["equation"]
        return step.strip() == next_step(line)


def _draw_equation(rng: random.Random, terms: int, kind: int) -> str | None:
    """An equation, or None where the draw ran into a bound."""
    coefficients = [rng.randint(2, 9)]
    wanted = [0] * (terms - 1) + ([-1] if kind == X_ON_BOTH_SIDES else [])
    if kind == BRACKET and terms > 1:
        wanted[-1] = 1
    for sign in wanted:
        total = sum(coefficients)
        # Sums within 2 to 9 leave out the special spellings x, 0x and -x, and keep a coefficient one digit.
        choices = [c for c in range(2 - total, 10 - total) if abs(c) >= 2 and c * sign >= 0]
        if not choices:
            return None
        coefficients.append(rng.choice(choices))
    total = sum(coefficients)
    x = rng.randint(1, min(12, 99 // total))
    inner = rng.choice((-1, 1)) * rng.randint(1, 9)
    constant = inner * coefficients[-1] if kind == BRACKET else inner
    number = total * x + constant
    # A one-digit number, or at most 20 from a bracket: adding it to a two-digit one is a small lookup.
    if not 1 <= number <= 99 or abs(constant) > 20:
        return None
    right = f"{-coefficients.pop()}x + {number}" if kind == X_ON_BOTH_SIDES else str(number)
    left = f"{coefficients[0]}x" + "".join(f" {_signed(c)}x" for c in coefficients[1:])
    if kind == BRACKET:
        left = f"{left.removesuffix('x')}(x {_signed(inner)})"
    else:
        left += f" {_signed(constant)}"
    return f"{left} = {right}"


def _signed(value: int) -> str:
    return f"{'-' if value < 0 else '+'} {abs(value)}"
