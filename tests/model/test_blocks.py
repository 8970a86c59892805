"""FlexAttention over blocks of packed rows equals attention under a mask, and is compiled only once.

On a CPU it has a forward pass only. Its gradients are those of its formula, which PyTorch computes on any
device once its check for a CPU is out of the way; tests/train/test_cuda.py holds the kernels of GPUs to them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor
from torch.nn.attention import flex_attention as flex

from cogling.model.blocks import block_attention, document_blocks
from cogling.model.decoder import Decoder
from cogling.model.mixers import fused
from tests.model.build import decoder, tokens

LENGTHS = ((5, 1, 6, 4), (700, 40, 1, 283), (10, 6))
"""Short documents, long ones that fill several blocks of 128, and others for the first ones' row."""


def numbers(lengths: tuple[int, ...]) -> Tensor:
    """The same documents in two rows, though in another order, with numbers that only tell them apart."""
    rows = [torch.cat([torch.full((n,), 7 - i) for i, n in enumerate(of)]) for of in (lengths, lengths[::-1])]
    return torch.stack(rows)


@pytest.fixture(autouse=True)
def _uncompiled_on_purpose() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flex, "_warn_once", lambda *_, **__: None)
        yield
    torch.compiler.reset()


@pytest.mark.parametrize("lengths", LENGTHS[:2], ids=str)
@pytest.mark.parametrize("kv_heads", [2, 4])
def test_equals_attention_under_a_mask_with_its_gradients(
    lengths: tuple[int, ...], kv_heads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flex, "_validate_device", lambda *_: None)
    documents_BT = numbers(lengths)
    B, T = documents_BT.shape
    generator = torch.Generator().manual_seed(5)
    inputs = [torch.randn(B, heads, T, 8, generator=generator) for heads in (4, kv_heads, kv_heads)]
    towards = torch.randn(B, 4, T, 8, generator=generator)
    together = documents_BT[:, None, :, None] == documents_BT[:, None, None, :]
    mask = together & torch.ones(T, T, dtype=torch.bool).tril()

    def run(kernel, seen) -> list[Tensor]:
        q, k, v = (x.clone().requires_grad_() for x in inputs)
        y = kernel(q, k, v, seen)
        (y * towards).sum().backward()
        return [y.detach(), *(x.grad for x in (q, k, v))]

    right, ours = run(fused, mask), run(block_attention, document_blocks(documents_BT))
    for expected, given in zip(right, ours, strict=True):
        assert (expected - given).abs().max() <= 1e-5 * expected.abs().max()


def test_blocks_that_nobody_sees_are_left_out() -> None:
    blocks = document_blocks(torch.arange(8).repeat_interleave(256)[None])
    dense = blocks.to_dense()[0, 0].bool()
    assert torch.equal(dense, torch.block_diag(*[torch.ones(2, 2).tril()] * 8).bool())
    assert blocks.sparsity() > 80


@pytest.mark.parametrize(
    "choices",
    [{"kv_heads": 1}, {"kv_heads": 2}, {"kv_heads": 4}, {"loops": 2}, {"positions": "none"}],
    ids=str,
)
def test_a_decoder_gives_the_same_logits_whichever_way_it_packs(choices: dict[str, object]) -> None:
    model = decoder(**choices)
    documents_BT = numbers(LENGTHS[0])
    tokens_BT = tokens(2, documents_BT.shape[1])
    with torch.no_grad():
        masked = model(tokens_BT, None, documents_BT)
        for packing in ("documents", "blocks"):
            model.packing = packing
            torch.testing.assert_close(model(tokens_BT, None, documents_BT), masked)


@pytest.mark.parametrize("choices", [{"window": 3}, {"positions": "alibi"}, {"mixer": "average"}], ids=str)
def test_what_blocks_cannot_tell_has_its_mask(choices: dict[str, object]) -> None:
    model = decoder(**choices)
    documents_BT = numbers(LENGTHS[0])
    tokens_BT = tokens(2, documents_BT.shape[1])
    with torch.no_grad():
        masked = model(tokens_BT, None, documents_BT)
        model.packing = "blocks"
        assert torch.equal(model(tokens_BT, None, documents_BT), masked)


def compiled_once(model: Decoder, backend: str) -> None:
    """One graph, blocks included, serves batches with other documents, and gives the logits of the mask."""
    compiled = torch.compile(model, dynamic=False, fullgraph=True, backend=backend)
    with torch.no_grad(), torch._dynamo.config.patch(error_on_recompile=True):
        for seed, lengths in enumerate((LENGTHS[0], LENGTHS[2], (16,))):
            tokens_BT, documents_BT = tokens(2, 16, seed), numbers(lengths)
            model.packing = "blocks"
            blocks = compiled(tokens_BT, None, documents_BT)
            model.packing = "mask"
            torch.testing.assert_close(blocks, model(tokens_BT, None, documents_BT))


def test_is_compiled_once_for_all_batches() -> None:
    compiled_once(decoder(), "eager")


@pytest.mark.slow
def test_the_compiled_kernel_of_cpus_equals_the_mask() -> None:
    compiled_once(decoder(head_width=16), "inductor")
