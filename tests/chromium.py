"""A real Chromium without a window, driven through its own protocol over a pipe."""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser")

_OPTIONS = "--headless --no-sandbox --disable-gpu --no-first-run --remote-debugging-pipe"


class Page:
    """A page, with what it complained of in `complaints`."""

    def __init__(self, to: int, from_: int) -> None:
        self._to, self._from = to, from_
        self._numbers = itertools.count(1)
        self._session: dict[str, str] = {}
        self._rest = b""
        self.complaints: list[str] = []

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters, **self._session}
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            told = self._message()
            if told.get("id") == number:
                assert "error" not in told, told
                return told["result"]

    def wait_for(self, event: str) -> None:
        while self._message().get("method") != event:
            pass

    def _message(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            data = os.read(self._from, 1 << 20)
            assert data, "Chromium ended"
            self._rest += data
        message, _, self._rest = self._rest.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        if told.get("method") in ("Log.entryAdded", "Runtime.exceptionThrown"):
            self.complaints.append(json.dumps(told["params"]))
        return told

    def open(self, path: Path, width: int, height: int) -> None:
        made = self.call("Target.createTarget", url="about:blank")
        told = self.call("Target.attachToTarget", targetId=made["targetId"], flatten=True)
        self._session = {"sessionId": told["sessionId"]}
        for domain in ("Page", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.call("Page.navigate", url=path.as_uri())
        self.wait_for("Page.loadEventFired")

    def value(self, script: str) -> Any:
        """What an expression is, once the promises in it are kept."""
        told = self.call(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            text = {"text": key} if kind == "keyDown" and len(key) == 1 else {}
            code = {"windowsVirtualKeyCode": {"Enter": 13, "Escape": 27}.get(key, 0)}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, **text, **code)


@contextmanager
def browsing(profile: Path) -> Iterator[Page]:
    """Start Chromium, and end it."""
    theirs_in, to = os.pipe()
    from_, theirs_out = os.pipe()
    command = f'exec "{PROGRAM}" {_OPTIONS} --user-data-dir="{profile}"'
    command += f" 3<&{theirs_in} 4>&{theirs_out}"  # where it expects the pipes
    process = subprocess.Popen(
        ["bash", "-c", command],
        pass_fds=(theirs_in, theirs_out),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs_in)
    os.close(theirs_out)
    page = Page(to, from_)
    try:
        yield page
        page._session = {}
        page.call("Browser.close")
        process.wait(30)
    finally:
        process.kill()
        process.wait()
        os.close(to)
        os.close(from_)
