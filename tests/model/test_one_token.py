"""Attention of single queries over a cache in bfloat16, compiled, against the formula in float64."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from cogling.compiler import find_compiler
from cogling.model import mixers, one_token
from cogling.model.one_token import OneToken

B, S, W = 3, 40, 8


def inputs(heads: int, kv_heads: int) -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(heads * 10 + kv_heads)
    q_BH1W = torch.randn(B, heads, 1, W, generator=generator)
    # As a cache gives them: the first slots of more, so not contiguous.
    k_BKSW, v_BKSW = (
        torch.randn(B, kv_heads, S + 5, W, generator=generator).bfloat16()[:, :, :S] for _ in "kv"
    )
    return q_BH1W.bfloat16(), k_BKSW, v_BKSW


def by_the_formula(q_BH1W: Tensor, k_BKSW: Tensor, v_BKSW: Tensor, added: Tensor) -> Tensor:
    group = q_BH1W.shape[1] // k_BKSW.shape[1]
    k, v = (x.double().repeat_interleave(group, dim=1) for x in (k_BKSW, v_BKSW))
    return (q_BH1W.double() @ k.mT / W**0.5 + added).softmax(-1) @ v


@pytest.mark.skipif(find_compiler() is None, reason="no C++ compiler")
@pytest.mark.parametrize(("heads", "kv_heads"), [(4, 4), (4, 2)])
def test_it_equals_the_formula_under_a_mask_and_with_a_bias(heads: int, kv_heads: int) -> None:
    q, k, v = inputs(heads, kv_heads)
    mask_B11S = torch.arange(S) >= torch.tensor([0, 7, S - 1])[:, None, None, None]
    bias_BH1S = torch.linspace(-2, 0, S).expand(B, heads, 1, S)
    hidden = torch.zeros(B, 1, 1, S).masked_fill(~mask_B11S, float("-inf"))
    with torch.inference_mode():
        for given, added in ((mask_B11S, hidden), (bias_BH1S, bias_BH1S), (None, torch.zeros(1))):
            y = OneToken()(q, k, v, given)
            assert y is not None
            assert y.dtype == torch.bfloat16
            expected = by_the_formula(q, k, v, added.double())
            torch.testing.assert_close(y.double(), expected, rtol=8e-3, atol=1e-3)


@pytest.mark.slow
@pytest.mark.skipif(find_compiler() is None, reason="no C++ compiler")
def test_parts_of_caches_of_all_shapes_run_compiled() -> None:
    kernel = OneToken()
    with torch.inference_mode(), torch._dynamo.config.patch(fail_on_recompile_limit_hit=True):
        for rows, heads, first, slots in itertools.product((1, 3), (1, 2, 3), (0, 1), (S, S + 5)):
            k, v = (torch.randn(rows, 5, S + 5, W).bfloat16() for _ in "kv")
            part = slice(first, first + heads)
            kernel(torch.randn(rows, heads, 1, W), k[:, part, :slots], v[:, part, :slots], None)
            kernel(torch.randn(rows, 5, 1, W), k[:, :, -slots:], v[:, :, -slots:], None)
    assert not kernel.failed


def test_only_single_queries_over_much_of_bfloat16_are_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_token, "compiled_loops_pay", lambda: True)
    kernel, k = OneToken(), torch.zeros(4, 4, 1024, 8, dtype=torch.bfloat16)
    one, two = torch.zeros(4, 4, 1, 8), torch.zeros(4, 4, 2, 8)
    with torch.inference_mode():
        assert kernel.worthwhile(one, k)
        assert not kernel.worthwhile(two, k)
        assert not kernel.worthwhile(one, k.float())
        assert not kernel.worthwhile(one, k[:, :, :100])
    assert not kernel.worthwhile(one, k)  # it has no gradient


def test_a_compiler_that_fails_costs_a_warning_and_no_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Tensor) -> Tensor:
        raise RuntimeError("no space left on device\nand more")

    monkeypatch.setattr(one_token, "compiled_loops_pay", lambda: True)
    monkeypatch.setattr(one_token, "LEAST", 0)
    monkeypatch.setattr(one_token, "compiled", lambda loop: broken)
    kernel = OneToken()
    monkeypatch.setattr(mixers, "_one_token", kernel)
    q, k, v = inputs(4, 4)
    with torch.inference_mode(), pytest.warns(UserWarning, match=r"torch.compile failed \(no space left on"):
        y = mixers.fused(q, k, v, torch.ones(B, 1, 1, S, dtype=torch.bool))
    torch.testing.assert_close(y.double(), by_the_formula(q, k, v, torch.zeros(1)), rtol=2e-2, atol=1e-2)
    with torch.inference_mode():
        assert not kernel.worthwhile(q, k)
