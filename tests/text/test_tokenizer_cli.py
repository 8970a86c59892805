"""`cogling tokenizer`: trains from files and tasks, shows pieces, names every mistake in one line."""

import os
import random

import pytest
from typer.testing import CliRunner

from cogling import tasks
from cogling.cli.tokenizer import app
from cogling.errors import CoglingError
from cogling.tasks.base import Knob, Problem
from cogling.text.tokenizer import Tokenizer


def run(*arguments):
    return CliRunner().invoke(app, [str(a) for a in arguments])


def error_of(*arguments):
    result = run(*arguments)
    assert isinstance(result.exception, CoglingError), result.output
    message = str(result.exception)
    assert "\n" not in message
    return message


class Doubling:
    """A stand-in, so that these tests do not wait for the real tasks."""

    name, level, summary = "doubling", "basic", "twice a number"
    knobs = {"size": Knob(train=(1, 999), ood=(1000, 9999), rungs=(9, 99, 999))}  # noqa: RUF012

    def problem(self, rng: random.Random, difficulty):
        n = rng.randint(1, 1000 * difficulty["size"])
        return Problem(self.name, f"Double {n}.", (f"{n} + {n} = {2 * n}",), str(2 * n))


@pytest.fixture
def corpus(tmp_path):
    file = tmp_path / "corpus.txt"
    file.write_text("the cat sat on the mat\nthe cat ran\n", encoding="utf-8")
    return file


def test_train_from_a_file_and_show(corpus, tmp_path):
    result = run("train", "--kind", "bpe", "--vocab-size", 264, "--out", tmp_path / "t", "--from", corpus)
    assert result.exit_code == 0
    assert "bpe tokenizer with 264 ids, in" in result.output
    assert Tokenizer.load(tmp_path / "t").vocab_size == 264
    shown = run("show", tmp_path / "t", "1<|end|>\né [bold]")
    assert shown.exit_code == 0
    assert "[1]22 [<]33 [|]97 " in shown.output
    assert r"[\n]204 [\xc3]" in shown.output
    assert "18 ids, 17 characters, bpe" in shown.output


def test_a_vocabulary_smaller_than_asked_is_mentioned(corpus, tmp_path):
    result = run("train", "--vocab-size", 5000, "--out", tmp_path, "--from", corpus)
    assert "of at most 5000: this text gives no more" in result.output


def test_train_from_tasks(monkeypatch, tmp_path):
    monkeypatch.setattr(tasks, "get_task", lambda name: Doubling())
    result = run("train", "--tasks", "doubling", "--problems", 50, "--vocab-size", 300, "--out", tmp_path)
    assert result.exit_code == 0, result.exception
    tokenizer = Tokenizer.load(tmp_path)
    assert len(tokenizer.encode("Double 12.")) <= 5


def test_mistakes_are_named(corpus, tmp_path):
    out = ("--out", tmp_path / "t")
    latin = tmp_path / "latin.txt"
    latin.write_bytes("caf\xe9".encode("latin-1"))
    (tmp_path / "empty.txt").touch()
    assert "give --from TEXTFILE" in error_of("train", *out)
    assert "no file" in error_of("train", *out, "--from", tmp_path / "absent.txt")
    assert "no file" in error_of("train", *out, "--from", tmp_path / "absent.txt", "--kind", "byte")
    assert "cannot read" in error_of("train", *out, "--from", tmp_path)
    assert "latin.txt is not UTF-8 at byte offset 3 (0xe9)" in error_of("train", *out, "--from", latin)
    assert "no text to train" in error_of("train", *out, "--from", tmp_path / "empty.txt")
    assert "needs 262" in error_of("train", *out, "--from", corpus, "--vocab-size", 100)
    assert "did you mean 'byte'" in error_of("train", *out, "--from", corpus, "--kind", "bite")
    assert "unknown task" in error_of("train", *out, "--tasks", "aditon")
    assert "no tokenizer at" in error_of("show", tmp_path, "text")
    assert not (tmp_path / "t").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_no_write_permission(corpus, tmp_path):
    (tmp_path / "locked").mkdir(mode=0o500)
    assert "no permission to write" in error_of("train", "--from", corpus, "--out", tmp_path / "locked" / "t")
