"""The models that come with the package: small, whole, and able to reason right after installation."""

from __future__ import annotations

import pytest

from cogling.generate.engine import Engine
from cogling.recipes import load_recipe
from cogling.saved import SHIPPED, load_model
from cogling.tasks import get_task
from cogling.tasks.gym import DRILL_PREFIX
from cogling.tasks.sample import top_rung
from cogling.train.start import reached_by

MODELS = sorted(path.name for path in SHIPPED.iterdir() if path.is_dir())


def test_reason_is_among_them_and_all_together_are_small() -> None:
    assert "reason" in MODELS
    assert sum(path.stat().st_size for path in SHIPPED.rglob("*") if path.is_file()) <= 40_000_000


@pytest.mark.parametrize("name", MODELS)
def test_it_loads_by_its_name_and_has_a_card_and_a_recipe(name: str) -> None:
    saved = load_model(name)
    assert saved.decoder.config.parameters <= 10_000_000
    assert saved.context >= 2048
    card = (saved.folder / "README.md").read_text(encoding="utf-8")
    for told in ("parameters", "tokens", "hardware", "pass@1", "faithful"):
        assert told in card
    assert (saved.folder / "recipe.yaml").is_file()


def test_training_goes_on_from_reason_at_the_difficulty_it_had_reached() -> None:
    rungs = {name: rung for name, (rung, _) in reached_by("reason").items()}
    asked = {name for name in rungs if not name.startswith(DRILL_PREFIX)}
    assert asked <= set(load_recipe("reason-3m").data.task_names())
    assert max(rungs.values()) == top_rung(get_task("gym.gcd")) == rungs["gym.gcd"]


def test_reason_works_out_what_it_is_asked() -> None:
    saved = load_model("reason")
    question = "How many 1 bits are there in the binary representation of the number 37?"
    (reply,) = Engine(saved.decoder, saved.tokenizer).generate([question])
    assert reply.finish_reason == "stop"
    assert reply.thought
    assert reply.answer == "3"
