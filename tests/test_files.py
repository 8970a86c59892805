"""Files are whole or not there, and what goes wrong with them is said in a line that names them."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from cogling.errors import CoglingError, nearest
from cogling.files import (
    explain_os_error,
    read_json,
    read_text,
    require_space,
    sha256,
    write_atomic,
    write_json,
)


@pytest.mark.parametrize("content", ["text é", b"\x00bytes"])
def test_a_written_file_reads_back_and_leaves_nothing_beside_it(tmp_path: Path, content: bytes | str) -> None:
    path = tmp_path / "new" / "folder" / "file"
    for _ in range(2):
        write_atomic(path, content)
    assert path.read_bytes() == (content.encode() if isinstance(content, str) else content)
    assert [child.name for child in path.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    path = tmp_path / "file"
    write_atomic(path, "old")

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, fail)
        with pytest.raises(CoglingError, match=f"disk full.*{path}.*5.0 MB"):
            write_atomic(path, b"x" * 5_000_000)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_reader_never_sees_a_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_atomic(path, "old")
    seen: list[str] = []
    real = os.replace

    def replace(source: Path, target: Path) -> None:
        seen.append(path.read_text(encoding="utf-8"))
        real(source, target)

    monkeypatch.setattr(os, "replace", replace)
    write_atomic(path, "new")
    assert seen == ["old"]
    assert path.read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.EACCES, "no permission to write"),
        (errno.EROFS, "no permission to write"),
        (errno.EDQUOT, "disk full"),
        (errno.EIO, "cannot write .*: Input/output error"),
    ],
)
def test_refusals_of_the_system_name_the_file(number: int, said: str) -> None:
    error = explain_os_error(OSError(number, os.strerror(number)), Path("some/file"), 2_000_000)
    with pytest.raises(CoglingError, match=said):
        raise error
    assert str(Path("some/file")) in str(error)


def test_missing_damaged_and_unreadable_files_are_named(tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    for read in (read_text, read_json, sha256):
        with pytest.raises(CoglingError, match=r"file.json"):
            read(path)
        with pytest.raises(CoglingError, match=f"cannot read {tmp_path}"):
            read(tmp_path)
    path.write_bytes(b'{\n"a": }')
    with pytest.raises(CoglingError, match=r"file.json is damaged: not JSON at line 2"):
        read_json(path)
    path.write_bytes(b"ab\xff")
    with pytest.raises(CoglingError, match="is not UTF-8 at byte 2"):
        read_text(path)
    with pytest.raises(ValueError, match="JSON compliant"):
        write_json(path, float("nan"))


def test_a_list_of_numbers_stands_on_one_line_of_json(tmp_path: Path) -> None:
    value = {"ids": [1, -2.5, 3e-07], "names": ["[\n  1\n]", "b"], "none": [], "rows": [[1], [2, 3]]}
    write_json(tmp_path / "a.json", value)
    assert read_json(tmp_path / "a.json") == value
    lines = (tmp_path / "a.json").read_text().splitlines()
    assert '  "ids": [1, -2.5, 3e-07],' in lines
    assert "    [2, 3]" in lines


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_write_permission(tmp_path: Path) -> None:
    tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(CoglingError, match="no permission to write"):
        write_atomic(tmp_path / "file", "x")


def test_space_is_asked_of_the_nearest_folder_that_exists(tmp_path: Path) -> None:
    require_space(tmp_path / "not" / "there" / "yet", 1)
    with pytest.raises(CoglingError, match=r"disk full: .*yet needs 1000000000000\.0 MB"):
        require_space(tmp_path / "not" / "there" / "yet", 10**18)


def test_nearest_names_one_or_all() -> None:
    assert nearest("sortng", ["sorting", "addition"]) == "did you mean 'sorting'?"
    assert nearest("zzz", ["b", "a"]) == "known: a, b"
