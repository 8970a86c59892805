"""A conclusion from premises: the first of them that says something, which is one that can be false.

Whatever follows counts, unless it is always true or a bare letter. A premise follows from itself; so the
search is for one with a row of values that makes it false. Of a bare letter P the conclusion is ¬¬P.

    1. ((P ∨ P) → R)
    .2. Q

    1 P+ P- R+
    1 P0 R0
    (1(2P0 ∨2P0)2=0 →1R0)1=1
    1 P1 R1
    (1(2P1 ∨2P1)2=1 →1R1)1=1
    1 P1 R0
    (1(2P1 ∨2P1)2=1 →1R0)1=0
    -> ((P ∨ P) → R)

The letters of a premise stand before its rows as they come in it: + where one comes first, - where it comes
again. Each parenthesis and each connective bears its depth, so that a closing one finds its two values: right
before it, and right before the last connective of its depth.
"""

from __future__ import annotations

import re
from itertools import product

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_vars": 2, "max_vars": 2, "min_statements": 2, "max_statements": 2, "max_complexity": 2}

_QUESTION = re.compile(
    r"propositional logic .*?Given:\n((?:\.?\d+\. [^\n]{1,500}\n){1,20})\.What can we", re.DOTALL
)
_PREMISE = re.compile(r"\.?\d+\. ([^\n]+)\n")
_TOKEN = re.compile(r"[P-Z]|[()¬]| [∧∨→↔] ")
_LONGEST = 200
"""Tokens of a premise; the library's have 46 at most."""

_Formula = tuple["_Formula | str", ...]
"""(letter,), (¬, formula) or (connective, left, right)."""


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("not premises of propositional logic")
    premises = _PREMISE.findall(m[1])
    formulas = [_parsed(premise) for premise in premises]
    steps: list[str] = []
    for rows in (_likely_rows, _other_rows):
        for number, (premise, formula) in enumerate(zip(premises, formulas, strict=True), 1):
            found = re.findall("[P-Z]", premise)
            letters = list(dict.fromkeys(found))
            marks = (f"{x}{'-' if x in found[:i] else '+'}" for i, x in enumerate(found))
            steps.append(f"{number} {' '.join(marks)}")
            for row in rows(len(letters)):
                values = dict(zip(letters, row, strict=True))
                written, value = _evaluated(formula, values, 1)
                steps += [f"{number} {' '.join(f'{x}{v}' for x, v in values.items())}", written]
                if not value:
                    return Trace(tuple(steps), premise if len(premise) > 1 else f"¬¬{premise}")
    raise Untraceable("every premise is always true, so that nothing follows")


def _likely_rows(n: int) -> list[tuple[int, ...]]:
    """All false, all true, the first alone, all but the first: one of them nearly always does."""
    rows = [(0,) * n, (1,) * n, (1, *(0,) * (n - 1)), (0, *(1,) * (n - 1))]
    return list(dict.fromkeys(rows))


def _other_rows(n: int) -> list[tuple[int, ...]]:
    likely = _likely_rows(n)
    return [row for row in product((0, 1), repeat=n) if row not in likely]


def _evaluated(formula: _Formula, values: dict[str, int], depth: int) -> tuple[str, int]:
    """The formula with its values written in, and its value."""
    head, *parts = formula
    if not parts:
        return f"{head}{values[str(head)]}", values[str(head)]
    if head == "¬":
        written, value = _evaluated(_part(parts[0]), values, depth)
        return f"¬{written}={1 - value}", 1 - value
    left, x = _evaluated(_part(parts[0]), values, depth + 1)
    right, y = _evaluated(_part(parts[1]), values, depth + 1)
    value = int({"∧": x and y, "∨": x or y, "→": not x or y, "↔": x == y}[str(head)])
    return f"({depth}{left} {head}{depth}{right}){depth}={value}", value


def _part(part: _Formula | str) -> _Formula:
    return part if isinstance(part, tuple) else (part,)


def _parsed(text: str) -> _Formula:
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text or len(tokens) > _LONGEST:
        raise Untraceable("a premise of another form")
    formula, rest = _formula(tokens)
    if rest:
        raise Untraceable("a premise of another form")
    return formula


def _formula(tokens: list[str]) -> tuple[_Formula, list[str]]:
    """The formula at the beginning of the tokens, and the tokens after it."""
    match tokens:
        case ["¬", *rest]:
            operand, rest = _formula(rest)
            return ("¬", operand), rest
        case ["(", *rest]:
            left, rest = _formula(rest)
            match rest:
                case [connective, *rest] if connective.strip() in "∧∨→↔":
                    right, rest = _formula(rest)
                    if rest[:1] == [")"]:
                        return (connective.strip(), left, right), rest[1:]
        case [letter, *rest] if letter.isalpha():
            return (letter,), rest
    raise Untraceable("a premise of another form")
