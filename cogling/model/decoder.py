"""The decoder that all generations share. It departs from GPT-2 in these ways, each a choice in its config:

- RMSNorm without bias before each part, and no bias anywhere (Zhang & Sennrich 2019)
- positions: none, a learned table, rotary angles (RoPE) or linear biases (ALiBi)
- place values: a digit may be told where in its number it stands, so that sums carry over to longer numbers
- counts: a token may be told its place in a run of equal ones, in a number and in a line, not to count itself
- pairs and triples of tokens may have rows of their own in tables beside the embeddings
- QK-norm: queries and keys are normalised, which keeps attention stable at high learning rates
- the MLP: GELU, squared ReLU or SwiGLU
- the projections that write to the residual stream start at zero, so that each block starts as the identity
- loops: the same blocks may be run several times, with the embeddings added again each time, so that depth
  is computed without parameters of its own (Giannou et al. 2023, Yang et al. 2023, McLeish et al. 2024)
- packed rows: documents in one row do not see each other, and each counts its positions from 0

Shape letters: B rows, T tokens, S slots, D width, V vocabulary.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn.functional import linear

from cogling.model.blocks import document_blocks
from cogling.model.cache import RECENT, Cache
from cogling.model.config import DecoderConfig
from cogling.model.counts import COUNTS, Counts
from cogling.model.embedding import Embedding
from cogling.model.look_back import start_looking_back
from cogling.model.mixers import MIXERS, Places
from cogling.model.mlp import MLPS
from cogling.model.ngrams import NGrams
from cogling.model.place_values import PlaceValues
from cogling.model.positions import rotary_table, same_document, sharpness, visible

Packing = Literal["mask", "documents", "blocks"]

SILENT = ("output.weight", "down.weight", "head.weight", "runs.weight", "places.weight", "ngrams.weight")
"""Parameters that start at zero."""


class Block(nn.Module):
    """x + mixer(norm(x)), then x + mlp(norm(x))."""

    def __init__(self, config: DecoderConfig, block: int) -> None:
        super().__init__()
        self.mixer_norm = nn.RMSNorm(config.width, eps=config.norm_eps)
        self.mixer = MIXERS[config.mixer](config, block)
        self.mlp_norm = nn.RMSNorm(config.width, eps=config.norm_eps)
        self.mlp = MLPS[config.mlp](config)

    def forward(self, x_BTD: Tensor, places: Places, cache: Cache | None = None) -> Tensor:
        x_BTD = x_BTD + self.mixer(self.mixer_norm(x_BTD), places, cache)
        return x_BTD + self.mlp(self.mlp_norm(x_BTD))


class Decoder(nn.Module):
    """Tokens in, logits of the next token out.

    packing: how packed rows attend; set from outside, since only speed depends on it. "mask": under a T x T
    mask. "documents": one document at a time (`cogling.model.documents`), for attention by content alone.
    "blocks": by blocks of scores (`cogling.model.blocks`), where it is in plain causal order besides. What
    neither can do has the mask.
    """

    packing: Packing = "mask"

    cos: Tensor
    sin: Tensor

    def __init__(self, config: DecoderConfig) -> None:
        super().__init__()
        self.config = config
        self.embedding = Embedding(config.vocab_size, config.width)
        if config.positions == "learned":
            self.position_embedding = Embedding(config.context, config.width)
        if config.place_values:
            self.place_values = PlaceValues(config)
        for kind in COUNTS:
            if getattr(config, kind.name):
                self.add_module(kind.name, kind(config))
        if config.ngrams:
            self.ngrams = NGrams(config.ngrams, config.vocab_size, config.width)
        if config.positions == "rope":
            angles = rotary_table(config.context, config.head_width, config.rope_base)
            self.register_buffer("cos", angles.cos(), persistent=False)
            self.register_buffer("sin", angles.sin(), persistent=False)
        self.blocks = nn.ModuleList(Block(config, i) for i in range(config.depth))
        self.norm = nn.RMSNorm(config.width, eps=config.norm_eps)
        if not config.tied:
            self.head = nn.Linear(config.width, config.vocab_size, bias=False)

    @property
    def counts(self) -> list[Counts]:
        """What is counted for its tokens."""
        return [module for module in self.children() if isinstance(module, Counts)]

    @property
    def attends_by_content(self) -> bool:
        """Whether nothing is added to the scores of what a token may attend to."""
        return self.config.mixer == "attention" and self.config.positions != "alibi"

    @property
    def plain_attention(self) -> bool:
        """Whether each token attends to all earlier ones of its document, by content alone."""
        return self.attends_by_content and not self.config.window and not any(self.config.streaming_heads)

    def init_weights(self, generator: torch.Generator | None = None, look_back: int = 0) -> None:
        """Draws every weight. The order of the draws is the order of the parameters, so a seed fixes all.

        Matrices are uniform with standard deviation 1/sqrt(fan-in). Tables are normal: with 1, so that the
        residual stream starts at the scale that the blocks write at (LOG.md has what that is worth), or
        with 0.02 (as GPT-2) where they are the head too. Whatever writes to the residual stream, and an
        untied head, is zero; so are the rows of counts, pairs and triples.

        look_back: heads of that many blocks start out looking at the tokens just before, as heads that
        copy and compare do in the end (`cogling.model.look_back`).
        """
        for name, parameter in self.named_parameters():
            if parameter.ndim < 2:
                nn.init.ones_(parameter)
            elif name.endswith(SILENT):
                nn.init.zeros_(parameter)
            elif "embedding" in name:
                nn.init.normal_(parameter, std=0.02 if self.config.tied else 1.0, generator=generator)
            else:
                bound = (3 / parameter.shape[1]) ** 0.5
                nn.init.uniform_(parameter, -bound, bound, generator=generator)
        if look_back:
            weights = dict(self.named_parameters())
            projections = [
                (weights[f"blocks.{i}.mixer.query.weight"], weights[f"blocks.{i}.mixer.key.weight"])
                for i in range(min(look_back, self.config.depth))
            ]
            start_looking_back(self.embedding.weight, projections, self.config)

    def new_cache(self, starts_B: Tensor, capacity: int, dtype: torch.dtype | None = None) -> Cache:
        """An empty cache for rows whose first real token is at slot `starts_B`.

        dtype: what keys and values are kept and mixed in; that of the weights where not given.
        """
        shape = self.cache_shape(len(starts_B), capacity)
        empty = self.embedding.weight.new_zeros
        return Cache(empty(shape, dtype=dtype), empty(shape, dtype=dtype), starts_B)

    def cache_shape(self, rows: int, capacity: int) -> tuple[int, ...]:
        """LBHSW, of the keys and of the values."""
        c = self.config
        heads, width = (1, c.width) if c.mixer == "average" else (c.kv_heads, c.head_width)
        return c.passes, rows, heads, capacity, width

    def forward(
        self,
        tokens_BT: Tensor,
        positions_BT: Tensor | None = None,
        documents_BT: Tensor | None = None,
        cache: Cache | None = None,
        shifts_BT: Tensor | None = None,
    ) -> Tensor:
        """Logits, BTV.

        positions_BT: each token's place in its own document; 0, 1, 2 ... where not given.
        documents_BT: which document of the packed row a token belongs to; one a row where not given.
        cache: continue from it; `tokens_BT` are then the new tokens only, and positions follow from it.
        shifts_BT: for training, the place value at which each document's numbers begin; 0 where not given.
        """
        hidden_BTD = self.hidden(tokens_BT, positions_BT, documents_BT, cache, shifts_BT)
        return self.logits(hidden_BTD)

    def hidden(
        self,
        tokens_BT: Tensor,
        positions_BT: Tensor | None = None,
        documents_BT: Tensor | None = None,
        cache: Cache | None = None,
        shifts_BT: Tensor | None = None,
    ) -> Tensor:
        """The normalised last hidden state, BTD; arguments as in `forward`."""
        T = tokens_BT.shape[1]
        if cache is not None:
            slots_BS = cache.positions_BS(cache.length + T)
            positions_BT = slots_BS[:, cache.length :]
        else:
            if positions_BT is None:
                positions_BT = torch.arange(T, device=tokens_BT.device)[None].expand_as(tokens_BT)
            slots_BS = positions_BT
        places = self._places(positions_BT, slots_BS, documents_BT, cached=cache is not None)
        x_BTD = self.embedding(tokens_BT)
        if self.config.positions == "learned":
            x_BTD = x_BTD + self.position_embedding(positions_BT.clamp(min=0))
        if self.config.place_values:
            x_BTD = x_BTD + self.place_values(tokens_BT, positions_BT, shifts_BT, cache)
        for counts in self.counts:
            x_BTD = x_BTD + counts(tokens_BT, positions_BT, cache)
        if self.config.ngrams:
            recent_BT = None if cache is None else cache.recent_BT
            x_BTD = x_BTD + self.ngrams(tokens_BT, positions_BT, recent_BT)
        input_BTD = x_BTD
        for loop in range(self.config.loops):
            if loop:
                x_BTD = x_BTD + input_BTD
            if cache is not None:
                cache.first_layer = loop * self.config.depth
            for block in self.blocks:
                x_BTD = block(x_BTD, places, cache)
        if cache is not None:
            cache.length += T
            cache.recent_BT = torch.cat((cache.recent_BT, tokens_BT), dim=1)[:, -RECENT:]
        return self.norm(x_BTD)

    def logits(self, hidden_BTD: Tensor) -> Tensor:
        return linear(hidden_BTD, self.embedding.weight if self.config.tied else self.head.weight)

    def _places(
        self, positions_BT: Tensor, slots_BS: Tensor, documents_BT: Tensor | None, cached: bool
    ) -> Places:
        c = self.config
        places = Places(mask_B1TS=None)
        plain = self.plain_attention and not cached
        by_document = self.packing == "documents" and self.attends_by_content and not cached
        if documents_BT is not None and by_document:
            places.documents_BT = documents_BT
        elif documents_BT is not None and plain and self.packing == "blocks":
            places.blocks = document_blocks(documents_BT)
        elif documents_BT is not None or not plain:
            places.mask_B1TS = visible(positions_BT, slots_BS, c.window)
            if any(c.streaming_heads):
                places.near_B1TS = places.mask_B1TS
                # Of a single token's streaming heads the last slots alone are computed: the mask will do.
                if not cached or positions_BT.shape[1] > 1:
                    places.near_B1TS = visible(positions_BT, slots_BS, c.streaming_window)
            if documents_BT is not None:
                same_B1TT = same_document(documents_BT)
                places.mask_B1TS = places.mask_B1TS & same_B1TT
                if places.near_B1TS is not None:
                    places.near_B1TS = places.near_B1TS & same_B1TT
        if c.positions == "alibi":
            places.distance_B1TS = (positions_BT[:, None, :, None] - slots_BS[:, None, None, :]).float()
        if c.positions == "rope":
            index_BT = positions_BT.clamp(min=0)
            places.cos_BTF, places.sin_BTF = self.cos[index_BT], self.sin[index_BT]
        if c.sharpen:
            places.sharpness_BT = sharpness(positions_BT, c.sharpen)
        return places
