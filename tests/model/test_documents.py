"""Attention document by document equals attention under a mask, forward and backward."""

from __future__ import annotations

import pytest
import torch

from cogling.model.documents import document_attention, spans
from cogling.model.mixers import fused

LENGTHS = ((5, 1, 6, 4), (700, 40, 1, 283), (1500, 4), (16,))
"""Short documents, long ones (whose queries are worked on in several parts), and one that fills its row."""


def numbers(lengths: tuple[int, ...]) -> torch.Tensor:
    return torch.cat([torch.full((n,), i) for i, n in enumerate(lengths)]).expand(2, -1)


def test_spans_cover_every_row() -> None:
    found = spans(torch.tensor([[0, 0, 1, 1, 1, 4], [2, 3, 3, 4, 4, 4]]))
    assert found == [(0, 0, 2), (0, 2, 5), (0, 5, 6), (1, 0, 1), (1, 1, 3), (1, 3, 6)]
    assert spans(torch.zeros(1, 3)) == [(0, 0, 3)]


@pytest.mark.parametrize("lengths", LENGTHS, ids=str)
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16], ids=str)
@pytest.mark.parametrize("window", [0, 3, 300])
def test_equals_attention_under_a_mask(lengths: tuple[int, ...], dtype: torch.dtype, window: int) -> None:
    generator = torch.Generator().manual_seed(5)
    documents_BT = numbers(lengths)
    B, T = documents_BT.shape
    together = documents_BT[:, None, :, None] == documents_BT[:, None, None, :]
    mask = together & torch.ones(T, T, dtype=torch.bool).tril()
    if window:
        mask &= torch.ones(T, T, dtype=torch.bool).triu(1 - window)
    inputs = [torch.randn(B, 3, T, 8, generator=generator) for _ in range(3)]
    towards = torch.randn(B, 3, T, 8, generator=generator)

    def run(kernel, of: torch.dtype) -> list[torch.Tensor]:
        q, k, v = (x.to(of).requires_grad_() for x in inputs)
        y = kernel(q, k, v)
        (y * towards.to(of)).sum().backward()
        return [x.float() for x in (y.detach(), q.grad, k.grad, v.grad)]

    right = run(lambda q, k, v: fused(q, k, v, mask), torch.float64)
    ours = run(lambda q, k, v: document_attention(q, k, v, documents_BT, window), dtype)
    allowed = 1e-5 if dtype == torch.float32 else 0.02
    for expected, given in zip(right, ours, strict=True):
        assert (expected - given).abs().max() <= allowed * expected.abs().max()
