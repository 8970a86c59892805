"""Recipes: strict about what they are given, complete once resolved, and never a traceback."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Callable
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cogling.config import Recipe, parse_recipe, resolve, section_at
from cogling.errors import CoglingError
from cogling.model.config import MlpName
from cogling.recipes import apply_override, load_recipe, to_yaml

SECTIONS = [name for name, field in Recipe.model_fields.items() if section_at((name,)) is not Recipe]
SECTIONS.remove("stages")
KEYS = [(name, key) for name in SECTIONS for key in section_at((name,)).model_fields]


def parse(text: str) -> Recipe:
    return resolve(parse_recipe(yaml.safe_load(text) or {}, "recipe"))


def with_value(section: str, key: str, value: Any) -> Recipe:
    return resolve(parse_recipe({section: {key: value}}, "recipe"))


def misspelt(key: str) -> str:
    return key[:-1] + ("x" if key[-1] != "x" else "y") if len(key) > 2 else key + "x"


@pytest.mark.parametrize(("section", "key"), KEYS, ids=lambda value: value)
def test_an_unknown_key_names_the_nearest_one_in_every_section(section: str, key: str) -> None:
    with pytest.raises(CoglingError) as raised:
        with_value(section, misspelt(key), 1)
    message = str(raised.value)
    assert f"unknown key '{section}.{misspelt(key)}'" in message
    assert key in message
    assert "\n" not in message


def test_unknown_keys_at_the_top_and_in_a_stage() -> None:
    with pytest.raises(CoglingError, match="unknown key 'trian'; did you mean 'train'"):
        parse("trian: {steps: 3}")
    with pytest.raises(CoglingError, match=r"unknown key 'stages.0.stge'; did you mean 'stage'"):
        parse("stages: [{stge: reason}]")
    with pytest.raises(CoglingError, match="unknown task 'adition'; did you mean 'addition'"):
        parse("data: {tasks: [adition]}")
    with pytest.raises(CoglingError, match="weights names 'sorting', which is not among tasks"):
        parse("data: {tasks: [addition], weights: {sorting: 2}}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("train: {steps: many}", r"train.steps: input should be a valid integer.*'many'"),
        ("train: {steps: 0}", r"train.steps: .*greater than or equal to 1, not 0"),
        ("train: {steps: 2.5}", r"train.steps: .*integer.*2.5"),
        ("train: {steps: true}", r"train.steps: true is only for switches"),
        ("train: {clip: yes}", r"train.clip: true is only for switches"),
        ("train: {clip: .nan}", r"train.clip: .*finite number, not nan"),
        ("train: {clip: .inf}", r"train.clip: .*finite number, not inf"),
        ("train: {ema: 1}", r"train.ema: .*less than 1, not 1"),
        ("train: {compile: maybe}", r"train.compile: .*'auto', 'on' or 'off', not 'maybe'"),
        ("train: {batch: 6, accumulate: 4}", r"train: batch \(6\) must be a multiple of accumulate \(4\)"),
        ("train: [1, 2]", r"train: input should be a valid dictionary"),
        ("optimizer: {learning_rate: -1}", r"optimizer.learning_rate: .*greater than 0, not -1"),
        ("optimizer: {betas: [0.9, 1.5]}", r"optimizer.betas.1: .*less than 1, not 1.5"),
        ("optimizer: {name: moun}", r"optimizer.name: .*'muon', 'adamw', 'lion' or 'sgd', not 'moun'"),
        ("schedule: {warmup: 1}", r"schedule: a warmup of 1 leaves nothing"),
        ("schedule: {warmup: 0.5, decay: 0.6}", r"schedule: warmup \(0.5\) and decay \(0.6\) exceed the run"),
        ("model: {size: big}", r"model.size: 'big' is not a size; write it as 800K"),
        ("model: {size: 0M}", r"model.size: '0M' is out of range; sizes go from 10K to 10B"),
        ("model: {qk_norm: maybe}", r"model.qk_norm: .*boolean"),
        ("model: {heads: 3, kv_heads: 2}", r"heads \(3\) must be a multiple of kv_heads \(2\)"),
        ("model: {head_width: 7}", r"head_width \(7\) must be even for rope"),
        (
            "model: {context: 100}\ntrain: {length: 128}",
            r"train.length \(128\) is beyond model.context \(100\)",
        ),
        ("data: {tasks: addition}", r"data.tasks: write a list, as \[addition\], or all"),
        ("data: {tasks: []}", r"data.tasks: name at least one task"),
        ("data: {weights: {addition: 0}}", r"data.weights.addition: .*greater than 0, not 0"),
        ("stages: []", r"stages: .*at least 1 item"),
        ("stages: [{stage: pretrain}]", r"the stage pretrain needs data.path"),
        ("name: a/b", r"name: .*match pattern.*'a/b'"),
        ("- train", r"a recipe is a mapping of sections, not list"),
    ],
)
def test_unfit_values_are_refused_with_key_and_reason(text: str, said: str) -> None:
    with pytest.raises(CoglingError) as raised:
        parse(text)
    assert re.search(said, str(raised.value)), raised.value
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(("text", "value"), [("on", "on"), ("off", "off"), ("yes", "on"), ("auto", "auto")])
def test_yaml_turns_on_and_off_into_switches_and_compile_back(text: str, value: str) -> None:
    assert parse(f"train: {{compile: {text}}}").train.compile == value


def test_a_learning_rate_may_be_written_as_1e_3() -> None:
    assert parse("optimizer: {learning_rate: 1e-3}").optimizer.learning_rate == 0.001  # YAML reads text


@pytest.mark.parametrize("mlp", get_args(MlpName))
@pytest.mark.parametrize(
    "size", ["0.3M", "500K", "0.8M", "1M", "3M", "5M", "10M", "33M", "100M", "350M", "1B"]
)
def test_the_size_dial_gives_a_decoder_of_about_that_size(size: str, mlp: str) -> None:
    recipe = parse(f"model: {{size: {size}, mlp: {mlp}}}")
    wanted = recipe.model.parameters_wanted()
    assert wanted is not None
    got = recipe.decoder_config(640).parameters_without_embeddings
    assert abs(got / wanted - 1) < 0.15
    assert recipe.model.size == size
    assert recipe.model.width == recipe.model.heads * recipe.model.head_width  # type: ignore[operator]


def test_larger_sizes_are_larger_in_every_way() -> None:
    recipes = [parse(f"model: {{size: {size}}}") for size in ("0.3M", "1M", "3M", "10M", "100M", "1B")]
    widths = [recipe.model.width for recipe in recipes]
    depths = [recipe.model.depth for recipe in recipes]
    batches = [recipe.train.batch for recipe in recipes]
    rates = [recipe.optimizer.adamw_learning_rate for recipe in recipes]
    assert widths == sorted(widths)  # type: ignore[type-var]
    assert depths == sorted(depths)  # type: ignore[type-var]
    assert batches == sorted(batches)  # type: ignore[type-var]
    assert rates == sorted(rates, reverse=True)  # type: ignore[type-var]


BY_HAND: dict[str, dict[str, Any]] = {
    "model": {"depth": 3, "width": 96, "heads": 6, "kv_heads": 2, "head_width": 20, "mlp_width": 100},
    "train": {"batch": 7},
    "optimizer": {"learning_rate": 0.123, "adamw_learning_rate": 0.045},
}


@pytest.mark.parametrize(
    ("section", "key", "value"), [(s, k, v) for s, keys in BY_HAND.items() for k, v in keys.items()]
)
def test_each_derived_value_can_be_set_by_hand(section: str, key: str, value: float) -> None:
    values: dict[str, dict[str, Any]] = {"model": {"size": "0.8M"}}
    values.setdefault(section, {})[key] = value
    if key == "kv_heads":
        values["model"]["heads"] = 4
    recipe = resolve(parse_recipe(values, "recipe"))
    assert getattr(getattr(recipe, section), key) == value
    recipe.decoder_config(100)


def test_a_size_that_depth_or_width_overrule_is_not_claimed() -> None:
    assert parse("model: {size: 0.8M, depth: 2}").model.size is None
    assert parse("model: {size: 0.8M, depth: 2}").model.width == 64
    assert parse("model: {size: 3M, width: 128}").model.depth == round(3e6 / (12 * 128**2))


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["1M", "all", "auto", "on", "muon", "rope", "1e-3", "cosine", "bpe"]),
    st.lists(st.one_of(st.integers(), st.text(max_size=5), st.floats()), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=2),
)


@st.composite
def recipes(draw: st.DrawFn) -> dict[str, Any]:
    """Mappings that look like recipes: mostly known keys, with values of all kinds."""
    values: dict[str, Any] = {}
    for section, key in draw(st.lists(st.sampled_from(KEYS), max_size=5)):
        values.setdefault(section, {})[key] = draw(VALUES)
    if draw(st.integers(0, 9)) == 0:
        values[draw(st.text(max_size=8))] = draw(VALUES)
    return values


def assert_whole(recipe: Recipe) -> None:
    """Resolved, it says everything; through YAML and resolved again, it is the same recipe."""
    assert resolve(recipe) == recipe
    assert resolve(parse_recipe(yaml.safe_load(to_yaml(recipe)), "again")) == recipe
    config = recipe.decoder_config(300)
    assert config.parameters > 0
    assert recipe.train.batch is not None
    assert recipe.train.batch % recipe.train.accumulate == 0
    assert recipe.optimizer.learning_rate is not None
    assert math.isfinite(recipe.optimizer.learning_rate)


def assert_whole_if_taken(make: Callable[[], Recipe]) -> None:
    recipe = None
    with contextlib.suppress(CoglingError):
        recipe = make()
    if recipe is not None:
        assert_whole(recipe)


@given(recipes())
def test_any_mapping_is_a_whole_recipe_or_an_error_of_ours(values: dict[str, Any]) -> None:
    assert_whole_if_taken(lambda: resolve(parse_recipe(values, "recipe")))


@given(
    st.integers(1, 40),
    st.integers(1, 500),
    st.sampled_from(["attention", "average"]),
    st.sampled_from(["none", "learned", "rope", "alibi"]),
    st.integers(1, 512),
    st.integers(1, 8),
    st.sampled_from(["muon", "adamw", "lion", "sgd"]),
)
def test_fit_recipes_resolve_to_whole_ones(
    depth: int, width: int, mixer: str, positions: str, length: int, accumulate: int, optimizer: str
) -> None:
    values = {
        "model": {"depth": depth, "width": width, "mixer": mixer, "positions": positions},
        "train": {"length": length, "accumulate": accumulate},
        "optimizer": {"name": optimizer},
    }
    assert_whole(resolve(parse_recipe(values, "recipe")))


@given(st.text(max_size=40))
def test_any_override_is_taken_or_refused_by_us(text: str) -> None:
    assert_whole_if_taken(lambda: load_recipe("quick", [text]))


@given(st.sampled_from(KEYS), st.text(alphabet="0123456789.-eE[]{}:,'\"&*!?|> \n\tnatrue~", max_size=20))
def test_any_value_of_a_known_key_is_taken_or_refused_by_us(key: tuple[str, str], text: str) -> None:
    assert_whole_if_taken(lambda: load_recipe("quick", [f"{key[0]}.{key[1]}={text}"]))


def test_overrides_reach_into_sections_and_make_them() -> None:
    values: dict[str, Any] = {"train": None}
    apply_override(values, "train.steps=7")
    apply_override(values, " model.size =3M")
    apply_override(values, "data.tasks=[addition, sorting]")
    apply_override(values, "summary=a=b")
    assert values == {
        "train": {"steps": 7},
        "model": {"size": "3M"},
        "data": {"tasks": ["addition", "sorting"]},
        "summary": "a=b",
    }
    for wrong in ("train.steps", "=3", "train..steps=3", ".steps=3"):
        with pytest.raises(CoglingError, match=r"is not of the form section.key=value"):
            apply_override({}, wrong)
    with pytest.raises(CoglingError, match="'summary' is no section"):
        apply_override(values, "summary.x=1")
