"""A second start hands its files to the viewer that runs, in processes of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gcx_viewer.single_instance import SingleInstance

NAME = "viewer-of-a-test"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and sockets of Unix")

# A viewer without a window: says when it listens, and then what it receives.
RUNNING = f"""
import json, os, sys
from PyQt6.QtCore import QCoreApplication
from gcx_viewer.single_instance import SingleInstance

app = QCoreApplication([])
instance = SingleInstance({NAME!r})
def tell(paths, options):
    print(json.dumps([paths, options, os.environ.get("XDG_ACTIVATION_TOKEN")]), flush=True)
instance.received.connect(tell)
print(instance.listen(), flush=True)
app.exec()
"""
SENDING = f"""
import sys
from gcx_viewer.single_instance import SingleInstance
print(SingleInstance({NAME!r}).send(sys.argv[1:]))
"""


@pytest.fixture(autouse=True)
def runtime_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    for name in ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def running() -> Iterator[Callable[[], subprocess.Popen[str]]]:
    processes = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", RUNNING], stdout=subprocess.PIPE, text=True
        )
        processes.append(process)
        assert line(process) == "True"
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def send(*paths: str, **environment: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", SENDING, *paths],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | environment,
        timeout=60,
    ).stdout.strip()


@pytest.fixture
def listening(qtbot: QtBot) -> Iterator[SingleInstance]:
    instance = SingleInstance(NAME)
    assert instance.listen()
    yield instance
    instance.close()


def raw(folder: Path) -> socket.socket:
    """A connection of somebody who does not keep to the rules."""
    other = socket.socket(socket.AF_UNIX)
    other.settimeout(30)
    other.connect(str(folder / NAME))
    return other


def test_a_second_process_hands_over_its_files(
    running: Callable[[], subprocess.Popen[str]],
) -> None:
    first = running()
    token = "token-of-the-desktop"
    assert send("/a/b c.gcx", "/a/ü\n.png", XDG_ACTIVATION_TOKEN=token) == "True"
    assert line(first) == '[["/a/b c.gcx", "/a/\\u00fc\\n.png"], [], "token-of-the-desktop"]'
    assert send() == "True", "to bring the window to the front"
    assert line(first) == '[[], [], "token-of-the-desktop"]'


def test_paths_are_made_absolute_by_who_sends_them(
    running: Callable[[], subprocess.Popen[str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = running()
    monkeypatch.chdir(tmp_path)
    assert send("x.gcx") == "True"
    assert str(tmp_path / "x.gcx") in line(first)


def test_nobody_there() -> None:
    assert send("/x.gcx") == "False"


def test_the_socket_of_a_killed_viewer_is_taken_over(
    running: Callable[[], subprocess.Popen[str]], runtime_folder: Path
) -> None:
    first = running()
    first.kill()
    first.wait()
    assert (runtime_folder / NAME).is_socket()
    assert send("/x.gcx") == "False"
    second = running()
    assert send("/x.gcx") == "True"
    assert line(second) == '[["/x.gcx"], [], null]'


def test_one_that_hangs_is_left_alone_and_told_nothing(
    running: Callable[[], subprocess.Popen[str]], qtbot: QtBot
) -> None:
    first = running()
    first.send_signal(signal.SIGSTOP)
    assert send("/lost.gcx") == "False"
    second = SingleInstance(NAME)
    assert not second.listen(), "its place is not taken"
    first.send_signal(signal.SIGCONT)
    assert send("/later.gcx") == "True"
    assert line(first) == '[["/later.gcx"], [], null]'


def test_only_one_listens(listening: SingleInstance) -> None:
    assert not SingleInstance(NAME).listen()


def test_after_closing_another_one_may(listening: SingleInstance, runtime_folder: Path) -> None:
    listening.close()
    assert not list(runtime_folder.iterdir())
    other = SingleInstance(NAME)
    assert other.listen()
    other.close()


def test_the_socket_is_the_users_alone(listening: SingleInstance, runtime_folder: Path) -> None:
    assert (runtime_folder / NAME).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "message",
    [
        b"not json\n",
        b"[]\n",
        b'{"paths": "/a.gcx"}\n',
        b'{"paths": ["relative.gcx"]}\n',
        b'{"paths": ["/a.gcx", 1]}\n',
        b'{"paths": ["/a\\u0000.gcx"]}\n',
        b'{"paths": ["/a.gcx"], "token": 1}\n',
        b'{"paths": ["/a.gcx"], "options": "full-screen"}\n',
        b"[" * 100_000 + b"\n",
        b"\xff\xfe\n",
        b'{"paths": ["/' + b"a" * (1 << 20) + b'"]}\n',
    ],
)
def test_nonsense_is_ignored(
    listening: SingleInstance, qtbot: QtBot, runtime_folder: Path, message: bytes
) -> None:
    received: list[list[str]] = []
    listening.received.connect(lambda paths, _: received.append(paths))
    other = raw(runtime_folder)
    ended = []

    def pump() -> bool:
        """Send what fits, until the other end hangs up."""
        other.setblocking(False)
        nonlocal message
        try:
            message = message[other.send(message) :] if message else message
            while (got := other.recv(100)) != b"":
                assert got == b"gcx-viewer 1\n"
        except BlockingIOError:
            return False
        except (BrokenPipeError, ConnectionResetError):
            pass
        ended.append(True)
        return True

    qtbot.waitUntil(pump)
    other.close()
    with subprocess.Popen([sys.executable, "-c", SENDING, "/good.gcx"]) as process:
        qtbot.waitUntil(lambda: process.poll() is not None)
    assert received == [["/good.gcx"]]


def test_a_token_that_makes_no_sense_is_dropped(
    listening: SingleInstance, qtbot: QtBot, runtime_folder: Path
) -> None:
    with raw(runtime_folder) as other:
        with qtbot.waitSignal(listening.received) as caught:
            other.sendall(b'{"paths": ["/a.gcx"], "token": "a\\nb"}\n')
        assert caught.args == [["/a.gcx"], []]
    assert "XDG_ACTIVATION_TOKEN" not in os.environ


def test_options_are_handed_over(listening: SingleInstance, qtbot: QtBot) -> None:
    code = SENDING.replace("send(sys.argv[1:])", 'send(["/a.gcx"], ["slide-show", "full-screen"])')
    with (
        qtbot.waitSignal(listening.received) as caught,
        subprocess.Popen([sys.executable, "-c", code]) as process,
    ):
        qtbot.waitUntil(lambda: process.poll() is not None)
    assert caught.args == [["/a.gcx"], ["full-screen", "slide-show"]]


def test_options_that_nobody_knows_are_dropped(
    listening: SingleInstance, qtbot: QtBot, runtime_folder: Path
) -> None:
    with raw(runtime_folder) as other, qtbot.waitSignal(listening.received) as caught:
        other.sendall(b'{"paths": [], "options": [["x"], 1, "explode", "slide-show"]}\n')
    assert caught.args == [[], ["slide-show"]]


def test_a_message_in_pieces(listening: SingleInstance, qtbot: QtBot, runtime_folder: Path) -> None:
    with raw(runtime_folder) as other:
        other.sendall(b'{"paths": ["/a')
        with qtbot.waitSignal(listening.received, timeout=300, raising=False) as caught:
            pass
        assert not caught.signal_triggered
        with qtbot.waitSignal(listening.received) as caught:
            other.sendall(b'.gcx"]}\n')
        assert caught.args == [["/a.gcx"], []]


def test_too_many_files_for_a_message_are_not_sent(listening: SingleInstance) -> None:
    assert not SingleInstance(NAME).send(["/" + "a" * 200] * 9000)


def test_without_a_folder_of_the_user(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    instance = SingleInstance()
    assert instance.listen()
    assert [path.name[:11] for path in tmp_path.iterdir() if path.is_socket()] == ["gcx-viewer-"]
    instance.close()
