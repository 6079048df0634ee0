"""Distributions that count as installed: real metadata, in a folder of the test's own."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

PLUGINS = Path(__file__).parent / "plugins"


def write_distribution(
    folder: Path, name: str, version: str, entry_points: Mapping[str, Mapping[str, str]]
) -> None:
    """Put into a folder what pip leaves of a distribution: what it is called, and its entries."""
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n")
    lines = []
    for group, entries in entry_points.items():
        lines += [f"[{group}]", *(f"{key} = {value}" for key, value in entries.items())]
    (info / "entry_points.txt").write_text("\n".join(lines))


def write_plugins(folder: Path) -> None:
    """The same for the distribution in `tests/plugins`, from its `pyproject.toml`."""
    project = tomllib.loads((PLUGINS / "pyproject.toml").read_text("utf-8"))["project"]
    entries = project.get("entry-points", {})
    write_distribution(folder, project["name"], project["version"], entries)
