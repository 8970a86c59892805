"""Counts: each token is told how many of some kind stand right before it, by a learned row for each count.

Attention looks up well and counts badly: all tokens of a run look alike to it. So what can be counted while
a text is written may be counted for it:

- runs: how many tokens like this one. The last `+` of a run says how long the run is.
- number places: how many digits. A digit knows its place in its number, and what follows the number how many
  digits it has. (`cogling.model.place_values` is for numbers longer than any in training.)
- line places and line numbers: how many characters of its line, and how many lines, so that what lies one
  below another in a drawing finds its like, and the tenth line of a reply the tenth of the question.

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
    def counted(
        self, tokens_BT: Tensor, positions_BT: Tensor, cache: Cache | None = None
    ) -> tuple[Tensor, Tensor]:
        """What each token counts, BT, and what a cache keeps of that, B; arguments as of `forward`."""

    def forward(self, tokens_BT: Tensor, positions_BT: Tensor, cache: Cache | None = None) -> Tensor:
        """BTD. positions_BT: as in `Decoder.forward`; a 0 begins a document, and with it to count."""
        count_BT, kept_B = self.counted(tokens_BT, positions_BT, cache)
        if cache is not None:
            cache.counts[self.name] = kept_B
        return STRENGTH * self.weight[count_BT.clamp(max=len(self.weight) - 1)]

    def kept(self, tokens: Sequence[int]) -> int:
        """What a cache keeps of some tokens, the first of a text."""
        tokens_BT = torch.tensor([tokens], device=self.weight.device)
        positions_BT = torch.arange(len(tokens), device=self.weight.device)[None]
        return int(self.counted(tokens_BT, positions_BT)[1])

    def _before(self, tokens_BT: Tensor, cache: Cache | None) -> Tensor:
        """What a cache has kept, B."""
        return tokens_BT.new_zeros(len(tokens_BT)) if cache is None else cache.counts[self.name]


class Alike(Counts):
    """How many tokens of a kind stand right before."""

    @abstractmethod
    def goes_on(self, tokens_BT: Tensor, earlier_BT: Tensor) -> Tensor:
        """Whether each token counts one more than the one before it, BT; 0 is counted where it does not."""

    def counted(
        self, tokens_BT: Tensor, positions_BT: Tensor, cache: Cache | None = None
    ) -> tuple[Tensor, Tensor]:
        last_B = tokens_BT[:, 0] if cache is None else cache.recent_BT[:, -1].clamp(min=0)
        earlier_BT = torch.cat((last_B[:, None], tokens_BT[:, :-1]), dim=1)
        goes_on_BT = self.goes_on(tokens_BT, earlier_BT) & (positions_BT > 0)
        count_BT = count(goes_on_BT, self._before(tokens_BT, cache))
        return count_BT, count_BT[:, -1] + 1


class Runs(Alike):
    """How many equal tokens stand right before."""

    name = "runs"

    def goes_on(self, tokens_BT: Tensor, earlier_BT: Tensor) -> Tensor:
        return tokens_BT == earlier_BT


class NumberPlaces(Alike):
    """How many digits stand right before."""

    name = "number_places"
    digit_V: Tensor

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__(config)
        self.register_buffer("digit_V", marked(config.digits, config.vocab_size), persistent=False)

    def goes_on(self, tokens_BT: Tensor, earlier_BT: Tensor) -> Tensor:
        return self.digit_V[earlier_BT]


class InLines(Counts):
    """What is counted by lines. breaks_V: line breaks of each token; negative of marks that begin anew."""

    breaks_V: Tensor

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__(config)
        self.register_buffer("breaks_V", listed(config.breaks, config.vocab_size), persistent=False)


class LinePlaces(InLines):
    """How many characters of its line there are up to the end of a token.

    Characters, since in a drawing tokens of several lie side by side; up to its end, since what a line of a
    drawing leads to, as `──┐`, is the last of them.
    """

    name = "line_places"
    width_V: Tensor

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__(config)
        self.register_buffer("width_V", listed(config.widths, config.vocab_size), persistent=False)

    def counted(
        self, tokens_BT: Tensor, positions_BT: Tensor, cache: Cache | None = None
    ) -> tuple[Tensor, Tensor]:
        width_BT = self.width_V[tokens_BT]
        begins_BT = (self.breaks_V[tokens_BT] != 0) | (positions_BT <= 0)
        total_BT = width_BT.cumsum(dim=1) - width_BT
        count_BT = since(begins_BT, total_BT, self._before(tokens_BT, cache)) + width_BT
        return count_BT, count_BT[:, -1]


class LineNumbers(InLines):
    """How many lines there are above, in the question or in the reply."""

    name = "line_numbers"

    def counted(
        self, tokens_BT: Tensor, positions_BT: Tensor, cache: Cache | None = None
    ) -> tuple[Tensor, Tensor]:
        breaks_BT = self.breaks_V[tokens_BT]
        begins_BT, breaks_BT = (breaks_BT < 0) | (positions_BT <= 0), breaks_BT.clamp(min=0)
        total_BT = breaks_BT.cumsum(dim=1) - breaks_BT
        count_BT = since(begins_BT, total_BT, self._before(tokens_BT, cache))
        return count_BT, count_BT[:, -1] + breaks_BT[:, -1]


COUNTS = (Runs, NumberPlaces, LinePlaces, LineNumbers)


def count(goes_on_BT: Tensor, before_B: Tensor) -> Tensor:
    """How many tokens of a kind stand right before each token, BT.

    goes_on_BT: whether a token counts one more than the one before it. before_B: what the first token of each
    row counts if it goes on.
    """
    columns_BT = torch.arange(goes_on_BT.shape[1], device=goes_on_BT.device).expand_as(goes_on_BT)
    return since(~goes_on_BT, columns_BT, before_B)


def since(begins_BT: Tensor, total_BT: Tensor, before_B: Tensor) -> Tensor:
    """How much has been added to a total, which never falls, since the last beginning, BT.

    before_B: how much had been added before the first token of each row.
    """
    first_B1 = torch.where(begins_BT[:, :1], total_BT[:, :1], -before_B[:, None])
    later_BT = total_BT[:, 1:].masked_fill(~begins_BT[:, 1:], -(1 << 62))
    # The total at the last beginning is the greatest of those at all so far.
    return total_BT - torch.cat((first_B1, later_BT), dim=1).cummax(dim=1).values


def marked(ids: Sequence[int], vocab_size: int) -> Tensor:
    """True at these ids, V."""
    marked_V = torch.zeros(vocab_size, dtype=torch.bool)
    marked_V[list(ids)] = True
    return marked_V


def listed(numbers: Sequence[int], vocab_size: int) -> Tensor:
    """One number an id, V; zeros where none are told."""
    return torch.tensor(numbers or [0] * vocab_size)
