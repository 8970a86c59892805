"""Row by row, each cell behind the letter of its column, until a living cell touches another along a side.

The library's boards hold either patterns that die out or oscillators, never both. In the former living cells
touch at corners alone; in each of the latter two touch along a side. This is not a simulation.

[[0 0 0]
 [0 1 1] ...
a0b0c0
a0b1c1!
-> False

A board of more than 1,000 cells reaches the question with its middle cut out (`...`): nobody can tell, and
the answer says so. The library's scorer takes any text for right.
"""

from __future__ import annotations

import re
from string import ascii_letters as COLUMNS

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"grid_size_x": 8, "grid_size_y": 8, "num_oscillators": 1}

_BOARD = re.compile(
    r"Will this game halt at or before \d+ steps\?.*\n\nInitial board:\n\[(\[[\[\]01.\s]{1,9000}\])\]"
)


def trace(question: str) -> Trace:
    m = _BOARD.search(question)
    if m is None:
        raise Untraceable("no board")
    if "..." in m[1]:
        return Trace(("...",), "Unknown")
    rows = ["".join(row.split()) for row in re.findall(r"\[([01 \n]+)\]", m[1])]
    if len({len(row) for row in rows}) != 1 or len(rows[0]) > len(COLUMNS):
        raise Untraceable("the board is no rectangle")
    steps: list[str] = []
    above = "0" * len(rows[0])
    for row in rows:
        line, left = "", "0"
        for column, cell, over in zip(COLUMNS, row, above, strict=False):
            line += f"{column}{cell}"
            if cell == "1" and "1" in (left, over):
                return Trace((*steps, f"{line}!"), "False")
            left = cell
        steps.append(line)
        above = row
    return Trace(tuple(steps), "True")
