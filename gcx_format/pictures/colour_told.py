"""What a picture file says of its colours: a profile, or a space told in numbers.

The first of these that there is holds: an ICC profile; the code points of ITU-T H.273 in PNG
(cICP) and in AVIF and HEIF (nclx); PNG's sRGB, or else gAMA and cHRM; EXIF's colour space (DCF
2.0, 4.3), which is Adobe RGB where it is 2, or where it is 65535 and the interoperability index
is R03. Else a picture is sRGB.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Curve", "Space", "keep", "told"]

Curve = Literal["srgb", "pq", "hlg"] | float
"""How light becomes samples: as in sRGB (IEC 61966-2-1), PQ or HLG (BT.2100), or by a power: the
exponent by which samples become light."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Space:
    """A colour space.

    Attributes:
        primaries: the chromaticities x and y (CIE 1931) of red, green and blue.
        white: those of white.
        curve: of the samples.
        is_narrow: black is 16 and white 235.
        name: where it is one that gcx cannot use, what the file calls it; else empty.
    """

    primaries: tuple[Point, Point, Point]
    white: Point
    curve: Curve
    is_narrow: bool = False
    name: str = ""

    @property
    def is_srgb(self) -> bool:
        """Whether samples are sRGB, within 5 % of gamma, as in libpng, and 0.01 of x and y."""
        theirs = (*self.primaries, self.white)
        ours = (*_BT709, _D65)
        near = all(
            abs(one - other) <= 0.01
            for point, our in zip(theirs, ours, strict=True)
            for one, other in zip(point, our, strict=True)
        )
        is_curve = self.curve == "srgb" or (
            isinstance(self.curve, float) and abs(self.curve / 2.2 - 1) <= 0.05
        )
        return near and is_curve and not self.is_narrow


_D65: Final = (0.3127, 0.3290)
_C: Final = (0.310, 0.316)
_BT709: Final = ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06))

_PRIMARIES: Final[dict[int, tuple[tuple[Point, Point, Point], Point]]] = {
    1: (_BT709, _D65),
    2: (_BT709, _D65),  # unspecified
    4: (((0.67, 0.33), (0.21, 0.71), (0.14, 0.08)), _C),
    5: (((0.64, 0.33), (0.29, 0.60), (0.15, 0.06)), _D65),
    6: (((0.630, 0.340), (0.310, 0.595), (0.155, 0.070)), _D65),
    7: (((0.630, 0.340), (0.310, 0.595), (0.155, 0.070)), _D65),
    8: (((0.681, 0.319), (0.243, 0.692), (0.145, 0.049)), _C),
    9: (((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)), _D65),
    11: (((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), (0.314, 0.351)),
    12: (((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)), _D65),
    22: (((0.630, 0.340), (0.295, 0.605), (0.155, 0.077)), _D65),
}
"""ColourPrimaries of H.273 (table 2), with white."""

_CURVES: Final[dict[int, Curve]] = {
    # Of BT.709 and its kin: cameras wrote so for displays that are as sRGB is.
    **dict.fromkeys((1, 2, 6, 7, 13, 14, 15), "srgb"),
    4: 2.2,
    5: 2.8,
    8: 1.0,
    16: "pq",
    18: "hlg",
}
"""TransferCharacteristics of H.273 (table 3)."""

_ADOBE_RGB: Final = Space(
    ((0.64, 0.33), (0.21, 0.71), (0.15, 0.06)),
    _D65,
    563 / 256,  # Adobe RGB (1998), 4.3.4
)

_EXIF_IFD: Final = 0x8769
_COLOUR_SPACE: Final = 0xA001
_INTEROP_IFD: Final = 0xA005
_INTEROP_INDEX: Final = 0x0001

_MOST_BOXES: Final = 4096

_KEY: Final = "gcx_colour_space"


def told(image: Image.Image) -> bytes | Space | None:
    """The ICC profile or the colour space of an opened picture; None where it is sRGB.

    To be asked before the picture is loaded: Pillow does not keep all of it.
    """
    if profile := image.info.get("icc_profile"):
        return bytes(profile)
    if _KEY in image.info:
        kept: Space | None = image.info[_KEY]
        return kept
    for source in (_cicp, _nclx, _png, _exif):
        with suppress(Exception):  # what is in disrepair says nothing
            found = source(image)
            if found is not None:
                return None if found.is_srgb and not found.name else found
    return None


def keep(image: Image.Image, told: bytes | Space | None) -> None:
    """Keep with an opened picture what it told before it was loaded."""
    if not isinstance(told, bytes):
        image.info[_KEY] = told


def of_code_points(primaries: int, transfer: int, *, is_full: bool = True) -> Space:
    """The space that H.273 has these numbers for."""
    known, white = _PRIMARIES.get(primaries, _PRIMARIES[2])
    is_known = primaries in _PRIMARIES and transfer in _CURVES
    name = "" if is_known else f"H.273 {primaries}/{transfer}"
    return Space(known, white, _CURVES.get(transfer, "srgb"), not is_full, name)


def _cicp(image: Image.Image) -> Space | None:
    """PNG's cICP (PNG, third edition, 11.3.2.6), which Pillow passes over."""
    file = getattr(image, "fp", None)
    if image.format != "PNG" or file is None:
        return None
    body = _png_chunk(file, b"cICP")
    return None if body is None else of_code_points(body[0], body[1], is_full=body[3] != 0)


def _png_chunk(file: IO[bytes], wanted: bytes) -> bytes | None:
    """The body of a chunk before the pixels."""
    place = file.tell()
    try:
        file.seek(8)
        while len(head := file.read(8)) == 8:
            length, name = struct.unpack(">I4s", head)
            if name == wanted:
                return file.read(min(length, 64))
            if name == b"IDAT":
                break
            file.seek(length + 4, 1)
        return None
    finally:
        file.seek(place)


def _nclx(image: Image.Image) -> Space | None:
    if "nclx_profile" in image.info:  # of pillow-heif
        known = image.info["nclx_profile"]
        # It has made the samples full range.
        return of_code_points(int(known["color_primaries"]), int(known["transfer_characteristics"]))
    file = getattr(image, "fp", None)
    if image.format != "AVIF" or file is None:
        return None
    # Pillow's AVIF decoder undoes the matrix and the range, and nothing else.
    place = file.tell()
    try:
        file.seek(0)
        found = _primary_nclx(file.read(1 << 20))
    finally:
        file.seek(place)
    return None if found is None else of_code_points(*found)


def _png(image: Image.Image) -> Space | None:
    """PNG's sRGB, gAMA and cHRM (PNG, third edition, 11.3.2)."""
    if image.format != "PNG" or "srgb" in image.info:
        return None
    gamma, points = image.info.get("gamma"), image.info.get("chromaticity")
    if gamma is None and points is None:
        return None
    curve: Curve = "srgb" if gamma is None or not 0.2 <= gamma <= 5 else 1 / gamma
    if points is None or not _is_possible(points):
        return Space(_BT709, _D65, curve)
    white, red, green, blue = zip(points[::2], points[1::2], strict=True)
    return Space((red, green, blue), white, curve)


def _is_possible(points: tuple[float, ...]) -> bool:
    """Whether chromaticities span colours: not all on one line, none with y of 0."""
    _, _, rx, ry, gx, gy, bx, by = points
    area = (gx - rx) * (by - ry) - (bx - rx) * (gy - ry)
    return abs(area) > 0.01 and all(0.001 < y <= 1 for y in points[1::2])


def _exif(image: Image.Image) -> Space | None:
    exif = image.getexif()
    space = exif.get_ifd(_EXIF_IFD).get(_COLOUR_SPACE)
    index = exif.get_ifd(_INTEROP_IFD).get(_INTEROP_INDEX, "")
    if isinstance(index, bytes):
        index = index.decode("latin-1")
    is_adobe = space == 2 or (space != 1 and index.startswith("R03"))
    return _ADOBE_RGB if is_adobe else None


# --- the boxes of AVIF (ISO/IEC 14496-12 and 23008-12) -----------------------------------


def _primary_nclx(data: bytes) -> tuple[int, int] | None:
    """ColourPrimaries and TransferCharacteristics of the primary item."""
    meta = next(body for name, body in _boxes(data) if name == b"meta")
    inside = dict(_boxes(meta[4:]))
    primary = _number(inside[b"pitm"], 4, 2 if inside[b"pitm"][0] == 0 else 4)
    properties = dict(_boxes(inside[b"iprp"]))
    all_known = list(_boxes(properties[b"ipco"]))
    for index in _properties_of(properties[b"ipma"], primary):
        name, body = all_known[index - 1]
        if name == b"colr" and body[:4] == b"nclx":
            return _number(body, 4, 2), _number(body, 6, 2)
    return None


def _properties_of(table: bytes, wanted: int) -> list[int]:
    """The properties of an item in ItemPropertyAssociationBox, counted from 1."""
    version, is_long = table[0], table[3] & 1
    place = 8
    for _ in range(min(_number(table, 4, 4), _MOST_BOXES)):
        width = 2 if version == 0 else 4
        item, associations = _number(table, place, width), table[place + width]
        place += width + 1
        size = 2 if is_long else 1
        entries = [_number(table, place + size * index, size) for index in range(associations)]
        place += size * associations
        if item == wanted:
            return [entry & (0x7FFF if is_long else 0x7F) for entry in entries]
    return []


def _boxes(data: bytes) -> Any:
    place = 0
    while place + 8 <= len(data):
        size, name = _number(data, place, 4), data[place + 4 : place + 8]
        start = place + 8
        if size == 1:
            size, start = _number(data, start, 8), start + 8
        end = len(data) if size == 0 else place + size
        if end < start:
            return
        yield name, data[start:end]
        place = end


def _number(data: bytes, place: int, size: int) -> int:
    return int.from_bytes(data[place : place + size], "big")
