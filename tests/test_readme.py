"""README.md and docs/ are true: commands parse and run, paths exist, tables match the code."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import shutil
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cogling.cli import app
from cogling.config import resolve
from cogling.recipes import load_recipe, names
from tests.report.gym_results import gym_results

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
RUNS = ("quick", "larger", "v1", "v2", "v3")


def blocks(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [body for kind, body in FENCE.findall(page.read_text(encoding="utf-8")) if kind == language]


def spans(page: Path) -> list[str]:
    """What stands between single backticks, a line break in it made a space."""
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    return [" ".join(span.split()) for span in INLINE.findall(prose)]


@cache
def shell_lines() -> list[str]:
    """Every line of every shell block, each once, in reading order."""
    lines = [
        line
        for page in PAGES
        for language in ("sh", "powershell")
        for block in blocks(page, language)
        for line in block.splitlines()
    ]
    return list(dict.fromkeys(lines))


def cogling_lines() -> list[str]:
    return [line for line in shell_lines() if line.startswith("cogling ")]


def inline_commands() -> list[str]:
    """`cogling VERB ...` in running text, without what stands for something else."""
    found = [span for page in PAGES for span in spans(page) if re.match(r"cogling [a-z]+ \S", span)]
    return list(dict.fromkeys(span.partition(" <")[0] for span in found if "..." not in span))


def parse(command: Any, arguments: list[str], name: str = "cogling", parent: Any = None) -> None:
    """Lets the command line's own parser read arguments, without running anything."""
    if hasattr(command, "commands"):
        context = command.make_context(name, list(arguments), parent=parent, resilient_parsing=True)
        assert arguments[0] in command.commands, f"no verb {arguments[0]}"
        parse(command.commands[arguments[0]], arguments[1:], arguments[0], context)
    else:
        command.make_context(name, list(arguments), parent=parent)


@pytest.mark.parametrize("line", [*cogling_lines(), *inline_commands()])
def test_command_parses(line: str) -> None:
    arguments = shlex.split(line)[1:]
    if arguments[0].startswith("-"):
        assert arguments in (["--help"], ["--version"])
        return
    if arguments in (["recipe", "show"], ["tokenizer", "train"], ["tokenizer", "show"]):
        return  # named as a verb, not as something to type
    parse(typer.main.get_command(app), arguments)


@pytest.mark.parametrize("line", [line for line in cogling_lines() if line.startswith("cogling train ")])
def test_recipe_to_train_is_good(line: str) -> None:
    arguments = shlex.split(line.partition(" --")[0])[2:]
    recipe = load_recipe(arguments[0], arguments[1:])
    assert resolve(recipe) == recipe


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a reader has it: runs (of a tiny recipe), prompts, a tokenizer, shards."""
    from cogling.grow import train
    from tests.tiny import Silent, tiny

    folder = tmp_path_factory.mktemp("home")
    recipe = tiny("train.steps=4", "checkpoint.every=2", "evaluate.every=4", "evaluate.final_n=2")
    train(recipe, out=folder / "runs" / RUNS[0], display=Silent(recipe))
    for name in RUNS[1:]:
        shutil.copytree(folder / "runs" / RUNS[0], folder / "runs" / name)
    (folder / "prompts.jsonl").write_text('{"id": 1, "prompt": "What is 2 + 3?"}\n', encoding="utf-8")
    for name in RUNS:
        (folder / "runs" / name / "eval-gym-hard.json").write_text(json.dumps(gym_results(f"runs/{name}")))
    for line in (
        f"tokenizer train --out {folder / 'my-tokenizer'} --kind byte",
        f"data problems addition --out {folder / 'made'} --n 5 --rungs 0-0",
    ):
        made = CliRunner().invoke(app, shlex.split(line))
        assert made.exit_code == 0, made.output
    return folder


@pytest.mark.parametrize("line", [line for line in cogling_lines() if not line.startswith("cogling train ")])
def test_command_runs(line: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    arguments = shlex.split(line)[1:]
    if arguments[0] == "eval":
        arguments += ["--n", "2"]  # the last one counts
        if any(argument.startswith("gym-") for argument in arguments):
            arguments += ["--suite", "gym.spell_backward"]
    if arguments[:2] == ["tokenizer", "train"]:
        arguments += ["--problems", "20"]
    done = CliRunner().invoke(app, arguments, input="What is 2 + 3?\n")
    assert done.exit_code == 0, f"{done.output}\n{done.exception!r}"


def test_python_of_the_readme_runs(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import cogling
    from cogling.grow import resume

    monkeypatch.chdir(home)
    asked: list[str] = []

    def train(recipe: str) -> cogling.Run:
        asked.append(recipe)
        return resume(Path("runs") / recipe)

    monkeypatch.setattr(cogling, "train", train)
    (code,) = blocks(ROOT / "README.md", "python")
    found: dict[str, Any] = {}
    exec(compile(code, "README.md", "exec"), found)
    assert asked == ["quick"]
    assert isinstance(found["run"], cogling.Run)
    assert len(found["replies"]) == 2
    assert capsys.readouterr().out.strip()


def test_make_targets_and_scripts_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    asked = [span for page in PAGES for span in spans(page)] + shell_lines()
    made = {line.split()[1] for line in asked if line.startswith("make ")}
    assert {"quickstart", "test", "bench"} <= made <= targets
    for line in asked:
        if line.startswith("python ") and ".py" in line:
            assert (ROOT / line.split()[1]).is_file(), line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_paths_and_links_exist(page: Path) -> None:
    for span in spans(page):
        if re.match(r"(cogling|tests|benchmarks|docs|scripts|\.ci)/", span) and " " not in span:
            assert (ROOT / span).exists(), span
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        path, _, anchor = link.partition("#")
        target = page.parent / path
        assert target.exists(), link
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^a-z -]", "", h.lower()).replace(" ", "-") for h in headings}, link


def test_the_map_names_every_package_of_the_code() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in (ROOT / "cogling").iterdir():
        if (folder / "__init__.py").is_file():
            assert f"`cogling/{folder.name}/`" in text, folder.name


@pytest.mark.parametrize("page", PAGES[1:], ids=lambda page: page.name)
def test_excerpts_stand_in_the_code(page: Path) -> None:
    for block in blocks(page, "python"):
        first, *lines = block.splitlines()
        if not first.startswith("# cogling/"):
            continue
        code = [line.strip() for line in (ROOT / first[2:]).read_text(encoding="utf-8").splitlines()]
        for line in lines:
            assert line.strip() in code, f"{first[2:]} has no line: {line.strip()}"


def reference() -> ModuleType:
    """The script that keeps docs/recipes.md true."""
    spec = importlib.util.spec_from_file_location(
        "recipe_reference", ROOT / "scripts" / "recipe_reference.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_reference_of_recipes_has_every_key_with_its_type_and_default() -> None:
    script = reference()
    page = script.PAGE.read_text(encoding="utf-8")
    assert not script.outdated(page), "run python scripts/recipe_reference.py --write"
    assert len(script.keys()) > 50


def test_the_reference_script_notices_and_mends_what_is_out_of_date() -> None:
    script = reference()
    page = script.PAGE.read_text(encoding="utf-8")
    lines = page.splitlines(keepends=True)
    without = "".join(line for line in lines if not line.startswith("| `train.clip`"))
    assert script.outdated(without) == ["train.clip is missing"]
    assert "`train.clip`" in script.rewritten(without)
    wrong = page.replace("| `model.context` | whole number", "| `model.context` | number")
    assert len(script.outdated(wrong)) == 1
    assert script.rewritten(wrong) == page
    assert script.outdated(page + "| `train.speed` | number | `1` | how fast |\n")


def test_the_command_line_page_names_every_verb_and_option() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    sections = dict(re.findall(r"^## cogling (\w+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    commands: dict[str, Any] = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    assert set(sections) == set(commands)
    for verb, command in commands.items():
        for one in getattr(command, "commands", {verb: command}).values():
            for parameter in one.params:
                flags = {*parameter.opts, *parameter.secondary_opts}
                if any(flag.startswith("--") for flag in flags) and "--help" not in flags:
                    assert any(f"`{flag}`" in sections[verb] for flag in flags), (verb, flags)


def test_the_chapter_on_v3_says_what_its_recipe_changes() -> None:
    page = (ROOT / "docs" / "4-decoder.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_]+)\.([a-z_]+)` \| (\w+) \| (\w+) \|", page, re.MULTILINE)
    assert rows
    before, after = load_recipe("v2").to_dict(), load_recipe("v3").to_dict()
    for section, key, old, new in rows:
        assert (str(before[section][key]).lower(), str(after[section][key]).lower()) == (old, new)


def test_every_recipe_is_in_the_table_of_results() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in names():
        assert f"| `{name}` |" in text, name
