"""Each rule with its letter, A to T; then by turns the string and each rule until one applies.

A is the first rule of `_RULES`, T the last. Before them stand the first and last two letters (`b c/b b:`),
as most rules ask for those. `C-` does not apply, `C+` does, and the next line has the groups that it changes,
as they are and as they will be.
The string is written in groups of five, each after its label, which it keeps: of three letters alone no
place could be found again. A rule that looks for a pattern in the whole string has its
letter where the first one ends (`c a bM`): the string is searched as it is written. Where a rule asks for the
length or the number of b's, they are counted once (`d a b c a b5`, `d a b1 c`) and stand before the string
from then on, as `length/b's:`. A string that was there before is `seen`: the one before it is the answer.
The middle letter is the one after half of them (`18/2=9`, `d a b a c b5 e a a c c9 -b`).
Where the middle goes until 15 letters are left, and no rule above it could come to apply by that, the first
8 letters and the last 7 stay; if those have been `seen`, it is done over letter by letter. Last the labels
go, a group at a time.

1. If the string prefix is 'bc', delete the first two characters and append 'aa' to the end.
2. If the string suffix is 'bb', delete the last two characters.
... Transform the following string according to the above list of rules: bcabb
1. If the string prefix is 'bc', delete the first two characters and append 'aa' to the end. C
2. If the string suffix is 'bb', delete the last two characters. D
1C2D
d b c a b b
b c/b b: C+
d b c a b b=d a b b a a
d a b b a a
a b/a a: C- D-
d a b b a a: a b b a a
abbaa
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import groupby
from operator import itemgetter

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_string_length": 5, "max_string_length": 8, "min_num_rules": 3, "max_num_rules": 3}

_QUESTION = re.compile(
    r"apply the first applicable rule to the string:\n((?:\d{1,2}\. [^\n]+\n)+)\n.*"
    r"Transform the following string according to the above list of rules:\n([a-c]+)\s*",
    re.DOTALL,
)
_RULE = re.compile(r"\d+\. (.*)")
_GROUP, _LONGEST_GROUP = 5, 7
_LABELS = "defghijklmnopqrstuvwxy"
"""None of the letters that a string may hold."""
_LONG = 15
_EMPTY = "."
_MOST_STATES = 1000
Splice = tuple[int, int, str]
"""From where, up to where, and what comes there instead."""
Rule = Callable[[str], list[Splice] | None]
"""What a rule does to the string, or None where it does not apply."""
State = list[tuple[str, str]]
"""Each letter, after the label of its group."""


def _ends(start: str = "", front: str = "", end: str = "", back: str = "", drop: int = 0) -> Rule:
    """Begins and ends like that: `front` and `back` come instead, the latter of `drop` letters more."""

    def splices(s: str) -> list[Splice] | None:
        if not (s.startswith(start) and s.endswith(end)):
            return None
        last = max(len(start), len(s) - len(end) - drop)
        both = [(0, len(start), front), (last, len(s), back)]
        return [(i, j, text) for i, j, text in both if i < j or text]

    return splices


def _within(part: str, new: str, first: int = 0) -> Rule:
    def splices(s: str) -> list[Splice] | None:
        at = s.find(part, first)
        return None if at == -1 else [(at, at + len(part), new)]

    return splices


def _even_bs(s: str) -> list[Splice] | None:
    return [(len(s), len(s), "ab")] if s.count("b") and s.count("b") % 2 == 0 else None


def _without_middle(s: str) -> list[Splice] | None:
    return [(len(s) // 2, len(s) // 2 + 1, "")] if len(s) > _LONG else None


_RULES: dict[str, Rule] = {
    "If the string prefix is 'ab', replace it with 'ca'.": _ends("ab", "ca"),
    "If the string suffix is 'ac', replace it with 'cb'.": _ends(end="ac", back="cb"),
    "If the string prefix is 'bc', delete the first two characters and append 'aa' to the end.": _ends(
        "bc", back="aa"
    ),
    "If the string suffix is 'bb', delete the last two characters.": _ends(end="bb"),
    "If the string prefix is 'cb', replace it with 'aa' and delete the last character.": _ends(
        "cb", "aa", drop=1
    ),
    "If the string prefix is 'ca', replace it with 'bb' and append 'c' to the end.": _ends(
        "ca", "bb", back="c"
    ),
    "If the string suffix is 'cc', replace it with 'b' and prepend 'a' to the start.": _ends(
        front="a", end="cc", back="b"
    ),
    "If the string prefix is 'aa', remove the first character.": _ends("aa", "a"),
    "If the string contains 'abc', replace the first occurrence with 'cab'.": _within("abc", "cab"),
    "If the string contains 'bca', delete the first occurrence entirely.": _within("bca", ""),
    "If the string ends with 'ba', replace it with 'ab'.": _ends(end="ba", back="ab"),
    "If the string starts with 'cc', remove the first two characters.": _ends("cc"),
    "If the string contains 'acb', replace the first occurrence with its reverse ('bca').": _within(
        "acb", "bca"
    ),
    "If the string ends with 'ca', remove the last character.": _ends(end="ca", back="c"),
    "If the string starts with 'bb', remove the second character.": _ends("bb", "b"),
    "If the string ends with 'aa', replace it with 'cc'.": _ends(end="aa", back="cc"),
    "If the string contains 'ca' (not at the start), remove the first occurrence found after the first "
    "character.": _within("ca", "", first=1),
    "If the string contains an even number of 'b's (and at least one 'b'), append 'ab' at the end.": _even_bs,
    "If the string length is greater than 15, remove the middle character.": _without_middle,
    "If the string starts with 'ac', replace the first two characters with 'zz'.": _ends("ac", "zz"),
}
_CODES = dict(zip(_RULES, "ABCDEFGHIJKLMNOPQRST", strict=True))
_SPLICES = dict(zip(_CODES.values(), _RULES.values(), strict=True))
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
    state, seen = _labelled(m[2]), {m[2]}
    steps = [f"{i}. {text} {_CODES[text]}" for i, text in enumerate(texts, start=1)]
    steps += [_numbered(rules), *_first_counts(state, rules)]
    while len(seen) <= _MOST_STATES:
        steps.append(_shown(state, rules))
        string = _plain(state)
        checks, code, splices = _first_applicable(string, rules)
        if splices is None:
            return _answered([*steps, _judged(string, checks)], state)
        new = _spliced(state, splices)
        steps.append(_judged(string, checks))
        if code != _LENGTH:
            steps.append(_changed(state, new, rules))
        else:
            at_once = _TOUCHED_BY_THE_MIDDLE.isdisjoint(rules[: rules.index(_LENGTH)])
            if at_once:
                ends = _spliced(state, [(_LONG // 2 + 1, len(state) - _LONG // 2, "")])
                if _EVEN_BS in rules:
                    steps.append(_bs_counted(ends))
                on_the_way = _without_the_middle(string)
                if seen.isdisjoint(on_the_way):
                    seen.update(on_the_way)
                    state = ends
                    continue
                steps += [_shown(ends, rules), "seen"]  # so the string right before it is asked for
                if len(on_the_way) == 1:
                    return _answered(steps, state)
            middle = len(state) // 2
            steps += [f"{len(state)}/2={middle}", f"{_counted(state[:middle])} -{string[middle]}"]
        if _plain(new) in seen:
            return _answered([*steps, _shown(new, rules), "seen"], state)
        seen.add(_plain(new))
        state = new
    raise Untraceable(f"more than {_MOST_STATES} strings")


def drill(rng: random.Random, size: int) -> tuple[str, Trace]:
    """What the first rule that applies makes of a string of up to 8 letters times the size."""
    rules = rng.sample(sorted(_SPLICES), rng.randint(3, 8))
    state = _labelled("".join(rng.choices("abc", k=rng.randint(3, 8 * size))))
    for code in rng.choices(sorted(_SPLICES), k=rng.randint(0, 4)):  # so that groups are of any length
        state = _spliced(state, _SPLICES[code](_plain(state)) or [])
    if len(state) > _LONG:
        rules = [code for code in rules if code != _LENGTH]
    question = (
        f"What does the first of these rules that applies change?\n{_numbered(rules)}\n{_in_groups(state)}"
    )
    steps = [*_first_counts(state, rules), _shown(state, rules)]
    checks, _, splices = _first_applicable(_plain(state), rules)
    steps.append(_judged(_plain(state), checks))
    if splices is not None:
        new = _spliced(state, splices)
        steps += [_changed(state, new, rules), _shown(new, rules)]
        state = new
    return question, Trace(tuple(steps), _in_groups(state) or _EMPTY)


def _numbered(rules: list[str]) -> str:
    return "".join(f"{i}{code}" for i, code in enumerate(rules, start=1))


def _first_counts(state: State, rules: list[str]) -> list[str]:
    """The letters counted, and the b's, if a rule asks for that."""
    counts = {_LENGTH: _counted, _EVEN_BS: _bs_counted}
    return [count(state) for code, count in counts.items() if code in rules]


def _first_applicable(string: str, rules: list[str]) -> tuple[list[str], str, list[Splice] | None]:
    """What each rule says up to the first that applies, that one or else the last, and what it does."""
    checks, code, splices = [], "", None
    for code in rules:
        splices = _SPLICES[code](string)
        checks.append(f"{code}{'-' if splices is None else '+'}")
        if splices is not None:
            break
    return checks, code, splices


def _answered(steps: list[str], state: State) -> Trace:
    """Each group, then the string up to its end: `e a c: a b b a a a c`. The answer copies the last line."""
    string, lines, done = _plain(state), [], 0
    for label, letters in _groups(state).items():
        done += len(letters)
        lines.append(f"{label} {' '.join(letters)}: {' '.join(string[:done])}")
    return Trace((*steps, *(lines or [_EMPTY])), string)


def _labelled(string: str) -> State:
    fives = [string[i : i + _GROUP] for i in range(0, len(string), _GROUP)]
    if len(fives) > len(_LABELS):
        raise Untraceable(f"{len(string)} letters, but labels for {_GROUP * len(_LABELS)}")
    return [(label, letter) for label, five in zip(_LABELS, fives, strict=False) for letter in five]


def _plain(state: State) -> str:
    return "".join(letter for _, letter in state)


def _groups(state: State) -> dict[str, str]:
    """The letters by their label."""
    return {label: _plain(list(cells)) for label, cells in groupby(state, key=itemgetter(0))}


def _spliced(state: State, splices: list[Splice]) -> State:
    """Letters that come in join the group that they stand in or follow; a long last one is parted."""
    new = list(state)
    for begin, end, text in reversed(splices):
        label = new[min(begin, len(new) - 1)][0] if new else _LABELS[0]
        new[begin:end] = [(label, letter) for letter in text]
    if new and sum(label == new[-1][0] for label, _ in new) > _LONGEST_GROUP and new[-1][0] != _LABELS[-1]:
        following = _LABELS[_LABELS.index(new[-1][0]) + 1]
        first = next(i for i, (label, _) in enumerate(new) if label == new[-1][0])
        new[first + _GROUP :] = [(following, letter) for _, letter in new[first + _GROUP :]]
    return new


def _judged(string: str, checks: list[str]) -> str:
    """Its first two letters and its last two, then what each rule says: `b c/b b: C- D+`."""
    ends = "/".join(" ".join(end) or _EMPTY for end in (string[:2], string[-2:]))
    return f"{ends}: {' '.join(checks)}"


def _changed(state: State, new: State, rules: list[str]) -> str:
    """The groups that become other ones, with marks, and what they become: `d a b cI e c=d c a b c e .`."""
    before, after = _groups(state), _groups(new)
    changed = [label for label in _LABELS if before.get(label) != after.get(label)]
    marks = _marks(_plain(state), rules)
    places = [i for i, (label, _) in enumerate(state) if label in changed]
    was = _in_groups([state[i] for i in places], [marks[i] for i in places])
    return f"{was}={' '.join(f'{label} ' + ' '.join(after.get(label, _EMPTY)) for label in changed)}"


def _without_the_middle(string: str) -> list[str]:
    """All strings down to the first 8 and the last 7 letters, the middle one of each taken away."""
    strings = []
    while len(string) > _LONG:
        string = string[: len(string) // 2] + string[len(string) // 2 + 1 :]
        strings.append(string)
    return strings


def _shown(state: State, rules: list[str]) -> str:
    length = str(len(state)) if _LENGTH in rules else ""
    bs = f"/{_plain(state).count('b')}" if _EVEN_BS in rules else ""
    letters = _in_groups(state, _marks(_plain(state), rules)) or _EMPTY
    return f"{length}{bs}: {letters}" if length or bs else letters


def _marks(string: str, rules: list[str]) -> list[str]:
    """For each letter the rules whose pattern first ends there, of those that look for one anywhere."""
    first = {
        code: place + len(part) - 1
        for code, part in _ANYWHERE.items()
        if code in rules and (place := string.find(part, code == _LATER_CA)) != -1
    }
    return ["".join(code for code, place in first.items() if place == i) for i in range(len(string))]


def _in_groups(state: State, marks: list[str] | None = None) -> str:
    """`d a b cJ e c`: each label, then its letters with their marks."""
    marks, shown = marks or [""] * len(state), []
    for i, (label, letter) in enumerate(state):
        new = i == 0 or label != state[i - 1][0]
        shown += [*([label] if new else []), f"{letter}{marks[i]}"]
    return " ".join(shown)


def _counted(state: State) -> str:
    """With the number of letters so far after the last of each group."""
    last = [i + 1 == len(state) or state[i + 1][0] != label for i, (label, _) in enumerate(state)]
    return _in_groups(state, [f"{i}" if end else "" for i, end in enumerate(last, start=1)])


def _bs_counted(state: State) -> str:
    """With the number of b's so far after each b."""
    string = _plain(state)
    return _in_groups(
        state, [f"{string[: i + 1].count('b')}" if letter == "b" else "" for i, letter in enumerate(string)]
    )
