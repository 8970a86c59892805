"""The colours get letters; then the letters of the sides top, right, front, left, back, bottom after each
rotation, behind its sentence's first word and its side.

... - a yellow top side ... Then the cube is rotated to bring the right side to the top. ...
a yellow
b indigo
...
f magenta
The back: e b a d f c
Then right: b c a e f d
right: c
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_rotations": 1, "max_rotations": 1}

SIDES = ("top", "right", "front", "left", "back", "bottom")
AFTER = {
    "front": ("front", "right", "bottom", "left", "top", "back"),
    "right": ("right", "bottom", "front", "top", "back", "left"),
    "back": ("back", "right", "top", "left", "bottom", "front"),
    "left": ("left", "top", "front", "bottom", "back", "right"),
    "bottom": ("bottom", "right", "back", "left", "front", "top"),
}
"""Where the sides come from when one becomes the top; the bottom comes up by a half turn."""

_CUBE = re.compile("A cube has:\n" + "".join(rf"- a ([a-z]{{1,12}}) {side} side\n" for side in SIDES))
_ROTATION = re.compile(
    r"\n(The cube is rotated so that the side which was before at the (\w+) is now at the top"
    r"|Then the cube is rotated to bring the (\w+) side to the top"
    r"|After that the cube is turned to make the (\w+) face the top"
    r"|Now the cube is rotated to place its (\w+) side at the top"
    r"|Next, the (\w+) side is rotated to become the top face)\.\n"
)
_ASKED = re.compile(r"What is now the color of the (\w+) side of the cube\?")


def trace(question: str) -> Trace:
    cube, asked = _CUBE.search(question), _ASKED.search(question)
    if cube is None or asked is None or asked[1] not in SIDES:
        raise Untraceable("no cube")
    colours = dict(zip("abcdef", cube.groups(), strict=True))
    steps = [f"{letter} {colour}" for letter, colour in colours.items()]
    letters = dict(zip(SIDES, colours, strict=True))
    for m in _ROTATION.finditer(question):
        word = m[1].split(" ", 1)[0].rstrip(",")
        side = next(group for group in m.groups()[1:] if group)
        if side not in AFTER:
            raise Untraceable(f"no rotation that brings the {side} to the top")
        letters = {place: letters[source] for place, source in zip(SIDES, AFTER[side], strict=True)}
        steps.append(f"{word} {side}: {' '.join(letters.values())}")
    steps.append(f"{asked[1]}: {letters[asked[1]]}")
    return Trace(tuple(steps), colours[letters[asked[1]]])
