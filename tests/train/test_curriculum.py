"""What the curriculum asks for, from what it saw."""

from __future__ import annotations

import numpy as np
import pytest

from cogling.config import Recipe, parse_recipe, resolve
from cogling.data.batch import Batch, Document, pack
from cogling.train.curriculum import Curriculum

TASKS = ["addition", "boolean"]


def recipe(**curriculum: object) -> Recipe:
    values = {"name": "c", "data": {"tasks": TASKS}, "curriculum": curriculum}
    return resolve(parse_recipe(values, "c"))


def batch(lengths: tuple[int, int]) -> Batch:
    """Ten problems of each task, of these lengths."""
    documents = [
        Document([7] * (n + 1), [1.0] * n, task) for task, n in enumerate(lengths) for _ in range(10)
    ]
    return pack(documents, 4, 500, 0)


def seen(curriculum: Curriculum, lengths: tuple[int, int], right: tuple[bool, bool], looks: int = 1) -> None:
    for _ in range(looks):
        for _ in range(2):
            made = batch(lengths)
            wrong_N = np.array([not right[task] for task in made.tasks] + [False])
            curriculum.observe(made, wrong_N[made.documents])
        curriculum.look(0.5)


def test_a_task_climbs_when_its_traces_are_right_and_is_drawn_by_need() -> None:
    curriculum = Curriculum(recipe())
    seen(curriculum, (20, 20), (True, False), looks=8)
    assert curriculum.rungs[0] == curriculum.top[0]
    assert curriculum.rungs[1] == 0
    weights = curriculum.mix()["weights"]
    assert weights[1] == 1.0
    assert weights[0] < 0.5


def test_by_rung_a_task_is_drawn_alike_on_every_rung_until_it_is_mastered() -> None:
    curriculum = Curriculum(recipe(need="rung"))
    curriculum.rungs = [curriculum.top[0], 0]
    assert curriculum.mix()["weights"] == [1.0, 1.0]
    seen(curriculum, (20, 20), (True, False), looks=8)
    mastered, unlearned = curriculum.mix()["weights"]
    assert (mastered, unlearned) == (0.1, 1.0)


@pytest.mark.parametrize(("balance", "ratio"), [(0.0, 1.0), (0.5, 3.0), (1.0, 9.0)])
def test_short_problems_are_drawn_more_often_by_tokens(balance: float, ratio: float) -> None:
    curriculum = Curriculum(recipe(balance=balance))
    seen(curriculum, (10, 90), (False, False))
    short, long = curriculum.mix()["weights"]
    assert short / long == pytest.approx(ratio, rel=1e-3)


def test_a_look_tells_the_share_of_the_mix_that_moved_up() -> None:
    curriculum = Curriculum(recipe(balance=1.0))
    made = batch((10, 90))
    for _ in range(8):
        curriculum.observe(made, np.zeros(made.tokens.shape, dtype=bool))
    assert curriculum.mix()["weights"] == pytest.approx([5.0, 0.5556], rel=1e-3)
    assert curriculum.look(0.5) == 1.0
    curriculum.rungs[0] = curriculum.top[0]
    for _ in range(8):
        curriculum.observe(made, np.zeros(made.tokens.shape, dtype=bool))
    assert 0 < curriculum.look(0.5) < 0.5
    assert curriculum.look(0.5) == 0.0


def test_a_look_waits_for_enough_problems() -> None:
    curriculum = Curriculum(recipe(least=50))
    seen(curriculum, (20, 20), (True, False), looks=2)
    assert curriculum.competence == [0.0, 0.0]
    seen(curriculum, (20, 20), (True, False))
    assert curriculum.rungs == [1, 0]


def test_a_task_climbs_after_so_many_problems_whatever_it_can_do() -> None:
    curriculum = Curriculum(recipe(patience=50))
    seen(curriculum, (20, 20), (False, False), looks=2)
    assert curriculum.rungs == [0, 0]
    seen(curriculum, (20, 20), (False, False))
    assert curriculum.rungs == [1, 1]
    seen(curriculum, (20, 20), (False, True), looks=2)  # what has climbed begins to wait anew
    assert curriculum.rungs == [1, 3]
    seen(curriculum, (20, 20), (False, False), looks=20)
    assert curriculum.rungs == curriculum.top


def test_without_patience_it_never_does() -> None:
    curriculum = Curriculum(recipe())
    seen(curriculum, (20, 20), (False, False), looks=40)
    assert curriculum.rungs == [0, 0]


def test_before_anything_is_seen_all_are_drawn_alike() -> None:
    assert Curriculum(recipe(balance=1.0)).mix()["weights"] == [1.0, 1.0]


def test_its_state_goes_into_a_checkpoint_and_back() -> None:
    first, second = Curriculum(recipe(balance=1.0)), Curriculum(recipe(balance=1.0))
    seen(first, (10, 90), (True, False))
    second.restore(first.state())
    assert second.mix() == first.mix()
    assert second.state() == first.state()
