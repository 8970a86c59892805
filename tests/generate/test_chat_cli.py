"""`cogling chat`, piped: replies and nothing else on standard output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from cogling.cli.chat import chat
from cogling.generate.engine import Engine
from cogling.generate.reply import Generated, Piece
from cogling.saved import save_model
from cogling.text.tokenizer import Tokenizer
from tests.generate.models import random_decoder

app = typer.Typer()
app.command()(chat)
CHARACTERS = Tokenizer.train("character", ["abc"])


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("chat") / "model"
    save_model(folder, random_decoder(vocab_size=CHARACTERS.vocab_size), CHARACTERS)
    return folder


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[tuple[str, str]]]:
    """What the model is asked; it answers with the number of turns, after a thought."""
    seen: list[list[tuple[str, str]]] = []

    def stream(self: Engine, turns: Sequence[tuple[str, str]], *_: Any, **__: Any) -> Iterator[Piece]:
        self.encode(turns)
        seen.append(list(turns))
        if "interrupt" in turns[-1][1]:
            yield Piece("so f", "thought")
            raise KeyboardInterrupt
        yield Piece("<|think|>", "marker")
        yield Piece("well\x1b[31m", "thought")
        yield Piece("<|/think|>", "marker")
        yield Piece(f"{len(turns)} turns", "answer")
        yield Piece("", "answer", Generated([1], "", "well", f"{len(turns)} turns", "stop", 3))

    monkeypatch.setattr(Engine, "stream", stream)
    return seen


def talk(model: Path, text: str | bytes, *options: str) -> Any:
    return CliRunner().invoke(app, [str(model), *options], input=text)


def test_thoughts_and_answers_are_plain_lines(model: Path, asked: list) -> None:
    result = talk(model, "one\n\n  \ntwo\n")
    assert result.exit_code == 0
    assert result.stdout == "well\ufffd[31m\n1 turns\n" * 2
    assert "\x1b" not in result.output
    assert asked == [[("user", "one")], [("user", "two")]]


def test_thoughts_can_be_left_out(model: Path, asked: list) -> None:
    assert talk(model, "one\n", "--no-thoughts").stdout == "1 turns\n"


def test_history_keeps_the_conversation_until_it_is_cleared(model: Path, asked: list) -> None:
    talk(model, "one\ntwo\n/clear\nthree\n", "--history")
    assert asked == [
        [("user", "one")],
        [("user", "one"), ("assistant", "1 turns"), ("user", "two")],
        [("user", "three")],
    ]


def test_a_history_that_fills_the_context_is_cut_and_the_user_told(model: Path, asked: list) -> None:
    question = "a" * 30
    result = talk(model, f"{question}\n{question}\nc\n", "--history")
    assert [len(turns) for turns in asked] == [1, 1, 3]
    assert result.stderr.count("forgot 1 of the oldest") == 1


def test_an_unknown_character_is_one_line_and_the_chat_goes_on(model: Path, asked: list) -> None:
    result = talk(model, "one\nwhat is é?\n".encode() + b"caf\xe9\n" + b"x" * 200 + b"\ntwo\n")
    assert [turns[-1][1] for turns in asked] == ["one", "two"]
    errors = [line for line in result.stderr.splitlines() if line.startswith("error: ")]
    assert "character 'é' (U+00E9) at position 8" in errors[0]
    assert "surrogate" in errors[1]
    assert "202 tokens" in errors[2]
    assert len(errors) == 3


def test_ctrl_c_stops_the_answer_and_the_chat_goes_on(model: Path, asked: list) -> None:
    result = talk(model, "interrupt\ntwo\n")
    assert result.exit_code == 0
    assert result.stdout.startswith("so f\nwell")
    assert "(stopped)" in result.stderr


def test_commands(model: Path, asked: list) -> None:
    result = talk(model, "/help\n/halp\n/quit\none\n")
    assert "Ctrl-C stops an answer" in result.stderr
    assert "unknown command /halp" in result.stderr
    assert asked == []
    assert result.stdout == ""


def test_a_real_model_answers_and_says_where_it_was_cut(model: Path) -> None:
    result = talk(model, "abc\n", "--max-tokens", "5", "--temperature", "1")
    assert result.exit_code == 0
    assert result.stdout.endswith("\n")
    assert "(cut after 5 tokens)" in result.stderr
