"""Counts: each token is told how many of a kind stand right before it, in its own document."""

from __future__ import annotations

import pytest
import torch

from cogling.model.counts import COUNTS, STRENGTH, Counts
from tests.model.build import config, decoder
from tests.model.test_packing import LENGTHS, packed

WIDTHS, BREAKS = (2, 1, 0, 0, 1, 2, *[1] * 11), (2, 0, -1, 1, *[0] * 13)
"""Id 3 ends a line and 0 two, with two characters after that; 2 is a mark, and 5 has two characters."""
KINDS = {"digits": (5, 6, 7), "widths": WIDTHS, "breaks": BREAKS}
TOKENS = [3, 3, 3, 5, 3, 3, 7, 7, 7, 7, 7, 7, 5, 5]
EXPECTED = {
    "runs": [0, 1, 2, 0, 0, 1, 0, 1, 2, 3, 4, 5, 0, 1],
    "number_places": [0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7],
    "line_places": [0, 0, 0, 2, 0, 0, 1, 2, 3, 4, 5, 6, 8, 10],
    "line_numbers": [0, 1, 2, 3, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5],
}
NAMES = [kind.name for kind in COUNTS]


def counts(name: str, places: int = 4) -> Counts:
    [only] = decoder(**{name: places}, **KINDS).counts
    return only


@pytest.mark.parametrize("name", NAMES)
@torch.no_grad()
def test_each_token_has_the_row_of_its_count_and_the_last_row_stands_for_the_rest(name: str) -> None:
    module = counts(name)
    found_BTD = module(torch.tensor([TOKENS]), torch.arange(14)[None])
    expected = [min(count, 3) for count in EXPECTED[name]]
    torch.testing.assert_close(found_BTD[0], STRENGTH * module.weight[expected])


@pytest.mark.parametrize("name", NAMES)
@torch.no_grad()
def test_what_a_cache_keeps_is_known_without_one(name: str) -> None:
    module = counts(name)
    cache = decoder(**{name: 4}, **KINDS).new_cache(torch.tensor([0]), 20)
    for i, token in enumerate(TOKENS):
        module(torch.tensor([[token]]), torch.tensor([[i]]), cache)
        cache.recent_BT = torch.tensor([[token]])
        assert cache.counts[name].tolist() == [module.kept(TOKENS[: i + 1])]


@torch.no_grad()
def test_a_line_begins_after_the_break_in_a_token_and_with_a_document() -> None:
    module = counts("line_places", 20)
    tokens_BT = torch.tensor([[5, 5, 0, 4, 5, 5, 4, 4]])
    positions_BT = torch.tensor([[0, 1, 2, 3, 0, 1, 2, 3]])
    assert module.counted(tokens_BT, positions_BT)[0].tolist() == [[2, 4, 2, 3, 2, 4, 5, 6]]


@torch.no_grad()
def test_lines_are_numbered_anew_after_a_mark() -> None:
    tokens_BT = torch.tensor([[2, 5, 3, 5, 0, 5, 2, 5, 3, 4]])
    numbers_BT = counts("line_numbers").counted(tokens_BT, torch.arange(10)[None])[0]
    assert numbers_BT.tolist() == [[0, 0, 0, 1, 1, 3, 0, 0, 0, 1]]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("token", [3, 6, 9])
@torch.no_grad()
def test_a_count_ends_with_its_document(name: str, token: int) -> None:
    model = decoder(**{name: 6}, **KINDS)
    _, positions_BT, documents_BT = packed()
    tokens_BT = torch.full(positions_BT.shape, token)
    together = model(tokens_BT, positions_BT, documents_BT)
    alone = [model(part_BT) for part_BT in tokens_BT.split(LENGTHS, dim=1)]
    torch.testing.assert_close(together, torch.cat(alone, dim=1), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_fewer_than_none_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} must be at least 0"):
        config(**{name: -1})
    with pytest.raises(ValueError, match="widths must be one number for each of 17 ids"):
        config(widths=(1, 1))
