"""From the left, each token with the place it takes or frees; then which of the A# and B# are left.

A `#A` goes left past every B# and cancels with the last A# that is left, or, where none is, passes all (`!`).
So the two kinds do not touch each other, and places A1, A2 ... are taken and freed from the top. An A# stays
(`!`) if it is the last token at its place; otherwise that one is named. What stays is numbered through.

... the following program: #A B# #B A# A# B# #A
a #A !1
b B# B1
c #B B1
d A# A1
e A# A2
f B# B1
g #A A2
b B1 f
d A1 !2
e A2 g
f B1 !3
!1 #A !2 A# !3 B#
#A A# B#
"""

from __future__ import annotations

import re
from string import ascii_lowercase as LABELS

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"length": 4}

_QUESTION = re.compile(
    r"Now, consider the following program:\n\n([AB#]{2}(?: [AB#]{2})*)\n\nReturn the final"
)
_TOKENS = {"A#", "B#", "#A", "#B"}


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    program = m[1].split() if m else []
    if m is None or not _TOKENS.issuperset(program):
        raise Untraceable("not an A::B program")
    if len(program) > len(LABELS):
        raise Untraceable(f"a program of more than {len(LABELS)} tokens")
    steps, final = [], []
    depth = {"A": 0, "B": 0}
    takers: list[tuple[str, str, str]] = []
    last_at: dict[str, str] = {}
    for label, token in zip(LABELS, program, strict=False):
        kind = token.strip("#")
        takes = token.endswith("#")
        if not takes and depth[kind] == 0:
            final.append(token)
            steps.append(f"{label} {token} !{len(final)}")
            continue
        place = f"{kind}{depth[kind] + takes}"
        depth[kind] += 1 if takes else -1
        last_at[place] = label
        if takes:
            takers.append((label, token, place))
        steps.append(f"{label} {token} {place}")
    for label, token, place in takers:
        if last_at[place] == label:
            final.append(token)
            steps.append(f"{label} {place} !{len(final)}")
        else:
            steps.append(f"{label} {place} {last_at[place]}")
    if final:
        steps.append(" ".join(f"!{i} {token}" for i, token in enumerate(final, start=1)))
    return Trace(tuple(steps), " ".join(final))
