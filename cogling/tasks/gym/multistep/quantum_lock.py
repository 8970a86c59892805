"""The buttons that work at each light, then press by press (a, b, c, ...) every value that can be reached:
after the letter the values to go on from, each with what every button makes of it; `x` where the value was
there before at the same light or has too many digits. At the target (!) the presses are traced back, and then
listed in order, with dots up to the longest answer, so that the distance from list to answer is always one.

Start: 0 (red)  Target: 8  Buttons: A: Subtract 2 (when any)  B: Multiply 2 (when any)  C: Add 1 (when any)
red A-2 B*2 C+1
green A-2 B*2 C+1
a red 0
0: A-2 B0 C1
b green -2 0 1
-2: A-4 B-4x C-1
...
4: A2x B8!
d B 4
c B 2
...
a C b B c B d B e . f . ...
-> C → B → B → B
"""

from __future__ import annotations

import re
from string import ascii_lowercase as PRESSES

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"difficulty": 1}

_LONGEST = 15
"""Presses in the library's longest answer."""
_LOWEST, _HIGHEST = -9, 99
_MOST_STEPS = 400
_SIGNS = {"Add": "+", "Subtract": "-", "Multiply": "*"}
_LIGHTS = ("red", "green")
_BUTTON = r"([A-Z]): (Add|Subtract|Multiply) (\d) \(when (any|red|green)\)"
_QUESTION = re.compile(
    r"Start: (\d{1,2}) \((red|green)\)\nTarget: (\d{1,2})\nButtons:\n((?:" + _BUTTON + r"\n?){1,6})$"
)

Button = tuple[str, str, int]
"""Name, sign and number."""


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("not a quantum lock")
    found = re.findall(_BUTTON, m[4])
    usable = {
        light: [(name, _SIGNS[verb], int(n)) for name, verb, n, when in found if when in ("any", light)]
        for light in _LIGHTS
    }
    steps = [f"{light} {' '.join(f'{n}{sign}{k}' for n, sign, k in usable[light])}" for light in _LIGHTS]
    buttons = _search(int(m[1]), m[2], int(m[3]), usable, steps)
    listed = [*buttons, *"." * (_LONGEST - len(buttons))]
    steps.append(" ".join(f"{press} {button}" for press, button in zip(PRESSES, listed, strict=False)))
    return Trace(tuple(steps), " → ".join(buttons))


def _search(
    start: int, light: str, target: int, usable: dict[str, list[Button]], steps: list[str]
) -> list[str]:
    """The shortest buttons from start to target, breadth first; writes the steps."""
    frontier = [start]
    cameby: list[dict[int, tuple[str, int]]] = []  # of each press: value made -> button and value before
    reached = {"red": set[int](), "green": set[int]()}
    reached[light].add(start)
    for press in PRESSES[:_LONGEST]:
        if not frontier:
            raise Untraceable("the target cannot be reached")
        steps.append(f"{press} {light} {' '.join(map(str, frontier))}")
        after = _LIGHTS[light == "red"]
        made: dict[int, tuple[str, int]] = {}
        cameby.append(made)
        for value in frontier:
            looks = []
            for name, sign, number in usable[light]:
                result = _pressed(value, sign, number)
                useless = result in reached[after] or not _LOWEST <= result <= _HIGHEST
                looks.append(f" {name}{result}" + ("!" if result == target else "x" if useless else ""))
                if not useless:
                    reached[after].add(result)
                    made[result] = (name, value)
                if result == target:
                    break
            steps.append(f"{value}:{''.join(looks)}")
            if target in made:
                return _traced_back(target, cameby, steps)
        if len(steps) > _MOST_STEPS:
            raise Untraceable("search too long")
        frontier, light = list(made), after
    raise Untraceable("search too long")


def _pressed(value: int, sign: str, number: int) -> int:
    return {"+": value + number, "-": value - number, "*": value * number}[sign]


def _traced_back(value: int, cameby: list[dict[int, tuple[str, int]]], steps: list[str]) -> list[str]:
    """The buttons in order; writes from the last press back which button came from which value."""
    buttons = []
    for press, made in reversed(list(zip(PRESSES, cameby, strict=False))):
        name, value = made[value]
        buttons.append(name)
        steps.append(f"{press} {name} {value}")
    return buttons[::-1]
