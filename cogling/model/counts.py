"""Counts: each token is told how many of some kind stand right before it, by a learned row for each count.

Attention looks up well and counts badly: all tokens of a run look alike to it. So what can be counted while
a text is written may be counted for it:

- runs: how many tokens like this one. The last `+` of a run says how long the run is.
- number places: how many digits. A digit knows its place in its number, and what follows the number how many
  digits it has. (`cogling.model.place_values` is for numbers longer than any in training.)
- line places: how many tokens of the same line, so that the tenth cell of one row finds that of another.

Shape letters: B rows, T tokens, D width, N counts that are told apart, V vocabulary.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cogling.model.cache import Cache
from cogling.model.config import DecoderConfig

STRENGTH = 8
"""What the rows are multiplied by: AdamW moves a weight by about its rate a step however small it is, and
rows that start at zero have a long way to the scale of the embeddings, which is 1."""


class Counts(nn.Module, ABC):
    """What is added to the embeddings: one learned row for each count, ND. It starts at zero."""

    name: str
    """That of the key in `DecoderConfig` that says how many counts are told apart; more count as the last."""

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(getattr(config, self.name), config.width))

    @abstractmethod
    def goes_on(self, tokens_BT: Tensor, earlier_BT: Tensor) -> Tensor:
        """Whether each token counts one more than the one before it, BT; 0 is counted where it does not."""

    def forward(self, tokens_BT: Tensor, positions_BT: Tensor, cache: Cache | None = None) -> Tensor:
        """BTD. positions_BT: as in `Decoder.forward`; a 0 begins a document, and with it to count."""
        if cache is None:
            before_B, last_B = tokens_BT.new_zeros(len(tokens_BT)), tokens_BT[:, 0]
        else:
            before_B, last_B = cache.counts[self.name], cache.recent_BT[:, -1]
        earlier_BT = torch.cat((last_B[:, None], tokens_BT[:, :-1]), dim=1)
        count_BT = count(self.goes_on(tokens_BT, earlier_BT) & (positions_BT > 0), before_B)
        if cache is not None:
            cache.counts[self.name] = count_BT[:, -1] + 1
        return STRENGTH * self.weight[count_BT.clamp(max=len(self.weight) - 1)]

    def before_next(self, tokens: Sequence[int]) -> int:
        """What the token after some tokens, the first of a text, counts if it goes on: for a cache."""
        tokens_T = torch.tensor(tokens, device=self.weight.device)
        goes_on_T = self.goes_on(tokens_T[1:], tokens_T[:-1])
        return 1 + next((i for i, on in enumerate(reversed(goes_on_T.tolist())) if not on), len(goes_on_T))


class Runs(Counts):
    """How many equal tokens stand right before."""

    name = "runs"

    def goes_on(self, tokens_BT: Tensor, earlier_BT: Tensor) -> Tensor:
        return tokens_BT == earlier_BT


class NumberPlaces(Counts):
    """How many digits stand right before."""

    name = "number_places"
    digit_V: Tensor

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__(config)
        self.register_buffer("digit_V", marked(config.digits, config.vocab_size), persistent=False)

    def goes_on(self, tokens_BT: Tensor, earlier_BT: Tensor) -> Tensor:
        return self.digit_V[earlier_BT.clamp(min=0)]


class LinePlaces(Counts):
    """How many tokens of its line stand before; a token with a line break in it ends a line."""

    name = "line_places"
    line_end_V: Tensor

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__(config)
        self.register_buffer("line_end_V", marked(config.line_ends, config.vocab_size), persistent=False)

    def goes_on(self, tokens_BT: Tensor, earlier_BT: Tensor) -> Tensor:
        return ~self.line_end_V[earlier_BT.clamp(min=0)]


COUNTS = (Runs, NumberPlaces, LinePlaces)


def count(goes_on_BT: Tensor, before_B: Tensor) -> Tensor:
    """How many tokens of a kind stand right before each token, BT.

    goes_on_BT: whether a token counts one more than the one before it. before_B: what the first token of each
    row counts if it goes on.
    """
    columns_BT = torch.arange(goes_on_BT.shape[1], device=goes_on_BT.device).expand_as(goes_on_BT)
    first_B1 = torch.where(goes_on_BT[:, :1], -before_B[:, None], 0)
    # Where it goes on, its first token lies further back; the last beginning so far is the greatest.
    begins_BT = torch.cat((first_B1, columns_BT[:, 1:].masked_fill(goes_on_BT[:, 1:], -(1 << 62))), dim=1)
    return columns_BT - begins_BT.cummax(dim=1).values


def marked(ids: Sequence[int], vocab_size: int) -> Tensor:
    """True at these ids, V."""
    marked_V = torch.zeros(vocab_size, dtype=torch.bool)
    marked_V[list(ids)] = True
    return marked_V
