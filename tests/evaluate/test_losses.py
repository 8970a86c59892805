"""A wrong reply is told by what it lost."""

from __future__ import annotations

import pytest

from cogling.evaluate.losses import loss_of
from cogling.tasks.base import Problem

PROBLEM = Problem("addition", "What is 2 + 2?", ("a 2+2=4", "b 4"), "4", {})


@pytest.mark.parametrize(
    ("steps", "finish", "loss"),
    [
        ([], "too_long", "not asked"),
        ([], "unreadable", "not asked"),
        ([("a 2+2=4", True)], "length", "cut off"),
        ([], "stop", "format"),
        ([("a 2+2=5", False), ("b 5", False)], "stop", "wrong step"),
        ([("a 2+2=4", True), ("b 7", False)], "stop", "wrong step"),
        ([("b 4", False)], "stop", "wrong plan"),
        ([("a 2+2=4", True)], "stop", "wrong plan"),
        ([("a 2+2=4", True), ("b 4", True)], "stop", "format"),
        ([("a 2+2=4", True), ("b 4", True), ("c 4", False)], "stop", "wrong plan"),
    ],
)
def test_the_first_wrong_step_decides(steps: list[tuple[str, bool]], finish: str, loss: str) -> None:
    assert loss_of(PROBLEM, steps, finish) == loss
