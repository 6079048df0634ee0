"""Opening a picture file: by its content, in a thread of any kind, and with one set of errors."""

from __future__ import annotations

import contextlib
import math
import os
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Literal

from gcx_format import container, files
from gcx_format.errors import InputError
from gcx_format.pictures import colour_told, jpeg_end, losses, plug_ins, samples, tiff_pages
from gcx_format.pictures.faults import errors
from gcx_format.pictures.normalising import draft, for_screen
from gcx_format.pictures.pixel_limit import max_pixels, own_limit
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["ENOUGH", "Purpose", "is_picture_name", "open_picture"]

Purpose = Literal["inspect", "encode", "show"]
"""What a picture is opened for; `open_picture` says what each one gets."""

ENOUGH: Final = 1 << 22
"""Pixels that will do for describing, and for any condition of the paper's size: a photograph of
less than four times as many is decoded whole."""

_REFUSED: Final = {
    "EPS": "PostScript",  # a program, which Pillow would have Ghostscript run
    "WMF": "Windows Metafile",  # drawing commands, which Pillow would have Windows carry out
    "IPTC": "IPTC/NAA",  # an envelope: Pillow opens what is inside, whatever its format
    # Pillow knows these by their first bytes alone, and has no pixels of them.
    "BUFR": "BUFR",
    "GRIB": "GRIB",
    "HDF5": "HDF5",
    "MPEG": "MPEG video",
    # Its pixels may cost money; `gcx_format.read` and `decode` are for it.
    "GCX": ".gcx",
}
"""What Pillow or a plug-in would open and gcx does not, and what people call it.

All other formats are decoded in this process, those of plug-ins for Pillow too: where a program
has registered them, or where they are installed and `plug_ins` knows them.
"""

_LARGE: Final = 178_956_970
"""Pixels above which a file is not believed without a look at its size: where Pillow stops."""

_MOST_PER_BYTE: Final = 10_000
"""Pixels that a byte of a file can stand for: 8 in a byte, and deflate packs 1,032 bytes into one.
What a header promises beyond that is not there, and no memory is taken for it."""

_COMMON: Final = ("JPEG", "PNG", "GIF", "BMP")
"""Formats that Pillow knows without importing all its plug-ins, which takes a while."""


def is_picture_name(path: str | os.PathLike[str]) -> bool:
    """Whether a file has the extension of a format that is opened; the file is not touched."""
    from PIL import Image

    suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122  # called for thousands of names
    format = Image.registered_extensions().get(suffix)
    if format == "MPO" or format in _formats():  # MPO is opened as the JPEG that it is
        return True
    plug_in = plug_ins.of_suffix(suffix)
    return plug_in is not None and plug_in.is_installed


def open_picture(
    source: str | os.PathLike[str] | IO[bytes],
    purpose: Purpose = "encode",
    *,
    enough: int | None = None,
    salvage: bool = False,
) -> Image.Image:
    """Open a picture file. Its content decides what it is, not its name.

    Args:
        source: a path, or a file that is open for reading in binary.
        purpose: `"inspect"`: the header, for size, format and metadata; no pixels are decoded,
            and the file stays open until the picture is closed. `"encode"`: what
            `gcx_format.encode` and `normalise` take: the pixels as stored, with all that the
            file says of itself. `"show"`: what a screen takes: mode `L`, `RGB` or `RGBA`, upright,
            sRGB, 8 bits a sample, the first frame, without metadata.
        enough: how many pixels will do; None: all. A JPEG file that has several times as many
            is decoded smaller, which takes less time and memory. For `"encode"` at least as many
            are left, and other formats stay as they are; for `"show"` there may be a little
            fewer, and others are made smaller before anything else is done with them.
        salvage: of a JPEG file that is cut short take what there is, with grey for the rest.
            Where only its last bytes are missing it is taken without this. `normalise` warns of
            both.

    Raises:
        InputError: there is no such file; it is not a regular file or cannot be read; its
            format is not opened; it is a raw photograph; it is damaged or cut short, or has
            more than `max_pixels()` pixels.
        NotEnoughMemoryError: there is not enough memory for the picture.
    """
    if isinstance(source, str | os.PathLike):
        source = Path(source)
    path = source if isinstance(source, Path) else None

    def load(image: Image.Image) -> Image.Image:
        return _loaded(image, source, salvage=salvage)

    with errors(path, "the picture is damaged"), own_limit():
        if path is not None:
            files.check_is_file(path, "a picture file")
        image = _identified(source)
        if purpose == "inspect":
            return image
        if purpose == "show":
            with image:
                return for_screen(image, enough, load)
        try:
            meaning, known = samples.meaning(image), colour_told.told(image)
            if enough is not None:
                draft(image, math.floor((image.width * image.height / enough) ** 0.5))
            image = load(image)
            colour_told.keep(image, known)
            if meaning.transparency is not None:
                image.info["transparency"] = meaning.transparency
        except BaseException:
            image.close()
            raise
        return image


def _loaded(image: Image.Image, source: Path | IO[bytes], *, salvage: bool) -> Image.Image:
    """The picture with its pixels; of a JPEG file that is cut short, another that has them."""
    try:
        image.load()
    except OSError as error:
        if image.format not in ("JPEG", "MPO") or not str(error).startswith("image file is trunc"):
            raise
    else:
        return image
    data = _bytes(source)
    there = jpeg_end.decoded(data)
    if jpeg_end.is_whole(data, there):
        losses.note(
            there,
            "end",
            "the last bytes of the file are missing; few pixels are affected",
        )
    elif salvage:
        losses.note(there, "end", "the file is cut short; what is missing is grey")
    else:
        raise InputError("the picture is cut short", remedy=Remedy("salvage"))
    image.close()
    if isinstance(source, Path):
        there.filename = os.fspath(source)  # type: ignore[attr-defined]
    return there


def _size(source: Path | IO[bytes]) -> int:
    if isinstance(source, Path):
        return source.stat().st_size
    place = source.tell()
    try:
        return source.seek(0, os.SEEK_END)
    finally:
        source.seek(place)


def _bytes(source: Path | IO[bytes]) -> bytes:
    if isinstance(source, Path):
        return source.read_bytes()
    source.seek(0)
    return source.read()


def _formats() -> tuple[str, ...]:
    from PIL import Image

    Image.init()
    return tuple(format for format in Image.ID if format not in _REFUSED)


def _identified(source: Path | IO[bytes]) -> Image.Image:
    """A picture whose header has been read, of a format and size that are opened."""
    from PIL import Image, UnidentifiedImageError

    Image.preinit()
    image: Image.Image
    try:
        image = Image.open(source, formats=_COMMON)
    except UnidentifiedImageError:
        image = _of_rarer_format(source)
    try:
        if image.format == "TIFF":
            tiff_pages.select_photograph(image)
        pixels = image.width * image.height
        if pixels > max_pixels():  # where Pillow itself has no limit
            raise Image.DecompressionBombError
        if pixels > _LARGE and pixels > _MOST_PER_BYTE * _size(source):
            raise InputError(
                f"the picture is damaged: {image.width} x {image.height} pixels cannot be in so "
                "small a file"
            )
    except BaseException:
        image.close()
        raise
    return image


def _of_rarer_format(source: Path | IO[bytes]) -> Image.Image:
    from PIL import Image, UnidentifiedImageError

    with contextlib.suppress(UnidentifiedImageError):
        return Image.open(source, formats=_formats())
    start = _start(source)
    plug_in = plug_ins.of_content(start)
    if plug_in is None:
        raise _refusal(source, start)
    plug_in.register()
    try:
        return Image.open(source, formats=_formats())
    except UnidentifiedImageError:
        raise InputError(f"{plug_in.package} cannot open this picture") from None


def _start(source: Path | IO[bytes]) -> bytes:
    if isinstance(source, Path):
        with source.open("rb") as file:
            return file.read(16)
    source.seek(0)
    return source.read(16)


def _refusal(source: Path | IO[bytes], start: bytes) -> InputError:
    """Why a file was not opened, by its first bytes."""
    from PIL import Image

    if start.startswith(container.MAGIC):
        return InputError("this is a .gcx file, not a photograph")
    for format, name in _REFUSED.items():
        accept = Image.OPEN[format][1] if format in Image.OPEN else None
        if accept and accept(start):
            return InputError(f"{name} is not supported; convert the file to PNG first")
    if tiff_pages.begins_as_raw(start):
        return tiff_pages.raw_error()
    if start[:2] in (b"II", b"MM"):
        with contextlib.ExitStack() as stack:
            file = stack.enter_context(source.open("rb")) if isinstance(source, Path) else source
            if tiff_pages.is_raw(file):
                return tiff_pages.raw_error()
    return InputError("this is not a picture in a supported format")
