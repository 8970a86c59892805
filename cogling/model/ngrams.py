"""Pairs and triples of tokens: each token is also told which ones stand right before it.

`7*8` is something that a table can know by heart, and `514` is a better thing to look for in a long text
than a `4` is. Two tables of learned rows, one for pairs and one for triples, are added to the embeddings
(after Huang et al. 2025, Over-Tokenized Transformer, https://arxiv.org/abs/2501.16975). They cost memory and
no arithmetic. There are more triples than rows, so several share one: which, a hash decides.

Shape letters: B rows, T tokens, D width, N rows of each table.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from cogling.model.cache import RECENT
from cogling.model.embedding import look_up

LENGTHS = (2, RECENT + 1)
"""Tokens in what a table tells apart."""

STRENGTH = 2
"""What the rows are multiplied by: they start at zero, and AdamW moves a weight by about its rate a step."""

_ODD = 0x9E3779B1
"""2^32 over the golden ratio, whose multiples spread evenly (Knuth, The Art of Computer Programming, 6.4)."""


class NGrams(nn.Module):
    """What is added to the embeddings: a row for the pair and one for the triple that end at a token."""

    def __init__(self, rows: int, vocab_size: int, width: int) -> None:
        super().__init__()
        self.rows, self.vocab_size = rows, vocab_size
        self.weight = nn.Parameter(torch.zeros(len(LENGTHS) * rows, width))

    def forward(self, tokens_BT: Tensor, positions_BT: Tensor, recent_BT: Tensor | None = None) -> Tensor:
        """BTD. positions_BT: as in `Decoder.forward`; a 0 begins a document, and nothing stands before it.

        recent_BT: the tokens before the first, at least `RECENT`; none where not given.
        """
        if recent_BT is None:
            recent_BT = tokens_BT.new_zeros(len(tokens_BT), RECENT)
        T, all_BT = tokens_BT.shape[1], torch.cat((recent_BT, tokens_BT), dim=1)
        name_BT, found = tokens_BT, []
        for table, length in enumerate(LENGTHS):
            back = length - 1
            start = all_BT.shape[1] - T - back
            before_BT = all_BT[:, start : start + T].where(positions_BT >= back, self.vocab_size)
            name_BT = (name_BT * (self.vocab_size + 1) + before_BT) % 2**31  # no product leaves 64 bits
            row_BT = (name_BT * _ODD % 2**32) % self.rows + table * self.rows
            found.append(look_up(self.weight, row_BT))
        return STRENGTH * torch.stack(found).sum(0)
