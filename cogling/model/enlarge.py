"""A larger decoder that begins by computing what a smaller one computes.

Deeper: the old blocks keep their order, and copies between them write nothing at first, so that each starts
as the identity with features that are of use already (block expansion; Wu et al. 2024, LLaMA Pro). Wider:
the new part of the residual stream holds zeros, since nothing writes to it yet; new heads and new units of
the MLP read at random and write nothing (after Chen et al. 2016, Net2Net, which splits units instead). An
RMSNorm over more values, the new ones zero, makes the old ones larger by the root of the ratio; its gain
takes that back.
"""

from __future__ import annotations

import torch
from torch import Tensor

from cogling.model.config import COUNTED, DecoderConfig
from cogling.model.decoder import Decoder

LARGER = ("context", "depth", "width", "heads", "kv_heads", "mlp_width", *COUNTED, "ngrams")
"""What may grow."""
TOKENS = ("digits", "widths", "breaks")
"""What the tokens are; only told where that is used, so it may be told of the new one alone."""
SIGHT = ("streaming_heads", "streaming_window")
"""How far heads look, which no weight depends on."""
_WRITES = ("output.weight", "down.weight")
"""The matrices that write to the residual stream; `Decoder.init_weights` starts them at zero too."""
_WIDTH_NORMS = ("mixer_norm.weight", "mlp_norm.weight")


def obstacles(old: DecoderConfig, new: DecoderConfig) -> list[str]:
    """The keys in which `new` differs from `old` and is not larger, or must not be."""
    ours, theirs = new.to_dict(), old.to_dict()
    differing = [key for key in ours if ours[key] != theirs[key] and key not in SIGHT]
    found = [key for key in differing if key not in LARGER or ours[key] < theirs[key]]
    found = [key for key in found if key not in TOKENS or theirs[key]]
    if new.context > old.context and new.positions == "learned":
        found.append("context")
    if new.ngrams > old.ngrams > 0:  # the number of rows decides which n-gram has which
        found.append("ngrams")
    if new.width > old.width and (new.place_values or new.mixer == "average"):
        found.append("width")
    if new.heads * old.kv_heads != old.heads * new.kv_heads or (new.heads > old.heads != old.kv_heads):
        found.append("heads")
    return found


def sources(old_depth: int, depth: int) -> list[tuple[int, bool]]:
    """For each block of the deeper decoder: the old block it comes from, and whether as a silent copy."""
    blocks = [-(-(i + 1) * old_depth // depth) - 1 for i in range(depth)]
    return [(block, i > 0 and blocks[i - 1] == block) for i, block in enumerate(blocks)]


@torch.no_grad()
def enlarge(old: Decoder, new: Decoder) -> None:
    """Gives `new`, whose weights have been drawn, the function of `old`: the same logits, up to rounding.

    Raises ValueError where `obstacles` finds any.
    """
    if found := obstacles(old.config, new.config):
        raise ValueError(f"cannot enlarge: {', '.join(found)}")
    weights = old.state_dict()
    shrink = (old.config.width / new.config.width) ** 0.5
    blocks = sources(old.config.depth, new.config.depth)
    for name, tensor in new.named_parameters():
        copy = False
        if name.startswith("blocks."):
            _, block, part = name.split(".", 2)
            source, copy = blocks[int(block)]
            name = f"blocks.{source}.{part}"
        if name in weights:
            _fill(tensor, weights[name], name, copy)
        else:  # counts and n-grams, where they were not told before
            tensor.zero_()
        if name == "norm.weight" or name.endswith(_WIDTH_NORMS):
            tensor[: len(weights[name])] *= shrink


def _fill(tensor: Tensor, old: Tensor, name: str, copy: bool) -> None:
    writes = name.endswith(_WRITES)
    if writes or "embedding" in name:
        tensor.zero_()
    if not (writes and copy):
        tensor[tuple(slice(size) for size in old.shape)] = old
    if name.removesuffix(".weight") in COUNTED:  # its last row stood for all later counts
        tensor[len(old) :] = tensor[len(old) - 1]
