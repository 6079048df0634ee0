"""The photographs that descriptors were made from, found again by their hash."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from gcx_format import files
from gcx_format.cli import paths
from gcx_format.errors import InputError, UnavailableError


class OriginalNotFoundError(UnavailableError):
    """There is nothing to compare a descriptor with."""


class Originals:
    """The pictures beside files, and those in folders.

    Attributes:
        folders: those of the inputs that have pictures in them.
    """

    def __init__(self, inputs: Iterable[Path]) -> None:
        inputs = list(inputs)
        self.folders = {path for path in inputs if path.is_dir()}
        found = paths.find(self.folders, paths.PICTURES)
        self.folders -= {path for path, _ in found.problems}
        pictures = [file.source for file in found.files]
        for folder in {path.parent for path in inputs if path.is_file()}:
            pictures += filter(paths.PICTURES.is_wanted, folder.iterdir())
        self._pictures = pictures
        self._by_name: defaultdict[str, list[Path]] = defaultdict(list)
        for picture in pictures:
            self._by_name[picture.stem.casefold()].append(picture)
            self._by_name[picture.name.casefold()].append(picture)
        self._by_hash: dict[bytes, Path] | None = None
        self._lock = threading.Lock()

    def find(self, file: Path, sha256: bytes | None) -> Path:
        """The photograph of a descriptor.

        Raises:
            InputError: one of its name is here, but it is another.
            OriginalNotFoundError: none is here, or there is no hash to know it by.
        """
        if sha256 is None:
            raise OriginalNotFoundError(
                "it has no hash to know its photograph by (gcx encode --hash)"
            )
        namesakes = self._by_name[file.stem.casefold()]
        for picture in namesakes:
            if files.sha256(picture) == sha256:
                return picture
        if found := self._hashed().get(sha256):
            return found
        if namesakes:
            raise InputError(f"its photograph has changed: {namesakes[0]} has another hash")
        raise OriginalNotFoundError("its photograph was not found")

    def _hashed(self) -> dict[bytes, Path]:
        with self._lock:
            if self._by_hash is None:
                self._by_hash = {files.sha256(path): path for path in self._pictures}
            return self._by_hash
