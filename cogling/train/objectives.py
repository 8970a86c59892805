"""Objectives: what a batch asks of the model. A function each, registered by stage in `OBJECTIVES`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from torch import Tensor
from torch.nn.functional import cross_entropy

from cogling.model.decoder import Decoder

PRIME = (1 << 31) - 1


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
    shifts_BT = random_shifts(batch, places) if (places := decoder.config.place_values) else None
    logits_BTV = decoder(batch.tokens, batch.positions, batch.documents, shifts_BT=shifts_BT).float()
    nll_BT = cross_entropy(logits_BTV.flatten(0, 1), batch.targets.flatten(), reduction="none")
    target_BT = logits_BTV.gather(-1, batch.targets[..., None])[..., 0]
    wrong_BT = target_BT < logits_BTV.amax(-1)
    return (nll_BT * batch.weights.flatten()).sum(), wrong_BT


def random_shifts(batch: TensorBatch, places: int) -> Tensor:
    """Where the place values of each document begin, 0 to places - 1; BT.

    A hash of the row's text and the document's number, instead of random numbers: the same batch has the same
    shifts, in a resumed run and in parts of the batch, with no state to keep. The products stay below 2^63.
    """
    text_B1 = (batch.tokens * (batch.positions + 1) + batch.targets).sum(1, keepdim=True)
    hashed_BT = (text_B1 + batch.documents * 40_503) % PRIME
    for factor in (48_271, 69_621):  # of well tried generators modulo PRIME (Fishman & Moore 1986)
        hashed_BT = (hashed_BT ^ (hashed_BT >> 15)) * factor % PRIME
    return hashed_BT % places


Objective = Callable[[Decoder, TensorBatch], tuple[Tensor, Tensor]]
OBJECTIVES: dict[str, Objective] = {"pretrain": next_token, "reason": next_token}
