"""Counts: each token is told how many of a kind stand right before it, in its own document."""

from __future__ import annotations

import pytest
import torch

from cogling.model.counts import COUNTS, STRENGTH, Counts
from tests.model.build import config, decoder
from tests.model.test_packing import LENGTHS, packed

KINDS = {"digits": (5, 6, 7), "line_ends": (0, 3)}
TOKENS = [3, 3, 3, 5, 3, 3, 7, 7, 7, 7, 7, 7, 5, 5]
EXPECTED = {
    "runs": [0, 1, 2, 0, 0, 1, 0, 1, 2, 3, 4, 5, 0, 1],
    "number_places": [0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7],
    "line_places": [0, 0, 0, 0, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7],
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
def test_it_is_known_what_the_next_token_counts_where_it_goes_on(name: str) -> None:
    module = counts(name)
    for length in range(1, len(TOKENS)):
        counted = EXPECTED[name][length]
        assert counted in (0, module.before_next(TOKENS[:length]))


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
    with pytest.raises(ValueError, match="line_ends must be ids below vocab_size"):
        config(line_ends=(17,))
