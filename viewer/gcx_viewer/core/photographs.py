"""Ordinary pictures: everything that Pillow reads, upright, in sRGB, 8 bits a sample."""

from __future__ import annotations

import io
import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gcx_format import limits
from gcx_format.errors import GcxError, InputError, NotEnoughMemoryError
from gcx_viewer.core.document import SUFFIX, Document, stamp

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["inspect", "read", "suffixes"]

_LEFT_OUT: Final = frozenset({"BUFR", "EPS", "GCX", "GRIB", "HDF5", "IPTC", "MPEG", "WMF"})
"""Formats that Pillow names and that are not opened: EPS would run a PostScript program that
comes with the file, GCX is not this module's, and of the others Pillow has no pixels."""

_COMMON: Final = ("JPEG", "PNG", "GIF", "BMP")
"""Formats that Pillow knows without importing all its plugins."""

_ORIENTATION: Final = 0x0112
_TURNED: Final = (5, 6, 7, 8)
"""Values of EXIF's orientation that swap width and height."""


def inspect(path: Path) -> Document:
    """What a picture file says of itself; no pixels are decoded.

    Raises:
        InputError: there is no such file, it cannot be read, holds no picture that Pillow
            knows, or one with too many pixels.
    """
    known = stamp(path)
    with _opened(path) as image:
        width, height = image.size
        with suppress(Exception):  # EXIF in disrepair turns nothing, and harms nothing
            if image.getexif().get(_ORIENTATION) in _TURNED:
                width, height = height, width
        status = path.stat()
        facts = {
            "width": width,
            "height": height,
            "mode": image.mode,
            "file_bytes": status.st_size,
            "bits_per_pixel": 8 * status.st_size / (width * height),
            "format": image.format,
            "format_name": image.format_description,
            "animated": bool(getattr(image, "is_animated", False)) and image.format != "MPO",
        }
        name = str(image.format)
    return Document(path, None, None, (width, height), status.st_size, name, facts, known)


def read(path: Path, *, quickly: int | None = None) -> Image.Image:
    """The pixels of a picture file, of the first frame of an animation.

    Args:
        path: of the file.
        quickly: about how many pixels will do, where the file has several times as many: a
            JPEG file is then decoded smaller, others are made smaller before anything else is
            done with them, which takes less time and memory. None: all.

    Returns:
        Mode `L`, `RGB` or `RGBA`, with EXIF's orientation and the colour profile applied.

    Raises:
        InputError: as `inspect`, or the picture is damaged.
    """
    with _opened(path) as image:
        if quickly is not None and image.format in ("JPEG", "MPO"):
            factor = math.ceil((image.width * image.height / quickly) ** 0.5)
            image.draft(None, (image.width // factor, image.height // factor))
        image.load()
        return _normalised(image if quickly is None else _reduced(image, quickly))


@cache
def suffixes() -> frozenset[str]:
    """Extensions of the files that `read` may be able to read, in small letters."""
    from PIL import Image

    readable = set(_formats())
    return frozenset(
        suffix
        for suffix, format in Image.registered_extensions().items()
        if format in readable and suffix != SUFFIX
    )


@cache
def _formats() -> tuple[str, ...]:
    from PIL import Image

    Image.init()
    return tuple(format for format in Image.ID if format not in _LEFT_OUT)


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    """A picture file, open; what goes wrong with it, here or in the block, is an `InputError`."""
    from PIL import Image, UnidentifiedImageError

    try:
        if not path.exists():
            raise InputError("there is no such file", filename=path)
        if not path.is_file():
            # Opening a pipe or a device could wait for ever.
            raise InputError("not a regular file; a picture is meant", filename=path)
        # What is too large is an error below; of what is merely large there is nothing to say.
        warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)
        with path.open("rb") as file:
            try:
                image = Image.open(file, formats=_COMMON)
            except UnidentifiedImageError:
                file.seek(0)
                image = Image.open(file, formats=_formats())
            if image.width * image.height > limits.MAX_RECONSTRUCTION_PIXELS:
                raise InputError(
                    f"too large: {image.width} x {image.height} is more than the "
                    f"{limits.MAX_RECONSTRUCTION_PIXELS} pixels that are shown",
                    filename=path,
                )
            with image:
                yield image
    except GcxError:
        raise
    except UnidentifiedImageError:
        raise InputError("no picture of a format that Pillow knows", filename=path) from None
    except Image.DecompressionBombError as error:
        raise InputError(f"too large: {error}", filename=path) from None
    except PermissionError:
        raise InputError("no permission to read it", filename=path) from None
    except MemoryError:
        raise NotEnoughMemoryError(
            "not enough memory for a picture of this size; free some", filename=path
        ) from None
    except Exception as error:  # Pillow's decoders let many kinds escape on damaged files
        raise InputError(f"the picture is damaged: {error}", filename=path) from None


def _reduced(image: Image.Image, pixels: int) -> Image.Image:
    """A picture with not much more than so many pixels, if it is of a kind that allows it."""
    factor = int((image.width * image.height / pixels) ** 0.5)
    if factor < 2 or image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image
    small = image.reduce(factor)
    with suppress(Exception):  # as in `inspect`
        orientation = image.getexif().get(_ORIENTATION)
        if orientation is not None:  # which not all formats have where it could be copied from
            small.getexif()[_ORIENTATION] = orientation
    return small


def _normalised(image: Image.Image) -> Image.Image:
    """Upright, sRGB, 8 bits; unlike what is encoded, it keeps its transparency."""
    from gcx_format import picture

    profile = image.info.get("icc_profile")
    upright = picture.upright(image)
    alpha = None
    if upright.has_transparency_data:
        upright = upright.convert("LA" if upright.mode in ("L", "LA", "La") else "RGBA")
        alpha = upright.getchannel("A")
        upright = upright.convert("L" if upright.mode == "LA" else "RGB")
    if profile:
        upright = _to_srgb(upright, profile)
    upright.info.clear()  # the profile is applied, the rest belongs to the file
    opaque = picture.normalise(upright)
    if alpha is None or alpha.getextrema() == (255, 255):
        return opaque
    opaque = opaque.convert("RGB")
    opaque.putalpha(alpha)
    return opaque


def _to_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Colours as they are meant; as they are where the profile is of no use."""
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    assert converted is not None  # it is None only for conversion in place
    return converted.convert("L") if image.mode == "L" else converted
