"""When, where and with what a photograph was taken, as its EXIF says."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["from_exif"]

_MAKE: Final = 0x010F
_MODEL: Final = 0x0110
_EXIF_IFD: Final = 0x8769
_TAKEN: Final = (0x9003, 0x9004)  # original, or else digitised
_GPS_IFD: Final = 0x8825
_MAX_CAMERA: Final = 100
_UNPRINTABLE: Final = re.compile("[^ -~\xa1-\uffff]+")


def from_exif(image: Image.Image) -> dict[str, Any]:
    """The columns `taken`, `latitude`, `longitude` and `camera`, None where unknown or nonsense."""
    known: dict[str, Any] = dict.fromkeys(("taken", "latitude", "longitude", "camera"))

    def read(name: str, find: Callable[[Any], Any]) -> None:
        # From strangers: whatever Pillow makes of a broken block, the picture is kept without it.
        with suppress(Exception):
            known[name] = find(image.getexif())

    read("taken", _taken)
    read("latitude", lambda exif: _degrees(exif, 1, "NS", 90))
    read("longitude", lambda exif: _degrees(exif, 3, "EW", 180))
    read("camera", _camera)
    if known["latitude"] is None or known["longitude"] is None:
        known["latitude"] = known["longitude"] = None
    return known


def _taken(exif: Any) -> datetime | None:
    ifd = exif.get_ifd(_EXIF_IFD)
    text = next((ifd[tag] for tag in _TAKEN if ifd.get(tag)), None)
    return text and datetime.strptime(text.rstrip("\0 "), "%Y:%m:%d %H:%M:%S")  # no zone


def _degrees(exif: Any, tag: int, signs: str, most: int) -> float | None:
    gps = exif.get_ifd(_GPS_IFD)
    degrees, minutes, seconds = map(float, gps[tag + 1])
    found = degrees + minutes / 60 + seconds / 3600
    sign = (1, -1)[signs.index(gps[tag].strip("\0 ").upper())]
    return sign * round(found, 6) if 0 <= found <= most else None


def _camera(exif: Any) -> str | None:
    make, model = (
        " ".join(_UNPRINTABLE.sub(" ", str(exif.get(tag) or "")).split()) for tag in (_MAKE, _MODEL)
    )
    maker = make.partition(" ")[0].casefold()
    name = model if maker and model.casefold().startswith(maker) else f"{make} {model}"
    return name.strip()[:_MAX_CAMERA] or None
