"""Which heads of a model may become streaming heads: those without whose far sight it reads as well.

Each key and value head in turn is kept from seeing further than the window while the model reads worked
replies. What that does to the loss is averaged over tasks as a ratio, so that a task that the model cannot
do, with a hundred times the loss, does not drown the others.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch.nn.functional import cross_entropy

from cogling.model.decoder import Decoder
from cogling.model.streaming import with_streaming

LEAST_LOSS = 1e-4
"""Nats per token that every task's loss is raised by: ratios of less are noise."""

Heads = list[list[int]]
"""Which heads of each block."""


@dataclass(frozen=True, slots=True)
class Text:
    """One question with its worked reply, as tokens. task: what its loss is averaged by."""

    task: str
    prompt: list[int]
    reply: list[int]


def loss_by_task(decoder: Decoder, texts: Sequence[Text]) -> dict[str, float]:
    """Nats per token of the replies."""
    total: dict[str, float] = {}
    count: dict[str, int] = {}
    for text in texts:
        tokens_1T = torch.tensor([text.prompt + text.reply[:-1]], device=decoder.embedding.weight.device)
        with torch.inference_mode():
            logits_TV = decoder(tokens_1T)[0, len(text.prompt) - 1 :].float()
        loss = cross_entropy(logits_TV, torch.tensor(text.reply, device=logits_TV.device), reduction="sum")
        total[text.task] = total.get(text.task, 0.0) + float(loss)
        count[text.task] = count.get(text.task, 0) + len(text.reply)
    return {task: total[task] / count[task] for task in total}


def ratio(losses: dict[str, float], usual: dict[str, float]) -> float:
    """The geometric mean over tasks of one loss against the other."""
    logs = [math.log((losses[task] + LEAST_LOSS) / (usual[task] + LEAST_LOSS)) for task in usual]
    return math.exp(sum(logs) / len(logs))


def each_head(decoder: Decoder, texts: Sequence[Text], window: int) -> Iterator[tuple[int, int, float]]:
    """(block, head, what the loss is multiplied by) for each head that sees only the window, alone."""
    config = decoder.config
    usual = loss_by_task(decoder, texts)
    for block in range(config.depth):
        for head in range(config.kv_heads):
            heads = [[head] if other == block else [] for other in range(config.depth)]
            yield block, head, ratio(loss_by_task(with_streaming(decoder, heads, window), texts), usual)


def chosen(cost: dict[tuple[int, int], float], depth: int, most: float) -> Heads:
    """The heads that alone multiply the loss by no more than `most`."""
    return [
        [head for (at, head), times in cost.items() if at == block and times <= most]
        for block in range(depth)
    ]
