"""A mistake is one line on stderr that names it, exit code 2, and no traceback; --debug shows that."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cogling.cli import main
from tests.tiny import tiny_file


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COGLING_DEBUG", raising=False)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["cogling", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code if isinstance(ended.value.code, int) else 0


MISTAKES = {
    "trian quick": "no such command 'trian'. Did you mean 'train'?",
    "recipe shw quick": "no such command 'shw'. Did you mean 'show'?",
    "train": "missing argument",
    "train quick --fish": "no such option: --fish",
    "train quik": "unknown recipe 'quik'; did you mean 'quick'?",
    "train nowhere.yaml": "no file nowhere.yaml",
    "train quick steps=3": "unknown key 'steps'",
    "train quick train.stps=3": "unknown key 'train.stps'; did you mean 'steps'?",
    "train quick train.steps=many": "train.steps: input should be a valid integer",
    "train quick train.steps=-1": "train.steps: input should be greater than or equal to 1, not -1",
    "train quick train.steps": "is not of the form section.key=value",
    "train quick data.tasks=[adition]": "unknown task 'adition'; did you mean 'addition'?",
    "train quick --out file": "file exists and is no run",
    "train quick train.device=cuda train.steps=1 --out new": "train.device is 'cuda'",
    "recipe show quik": "unknown recipe 'quik'",
    "resume file": "file is no run",
    "resume nowhere": "nowhere is no run",
    "problems adition": "unknown task 'adition'; did you mean 'addition'?",
    "eval nowhere": "no model 'nowhere'",
    "eval nowhere --n many": "--n",
    "eval nowhere --suite quik": "quik",
    "chat nowhere": "no model 'nowhere'",
    "generate nowhere --prompts file --out out.jsonl": "no model 'nowhere'",
    "report nowhere": "nowhere",
    "compare nowhere": "nowhere",
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_one_line_and_exit_code_two(
    mistake: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    if "cuda" in mistake:
        torch = pytest.importorskip("torch")
        monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    Path("file").write_text("", encoding="utf-8")
    assert run(monkeypatch, *mistake.split()) == 2
    written = capfd.readouterr()
    lines = written.err.splitlines()
    assert len(lines) == 1, written.err
    assert lines[0].startswith("cogling: ")
    assert MISTAKES[mistake] in lines[0]
    assert written.out == ""


def test_debug_shows_where_it_came_from() -> None:
    command = [sys.executable, "-m", "cogling", "--debug", "train", "quick", "train.stps=3"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode != 0
    assert "Traceback" in done.stderr
    assert "CoglingError: recipe quick: unknown key 'train.stps'" in done.stderr


def test_a_message_of_several_lines_becomes_one(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "train", "no\nsuch\nrecipe") == 2
    assert len(capfd.readouterr().err.splitlines()) == 1


def test_without_a_verb_the_help_is_shown(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch)
    written = capfd.readouterr()
    assert "Usage: " in written.out + written.err  # its name is that of the program, here of pytest
    assert "train" in written.out + written.err


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["train", "--help"], ["recipe", "show", "quick"]]
)
def test_help_and_version_are_quick_and_import_no_torch(arguments: list[str]) -> None:
    """Half a second is the bar; time on the processor, since the tests share the cores.

    On slow and busy ones the libraries that print the help alone take that, so twice as long is granted then.
    """
    resource = pytest.importorskip("resource")
    code = (
        "import sys; from cogling.cli import main\n"
        "try:\n    main()\nfinally:\n"
        "    heavy = {'torch', 'numpy', 'tokenizers'} & set(sys.modules)\n"
        "    assert not heavy, heavy"
    )

    def timed(code: str) -> tuple[float, subprocess.CompletedProcess[str]]:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done

    times, libraries = [], []
    for _ in range(2):
        seconds, done = timed(code)
        times.append(seconds)
        assert done.returncode == 0, done.stderr
        assert done.stdout
        assert "assert" not in done.stderr
        libraries.append(timed("import typer.rich_utils")[0])
    if arguments[0].startswith("--"):
        assert min(times) < max(0.5, 2 * min(libraries))


def test_recipe_show_prints_the_resolved_recipe_and_what_follows(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import yaml

    from cogling.config import parse_recipe
    from cogling.recipes import load_recipe

    assert run(monkeypatch, "recipe", "show", "quick", "model.size=3M") == 0
    out = capfd.readouterr().out
    recipe = load_recipe("quick", ["model.size=3M"])
    assert parse_recipe(yaml.safe_load(out), "shown") == recipe
    for name in ("parameters: ", "FLOPs per token", "tokens: ", "memory for training: "):
        assert f"# {name}" in out
    assert f"width: {recipe.model.width}" in out
    assert run(monkeypatch, "recipe", "list") == 0
    assert "quick " in capfd.readouterr().out


def test_fresh_sets_the_old_run_aside(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], grown: Path, tmp_path: Path
) -> None:
    recipe = str(tiny_file(tmp_path, "train.steps=2", "evaluate.every=2", "evaluate.n=1"))
    assert run(monkeypatch, "train", recipe, "--out", str(grown)) == 2
    assert "train.steps is 40 there and 2 here" in capfd.readouterr().err
    for number in (1, 2):
        assert run(monkeypatch, "train", recipe, "--out", str(grown), "--fresh") == 0
        written = capfd.readouterr()
        aside = grown.with_name(f"grown-{number}")
        assert f"the run that was in {grown} is now in {aside}" in written.err
        assert (aside / "recipe.yaml").exists()
        assert f"cogling chat {grown}" in written.out
        assert "report.html" in written.out
    assert len(list((tmp_path / "grown-1" / "checkpoints").iterdir())) == 4
    assert run(monkeypatch, "train", recipe, "--out", str(grown)) == 0  # reused
    assert run(monkeypatch, "resume", str(grown)) == 0
    capfd.readouterr()
    monkeypatch.setattr(os, "rename", lambda *_: (_ for _ in ()).throw(PermissionError(13, "no")))
    assert run(monkeypatch, "train", recipe, "--out", str(grown), "--fresh") == 2
    assert "no permission to write" in capfd.readouterr().err


def test_a_finished_run_shows_thoughts_scores_and_where_the_report_is(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    recipe = str(
        tiny_file(tmp_path, "train.steps=2", "evaluate.every=2", "evaluate.n=1", "evaluate.final_n=2")
    )
    assert run(monkeypatch, "train", recipe, "--out", "run of mine") == 0
    out = capfd.readouterr().out
    assert "expected" in out
    assert "syllogism" in out
    assert "cogling chat 'run of mine'" in out
    assert (tmp_path / "run of mine" / "report.html").exists()


INTERRUPTED = """
from cogling import cli

def app(standalone_mode):
    try:
        exec("raise KeyboardInterrupt")
    except KeyboardInterrupt:
        return 143

cli.app = app
cli.main()
"""


def test_an_interrupt_of_code_run_from_a_string_keeps_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "interrupted.py").write_text(INTERRUPTED, encoding="utf-8")
    ended = subprocess.run([sys.executable, "-m", "interrupted"], cwd=tmp_path, timeout=60)
    assert ended.returncode == 143
