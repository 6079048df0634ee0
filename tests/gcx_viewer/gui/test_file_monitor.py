"""Files that change, however a program saves them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gcx_viewer.gui.window.file_monitor import FileMonitor


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.gcx"
    path.write_bytes(b"one")
    return path


@pytest.fixture
def monitor(qtbot: QtBot, file: Path) -> Iterator[FileMonitor]:
    made = FileMonitor(quiet_milliseconds=30)
    made.begin()
    made.watch(file)
    yield made
    made.watch(None)


def replace_with(file: Path, data: bytes) -> None:
    other = file.with_name(".new")
    other.write_bytes(data)
    other.replace(file)


def test_a_file_that_is_written_in_place(qtbot: QtBot, monitor: FileMonitor, file: Path) -> None:
    with qtbot.waitSignal(monitor.changed) as told:
        file.write_bytes(b"three")
    assert told.args == [file]


def test_a_file_that_is_replaced_again_and_again(
    qtbot: QtBot, monitor: FileMonitor, file: Path
) -> None:
    for data in (b"two", b"three", b"four"):
        with qtbot.waitSignal(monitor.changed):
            replace_with(file, data)


def test_many_changes_are_told_once(qtbot: QtBot, monitor: FileMonitor, file: Path) -> None:
    told: list[Path] = []
    monitor.changed.connect(told.append)
    with qtbot.waitSignal(monitor.changed):
        for number in range(20):
            replace_with(file, bytes(number + 1))
    assert told == [file]


def test_a_file_that_goes_and_comes_back(qtbot: QtBot, monitor: FileMonitor, file: Path) -> None:
    with qtbot.waitSignal(monitor.removed) as told:
        file.unlink()
    assert told.args == [file]
    with qtbot.waitSignal(monitor.changed):
        file.write_bytes(b"back")
    with qtbot.waitSignal(monitor.changed):
        file.write_bytes(b"and changed")


def test_what_happens_beside_the_file_is_not_told(
    qtbot: QtBot, monitor: FileMonitor, file: Path
) -> None:
    told: list[Path] = []
    monitor.changed.connect(told.append)
    monitor.watch_folders([file.parent])
    with qtbot.waitSignal(monitor.folder_changed):
        file.with_name("b.gcx").touch()
    assert told == []


def test_only_the_last_file_is_watched(
    qtbot: QtBot, monitor: FileMonitor, file: Path, tmp_path: Path
) -> None:
    other = tmp_path / "folder" / "b.gcx"
    other.parent.mkdir()
    other.write_bytes(b"b")
    monitor.watch(other)
    told: list[Path] = []
    monitor.changed.connect(told.append)
    file.write_bytes(b"changed")
    with qtbot.waitSignal(monitor.changed):
        replace_with(other, b"changed")
    assert told == [other]
    monitor.watch(None)
    watched = {*monitor._watcher.files(), *monitor._watcher.directories()}
    assert watched == set()


def test_a_file_that_is_not_there_yet(qtbot: QtBot, monitor: FileMonitor, tmp_path: Path) -> None:
    coming = tmp_path / "coming.gcx"
    monitor.watch(coming)
    with qtbot.waitSignal(monitor.changed):
        coming.write_bytes(b"here")
