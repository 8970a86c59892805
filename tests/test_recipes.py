"""Recipes from files and by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cogling.config import resolve
from cogling.errors import CoglingError
from cogling.recipes import load_recipe, names, to_yaml


@pytest.mark.parametrize("name", names())
def test_every_shipped_recipe_loads_and_says_what_it_is(name: str) -> None:
    recipe = load_recipe(name)
    assert recipe.name == name
    assert recipe.summary.endswith(".")
    assert resolve(recipe) == recipe


def test_a_shipped_recipe_through_a_file_is_the_same_recipe(tmp_path: Path) -> None:
    recipe = load_recipe("quick", ["model.size=3M", "train.minutes=2.5", "data.path=some/text.txt"])
    path = tmp_path / "mine.yaml"
    path.write_text(to_yaml(recipe), encoding="utf-8")
    assert load_recipe(str(path)) == recipe


def test_a_file_without_a_name_is_called_after_the_file(tmp_path: Path) -> None:
    called = {"my first.yaml": "myfirst", ".hidden.yml": "hidden", "émile.yaml": "mile", "é.yaml": "custom"}
    for file, name in called.items():
        (tmp_path / file).write_text("train: {steps: 3}", encoding="utf-8")
        assert load_recipe(str(tmp_path / file)).name == name
    (tmp_path / "empty.yaml").write_text("", encoding="utf-8")
    assert load_recipe(str(tmp_path / "empty.yaml"), ["name=given"]).name == "given"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"train: {steps: 3", "is not YAML at line 1"),
        (b"train:\n  steps: 3\n steps: 4\n", "is not YAML at line 3"),
        (b"a: 2024-99-99", "is not YAML: month must be in 1..12"),
        (b"[" * 5000, "is not YAML"),
        (b"name: \xff", "is not UTF-8 at byte 6"),
        (b"just text", "a recipe is a mapping of sections, not str"),
        (b"!!python/object/apply:os.system [ls]", "is not YAML at line 1"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(CoglingError, match=f"bad.yaml.* {said}" if "mapping" not in said else said):
        load_recipe(str(path))


def test_names_that_are_none() -> None:
    with pytest.raises(CoglingError, match="unknown recipe 'quik'; did you mean 'quick'"):
        load_recipe("quik")
    with pytest.raises(CoglingError, match=r"no file nowhere.yaml"):
        load_recipe("nowhere.yaml")


@given(st.text(max_size=300))
def test_any_name_is_a_recipe_or_an_error_of_ours(name: str) -> None:
    try:
        load_recipe(name)
    except CoglingError:
        return
    assert name in names()


def test_a_name_too_long_for_a_file_is_unknown() -> None:
    with pytest.raises(CoglingError, match="unknown recipe"):
        load_recipe("x" * 5000)


def test_overrides_apply_to_files_and_are_checked_with_them(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("model: {size: 3M}\ntrain: {steps: 5}\n", encoding="utf-8")
    recipe = load_recipe(str(path), ["train.steps=9", "model.depth=3"])
    assert (recipe.train.steps, recipe.model.depth) == (9, 3)
    with pytest.raises(CoglingError, match=r"unknown key 'train.stps'; did you mean 'steps'"):
        load_recipe(str(path), ["train.stps=9"])
