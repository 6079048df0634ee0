"""What the viewer remembers between runs: how it looks and what it may do.

These are the viewer's own, in a JSON file of its own. What gcx as a whole may spend, which models
it asks and where it keeps results are the settings of `gcx_format.settings`, shared with the
command and the plugin.

The file is read before the first picture is painted, so nothing slow is imported here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args

import platformdirs

from gcx_format import durable_files
from gcx_format.errors import ArgumentError, OutputError

__all__ = ["FILE_VARIABLE", "Order", "Policy", "Preferences", "load", "path", "save"]

FILE_VARIABLE: Final = "GCX_VIEWER_PREFERENCES"
"""The environment variable that names another file."""

_MOST_RECENT: Final = 20
_MOST_TRUSTED: Final = 1000
_MOST_BYTES: Final = 1_000_000

Policy = Literal["ask", "always", "never"]
"""Whether a model may be asked for a picture that is not kept yet."""

Theme = Literal["system", "light", "dark"]
Language = Literal["system", "en", "de"]

Order = Literal["name", "date", "size"]
"""Of the files of a folder: by name, the oldest first, or the largest first."""


# --- what makes sense --------------------------------------------------------------------


def _one_of(choices: Any) -> Callable[[object], str]:
    names: tuple[str, ...] = get_args(choices)

    def check(value: object) -> str:
        if isinstance(value, str) and value in names:
            return value
        raise ArgumentError(f"{value!r} is none of {', '.join(names)}")

    return check


def _number(least: float, most: float) -> Callable[[object], float]:
    def check(value: object) -> float:
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and least <= value <= most:  # type: ignore[operator]  # not so for NaN
            return float(value)  # type: ignore[arg-type]
        raise ArgumentError(f"{value!r} is no number from {least:g} to {most:g}")

    return check


def _yes_or_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ArgumentError(f"{value!r} is neither true nor false")


def _hexadecimal(value: object) -> str:
    if isinstance(value, str) and all(digit in "0123456789abcdefABCDEF" for digit in value):
        return value
    raise ArgumentError(f"{value!r} is not hexadecimal")


def _paths(most: int) -> Callable[[object], list[Path]]:
    """Absolute paths, each once; what is none is left out, and so is what is too many."""

    def check(value: object) -> list[Path]:
        if not isinstance(value, list | tuple):
            raise ArgumentError(f"{value!r} is no list of paths")
        named = (str(item) for item in value if isinstance(item, str | Path))
        paths = (Path(name) for name in named if "\0" not in name)
        return list(dict.fromkeys(path for path in paths if path.is_absolute()))[:most]

    return check


# --- what is remembered ------------------------------------------------------------------


@dataclass(slots=True, kw_only=True)
class Preferences:
    """Everything that is remembered. Lists are replaced, never changed: threads read them.

    Raises:
        ArgumentError: a field is given a value that makes no sense.
    """

    policy: Policy = "ask"
    trusted_folders: list[Path] = field(default_factory=list)
    """Absolute; files under them are generated without asking."""

    paint_after_seconds: float = 2.0
    """How long a file stands on the screen before it is painted without asking."""

    theme: Theme = "system"
    language: Language = "system"
    slide_seconds: float = 5.0
    order: Order = "name"
    enlarge_small: bool = False
    """Whether pictures smaller than the window are enlarged to fit."""

    show_strip: bool = True
    show_panel: bool = False
    recent: list[Path] = field(default_factory=list)
    """Files opened, the last first."""

    geometry: str = ""
    """Of the window, as Qt saves it, in hexadecimal."""

    unknown: dict[str, Any] = field(default_factory=dict)
    """What another version of the program has remembered: kept for it."""

    def __setattr__(self, name: str, value: object) -> None:
        """Set a field to a value that makes sense."""
        check = _CHECKS.get(name)
        object.__setattr__(self, name, check(value) if check else value)

    def remember(self, opened: Path) -> None:
        """Put a file at the head of the recent ones."""
        opened = opened.absolute()
        self.recent = [opened, *(other for other in self.recent if other != opened)]


_CHECKS: Final[dict[str, Callable[[object], object]]] = {
    "policy": _one_of(Policy),
    "trusted_folders": _paths(_MOST_TRUSTED),
    "paint_after_seconds": _number(0, 3600),
    "theme": _one_of(Theme),
    "language": _one_of(Language),
    "order": _one_of(Order),
    "enlarge_small": _yes_or_no,
    "slide_seconds": _number(0.5, 3600),
    "show_strip": _yes_or_no,
    "show_panel": _yes_or_no,
    "recent": _paths(_MOST_RECENT),
    "geometry": _hexadecimal,
}


# --- the file ----------------------------------------------------------------------------


def path() -> Path:
    """Where the preferences lie."""
    named = os.environ.get(FILE_VARIABLE, "").strip()
    return Path(named) if named else platformdirs.user_config_path("gcx") / "viewer.json"


def load() -> Preferences:
    """What was remembered; the defaults for whatever is missing or makes no sense."""
    preferences = Preferences()
    for name, value in _read().items():
        if name in _CHECKS:
            try:
                setattr(preferences, name, value)
            except ArgumentError:
                continue
        else:
            preferences.unknown[name] = value
    return preferences


def save(preferences: Preferences) -> None:
    """Remember; what cannot be written is forgotten, for a viewer must not fail over that."""
    known = {name: getattr(preferences, name) for name in _CHECKS}
    try:
        text = json.dumps(preferences.unknown | known, indent=1, default=str)
    except RecursionError:  # the other version's values are nested beyond what can be written
        text = json.dumps(known, indent=1, default=str)
    try:
        durable_files.write(path(), text.encode())
    except (OutputError, ValueError):  # ValueError: a name with a NUL in it
        return


def _read() -> dict[str, Any]:
    """The object in the file; empty where there is none."""
    place = path()
    try:
        if not place.is_file():  # opening a pipe would wait for ever
            return {}
        with place.open("rb") as file:
            data = file.read(_MOST_BYTES)
        found = json.loads(data)
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
