"""Private files: whole or not there, and for their owner alone."""

from __future__ import annotations

import os

import pytest

from gcx_format import durable_files
from gcx_format.errors import OutputError


def mode(path):
    return oct(path.stat().st_mode & 0o777)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(params=[0o000, 0o022, 0o077], autouse=True)
def umask(request):
    """What the user's system takes away from new files makes no difference."""
    before = os.umask(request.param)
    yield
    os.umask(before)


def test_files_and_the_folders_made_for_them_are_for_their_owner_alone(tmp_path):
    tmp_path.chmod(0o755)
    path = tmp_path / "a" / "b" / "file"
    durable_files.write(path, b"1")
    assert [mode(each) for each in (path, path.parent, path.parent.parent, tmp_path)] == [
        "0o600",
        "0o700",
        "0o700",
        "0o755",
    ]


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"old")
    path.chmod(0o644)
    durable_files.write(path, b"new")
    assert path.read_bytes() == b"new"
    assert mode(path) == "0o600"
    assert names(tmp_path) == ["file"]


def test_what_was_there_stays_where_writing_fails(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def full(number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left on device") as caught:
        durable_files.write(path, b"new")
    assert caught.value.filename == path
    assert path.read_bytes() == b"old"
    assert names(tmp_path) == ["file"]


def test_a_folder_that_another_process_removes_meanwhile_is_made_again(tmp_path, monkeypatch):
    folder = tmp_path / "folder"
    opened = os.open
    removed = []

    def open_after_removal(path, flags, *more):
        if not removed and flags & os.O_CREAT:
            removed.append(folder)
            folder.rmdir()
        return opened(path, flags, *more)

    monkeypatch.setattr(os, "open", open_after_removal)
    durable_files.write(folder / "file", b"1")
    assert removed == [folder]
    assert (folder / "file").read_bytes() == b"1"


def test_a_file_in_place_of_a_folder_is_an_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="a file is in its place"):
        durable_files.write(tmp_path / "file" / "a", b"1")
    with pytest.raises(OutputError, match="a file is in its place"):
        durable_files.make_folder(tmp_path / "file")


def test_what_was_left_unfinished_is_removed_and_nothing_else(tmp_path):
    for name in (".file.0123abcd", ".file.too-long-for-it", ".other.0123abcd", "file"):
        (tmp_path / name).write_bytes(b"")
    durable_files.remove_unfinished(tmp_path / "file")
    assert names(tmp_path) == [".file.too-long-for-it", ".other.0123abcd", "file"]
