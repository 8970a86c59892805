"""Base conversion: decimal to binary by repeated halving, binary to decimal by doubling and adding.

    What is 13 in binary?            Write binary 1101 in decimal.
    half 6, digits 1                 value 1, left 101
    half 3, digits 01                value 3, left 01
    half 1, digits 101               value 6, left 1
    half 0, digits 1101              value 13
    answer: 1101                     answer: 13

To binary, a step halves the number and puts the remainder in front of the digits; it is over at half 0.
To decimal, a step doubles the value and adds the first digit that is left; it is over when none is left.
A digit of a half depends on two neighbouring digits only, and so does one of a double: no carry runs on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from cogling.tasks.base import Difficulty, Knob, Level, Problem, same_text

_TO_BINARY = ("What is {} in binary?", "Write {} in binary.", "Convert {} to binary.")
_TO_DECIMAL = (
    "What is binary {} in decimal?",
    "Write binary {} in decimal.",
    "Convert binary {} to decimal.",
)

_HALF = re.compile(r"half (0|[1-9][0-9]{0,5}), digits ([01]{1,20})")
_VALUE = re.compile(r"value (0|[1-9][0-9]{0,5}), left ([01]{1,20})")

KNOBS: dict[str, Knob] = {"bits": Knob(train=(3, 11), ood=(12, 14), rungs=(4, 6, 8, 11))}


def halve(number: int, digits: str) -> str | None:
    """The step to binary after `number` is left and `digits` are found; None when it is over."""
    return f"half {number // 2}, digits {number % 2}{digits}" if number else None


def double(value: int, left: str) -> str | None:
    """The step to decimal after `value` is found and the digits `left` are left; None when it is over."""
    if not left:
        return None
    value = 2 * value + int(left[0])
    return f"value {value}, left {left[1:]}" if left[1:] else f"value {value}"


class Base:
    """Decimal and binary; the ood split has longer numbers than any in training."""

    name = "base"
    level: Level = "symbolic"
    summary = "convert between decimal and binary"
    knobs = KNOBS

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        """bits: length of the number in binary."""
        bits = difficulty["bits"]
        number = rng.randrange(2 ** (bits - 1), 2**bits)
        binary, decimal = f"{number:b}", str(number)
        to_binary = rng.random() < 0.5
        given, answer = (decimal, binary) if to_binary else (binary, decimal)
        meta = {"to": "binary" if to_binary else "decimal", "given": given}
        steps: list[str] = []
        while step := _next_step(meta, steps):
            steps.append(step)
        template = rng.choice(_TO_BINARY if to_binary else _TO_DECIMAL)
        return Problem(self.name, template.format(given), tuple(steps), answer, meta)

    def score(self, problem: Problem, answer: str) -> float:
        return same_text(problem.answer, answer)

    def step_valid(self, problem: Problem, before: Sequence[str], step: str) -> bool:
        return step.strip() == _next_step(problem.meta, before)


def _next_step(meta: dict[str, str], before: Sequence[str]) -> str | None:
    """What follows from the last step, or from the question if there is none yet."""
    rule, pattern = (halve, _HALF) if meta["to"] == "binary" else (double, _VALUE)
    if not before:
        return halve(int(meta["given"]), "") if rule is halve else double(0, meta["given"])
    m = pattern.fullmatch(before[-1].strip())
    return rule(int(m[1]), m[2]) if m else None
