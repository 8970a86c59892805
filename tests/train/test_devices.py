"""What other devices get, as far as a CPU can tell; tests/train/test_cuda.py holds where there is a GPU."""

from __future__ import annotations

import warnings
from functools import partial
from typing import Any

import pytest
import torch
from torch.nn.attention import flex_attention as flex

from cogling.errors import CoglingError
from cogling.model.decoder import Decoder
from cogling.train import compute as compute_module
from cogling.train.compute import Compute, prepare
from cogling.train.state import new_state
from tests.tiny import batch_of, tiny, tokenizer
from tests.train.test_compute import gradients_with, random_weights

CPU, CUDA, MPS = (torch.device(name) for name in ("cpu", "cuda", "mps"))
SLOWER = "packed rows attend under a mask, which costs time and memory"


def prepared(device: torch.device, *overrides: str, compiled: bool = True, length: int = 512) -> Any:
    """(how packed rows attend, the kernel of attention, notes) on a device of that type."""
    decoder = Decoder(tiny(*overrides).decoder_config(32))
    notes = prepare(decoder, device, compiled, False, length)
    return decoder.packing, getattr(decoder.blocks[0].mixer, "kernel", None), notes


def test_the_device_decides_how_packed_rows_attend() -> None:
    assert prepared(CPU) == ("documents", "bounded", [])
    assert prepared(CPU, length=256) == ("mask", "bounded", [])
    assert prepared(CUDA) == ("blocks", "fused", [])
    assert prepared(CUDA, length=128) == ("blocks", "fused", [])


def test_a_gpu_that_must_do_without_blocks_says_why() -> None:
    mps = [f"PyTorch's FlexAttention does not train on mps: {SLOWER}"]
    assert prepared(MPS) == ("mask", "fused", mps)
    uncompiled = [f"FlexAttention needs train.compile: {SLOWER}"]
    assert prepared(CUDA, compiled=False) == ("mask", "fused", uncompiled)
    for override in ("model.window=8", "model.positions=alibi"):
        expected = [f"model.window, model.streaming_heads or model.positions=alibi: {SLOWER}"]
        assert prepared(CUDA, override) == ("mask", "fused", expected)
    assert prepared(CUDA, "model.mixer=average") == ("mask", None, [])


@pytest.fixture
def blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks on the CPU, with the gradients of their formula."""
    monkeypatch.setattr(flex, "_validate_device", lambda *_: None)
    monkeypatch.setattr(flex, "_warn_once", lambda *_, **__: None)
    monkeypatch.setattr(compute_module, "pick_packing", lambda *_: ("blocks", []))
    monkeypatch.setattr(compute_module, "find_compiler", lambda: "g++")


SHAPE = ("train.precision=float32", "model.heads=2", "model.kv_heads=1")


def same(one: Any, other: Any) -> None:
    assert one[0] == pytest.approx(other[0], abs=1e-5)
    assert torch.equal(one[1], other[1])
    for name, gradient in other[2].items():
        torch.testing.assert_close(one[2][name], gradient, atol=1e-5, rtol=0)


@pytest.mark.parametrize("extra", [(), ("train.gradient_checkpointing=true", "train.accumulate=2")], ids=str)
def test_gradients_by_blocks_are_those_under_a_mask(
    extra: tuple[str, ...], request: pytest.FixtureRequest
) -> None:
    masked = gradients_with(tiny(*SHAPE))
    request.getfixturevalue("blocks")
    same(gradients_with(tiny(*SHAPE, *extra)), masked)


@pytest.mark.slow
def test_the_whole_pass_is_one_graph_with_the_same_gradients(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = (
        "train.gradient_checkpointing=true",
        "train.accumulate=2",
        "model.loops=2",
        "model.place_values=8",
    )
    masked = gradients_with(tiny(*SHAPE, *extra))
    request.getfixturevalue("blocks")
    # Traced and differentiated as for a GPU, but not turned into kernels, which CPUs lack.
    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="aot_eager", fullgraph=True))
    same(gradients_with(tiny(*SHAPE, *extra, "train.compile=on")), masked)


def compiling(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Compute:
    """A compute whose compiled objective fails with that error unless rows attend under a mask."""

    def compile(objective: Any, **_: Any) -> Any:
        def run(decoder: Decoder, batch: Any) -> Any:
            if decoder.packing == "blocks":
                raise error
            return objective(decoder, batch)

        return run

    monkeypatch.setattr(torch, "compile", compile)
    recipe = tiny(*SHAPE, "train.compile=on")
    decoder = Decoder(recipe.decoder_config(tokenizer(recipe).vocab_size))
    random_weights(decoder)
    return Compute(recipe, decoder)


@pytest.mark.usefixtures("blocks")
def test_blocks_that_fail_give_way_to_the_mask_and_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    compute = compiling(monkeypatch, RuntimeError("no kernel for you\nlong story"))
    recipe = tiny(*SHAPE)
    loss, _ = compute.gradients("reason", batch_of(recipe, tokenizer(recipe)))
    assert loss > 0
    assert compute.working.packing == "mask"
    assert compute.compile == "on"
    assert compute.notes == [f"FlexAttention failed (no kernel for you): {SLOWER}"]


@pytest.mark.usefixtures("blocks")
def test_a_gpu_without_memory_is_one_line_that_says_what_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    compute = compiling(monkeypatch, torch.OutOfMemoryError("CUDA out of memory. Tried ..."))
    recipe = tiny(*SHAPE)
    with pytest.raises(CoglingError, match=r"out of memory at 4 rows of 128 tokens; raise train.accumulate"):
        compute.gradients("reason", batch_of(recipe, tokenizer(recipe)))
    assert compute.working.packing == "blocks"


@pytest.mark.parametrize("name", ["muon", "adamw", "lion", "sgd"])
def test_a_checkpoint_written_elsewhere_is_taken_to_the_decoders_device(name: str) -> None:
    """The device `meta` stands for a GPU: it holds shapes and no numbers, but says where a tensor is."""
    recipe = tiny(f"optimizer.name={name}", "train.ema=0.9")
    here = new_state(recipe, Decoder(recipe.decoder_config(32)))
    there = new_state(recipe, Decoder(recipe.decoder_config(32)).to("meta"))
    saved = here.tensors()
    assert {tensor.device.type for tensor in saved.values()} == {"cpu"}
    assert {(key, t.shape, t.dtype) for key, t in saved.items()} == {
        (key, t.shape, t.dtype) for key, t in there.tensors().items()
    }
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "for .*: copying from a non-meta parameter")
        there.restore(here.values(), saved, here.shown.state_dict())
    moved = [*there.tensors().items(), *there.shown.state_dict().items()]
    # PyTorch's own AdamW counts its steps on the CPU where it is not fused.
    assert {tensor.device.type for key, tensor in moved if ".step." not in key} == {"meta"}
