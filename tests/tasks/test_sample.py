"""How hard the problems of a rung are."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from cogling.tasks import get_task
from cogling.tasks.sample import draw, draw_difficulty

RUNGS = [2]
"""Of the task addition: up to three digits."""


def difficulties(frontier: float, n: int = 2_000) -> Counter[int]:
    task, rng = get_task("addition"), random.Random(3)
    return Counter(draw_difficulty(task, "train", rng, RUNGS, frontier)["digits"] for _ in range(n))


def test_without_a_frontier_all_difficulties_up_to_the_rung_come_alike() -> None:
    found = difficulties(0.0)
    assert set(found) == {1, 2, 3}
    assert min(found.values()) > 0.8 * max(found.values())


@pytest.mark.parametrize(("frontier", "expected"), [(0.4, 0.4 + 0.6 / 3), (1.0, 1.0)])
def test_the_frontier_is_the_share_of_problems_at_the_rung_itself(frontier: float, expected: float) -> None:
    found = difficulties(frontier)
    assert found[3] / found.total() == pytest.approx(expected, abs=0.04)


def test_no_frontier_leaves_the_problems_as_they_were() -> None:
    task = get_task("addition")
    assert draw(task, "train", 1, 7, RUNGS) == draw(task, "train", 1, 7, RUNGS, 0.0)
    digits = [sum(len(draw(task, "train", 1, i, RUNGS, share).answer) for i in range(50)) for share in (0, 1)]
    assert digits[0] < digits[1]
