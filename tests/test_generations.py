"""The generations differ in their ideas alone: same tasks, same tokens. `quick` is v3 with one more."""

from __future__ import annotations

from cogling.evaluate.suites import name_of
from cogling.recipes import load_recipe

SHARED = ("data", "train", "schedule", "curriculum", "tokenizer", "checkpoint", "evaluate", "stages")


def test_the_generations_share_everything_but_model_and_optimizer() -> None:
    first, second, third = (load_recipe(name).to_dict() for name in ("v1", "v2", "v3"))
    for section in SHARED:
        assert first[section] == second[section] == third[section]
    mixers = [recipe["model"]["mixer"] for recipe in (first, second, third)]
    assert mixers == ["average", "attention", "attention"]


def test_the_generations_have_about_as_many_parameters() -> None:
    sizes = [
        load_recipe(name).decoder_config(400).parameters_without_embeddings for name in ("v1", "v2", "v3")
    ]
    assert max(sizes) < 1.1 * min(sizes)


def test_quick_is_the_third_generation_with_tables_of_pairs_and_triples() -> None:
    quick, third = (load_recipe(name).to_dict() for name in ("quick", "v3"))
    assert quick["model"]["ngrams"] > 0
    third["model"]["ngrams"] = quick["model"]["ngrams"]
    assert {k: v for k, v in quick.items() if k not in ("name", "summary")} == {
        k: v for k, v in third.items() if k not in ("name", "summary")
    }


def test_the_suite_quick_asks_what_the_recipe_quick_learns() -> None:
    assert name_of(load_recipe("quick").data.task_names()) == "quick"
