"""Files that come as events, sent the way in which the platform's part of Qt sends them."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PyQt6 import sip
from PyQt6.QtCore import QEvent, QUrl
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gcx_viewer.desktop.file_open import FileOpenFilter

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the name of a function of Qt as GCC makes it"
)


def send_file_open_event(url: QUrl) -> None:
    """QWindowSystemInterface::handleFileOpenEvent: Python can make no such event itself."""
    send = ctypes.CDLL("libQt6Gui.so.6")["_ZN22QWindowSystemInterface19handleFileOpenEventERK4QUrl"]
    send.argtypes, send.restype = [ctypes.c_void_p], None
    send(sip.unwrapinstance(url))


@pytest.fixture
def filter(qapp: QApplication) -> Iterator[FileOpenFilter]:
    filter = FileOpenFilter()
    qapp.installEventFilter(filter)
    yield filter
    qapp.removeEventFilter(filter)


def test_a_file_is_passed_on(qtbot: QtBot, filter: FileOpenFilter, tmp_path: Path) -> None:
    path = str(tmp_path / "ü x.gcx")
    with qtbot.waitSignal(filter.opened) as caught:
        send_file_open_event(QUrl.fromLocalFile(path))
    assert caught.args == [path]


def test_what_is_no_file_is_not(
    qtbot: QtBot, qapp: QApplication, filter: FileOpenFilter, tmp_path: Path
) -> None:
    opened: list[str] = []
    filter.opened.connect(opened.append)
    send_file_open_event(QUrl("https://example.com/x.gcx"))
    QApplication.sendEvent(qapp, QEvent(QEvent.Type.User))
    with qtbot.waitSignal(filter.opened):
        send_file_open_event(QUrl.fromLocalFile(str(tmp_path)))
    assert opened == [str(tmp_path)]
