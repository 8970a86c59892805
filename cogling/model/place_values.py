"""Place values: every token is told where it stands in its number (after Abacus, McLeish et al. 2024).

A number is a run of digit tokens within one document. Its first digit has place 0, the next one place 1, and
so on: while a number is written nobody knows how long it will get, so places count from the digit that was
written first. They are what a digit is worth only in numbers that are written low end first (123 as 321).
All other tokens have place -1, so that "the place after mine" finds the first digit of a number too; and
the token that ends a number also has the place after the last digit, so that its end can be found as well.

Places form a ring of N. In training every document's numbers begin somewhere else on it (`shifts_BT`): only
the distance between places means anything then, and all of the ring is seen though the numbers be short.

Abacus learns a vector for each place. Here it is a wave, fixed: two learned places that never meet in a short
number of training may come out alike by chance, and then meet in a long one (LOG.md has what that costs).

Shape letters: B rows, T tokens, D width, N places, F frequencies, V vocabulary.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from cogling.model.cache import Cache
from cogling.model.config import DecoderConfig
from cogling.model.counts import count, marked


class PlaceValues(nn.Module):
    """What is added to the embeddings of a text for the places of its tokens."""

    is_digit_V: Tensor
    waves_ND: Tensor

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.register_buffer("is_digit_V", marked(config.digits, config.vocab_size), persistent=False)
        self.register_buffer("waves_ND", waves(config.place_values, config.width), persistent=False)

    def forward(
        self,
        tokens_BT: Tensor,
        positions_BT: Tensor,
        shifts_BT: Tensor | None = None,
        cache: Cache | None = None,
    ) -> Tensor:
        """BTD. positions_BT: as in `Decoder.forward`; a 0 begins a document, and with it ends any number."""
        digit_BT = self.is_digit_V[tokens_BT]
        before_B = tokens_BT.new_zeros(len(tokens_BT)) if cache is None else cache.digits_B
        after_digit_BT = torch.cat((before_B[:, None] > 0, digit_BT[:, :-1]), dim=1) & (positions_BT > 0)
        count_BT = count(after_digit_BT, before_B)
        if cache is not None:
            cache.digits_B = (count_BT[:, -1] + 1) * digit_BT[:, -1]
        shifts_BT = torch.zeros_like(count_BT) if shifts_BT is None else shifts_BT
        ends_BT1 = (after_digit_BT & ~digit_BT)[..., None]
        return self._wave(count_BT.where(digit_BT, -1) + shifts_BT) + ends_BT1 * self._wave(
            count_BT + shifts_BT
        )

    def _wave(self, place_BT: Tensor) -> Tensor:
        return self.waves_ND[place_BT % len(self.waves_ND)]


def waves(places: int, width: int) -> Tensor:
    """One row a place, ND: cosine and sine of the odd frequencies of the ring in the first N / 2 columns.

    To go one place on is to turn each pair by its angle, the same everywhere. With odd frequencies any two
    places have the product 0, but the opposite ones, N / 2 apart, whose product is negative.
    """
    odd_F = 2 * torch.arange(places // 4) + 1
    angles_NF = torch.arange(places)[:, None] * odd_F * (2 * torch.pi / places)
    table = torch.cat((angles_NF.cos(), angles_NF.sin()), dim=1) * 2**0.5
    return pad(table, (0, width - table.shape[1]))
