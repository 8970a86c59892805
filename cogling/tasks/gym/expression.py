"""Expressions with parentheses worked group by group; what one operation writes is the caller's.

    -( 5 * 3 - -2 ) + 7 * 2 with single digits:
    (5*3--2)            the first group that holds no other, from the question
    5*3=15              its products and quotients, from the left
    15--2               then what is left of the group
    15+2=17             then its sums, from the left; each total starts the next
    -17+7*2             the whole, with the value in the place of its group
    7*2=14
    -17+14
    ...

Groups are taken in the order of their closing parentheses. A minus before a group turns its value's sign.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cogling.tasks.gym.trace import Untraceable
from cogling.tasks.gym.written import Steps

Operation = Callable[[str, str, str], tuple[Steps, str]]
"""(operator, left, right) -> (steps, value); numbers as they stand in the expression, with their signs.
A value may bear a mark ' at its end."""

_TOKEN = re.compile(r"\d+(?:\.\d+)?'?|[-+*/()]")
_LONGEST = 1000
_TURN = "~"
"""A minus before a group, told from the minus of a difference."""


def evaluate(text: str, operate: Operation) -> tuple[Steps, str]:
    """The steps and the value of an expression; its numbers may bear signs. Raises Untraceable."""
    tokens, steps = _tokens(text), Steps()
    while ")" in tokens:
        close = tokens.index(")")
        opening = max(i for i in range(close) if tokens[i] == "(")
        group = tokens[opening + 1 : close]
        lines, value = _flat(group, operate)
        if len(group) > 1:
            steps += [f"({_written(group)})", *lines]
        tokens = _replaced(tokens, opening, close, value)
        if len(group) > 1 and len(tokens) > 1:
            steps.append(_written(tokens))
    lines, value = _flat(tokens, operate)
    return [*steps, *lines], value


def _replaced(tokens: list[str], opening: int, close: int, value: str) -> list[str]:
    """The value for its group, without what a lone value does not need: parentheses and a minus before it."""
    while True:
        if opening and tokens[opening - 1] == _TURN:
            opening, value = opening - 1, _turned(value)
        elif opening and close + 1 < len(tokens) and tokens[opening - 1] + tokens[close + 1] == "()":
            opening, close = opening - 1, close + 1
        else:
            return [*tokens[:opening], value, *tokens[close + 1 :]]


def _flat(tokens: list[str], operate: Operation) -> tuple[Steps, str]:
    """A group without parentheses: its products and quotients, then its sums."""
    steps, sums = Steps(), [tokens[0]]
    for operator, number in zip(tokens[1::2], tokens[2::2], strict=True):
        if operator in "*/":
            lines, sums[-1] = operate(operator, sums[-1], number)
            steps += lines
        else:
            sums += [operator, number]
    if 1 < len(sums) < len(tokens):
        steps.append(_written(sums))
    total = sums[0]
    for operator, number in zip(sums[1::2], sums[2::2], strict=True):
        lines, total = operate(operator, total, number)
        steps += lines
    return steps, total


def _tokens(text: str) -> list[str]:
    """Numbers with their signs, operators, parentheses; checked, so that all else can rely on it."""
    if len(text) > _LONGEST or _TOKEN.sub("", text).strip(" "):
        raise Untraceable("not an expression")
    tokens: list[str] = []
    depth, turn = 0, False
    for token in _TOKEN.findall(text):
        operand_due = not tokens or tokens[-1] in "(+-*/" or tokens[-1] == _TURN
        if operand_due != (token in "(" or token[0].isdigit()) and not (operand_due and token == "-"):
            raise Untraceable("not an expression")
        if operand_due and token == "-":
            if turn:
                raise Untraceable("two signs in a row")
            turn = True
            continue
        if turn:
            turn = False
            if token == "(":
                tokens.append(_TURN)
            else:
                token = f"-{token}"
        tokens.append(token)
        depth += (token == "(") - (token == ")")
        if depth < 0:
            raise Untraceable("not an expression")
    if depth or turn or not tokens or tokens[-1] in "(+-*/":
        raise Untraceable("not an expression")
    return tokens


def _turned(value: str) -> str:
    return value[1:] if value.startswith("-") else value if value == "0" else f"-{value}"


def _written(tokens: list[str]) -> str:
    return "".join(tokens).replace(_TURN, "-")
