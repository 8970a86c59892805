"""Runs of equal tokens: each token is told how many like it stand right before it.

How long a run of `+` is cannot be looked up, only counted, and attention counts badly: all tokens of the
run look alike. With this the last one of a run says how long it is.

Shape letters: B rows, T tokens, D width, N lengths that are told apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from cogling.model.cache import Cache
from cogling.model.place_values import count

STRENGTH = 8
"""What the rows are multiplied by: AdamW moves a weight by about its rate a step however small it is, and
rows that start at zero have a long way to the scale of the embeddings, which is 1."""


class Runs(nn.Module):
    """What is added to the embeddings: one learned row for each place in a run, ND. It starts at zero."""

    def __init__(self, longest: int, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(longest, width))

    def forward(self, tokens_BT: Tensor, positions_BT: Tensor, cache: Cache | None = None) -> Tensor:
        """BTD. positions_BT: as in `Decoder.forward`; a 0 begins a document, and with it a run."""
        if cache is None:
            before_B, last_B = tokens_BT.new_zeros(len(tokens_BT)), tokens_BT[:, 0]
        else:
            before_B, last_B = cache.run_B, cache.recent_BT[:, -1]
        earlier_BT = torch.cat((last_B[:, None], tokens_BT[:, :-1]), dim=1)
        count_BT = count((tokens_BT == earlier_BT) & (positions_BT > 0), before_B)
        if cache is not None:
            cache.run_B = count_BT[:, -1] + 1
        return STRENGTH * self.weight[count_BT.clamp(max=len(self.weight) - 1)]


def last_run(tokens: Sequence[int]) -> int:
    """How many tokens like the last one some tokens end with."""
    return next((i for i, token in enumerate(reversed(tokens)) if token != tokens[-1]), len(tokens))
