"""Small decoders with random weights, and the plain loop that the engine is held equal to."""

from __future__ import annotations

from typing import Any

import torch

from cogling.generate.engine import Engine
from cogling.model.config import DecoderConfig
from cogling.model.decoder import Decoder
from cogling.text.tokenizer import Tokenizer

BYTES = Tokenizer.train("byte", [])
SHAPE: dict[str, Any] = {
    "vocab_size": BYTES.vocab_size,
    "context": 96,
    "depth": 2,
    "width": 32,
    "heads": 4,
    "kv_heads": 4,
    "head_width": 8,
    "mlp_width": 64,
}


def random_decoder(seed: int = 0, **changes: Any) -> Decoder:
    """No projection is zero, as it would be at the start of training: every part has its say."""
    decoder = Decoder(DecoderConfig(**{**SHAPE, **changes}))
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for parameter in decoder.parameters():
            if parameter.ndim == 1:
                parameter.uniform_(0.5, 1.5, generator=generator)
            else:
                parameter.normal_(std=parameter.shape[1] ** -0.5, generator=generator)
    return decoder.eval()


def random_engine(seed: int = 0, end_bias: float = 1.0, **changes: Any) -> Engine:
    """end_bias: scales the end token's output row, so that greedy replies end, at different lengths."""
    decoder = random_decoder(seed, tied=False, **changes)
    with torch.no_grad():
        decoder.head.weight[BYTES.end_id] *= end_bias
    return Engine(decoder, BYTES)


@torch.inference_mode()
def plain_greedy(engine: Engine, prompt: str, max_tokens: int) -> list[int]:
    """Greedy decoding as one would explain it: the whole text through the decoder for each token."""
    ids, written = engine.encode(prompt), list[int]()
    while len(written) < max_tokens and len(ids) + len(written) < engine.context:
        logits_BTV = engine.decoder(torch.tensor([ids + written]))
        written.append(int(logits_BTV[0, -1].argmax()))
        if written[-1] == BYTES.end_id:
            break
    return written
