"""Photographs to encode: found, opened, and looked at for a list."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gcx_format.errors import ArgumentError, GcxError, InputError

if TYPE_CHECKING:
    from PIL import Image

__all__ = [
    "Glance",
    "Photograph",
    "Source",
    "as_error",
    "glance",
    "open_photograph",
    "photographs_in",
    "reduced",
]

_ORIENTATION: Final = 0x0112
"""EXIF's tag; from 5 on, width and height change places."""

_NO_PHOTOGRAPHS: Final = {"BUFR", "EPS", "GRIB", "HDF5", "IPTC", "MPEG", "WMF"}
"""What Pillow recognises and does not decode by itself: nothing to look for in folders."""

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
        if self.path is None:
            return None
        try:
            with self.path.open("rb") as file:
                return hashlib.file_digest(file, "sha256").digest()
        except OSError as error:
            raise InputError(f"it cannot be read: {error.strerror}", filename=self.path) from None


@dataclass(frozen=True, slots=True, eq=False)
class Photograph:
    """A photograph, opened and ready to be encoded.

    Attributes:
        source: what was opened.
        image: upright, sRGB, opaque.
        file_bytes: of the file, or None where it was pasted.
        metadata_words: a description that a person once put into the file, or None.
    """

    source: Source
    image: Image.Image
    file_bytes: int | None
    metadata_words: str | None

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

    Within a folder they come by name; hidden files and folders in folders are left out.
    """
    found: list[Source] = []
    for path in paths:
        if path.is_dir():
            try:
                inside = sorted(path.iterdir())
            except OSError:
                inside = []
            found += [Source.of(file) for file in inside if _is_photograph(file)]
        else:
            found.append(Source.of(path))
    return found[:_MOST_PHOTOGRAPHS]


def open_photograph(source: Source) -> Photograph:
    """Read a photograph.

    Raises:
        InputError: it cannot be read, or is a `.gcx` file already.
    """
    from gcx_format.describe.metadata import words_from_metadata
    from gcx_format.picture import normalise, open_picture

    path, file_bytes = source.path, None
    if path is None:
        if source.image is None:
            raise InputError("there is no picture to encode")
        opened = source.image
    else:
        if path.suffix.lower() == ".gcx":
            raise InputError("it is a .gcx file already", filename=path)
        opened = open_picture(path)
        file_bytes = path.stat().st_size
    found = words_from_metadata(opened)
    try:
        image = normalise(opened)
    except (OSError, ValueError, MemoryError) as error:
        raise InputError(f"the picture cannot be converted: {error}", filename=path) from None
    image.info.pop("icc_profile", None)  # it was converted from, and must not be once more
    return Photograph(source, image, file_bytes, found)


def glance(source: Source, side: int) -> Glance:
    """Look at a photograph without decoding more of it than a thumbnail needs.

    Args:
        source: the photograph.
        side: the longer side of the thumbnail at most, in pixels.

    Raises:
        InputError: it cannot be read, or is a `.gcx` file already.
    """
    from PIL import Image

    from gcx_format.picture import normalise

    if source.path is None or source.path.suffix.lower() == ".gcx":
        photograph = open_photograph(source)
        return Glance(reduced(photograph.image, side), photograph.size, None)
    try:
        with Image.open(source.path) as image:
            size = image.size
            image.draft("RGB", (2 * side, 2 * side))
            image.thumbnail((side, side), reducing_gap=2.0)
            is_turned = image.getexif().get(_ORIENTATION, 1) >= 5
            small = normalise(image)
            file_bytes = source.path.stat().st_size
    except Exception:  # what is the matter is said where pictures are read in earnest
        photograph = open_photograph(source)
        return Glance(reduced(photograph.image, side), photograph.size, photograph.file_bytes)
    return Glance(small, size[::-1] if is_turned else size, file_bytes)


def reduced(image: Image.Image, side: int) -> Image.Image:
    """A copy of a photograph, as large as a window needs it."""
    from PIL import Image

    if max(image.size) <= side:
        return image.copy()
    scale = side / max(image.size)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


def as_error(error: Exception) -> GcxError:
    """Any exception as one of gcx: what a picture file provokes in a decoder has many names."""
    if isinstance(error, GcxError):
        return error
    if isinstance(error, MemoryError):
        return ArgumentError("the picture is too large for the memory of this computer")
    return InputError(f"the picture cannot be encoded: {error}")


def _is_photograph(path: Path) -> bool:
    """Whether a file found in a folder is meant, by its name."""
    from PIL import Image

    extension = path.suffix.lower()
    format = Image.registered_extensions().get(extension)
    return (
        format in Image.OPEN
        and format not in _NO_PHOTOGRAPHS
        and extension != ".gcx"
        and not path.name.startswith(".")
        and path.is_file()
    )
