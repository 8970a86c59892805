"""Place values: an embedding of where a digit stands in its number (Abacus, McLeish et al. 2024).

A number is a run of digit tokens within one document. Its first digit has place 0, the next one place 1, and
so on: while a number is written nobody knows how long it will get, so places count from the digit that was
written first. They are what a digit is worth only in numbers that are written low end first (123 as 321).

The table counts in a ring: after its last row comes the first one again. In training every document's
numbers begin at a row of their own (`shifts_BT`), so that all rows are learned, and only the distance between
places means anything, though the numbers may be far shorter than the table. In use they begin at row 0.

Shape letters: B rows, T tokens, D width, V vocabulary.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cogling.model.cache import Cache
from cogling.model.config import DecoderConfig
from cogling.model.embedding import Embedding


class PlaceValues(nn.Module):
    """What is added to the embeddings of digits; nothing to those of other tokens."""

    is_digit_V: Tensor

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.embedding = Embedding(config.place_values, config.width)
        is_digit_V = torch.zeros(config.vocab_size, dtype=torch.bool)
        is_digit_V[list(config.digits)] = True
        self.register_buffer("is_digit_V", is_digit_V, persistent=False)

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
        place_BT = places(digit_BT, positions_BT, before_B)
        if cache is not None:
            cache.digits_B = (place_BT[:, -1] + 1) * digit_BT[:, -1]
        if shifts_BT is not None:
            place_BT = place_BT + shifts_BT
        values_BTD = self.embedding(place_BT % self.embedding.num_embeddings)
        return values_BTD * digit_BT[..., None].to(values_BTD.dtype)


def places(digit_BT: Tensor, positions_BT: Tensor, before_B: Tensor) -> Tensor:
    """Each digit's place in its number, BT; what is said of other tokens means nothing.

    before_B: how many digits came before the first token of each row, in a number that it may go on with.
    """
    columns_BT = torch.arange(digit_BT.shape[1], device=digit_BT.device).expand_as(digit_BT)
    goes_on_BT = digit_BT[:, 1:] & digit_BT[:, :-1] & (positions_BT[:, 1:] > 0)
    first_B1 = torch.where(positions_BT[:, :1] > 0, -before_B[:, None], 0)
    # Where a number goes on its first digit lies further back; the last beginning up to here is the greatest.
    begins_BT = torch.cat((first_B1, columns_BT[:, 1:].masked_fill(goes_on_BT, -(1 << 62))), dim=1)
    return columns_BT - begins_BT.cummax(dim=1).values
