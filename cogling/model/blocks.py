"""Attention of packed rows on a GPU: FlexAttention, which computes no block of scores that nobody sees.

Rows are cut into blocks of 128 tokens. A block of scores between documents, or between the present and its
future, is skipped; in one that is seen in part, the mask is worked out where it is needed. No T x S mask is
ever held (Dong et al. 2024, https://arxiv.org/abs/2412.05496).

It is worth having only inside `torch.compile`: elsewhere PyTorch holds all scores of all heads.

Shape letters: B rows, T tokens, H query heads, K key and value heads, W head width.
"""

from __future__ import annotations

from torch import Tensor
from torch.nn.attention.flex_attention import BlockMask, create_block_mask, flex_attention


def document_blocks(documents_BT: Tensor) -> BlockMask:
    """Which blocks hold pairs that see each other: earlier ones of the same document, and oneself.

    `documents_BT` is read as it came: a kernel cannot take in what the graph itself made of it (LOG.md).
    """

    def sees(row: Tensor, head: Tensor, query: Tensor, key: Tensor) -> Tensor:
        return (key <= query) & (documents_BT[row, key] == documents_BT[row, query])

    B, T = documents_BT.shape
    return create_block_mask(sees, B, None, T, T, device=documents_BT.device)


def block_attention(q_BHTW: Tensor, k_BKTW: Tensor, v_BKTW: Tensor, blocks: BlockMask) -> Tensor:
    """softmax(q k / sqrt(W)) v, each query over the keys that `blocks` lets it see; BHTW."""
    grouped = q_BHTW.shape[1] != k_BKTW.shape[1]
    return flex_attention(q_BHTW, k_BKTW, v_BKTW, block_mask=blocks, enable_gqa=grouped)
