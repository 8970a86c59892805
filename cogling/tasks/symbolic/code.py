"""Following a small program, line by line as it is executed.

    What does this print?
    a = 5
    b = a + 9                       a = 5
    if b > 20:                      b = a + 9 = 5 + 9 = 14
        a = b - 2                   if b > 20: 14 > 20 is False
    else:                           b = b + a = 14 + 5 = 19
        b = b + a                   print(b): 19
    print(b)                        answer: 19

    for i in [4, 7]:                i = 4, left [7]
        a = a + i                   a = a + i = 5 + 4 = 9
                                    i = 7, left []
                                    a = a + i = 9 + 7 = 16

A step repeats the executed line, which is also how the next line is found, then puts values for names,
then the result. A loop carries along what is left of its list and is over when that is []. All values
stay within 0 to 99 and the second operand below 10.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from cogling.tasks.base import Difficulty, Knob, Level, Problem, same_text

STRAIGHT, BRANCH, LOOP = 1, 2, 3

_QUESTION = "What does this print?\n"
_INDENT = "    "
_NAMES = ("a", "b", "c")
_APPLY: dict[str, Callable[[int, int], int]] = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
}
_NUMBER = re.compile(r"-?[0-9]{1,4}")
_ROUND = re.compile(r"i = ([0-9]{1,2}), left \[((?:[0-9]{1,2}, )*[0-9]{1,2}|)\]")
_LONGEST_STEP = 200

KNOBS: dict[str, Knob] = {
    "lines": Knob(train=(1, 3), ood=(4, 5), rungs=(1, 2, 3)),
    "kind": Knob(train=(1, 3), ood=(1, 3), rungs=(1, 2, 3)),
}


@dataclass(frozen=True, slots=True)
class State:
    """Where a program is: the next line, the values so far, and what a loop has left (None outside)."""

    at: int
    values: dict[str, int]
    left: tuple[int, ...] | None = None


_START = State(0, {})


def next_step(program: Sequence[str], state: State) -> str | None:
    """The step that executes the next line; None where the program is over."""
    if state.at >= len(program):
        return None
    line = program[state.at].strip()
    if line.startswith("print("):
        return f"{line}: {state.values[line[6:-1]]}"
    if line.startswith("for "):
        first, *left = state.left or _numbers(line[len("for i in [") : -2])
        return f"i = {first}, left {left}"
    if line.startswith("if "):
        x, op, y = _with_values(line[3:-1], state)
        return f"{line} {x} {op} {y} is {x > y if op == '>' else x < y}"
    expression = line.partition(" = ")[2]
    if " " not in expression:
        return line
    x, op, y = _with_values(expression, state)
    return f"{line} = {x} {op} {y} = {_APPLY[op](x, y)}"


def after(program: Sequence[str], state: State, step: str) -> State | None:
    """The state after a step, with the value that the step claims, right or wrong.

    None where the step does not execute the next line at all.
    """
    if state.at >= len(program) or len(step) > _LONGEST_STEP:
        return None
    line = program[state.at].strip()
    if line.startswith("for "):
        m = _ROUND.fullmatch(step)
        if not m:
            return None
        return State(state.at + 1, {**state.values, "i": int(m[1])}, tuple(_numbers(m[2])))
    if not step.startswith(line):
        return None
    if line.startswith("if "):
        verdict = step.rpartition(" is ")[2]
        if verdict not in ("True", "False"):
            return None
        return replace(state, at=state.at + (1 if verdict == "True" else 3))
    if line.startswith("print("):
        return State(len(program), state.values)
    name, value = line[0], step.rpartition(" = ")[2]
    if not _NUMBER.fullmatch(value):
        return None
    state = replace(state, values={**state.values, name: int(value)})
    if state.left:
        return replace(state, at=state.at - 1)
    skip = 3 if program[state.at + 1] == "else:" else 1
    return State(state.at + skip, state.values)


def _with_values(expression: str, state: State) -> tuple[int, str, int]:
    x, op, y = expression.split(" ")
    return _value(x, state), op, _value(y, state)


def _value(operand: str, state: State) -> int:
    return int(operand) if operand.isdigit() else state.values[operand]


def _numbers(text: str) -> list[int]:
    return [int(n) for n in text.split(", ") if n]


class Code:
    """Small programs; the ood split has more lines and rounds than any in training."""

    name = "code"
    level: Level = "symbolic"
    summary = "say what a small program prints"
    knobs = KNOBS

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        """lines: computing lines, or rounds of the loop. kind: STRAIGHT, BRANCH or LOOP."""
        program = None
        while program is None:
            program = _draw_program(rng, difficulty["lines"], difficulty["kind"])
        steps: list[str] = []
        state: State | None = _START
        while state and (step := next_step(program, state)):
            steps.append(step)
            state = after(program, state, step)
        return Problem(
            task=self.name,
            question=_QUESTION + "\n".join(program),
            steps=tuple(steps),
            answer=steps[-1].rpartition(": ")[2],
            meta={"program": program},
        )

    def score(self, problem: Problem, answer: str) -> float:
        return same_text(problem.answer, answer)

    def step_valid(self, problem: Problem, before: Sequence[str], step: str) -> bool:
        program = problem.meta["program"]
        state: State | None = _START
        for earlier in before:
            state = after(program, state, earlier.strip()) if state else None
        return state is not None and step.strip() == next_step(program, state)


def _draw_program(rng: random.Random, lines: int, kind: int) -> list[str] | None:
    """The lines of a program, or None where a value left its bounds."""
    if kind == LOOP:
        return _draw_loop(rng, max(2, lines))
    values = {"a": rng.randint(1, 30)}
    program = [f"a = {values['a']}"]
    target = "a"
    for _ in range(lines if kind == STRAIGHT else lines - 1):
        target = rng.choice(_NAMES[: len(values) + 1])
        expression, result = _draw_expression(rng, values)
        program.append(f"{target} = {expression}")
        values[target] = result
    if kind == BRANCH:
        name = rng.choice(list(values))
        limit = values[name] + rng.choice((-1, 1)) * rng.randint(1, 9)
        if limit < 1:
            return None
        target = rng.choice(list(values))
        then, otherwise = (f"{_INDENT}{target} = {_draw_expression(rng, values)[0]}" for _ in range(2))
        program += [f"if {name} {rng.choice('<>')} {limit}:", then, "else:", otherwise]
    shown = target if rng.random() < 0.7 else rng.choice(list(values))
    return [*program, f"print({shown})"]


def _draw_loop(rng: random.Random, rounds: int) -> list[str] | None:
    numbers = rng.sample(range(1, 10), rounds)
    start, op = rng.randint(1, 60), rng.choice("+-")
    if not 0 <= _APPLY[op](start, sum(numbers)) <= 99:
        return None
    return [f"a = {start}", f"for i in {numbers}:", f"{_INDENT}a = a {op} i", "print(a)"]


def _draw_expression(rng: random.Random, values: dict[str, int]) -> tuple[str, int]:
    """An expression and its value; `x * n` only for a one-digit x, so that it is in the times tables."""
    while True:
        x, op = rng.choice(list(values)), rng.choice("++--*")
        number = rng.randint(2, 4) if op == "*" else rng.randint(1, 9)
        y = str(number)
        if op != "*" and rng.random() < 0.4:
            y = rng.choice(list(values))
            number = values[y]
        if y == x or number > 9 or (op == "*" and values[x] > 9):
            continue
        result = _APPLY[op](values[x], number)
        if 0 <= result <= 99:
            return f"{x} {op} {y}", result
