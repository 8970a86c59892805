"""Place values: counted as one would by hand, in a ring, within one document, shifted in training."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from cogling.model.place_values import places
from cogling.train.objectives import TensorBatch, random_shifts
from tests.model.build import decoder, tokens

DIGITS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
LENGTHS = (5, 1, 6, 4)


def by_hand(digit_BT: Tensor, positions_BT: Tensor) -> list[list[int | None]]:
    """The place of each digit; None where there is no digit."""
    rows = []
    for digits, positions in zip(digit_BT.tolist(), positions_BT.tolist(), strict=True):
        place, row = -1, []
        for digit, position in zip(digits, positions, strict=True):
            place = place + 1 if digit and position else 0 if digit else -1
            row.append(place if digit else None)
        rows.append(row)
    return rows


def packed() -> tuple[Tensor, Tensor, Tensor]:
    """Two rows of four documents: tokens, positions, documents."""
    positions = torch.cat([torch.arange(n) for n in LENGTHS])
    documents = torch.cat([torch.full((n,), i) for i, n in enumerate(LENGTHS)])
    return tokens(2, sum(LENGTHS)), positions.expand(2, -1), documents.expand(2, -1)


@pytest.mark.parametrize("share", [0.3, 0.7, 1.0])
def test_places_are_counted_from_a_numbers_first_digit(share):
    generator = torch.Generator().manual_seed(0)
    digit_BT = torch.rand(50, 30, generator=generator) < share
    begins_BT = torch.rand(50, 30, generator=generator) < 0.1
    begins_BT[:, 0] = True
    columns_BT = torch.arange(30).expand(50, 30)
    positions_BT = columns_BT - torch.where(begins_BT, columns_BT, 0).cummax(1).values
    found_BT = places(digit_BT, positions_BT, torch.zeros(50, dtype=torch.long))
    for found, expected in zip(found_BT.tolist(), by_hand(digit_BT, positions_BT), strict=True):
        assert [p if e is not None else None for p, e in zip(found, expected, strict=True)] == expected


def test_a_number_goes_on_from_what_was_read_before():
    digit_BT = torch.tensor([[1, 1, 0, 1], [1, 1, 1, 1], [0, 1, 1, 0], [1, 1, 1, 1]]).bool()
    positions_BT = torch.tensor([[7, 8, 9, 10], [3, 4, 5, 6], [5, 6, 7, 8], [-2, -1, 0, 1]])
    found_BT = places(digit_BT, positions_BT, torch.tensor([4, 0, 2, 5]))
    assert found_BT[0].tolist()[:2] == [4, 5]
    assert found_BT[0, 3] == 0
    assert found_BT[1].tolist() == [0, 1, 2, 3]
    assert found_BT[2].tolist()[1:3] == [0, 1]
    assert found_BT[3].tolist()[2:] == [0, 1]


@torch.no_grad()
def test_only_digits_get_the_row_of_their_place_and_rows_come_round():
    model = decoder(place_values=4, digits=DIGITS)
    tokens_BT = torch.tensor([[3, 0, 5, 6, 7, 8, 9, 1, 12]])
    positions_BT = torch.arange(9)[None]
    table = model.place_values.embedding.weight
    for shift in (0, 3, 4):
        values_BTD = model.place_values(tokens_BT, positions_BT, torch.full((1, 9), shift))
        for value_D, place in zip(values_BTD[0], (0, None, 0, 1, 2, 3, 4, None, 0), strict=True):
            expected_D = torch.zeros(24) if place is None else table[(place + shift) % 4]
            assert torch.equal(value_D, expected_D)


@torch.no_grad()
def test_numbers_tell_their_orders_apart_without_any_other_positions():
    told, untold = (
        decoder(depth=1, positions="none", **c) for c in ({"place_values": 8, "digits": DIGITS}, {})
    )
    one, other = torch.tensor([[4, 7, 0, 5]]), torch.tensor([[7, 4, 0, 5]])
    assert (told(one) - told(other))[:, -1].abs().max() > 1e-2
    torch.testing.assert_close(untold(one)[:, -1], untold(other)[:, -1], rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_a_number_ends_with_its_document():
    model = decoder(place_values=8, digits=tuple(range(17)))
    tokens_BT, positions_BT, documents_BT = packed()
    shifts_BT = documents_BT * 3
    before = model(tokens_BT, positions_BT, documents_BT, shifts_BT=shifts_BT)
    for document in range(len(LENGTHS)):
        inside = documents_BT == document
        edited = torch.where(inside, (tokens_BT + 5) % 17, tokens_BT)
        after = model(edited, positions_BT, documents_BT, shifts_BT=shifts_BT)
        assert torch.equal(before[~inside], after[~inside])
    parts = zip(tokens_BT.split(LENGTHS, dim=1), shifts_BT.split(LENGTHS, dim=1), strict=True)
    alone = [model(part_BT, shifts_BT=shift_BT) for part_BT, shift_BT in parts]
    torch.testing.assert_close(before, torch.cat(alone, dim=1), rtol=1e-5, atol=1e-5)


def batch_of(tokens_BT: Tensor) -> TensorBatch:
    columns_BT = torch.arange(tokens_BT.shape[1]).expand_as(tokens_BT)
    rows_BT = torch.arange(len(tokens_BT))[:, None]
    documents_BT = rows_BT * 4 + columns_BT // 8
    return TensorBatch(
        tokens_BT, tokens_BT.roll(-1, 1), torch.ones(tokens_BT.shape), columns_BT % 8, documents_BT
    )


def test_documents_begin_anywhere_each_at_one_place_and_elsewhere_in_the_next_batch():
    shifts = [random_shifts(batch_of(tokens(64, 32, seed)), 20) for seed in range(20)]
    assert torch.equal(shifts[3], random_shifts(batch_of(tokens(64, 32, 3)), 20))
    for shifts_BT in shifts:
        by_document = shifts_BT.view(64, 4, 8)
        assert (by_document == by_document[..., :1]).all()
    drawn = torch.stack(shifts)[:, :, ::8].reshape(20, -1)
    counts = torch.bincount(drawn.flatten(), minlength=20).double()
    expected = drawn.numel() / 20
    assert ((counts - expected) ** 2 / expected).sum() < 43.8  # chi-squared, 19 degrees of freedom, 0.1%
    for a, b in pairwise(drawn):
        assert (a == b).double().mean() < 0.15


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"place_values": -1}, "place_values must be at least 0"),
        ({"digits": (17,)}, "digits must be ids below"),
    ],
)
def test_impossible_place_values_are_refused(choices, message):
    with pytest.raises(ValueError, match=message):
        decoder(**choices)
