import inspect
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import typer
import yaml
from rich.console import Console
from typer.testing import CliRunner, Result

from cogling.cli.eval import evaluate, table
from cogling.errors import CoglingError
from cogling.evaluate import SEED, part, tasks_of
from cogling.evaluate.ask import Judged
from cogling.evaluate.partial import Partial
from cogling.model.config import DecoderConfig
from cogling.model.decoder import Decoder
from cogling.saved import save_model
from cogling.text.tokenizer import Tokenizer


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained model of the smallest size, with room for the short questions only."""
    folder = tmp_path_factory.mktemp("model") / "tiny"
    torch.manual_seed(0)
    shape = {"depth": 1, "width": 16, "heads": 1, "kv_heads": 1, "head_width": 16, "mlp_width": 16}
    tokenizer = Tokenizer.train("byte", [])
    save_model(folder, Decoder(DecoderConfig(tokenizer.vocab_size, context=40, **shape)), tokenizer)
    return folder


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def invoke(*arguments: object) -> Result:
    app = typer.Typer()
    app.command()(evaluate)
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_eval_writes_results_and_prints_every_task(model: Path, tmp_path: Path) -> None:
    result = invoke(model, "--n", 2)
    assert result.exit_code == 0
    results = json.loads((tmp_path / "eval.json").read_text(encoding="utf-8"))
    assert list(results["tasks"]) == tasks_of("quick")
    assert (results["suite"], results["n"], results["seed"]) == ("quick", 2, SEED)
    assert results["tasks"]["causal"]["iid"]["too_long"] == 2
    assert results["tasks"]["addition"]["iid"]["too_long"] == 0
    for name in tasks_of("quick"):
        assert name in result.output
    assert "do not fit the model's context and count as wrong" in result.output
    lines = [line for line in result.output.splitlines() if not line.startswith("Results:")]
    assert max(map(len, lines)) <= 80
    assert [path.name for path in tmp_path.iterdir()] == ["eval.json"]


def test_one_split_alone_has_a_file_and_a_table_of_its_own(model: Path, tmp_path: Path) -> None:
    result = invoke(model, "--n", 2, "--suite", "addition", "--split", "ood")
    assert "ood" in result.output
    assert "iid" not in result.output
    results = json.loads((tmp_path / "eval-ood.json").read_text(encoding="utf-8"))
    assert results["splits"] == ["ood"]
    assert list(results["tasks"]["addition"]) == ["level", "ood"]
    with pytest.raises(CoglingError, match="--split is 'hard'"):
        invoke(model, "--suite", "addition", "--split", "hard")


def test_the_same_command_gives_the_same_file(model: Path, tmp_path: Path) -> None:
    for name, options in {"a": (), "b": (), "c": ("--batch-size", 1), "d": ("--seed", 7)}.items():
        invoke(model, "--n", 3, "--suite", "addition,sorting", "--out", f"{name}.json", *options)
    a, b, c, d = ((tmp_path / f"{name}.json").read_bytes() for name in "abcd")
    assert a == b == c
    assert json.loads(a)["samples"] != json.loads(d)["samples"]


def test_a_run_folder_gets_the_results_and_its_report_renewed(model: Path, tmp_path: Path) -> None:
    checkpoint = tmp_path / "run" / "checkpoints" / "step-10"
    checkpoint.parent.mkdir(parents=True)
    checkpoint.symlink_to(model, target_is_directory=True)
    recipe = yaml.safe_dump({"name": "tiny"})
    (tmp_path / "run" / "recipe.yaml").write_text(recipe, encoding="utf-8")
    result = invoke("run", "--n", 1, "--suite", "addition")
    assert json.loads((tmp_path / "run" / "eval.json").read_text(encoding="utf-8"))["model"] == "run"
    assert "<html" in (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "report.html" in result.output
    assert not (tmp_path / "eval.json").exists()


def test_an_interrupted_command_says_how_to_continue_and_continues(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = [model, "--n", 2, "--suite", "addition,sorting"]
    finished: list[list[Judged]] = []
    ask = part.ask_together

    def stopped(engine, groups, **options):
        for number, judged in ask(engine, groups, **options):
            finished.append(judged)
            yield number, judged
            if len(finished) == stop_at:
                raise KeyboardInterrupt

    stop_at = 2
    monkeypatch.setattr(part, "ask_together", stopped)
    monkeypatch.setattr(sys, "argv", ["/usr/bin/cogling", "eval", "a model", "--n", "2"])
    result = invoke(*command)
    assert result.exit_code == 130
    assert "to continue run: cogling eval 'a model' --n 2" in result.output
    assert not (tmp_path / "eval.json").exists()
    assert (tmp_path / "eval.json.partial.jsonl").exists()

    stop_at = 100
    assert invoke(*command).exit_code == 0
    assert sorted(judged[0].problem.task for judged in finished) == ["addition"] * 2 + ["sorting"] * 2
    assert [path.name for path in tmp_path.iterdir()] == ["eval.json"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--n", "0"], "n is 0; it must be at least 1"),
        (["--suite", "quik"], "did you mean 'quick'"),
        (["--temperature", "-1"], "temperature is -1.0"),
        (["--batch-size", "0"], "batch_size is 0"),
        (["--threads", "0"], "threads is 0"),
        (["--out", "."], "is a folder"),
        (["--out", "file/eval.json"], "file is not a folder"),
    ],
)
def test_bad_settings_are_refused_before_the_work(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], said: str
) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setattr(part, "ask_together", lambda *_, **__: pytest.fail("the work began"))
    with pytest.raises(CoglingError, match=said):
        invoke(model, *options)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_an_unknown_model_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(CoglingError, match="no model 'nope'"):
        invoke("nope")
    assert list(tmp_path.iterdir()) == []


def test_the_default_seed_is_the_published_one() -> None:
    assert inspect.signature(evaluate).parameters["seed"].default == SEED


def test_verbs_import_no_torch_until_they_run() -> None:
    code = "import sys, cogling.cli.eval, cogling.cli.problems, cogling.cli.tasks, cogling.evaluate; "
    code += "sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_empty_partial_file_goes_and_another_stays(tmp_path: Path) -> None:
    empty, full = Partial(tmp_path / "a.jsonl"), Partial(tmp_path / "b.jsonl")
    full.add("key", {"scores": {}})
    empty.remove_if_empty()
    full.remove_if_empty()
    assert [path.name for path in tmp_path.iterdir()] == ["b.jsonl"]


def test_any_number_of_processes_writes_the_same_file(model: Path, tmp_path: Path) -> None:
    for workers in (1, 2, 9):
        options = ("--suite", "addition,sorting", "--workers", workers, "--out", f"{workers}.json")
        assert invoke(model, "--n", 2, *options).exit_code == 0
    one, two, nine = ((tmp_path / f"{workers}.json").read_bytes() for workers in (1, 2, 9))
    assert one == two == nine


def test_processes_leave_out_what_an_interrupted_command_had_done(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = (model, "--n", 2, "--suite", "addition,sorting", "--out", "whole.json")
    invoke(*command)
    partial = Partial(tmp_path / "eval.json.partial.jsonl")
    monkeypatch.setattr(Partial, "remove", lambda self: None)
    invoke(*command[:-2], "--workers", 1)
    lines = partial.path.read_text(encoding="utf-8").splitlines(keepends=True)
    assert len(lines) == 4
    partial.path.write_text(lines[2] + lines[0][:50], encoding="utf-8")
    invoke(*command[:-2], "--workers", 2)
    assert (tmp_path / "eval.json").read_bytes() == (tmp_path / "whole.json").read_bytes()
    assert len(partial.path.read_text(encoding="utf-8").splitlines()) == 4


def test_a_process_that_cannot_ask_says_why_in_one_line(model: Path) -> None:
    from cogling.evaluate.part import Asking
    from cogling.evaluate.workers import Workers

    with pytest.raises(CoglingError, match="unknown task 'adition'"):
        list(Workers(str(model), 1).ask([("adition", "iid")], Asking(2, 0)))
    with pytest.raises(CoglingError, match="no model"):
        list(Workers("no_such_model", 2).ask([("addition", "iid")], Asking(2, 0)))


@pytest.mark.parametrize("splits", [("hard",), ("easy", "hard")])
def test_the_table_of_gym_tasks_cuts_nothing_at_80_columns(splits: tuple[str, ...]) -> None:
    pytest.importorskip("reasoning_gym")
    scores = {"pass1": 0.92, "ci95": [0.81, 0.97], "faithful": 0.125, "steps": 9, "steps_valid": 0.95}
    entry = {"level": "symbolic", **{split: {**scores, "tokens": 1234.5} for split in splits}}
    results = {
        "model": "reason",
        "suite": "gym",
        "published": True,
        "splits": list(splits),
        "tasks": {f"gym.{name}": entry for name in ("polynomial_multiplication", "intermediate_integration")},
        "mean": {**dict.fromkeys(splits, 0.92), "faithful": 0.125},
    }
    console = Console(width=80, file=io.StringIO())
    console.print(table(results))
    assert "…" not in console.file.getvalue()  # type: ignore[attr-defined]
