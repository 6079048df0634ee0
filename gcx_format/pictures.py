"""Pictures as they come in: one way to open a file that a stranger made, whoever wants it.

Encoding, describing, the viewer, its thumbnails and its comparisons accept the same formats, see
the same size, colours and transparency, and report the same errors. Nothing is downscaled for
encoding: that is the visual codec's work.
"""

from __future__ import annotations

import contextlib
import io
import math
import os
import struct
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, Literal

from gcx_format import container, files, limits
from gcx_format.errors import GcxError, InputError, NotEnoughMemoryError

if TYPE_CHECKING:
    from PIL import Image

__all__ = [
    "Loss",
    "PictureWarning",
    "Purpose",
    "frame_count",
    "is_picture_name",
    "max_pixels",
    "normalise",
    "on_white",
    "open_picture",
    "upright_size",
]

Purpose = Literal["inspect", "encode", "show"]
"""What a picture is opened for; `open_picture` says what each one gets."""

Loss = Literal["frames", "profile", "transparency"]
"""What of a picture is not kept."""

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

All other formats are decoded in this process, those of plug-ins for Pillow too, such as
pillow-heif and pillow-jxl-plugin, where a program has registered them.
"""

_COMMON: Final = ("JPEG", "PNG", "GIF", "BMP")
"""Formats that Pillow knows without importing all its plug-ins, which takes a while."""

_ORIENTATION: Final = 0x0112
_SIDEWAYS: Final = (5, 6, 7, 8)
"""Values of EXIF's orientation that swap width and height (EXIF 3.0, 4.6.5.1.6)."""

_WHITE: Final = 255
"""What viewers and browsers show behind transparent parts of a picture."""


class PictureWarning(UserWarning):
    """Something of the picture is not kept: its transparency, its further frames, its profile."""


# --- files -------------------------------------------------------------------------------


def is_picture_name(path: str | os.PathLike[str]) -> bool:
    """Whether a file has the extension of a format that is opened; the file is not touched."""
    from PIL import Image

    suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122  # called for thousands of names
    format = Image.registered_extensions().get(suffix)
    return format == "MPO" or format in _formats()  # MPO is opened as the JPEG that it is


def max_pixels() -> int:
    """How many pixels a picture may have: what Pillow lets pass, twice `MAX_IMAGE_PIXELS`.

    178,956,970 unless a program has changed that; where it is None, a gigapixel, the most that
    a descriptor can stand for.
    """
    from PIL import Image

    return limits.MAX_PIXELS if Image.MAX_IMAGE_PIXELS is None else 2 * Image.MAX_IMAGE_PIXELS


def open_picture(
    source: str | os.PathLike[str] | IO[bytes],
    purpose: Purpose = "encode",
    *,
    enough: int | None = None,
) -> Image.Image:
    """Open a picture file. Its content decides what it is, not its name.

    Args:
        source: a path, or a file that is open for reading in binary.
        purpose: `"inspect"`: the header, for size, format and metadata; no pixels are decoded,
            and the file stays open until the picture is closed. `"encode"`: what
            `gcx_format.encode` and `normalise` take: the pixels as stored, with all that the
            file says of itself. `"show"`: what a screen takes: mode `L`, `RGB` or `RGBA`, upright,
            sRGB, 8 bits a sample, the first frame, without metadata.
        enough: for `"show"`, about how many pixels will do. A JPEG file that has several times
            as many is decoded smaller, others are made smaller before anything else is done with
            them, which takes less time and memory. None: all.

    Raises:
        InputError: there is no such file; it is not a regular file or cannot be read; its
            format is not opened; it is damaged, or has more than `max_pixels()` pixels.
        NotEnoughMemoryError: there is not enough memory for the picture.
    """
    from PIL import Image

    if isinstance(source, str | os.PathLike):
        source = Path(source)
    path = source if isinstance(source, Path) else None
    # Above Pillow's limit for its warning, pictures are merely large. Appended, this filter
    # comes after all that the program has set: who has made the warning an error gets one.
    warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning, append=True)
    with _errors(path, "the picture is damaged"):
        if path is not None:
            files.check_is_file(path, "a picture file")
        image = _identified(source)
        if purpose == "inspect":
            return image
        if purpose == "show":
            with image:
                return _for_screen(image, enough)
        try:
            image.load()
        except BaseException:
            image.close()
            raise
        return image


def upright_size(image: Image.Image) -> tuple[int, int]:
    """Width and height that an opened picture will have once `normalise` has turned it."""
    width, height = image.size
    if image.format == "TIFF":  # these Pillow turns itself, and their size is that of afterwards
        return width, height
    with contextlib.suppress(Exception):  # EXIF in disrepair turns nothing, and harms nothing
        file: IO[bytes] | None = getattr(image, "fp", None)
        if image.format == "PNG" and "exif" not in image.info and file and not _exif_follows(file):
            return width, height
        if image.getexif().get(_ORIENTATION) in _SIDEWAYS:
            return height, width
    return width, height


def frame_count(image: Image.Image) -> int:
    """How many pictures an opened animation or multi-page file holds; 1 for a photograph.

    MPO is what phones and cameras write: one photograph with previews of itself.
    """
    with contextlib.suppress(Exception):  # a fault further on is none of the first frame
        return 1 if image.format == "MPO" else getattr(image, "n_frames", 1)
    return 1


def _formats() -> tuple[str, ...]:
    from PIL import Image

    Image.init()
    return tuple(format for format in Image.ID if format not in _REFUSED)


def _identified(source: Path | IO[bytes]) -> Image.Image:
    """A picture whose header has been read, of a format and size that are opened."""
    from PIL import Image, UnidentifiedImageError

    Image.preinit()
    try:
        image = Image.open(source, formats=_COMMON)
    except UnidentifiedImageError:
        try:
            image = Image.open(source, formats=_formats())
        except UnidentifiedImageError:
            raise InputError(_why_not(source)) from None
    if image.width * image.height > max_pixels():  # where Pillow itself has no limit
        image.close()
        raise Image.DecompressionBombError
    return image


def _why_not(source: Path | IO[bytes]) -> str:
    """Why a file was not opened, by its first bytes."""
    from PIL import Image

    if isinstance(source, Path):
        with source.open("rb") as file:
            start = file.read(16)
    else:
        source.seek(0)
        start = source.read(16)
    if start.startswith(container.MAGIC):
        return "this is a .gcx file, not a photograph"
    for format, name in _REFUSED.items():
        accept = Image.OPEN[format][1] if format in Image.OPEN else None
        if accept and accept(start):
            return f"{name} is not supported; convert the file to PNG first"
    return "this is not a picture in a supported format"


def _exif_follows(file: IO[bytes]) -> bool:
    """Whether a PNG file has EXIF after its pixels, which Pillow decodes to get there."""
    place, pixels_seen = file.tell(), False
    try:
        file.seek(8)
        while len(head := file.read(8)) == 8:
            length, chunk = struct.unpack(">I4s", head)
            if chunk == b"IDAT":
                pixels_seen = True
            elif pixels_seen and chunk in (b"eXIf", b"tEXt", b"zTXt"):
                start = file.read(min(length, 21))
                if chunk == b"eXIf" or start == b"Raw profile type exif":
                    return True
                length -= len(start)
            file.seek(length + 4, os.SEEK_CUR)
        return False
    finally:
        file.seek(place)


@contextlib.contextmanager
def _errors(filename: object, fault: str) -> Iterator[None]:
    """What goes wrong with a picture in the block, as an error of gcx that names the file.

    Args:
        filename: of the picture, or None or empty where it has none.
        fault: what is to be said of an exception that means nothing in particular.
    """
    from PIL import Image

    error: GcxError
    try:
        yield
        return
    except GcxError as known:
        error = known
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        error = InputError(f"too large: it has more than {max_pixels():,} pixels")
    except MemoryError:
        error = NotEnoughMemoryError("not enough memory for a picture of this size")
    except Exception as other:  # Pillow's decoders let many kinds escape on damaged files
        if isinstance(other, OSError) and other.errno is not None:
            error = InputError(f"it cannot be read: {other.strerror}")
        else:
            error = InputError(f"{fault}: {other}")
    if error.filename is None and isinstance(filename, str | os.PathLike) and filename:
        error.filename = filename
    raise error from None


# --- pixels ------------------------------------------------------------------------------


def normalise(
    image: Image.Image, *, on_loss: Callable[[Loss, str], object] | None = None
) -> Image.Image:
    """The picture upright, in sRGB, opaque, as `RGB` or, where it has no colour channels, `L`.

    EXIF orientation is applied and an ICC profile converted from (perceptual intent).
    Transparent parts are laid on white. Of an animation or a multi-page file, the frame that
    is selected is taken. 16-bit samples are rounded to 8; float samples are taken as 0 to 1,
    or as 0 to 255 where one is above 1. What comes out is not changed by doing it again.

    Args:
        image: the picture; it stays as it is.
        on_loss: told what is not kept, with a sentence about it, in place of a warning; for
            programs with threads, which share the filters of warnings.

    Raises:
        InputError: it cannot be converted, or not be decoded if it was not yet.
        NotEnoughMemoryError: there is not enough memory for it.

    Warns:
        PictureWarning: transparency or further frames are left behind, or a profile is unusable.
    """
    lost: list[tuple[Loss, str]] = []
    frames = frame_count(image)
    if frames > 1:
        lost.append(("frames", f"only one of {frames} frames is kept"))
    with _errors(getattr(image, "filename", None), "the picture cannot be converted"):
        made = _with_alpha(image, lost)
        if "A" in made.getbands():
            if made.getchannel("A").getextrema() != (255, 255):
                lost.append(("transparency", "transparency is not kept: it is laid on white"))
            made = on_white(made)
    for loss, message in lost:
        if on_loss is None:
            warnings.warn(message, PictureWarning, stacklevel=2)
        else:
            on_loss(loss, message)
    return made


def on_white(image: Image.Image) -> Image.Image:
    """A picture of mode `L`, `LA`, `RGB` or `RGBA` on white; itself where it has no alpha."""
    from PIL import Image

    if image.mode not in ("LA", "RGBA"):
        return image
    colours = image.convert(image.mode.removesuffix("A"))
    white = Image.new(colours.mode, colours.size, (_WHITE,) * len(colours.getbands()))
    return Image.composite(colours, white, image.getchannel("A"))


def _for_screen(image: Image.Image, enough: int | None) -> Image.Image:
    if enough is not None and image.format in ("JPEG", "MPO"):
        factor = math.ceil((image.width * image.height / enough) ** 0.5)
        image.draft(None, (image.width // factor, image.height // factor))
    image.load()
    shown = _with_alpha(image if enough is None else _reduced(image, enough), [])
    shown.info.clear()  # the profile is applied, the rest belongs to the file
    if "A" not in shown.getbands():
        return shown
    if shown.getchannel("A").getextrema() == (255, 255):
        return shown.convert(shown.mode.removesuffix("A"))
    return shown.convert("RGBA") if shown.mode == "LA" else shown


def _reduced(image: Image.Image, pixels: int) -> Image.Image:
    """A picture with not much more than so many pixels, if it is of a kind that allows it."""
    factor = int((image.width * image.height / pixels) ** 0.5)
    if factor < 2 or image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image
    small = image.reduce(factor)
    with contextlib.suppress(Exception):  # EXIF in disrepair
        orientation = image.getexif().get(_ORIENTATION)
        if orientation is not None:  # not all formats have it where it could be copied from
            small.getexif()[_ORIENTATION] = orientation
    return small


def _with_alpha(image: Image.Image, lost: list[tuple[Loss, str]]) -> Image.Image:
    """A copy of mode L, LA, RGB or RGBA, upright and in sRGB."""
    # The profile has to outlive the conversions that drop the picture's metadata.
    profile = image.info.get("icc_profile")
    made = _eight_bits(_upright(image))
    if profile:
        made = _to_srgb(made, profile, lost)
    if made.mode not in ("L", "LA", "RGB", "RGBA"):
        made = made.convert("RGB")
    made.info.pop("icc_profile", None)  # it is converted from, and must not be once more
    return made


def _upright(image: Image.Image) -> Image.Image:
    """A copy of the picture as EXIF says that it is held; not turned if that is in disrepair."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # whatever Pillow's parser stumbles over, the pixels are sound
        return image.copy()


def _eight_bits(image: Image.Image) -> Image.Image:
    """One of the modes L, LA, RGB, RGBA, CMYK and LAB, 8 bits a sample."""
    from PIL import Image

    if image.mode == "F" or image.mode.startswith("I"):
        import numpy as np

        samples = np.asarray(image, dtype=np.float64)
        if image.mode == "F":
            samples = np.nan_to_num(samples)
            full = 1.0 if samples.max(initial=0) <= 1 else 255.0
        else:
            # "I" is what 16-bit samples become in formats without a mode of their own.
            full = 65535.0 if samples.max(initial=0) > 255 or image.mode != "I" else 255.0
        return Image.fromarray(np.uint8(np.clip(samples / full, 0, 1) * 255 + 0.5))
    if image.mode in ("1", "L", "La"):
        mode = "LA" if image.has_transparency_data else "L"
    elif image.mode in ("LA", "RGBA", "CMYK", "LAB"):
        return image
    else:
        mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _to_srgb(image: Image.Image, profile: bytes, lost: list[tuple[Loss, str]]) -> Image.Image:
    from PIL import ImageCms

    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    opaque = image.convert(image.mode.removesuffix("A")) if alpha else image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            opaque, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        lost.append(("profile", f"the colour profile is not used: {error}"))
        return image
    assert converted is not None  # it is None only for conversion in place
    if opaque.mode == "L":
        converted = converted.convert("L")
    if alpha:
        converted.putalpha(alpha)
    return converted
