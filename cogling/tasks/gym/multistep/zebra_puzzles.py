"""Every value gets a letter, every clue its letters (a=b one house, a<b directly left, a~b neighbours, a@4
house 4). Values of one house are merged: the later goes by the earlier letter (k>d), in the kinds and in
the clues. Then clue by clue, round after round, the houses left for two letters before and after the clue;
a clue that two settled letters fulfil is passed over. A settled letter takes its house from all others of
its kinds (c3: ...). After a round, for each kind the letters left for every house (in ...); a single one
is settled there. Where a round tells nothing new, all houses are written down (all ...), and of the
letters with the fewest houses the first is tried at its first (try); a contradiction (!) strikes that
house out of what was written down (back).

names bob, arnold, carol / drinks milk, tea, water / 1. The tea drinker is directly left of Bob. 2. Bob ...
a bob b arnold c carol
d milk e tea f water
1 e<a
2 a=d
2 a=d a=d d>a
kind a b c
kind a e f
1 e<a
1 e123<a123 e12 a23
...
house 1 b
-> arnold
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from string import ascii_letters as LETTERS

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"num_people": 3, "num_characteristics": 2}

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_OTHER_FORMS = {"swede": "swedish"}
_MOST_STEPS = 1000
_KIND = re.compile(r"^ - [^\n:]{1,200}: ([^\n:]{1,300})$", re.MULTILINE)
_CLUE = re.compile(r"^(\d{1,3})\. ([^\n]{1,200})\.$", re.MULTILINE)
_HOUSES = re.compile(r"^This is a logic puzzle\. There are ([2-9]) houses")
_ASKED = "What is Name of the person who lives in House 1?"

Houses = dict[str, str]
"""The houses left for each letter, as digits."""


class Contradiction(Exception):
    """A value without a house, or a house without a value."""


@dataclass(frozen=True)
class Clue:
    number: int
    left: str
    sign: str
    right: str

    def __str__(self) -> str:
        return f"{self.number} {self.left}{self.sign}{self.right}"


@dataclass
class Puzzle:
    """kinds: the letters of each kind of value, names first; after merging, one may stand in several."""

    kinds: list[str]
    clues: list[Clue]
    count: int
    steps: list[str] = field(default_factory=list)


def trace(question: str) -> Trace:
    head = _HOUSES.match(question)
    if head is None or _ASKED not in question:
        raise Untraceable("not a zebra puzzle")
    count = int(head[1])
    lists = [text.split(", ") for text in _KIND.findall(question)]
    if not lists or any(len(values) != count for values in lists) or count * len(lists) > len(LETTERS):
        raise Untraceable("not as many values of each kind as houses")
    kinds = [LETTERS[i * count : (i + 1) * count] for i in range(len(lists))]
    names = {
        letter: value
        for kind, values in zip(kinds, lists, strict=True)
        for letter, value in zip(kind, values, strict=True)
    }
    clues = [_clue(int(number), text.lower(), names, kinds[0]) for number, text in _CLUE.findall(question)]
    steps = [" ".join(f"{letter} {names[letter]}" for letter in kind) for kind in kinds]
    steps += map(str, clues)
    whose = _merged(names, clues, steps)
    kinds = ["".join(whose[letter] for letter in kind) for kind in kinds]
    clues = [
        Clue(clue.number, whose[clue.left], clue.sign, whose.get(clue.right, clue.right))
        for clue in clues
        if clue.sign != "="
    ]
    steps += [f"kind {' '.join(kind)}" for kind in kinds]
    steps += map(str, clues)
    puzzle = Puzzle(kinds, clues, count, steps)
    everywhere = "".join(str(house + 1) for house in range(count))
    try:
        solved = _solve(puzzle, dict.fromkeys(sorted(set(whose.values())), everywhere), trying=False)
    except Contradiction:
        raise Untraceable("clues that contradict each other") from None
    first = next(letter for letter in kinds[0] if solved[letter] == "1")
    return Trace((*puzzle.steps, f"house 1 {first}"), names[first])


def _clue(number: int, text: str, names: dict[str, str], people: str) -> Clue:
    """A clue with letters for its values; raises Untraceable where its values cannot be told."""
    if m := re.fullmatch(r"(.*) is in the (\w+) house", text):
        if m[2] in _ORDINALS and (value := _value(m[1], names, people)):
            return Clue(number, value, "@", str(_ORDINALS.index(m[2]) + 1))
    elif m := re.fullmatch(r"(.*) is directly (left) of (.*)|(.*) (and) (.*) are next to each other", text):
        a, b = _value(m[1] or m[4], names, people), _value(m[3] or m[6], names, people)
        if a and b:
            return Clue(number, a, "<" if m[2] else "~", b)
    else:
        for m in re.finditer(" is ", text):
            a, b = _value(text[: m.start()], names, people), _value(text[m.end() :], names, people)
            if a and b:
                return Clue(number, a, "=", b)
    raise Untraceable("a clue of another kind")


def _value(phrase: str, names: dict[str, str], people: str) -> str | None:
    """The letter of the value that a phrase describes: a bare name, or the longest value that it mentions."""
    found = [
        letter
        for letter, name in names.items()
        if (
            phrase == name
            if letter in people
            else re.search(rf"\b{re.escape(_OTHER_FORMS.get(name, name))}", phrase)
        )
    ]
    return max(found, key=lambda letter: len(names[letter]), default=None)


def _merged(names: dict[str, str], clues: list[Clue], steps: list[str]) -> dict[str, str]:
    """The letter that each letter goes by after all clues of the form a=b: the earliest of its house."""
    whose = {letter: letter for letter in names}
    for clue in clues:
        if clue.sign != "=":
            continue
        first, last = sorted((whose[clue.left], whose[clue.right]))
        moved = [letter for letter, owner in whose.items() if owner == last != first]
        whose |= dict.fromkeys(moved, first)
        steps.append(f"{clue} {first}={last} {' '.join(f'{letter}>{first}' for letter in moved)}".strip())
    return whose


def _solve(puzzle: Puzzle, houses: Houses, trying: bool) -> Houses:
    """Houses with the first house's person settled, or with everything settled where `trying`."""
    while not _finished(puzzle, houses, trying):
        if len(puzzle.steps) > _MOST_STEPS:
            raise Untraceable("search too long")
        before = dict(houses)
        for clue in puzzle.clues:
            if _settled(clue, houses):
                continue
            _apply(puzzle, clue, houses)
            if _finished(puzzle, houses, trying):
                return houses
        for kind in puzzle.kinds:
            if any(len(houses[letter]) > 1 for letter in kind):
                _place(puzzle, kind, houses)
        if houses == before:
            return _try(puzzle, houses, trying)
    return houses


def _finished(puzzle: Puzzle, houses: Houses, trying: bool) -> bool:
    if trying:
        return all(len(left) == 1 for left in houses.values()) and all(
            _settled(c, houses) for c in puzzle.clues
        )
    return any(houses[letter] == "1" for letter in puzzle.kinds[0])


def _settled(clue: Clue, houses: Houses) -> bool:
    """Whether two settled values fulfil it."""
    if clue.sign == "@":
        return houses[clue.left] == clue.right
    a, b = houses[clue.left], houses[clue.right]
    return len(a) == len(b) == 1 and _fits(int(a), clue.sign, int(b))


def _fits(a: int, sign: str, b: int) -> bool:
    return b - a == 1 if sign == "<" else abs(b - a) == 1


def _apply(puzzle: Puzzle, clue: Clue, houses: Houses) -> None:
    """What a clue leaves of the houses of its values."""
    a, b = clue.left, clue.right
    if clue.sign == "@":
        left = "".join(h for h in houses[a] if h == b)
        puzzle.steps.append(f"{clue.number} {a}{houses[a]}@{b} {a}{left or '!'}")
        _leave(puzzle, houses, {a: left})
        return
    left = "".join(x for x in houses[a] if any(_fits(int(x), clue.sign, int(y)) for y in houses[b]))
    right = "".join(y for y in houses[b] if any(_fits(int(x), clue.sign, int(y)) for x in left))
    step = f"{clue.number} {a}{houses[a]}{clue.sign}{b}{houses[b]}"
    puzzle.steps.append(f"{step} {a}{left} {b}{right}" if left else f"{step} !")
    _leave(puzzle, houses, {a: left, b: right})


def _leave(puzzle: Puzzle, houses: Houses, left: Houses) -> None:
    """Takes over what is left; each value that is settled thereby takes its house from its kind."""
    if not all(left.values()):
        raise Contradiction
    settled = [letter for letter, rest in left.items() if len(rest) == 1 < len(houses[letter])]
    houses.update(left)
    for letter in settled:
        house = houses[letter]
        beside = dict.fromkeys(other for kind in puzzle.kinds if letter in kind for other in kind)
        others = [other for other in beside if other != letter and house in houses[other]]
        rest = {other: houses[other].replace(house, "") for other in others}
        if rest:
            looks = " ".join(f"{other}{digits or '!'}" for other, digits in rest.items())
            puzzle.steps.append(f"{letter}{house}: {looks}")
            _leave(puzzle, houses, rest)


def _place(puzzle: Puzzle, kind: str, houses: Houses) -> None:
    """Which letters of a kind are left for each house; a single one is settled."""
    looks, found = [], {}
    for house in map(str, range(1, puzzle.count + 1)):
        left = [letter for letter in kind if house in houses[letter]]
        looks.append(" ".join([house, *left]) if left else f"{house} !")
        if not left:
            puzzle.steps.append(f"in {' '.join(looks)}")
            raise Contradiction
        if len(left) == 1 < len(houses[left[0]]):
            found[left[0]] = house
    puzzle.steps.append(f"in {' '.join(looks)}")
    for letter, house in found.items():
        if len(houses[letter]) > 1:
            puzzle.steps.append(f"{letter}{house}")
            _leave(puzzle, houses, {letter: house})


def _try(puzzle: Puzzle, houses: Houses, trying: bool) -> Houses:
    """The first of the letters with the fewest houses, tried at its houses in turn."""
    open_letters = [letter for letter, left in houses.items() if len(left) > 1]
    letter = min(open_letters, key=lambda letter: len(houses[letter]))
    puzzle.steps.append(f"all {_listed(houses)}")
    first = houses[letter][0]
    puzzle.steps.append(f"try {letter}{first}")
    tried = dict(houses)
    try:
        _leave(puzzle, tried, {letter: first})
        return _solve(puzzle, tried, trying=True)
    except Contradiction:
        rest = houses[letter][1:]
        puzzle.steps.append(f"back {_listed({**houses, letter: rest})}")
        _leave(puzzle, houses, {letter: rest})
        return _solve(puzzle, houses, trying)


def _listed(houses: Houses) -> str:
    return " ".join(f"{letter}{left}" for letter, left in houses.items())
