"""Which page of a TIFF file is the photograph: cameras put a thumbnail in front of it.

DNG, NEF, ARW and other raw formats are TIFF files (TIFF 6.0, TIFF/EP) whose first page is a
preview of 160 x 120 or so; the photograph is in a SubIFD, mostly as the bare readings of the
sensor, which Pillow does not develop.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from gcx_format.errors import InputError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["begins_as_raw", "count", "is_raw", "raw_error", "select_photograph"]

_MOST_PAGES: Final = 4096
"""Pages that are looked at: scans of books have a few hundred."""
_MOST_TAGS: Final = 4096

_NEW_SUBFILE_TYPE: Final = 254
_SUBFILE_TYPE: Final = 255
_WIDTH: Final = 256
_HEIGHT: Final = 257
_PHOTOMETRIC: Final = 262
_SUB_IFDS: Final = 330
_WANTED: Final = (_NEW_SUBFILE_TYPE, _SUBFILE_TYPE, _WIDTH, _HEIGHT, _PHOTOMETRIC, _SUB_IFDS)

_NO_PHOTOGRAPH: Final = 0b1101
"""Bits of NewSubfileType: a reduced picture, a mask (TIFF 6.0), a depth map (DNG 1.5)."""
_REDUCED: Final = 2
"""Of SubfileType, the tag that NewSubfileType has replaced."""

_SENSOR: Final = (32803, 34892)
"""Values of PhotometricInterpretation: colour filter array, and what was made of one (DNG)."""

_OTHER_RAW: Final = (
    b"FUJIFILMCCD-RAW", b"IIRO", b"IIRS", b"MMOR", b"IIU\0", b"FOVb", b"\0MRM"
)  # fmt: skip
"""How raw files begin that are no TIFF files: of Fujifilm, Olympus, Panasonic, Sigma, Minolta."""

_TYPES: Final = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
"""Of the fields that are read here: BYTE, SHORT, LONG, IFD, LONG8, IFD8."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A picture in a TIFF file.

    Attributes:
        place: where its directory begins, in bytes.
        number: in the chain of pages, from 0; None in a SubIFD.
        size: width and height in pixels.
        is_photograph: it is not reduced, no mask and no depth map.
        is_sensor: its samples are readings of a sensor.
    """

    place: int
    number: int | None
    size: tuple[int, int]
    is_photograph: bool
    is_sensor: bool

    @property
    def pixels(self) -> int:
        return self.size[0] * self.size[1]


def count(image: Image.Image) -> int:
    """How many pages an opened TIFF file has, without reduced pictures and masks."""
    chain = [page for page in _pages_of(image) if page.number is not None and page.is_photograph]
    return max(1, len(chain))


def begins_as_raw(start: bytes) -> bool:
    """Whether these are the first 16 bytes of a raw photograph that is not a TIFF file."""
    return start.startswith(_OTHER_RAW) or start[4:12] == b"ftypcrx "  # Canon's CR3


def is_raw(file: IO[bytes]) -> bool:
    """Whether a file is a raw photograph in a TIFF file."""
    place = file.tell()
    try:
        file.seek(8)
        if file.read(2) == b"CR":  # Canon's CR2
            return True
        return any(page.is_sensor for page in _pages(file))
    except Exception:  # a damaged one is not known to be
        return False
    finally:
        file.seek(place)


def raw_error(preview: tuple[int, int] | None = None) -> InputError:
    """That a raw photograph is not opened.

    Args:
        preview: the size of the only picture in it that could be, or None.
    """
    only = "" if preview is None else f", with only a preview of {preview[0]} x {preview[1]} in it"
    return InputError(
        f"this is a raw photograph{only}; export a JPEG or TIFF file from the camera's program "
        "or another raw converter"
    )


def select_photograph(image: Image.Image) -> None:
    """Turn a TIFF file that was just opened to the page that is the photograph.

    Raises:
        InputError: it cannot be decoded here, and what can is a preview of it.
    """
    pages = _pages_of(image)
    if not pages:
        return
    first = pages[0]
    photographs = [page for page in pages if page.is_photograph]
    in_chain = next((page for page in photographs if page.number is not None), None)
    below = max((page for page in photographs if page.number is None), key=_pixels, default=None)
    meant = in_chain or below or first
    if below and below.pixels > meant.pixels:
        meant = below
    if is_raw(_file(image)):
        raise raw_error(None if meant == first else first.size)
    if meant == first:
        return
    try:
        if meant.number is not None:
            image.seek(meant.number)
        else:  # as Pillow does to have the child pictures of one
            image._frame_pos = [meant.place]  # type: ignore[attr-defined]
            image._seek(0)  # type: ignore[attr-defined]
    except Exception:  # Pillow says in many ways that it has no decoder
        width, height = meant.size
        raise InputError(
            f"its main picture of {width} x {height} is of a kind that is not supported, and the "
            f"one of {first.size[0]} x {first.size[1]} is a preview; export a JPEG or PNG file "
            "from the program that made it"
        ) from None


def _pixels(page: _Page) -> int:
    return page.pixels


def _file(image: Image.Image) -> IO[bytes]:
    file: IO[bytes] = image._fp  # type: ignore[attr-defined]
    return file


def _pages_of(image: Image.Image) -> list[_Page]:
    """The pages of an opened file, those of SubIFDs last; none where they cannot be read."""
    with suppress(Exception):  # what is amiss is told by decoding
        file = _file(image)
        place = file.tell()
        try:
            return list(_pages(file))
        finally:
            file.seek(place)
    return []


def _pages(file: IO[bytes]) -> Iterator[_Page]:
    file.seek(0)
    order = {b"II": "<", b"MM": ">"}[file.read(2)]
    is_big = _read(file, order + "H") == (43,)
    (place,) = _read(file, order + "4xQ" if is_big else order + "I")
    seen: set[int] = set()
    below: list[int] = []
    while place and place not in seen and len(seen) < _MOST_PAGES:
        tags, following = _directory(file, place, order, is_big)
        yield _page(tags, place, len(seen))
        seen.add(place)
        below += tags.get(_SUB_IFDS, ())
        place = following
    for place in below[:_MOST_PAGES]:
        if place not in seen:
            seen.add(place)
            yield _page(_directory(file, place, order, is_big)[0], place, None)


def _page(tags: dict[int, tuple[int, ...]], place: int, number: int | None) -> _Page:
    def first(tag: int) -> int:
        return tags.get(tag, (0,))[0]

    return _Page(
        place,
        number,
        (first(_WIDTH), first(_HEIGHT)),
        not first(_NEW_SUBFILE_TYPE) & _NO_PHOTOGRAPH and first(_SUBFILE_TYPE) != _REDUCED,
        first(_PHOTOMETRIC) in _SENSOR,
    )


def _directory(
    file: IO[bytes], place: int, order: str, is_big: bool
) -> tuple[dict[int, tuple[int, ...]], int]:
    """The tags of a directory that matter here, and where the next directory begins."""
    file.seek(place)
    count, entry, offset = ("Q", "HHQ8s", "Q") if is_big else ("H", "HHI4s", "I")
    (entries,) = _read(file, order + count)
    table = file.read(min(entries, _MOST_TAGS) * struct.calcsize(order + entry))
    (following,) = _read(file, order + offset)
    tags: dict[int, tuple[int, ...]] = {}
    for tag, kind, number, value in struct.iter_unpack(order + entry, table):
        if tag in _WANTED and kind in _TYPES and 0 < number <= _MOST_PAGES:
            layout = f"{order}{number}{_TYPES[kind]}"
            if struct.calcsize(layout) > len(value):
                file.seek(struct.unpack(order + offset, value)[0])
                tags[tag] = _read(file, layout)
            else:
                tags[tag] = struct.unpack_from(layout, value)
    return tags, following


def _read(file: IO[bytes], layout: str) -> tuple[int, ...]:
    return struct.unpack(layout, file.read(struct.calcsize(layout)))
