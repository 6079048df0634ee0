"""The house as ARCHITECTURE.md draws it, read off the imports: no arrow up, no circle."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = {
    "gcx_format": ROOT / "gcx_format",
    "gcx_pillow": ROOT / "pillow_plugin" / "gcx_pillow",
    "gcx_viewer": ROOT / "viewer" / "gcx_viewer",
}


def floors() -> list[list[str]]:
    """The floors that the document draws, from below: the modules of each, by dotted name."""
    drawing = re.search(
        r"## The floors.*?```\n(.*?)```", (ROOT / "ARCHITECTURE.md").read_text("utf-8"), re.S
    )
    assert drawing
    found = []
    for line in drawing[1].splitlines():
        names = re.split("  +", line)[0].split(" · ")
        dotted = [
            name.rpartition("/")[2] if "viewer/" in name or "plugin/" in name else name
            for name in names
        ]
        dotted = [name.replace("/", ".") for name in dotted]
        found.append([n if n.startswith("gcx_") else f"gcx_format.{n}" for n in dotted])
    return found[::-1]


def modules() -> dict[str, Path]:
    """Every module of the project, by dotted name."""
    found = {}
    for package, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            name = ".".join([package, *parts]).removesuffix(".__init__")
            found[name] = path
    return found


MODULES = modules()
FLOORS = floors()
FREE = {"gcx_format", "gcx_format.__main__", "gcx_format._version"}
"""What stands on no floor: the package's own door, which reaches to the top, and its version."""


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """The modules of the project that a file imports anywhere, with the line of each."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            while name and name not in MODULES:
                name = name.rpartition(".")[0]
            if name:
                yield name, node.lineno


def floor_of(module: str) -> int | None:
    for number, floor in enumerate(FLOORS):
        if any(module == name or module.startswith(f"{name}.") for name in floor):
            return number
    return None


def room_of(module: str) -> str:
    """The entry of the drawing that a module belongs to."""
    names = [name for floor in FLOORS for name in floor]
    return next(name for name in names if module == name or module.startswith(f"{name}."))


def test_every_module_stands_on_a_floor_and_every_room_of_the_drawing_exists():
    homeless = [name for name in MODULES if name not in FREE and floor_of(name) is None]
    assert homeless == []
    rooms = {name for floor in FLOORS for name in floor}
    assert rooms - {name for name in rooms if name in MODULES} == set()


def test_no_import_goes_up_or_around():
    wrong = []
    for name, path in MODULES.items():
        here = floor_of(name)
        if name in FREE or here is None:
            continue
        for other, line in imported(path):
            if other in FREE:
                continue
            there = floor_of(other)
            assert there is not None
            if there > here or (there == here and room_of(other) != room_of(name)):
                wrong.append(f"{name}:{line} imports {other}")
    assert wrong == []


def test_the_library_is_not_reached_through_its_own_door():
    """`from gcx_format import X` inside gcx_format would tie every module to every other."""
    inside = [name for name in MODULES if name.startswith("gcx_format.") and name not in FREE]
    wrong = [
        f"{name}:{line}"
        for name in inside
        for other, line in imported(MODULES[name])
        if other == "gcx_format" and not name.startswith("gcx_format.cli")
    ]
    assert wrong == []


def circles() -> list[list[str]]:
    """Groups of modules that import each other, directly or by way of others."""
    graph = {
        name: {other for other, _ in imported(path) if other != name and other not in FREE}
        for name, path in MODULES.items()
        if name not in FREE
    }
    reach: dict[str, set[str]] = {}
    for name in graph:
        seen: set[str] = set()
        waiting = [name]
        while waiting:
            for other in graph.get(waiting.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    waiting.append(other)
        reach[name] = seen
    tied = {name for name in graph if name in reach[name]}
    return sorted(
        {tuple(sorted({name} | {o for o in reach[name] if name in reach[o]})) for name in tied}
    )


def test_there_is_no_circle():
    assert circles() == []


@pytest.mark.parametrize(
    ("package", "others"), [("gcx_pillow", "gcx_viewer"), ("gcx_viewer", "gcx_pillow")]
)
def test_plugin_and_viewer_do_not_know_each_other(package, others):
    wrong = [
        name
        for name, path in MODULES.items()
        if name.startswith(package)
        for other, _ in imported(path)
        if other.startswith(others)
    ]
    assert wrong == []


def public_modules() -> list[str]:
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    section = text.partition("## The public surface")[2].partition("\n## ")[0]
    return re.findall(r"^- `([\w.]+)`:", section, re.M)


def test_every_public_module_says_what_it_offers():
    assert len(public_modules()) == 8
    for name in public_modules():
        module = importlib.import_module(name)
        assert module.__doc__, name
        for public in module.__all__:
            offered = getattr(module, public)
            if inspect.isclass(offered) or inspect.isfunction(offered):
                assert inspect.getdoc(offered), f"{name}.{public}"


def test_the_documentation_imports_public_modules_alone():
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *ROOT.glob("*/README.md")]
    imported_names = {
        name
        for page in pages
        for block in re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.S)
        for name in re.findall(r"^\s*(?:from|import) (gcx_\w+(?:\.\w+)*)", block, re.M)
    }
    assert imported_names
    assert imported_names <= {*public_modules()}
