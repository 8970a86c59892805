"""What must hold on a real NVIDIA GPU; without one all of it is skipped.

python -m pytest tests/train/test_cuda.py -m "slow or not slow"
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.nn.functional import cosine_similarity

from cogling.model.blocks import block_attention, document_blocks
from cogling.model.decoder import Decoder
from cogling.model.mixers import fused
from cogling.optim.muon import Muon
from cogling.precision import pick_precision
from cogling.train.compute import Compute
from cogling.train.run import grow
from tests.tiny import Silent, batch_of, fingerprints, gradients, loop_in, messages, of_kind, tiny, tokenizer
from tests.train.test_compute import random_weights
from tests.train.test_resume import stop_at

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")

SHAPES = [(), ("model.heads=2", "model.kv_heads=1"), ("model.loops=2", "model.place_values=8")]


def step_on(device: str, *overrides: str) -> tuple[float, Tensor, dict[str, Tensor], Compute]:
    """(loss, wrong, gradients on the CPU, compute) of the same weights and batch on any device."""
    recipe = tiny(f"train.device={device}", *overrides)
    text = tokenizer(recipe)
    decoder = Decoder(recipe.decoder_config(text.vocab_size, text.digits))
    random_weights(decoder)
    compute = Compute(recipe, decoder)
    loss, wrong = compute.gradients("reason", batch_of(recipe, text))
    return loss, wrong, {name: g.cpu() for name, g in gradients(compute.decoder).items()}, compute


def alike(ours: dict[str, Tensor], theirs: dict[str, Tensor], least: float) -> None:
    for name, gradient in theirs.items():
        assert cosine_similarity(ours[name].flatten(), gradient.flatten(), dim=0) > least, name
        assert ours[name].norm() == pytest.approx(float(gradient.norm()), rel=20 * (1 - least)), name


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_uncompiled_float32_is_that_of_the_cpu(shape: tuple[str, ...]) -> None:
    right = step_on("cpu", "train.precision=float32", *shape)
    ours = step_on("cuda", "train.precision=float32", *shape)
    assert ours[0] == pytest.approx(right[0], rel=1e-5)
    assert (ours[1] == right[1]).float().mean() > 0.999
    alike(ours[2], right[2], 0.9999)
    assert ours[3].working.packing == "mask"
    assert len(ours[3].notes) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    "shape", [*SHAPES, ("train.gradient_checkpointing=true", "train.accumulate=2")], ids=str
)
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_compiled_with_blocks_is_that_of_the_cpu(precision: str, shape: tuple[str, ...]) -> None:
    right = step_on("cpu", "train.precision=float32", *shape)
    ours = step_on("cuda", f"train.precision={precision}", "train.compile=on", *shape)
    assert ours[3].working.packing == "blocks", ours[3].notes
    assert ours[3].notes == []
    assert ours[0] == pytest.approx(right[0], rel=1e-4 if precision == "float32" else 0.02)
    assert (ours[1] == right[1]).float().mean() > (0.999 if precision == "float32" else 0.95)
    alike(ours[2], right[2], 0.9999 if precision == "float32" else 0.99)


@pytest.mark.slow
def test_other_documents_compile_nothing_new() -> None:
    recipe = tiny("train.device=cuda", "train.compile=on")
    text = tokenizer(recipe)
    decoder = Decoder(recipe.decoder_config(text.vocab_size, text.digits))
    random_weights(decoder)
    compute = Compute(recipe, decoder)
    compute.gradients("reason", batch_of(recipe, text))
    with torch._dynamo.config.patch(error_on_recompile=True):
        for index in range(1, 4):
            compute.gradients("reason", batch_of(recipe, text, index))


@pytest.mark.slow
@pytest.mark.parametrize("lengths", [(5, 1, 6, 4), (700, 40, 1, 283), (16,)], ids=str)
@pytest.mark.parametrize("kv_heads", [1, 4])
def test_the_kernel_equals_attention_under_a_mask(lengths: tuple[int, ...], kv_heads: int) -> None:
    documents_BT = torch.arange(len(lengths)).repeat_interleave(torch.tensor(lengths)).expand(2, -1).cuda()
    T = documents_BT.shape[1]
    together = documents_BT[:, None, :, None] == documents_BT[:, None, None, :]
    mask = together & torch.ones(T, T, dtype=torch.bool, device="cuda").tril()
    generator = torch.Generator().manual_seed(5)
    inputs = [torch.randn(2, heads, T, 32, generator=generator).cuda() for heads in (4, kv_heads, kv_heads)]

    def run(kernel: Any, seen: Any) -> list[Tensor]:
        q, k, v = (x.clone().requires_grad_() for x in inputs)
        y = kernel(q, k, v, seen)
        y.square().sum().backward()
        return [y.detach(), *(x.grad for x in (q, k, v) if x.grad is not None)]

    def by_blocks(q: Tensor, k: Tensor, v: Tensor, documents_BT: Tensor) -> Tensor:
        return block_attention(q, k, v, document_blocks(documents_BT))

    right, ours = run(fused, mask), run(torch.compile(by_blocks, dynamic=False), documents_BT)
    for expected, given in zip(right, ours, strict=True):
        assert (expected - given).abs().max() <= 1e-4 * expected.abs().max()


def test_muon_moves_matrices_as_on_the_cpu() -> None:
    def moved(device: str) -> list[Tensor]:
        generator = torch.Generator().manual_seed(1)
        shapes = [(32, 32), (32, 32), (32, 96), (96, 32)]
        matrices = [torch.randn(*shape, generator=generator).to(device).requires_grad_() for shape in shapes]
        optimizer = Muon(matrices, 0.02, weight_decay=0.1, iteration_dtype=torch.float32)
        for _ in range(3):
            for matrix in matrices:
                matrix.grad = torch.randn(*matrix.shape, generator=generator).to(device)
            optimizer.step()
        return [matrix.detach().cpu() for matrix in matrices]

    for ours, right in zip(moved("cuda"), moved("cpu"), strict=True):
        torch.testing.assert_close(ours, right, atol=1e-4, rtol=1e-4)


def test_bfloat16_is_chosen_where_the_gpu_multiplies_it() -> None:
    native = torch.cuda.get_device_capability() >= (8, 0)
    expected = torch.bfloat16 if native else torch.float32
    assert pick_precision("auto", torch.device("cuda")) is expected


@pytest.mark.parametrize("name", ["muon", "adamw", "lion", "sgd"])
def test_a_run_goes_from_cpu_to_cuda_and_back(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    for device, last in (("cpu", 10), ("cuda", 20), ("cpu", 40)):
        recipe = tiny(f"train.device={device}", f"optimizer.name={name}", "train.ema=0.9")
        if last < 40:
            stop_at(last, recipe, folder)
        else:
            grow(recipe, folder, Silent(recipe))
    steps = [f"resumed from step {step}" for step in (10, 20)]
    assert [message for message in messages(folder) if message.startswith("resumed")] == steps
    assert not any("skipped" in message or "rolled" in message for message in messages(folder))
    losses = [record["loss"] for record in of_kind(folder, "train")]
    assert len(losses) == 40
    assert sum(losses[30:]) < sum(losses[:10])


def test_a_checkpoint_crosses_to_the_gpu_to_the_bit(tmp_path: Path) -> None:
    """Loaded on the GPU and saved again at once, every tensor is what it was."""
    folder = tmp_path / "run"
    grow(recipe := tiny("train.device=cpu", "train.ema=0.9"), folder, Silent(recipe))
    before = fingerprints(folder)
    loop = loop_in(folder, tiny("train.device=cuda", "train.ema=0.9"))
    loop.run()  # nothing is left to do but to load
    assert loop.state.decoder.embedding.weight.device.type == "cuda"
    loop.loader, loop.records = EmptyHanded(), EmptyHanded()  # type: ignore[assignment]
    loop._started = loop._seconds_before = loop._waited_before = 0.0
    loop._save()
    assert fingerprints(folder) == before


class EmptyHanded:
    """A loader and records that have nothing to save."""

    waited = 0.0

    def state(self) -> list[Any]:
        return []

    def sizes(self) -> dict[str, int]:
        return {}
