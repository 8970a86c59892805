"""Which objects switch the light on: every object gets a letter, then the letters are compared.

An object seen in the dark is off, another of the new case is in, the others are no. The light is on if some
lit example holds nothing but objects that are off or in, and off if the whole new case is off.

    blue rubber sphere → off                      blue rubber sphere a: off a
    gray metal cube → on                          gray metal cube b: on b
    green metal cube, gray metal cube → on        green metal cube c, gray metal cube b: on c b
    New test case:                                new green metal cube c, blue rubber sphere a: c a
    green metal cube, blue rubber sphere          a off
                                                  b no
                                                  c in
                                                  new c in
                                                  on b no
                                                  on c in b no
                                                  -> undetermined
"""

from __future__ import annotations

import re
from string import ascii_lowercase

from cogling.tasks.gym.trace import Trace, Untraceable

_OBJECT = r"[a-z]+ [a-z]+ [a-z]+"
_OBJECTS = rf"{_OBJECT}(?:, {_OBJECT}){{0,11}}"
_QUESTION = re.compile(
    rf"Blicket experiments.*?Previous experimental results:\n((?:{_OBJECTS} → (?:on|off)\n){{1,12}})"
    rf"\nNew test case:\n({_OBJECTS})\n\nWhat is the detector light status\?",
    re.DOTALL,
)


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("not a Blicket experiment")
    letters: dict[str, str] = {}
    steps: list[str] = []
    examples: list[tuple[str, list[str]]] = []
    for line in m[1].splitlines():
        objects, light = line.split(" → ")
        written, found = _lettered(objects, letters)
        steps.append(f"{written}: {light} {' '.join(found)}")
        examples.append((light, found))
    written, case = _lettered(m[2], letters)
    steps.append(f"new {written}: {' '.join(case)}")
    dark = {letter for light, found in examples if light == "off" for letter in found}
    kinds = {x: "off" if x in dark else "in" if x in case else "no" for x in letters.values()}
    steps += [f"{letter} {kind}" for letter, kind in kinds.items()]
    line, decided = _looked_up("new", case, kinds, until="in")
    steps.append(line)
    if not decided:
        return Trace(tuple(steps), "off")
    for light, found in examples:
        if light == "on":
            line, decided = _looked_up("on", found, kinds, until="no")
            steps.append(line)
            if not decided:
                return Trace(tuple(steps), "on")
    return Trace(tuple(steps), "undetermined")


def _lettered(objects: str, letters: dict[str, str]) -> tuple[str, list[str]]:
    """The objects with a letter after each, a new one for a new object; and the letters alone."""
    names = objects.split(", ")
    for name in names:
        if name not in letters:
            if len(letters) == len(ascii_lowercase):
                raise Untraceable("more objects than letters")
            letters[name] = ascii_lowercase[len(letters)]
    return ", ".join(f"{name} {letters[name]}" for name in names), [letters[name] for name in names]


def _looked_up(head: str, found: list[str], kinds: dict[str, str], until: str) -> tuple[str, bool]:
    """The kind of each letter, up to the first that decides; and whether one does."""
    looks = [head]
    for letter in found:
        looks.append(f"{letter} {kinds[letter]}")
        if kinds[letter] == until:
            return " ".join(looks), True
    return " ".join(looks), False
