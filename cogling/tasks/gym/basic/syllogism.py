"""A syllogism or the conversion of a premise, decided by the library's rules (those of Aristotle's terms,
without the one on the middle term).

The three terms become x, y and z, in the order in which the premises name them. A conclusion on x and z is
a syllogism: which of its statements are negative (No, are not) and which are particular (Some) decides. Any
other conclusion is a premise turned round.

1. All dogs are doctors        1 All dogs=x doctors=y
2. Some doctors are insects    2 Some doctors=y insects=z
All dogs are insects?          ? All dogs=x insects=z
                               negative 0 0 0 ok
                               particular 0 1 0 wrong
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable

_STATEMENT = r"(All|No|Some) ([a-z]+) are (not )?([a-z]+)"
_QUESTION = re.compile(
    rf"Consider these statements:\n1\. {_STATEMENT}\n2\. {_STATEMENT}\n\n"
    rf"Does it logically follow that:\n{_STATEMENT}\?\n\(Answer Yes or No\)"
)
_TURNED = {"All": "Some", "No": "No", "Some": "Some", "Some not": "none"}
"""What a premise says of its terms the other way round."""

_NEGATIVE = {(0, 0, 0), (0, 1, 1)}
"""Of both premises and the conclusion: the premise on x affirms, the other two are alike."""

_PARTICULAR = {(0, 0, 0), (0, 0, 1), (0, 1, 1), (1, 0, 1)}
"""At most one premise is particular, and then so is the conclusion."""


def trace(question: str) -> Trace:
    m = _QUESTION.fullmatch(question.strip())
    if m is None:
        raise Untraceable("not a syllogism")
    groups = m.groups()
    statements = [
        (quantifier + (" not" if negated else ""), subject, predicate)
        for quantifier, subject, negated, predicate in (groups[:4], groups[4:8], groups[8:])
    ]
    letters: dict[str, str] = {}
    steps = []
    for head, (quantifier, subject, predicate) in zip("12?", statements, strict=True):
        for term in (subject, predicate):
            letters.setdefault(term, "xyz"[len(letters) : len(letters) + 1])
        steps.append(f"{head} {quantifier} {subject}={letters[subject]} {predicate}={letters[predicate]}")
    of_conclusion = "".join(letters[term] for term in statements[2][1:])
    quantifiers = [quantifier for quantifier, _, _ in statements]
    if of_conclusion == "xz":
        lines, follows = _rules(quantifiers)
    elif of_conclusion in ("yx", "zy"):
        lines, follows = _turned(quantifiers[["yx", "zy"].index(of_conclusion)], quantifiers[2])
    else:
        raise Untraceable("a conclusion on terms in another order")
    return Trace((*steps, *lines), "Yes" if follows else "No")


def _rules(quantifiers: list[str]) -> tuple[list[str], bool]:
    lines = []
    for name, members, allowed in (
        ("negative", ("No", "Some not"), _NEGATIVE),
        ("particular", ("Some", "Some not"), _PARTICULAR),
    ):
        marks = tuple(int(quantifier in members) for quantifier in quantifiers)
        lines.append(f"{name} {' '.join(map(str, marks))} {'ok' if marks in allowed else 'wrong'}")
        if marks not in allowed:
            return lines, False
    return lines, True


def _turned(premise: str, conclusion: str) -> tuple[list[str], bool]:
    turned = _TURNED[premise]
    return [f"turned {premise} -> {turned} {'ok' if turned == conclusion else 'wrong'}"], turned == conclusion
