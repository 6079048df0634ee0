"""Imports point down, from the window to the parts to the core, and never in a circle."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import gcx_viewer

ROOT = Path(gcx_viewer.__file__).parent
FLOORS = ("gcx_viewer.core", "gcx_viewer.gui", "gcx_viewer.gui.window", "gcx_viewer.app")
"""From below; a module belongs to the highest floor that its name begins with."""


def imports() -> dict[str, set[str]]:
    """What each module imports of the viewer, wherever in the module it does so."""
    modules = {
        ".".join(("gcx_viewer", *path.relative_to(ROOT).with_suffix("").parts)): path
        for path in ROOT.rglob("*.py")
        if path.name != "__init__.py"
    }
    found = {}
    for module, path in modules.items():
        names = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                names |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
            elif isinstance(node, ast.Import):
                names |= {each.name for each in node.names}
        found[module] = names & modules.keys()
    return found


def floor(module: str) -> int:
    return max(
        (number for number, name in enumerate(FLOORS) if f"{module}.".startswith(f"{name}.")),
        default=-1,
    )


def test_no_import_goes_in_a_circle():
    order = list(TopologicalSorter(imports()).static_order())
    assert "gcx_viewer.app" in order


def test_no_import_points_up():
    assert [
        f"{module} imports {other}"
        for module, others in imports().items()
        for other in others
        if 0 <= floor(module) < floor(other)
    ] == []
