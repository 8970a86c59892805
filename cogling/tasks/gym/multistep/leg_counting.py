"""Each animal's legs times its number, digit by digit, into a table; then the sum of the table's columns.

... if you have 7 chickens, 13 crabs, 15 dogs?
7 chickens2: a7*2+0=14
A0014
13 crabs10
B0130
15 dogs4: a5*4+0=20 b1*4+2=06
C0060
D.
a0; A4=04 B0=04 C0=04 D.
...
=204
"""

from __future__ import annotations

import re
from string import ascii_lowercase

from cogling.tasks.gym.columns import add_all, end, row
from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_animals": 1, "max_animals": 3, "min_instances": 1, "max_instances": 12}

LEGS = {
    **dict.fromkeys(("snake", "sea slug", "jellyfish", "flatworm", "leech"), 0),
    **dict.fromkeys(("chicken", "bird", "human", "duck"), 2),
    **dict.fromkeys(("dog", "cat", "cow", "horse", "lion", "elephant", "giraffe", "tiger", "deer"), 4),
    "sheep": 4,
    "starfish": 5,
    **dict.fromkeys(("insect", "ant", "butterfly", "beetle", "bee", "wasp", "grasshopper"), 6),
    **dict.fromkeys(("cricket", "cockroach", "praying mantis", "firefly"), 6),
    **dict.fromkeys(("spider", "scorpion"), 8),
    **dict.fromkeys(("crab", "lobster", "shrimp"), 10),
    "woodlouse": 14,
}
WIDTH = 4
"""Digits of a row; there is no animal with 10,000 legs."""

_QUESTION = re.compile(r"how many legs are there in total if you have ([0-9a-z, ]+)\?\n*")
_ANIMALS = re.compile(r"([1-9]\d{0,2}) ([a-z ]+)")


def trace(question: str) -> Trace:
    steps: list[str] = []
    products: list[int] = []
    for count, text, legs in _animals(question):
        head = f"{text}{legs}"
        if legs < 10:
            head += ":" + _times(count, legs) if legs else ""
        steps.append(head)
        if legs >= 10:
            steps.append(row(len(products), 10 * count, WIDTH))
            products.append(10 * count)
            legs -= 10
            if legs:  # fourteen are ten and four: the times table ends at nine
                steps.append(f"{count}*{legs}:{_times(count, legs)}")
        if legs:
            steps.append(row(len(products), count * legs, WIDTH))
            products.append(count * legs)
    lines, total = add_all(products, WIDTH)
    return Trace((*steps, end(len(products)), *lines), str(total))


def _animals(question: str) -> list[tuple[int, str, int]]:
    """(number, "7 chickens", legs of one) in the order of the question."""
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("no list of animals")
    animals = []
    for text in m[1].split(", "):
        part = _ANIMALS.fullmatch(text)
        if part is None:
            raise Untraceable(f"not a number of animals: {text}")
        name = part[2] if part[1] == "1" else part[2].removesuffix("s")
        if name not in LEGS:
            raise Untraceable(f"unknown animal: {name}")
        animals.append((int(part[1]), text, LEGS[name]))
    if len(animals) > len(LEGS):
        raise Untraceable("more animals than there are kinds")
    return animals


def _times(count: int, legs: int) -> str:
    """count * legs for legs < 10, in one line: column, digit * legs + carry."""
    looks, carry = "", 0
    for column, digit in zip(ascii_lowercase, str(count)[::-1], strict=False):
        product = int(digit) * legs + carry
        looks += f" {column}{digit}*{legs}+{carry}={product:02}"
        carry = product // 10
    return looks
