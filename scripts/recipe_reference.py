"""Keeps the tables of docs/recipes.md true: every key of a recipe, its type and its default.

    python scripts/recipe_reference.py           says what is out of date (exit code 1)
    python scripts/recipe_reference.py --write   brings types and defaults up to date, adds missing keys

The last column, what a key means, is written by hand; a new key's says TODO until somebody does.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml

from cogling.config import Recipe, Section, Stage

PAGE = Path(__file__).parent.parent / "docs" / "recipes.md"
ROW = re.compile(r"\| `(?P<key>[a-z_.]+)` \| (?P<type>.*?) \| `(?P<default>.*?)` \| (?P<meaning>.*?) \|")


def keys() -> dict[str, tuple[str, str]]:
    """{dotted key: (type, default as YAML)} of every key that a recipe may have."""
    found: dict[str, tuple[str, str]] = {}
    for section, prefix in sections().values():
        schema = section.model_json_schema()
        for key, field in section.model_fields.items():
            if not prefix and key in sections():
                continue
            value = field.get_default(call_default_factory=True)  # type: ignore[call-arg]
            default = "required" if field.is_required() else in_yaml(value)
            found[prefix + key] = (describe(schema["properties"][key], schema), default)
    return found


def sections() -> dict[str, tuple[type[Section], str]]:
    """{name: (its class, what its keys begin with)}, in the order of the page."""
    parts: dict[str, tuple[type[Section], str]] = {"recipe": (Recipe, ""), "stages": (Stage, "stages.")}
    for key, field in Recipe.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, Section):
            parts[key] = (field.annotation, f"{key}.")
    return parts


def in_yaml(value: Any) -> str:
    """A default as one would write it in a recipe, on one line."""
    if isinstance(value, list):
        value = [item.model_dump() if isinstance(item, Section) else item for item in value]
    plain = list(value) if isinstance(value, tuple) else value
    text = yaml.safe_dump(plain, default_flow_style=True, width=1000).strip()
    return text.removesuffix("...").strip()


def describe(schema: dict[str, Any], root: dict[str, Any]) -> str:
    """A JSON schema in a few words."""
    if "$ref" in schema:
        return describe(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    if "anyOf" in schema:
        return " or ".join(describe(one, root) for one in schema["anyOf"] if one.get("type") != "null")
    if "const" in schema or "enum" in schema:
        return ", ".join(f"`{choice}`" for choice in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type")
    if kind == "array":
        if "prefixItems" in schema:
            return " and ".join(describe(one, root) for one in schema["prefixItems"])
        return "list of " + describe(schema["items"], root)
    if kind == "object":
        inner = schema.get("additionalProperties")
        return f"mapping to {describe(inner, root)}" if isinstance(inner, dict) else "mapping"
    name = {"integer": "whole number", "number": "number", "boolean": "true or false"}.get(str(kind), "text")
    bounds = {"minimum": "from", "exclusiveMinimum": "above", "maximum": "to", "exclusiveMaximum": "below"}
    said = [f"{word} {schema[bound]:g}" for bound, word in bounds.items() if bound in schema]
    return " ".join([name, *said])


def outdated(page: str) -> list[str]:
    """What is wrong with the page, one line a key."""
    true, rows = keys(), {match["key"]: match for match in ROW.finditer(page)}
    found = [f"{key} is missing" for key in true if key not in rows]
    found += [f"{key} is no key of a recipe any more" for key in rows if key not in true]
    for key, match in rows.items():
        if key in true and (match["type"], match["default"]) != true[key]:
            found.append(f"{key} is {match['type']}, {match['default']}; it should be {', '.join(true[key])}")
        if "TODO" in match["meaning"]:
            found.append(f"{key}: nobody has written what it means")
    return found


def rewritten(page: str) -> str:
    """The page with true types and defaults, a row for every key, and none for others."""
    true = keys()
    lines: list[str] = []
    seen: set[str] = set()
    for line in page.splitlines():
        match = ROW.fullmatch(line)
        if match and match["key"] not in true:
            continue
        if match:
            key = match["key"]
            seen.add(key)
            line = row(key, *true[key], match["meaning"])
        lines.append(line)
    for key in true:
        if key in seen:
            continue
        section = key.rpartition(".")[0]
        places = [i for i, line in enumerate(lines) if (m := ROW.fullmatch(line)) and in_section(m, section)]
        lines.insert(places[-1] + 1 if places else len(lines), row(key, *true[key], "TODO"))
    return "\n".join(lines) + "\n"


def in_section(match: re.Match[str], section: str) -> bool:
    return match["key"].rpartition(".")[0] == section


def row(key: str, kind: str, default: str, meaning: str) -> str:
    return f"| `{key}` | {kind} | `{default}` | {meaning} |"


def main() -> int:
    page = PAGE.read_text(encoding="utf-8")
    if "--write" in sys.argv[1:]:
        PAGE.write_text(rewritten(page), encoding="utf-8")
        return 0
    for line in (wrong := outdated(page)):
        print(f"{PAGE}: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
