"""A drawn circuit, row by row: the wire that turns into a gate's input, its value, and the gate so far.

Wires stand side by side, the last input leftmost. A row names each wire from the left (a point where it has
ended) up to the one that turns off; then come its value, what >o makes of it, and the gate's AND or XOR of
its rows. An empty row ends a gate: its output, and the last gate's OR, AND or XOR of outputs.

    A: ───┐                         │B├A=1>o0 ↑0
    B: ─┐ │                         ├B=0 ↑0
        │ ├─>o─│↑↑──┐               ↑0=1 ⊕1
        ├──────│↑↑  └─│⊕⊕           │B└A=1 ⊕1
        │ │         ┌─│⊕⊕─── OUT    └B=0 ⊕1
        │ └────│⊕⊕──┘               ⊕1=1 ⊕0
        └──────│⊕⊕                  ⊕0=0
    ⊕⊕: XOR
    A = 1, B = 0                    -> 0
"""

from __future__ import annotations

import re

from cogling.tasks.gym.trace import Trace, Untraceable

STARTER = {"min_terms": 2, "max_terms": 2, "min_inputs": 2, "max_inputs": 2}

_QUESTION = re.compile(
    r"randomly generated logic circuit\.\n\n(?P<drawing>.{1,60000})\n\n\n"
    r"Legend for gates:\n(?P<legend>[^=]{1,400})\n\n"
    r"Given the following input assignments:\n(?P<inputs>(?:  [A-Z]+ = [01]\n)+)\nWhat is the final",
    re.DOTALL,
)
_TURN = re.compile(r"─(?:─|>)(?:─|o)─│([&↑⊕])\1")
_FLIPPED = "↑↓"
"""Gates whose output is the opposite of what they gather."""


def trace(question: str) -> Trace:
    m = _QUESTION.search(question)
    if m is None:
        raise Untraceable("not a circuit")
    values = {name: int(value) for name, value in re.findall(r"([A-Z]+) = ([01])", m["inputs"])}
    last_gate = m["legend"][m["legend"].rindex("\n") + 1 :][:1]
    if last_gate not in "+↓⊕&":
        raise Untraceable("a last gate of no known kind")
    rows = m["drawing"].split("\n")[len(values) :]
    first = max(map(len, values)) + 3
    names = list(values)[::-1]
    steps: list[str] = []
    gate, gathered, output = "", 0, None
    for row in [*rows, ""]:
        wires = _wires(row, names, first)
        if wires is None:
            if not gate:
                raise Untraceable("an empty row where a gate should be")
            result = _out(gate, gathered)
            output = _gathered(last_gate, output, result)
            steps.append(f"{gate}{gathered}={result} {last_gate}{output}")
            gate = ""
            continue
        written, name = wires
        turn = _TURN.match(row, first + 2 * len(names) - 1)
        if turn is None or gate not in ("", turn[1]):
            raise Untraceable("a gate of no known form")
        negated = "o" in turn[0]
        value = values[name] ^ negated
        gathered = _gathered(turn[1], gathered if gate else None, value)
        gate = turn[1]
        flip = f">o{value}" if negated else ""
        steps.append(f"{written}={values[name]}{flip} {gate}{gathered}")
    if output is None:
        raise Untraceable("no gates")
    answer = _out(last_gate, output)
    return Trace((*steps, f"{last_gate}{output}={answer}"), str(answer))


def _wires(row: str, names: list[str], first: int) -> tuple[str, str] | None:
    """The wires from the left up to the one that turns off, and its name; None for a row without."""
    written = ""
    for i, name in enumerate(names):
        mark = row[first + 2 * i : first + 2 * i + 1].strip() or "."
        written += f"{mark}{name}"
        if mark in "├└":
            return written, name
    return None


def _gathered(gate: str, before: int | None, value: int) -> int:
    if before is None:
        return value
    return {"&": before & value, "↑": before & value, "⊕": before ^ value}.get(gate, before | value)


def _out(gate: str, gathered: int) -> int:
    return 1 - gathered if gate in _FLIPPED else gathered
