"""One running viewer: a second start hands its files to the first and ends.

Both meet at a local socket that belongs to the user and to the display. The running one greets
whoever connects, the other one then sends one line of JSON and waits for the answer: one that
does not even greet hangs, and is sent nothing. Everything has a short time limit, so that
a start is never held up. What comes from elsewhere, too long or senseless, is ignored.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from PyQt6.QtCore import QDir, QLockFile, QObject, QTimer, pyqtSignal
from PyQt6.QtNetwork import QLocalServer, QLocalSocket

__all__ = ["OPTIONS", "SingleInstance"]

OPTIONS: Final = ("full-screen", "slide-show")
"""What a start may ask of the running viewer besides files."""

_GREETING: Final = b"gcx-viewer 1\n"
_TAKEN: Final = b"taken\n"
_CONNECT_MS: Final = 200
_ANSWER_MS: Final = 500
_PATIENCE_MS: Final = 5000
"""How long the running one waits for somebody to send a whole message."""

_MOST_BYTES: Final = 1 << 20
_MOST_PATHS: Final = 10_000
_MOST_CALLERS: Final = 16
_LONGEST_TOKEN: Final = 1000
_TOKENS: Final = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")
"""By which the desktop lets a program come to the front; Qt takes the first of them from here."""


class SingleInstance(QObject):
    """The meeting place, for the first that listens and for those that send to it.

    Attributes:
        received: absolute paths that another start was given, perhaps none, and which of
            `OPTIONS`: open them, and bring the window to the front. The token for that is in
            place already.
    """

    received = pyqtSignal(list, list)

    def __init__(self, name: str | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._address = _address(_default_name() if name is None else name)
        self._lock_path = QDir(QDir.tempPath()).filePath(f"{self._address}.lock")
        self._server: QLocalServer | None = None
        self._lock: QLockFile | None = None

    def send(self, paths: Sequence[str], options: Sequence[str] = ()) -> bool:
        """Hand files to a viewer that is running.

        Args:
            paths: of the files and folders.
            options: such of `OPTIONS` as this start was given.

        Returns:
            Whether one took them. If not, there is none, or it does not answer.
        """
        message = _message(paths, options)
        if len(message) > _MOST_BYTES or not _is_trusted(self._address):
            return False
        socket = QLocalSocket()
        socket.connectToServer(self._address)
        try:
            if not socket.waitForConnected(_CONNECT_MS) or not _expect(socket, _GREETING):
                return False
            _let_it_come_to_front()
            socket.write(message)
            return _expect(socket, _TAKEN)
        finally:
            socket.abort()

    def listen(self) -> bool:
        """Be the one that others send to, from now on.

        Returns:
            Whether that went well. If not, another one is, perhaps since a moment ago: send
            to that one once more, and go on alone if it still takes nothing.
        """
        if self._server is not None:
            return True
        lock = QLockFile(self._lock_path)
        lock.setStaleLockTime(0)  # only that of a process that is gone
        if not lock.tryLock(0):
            return False
        # Whoever has the lock is the only one: a socket that is there was left by one killed.
        QLocalServer.removeServer(self._address)
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        server.setMaxPendingConnections(_MOST_CALLERS)
        server.newConnection.connect(self._greet)
        if not server.listen(self._address):
            server.deleteLater()
            lock.unlock()
            return False
        self._server, self._lock = server, lock
        return True

    def close(self) -> None:
        """Let another one be it."""
        if self._server is not None:
            self._server.close()
            self._server.deleteLater()
            self._server = None
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None

    def _greet(self) -> None:
        """Somebody has connected: who sends nothing sensible in a while is sent away."""
        if self._server is None:
            return
        while (socket := self._server.nextPendingConnection()) is not None:
            _Caller(socket, self)


class _Caller(QObject):
    """One who has connected, until one message is read."""

    def __init__(self, socket: QLocalSocket, instance: SingleInstance) -> None:
        super().__init__(instance)
        self._socket = socket
        self._instance = instance
        self._taken = False
        socket.setParent(self)
        socket.setReadBufferSize(_MOST_BYTES + 1)
        socket.readyRead.connect(self._read)
        socket.disconnected.connect(self.deleteLater)
        patience = QTimer(self)
        patience.setSingleShot(True)
        patience.timeout.connect(self._give_up)
        patience.start(_PATIENCE_MS)
        socket.write(_GREETING)
        self._read()
        if socket.state() == QLocalSocket.LocalSocketState.UnconnectedState:
            self.deleteLater()

    def _read(self) -> None:
        if self._taken:
            return
        if not self._socket.canReadLine():
            if self._socket.bytesAvailable() > _MOST_BYTES:
                self._give_up()
            return
        self._taken = True
        content = _content(self._socket.readLine(_MOST_BYTES + 2))
        if content is None:
            self._give_up()
            return
        self._socket.write(_TAKEN)
        self._socket.flush()
        self._socket.disconnectFromServer()
        if content.token:
            os.environ[_TOKENS[0]] = content.token
        self._instance.received.emit(content.paths, content.options)

    def _give_up(self) -> None:
        self._socket.abort()
        self.deleteLater()


# What is sent


class _Content(NamedTuple):
    """Of a message that makes sense."""

    paths: list[str]
    options: list[str]
    token: str


def _message(paths: Sequence[str], options: Sequence[str]) -> bytes:
    content = {
        "paths": [os.path.abspath(path) for path in paths],  # noqa: PTH100
        "options": list(options),
        "token": next((token for name in _TOKENS if (token := os.environ.get(name))), ""),
    }
    return json.dumps(content).encode() + b"\n"


def _content(message: bytes) -> _Content | None:
    """What a message says; None if it is none."""
    try:
        content: Any = json.loads(message)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict):
        return None
    paths, token = content.get("paths"), content.get("token", "")
    if not isinstance(paths, list) or len(paths) > _MOST_PATHS or not isinstance(token, str):
        return None
    if not all(isinstance(path, str) and _is_path(path) for path in paths):
        return None
    options = content.get("options", [])
    if not isinstance(options, list):
        return None
    known = [option for option in OPTIONS if option in options]  # a newer viewer may have more
    sensible = len(token) <= _LONGEST_TOKEN and token.isascii() and token.isprintable()
    return _Content(paths, known, token if sensible else "")


def _is_path(text: str) -> bool:
    return os.path.isabs(text) and "\0" not in text  # noqa: PTH117


def _expect(socket: QLocalSocket, answer: bytes) -> bool:
    """Whether the other one says just this, in time."""
    while socket.bytesAvailable() < len(answer):
        if not socket.waitForReadyRead(_ANSWER_MS):
            break
    return socket.read(len(answer)) == answer


# Where one meets


def _default_name() -> str:
    """Of this user at this display: a window on another one would help nobody."""
    user = str(os.getuid()) if sys.platform != "win32" else os.environ.get("USERNAME", "")
    display = [
        os.environ.get(name, "")
        for name in ("WAYLAND_DISPLAY", "DISPLAY", "SESSIONNAME", "QT_QPA_PLATFORM")
    ]
    identity = "\n".join([user, QDir.homePath(), *display])
    return f"gcx-viewer-{hashlib.sha256(os.fsencode(identity)).hexdigest()[:16]}"


def _address(name: str) -> str:
    """A socket in the user's own folder for such things; without one, where all have theirs."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    if sys.platform != "win32" and folder.startswith("/") and Path(folder).is_dir():
        return str(Path(folder, name))
    return name if sys.platform == "win32" else QDir(QDir.tempPath()).filePath(name)


def _is_trusted(address: str) -> bool:
    """Whether nobody else has put a socket there; where there is none, there is nothing to do."""
    if sys.platform == "win32":
        return True
    try:
        return Path(address).lstat().st_uid == os.getuid()
    except OSError:
        return False


def _let_it_come_to_front() -> None:
    """Windows lets only the program at the front put another one there."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(-1)
