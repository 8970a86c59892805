"""The known angles in a table, the sum of its columns, and what is left of 180 degrees for each triangle.

... convex polygon with 4 sides, its first 3 interior angles are: 104.0°, 106.0°, 42.0°. ...
A104
B106
C042
D.
a0; A4=04 B6=10 C2=12 D.
b1;2 A0=01 B0=01 C4=05 D.
c0;52 A1=01 B1=02 C0=02 D.
=252
4-2=2
180*2
...
=108
"""

from __future__ import annotations

import re

from cogling.tasks.gym import columns, written
from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_sides": 3, "max_sides": 4}
WIDTH = 3
"""Digits of an angle."""

_QUESTION = re.compile(
    r"(?:convex polygon (?:with|has)|a convex) (\d{1,2})(?: sides|-gon)"
    r"[^:]{0,80} interior angles are: (\d+\.0°(?:, \d+\.0°)*)\. "
)


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("no angles of a polygon in whole degrees")
    sides, angles = int(m[1]), [int(angle) for angle in re.findall(r"(\d+)\.0°", m[2])]
    if len(angles) != sides - 1 or len(angles) >= len(columns.LABELS) or max(angles) >= 10**WIDTH:
        raise Untraceable("not all angles but one of a polygon")
    table = [columns.row(i, angle, WIDTH) for i, angle in enumerate(angles)]
    summing, known = columns.add_all(angles, WIDTH)
    counting, triangles = written.subtract(sides, 2)
    multiplying, total = written.multiply(180, triangles)
    if total < known:
        raise Untraceable("the known angles sum to too much")
    subtracting, rest = written.subtract(total, known)
    steps = (*table, columns.end(len(angles)), *summing, *counting, *multiplying, *subtracting)
    return Trace(steps, str(rest))
