"""`cogling generate`: every line in gets its line out, in order, whatever is wrong with the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from click.testing import Result
from typer.testing import CliRunner

from cogling.cli.generate import generate
from cogling.errors import CoglingError
from cogling.generate.engine import Engine
from cogling.generate.sampling import Sampling
from cogling.saved import load_model, save_model
from tests.generate.models import BYTES, random_decoder

app = typer.Typer()
app.command()(generate)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "model"
    save_model(folder, random_decoder(), BYTES)
    return folder


def run(model: Path, lines: list[bytes], tmp_path: Path, *options: str) -> tuple[Result, list[Any]]:
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    out = tmp_path / "out.jsonl"
    arguments = [str(model), "--prompts", str(tmp_path / "in.jsonl"), "--out", str(out)]
    result = CliRunner().invoke(app, [*arguments, "--max-tokens", "6", *options])
    return result, [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []


def test_replies_come_in_the_order_of_the_prompts(model: Path, tmp_path: Path) -> None:
    prompts = ["a" * (40 - 3 * i) for i in range(12)]
    lines = [json.dumps({"id": f"q{i}", "prompt": p, "more": 1}).encode() for i, p in enumerate(prompts)]
    result, records = run(model, lines, tmp_path, "--batch-size", "4")
    assert result.exit_code == 0
    assert "12 answered (" in result.stderr
    assert result.stdout == ""
    saved = load_model(model)
    expected = Engine(saved.decoder, saved.tokenizer).generate(prompts, Sampling(max_tokens=6))
    for i, (record, reply) in enumerate(zip(records, expected, strict=True)):
        assert record == {
            "id": f"q{i}",
            "prompt": prompts[i],
            "thought": reply.thought,
            "answer": reply.answer,
            "text": reply.text,
            "finish_reason": reply.finish_reason,
            "tokens": len(reply.tokens),
        }
        assert list(record) == ["id", "prompt", "thought", "answer", "text", "finish_reason", "tokens"]


BAD_LINES = [
    (b"not json", "not JSON"),
    (b"", "the line is empty"),
    (b'{"id": 1, "prompt": "caf\xe9"}', "not UTF-8 at byte 24 (0xe9)"),
    (b'{"id": 1, "prompt": ""}', "empty prompt"),
    (b'{"id": 1, "prompt": "%s"}' % (b"x" * 200), "202 tokens, where the model's context of 96"),
    (b'{"id": 1, "prompt": "\\ud83d"}', "half a surrogate pair"),
    (b'{"id": "\\ud83d", "prompt": "a"}', '"id" has half a surrogate pair'),
    (b'{"prompt": "a"}', 'no "id"'),
    (b'{"id": 1}', 'no "prompt"'),
    (b'{"id": null, "prompt": "a"}', '"id" must be'),
    (b'{"id": true, "prompt": "a"}', '"id" must be'),
    (b'{"id": 1, "prompt": ["a"]}', '"prompt" must be'),
    (b'["id", "prompt"]', "not an object"),
    (b'{"id": NaN, "prompt": "a"}', "NaN is not JSON"),
    (b"[" * 100_000, "not JSON that can be read"),
    (b'{"id": ' + b"9" * 5000 + b', "prompt": "a"}', "not JSON that can be read"),
]


def test_a_malformed_line_is_reported_in_its_place_and_the_rest_answered(model: Path, tmp_path: Path) -> None:
    good = b'{"id": 7, "prompt": "ok?"}'
    lines = [line for bad, _ in BAD_LINES for line in (good, bad)] + [good]
    result, records = run(model, lines, tmp_path, "--batch-size", "1")  # chunks of 16 lines: several
    assert result.exit_code == 2
    assert len(records) == len(lines)
    for i, (_, message) in enumerate(BAD_LINES):
        record = records[2 * i + 1]
        assert set(record) == {"line", "error"}
        assert record["line"] == 2 * i + 2
        assert message in record["error"]
        assert records[2 * i]["id"] == 7
    assert {record["answer"] for record in records[::2]} == {records[0]["answer"]}
    assert "17 answered" in result.stderr
    assert "16 lines with errors; the first: line 2: not JSON" in result.stderr


def test_sampling_depends_on_the_line_and_not_on_its_neighbours(model: Path, tmp_path: Path) -> None:
    good = b'{"id": 7, "prompt": "ok?"}'
    options = ("--temperature", "1", "--seed", "3")
    _, all_good = run(model, [good] * 20, tmp_path, *options)
    _, with_bad = run(model, [b"bad", *[good] * 19], tmp_path, *options, "--batch-size", "1")
    assert with_bad[1:] == all_good[1:]
    assert len({record["text"] for record in all_good}) > 10


def test_standard_input_and_output(model: Path) -> None:
    arguments = [str(model), "--prompts", "-", "--out", "-", "--max-tokens", "3"]
    result = CliRunner().invoke(app, arguments, input=b'\xef\xbb\xbf{"id": 1, "prompt": "a"}\r\n')
    assert result.exit_code == 0
    assert json.loads(result.stdout)["id"] == 1
    assert "1 answered" in result.stderr


def test_stop_strings_and_other_options_reach_the_engine(model: Path, tmp_path: Path) -> None:
    line = b'{"id": 1, "prompt": "why"}'
    _, (free,) = run(model, [line], tmp_path)
    _, (cut,) = run(model, [line], tmp_path, "--stop", free["text"][1], "--stop", "\x00\x00")
    assert cut["text"] == free["text"].split(free["text"][1])[0]
    assert cut["finish_reason"] == "stop"


def test_an_interruption_keeps_what_was_done(
    model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Engine.as_finished

    def interrupted(*arguments: Any) -> Iterator:
        for done, item in enumerate(whole(*arguments)):
            if done == 3:
                raise KeyboardInterrupt
            yield item

    monkeypatch.setattr(Engine, "as_finished", interrupted)
    lines = [json.dumps({"id": i, "prompt": "a" * (9 - i)}).encode() for i in range(6)]
    result, records = run(model, [*lines, b"bad"], tmp_path, "--batch-size", "1")
    assert result.exit_code == 130
    assert "interrupted: 3 answered" in result.stderr
    # The shortest prompts are answered first.
    assert [record.get("id") for record in records] == [3, 4, 5, None]


def test_files_that_cannot_be_used_are_errors_and_nothing_is_overwritten(model: Path, tmp_path: Path) -> None:
    line = b'{"id": 1, "prompt": "why"}'
    (tmp_path / "out.jsonl").write_text('"earlier"\n')
    result, records = run(model, [line], tmp_path, "--temperature", "-1")
    assert isinstance(result.exception, CoglingError)
    result, records = run(tmp_path / "nothing", [line], tmp_path)
    assert "no model" in str(result.exception)
    assert records == ["earlier"]
    result, _ = run(model, [line], tmp_path, "--out", str(tmp_path / "in.jsonl"))
    assert "is the file of prompts" in str(result.exception)
    assert (tmp_path / "in.jsonl").read_bytes() == line + b"\n"
    result, _ = run(model, [line], tmp_path, "--prompts", str(tmp_path / "none.jsonl"))
    assert f"no file {tmp_path / 'none.jsonl'}" in str(result.exception)
    result, _ = run(model, [line], tmp_path, "--out", str(tmp_path))
    assert "cannot write" in str(result.exception)
