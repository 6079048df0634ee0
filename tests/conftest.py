"""A clean environment for every test, and servers on this machine: of models, and of weights."""

from __future__ import annotations

import importlib.util
import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from file_server import Served, serving
from gcx_format.settings import load_settings
from gcx_format.visual.msillm import qualities, weights
from openai_server import OpenAIServer

SEEDED = Path(__file__).parents[1] / "benchmarks" / "msillm_seeded.py"

_OURS = ("OPENAI_", "GCX_")
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def clean_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """No settings of the machine reach a test, and no test reaches the machine's folders.

    The value is the folder, not yet there, that holds the folders of the user's settings,
    cache, state and data in `config`, `cache`, `state` and `data`.
    """
    for name in list(os.environ):
        if name.upper().startswith(_OURS):
            monkeypatch.delenv(name)
    home = tmp_path_factory.getbasetemp() / "homes" / str(next(_numbers))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
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


@pytest.fixture(scope="session")
def serve() -> Iterator[Callable[[Path], Served]]:
    """Starts web servers for folders; they end with the session."""
    with ExitStack() as servers:
        yield lambda folder: servers.enter_context(serving(folder))


@pytest.fixture(scope="session")
def msillm_folder(
    tmp_path_factory: pytest.TempPathFactory, serve: Callable[[Path], Served]
) -> Iterator[Path]:
    """A folder of weights for qualities vlo2 and 3: the latter downloaded, licence and all."""
    specification = importlib.util.spec_from_file_location("msillm_seeded", SEEDED)
    assert specification is not None
    assert specification.loader is not None
    seeded = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(seeded)
    server = tmp_path_factory.mktemp("server")
    folder = tmp_path_factory.mktemp("weights")
    original = seeded.write(server, qualities.find("3"))
    settings = load_settings(weights_folder=folder, weights_url=serve(server).url)
    weights.get(qualities.find("3"), accept_licence=True, settings=settings)
    original.unlink()
    seeded.write(folder, qualities.find("vlo2"))
    yield folder
    for file in folder.glob("*.ckpt"):  # pytest keeps folders of three sessions
        file.unlink()


@pytest.fixture
def msillm(msillm_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Has gcx use the weights of `msillm_folder`."""
    monkeypatch.setenv("GCX_WEIGHTS_FOLDER", str(msillm_folder))
    return msillm_folder
