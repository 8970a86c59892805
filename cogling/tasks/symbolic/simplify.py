"""Simplifying a logical expression in p, q, r, True and False, one rule at a time.

    Simplify: (p or False) and not (q and not q) and (r or p)
    = p and not (q and not q) and (r or p)          identity
    = p and not False and (r or p)                  complement
    = p and True and (r or p)                       negation of a constant
    = p and (r or p)                                identity
    = p                                             absorption
    answer: p

A step uses one rule once, as far left as one applies: it reduces the first item, or the second with the
first at hand, and copies the rest, so a longer expression repeats the same steps. The answer may be any
equivalent expression that is as short as the one expected.
"""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Mapping, Sequence

from cogling.tasks.base import Difficulty, Knob, Level, Problem

Expression = str | tuple
"""'p', 'True', ('not', e), ('and', e, e, ...) or ('or', e, e, ...)."""

VARIABLES = ("p", "q", "r")
DUAL = {"and": "or", "or": "and"}
NEUTRAL = {"and": "True", "or": "False"}
DOMINANT = {"and": "False", "or": "True"}

_TEMPLATES = ("Simplify: {}", "Write more simply: {}")
_LONGEST_TEXT = 300
_DEEPEST = 12
_TOKEN = re.compile(r"[()]|[A-Za-z]+")
_LITERALS: tuple[Expression, ...] = (*VARIABLES, *(("not", v) for v in VARIABLES))

KNOBS: dict[str, Knob] = {
    "items": Knob(train=(2, 4), ood=(5, 6), rungs=(2, 3, 4)),
    "negated": Knob(train=(0, 1), ood=(0, 1), rungs=(0, 1)),
}


def negation(e: Expression) -> Expression:
    """Not e, without a double negation or a negated constant."""
    if e == "True":
        return "False"
    if e == "False":
        return "True"
    return e[1] if e[0] == "not" else ("not", e)


def render(e: Expression) -> str:
    """The text of an expression, with brackets round an `and` or `or` inside another operation."""
    if isinstance(e, str):
        return e
    parts = [f"({render(a)})" if a[0] in DUAL else render(a) for a in e[1:]]
    return f"not {parts[0]}" if e[0] == "not" else f" {e[0]} ".join(parts)


def parse(text: str) -> Expression | None:
    """The expression of a text; None if it is not one. `and` and `or` mix only with brackets."""
    if len(text) > _LONGEST_TEXT or text.count("(") > _DEEPEST or text.count("not") > 2 * _DEEPEST:
        return None
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != "".join(text.split()):
        return None
    tokens.reverse()
    e = _chain(tokens)
    return None if tokens else e


def _chain(tokens: list[str]) -> Expression | None:
    """Takes items joined by one operator off the end of the reversed tokens."""
    items = [_item(tokens)]
    op = tokens[-1] if tokens else ""
    while op in DUAL and tokens and tokens[-1] == op:
        tokens.pop()
        items.append(_item(tokens))
    if None in items:
        return None
    return (op, *items) if len(items) > 1 else items[0]


def _item(tokens: list[str]) -> Expression | None:
    token = tokens.pop() if tokens else ""
    if token == "not":
        e = _item(tokens)
        return None if e is None else ("not", e)
    if token == "(":
        e = _chain(tokens)
        return e if tokens and tokens.pop() == ")" else None
    return token if token in VARIABLES or token in ("True", "False") else None


def simpler(e: Expression) -> Expression | None:
    """The expression after one use of one rule, as far left as one applies; None for a simplest form."""
    if isinstance(e, str):
        return None
    op, *items = e
    if op == "not":
        (inner,) = items
        if inner in ("True", "False") or inner[0] == "not":
            return negation(inner)
        deeper = simpler(inner)
        return None if deeper is None else ("not", deeper)
    for i, item in enumerate(items):
        if item == DOMINANT[op]:
            return item
        if item == NEUTRAL[op]:
            return _joined(op, items[:i] + items[i + 1 :])
        for j, earlier in enumerate(items[:i]):
            if item == earlier or _absorbs(op, earlier, item):
                return _joined(op, items[:i] + items[i + 1 :])
            if _absorbs(op, item, earlier):
                return _joined(op, items[:j] + items[j + 1 :])
            if item == ("not", earlier) or earlier == ("not", item):
                return _joined(op, [*items[:j], DOMINANT[op], *items[j + 1 : i], *items[i + 1 :]])
        deeper = simpler(item)
        if deeper is not None:
            return (op, *items[:i], deeper, *items[i + 1 :])
    return None


def _joined(op: str, items: list[Expression]) -> Expression:
    return (op, *items) if len(items) > 1 else items[0]


def _absorbs(op: str, small: Expression, group: Expression) -> bool:
    """Absorption: p and (p or q) is p, p or (p and q) is p."""
    return group[0] == DUAL[op] and small in group[1:]


def evaluate(e: Expression, values: Mapping[str, bool]) -> bool:
    if isinstance(e, str):
        return values.get(e, e == "True")
    parts = [evaluate(a, values) for a in e[1:]]
    if e[0] == "not":
        return not parts[0]
    return all(parts) if e[0] == "and" else any(parts)


def truth_table(e: Expression) -> list[bool]:
    rows = itertools.product((False, True), repeat=len(VARIABLES))
    return [evaluate(e, dict(zip(VARIABLES, row, strict=True))) for row in rows]


def size(e: Expression) -> int:
    """Variables, constants and `not`s: what a simplest form has least of."""
    return 1 if isinstance(e, str) else sum(map(size, e[1:])) + (e[0] == "not")


class Simplify:
    """Logical expressions; the ood split has more items than any in training."""

    name = "simplify"
    level: Level = "symbolic"
    summary = "simplify a logical expression"
    knobs = KNOBS

    def problem(self, rng: random.Random, difficulty: Difficulty) -> Problem:
        """items: operands of the outer operator. negated: at most how many of them are `not (...)`."""
        e = _draw(rng, difficulty["items"], difficulty["negated"])
        while simpler(e) is None:
            e = _draw(rng, difficulty["items"], difficulty["negated"])
        text = render(e)
        steps = []
        while (after := simpler(e)) is not None:
            e = after
            steps.append(f"= {render(e)}")
        question = rng.choice(_TEMPLATES).format(text)
        return Problem(self.name, question, tuple(steps), render(e), {"expression": text})

    def score(self, problem: Problem, answer: str) -> float:
        given, expected = parse(answer), parse(problem.answer)
        if given is None or expected is None:
            return 0.0
        return float(size(given) <= size(expected) and truth_table(given) == truth_table(expected))

    def step_valid(self, problem: Problem, before: Sequence[str], step: str) -> bool:
        text = before[-1].strip().removeprefix("= ") if before else problem.meta["expression"]
        e = parse(text)
        after = None if e is None else simpler(e)
        return after is not None and step.strip() == f"= {render(after)}"


def _draw(rng: random.Random, count: int, negated: int) -> Expression:
    """A chain whose items, simplified from the left, always leave one literal until the last item."""
    op = rng.choice(("and", "or"))
    items: list[Expression] = []
    value: Expression = NEUTRAL[op]
    for i in range(count):
        last = i == count - 1
        if value == NEUTRAL[op]:
            item_value = rng.choice(_LITERALS) if rng.random() < 0.7 else value
        elif value != DOMINANT[op] and rng.random() < 0.2:
            other = rng.choice([e for e in _LITERALS if e not in (value, negation(value))])
            items.append((DUAL[op], *rng.sample((value, other), 2)))
            continue
        elif last and rng.random() < 0.7:
            # A pair of variables that remains is in alphabetical order: one spelling of each answer.
            item_value = rng.choice([e for e in _LITERALS if e[-1] >= value[-1]])
        else:
            # What the value so far swallows, or seldom what ends it: most chains keep their rest in play.
            ending = rng.random() < (0.5 if last else 0.1)
            choices = (DOMINANT[op], negation(value)) if ending else (NEUTRAL[op], value)
            item_value = rng.choice(choices)
        if value == NEUTRAL[op]:
            value = item_value
        elif item_value in (DOMINANT[op], negation(value)):
            value = DOMINANT[op]
        form = rng.random()
        if form < 0.15 and negated:
            negated -= 1
            items.append(("not", _group(rng, negation(item_value))))
        else:
            items.append(_group(rng, item_value) if form < 0.7 else item_value)
    return (op, *items)


def _group(rng: random.Random, value: Expression) -> Expression:
    """Two literals joined so that one rule makes `value` of them."""
    op = rng.choice(("and", "or"))
    other: Expression
    if value == NEUTRAL[op]:
        return (op, value, value) if rng.random() < 0.3 else _group(rng, value)
    if value == DOMINANT[op]:
        first = rng.choice(_LITERALS)
        other = rng.choice((value, negation(first)))
    else:
        first = value
        other = rng.choice((NEUTRAL[op], NEUTRAL[op], value))
    return (op, *rng.sample((first, other), 2))
