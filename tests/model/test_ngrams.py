"""Pairs and triples of tokens: each token is told which ones stand right before it, in its own document."""

from __future__ import annotations

import pytest
import torch

from cogling.model.ngrams import STRENGTH, NGrams
from tests.model.build import config, decoder, tokens
from tests.model.test_packing import LENGTHS, packed

VOCABULARY, ROWS, WIDTH = 17, 50, 6


def rows(names: list[tuple[int, ...]], table: int) -> list[int]:
    """By the formula, one n-gram at a time; the vocabulary's size stands where a document has not begun."""
    found = []
    for name in names:
        number = 0
        for place, token in enumerate(name):
            number = token if not place else (number * (VOCABULARY + 1) + token) % 2**31
        found.append(number * 0x9E3779B1 % 2**32 % ROWS + table * ROWS)
    return found


def drawn(rows: int) -> NGrams:
    module = NGrams(rows, VOCABULARY, WIDTH)
    with torch.no_grad():
        module.weight.normal_(generator=torch.Generator().manual_seed(0))
    return module


@torch.no_grad()
def test_each_token_has_the_row_of_its_pair_and_of_its_triple() -> None:
    module = drawn(ROWS)
    pairs = [(3, 17), (5, 3), (5, 5), (9, 5)]
    triples = [(3, 17, 17), (5, 3, 17), (5, 5, 3), (9, 5, 5)]
    found_TD = module(torch.tensor([[3, 5, 5, 9]]), torch.arange(4)[None])[0]
    expected_TD = STRENGTH * (module.weight[rows(pairs, 0)] + module.weight[rows(triples, 1)])
    torch.testing.assert_close(found_TD, expected_TD)


@torch.no_grad()
def test_what_stood_before_the_first_token_may_be_given() -> None:
    module, tokens_BT, positions_BT = drawn(ROWS), tokens(2, 9), torch.arange(9)[None]
    whole_BTD = module(tokens_BT, positions_BT)
    rest_BTD = module(tokens_BT[:, 4:], positions_BT[:, 4:], tokens_BT[:, 2:4])
    torch.testing.assert_close(rest_BTD, whole_BTD[:, 4:])


@torch.no_grad()
def test_no_pair_reaches_into_another_document() -> None:
    model = decoder(ngrams=ROWS)
    tokens_BT, positions_BT, documents_BT = packed()
    together = model(tokens_BT, positions_BT, documents_BT)
    alone = [model(part_BT) for part_BT in tokens_BT.split(LENGTHS, dim=1)]
    torch.testing.assert_close(together, torch.cat(alone, dim=1), rtol=1e-5, atol=1e-5)


@torch.no_grad()
def test_triples_of_digits_share_rows_no_more_often_than_by_chance() -> None:
    """Thrown at as many rows, a thousand triples would leave a share of 1/e of them empty."""
    module = NGrams(1000, 768, 2)
    generator = torch.Generator().manual_seed(0)
    digits_BT = torch.randint(16, 26, (1, 60_000), generator=generator)
    module.weight.copy_(torch.arange(2000.0)[:, None].repeat(1, 2))
    module.weight[:1000] = 0
    row_T = module(digits_BT, torch.arange(60_000)[None])[0, 2:, 0] / STRENGTH
    assert len(row_T.unique()) / 1000 > 0.6


def test_the_model_counts_its_rows_and_refuses_fewer_than_none() -> None:
    assert decoder(ngrams=7).config.parameters == decoder().config.parameters + 14 * 24
    assert sum(p.numel() for p in decoder(ngrams=7).parameters()) == decoder(ngrams=7).config.parameters
    with pytest.raises(ValueError, match="ngrams must be at least 0"):
        config(ngrams=-1)
