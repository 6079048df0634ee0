"""A clean environment for every test, and a server of models on this machine."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from openai_server import OpenAIServer

_OURS = ("OPENAI_", "GCX_")
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def clean_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """No settings of the machine reach a test, and no test reaches the machine's folders.

    The value is the folder, not yet there, that holds the folders of the user's settings,
    cache and state in `config`, `cache` and `state`.
    """
    for name in list(os.environ):
        if name.upper().startswith(_OURS):
            monkeypatch.delenv(name)
    home = tmp_path_factory.getbasetemp() / "homes" / str(next(_numbers))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "state"))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    return home


@pytest.fixture
def openai_server() -> Iterator[OpenAIServer]:
    """A server of OpenAI's API over real HTTP; what it can do stands in its class.

    A test fails in the end if the server refused a request for its form. Who provokes that
    on purpose empties `openai_server.complaints`.
    """
    with OpenAIServer() as server:
        yield server
    assert not server.complaints


@pytest.fixture
def openai_environment(
    openai_server: OpenAIServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> OpenAIServer:
    """The server, with the environment of a user who has set it up.

    The cache and the record of spending lie in `gcx-cache` and `gcx-state` of the test's
    folder, and `gcx-config.toml` there would be read as the user's settings.
    """
    monkeypatch.setenv("OPENAI_BASE_URL", openai_server.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", openai_server.key or "")
    monkeypatch.setenv("GCX_CONFIG", str(tmp_path / "gcx-config.toml"))
    monkeypatch.setenv("GCX_CACHE_FOLDER", str(tmp_path / "gcx-cache"))
    monkeypatch.setenv("GCX_STATE_FOLDER", str(tmp_path / "gcx-state"))
    return openai_server
