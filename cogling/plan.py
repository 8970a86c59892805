"""What a recipe costs before it is run: parameters, FLOPs, tokens and memory. Imports no torch."""

from __future__ import annotations

from cogling.config import Recipe


def plan(recipe: Recipe) -> dict[str, str]:
    """Figures by name, for a resolved recipe.

    The vocabulary counts as the recipe's; a trained tokenizer may turn out smaller. Memory holds weights,
    gradients, optimiser state and activations, without PyTorch's own 0.4 GB and the compiler's 0.5 GB.
    """
    train = recipe.train
    config = recipe.decoder_config(vocabulary(recipe))
    assert train.batch is not None
    tokens_a_step = train.batch * train.length
    tokens = tokens_a_step * train.steps
    flops = config.flops_per_token(train.length)
    return {
        "parameters": f"{config.parameters:,}",
        "parameters without embeddings": f"{config.parameters_without_embeddings:,}",
        "FLOPs per token (forward and backward)": f"{flops:,}",
        "tokens in a step": f"{tokens_a_step:,}",
        "tokens": f"{tokens:,}",
        "FLOPs in all": f"{flops * tokens:.3g}",
        "memory for training": f"{memory(recipe) / 1e9:.2f} GB",
        "size of a checkpoint": f"{(16 if train.ema else 12) * config.parameters / 1e6:.1f} MB",
    }


def vocabulary(recipe: Recipe) -> int:
    """The most ids that the recipe's tokenizer may have."""
    if recipe.tokenizer.kind == "byte":
        return 262
    return recipe.tokenizer.vocab_size or 512


def memory(recipe: Recipe) -> int:
    """Bytes that training needs beside the programs themselves, an estimate.

    Weights, gradients, their working copies and two moments are 4 + 4 + 2 + 2 + 8 bytes a parameter;
    activations are counted as what a block saves for its backward pass, 2 bytes each, and the logits as 8.
    """
    config = recipe.decoder_config(vocabulary(recipe))
    train = recipe.train
    assert train.batch is not None
    rows = train.batch // train.accumulate
    tokens = rows * train.length
    block = 8 * config.width + 2 * config.mlp_width
    scores = 2 * config.heads * train.length if config.mixer == "attention" else train.length
    saved = 1 if train.gradient_checkpointing else config.passes
    activations = 2 * tokens * (saved * (block + scores) + config.passes * config.width)
    return 20 * config.parameters + activations + 8 * tokens * config.vocab_size
