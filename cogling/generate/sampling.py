"""How the next token is chosen: greedily, or drawn from what temperature, top-k, top-p and min-p leave.

In the order of Hugging Face transformers: repetition penalty, temperature, top-k, top-p, min-p.
Each row's random numbers depend on the seed, the row's key and the number of tokens that it has written,
never on which rows share its batch.

Shape letters: B rows, V vocabulary.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cogling.errors import CoglingError
from cogling.seeds import seed_of


@dataclass(frozen=True)
class Sampling:
    """How replies are drawn. Raises CoglingError, naming the field and its range, for a bad value.

    max_tokens: most tokens of a reply, its end token included; None: as many as the context holds
    temperature: divides the logits; 0 takes the likeliest token always (greedy)
    top_k: only the k likeliest tokens; 0 means all (Fan et al. 2018)
    top_p: only the likeliest tokens that reach this share of the probability (Holtzman et al. 2020)
    min_p: only tokens this likely, relative to the likeliest (Nguyen et al. 2024)
    repetition_penalty: above 1 makes tokens of the prompt and the reply less likely (Keskar et al. 2019)
    stop: the reply ends before the first of these strings
    repeats: the reply is cut off after so many times round in circles (`generate.repeats`); 0: never
    seed: another seed gives other draws
    """

    max_tokens: int | None = None
    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    stop: tuple[str, ...] = ()
    repeats: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        given = self.max_tokens
        self._require("max_tokens", given is None or (_whole(given) and given >= 1), "a whole number from 1")
        for name, low, high in (("temperature", 0, math.inf), ("min_p", 0, 1)):
            value = getattr(self, name)
            range_ = f"a number from {low}" + ("" if high == math.inf else f" to {high}")
            self._require(name, _number(value) and low <= value <= high, range_)
        for name, high in (("top_p", 1), ("repetition_penalty", math.inf)):
            value = getattr(self, name)
            range_ = "a number above 0" + ("" if high == math.inf else f", at most {high}")
            self._require(name, _number(value) and 0 < value <= high, range_)
        self._require("top_k", _whole(self.top_k) and self.top_k >= 0, "a whole number from 0")
        self._require("repeats", _whole(self.repeats) and self.repeats >= 0, "a whole number from 0")
        self._require("seed", _whole(self.seed), "a whole number")
        strings = isinstance(self.stop, list | tuple) and all(isinstance(s, str) and s for s in self.stop)
        self._require("stop", strings, "strings that are not empty")
        object.__setattr__(self, "stop", tuple(self.stop))

    def _require(self, name: str, good: bool, range_: str) -> None:
        if not good:
            raise CoglingError(f"{name} is {getattr(self, name)!r}; it must be {range_}")

    @property
    def greedy(self) -> bool:
        return self.temperature == 0


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def choose(
    logits_BV: Tensor, sampling: Sampling, seen_BV: Tensor | None = None, uniforms_B: Tensor | None = None
) -> Tensor:
    """The next token of each row, shape (B,).

    seen_BV: which tokens each row has in its prompt or reply; only read with a repetition penalty.
    uniforms_B: one random number in [0, 1) a row; only read where `sampling` is not greedy.
    """
    if seen_BV is not None:
        logits_BV = penalise(logits_BV, seen_BV, sampling.repetition_penalty)
    if sampling.greedy or uniforms_B is None:
        return logits_BV.argmax(-1)
    return draw(narrow(logits_BV, sampling), uniforms_B)


def penalise(logits_BV: Tensor, seen_BV: Tensor, penalty: float) -> Tensor:
    """Positive logits of seen tokens divided by the penalty, negative ones multiplied by it."""
    less = torch.where(logits_BV < 0, logits_BV * penalty, logits_BV / penalty)
    return torch.where(seen_BV, less, logits_BV)


def narrow(logits_BV: Tensor, sampling: Sampling) -> Tensor:
    """The logits to draw from: tempered, and -inf for every token that is left out."""
    # From the largest logit down, so that a tiny temperature gives -inf for the others and never inf - inf.
    logits_BV = (logits_BV - logits_BV.amax(-1, keepdim=True)) / sampling.temperature
    if sampling.top_k:
        logits_BV = keep_top_k(logits_BV, sampling.top_k)
    if sampling.top_p < 1:
        logits_BV = keep_top_p(logits_BV, sampling.top_p)
    if sampling.min_p > 0:
        logits_BV = keep_min_p(logits_BV, sampling.min_p)
    return logits_BV


def keep_top_k(logits_BV: Tensor, k: int) -> Tensor:
    """The k largest logits, and whatever ties with the last of them."""
    least_B1 = logits_BV.topk(min(k, logits_BV.shape[-1])).values[:, -1:]
    return logits_BV.masked_fill(logits_BV < least_B1, -torch.inf)


def keep_top_p(logits_BV: Tensor, p: float) -> Tensor:
    """The fewest tokens whose probabilities reach p; always the likeliest one."""
    ascending_BV, order_BV = logits_BV.sort(-1)
    out_BV = ascending_BV.softmax(-1).cumsum(-1) <= 1 - p
    out_BV[:, -1] = False
    return logits_BV.masked_fill(torch.zeros_like(out_BV).scatter(-1, order_BV, out_BV), -torch.inf)


def keep_min_p(logits_BV: Tensor, p: float) -> Tensor:
    """The tokens at least p times as likely as the likeliest one."""
    probabilities_BV = logits_BV.softmax(-1)
    least_B1 = p * probabilities_BV.amax(-1, keepdim=True)
    return logits_BV.masked_fill(probabilities_BV < least_B1, -torch.inf)


def draw(logits_BV: Tensor, uniforms_B: Tensor) -> Tensor:
    """The token whose stretch of the cumulative probability holds the row's uniform (inverse CDF, fp64)."""
    cumulative_BV = logits_BV.double().softmax(-1).cumsum(-1)
    total_B = cumulative_BV[:, -1]
    # Rounding may lift the product to the total itself, which lies beyond the last token.
    point_B = torch.minimum(uniforms_B * total_B, total_B.nextafter(torch.zeros_like(total_B)))
    return torch.searchsorted(cumulative_BV, point_B[:, None], right=True)[:, 0]


def stream_key(seed: int, row: int) -> int:
    """Where a row's stream of random numbers begins."""
    return seed_of("sampling", seed, row)


def uniforms(keys_B: np.ndarray, counts_B: np.ndarray) -> np.ndarray:
    """Number `count` of each row's stream, in [0, 1): SplitMix64 (Steele et al. 2014), its top 53 bits.

    A hash of a counter rather than a generator with a state: rows that join and leave batches carry none.
    keys_B, counts_B: uint64, whose arithmetic wraps around by design.
    """
    z = keys_B + (counts_B + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) * 2.0**-53
