"""What a tracer writes: the worked steps from a question to its answer.

A tracer is a module with one function, `trace(question) -> Trace`. It sees the question and nothing else,
so a trace cannot use what is not in the question. Where it may as well begin otherwise, the module has a
second one, `follow(question, first) -> Trace`: the trace with that first step, or `trace`'s own where that
is no way to begin.
"""

from __future__ import annotations

from dataclasses import dataclass


class Untraceable(Exception):
    """A question that a tracer cannot work out; the text says why."""


@dataclass(frozen=True, slots=True)
class Trace:
    """steps: single lines, one local operation each; answer: in the form that the question asks for."""

    steps: tuple[str, ...]
    answer: str
