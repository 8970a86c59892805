"""The recipes that come with Cogling, and how one is read: file or name, then overrides."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import yaml

from cogling.config import Recipe, parse_recipe, resolve
from cogling.errors import CoglingError, nearest
from cogling.files import read_text

FOLDER = Path(__file__).parent


def names() -> list[str]:
    """The names of the recipes that come with Cogling."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_recipe(name: str, overrides: list[str] | None = None) -> Recipe:
    """A resolved recipe from a file or a shipped name, with `section.key=value` overrides applied.

    Raises CoglingError for an unknown name, a damaged file, an unknown key or an unfit value.
    """
    path = Path(name)
    if not (path.suffix in (".yaml", ".yml") or os.path.isfile(name)):
        path = FOLDER / f"{name}.yaml"
        if name not in names():
            raise CoglingError(f"unknown recipe '{name}'; {nearest(name, names())}")
    values = read_yaml(path)
    for override in overrides or []:
        apply_override(values, override)
    if path.parent != FOLDER and isinstance(values, dict):
        values.setdefault("name", re.sub(r"[^A-Za-z0-9._-]+|^[._-]+", "", path.stem) or "custom")
    return resolve(parse_recipe(values, f"recipe {name}"))


def read_yaml(path: Path) -> Any:
    """Raises CoglingError, naming the line, where the file is missing or not YAML."""
    try:
        return yaml.safe_load(read_text(path)) or {}
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark else ""
        raise CoglingError(f"{path} is not YAML{line}: {getattr(error, 'problem', error)}") from None
    except (ValueError, RecursionError) as error:  # a date such as 2024-99-99; nesting without end
        raise CoglingError(f"{path} is not YAML: {error}") from None


def apply_override(values: Any, override: str) -> None:
    """Sets one `section.key=value`; the value is read as YAML."""
    key, equals, text = override.partition("=")
    parts = key.strip().split(".")
    if not equals or not all(parts):
        raise CoglingError(f"override '{override}' is not of the form section.key=value")
    if not isinstance(values, dict):
        raise CoglingError("a recipe is a mapping of sections; the file holds none")
    try:
        value = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        raise CoglingError(f"override '{override}': the value is not YAML; quote it") from None
    for part in parts[:-1]:
        if values.get(part) is None:
            values[part] = {}
        values = values[part]
        if not isinstance(values, dict):
            raise CoglingError(f"override '{override}': '{part}' is no section")
    values[parts[-1]] = value


def to_yaml(recipe: Recipe) -> str:
    return yaml.safe_dump(recipe.to_dict(), sort_keys=False, allow_unicode=True, width=100)
