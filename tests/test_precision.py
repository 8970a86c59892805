"""bfloat16 where the hardware multiplies in it, unless another precision is named."""

from __future__ import annotations

import pytest
import torch

from cogling.compiler import compiled_loops_pay
from cogling.errors import CoglingError
from cogling.precision import pick_cache_precision, pick_precision

CPU, CUDA = torch.device("cpu"), torch.device("cuda")


def test_a_named_precision_is_taken_at_its_word_and_an_unknown_one_refused() -> None:
    assert pick_precision("bfloat16", CPU) is torch.bfloat16
    assert pick_precision("float32", CUDA) is torch.float32
    assert pick_precision("auto", torch.device("mps")) is torch.float32
    with pytest.raises(CoglingError, match=r"unknown precision 'fp8'; use auto, bfloat16, float32"):
        pick_precision("fp8", CPU)


@pytest.mark.parametrize(
    ("name", "tiles", "native", "faster"),
    [
        ("AMD EPYC", False, False, False),
        ("AMD EPYC", False, True, True),
        ("Intel Xeon", False, True, False),
        ("Intel Xeon", True, True, True),
    ],
)
def test_a_cpu_that_is_faster_in_bfloat16_computes_in_it(
    monkeypatch: pytest.MonkeyPatch, name: str, tiles: bool, native: bool, faster: bool
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"cpu_name": name})
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: tiles)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: native)
    assert pick_precision("auto", CPU) is (torch.bfloat16 if faster else torch.float32)


@pytest.mark.parametrize(
    ("tiles", "compiler", "context", "half"),
    [
        (True, None, 256, True),
        (False, "g++", 4096, True),
        (False, "g++", 256, False),  # hardly any time goes into so short a cache
        (False, None, 4096, False),
    ],
)
def test_a_cache_is_in_bfloat16_where_that_is_read_faster(
    monkeypatch: pytest.MonkeyPatch, tiles: bool, compiler: str | None, context: int, half: bool
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: tiles)
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: True)
    monkeypatch.setattr("cogling.compiler.find_compiler", lambda: compiler)
    compiled_loops_pay.cache_clear()
    assert pick_cache_precision("auto", CPU, context) is (torch.bfloat16 if half else torch.float32)
    assert pick_cache_precision("bfloat16", CPU, context) is torch.bfloat16
    assert pick_cache_precision("float32", CPU, context) is torch.float32
    compiled_loops_pay.cache_clear()


def test_bfloat16_that_a_gpu_only_imitates_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    def supported(including_emulation: bool = True) -> bool:
        return including_emulation

    monkeypatch.setattr(torch.cuda, "is_bf16_supported", supported)
    assert pick_precision("auto", CUDA) is torch.float32
    assert pick_precision("bfloat16", CUDA) is torch.bfloat16
