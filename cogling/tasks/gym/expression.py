"""Expressions with parentheses read from the left, each worked as far as it has been read.

    -( 5 * 3 - -2 ) + 7 * 2 with single digits:
    -(A5a*B3b-C-2c)+D7d*E2e. every number between its letters
    -(A5a*B3b           what is read so far, up to where something can be done
    5*3=15              a product or quotient as soon as its second number is there
    -(B15b-C-2c)        what is done stands in its place, between the last letters; the reading goes on
    15+2=17             a sum once no product can follow
    -(C17c)             a lone value in parentheses loses them
    C-17c+D7d*E2e
    7*2=14
    C-17c+E14e.
    ...

So no line holds more than what is still open and the next look at the question. The letter after a number is
what tells what comes next, at the place where it stood before; the digits alone may stand in many places.
What one operation writes is the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_uppercase as LETTERS

from cogling.tasks.gym.trace import Untraceable
from cogling.tasks.gym.written import Steps

Operation = Callable[[str, str, str], tuple[Steps, str]]
"""(operator, left, right) -> (steps, value); numbers as they stand in the expression, with their signs.
A value may bear a mark ' at its end."""

_TOKEN = re.compile(r"\d+(?:\.\d+)?'?|[-+*/()]")
_LONGEST = 1000
_TURN = "~"
"""A minus before a group, told from the minus of a difference."""
_END = "."
_PRODUCTS, _SUMS = ("*", "/"), ("+", "-")


def evaluate(text: str, operate: Operation) -> tuple[Steps, str]:
    """The steps and the value of an expression; its numbers may bear signs. Raises Untraceable."""
    tokens = _lettered(_tokens(text))
    steps, done = [_written([*tokens, _END])], list[str]()
    for token, coming in zip(tokens, [*tokens[1:], _END], strict=True):
        done.append(token)
        while True:
            if len(done) > 2 and _is_number(done[-1]) and done[-2] in _PRODUCTS:
                steps.append(_written(done))
            elif len(done) > 2 and _is_number(done[-1]) and done[-2] in _SUMS and coming not in _PRODUCTS:
                steps.append(_written([*done, coming]))
            elif done[-1] == ")":
                steps.append(_written(done))
                sign = len(done) > 3 and done[-4] == _TURN
                letter, value = done[-2][0], done[-2][1:]
                done[-4 if sign else -3 :] = [f"{letter}{_turned(value) if sign else value}"]
                continue
            else:
                break
            lines, value = operate(done[-2], done[-3][1:], done[-1][1:])
            steps += lines
            done[-3:] = [f"{done[-1][0]}{value}"]
    return steps, done[0][1:]


def _lettered(tokens: list[str]) -> list[str]:
    """Each number after a letter of its own."""
    letters = iter(LETTERS)
    try:
        return [f"{next(letters)}{token}" if _is_number(token) else token for token in tokens]
    except StopIteration:
        raise Untraceable(f"more than {len(LETTERS)} numbers") from None


def _is_number(token: str) -> bool:
    return token[-1] in "0123456789'"


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
    closed = (f"{token}{token[0].lower()}" if token[0] in LETTERS else token for token in tokens)
    return "".join(closed).replace(_TURN, "-")
