"""C files are compiled once for a processor, and what cannot be compiled says why."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cogling import compiler
from cogling.compiler import compiled_folder, find_compiler, load_compiled

compiles = pytest.mark.skipif(find_compiler() in (None, "cl"), reason="no C compiler")


@pytest.fixture(autouse=True)
def cache_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "answer.c"
    path.write_text("int answer(void) { return ANSWER; }\n")
    return path


@compiles
def test_a_library_is_made_once_for_its_source_and_options(source: Path) -> None:
    assert load_compiled(source, ["-DANSWER=42"]).answer() == 42
    (made,) = compiled_folder().iterdir()
    written = made.stat().st_mtime_ns
    assert load_compiled(source, ["-DANSWER=42"]).answer() == 42
    assert made.stat().st_mtime_ns == written
    assert load_compiled(source, ["-DANSWER=43"]).answer() == 43
    source.write_text("int answer(void) { return 44; }\n")
    assert load_compiled(source, ["-DANSWER=42"]).answer() == 44
    assert len(list(compiled_folder().iterdir())) == 3


@compiles
def test_a_damaged_library_is_made_again(source: Path) -> None:
    load_compiled(source, ["-DANSWER=42"])
    (made,) = compiled_folder().iterdir()
    made.unlink()  # not truncated in place: this process has it mapped
    made.write_bytes(b"")
    assert load_compiled(source, ["-DANSWER=42"]).answer() == 42


@compiles
def test_what_the_compiler_says_is_in_the_error(source: Path) -> None:
    with pytest.raises(OSError, match="ANSWER"):
        load_compiled(source)
    assert not list(compiled_folder().iterdir())


@compiles
@pytest.mark.skipif(os.name == "nt", reason="folders of Windows")
def test_a_folder_that_cannot_be_written_is_an_error_that_names_it(source: Path) -> None:
    compiled_folder().parent.parent.mkdir()
    compiled_folder().parent.write_text("a file in its place")
    with pytest.raises(OSError, match="cogling"):
        load_compiled(source, ["-DANSWER=42"])


def test_no_compiler_is_an_error(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiler, "find_compiler", lambda: None)
    with pytest.raises(OSError, match=r"no C\+\+ compiler"):
        load_compiled(source)
