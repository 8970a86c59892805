"""Each rule with its letter, A to T; then by turns the string and each rule until one applies.

A is the first rule of `_RULES`, T the last. `C-` does not apply, `C+` does. A rule that looks for a pattern
in the whole string has its letter wherever one ends (`c a bM`): the string is searched as it is written.
Where a rule asks for the length or the number of b's, they are counted once (`a b c a b5`, `a b1 c`) and
stand before the string from then on, as `length/b's:`. A string that was there before is `seen`: the one
before it is the answer. Where the middle goes until 15 letters are left, and no rule above it could come to
apply by that, the first 8 letters and the last 7 stay; if those have been `seen`, it is done over letter by
letter.

1. If the string prefix is 'bc', delete the first two characters and append 'aa' to the end.
2. If the string suffix is 'bb', delete the last two characters.
... Transform the following string according to the above list of rules: bcabb
1. If the string prefix is 'bc', delete the first two characters and append 'aa' to the end. C
2. If the string suffix is 'bb', delete the last two characters. D
1C2D
b c a b b
C+
a b b a a
C- D-
abbaa
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_string_length": 5, "max_string_length": 8, "min_num_rules": 3, "max_num_rules": 3}

_QUESTION = re.compile(
    r"apply the first applicable rule to the string:\n((?:\d{1,2}\. [^\n]+\n)+)\n.*"
    r"Transform the following string according to the above list of rules:\n([a-c]+)\s*",
    re.DOTALL,
)
_RULE = re.compile(r"\d+\. (.*)")
_GROUP = 5
_LONG = 15
_EMPTY = "."
_MOST_STATES = 1000
Rewrite = Callable[[str], str | None]
"""The string after a rule, or None where it does not apply."""


def _prefix(start: str, rest: Callable[[str], str]) -> Rewrite:
    return lambda s: rest(s[len(start) :]) if s.startswith(start) else None


def _suffix(end: str, rest: Callable[[str], str]) -> Rewrite:
    return lambda s: rest(s[: -len(end)]) if s.endswith(end) else None


def _within(part: str, new: str) -> Rewrite:
    return lambda s: s.replace(part, new, 1) if part in s else None


def _without_later_ca(s: str) -> str | None:
    at = s.find("ca", 1)
    return None if at == -1 else s[:at] + s[at + 2 :]


def _even_bs(s: str) -> str | None:
    return f"{s}ab" if s.count("b") and s.count("b") % 2 == 0 else None


def _without_middle(s: str) -> str | None:
    return s[: len(s) // 2] + s[len(s) // 2 + 1 :] if len(s) > _LONG else None


_RULES: dict[str, Rewrite] = {
    "If the string prefix is 'ab', replace it with 'ca'.": _prefix("ab", lambda s: f"ca{s}"),
    "If the string suffix is 'ac', replace it with 'cb'.": _suffix("ac", lambda s: f"{s}cb"),
    "If the string prefix is 'bc', delete the first two characters and append 'aa' to the end.": _prefix(
        "bc", lambda s: f"{s}aa"
    ),
    "If the string suffix is 'bb', delete the last two characters.": _suffix("bb", lambda s: s),
    "If the string prefix is 'cb', replace it with 'aa' and delete the last character.": _prefix(
        "cb", lambda s: f"aa{s[:-1]}"
    ),
    "If the string prefix is 'ca', replace it with 'bb' and append 'c' to the end.": _prefix(
        "ca", lambda s: f"bb{s}c"
    ),
    "If the string suffix is 'cc', replace it with 'b' and prepend 'a' to the start.": _suffix(
        "cc", lambda s: f"a{s}b"
    ),
    "If the string prefix is 'aa', remove the first character.": _prefix("aa", lambda s: f"a{s}"),
    "If the string contains 'abc', replace the first occurrence with 'cab'.": _within("abc", "cab"),
    "If the string contains 'bca', delete the first occurrence entirely.": _within("bca", ""),
    "If the string ends with 'ba', replace it with 'ab'.": _suffix("ba", lambda s: f"{s}ab"),
    "If the string starts with 'cc', remove the first two characters.": _prefix("cc", lambda s: s),
    "If the string contains 'acb', replace the first occurrence with its reverse ('bca').": _within(
        "acb", "bca"
    ),
    "If the string ends with 'ca', remove the last character.": _suffix("ca", lambda s: f"{s}c"),
    "If the string starts with 'bb', remove the second character.": _prefix("bb", lambda s: f"b{s}"),
    "If the string ends with 'aa', replace it with 'cc'.": _suffix("aa", lambda s: f"{s}cc"),
    "If the string contains 'ca' (not at the start), remove the first occurrence found after the first "
    "character.": _without_later_ca,
    "If the string contains an even number of 'b's (and at least one 'b'), append 'ab' at the end.": _even_bs,
    "If the string length is greater than 15, remove the middle character.": _without_middle,
    "If the string starts with 'ac', replace the first two characters with 'zz'.": _prefix(
        "ac", lambda s: f"zz{s}"
    ),
}
_CODES = dict(zip(_RULES, "ABCDEFGHIJKLMNOPQRST", strict=True))
_REWRITES = dict(zip(_CODES.values(), _RULES.values(), strict=True))
_EVEN_BS, _LENGTH = "R", "S"
_LATER_CA = "Q"
_ANYWHERE = {"I": "abc", "J": "bca", "M": "acb", _LATER_CA: "ca"}
"""What these rules look for in the whole string."""
_TOUCHED_BY_THE_MIDDLE = set("IJMQR")
"""Rules that may come to apply when the middle goes; all others look at the ends."""


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    texts = _RULE.findall(m[1]) if m else []
    if m is None or m.end() != len(question) or not _CODES.keys() >= set(texts):
        raise Untraceable("no string and known rules")
    rules = [_CODES[text] for text in texts]
    state, seen = m[2], {m[2]}
    steps = [f"{i}. {text} {_CODES[text]}" for i, text in enumerate(texts, start=1)]
    steps.append("".join(f"{i}{code}" for i, code in enumerate(rules, start=1)))
    if _LENGTH in rules:
        steps.append(_counted(state))
    if _EVEN_BS in rules:
        steps.append(_bs_counted(state))
    while len(seen) <= _MOST_STATES:
        steps.append(_shown(state, rules))
        checks, code = [], ""
        for code in rules:
            new = _REWRITES[code](state)
            checks.append(f"{code}{'-' if new is None else '+'}")
            if new is not None:
                break
        steps.append(" ".join(checks))
        if new is None:
            return Trace(tuple(steps), state)
        if code == _LENGTH:
            at_once = _TOUCHED_BY_THE_MIDDLE.isdisjoint(rules[: rules.index(_LENGTH)])
            on_the_way = _without_the_middle(state)
            if at_once:
                ends = on_the_way[-1]
                if _EVEN_BS in rules:
                    steps.append(_bs_counted(ends))
                if seen.isdisjoint(on_the_way):
                    seen.update(on_the_way)
                    state = ends
                    continue
                steps += [_shown(ends, rules), "seen"]  # so the string right before it is asked for
                if len(on_the_way) == 1:
                    return Trace(tuple(steps), state)
            middle = len(state) // 2
            steps.append(f"{_counted(state[:middle])} -{state[middle]}")
        if new in seen:
            return Trace((*steps, _shown(new, rules), "seen"), state)
        seen.add(new)
        state = new
    raise Untraceable(f"more than {_MOST_STATES} strings")


def _without_the_middle(state: str) -> list[str]:
    """All strings down to the first 8 and the last 7 letters, the middle one of each taken away."""
    strings = []
    while (shorter := _without_middle(state)) is not None:
        strings.append(shorter)
        state = shorter
    return strings


def _shown(state: str, rules: list[str]) -> str:
    length = str(len(state)) if _LENGTH in rules else ""
    bs = f"/{state.count('b')}" if _EVEN_BS in rules else ""
    letters = " ".join(_marked(state, rules)) or _EMPTY
    return f"{length}{bs}: {letters}" if length or bs else letters


def _marked(state: str, rules: list[str]) -> list[str]:
    """Each letter; after it the rule whose pattern ends there, if that one may stand anywhere."""
    patterns = {code: part for code, part in _ANYWHERE.items() if code in rules}
    return [
        letter
        + "".join(
            code
            for code, part in patterns.items()
            if state.endswith(part, 0, i) and (code != _LATER_CA or i > len(part))
        )
        for i, letter in enumerate(state, start=1)
    ]


def _counted(text: str) -> str:
    """With the number of letters so far after every fifth and after the last."""
    groups = [text[i : i + _GROUP] for i in range(0, len(text), _GROUP)]
    return " ".join(f"{' '.join(group)}{_GROUP * i + len(group)}" for i, group in enumerate(groups))


def _bs_counted(text: str) -> str:
    """With the number of b's so far after each b."""
    return " ".join(
        f"b{text[: i + 1].count('b')}" if letter == "b" else letter for i, letter in enumerate(text)
    )
