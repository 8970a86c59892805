"""The people get letters, and the couples with their children are written in them: `+ a b: c`. Then the
relation is sought: child, parent, sibling, spouse, grandparent, uncle, nephew, spouse's parent.

Charles is married to Grace. They have a child called William. ... What is William to Grace? ...
+ Charles a m, Grace b f: William c m
+ a b: c
...
? William c, Grace b
of c: a b
child c m
-> son

Of the last two the library names not the first of the two people asked about but the second: the answer to
"What is Anna to Harry?" is father-in-law where Anna is Harry's daughter-in-law.
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_family_size": 4, "max_family_size": 4}

LETTERS = "abcdeghijklnopqrstuvwxyz"
"""Of people; m and f say whether they are men or women."""

WORDS = {
    "child": ("son", "daughter"),
    "parent": ("father", "mother"),
    "sibling": ("brother", "sister"),
    "spouse": ("husband", "wife"),
    "grandparent": ("grandfather", "grandmother"),
    "uncle": ("uncle", "aunt"),
    "nephew": ("nephew", "niece"),
    "in-law": ("father-in-law", "mother-in-law"),
}
"""For a man, for a woman."""
MEN = """
James John Robert Michael William David Richard Joseph Thomas Charles Peter Daniel Matthew
Christopher Andrew George Edward Benjamin Henry Samuel Alexander Oliver Jack Harry Jacob Noah Ethan
Lucas Mason Logan Sebastian Theodore Owen Liam Aiden Kai Jayden Zion Phoenix Atlas Axel Ryder Finn
"""
WOMEN = """
Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Sarah Karen Emma Lisa Anna Margaret
Victoria Charlotte Sophia Isabella Olivia Ava Mia Emily Abigail Amelia Eleanor Grace Alice Lucy
Chloe Sophie Lily Hannah Zoe Luna Nova Aria Willow Aurora Sage River Winter Sky Rain
"""

_NAMES = frozenset(f"{MEN}{WOMEN}".split())
_COUPLE = (
    r"(?:[A-Z][a-z]+ is married to [A-Z][a-z]+\.(?: They have (?:a child|children) called [A-Za-z, ]+\.)?)"
)
_QUESTION = re.compile(
    rf"({_COUPLE}(?: {_COUPLE}){{0,12}})\n\n(?:What is|How is|What relation is) ([A-Z][a-z]+)"
    r"(?: related)? to ([A-Z][a-z]+)\?"
)


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("no families")
    family = _Family()
    for couple in re.findall(_COUPLE, m[1]):
        family.read(re.findall(r"[A-Z][a-z]+(?=[ ,.])", couple.replace("They", "they")))
    first, second = (family.letter(name) for name in m.groups()[1:])
    family.steps.append(f"? {m[2]} {first}, {m[3]} {second}")
    relation, person = _relation(family, first, second)
    gender = family.gender[person]
    family.steps.append(f"{relation} {person} {gender}")
    return Trace(tuple(family.steps), WORDS[relation][gender == "f"])


class _Family:
    """People by their letters; each look-up is a step."""

    def __init__(self) -> None:
        self.letters: dict[str, str] = {}
        self.gender: dict[str, str] = {}
        self._spouse: dict[str, str] = {}
        self._parents: dict[str, tuple[str, ...]] = {}
        self.steps: list[str] = []

    def letter(self, name: str) -> str:
        if name not in self.letters:
            raise Untraceable(f"{name} is in no family")
        return self.letters[name]

    def read(self, names: list[str]) -> None:
        """A couple, then their children."""
        for name in names:
            if name not in _NAMES or len(self.letters) == len(LETTERS):
                raise Untraceable(f"unknown name: {name}")
            letter = self.letters.setdefault(name, LETTERS[len(self.letters)])
            self.gender[letter] = "m" if name in MEN.split() else "f"
        people = [f"{name} {self.letters[name]} {self.gender[self.letters[name]]}" for name in names]
        self.steps.append(f"+ {', '.join(people[:2])}: {', '.join(people[2:])}".strip())
        one, other, *children = (self.letters[name] for name in names)
        self.steps.append(f"+ {one} {other}: {' '.join(children)}".strip())
        self._spouse |= {one: other, other: one}
        self._parents |= dict.fromkeys(children, (one, other))

    def parents(self, person: str) -> tuple[str, ...]:
        found = self._parents.get(person, ())
        self.steps.append(f"of {person}: {' '.join(found) or '-'}")
        return found

    def spouse(self, person: str) -> str:
        found = self._spouse.get(person, "")
        self.steps.append(f"wed {person}: {found or '-'}")
        return found


def _relation(family: _Family, first: str, second: str) -> tuple[str, str]:
    """What the first is to the second, and who decides between a man's word and a woman's."""
    of_first = family.parents(first)
    if second in of_first:
        return "child", first
    of_second = family.parents(second)
    if first in of_second:
        return "parent", first
    if of_first and of_first == of_second:
        return "sibling", first
    spouse = family.spouse(first)
    if spouse == second:
        return "spouse", first
    for parent in of_second:
        grandparents = family.parents(parent)
        if first in grandparents:
            return "grandparent", first
        if of_first and of_first == grandparents:
            return "uncle", first
    for parent in of_first:
        if of_second and family.parents(parent) == of_second:
            return "nephew", second
    if spouse and second in family.parents(spouse):
        return "in-law", second
    raise Untraceable("no relation that has a word")
