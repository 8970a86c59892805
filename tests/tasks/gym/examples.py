"""What tests of tracers hold their example traces against."""

from __future__ import annotations

from cogling.tasks.gym.trace import Trace


def held(trace: Trace, text: str) -> None:
    """The trace is this text; the answer stands in its last line."""
    *steps, answer = text.strip().split("\n")
    assert trace.steps == tuple(steps)
    assert answer == f"-> {trace.answer}"
