"""Attention of single queries over a cache in bfloat16, by loops of C, against the formula in float64."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from cogling.compiler import find_compiler
from cogling.model import mixers, one_token
from cogling.model.decoder import Decoder
from cogling.model.one_token import OneToken, loops
from tests.model import build

B, S = 3, 41

compiles = pytest.mark.skipif(find_compiler() in (None, "cl"), reason="no C compiler")


def inputs(heads: int, kv_heads: int, width: int = 8) -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(heads * 10 + kv_heads)
    q_BH1W = torch.randn(B, heads, 1, width, generator=generator)
    # As a cache gives them: some heads and the first slots of more, so not contiguous.
    k_BKSW, v_BKSW = (
        torch.randn(B, kv_heads + 1, S + 5, width, generator=generator).bfloat16()[:, 1:, :S] for _ in "kv"
    )
    return q_BH1W.bfloat16(), k_BKSW, v_BKSW


def by_the_formula(q_BH1W: Tensor, k_BKSW: Tensor, v_BKSW: Tensor, seen_B11S: Tensor) -> Tensor:
    group, width = q_BH1W.shape[1] // k_BKSW.shape[1], q_BH1W.shape[-1]
    k, v = (x.double().repeat_interleave(group, dim=1) for x in (k_BKSW, v_BKSW))
    scores_BH1S = (q_BH1W.double() @ k.mT / width**0.5).masked_fill(~seen_B11S, float("-inf"))
    return scores_BH1S.softmax(-1) @ v


def seen_from(*first: int) -> Tensor:
    return torch.arange(S) >= torch.tensor(first)[:, None, None, None]


@compiles
@pytest.mark.parametrize(("heads", "kv_heads"), [(4, 4), (4, 2)])
@pytest.mark.parametrize("width", [8, 20, 32])
def test_it_equals_the_formula_over_what_each_row_sees(heads: int, kv_heads: int, width: int) -> None:
    q, k, v = inputs(heads, kv_heads, width)
    scattered = torch.arange(S) % torch.tensor([2, 3, 5])[:, None, None, None] == 0
    with torch.inference_mode():
        for seen in (seen_from(0, 7, S - 1), scattered, seen_from(3)):
            y = OneToken()(q, k, v, seen)
            assert y is not None
            expected = by_the_formula(q, k, v, seen.expand(B, 1, 1, S))
            torch.testing.assert_close(y.double(), expected, rtol=1e-4, atol=1e-5)


@compiles
@pytest.mark.parametrize("size", [30, 1e4])
def test_a_key_far_above_all_others_takes_all_and_the_least_likely_nothing(size: float) -> None:
    q, k, v = inputs(4, 4)
    k = k * size
    v = torch.where(torch.arange(S)[:, None] == 5, 1e4, v).bfloat16()  # a slot that no row sees
    seen = (torch.arange(S) != 5).expand(B, 1, 1, S)
    with torch.inference_mode():
        y = OneToken()(q, k, v, seen)
    assert y is not None
    torch.testing.assert_close(y.double(), by_the_formula(q, k, v, seen), rtol=1e-4, atol=1e-5)


@compiles
def test_threads_share_heads_without_a_trace_in_the_result(monkeypatch: pytest.MonkeyPatch) -> None:
    q, k, v = inputs(4, 2)
    threads = torch.get_num_threads()
    with torch.inference_mode():
        alone = OneToken()(q, k, v, seen_from(0, 1, 2))
        monkeypatch.setattr(one_token, "LEAST_SHARED", 0)
        torch.set_num_threads(5)
        try:
            shared = OneToken()(q, k, v, seen_from(0, 1, 2))
        finally:
            torch.set_num_threads(threads)
    assert alone is not None
    assert shared is not None
    assert torch.equal(alone, shared)


@compiles
@pytest.mark.parametrize("window", [1, 6, S, 2 * S])
def test_near_heads_see_the_last_slots_only(window: int) -> None:
    q, k, v = inputs(6, 3)
    seen = seen_from(0, S - 4, S - 1)
    in_window = seen & (torch.arange(S) >= S - window)
    with torch.inference_mode():
        y = OneToken()(q, k, v, seen, near=2, window=window)
    assert y is not None
    near, far = by_the_formula(q, k, v, in_window)[:, :4], by_the_formula(q, k, v, seen)[:, 4:]
    torch.testing.assert_close(y.double(), torch.cat((near, far), dim=1), rtol=1e-4, atol=1e-5)


def written(decoder: Decoder) -> Tensor:
    """Hidden states of tokens read one by one, rows of two lengths, with a cache in bfloat16."""
    tokens_BT = build.tokens(2, 16)
    cache = decoder.new_cache(torch.tensor([0, 3]), 16, torch.bfloat16)
    with torch.inference_mode():
        return torch.cat([decoder.hidden(tokens_BT[:, i : i + 1], cache=cache) for i in range(3, 16)], dim=1)


@compiles
@pytest.mark.parametrize("streaming", [(), (1, 2), (0, 1)])
def test_a_decoder_writes_the_same_with_it_and_without(
    streaming: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: False)  # all else in float32
    decoder = build.decoder(streaming_heads=streaming, streaming_window=5 if streaming else 0)
    without = written(decoder)
    monkeypatch.setattr(one_token, "compiled_loops_pay", lambda: True)
    monkeypatch.setattr(one_token, "LEAST", 0)
    calls = []
    monkeypatch.setattr(one_token, "loops", lambda width: calls.append(width) or loops(width))
    torch.testing.assert_close(written(decoder), without, rtol=1e-3, atol=1e-3)
    assert len(calls) == 2 * 13


def test_only_single_queries_over_much_of_bfloat16_are_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_token, "compiled_loops_pay", lambda: True)
    kernel, k = OneToken(), torch.zeros(4, 4, 1024, 8, dtype=torch.bfloat16)
    one, two = torch.zeros(4, 4, 1, 8), torch.zeros(4, 4, 2, 8)
    with torch.inference_mode():
        assert kernel.worthwhile(one, k)
        assert not kernel.worthwhile(two, k)
        assert not kernel.worthwhile(one, k.float())
        assert not kernel.worthwhile(one, k[:, :, :100])
        assert not kernel.worthwhile(one, k.mT.contiguous().mT)  # slots of a head lie apart
    assert not kernel.worthwhile(one, k)  # it has no gradient


def test_a_compiler_that_fails_costs_a_warning_and_no_reply(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(width: int) -> None:
        raise OSError("no space left on device\nand more")

    decoder = build.decoder()
    without = written(decoder)
    kernel = OneToken()
    monkeypatch.setattr(one_token, "compiled_loops_pay", lambda: True)
    monkeypatch.setattr(one_token, "LEAST", 0)
    monkeypatch.setattr(one_token, "loops", broken)
    monkeypatch.setattr(mixers, "_one_token", kernel)
    with pytest.warns(UserWarning, match=r"read a cache \(no space left on device\)") as warned:
        torch.testing.assert_close(written(decoder), without)
    assert len(warned) == 1
    assert kernel.failed
