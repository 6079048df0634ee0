"""What the viewer remembers: a file that nothing in it can break."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gcx_format.errors import ArgumentError
from gcx_viewer.core import preferences
from gcx_viewer.core.preferences import Preferences

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
_NAMES = st.sampled_from([*preferences._CHECKS, "unknown", "colour"]) | st.text()


def put(data: bytes | dict[str, Any]) -> None:
    preferences.path().parent.mkdir(parents=True, exist_ok=True)
    preferences.path().write_bytes(data if isinstance(data, bytes) else json.dumps(data).encode())


def test_without_a_file_there_are_defaults() -> None:
    assert preferences.load() == Preferences()
    assert Preferences().policy == "ask"


def test_what_was_saved_is_there_again(tmp_path: Path) -> None:
    wanted = Preferences(
        policy="never",
        trusted_folders=[tmp_path],
        theme="dark",
        language="de",
        slide_seconds=2.5,
        show_strip=False,
        show_panel=True,
        recent=[tmp_path / "a.gcx"],
        geometry="01d9",
    )
    preferences.save(wanted)
    assert preferences.load() == wanted
    assert preferences.path().stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("policy", "perhaps"),
        ("policy", 1),
        ("theme", None),
        ("language", "fr"),
        ("slide_seconds", 0.1),
        ("slide_seconds", float("nan")),
        ("slide_seconds", True),
        ("slide_seconds", 10**400),
        ("show_strip", 1),
        ("geometry", "no hex"),
        ("recent", "/a/b"),
        ("trusted_folders", {"/": 1}),
    ],
)
def test_a_value_without_sense_is_refused_and_falls_back_alone(name: str, value: object) -> None:
    with pytest.raises(ArgumentError):
        setattr(Preferences(), name, value)
    put({"show_panel": True, name: value})
    loaded = preferences.load()
    assert getattr(loaded, name) == getattr(Preferences(), name)
    assert loaded.show_panel


def test_of_a_list_what_makes_sense_is_kept() -> None:
    put({"trusted_folders": ["relative", "/a", 5, "/b\0c", "/a", "/d"]})
    assert preferences.load().trusted_folders == [Path("/a"), Path("/d")]


def test_lists_are_bounded() -> None:
    put({"recent": [f"/{number}" for number in range(100)]})
    assert preferences.load().recent == [Path(f"/{number}") for number in range(20)]


def test_the_last_opened_is_first_and_there_once(tmp_path: Path) -> None:
    remembered = Preferences()
    for name in ("a", "b", "a"):
        remembered.remember(tmp_path / name)
    assert remembered.recent == [tmp_path / "a", tmp_path / "b"]


def test_what_a_newer_version_remembers_survives() -> None:
    put({"theme": "dark", "wallpaper": {"path": "/x", "blur": [1, 2.5, None]}})
    loaded = preferences.load()
    loaded.theme = "light"
    preferences.save(loaded)
    assert json.loads(preferences.path().read_bytes())["wallpaper"] == {
        "path": "/x",
        "blur": [1, 2.5, None],
    }
    assert preferences.load().theme == "light"


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[1]", b"{", b"\xff\xfe", b'{"a":' * 100_000, b"9" * 5000, b"\0"]
)
def test_a_file_that_is_no_object_gives_defaults(data: bytes) -> None:
    put(data)
    assert preferences.load() == Preferences()


def test_deep_values_of_others_do_not_hinder_saving() -> None:
    put(b'{"deep":' + b"[" * 900 + b"]" * 900 + b"}")
    loaded = preferences.load()
    loaded.theme = "dark"
    preferences.save(loaded)
    assert preferences.load().theme == "dark"


@pytest.mark.skipif(sys.platform == "win32", reason="names are not bytes there")
def test_names_that_are_no_unicode_survive() -> None:
    name = Path(os.fsdecode(b"/tmp/\xff.gcx"))
    preferences.save(Preferences(recent=[name]))
    assert preferences.load().recent == [name]


def test_what_cannot_be_written_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(preferences.FILE_VARIABLE, "/dev/null/viewer.json")
    preferences.save(Preferences(theme="dark"))
    assert preferences.load() == Preferences()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(_NAMES, _VALUES, max_size=6))
def test_whatever_the_file_says_the_values_make_sense(found: dict[str, Any]) -> None:
    put(found)
    loaded = preferences.load()
    for name, check in preferences._CHECKS.items():
        assert check(getattr(loaded, name)) == getattr(loaded, name)
    preferences.save(loaded)
    again = preferences.load()
    assert {name: getattr(again, name) for name in preferences._CHECKS} == {
        name: getattr(loaded, name) for name in preferences._CHECKS
    }
    assert again.unknown.keys() == loaded.unknown.keys()


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200))
def test_garbage_is_no_obstacle(data: bytes) -> None:
    put(data)
    assert isinstance(preferences.load(), Preferences)


def test_reading_them_is_no_reason_to_import_what_is_slow() -> None:
    code = (
        "import sys; from gcx_viewer.core import preferences; preferences.load();"
        "print(sorted({'pydantic', 'PIL', 'numpy', 'openai', 'PyQt6'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
