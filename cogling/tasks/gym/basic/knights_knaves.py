"""Who tells the truth: every assignment in turn, until each statement is as true as its speaker.

A capital stands for "tells the truth", the small letter for "lies". The statements are written down once
with names and letters, once with letters alone. An assignment falls with the first statement that
contradicts it.

    You meet 2 inhabitants: Mia, and Jack. Mia said that Jack is a fool. Jack said that Mia is a sage or
    Jack is a fool.

    Mia sage=X              X1 x0 Y1 y0                     X1 x0 Y0 y1
    Mia fool=x              X: y0 = 0 X1 no                 X: y1 = 1 X1 ok
    Jack sage=Y                                             Y: X1 or y1 = 1 Y0 no
    ...                                                     ...
    X: Jack fool=y
    Y: Mia sage=X or Jack fool=y
    X: y
    Y: X or y

A group in parentheses is followed by its value, and the statement is then written with those values:
X: if (X1 or y0)1 then y0 = if 1 then 0 = 0 X1 no.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import product

from cogling.tasks.gym.trace import Trace, Untraceable

_QUESTION = re.compile(
    r"A very special island is inhabited only by ([a-z]+)s and ([a-z]+)s\. [^.]*\. "
    r"You meet \d+ inhabitants: ((?:[A-Z][a-z]+, ){1,7})and ([A-Z][a-z]+)\. (.{1,2000}) "
    r"So who is (an? )([a-z]+) and who is (an? )([a-z]+)\? \(Format your answer like: .*\)"
)
_SAID = (
    r"{name} (?:said that|told you that|expressed that) ({content})\.",
    r'{name} said, "({content})\."',
    r'{name} (?:stated,|remarked,|was heard saying,|asserted:|commented,|noted,) "({content})"\.',
    r"(?:According to {name},|In {name}\'s words:|As {name} put it,|In a statement by {name}:) "
    r'"({content})"\.',
    r'"({content})," {name} (?:declared|mentioned|claimed)\.',
    r'"({content})" - {name}\.',
)
_TOKEN = re.compile(r"if and only if|it is not the case that|if|then|and|or|[()]|(\w+) is an? (\w+)")
_SHORT = {"if and only if": "iff", "it is not the case that": "not"}
_LETTERS = "XYZWVUTS"
"""From the end of the alphabet, where hardly a name begins."""
_DEEPEST = 8


@dataclass(frozen=True)
class _Formula:
    """operator: an atom's letter, or if, iff, and, or, not, or () for a group."""

    operator: str
    parts: tuple[_Formula, ...] = ()

    def value(self, true: set[str]) -> int:
        values = [part.value(true) for part in self.parts]
        match self.operator:
            case "()":
                return values[0]
            case "not":
                return 1 - values[0]
            case "and":
                return min(values)
            case "or":
                return max(values)
            case "if":
                return max(1 - values[0], values[1])
            case "iff":
                return int(values[0] == values[1])
        return int(self.operator in true)

    def written(self, true: set[str] | None = None, short: bool = False) -> str:
        """With letters alone, or also with values; short: with nothing but the values of the parts."""
        if self.operator == "()":
            inner = "" if short else f"({self.parts[0].written(true)})"
            return inner if true is None else f"{inner}{self.value(true)}"
        if not self.parts:
            return self.operator if true is None else f"{'' if short else self.operator}{self.value(true)}"
        parts = [part.written(true, short) for part in self.parts]
        if self.operator == "not":
            return f"not {parts[0]}"
        if self.operator == "if":
            return f"if {parts[0]} then {parts[1]}"
        return f" {self.operator} ".join(parts)


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question.strip())
    if m is None or m[7] != m[1] or m[9] != m[2]:
        raise Untraceable("not an island of two kinds")
    names = [*m[3].removesuffix(", ").split(", "), m[4]]
    table = {}
    for name, capital in zip(names, _LETTERS, strict=False):
        table[name, m[1]], table[name, m[2]] = capital, capital.lower()
    steps = [f"{name} {role}={letter}" for (name, role), letter in table.items()]
    spoken = [_tokens(text, table) for text in _statements(m[5], names)]
    capitals = [table[name, m[1]] for name in names]
    steps += [
        f"{capital}: {_joined(tokens, full=True)}" for capital, tokens in zip(capitals, spoken, strict=True)
    ]
    formulas = []
    for capital, tokens in zip(capitals, spoken, strict=True):
        formula, rest = _parsed(tokens)
        if rest:
            raise Untraceable("a statement of another form")
        formulas.append(formula)
        steps.append(f"{capital}: {formula.written()}")
    for values in product((1, 0), repeat=len(names)):
        true = {
            capital if value else capital.lower() for capital, value in zip(capitals, values, strict=True)
        }
        both = [
            f"{letter}{int(letter in true)}" for capital in capitals for letter in (capital, capital.lower())
        ]
        steps.append(" ".join(both))
        lines, holds = _tested(capitals, formulas, true)
        steps += lines
        if holds:
            roles = [(m[7], m[6]) if value else (m[9], m[8]) for value in values]
            steps += [
                f"{name} {capital}{value} {role}"
                for name, capital, value, (role, _) in zip(names, capitals, values, roles, strict=True)
            ]
            said = [f"{name} is {article}{role}" for name, (role, article) in zip(names, roles, strict=True)]
            return Trace(tuple(steps), f"{', '.join(said[:-1])}, and {said[-1]}.")
    raise Untraceable("no assignment holds")


def _tested(capitals: list[str], formulas: list[_Formula], true: set[str]) -> tuple[list[str], bool]:
    lines = []
    for capital, formula in zip(capitals, formulas, strict=True):
        value, speaker = formula.value(true), int(capital in true)
        written = formula.written(true)
        reduced = f" = {formula.written(true, short=True)}" if "(" in written else ""
        verdict = "ok" if value == speaker else "no"
        lines.append(f"{capital}: {written}{reduced} = {value} {capital}{speaker} {verdict}")
        if value != speaker:
            return lines, False
    return lines, True


def _statements(text: str, names: list[str]) -> list[str]:
    """What each person says, in the order of the names."""
    found, at = [], 0
    for name in names:
        for pattern in _SAID:
            m = re.compile(pattern.format(name=name, content="[A-Za-z ()]+?")).match(text, at)
            if m is not None:
                found.append(m[1])
                at = m.end() + 1
                break
        else:
            raise Untraceable("a statement in other words")
    if at <= len(text):
        raise Untraceable("more statements than people")
    return found


def _tokens(text: str, table: dict[tuple[str, str], str]) -> list[tuple[str, str]]:
    """(token, the name and role that it stands for or nothing)."""
    tokens, at = [], 0
    while at < len(text):
        m = _TOKEN.match(text, at)
        if m is None or (m[1] and (m[1], m[2]) not in table):
            raise Untraceable("a statement in other words")
        tokens.append((table[m[1], m[2]], f"{m[1]} {m[2]}") if m[1] else (_SHORT.get(m[0], m[0]), ""))
        at = m.end() + (text[m.end() : m.end() + 1] == " ")
    return tokens


def _joined(tokens: list[tuple[str, str]], full: bool) -> str:
    words = [f"{said}={token}" if full and said else token for token, said in tokens]
    return " ".join(words).replace("( ", "(").replace(" )", ")")


def _parsed(tokens: list[tuple[str, str]], depth: int = 0) -> tuple[_Formula, list[tuple[str, str]]]:
    """The formula at the beginning of the tokens, and the tokens after it."""
    if not tokens or depth > _DEEPEST:
        raise Untraceable("a statement of another form")
    head = tokens[0][0]
    if head == "not":
        operand, rest = _operand(tokens[1:], depth)
        return _Formula("not", (operand,)), rest
    if head == "if":
        condition, rest = _operand(tokens[1:], depth)
        if not rest or rest[0][0] != "then":
            raise Untraceable("a statement of another form")
        consequence, rest = _operand(rest[1:], depth)
        return _Formula("if", (condition, consequence)), rest
    first, rest = _operand(tokens, depth)
    parts, operator = [first], rest[0][0] if rest else ""
    while operator in ("and", "or", "iff") and rest and rest[0][0] == operator:
        part, rest = _operand(rest[1:], depth)
        parts.append(part)
    if operator == "iff" and len(parts) != 2:
        raise Untraceable("a statement of another form")
    return (_Formula(operator, tuple(parts)) if len(parts) > 1 else first), rest


def _operand(tokens: list[tuple[str, str]], depth: int) -> tuple[_Formula, list[tuple[str, str]]]:
    if tokens and tokens[0][1]:
        return _Formula(tokens[0][0]), tokens[1:]
    if tokens and tokens[0][0] == "(":
        inner, rest = _parsed(tokens[1:], depth + 1)
        if rest and rest[0][0] == ")":
            return _Formula("()", (inner,)), rest[1:]
    raise Untraceable("a statement of another form")
