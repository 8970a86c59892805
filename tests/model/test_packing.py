"""Invariant 5: in a packed batch, editing one document leaves another's logits unchanged."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn.attention import flex_attention

from cogling.model.mixers import ATTENTION_KERNELS
from tests.model.build import MIXERS, POSITIONS, decoder, tokens

LENGTHS = (5, 1, 6, 4)
WINDOWS = (0, 3)
every_model = pytest.mark.parametrize(
    "choices",
    [{"mixer": m, "positions": p, "window": w} for m in MIXERS for p in POSITIONS for w in WINDOWS]
    + [{"mixer": m, "loops": 3} for m in MIXERS]
    + [{"sharpen": 2}, {"runs": 5}, {"ngrams": 11}],
    ids=lambda c: "-".join(map(str, c.values())),
)


def packed() -> tuple[Tensor, Tensor, Tensor]:
    """Two rows of four documents: tokens, positions, documents."""
    positions = torch.cat([torch.arange(n) for n in LENGTHS])
    documents = torch.cat([torch.full((n,), i) for i, n in enumerate(LENGTHS)])
    return tokens(2, sum(LENGTHS)), positions.expand(2, -1), documents.expand(2, -1)


@every_model
@torch.no_grad()
def test_editing_one_document_leaves_anothers_logits_unchanged(choices):
    model = decoder(**choices)
    tokens_BT, positions_BT, documents_BT = packed()
    before = model(tokens_BT, positions_BT, documents_BT)
    for document in range(len(LENGTHS)):
        inside = documents_BT == document
        edited = torch.where(inside, (tokens_BT + 5) % 17, tokens_BT)
        after = model(edited, positions_BT, documents_BT)
        assert torch.equal(before[~inside], after[~inside])
        assert (before[inside] != after[inside]).any(-1).all()


@pytest.mark.parametrize("kernel", list(ATTENTION_KERNELS))
@torch.no_grad()
def test_no_kernel_lets_another_document_into_the_last_bits(kernel):
    model = decoder(kv_heads=4)
    for block in model.blocks:
        block.mixer.kernel = kernel
    tokens_BT, positions_BT, documents_BT = packed()
    edited = torch.where(documents_BT == 2, (tokens_BT + 5) % 17, tokens_BT)
    before, after = (model(t, positions_BT, documents_BT) for t in (tokens_BT, edited))
    assert torch.equal(before[documents_BT != 2], after[documents_BT != 2])


@pytest.mark.parametrize("packing", ["documents", "blocks"])
@torch.no_grad()
def test_no_way_of_packing_lets_another_document_into_the_last_bits(packing, monkeypatch):
    monkeypatch.setattr(flex_attention, "_warn_once", lambda *_, **__: None)  # uncompiled on purpose
    model = decoder()
    model.packing = packing
    tokens_BT, _, documents_BT = packed()
    edited = torch.where(documents_BT == 2, (tokens_BT + 5) % 17, tokens_BT)
    before, after = (model(t, None, documents_BT) for t in (tokens_BT, edited))
    assert torch.equal(before[documents_BT != 2], after[documents_BT != 2])
    assert (before[documents_BT == 2] != after[documents_BT == 2]).any()


@every_model
@torch.no_grad()
def test_packed_logits_equal_those_of_each_document_alone(choices):
    model = decoder(**choices)
    tokens_BT, positions_BT, documents_BT = packed()
    together = model(tokens_BT, positions_BT, documents_BT).split(LENGTHS, dim=1)
    for document, part_BT in zip(together, tokens_BT.split(LENGTHS, dim=1), strict=True):
        torch.testing.assert_close(document, model(part_BT), rtol=1e-5, atol=1e-5)


def test_a_document_gets_no_gradient_from_anothers_loss():
    # Untied, since through a tied head every row of the table gets a gradient.
    model = decoder(tied=False)
    tokens_BT = torch.arange(16)[None]  # no token is in two documents
    _, positions_BT, documents_BT = (t[:1] for t in packed())
    logits = model(tokens_BT, positions_BT, documents_BT)
    logits[documents_BT == 2].square().sum().backward()
    touched = model.embedding.weight.grad.abs().sum(-1)[:16] > 0
    assert touched.tolist() == (documents_BT[0] == 2).tolist()
