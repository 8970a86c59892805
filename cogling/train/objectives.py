"""Objectives: what a batch asks of the model. A function each, registered by stage in `OBJECTIVES`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor
from torch.nn.functional import cross_entropy

from cogling.model.decoder import Decoder


class TensorBatch(NamedTuple):
    """A `cogling.data.batch.Batch`, or some of its rows, on the device; each B x T.

    weights: of each target, scaled so that those of the whole batch sum to 1.
    """

    tokens: Tensor
    targets: Tensor
    weights: Tensor
    positions: Tensor
    documents: Tensor


def next_token(decoder: Decoder, batch: TensorBatch) -> tuple[Tensor, Tensor]:
    """(loss, wrong): the weighted mean of -log p(target) in nats, and where greedy decoding would differ, BT.

    Greedy decoding writes a whole reply right exactly where no token of it is wrong here, since up to
    its first mistake it reads the same text: accuracy on training data comes for free.
    """
    logits_BTV = decoder(batch.tokens, batch.positions, batch.documents).float()
    nll_BT = cross_entropy(logits_BTV.flatten(0, 1), batch.targets.flatten(), reduction="none")
    target_BT = logits_BTV.gather(-1, batch.targets[..., None])[..., 0]
    wrong_BT = target_BT < logits_BTV.amax(-1)
    return (nll_BT * batch.weights.flatten()).sum(), wrong_BT


Objective = Callable[[Decoder, TensorBatch], tuple[Tensor, Tensor]]
OBJECTIVES: dict[str, Objective] = {"pretrain": next_token, "reason": next_token}
