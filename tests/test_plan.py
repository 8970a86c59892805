"""The plan says before training what the real model turns out to be."""

from __future__ import annotations

import subprocess
import sys

import pytest

from cogling.model.decoder import Decoder
from cogling.plan import memory, plan
from cogling.recipes import load_recipe, names
from cogling.train.run import make_tokenizer
from tests.tiny import tiny

SHAPES = [
    (),
    ("model.mixer=average", "model.window=4"),
    ("model.positions=learned", "model.tied=false", "model.loops=3"),
    ("model.place_values=12", "model.positions=none"),
    ("model.mlp=swiglu", "model.heads=2", "model.kv_heads=1", "model.qk_norm=false"),
]


def figure(text: str) -> int:
    return int(text.replace(",", ""))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", ["byte", "bpe"])
def test_parameters_are_those_of_the_real_decoder(shape: tuple[str, ...], kind: str) -> None:
    recipe = tiny(f"tokenizer.kind={kind}", "tokenizer.vocab_size=300", *shape)
    decoder = Decoder(recipe.decoder_config(make_tokenizer(recipe).vocab_size))
    planned = plan(recipe)
    assert figure(planned["parameters"]) == sum(p.numel() for p in decoder.parameters())
    outside = [
        p.numel() for name, p in decoder.named_parameters() if "embedding" not in name and "head." not in name
    ]
    assert figure(planned["parameters without embeddings"]) == sum(outside)


def test_tokens_and_memory_follow_the_recipe() -> None:
    recipe = load_recipe("quick", ["train.steps=10", "train.batch=4", "train.length=128"])
    planned = plan(recipe)
    assert figure(planned["tokens in a step"]) == 512
    assert figure(planned["tokens"]) == 5120
    assert memory(recipe) > 16 * figure(planned["parameters"])
    for larger in (
        ["train.batch=400"],
        ["model.size=10M"],
        ["train.batch=400", "model.context=4096", "train.length=4096"],
    ):
        assert memory(load_recipe("quick", larger)) > 2 * memory(recipe)
    for smaller in (["train.gradient_checkpointing=true"], ["train.accumulate=8"]):
        many = ["train.batch=64", "model.depth=8"]
        assert memory(load_recipe("quick", many + smaller)) < 0.7 * memory(load_recipe("quick", many))


@pytest.mark.parametrize("name", names())
def test_every_shipped_recipe_has_a_plan(name: str) -> None:
    assert all(plan(load_recipe(name)).values())


def test_planning_imports_no_torch() -> None:
    code = "import sys, cogling.plan, cogling.recipes; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0
