"""A drawn circuit, line by line: whose wire turns into a gate's input, its value, and the gate so far.

Each line of the trace is about the line of the question that has its number: so the row is found, and in it
the wire by its place, which is that of the turn after its name. Each input comes with its value; a row with
the input that turns off there, what >o makes of it, and the gate's AND or XOR of its rows. An empty row ends
a gate: its output, and the last gate's OR, AND or XOR of outputs.

    Below is a circuit.             last ⊕
                                    wires
    A: ───┐                         A=1
    B: ─┐ │                         B=0
        │ ├─>o─│↑↑──┐               A=1>o0 ↑0
        ├──────│↑↑  └─│⊕⊕           B=0 ↑0
        │ │         ┌─│⊕⊕─── OUT    ↑0=1 ⊕1
        │ └────│⊕⊕──┘               A=1 ⊕1
        └──────│⊕⊕                  B=0 ⊕1
                                    ⊕1=1 ⊕0
    ⊕⊕: XOR                         ⊕0=0
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
    steps = [f"last {last_gate}", "wires", *(f"{name}={value}" for name, value in values.items())]
    gate, gathered, output = "", 0, None
    for row in [*rows, ""]:
        name = _turning(row, names, first)
        if name is None:
            if not gate:
                raise Untraceable("an empty row where a gate should be")
            result = _out(gate, gathered)
            output = _gathered(last_gate, output, result)
            steps.append(f"{gate}{gathered}={result} {last_gate}{output}")
            gate = ""
            continue
        turn = _TURN.match(row, first + 2 * len(names) - 1)
        if turn is None or gate not in ("", turn[1]):
            raise Untraceable("a gate of no known form")
        negated = "o" in turn[0]
        value = values[name] ^ negated
        gathered = _gathered(turn[1], gathered if gate else None, value)
        gate = turn[1]
        flip = f">o{value}" if negated else ""
        steps.append(f"{name}={values[name]}{flip} {gate}{gathered}")
    if output is None:
        raise Untraceable("no gates")
    answer = _out(last_gate, output)
    return Trace((*steps, f"{last_gate}{output}={answer}"), str(answer))


def _turning(row: str, names: list[str], first: int) -> str | None:
    """The input whose wire turns off; None for a row without. The last input's wire is the leftmost."""
    return next(
        (name for i, name in enumerate(names) if row[first + 2 * i : first + 2 * i + 1] in ("├", "└")), None
    )


def _gathered(gate: str, before: int | None, value: int) -> int:
    if before is None:
        return value
    return {"&": before & value, "↑": before & value, "⊕": before ^ value}.get(gate, before | value)


def _out(gate: str, gathered: int) -> int:
    return 1 - gathered if gate in _FLIPPED else gathered
