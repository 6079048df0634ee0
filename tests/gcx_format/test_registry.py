"""The doors for plug-ins: found by name, late, and never in place of gcx's own."""

import subprocess
import sys
from pathlib import Path

import pytest

from gcx_format.errors import ArgumentError, UnavailableError
from gcx_format.registry import Door
from installing import write_distribution

BUILT_IN = {"ours": "collections:OrderedDict"}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


@pytest.fixture
def door() -> Door:
    return Door("gcx.tests", "thing", BUILT_IN)


def test_what_a_distribution_registers_is_found_and_loaded(site: Path, door: Door) -> None:
    write_distribution(site, "gcx-more", "2.1", {"gcx.tests": {"theirs": "decimal:Decimal"}})
    assert tuple(door) == ("ours", "theirs")
    assert "theirs" in door
    assert door.load("theirs").__name__ == "Decimal"
    assert door.distribution("theirs") == "gcx-more 2.1"
    assert door.distribution("ours") is None


def test_what_comes_with_gcx_is_found_without_looking_for_plugins(door: Door) -> None:
    assert door.load("ours").__name__ == "OrderedDict"
    assert "ours" in door
    assert "_plugins" not in vars(door)


def test_plugins_are_looked_for_once(site: Path, door: Door) -> None:
    assert tuple(door) == ("ours",)
    write_distribution(site, "gcx-late", "1", {"gcx.tests": {"late": "decimal:Decimal"}})
    assert tuple(door) == ("ours",)


def test_a_plugin_cannot_replace_what_comes_with_gcx(site: Path, door: Door) -> None:
    write_distribution(site, "gcx-bold", "1", {"gcx.tests": {"ours": "decimal:Decimal"}})
    assert tuple(door) == ("ours",)
    assert door.load("ours").__name__ == "OrderedDict"


def test_a_name_that_nothing_has_is_an_error_that_lists_those_there_are(
    site: Path, door: Door
) -> None:
    write_distribution(site, "gcx-more", "1", {"gcx.tests": {"theirs": "decimal:Decimal"}})
    with pytest.raises(ArgumentError) as caught:
        door.load("theris")
    assert str(caught.value) == "unknown thing 'theris'; known are ours, theirs"


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("no_such_module:Thing", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("decimal:Nothing", "AttributeError: module 'decimal' has no attribute 'Nothing'"),
    ],
)
def test_a_plugin_that_does_not_load_is_named_with_its_distribution(
    value: str, fault: str, site: Path, door: Door
) -> None:
    write_distribution(site, "gcx-broken", "0.3", {"gcx.tests": {"broken": value}})
    assert "broken" in tuple(door)
    with pytest.raises(UnavailableError) as caught:
        door.load("broken")
    assert str(caught.value) == f"the thing 'broken' of gcx-broken 0.3 does not load: {fault}"


def test_a_name_that_two_plugins_claim_is_an_error_that_names_both(site: Path, door: Door) -> None:
    for name in ("gcx-one", "gcx-two"):
        write_distribution(site, name, "1", {"gcx.tests": {"same": "decimal:Decimal"}})
    with pytest.raises(UnavailableError) as caught:
        door.load("same")
    assert "gcx-one 1" in str(caught.value)
    assert "gcx-two 1" in str(caught.value)


def test_importing_gcx_looks_for_no_plugins() -> None:
    program = (
        "import gcx_format.registry as registry, gcx_format.cli, gcx_pillow; "
        "doors = registry.GENERATORS, registry.DESCRIBERS; "
        "assert not any('_plugins' in vars(door) for door in doors)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
