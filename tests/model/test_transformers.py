"""The same weights give the same logits as the Llama and Qwen3 of transformers."""

from __future__ import annotations

from types import ModuleType

import pytest
import torch
from torch import Tensor

from cogling.model.decoder import Decoder
from tests.model.build import decoder, tokens

PARTS = {
    "mixer_norm": "input_layernorm",
    "mixer.query": "self_attn.q_proj",
    "mixer.key": "self_attn.k_proj",
    "mixer.value": "self_attn.v_proj",
    "mixer.output": "self_attn.o_proj",
    "mixer.query_norm": "self_attn.q_norm",
    "mixer.key_norm": "self_attn.k_norm",
    "mlp_norm": "post_attention_layernorm",
    "mlp.gate": "mlp.gate_proj",
    "mlp.up": "mlp.up_proj",
    "mlp.down": "mlp.down_proj",
}
ENDS = {"embedding": "model.embed_tokens", "norm": "model.norm", "head": "lm_head"}


@pytest.fixture(scope="module")
def transformers() -> ModuleType:
    return pytest.importorskip("transformers")


def renamed(model: Decoder) -> dict[str, Tensor]:
    """The weights under the names that transformers gives them."""
    weights = {}
    for name, tensor in model.state_dict().items():
        name = name.removesuffix(".weight")
        if name.startswith("blocks."):
            _, block, part = name.split(".", 2)
            weights[f"model.layers.{block}.{PARTS[part]}.weight"] = tensor
        else:
            weights[f"{ENDS[name]}.weight"] = tensor
    if model.config.tied:
        weights["lm_head.weight"] = weights["model.embed_tokens.weight"]
    return weights


@pytest.mark.parametrize("tied", [True, False])
@pytest.mark.parametrize("family", ["Llama", "Qwen3"])
def test_logits_equal_transformers(transformers, family, tied):
    model = decoder(mlp="swiglu", qk_norm=family == "Qwen3", tied=tied, rope_base=500.0, norm_eps=1e-3)
    c = model.config
    settings = getattr(transformers, f"{family}Config")(
        vocab_size=c.vocab_size,
        hidden_size=c.width,
        intermediate_size=c.mlp_width,
        num_hidden_layers=c.depth,
        num_attention_heads=c.heads,
        num_key_value_heads=c.kv_heads,
        head_dim=c.head_width,
        max_position_embeddings=c.context,
        rope_parameters={"rope_type": "default", "rope_theta": c.rope_base},
        rms_norm_eps=c.norm_eps,
        tie_word_embeddings=tied,
    )
    reference = getattr(transformers, f"{family}ForCausalLM")(settings).eval()
    reference.load_state_dict(renamed(model), strict=True)
    tokens_BT = tokens(3, c.context)
    with torch.no_grad():
        ours, theirs = model(tokens_BT), reference(tokens_BT, use_cache=False).logits
    assert theirs.std() > 0.1
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-5)
