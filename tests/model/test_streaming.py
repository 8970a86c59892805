"""Streaming heads see the last tokens only; heads put in another order make the same model."""

from __future__ import annotations

import pytest
import torch

from cogling.model.streaming import with_streaming
from tests.model.build import config, decoder, tokens

HEADS = [[2], [0, 3]]


def four_heads():
    return decoder(heads=4, kv_heads=4).eval()


def test_heads_that_see_all_the_text_are_as_before():
    model, tokens_BT = four_heads(), tokens(2, 12)
    streaming = with_streaming(model, HEADS, 12)
    torch.testing.assert_close(streaming(tokens_BT), model(tokens_BT))


@pytest.mark.parametrize("kv_heads", [4, 2])
def test_a_streaming_head_sees_its_window(kv_heads):
    """Held against each head's softmax, written out in float64."""
    model = decoder(heads=4, kv_heads=kv_heads, depth=1, positions="none").eval()
    streaming = with_streaming(model, [[1]], 3)
    mixer, T = streaming.blocks[0].mixer, 9
    x_1TD = torch.randn(1, T, 24, generator=torch.Generator().manual_seed(1))
    places = streaming._places(torch.arange(T)[None], torch.arange(T)[None], None, cached=False)
    with torch.no_grad():
        found_1TD = mixer(x_1TD, places)
        heads = []
        for head in range(4):
            kv = head * kv_heads // 4
            q, k, v = (
                projection(x_1TD).view(T, -1, model.config.head_width)
                for projection in (mixer.query, mixer.key, mixer.value)
            )
            q, k, v = (
                mixer.query_norm(q)[:, head].double(),
                mixer.key_norm(k)[:, kv].double(),
                v[:, kv].double(),
            )
            back = torch.arange(T)[:, None] - torch.arange(T)[None]
            hidden = (back < 0) | ((back >= 3) & (kv == 0))
            scores_TT = (q @ k.T * model.config.head_width**-0.5).masked_fill(hidden, -torch.inf)
            heads.append(scores_TT.softmax(-1) @ v)
        expected_TD = torch.cat(heads, -1).float() @ mixer.output.weight.T
    torch.testing.assert_close(found_1TD[0], expected_TD)


@pytest.mark.parametrize("window", [4, 9])
def test_written_token_by_token_is_the_same(window):
    streaming, tokens_BT = with_streaming(four_heads(), HEADS, window), tokens(3, 14)
    starts_B = torch.tensor([0, 2, 5])
    cache = streaming.new_cache(starts_B, 14)
    found = [streaming(tokens_BT[:, :6], cache=cache)]
    found += [streaming(tokens_BT[:, i : i + 1], cache=cache) for i in range(6, 14)]
    for row, start in enumerate(starts_B.tolist()):
        whole = streaming(tokens_BT[row : row + 1, start:])
        torch.testing.assert_close(torch.cat(found, 1)[row, start:], whole[0])


def test_packed_documents_stay_apart():
    streaming, tokens_BT = with_streaming(four_heads(), HEADS, 4), tokens(1, 12)
    documents_BT = torch.tensor([[0] * 5 + [1] * 7])
    positions_BT = torch.tensor([[*range(5), *range(7)]])
    packed = streaming(tokens_BT, positions_BT, documents_BT)
    torch.testing.assert_close(packed[:, 5:], streaming(tokens_BT[:, 5:]))


@pytest.mark.parametrize("look", [{"streaming_window": 3}, {"window": 4}])
@pytest.mark.parametrize("kv_heads", [4, 2])
@torch.no_grad()
def test_document_by_document_is_the_same_as_under_a_mask(look, kv_heads):
    if "streaming_window" in look:
        look = look | {"streaming_heads": (kv_heads, 1)}
    model = decoder(heads=4, kv_heads=kv_heads, **look).eval()
    documents_BT = torch.tensor([[0] * 5 + [1] * 8])
    positions_BT = torch.tensor([[*range(5), *range(8)]])
    masked_BTV = model(tokens(1, 13), positions_BT, documents_BT)
    model.packing = "documents"
    assert model._places(positions_BT, positions_BT, documents_BT, cached=False).documents_BT is not None
    torch.testing.assert_close(model(tokens(1, 13), positions_BT, documents_BT), masked_BTV)


def test_heads_that_there_are_none_of_are_refused():
    for heads in ([[4], []], [[1, 1], []]):
        with pytest.raises(ValueError, match="block 0 has heads 0 to 3"):
            with_streaming(four_heads(), heads, 4)
    for wrong in ({"streaming_heads": (1,)}, {"streaming_heads": (5, 0)}, {"streaming_window": 0}):
        with pytest.raises(ValueError, match="streaming"):
            config(**{"streaming_heads": (1, 0), "streaming_window": 4} | wrong)
    with pytest.raises(ValueError, match="without a window"):
        config(window=8, streaming_heads=(1, 0), streaming_window=4)
