"""Seeds are hashes of all their parts: the same on every machine, and no two streams share items."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cogling.seeds import rng_of, seed_of

PARTS = st.lists(st.one_of(st.integers(), st.text()), max_size=4)


@given(PARTS, PARTS)
def test_different_parts_give_different_seeds(a: list[int | str], b: list[int | str]) -> None:
    assert 0 <= seed_of(*a) < 2**63
    typed = [[(type(part), part) for part in parts] for parts in (a, b)]
    if "\x1f" not in "".join(map(str, a + b)):
        assert (seed_of(*a) == seed_of(*b)) == (typed[0] == typed[1])


def test_seeds_are_the_same_everywhere_and_always() -> None:
    assert seed_of("addition", "train", 0, 1) == 4939889341769083764
    assert seed_of() == 8238016292129134938


def test_neighbouring_seeds_share_nothing() -> None:
    """As `seed + index` would: 99 of 100 items."""
    streams = [{seed_of("task", seed, index) for index in range(100)} for seed in range(3)]
    assert not streams[0] & streams[1]
    assert not streams[1] & streams[2]
    assert rng_of("a", 1).random() == rng_of("a", 1).random() != rng_of("a", 2).random()
