"""What the viewer remembers between runs: how it looks and what it may do.

These are the viewer's own, in a JSON file of its own. What gcx as a whole may spend, which models
it asks and where it keeps results are the settings of `gcx_format.settings`, shared with the
command and the plugin.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gcx_format import private_files
from gcx_format.errors import OutputError

__all__ = ["FILE_VARIABLE", "Policy", "Preferences", "load", "path", "save"]

FILE_VARIABLE: Final = "GCX_VIEWER_PREFERENCES"
"""The environment variable that names another file."""

_MOST_RECENT: Final = 20
_MOST_BYTES: Final = 1_000_000

Policy = Literal["ask", "always", "never"]
"""Whether a model may be asked for a picture that is not kept yet."""


class Preferences(BaseModel):
    """Everything that is remembered; a value that makes no sense falls back to its default."""

    model_config = ConfigDict(validate_assignment=True, extra="ignore")

    policy: Policy = "ask"
    trusted_folders: Annotated[list[Path], Field(max_length=1000)] = []
    """Absolute; files under them are generated without asking."""

    theme: Literal["system", "light", "dark"] = "system"
    language: Literal["system", "en", "de"] = "system"
    slide_seconds: Annotated[float, Field(ge=0.5, le=3600)] = 5.0
    preload: Annotated[int, Field(ge=0, le=10)] = 1
    """Pictures before and after the one on screen that are loaded ahead."""

    show_strip: bool = True
    show_panel: bool = False
    recent: Annotated[list[Path], Field(max_length=_MOST_RECENT)] = []
    """Files opened, the last first."""

    geometry: str = ""
    """Of the window, as Qt saves it, in hexadecimal."""

    def remember(self, opened: Path) -> None:
        """Put a file at the head of the recent ones."""
        rest = [other for other in self.recent if other != opened]
        self.recent = [opened, *rest][:_MOST_RECENT]


def path() -> Path:
    """Where the preferences lie."""
    named = os.environ.get(FILE_VARIABLE, "").strip()
    return Path(named) if named else platformdirs.user_config_path("gcx") / "viewer.json"


def load() -> Preferences:
    """What was remembered; the defaults for whatever is missing or makes no sense."""
    try:
        with path().open("rb") as file:
            data = file.read(_MOST_BYTES)
    except OSError:
        return Preferences()
    try:
        return Preferences.model_validate_json(data)
    except ValidationError as error:
        wrong = {str(problem["loc"][0]) for problem in error.errors() if problem["loc"]}
    try:
        import json

        known = json.loads(data)
        return Preferences.model_validate(
            {name: value for name, value in known.items() if name not in wrong}
        )
    except (ValueError, AttributeError):
        return Preferences()


def save(preferences: Preferences) -> None:
    """Remember; what cannot be written is forgotten, for a viewer must not fail over that."""
    try:
        private_files.write(path(), preferences.model_dump_json(indent=1).encode())
    except OutputError:
        return
