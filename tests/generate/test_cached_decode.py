"""Invariant 1: decoding step by step with a cache equals the full forward."""

from __future__ import annotations

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from cogling.generate.batch import filled_up
from cogling.generate.caches import Caches
from cogling.model.decoder import Decoder
from tests.generate.models import SHAPE, random_decoder

DIGITS = tuple(range(6, 200))  # most tokens of the texts, so that numbers are long
LINES = {
    "widths": tuple(i % 3 for i in range(SHAPE["vocab_size"])),
    "breaks": tuple({0: -1, 7: 1, 9: 2}.get(i, 0) for i in range(SHAPE["vocab_size"])),
}
LENGTHS, PREFILLED = (4, 9, 17), (2, 5, 11)
CHOICES = [
    *itertools.product(
        ("attention",), ("none", "learned", "rope", "alibi"), (0, 5), (4, 2, 1), ("gelu", "relu2", "swiglu")
    ),
    *itertools.product(("average",), ("none", "learned"), (0, 5), (4,), ("gelu", "swiglu")),
]


def texts(alphabet: int = SHAPE["vocab_size"]) -> list[torch.Tensor]:
    """alphabet: ids from 6 up to this are drawn; few make runs of equal tokens."""
    generator = torch.Generator().manual_seed(1)
    return [torch.randint(6, alphabet, (n,), generator=generator) for n in LENGTHS]


@pytest.mark.parametrize(("mixer", "positions", "window", "kv_heads", "mlp"), CHOICES)
def test_cached_decode_equals_the_full_forward_in_a_batch_of_different_lengths(
    mixer: str, positions: str, window: int, kv_heads: int, mlp: str
) -> None:
    same_step_by_step(
        random_decoder(mixer=mixer, positions=positions, window=window, kv_heads=kv_heads, mlp=mlp)
    )


@pytest.mark.parametrize("mixer", ["attention", "average"])
@pytest.mark.parametrize("loops", [2, 3])
def test_cached_decode_equals_the_full_forward_in_loops(loops: int, mixer: str) -> None:
    same_step_by_step(random_decoder(loops=loops, mixer=mixer, window=5))


@pytest.mark.parametrize("positions", ["none", "rope"])
@pytest.mark.parametrize("places", [4, 32])
def test_cached_decode_equals_the_full_forward_with_place_values(places: int, positions: str) -> None:
    same_step_by_step(random_decoder(place_values=places, digits=DIGITS, positions=positions))


@pytest.mark.parametrize("places", [2, 9])
@pytest.mark.parametrize("name", ["runs", "number_places", "line_places", "line_numbers"])
def test_cached_decode_equals_the_full_forward_where_counts_are_told(name: str, places: int) -> None:
    same_step_by_step(random_decoder(**{name: places}, digits=(6,), **LINES), alphabet=10)


def test_cached_decode_equals_the_full_forward_where_pairs_and_triples_are_told() -> None:
    same_step_by_step(random_decoder(ngrams=50))


@pytest.mark.parametrize("positions", ["none", "rope"])
def test_cached_decode_equals_the_full_forward_where_attention_is_sharpened(positions: str) -> None:
    same_step_by_step(random_decoder(sharpen=3, positions=positions))


@pytest.mark.parametrize("mixer", ["attention", "average"])
def test_a_cache_in_bfloat16_gives_the_logits_up_to_its_rounding(mixer: str) -> None:
    same_step_by_step(random_decoder(mixer=mixer), torch.bfloat16, tolerance=0.03)


@torch.inference_mode()
def same_step_by_step(
    decoder: Decoder,
    dtype: torch.dtype | None = None,
    tolerance: float = 1e-4,
    alphabet: int = SHAPE["vocab_size"],
) -> None:
    """Texts of different lengths in one batch: logits from the cache are those of each text alone."""
    rows = texts(alphabet)
    full = [decoder(row[None])[0] for row in rows]
    longest = max(PREFILLED)
    starts_B = torch.tensor([longest - n for n in PREFILLED])
    cache = decoder.new_cache(starts_B, 40, dtype)
    assert cache.keys.dtype is (dtype or torch.float32)
    prompts = torch.zeros(len(rows), longest, dtype=torch.long)
    for prompt, row, n in zip(prompts, rows, PREFILLED, strict=True):
        prompt[longest - n :] = row[:n]
    logits = decoder(prompts, cache=cache)
    for i, n in enumerate(PREFILLED):
        torch.testing.assert_close(logits[i, longest - n :], full[i][:n], atol=tolerance, rtol=tolerance)
    for step in range(max(LENGTHS) - longest):
        # Rows that are at their end go on with any token; nothing of theirs is compared any more.
        at = [min(n + step, length - 1) for n, length in zip(PREFILLED, LENGTHS, strict=True)]
        tokens = torch.stack([row[i] for row, i in zip(rows, at, strict=True)])
        logits = decoder(tokens[:, None], cache=cache)
        for i, (n, length) in enumerate(zip(PREFILLED, LENGTHS, strict=True)):
            if n + step < length:
                torch.testing.assert_close(logits[i, 0], full[i][n + step], atol=tolerance, rtol=tolerance)


@pytest.mark.parametrize("positions", ["learned", "rope", "alibi"])
@pytest.mark.parametrize(("window", "loops"), [(0, 1), (5, 1), (0, 3)])
@torch.inference_mode()
def test_rows_moved_to_another_cache_decode_as_before(positions: str, window: int, loops: int) -> None:
    carried = {"place_values": 8, "digits": DIGITS, "runs": 4, "number_places": 5, "ngrams": 9}
    carried |= {"line_places": 6, "line_numbers": 5, **LINES}
    decoder = random_decoder(positions=positions, window=window, loops=loops, **carried)
    rows = texts(8)
    full = [decoder(row[None])[0] for row in rows]
    caches = []
    for row in rows:  # each with foreign rows beside it, which leave: it moves to the place of the first
        cache = decoder.new_cache(torch.tensor([0, 0, 0]), 30)
        decoder(torch.stack([row.flip(0), row, row.flip(0)])[:, :-1], cache=cache)
        cache.keep([1])
        caches.append(cache)
    whole = Caches(decoder).joined(caches, 25)
    assert whole.length == max(LENGTHS) - 1
    assert whole.capacity == 25
    last = torch.stack([row[-1] for row in rows])
    logits = decoder(last[:, None], cache=whole)
    for i in range(len(rows)):
        torch.testing.assert_close(logits[i, 0], full[i][-1], atol=1e-4, rtol=1e-4)


@torch.inference_mode()
def test_joining_leaves_behind_slots_that_no_row_needs() -> None:
    decoder = random_decoder()
    cache = decoder.new_cache(torch.tensor([0, 7, 5]), 20)
    decoder(torch.ones(3, 10, dtype=torch.long), cache=cache)
    keys = cache.keys.clone()
    cache.keep([2, 1])
    part = Caches(decoder).joined([cache], 8)
    assert (part.length, part.starts_B.tolist()) == (5, [0, 2])
    assert torch.equal(part.keys[:, 0, :, :5], keys[:, 2, :, 5:10])


@torch.inference_mode()
def test_rows_that_stay_take_no_other_memory() -> None:
    decoder = random_decoder()
    cache = decoder.new_cache(torch.tensor([0, 1, 2, 3]), 9)
    decoder(torch.arange(4)[:, None].expand(4, 6), cache=cache)
    keys, at = cache.keys.clone(), cache.keys.data_ptr()
    cache.keep([0, 3, 2])
    assert cache.keys.data_ptr() == at
    assert cache.starts_B.tolist() == [0, 3, 2]
    for place, row in enumerate([0, 3, 2]):
        first = cache.starts_B[place]
        assert torch.equal(cache.keys[:, place, :, first:6], keys[:, row, :, first:6])


@given(st.sets(st.integers(0, 40), min_size=1))
def test_gaps_are_filled_from_the_end(places: set[int]) -> None:
    order = filled_up(sorted(places))
    assert sorted(order) == sorted(places)
    assert all(place <= row for place, row in enumerate(order))
    assert all(order[row] == row for row in places if row < len(places))
