"""Place values: counted as one would by hand, in a ring, within one document, shifted in training."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import Tensor

from cogling.model.place_values import count, waves
from cogling.train.objectives import TensorBatch, random_shifts
from tests.model.build import decoder, tokens

DIGITS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
LENGTHS = (5, 1, 6, 4)


def by_hand(digit_BT: Tensor, positions_BT: Tensor) -> list[list[int]]:
    """How many digits of the same document stand right before each token."""
    rows = []
    for digits, positions in zip(digit_BT.tolist(), positions_BT.tolist(), strict=True):
        row, seen = [], 0
        for digit, position in zip(digits, positions, strict=True):
            seen = seen if position else 0
            row.append(seen)
            seen = seen + 1 if digit else 0
        rows.append(row)
    return rows


def after_digit(digit_BT: Tensor, positions_BT: Tensor, before_B: Tensor) -> Tensor:
    return torch.cat((before_B[:, None] > 0, digit_BT[:, :-1]), dim=1) & (positions_BT > 0)


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
    before_B = torch.zeros(50, dtype=torch.long)
    found_BT = count(after_digit(digit_BT, positions_BT, before_B), before_B)
    assert found_BT.tolist() == by_hand(digit_BT, positions_BT)


def test_a_number_goes_on_from_what_was_read_before():
    digit_BT = torch.tensor([[1, 1, 0, 1], [1, 1, 1, 1], [0, 1, 1, 0], [1, 1, 1, 1]]).bool()
    positions_BT = torch.tensor([[7, 8, 9, 10], [3, 4, 5, 6], [5, 6, 7, 8], [-2, -1, 0, 1]])
    before_B = torch.tensor([4, 0, 2, 5])
    found_BT = count(after_digit(digit_BT, positions_BT, before_B), before_B)
    assert found_BT.tolist() == [[4, 5, 6, 0], [0, 1, 2, 3], [2, 0, 1, 2], [0, 0, 0, 1]]


@torch.no_grad()
def test_digits_have_their_place_others_the_one_before_the_first_and_ends_the_one_after_the_last():
    model = decoder(place_values=8, digits=DIGITS)
    tokens_BT = torch.tensor([[0, 3, 1, 0, 5, 6, 7, 8, 9, 5, 6, 7, 8, 9, 2, 12]])
    standing = [(-1,), (0,), (-1, 1), (-1,), *((i,) for i in range(10)), (-1, 10), (0,)]
    table_ND = model.place_values.waves_ND
    for shift in (0, 3, 8):
        shifts_BT = torch.full_like(tokens_BT, shift)
        values_BTD = model.place_values(tokens_BT, torch.arange(16)[None], shifts_BT)
        for value_D, places in zip(values_BTD[0], standing, strict=True):
            expected_D = sum(table_ND[(place + shift) % 8] for place in places)
            torch.testing.assert_close(value_D, expected_D)


@pytest.mark.parametrize(("places", "width"), [(4, 2), (12, 24), (48, 24), (128, 128)])
def test_waves_tell_all_places_apart_and_turn_from_one_to_the_next(places, width):
    table_ND = waves(places, width).double()
    assert table_ND.shape == (places, width)
    products_NN = table_ND @ table_ND.T
    expected_NN = torch.eye(places) - torch.eye(places).roll(places // 2, 1)
    torch.testing.assert_close(products_NN, places / 2 * expected_NN.double(), atol=1e-3, rtol=0)
    frequencies = (2 * torch.arange(places // 4) + 1) * 2 * torch.pi / places
    complex_NF = torch.complex(table_ND[:, : places // 4], table_ND[:, places // 4 : places // 2])
    torch.testing.assert_close(
        complex_NF * (1j * frequencies).exp(), complex_NF.roll(-1, 0), atol=1e-4, rtol=0
    )


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
        ({"place_values": -4}, "place_values must be a multiple of 4, at most twice the width"),
        ({"place_values": 6}, "place_values must be a multiple of 4"),
        ({"place_values": 52}, "place_values must be a multiple of 4, at most twice the width"),
        ({"digits": (17,)}, "digits must be ids below"),
    ],
)
def test_impossible_place_values_are_refused(choices, message):
    with pytest.raises(ValueError, match=message):
        decoder(**choices)
