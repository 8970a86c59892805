"""Runs: each token is told how many equal ones stand right before it, in its own document."""

from __future__ import annotations

import pytest
import torch

from cogling.model.runs import STRENGTH
from tests.model.build import config, decoder
from tests.model.test_packing import LENGTHS, packed


@torch.no_grad()
def test_each_token_has_the_row_of_its_place_in_the_run_and_the_last_row_stands_for_the_rest() -> None:
    model = decoder(runs=4)
    tokens_BT = torch.tensor([[3, 3, 3, 5, 3, 3, 7, 7, 7, 7, 7, 7, 5, 5]])
    places = [0, 1, 2, 0, 0, 1, 0, 1, 2, 3, 3, 3, 0, 1]
    found_BTD = model.runs(tokens_BT, torch.arange(14)[None])
    torch.testing.assert_close(found_BTD[0], STRENGTH * model.runs.weight[places])


@torch.no_grad()
def test_a_run_ends_with_its_document() -> None:
    model = decoder(runs=6)
    _, positions_BT, documents_BT = packed()
    tokens_BT = torch.full(positions_BT.shape, 3)
    together = model(tokens_BT, positions_BT, documents_BT)
    alone = [model(part_BT) for part_BT in tokens_BT.split(LENGTHS, dim=1)]
    torch.testing.assert_close(together, torch.cat(alone, dim=1), rtol=1e-5, atol=1e-5)


def test_fewer_than_none_are_refused() -> None:
    with pytest.raises(ValueError, match="runs must be at least 0"):
        config(runs=-1)
