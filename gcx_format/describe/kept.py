"""Descriptions that were made before, so that a run that was interrupted pays for none twice.

Each is a JSON file in the cache, under a hash of the photograph's file and of what was asked:

    <cache_folder>/descriptions/<2 hex>/<hash>.json
"""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gcx_format import durable_files, files
from gcx_format.errors import OutputError

if TYPE_CHECKING:
    from gcx_format.describe.describer import Describer

__all__ = ["KeptDescriptions"]


_NEEDED: Final = {"text", "words", "model", "calls", "cost_usd", "cost_is_estimated", "candidates"}
"""What a record has at least."""


class KeptDescriptions:
    """The descriptions in the user's cache."""

    def __init__(self, cache_folder: Path) -> None:
        self.folder = cache_folder / "descriptions"

    def place(
        self, photograph: Path, describer: Describer, words: int, *, beside: bool = False
    ) -> Path:
        """The file for what a describer, set as it is, says of a photograph; it may not exist.

        Args:
            photograph: its file.
            describer: that is asked.
            words: at most.
            beside: whether they stand beside a visual condition.

        Raises:
            InputError: the photograph cannot be read.
        """
        settings, options = describer.settings, describer.options
        asked = {
            "photograph": files.sha256(photograph).hex(),
            "describer": describer.name,
            "model": describer.model,
            "options": None if options is None else options.model_dump(mode="json"),
            "words": words,
            "prompt": settings.prompt,
            "candidates": settings.candidates,
            **({"beside": True} if beside else {}),
        }
        digest = hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
        return self.folder / digest[:2] / f"{digest}.json"

    def find(self, place: Path) -> dict[str, Any] | None:
        """What was kept there, if it is whole."""
        with suppress(OSError, ValueError):
            known = json.loads(place.read_bytes())
            if isinstance(known, dict) and known.keys() >= _NEEDED:
                return known
        return None

    def add(self, place: Path, known: dict[str, Any]) -> None:
        """Keep what is known of a description, if the disk has room."""
        with suppress(OutputError):
            durable_files.write(place, json.dumps(known).encode())

    def clear(self) -> None:
        """Remove all."""
        shutil.rmtree(self.folder, ignore_errors=True)
