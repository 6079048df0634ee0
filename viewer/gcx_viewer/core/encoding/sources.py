"""Photographs to encode: found, opened, and looked at for a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gcx_format import files
from gcx_format.errors import InputError
from gcx_format.pictures import is_picture_name, normalise, on_white, open_picture, upright_size
from gcx_viewer.core.folder import natural_key

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.pictures import Loss

__all__ = [
    "Glance",
    "Photograph",
    "Source",
    "glance",
    "open_photograph",
    "photographs_in",
    "reduced",
]

_MOST_PHOTOGRAPHS: Final = 10_000
"""That are taken at once."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A photograph to encode, not yet opened.

    Attributes:
        name: how it is called.
        path: its file, or None where it was pasted.
        image: what was pasted, or None.
    """

    name: str
    path: Path | None = None
    image: Image.Image | None = None

    @classmethod
    def of(cls, path: Path) -> Source:
        """A file."""
        return cls(path.name, path)

    def checksum(self) -> bytes | None:
        """The SHA-256 of the file, or None where there is none.

        Raises:
            InputError: it cannot be read.
        """
        return None if self.path is None else files.sha256(self.path)


@dataclass(frozen=True, slots=True, eq=False)
class Photograph:
    """A photograph, opened and ready to be encoded.

    Attributes:
        source: what was opened.
        image: upright, sRGB, opaque.
        file_bytes: of the file, or None where it was pasted.
        metadata_words: a description that a person once put into the file, or None.
        losses: what of the picture is not kept, each once.
    """

    source: Source
    image: Image.Image
    file_bytes: int | None
    metadata_words: str | None
    losses: tuple[Loss, ...] = ()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, in pixels."""
        return self.image.size


@dataclass(frozen=True, slots=True, eq=False)
class Glance:
    """What a list shows of a photograph.

    Attributes:
        thumbnail: at most as large as was asked for; `RGB` or `L`.
        size: of the photograph, upright, in pixels.
        file_bytes: of its file, or None where it was pasted.
    """

    thumbnail: Image.Image
    size: tuple[int, int]
    file_bytes: int | None


def photographs_in(paths: Sequence[Path]) -> list[Source]:
    """The files that were named, and the photographs in the folders that were.

    Within a folder they come in natural order; hidden files and folders in folders are left out.
    """
    found: list[Source] = []
    for path in paths:
        if path.is_dir():
            try:
                inside = [file for file in path.iterdir() if _is_photograph(file)]
            except OSError:
                inside = []
            inside.sort(key=lambda file: natural_key(file.name))
            found += map(Source.of, inside)
        else:
            found.append(Source.of(path))
    return found[:_MOST_PHOTOGRAPHS]


def open_photograph(source: Source) -> Photograph:
    """Read a photograph.

    Raises:
        InputError: it cannot be read, or is not a picture that can be opened.
    """
    from gcx_format.describe.metadata import words_from_metadata

    opened, file_bytes = source.image, None
    if source.path is not None:
        opened = open_picture(source.path)
        file_bytes = source.path.stat().st_size
    if opened is None:
        raise InputError("there is no picture to encode")
    found = words_from_metadata(opened)
    losses: list[Loss] = []
    image = normalise(opened, on_loss=lambda loss, _: losses.append(loss))
    return Photograph(source, image, file_bytes, found, tuple(losses))


def glance(source: Source, side: int) -> Glance:
    """Look at a photograph without decoding more of it than a thumbnail needs.

    Args:
        source: the photograph.
        side: the longer side of the thumbnail at most, in pixels.

    Raises:
        InputError: it cannot be read, or is not a picture that can be opened.
    """
    if source.path is None:
        photograph = open_photograph(source)
        return Glance(reduced(photograph.image, side), photograph.size, None)
    with open_picture(source.path, "inspect") as header:
        size = upright_size(header)
    image = open_picture(source.path, "show", enough=4 * side * side)
    return Glance(reduced(on_white(image), side), size, source.path.stat().st_size)


def reduced(image: Image.Image, side: int) -> Image.Image:
    """A copy of a photograph, as large as a window needs it."""
    from PIL import Image

    if max(image.size) <= side:
        return image.copy()
    scale = side / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _is_photograph(path: Path) -> bool:
    """Whether a file in a folder is a picture, by its name."""
    return is_picture_name(path) and not path.name.startswith(".") and path.is_file()
