"""Pictures as files that go elsewhere, and say there how their pixels came to be.

What no camera recorded carries IPTC's digital source type as XMP in every format that is offered
here. An ordinary photograph keeps what its file says of itself, as far as that is still true.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import gcx_format
from gcx_format import files
from gcx_format.errors import OutputExistsError
from gcx_format.pictures import file_bytes, on_white, open_picture
from gcx_viewer.core.errors import ProtectedError
from gcx_viewer.core.opening import begins_as_gcx

if TYPE_CHECKING:
    from PIL import Image

    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture

__all__ = [
    "FORMATS",
    "Format",
    "FormatFacts",
    "check_target",
    "draw_mark",
    "export_bytes",
    "extension_format",
    "file_named",
]

Format = Literal["PNG", "JPEG", "WEBP", "AVIF"]
"""Pillow's names of what can be exported to."""


@dataclass(frozen=True, slots=True)
class FormatFacts:
    """What there is to know of a format.

    Attributes:
        name: as people write it.
        extensions: with dots, the usual one first.
        quality: a good one, from 1 to 100; None where nothing is ever lost.
    """

    name: str
    extensions: tuple[str, ...]
    quality: int | None


FORMATS: Final[dict[Format, FormatFacts]] = {
    "PNG": FormatFacts("PNG", (".png",), None),
    "JPEG": FormatFacts("JPEG", (".jpg", ".jpeg", ".jpe", ".jfif"), 90),
    "WEBP": FormatFacts("WebP", (".webp",), 85),
    "AVIF": FormatFacts("AVIF", (".avif", ".avifs"), 75),
}

_ORIENTATION: Final = 0x0112
_EXIF_FOLDER: Final = 0x8769
_COLOUR_SPACE: Final = 0xA001
_WIDTH: Final = 0xA002
_HEIGHT: Final = 0xA003
_SRGB: Final = 1

_TURNED: Final = re.compile(rb"""(tiff:Orientation(?:\s*=\s*["']|>))[2-8](["'<])""")
_WITH_METADATA: Final = ("JPEG", "MPO", "PNG", "WEBP", "AVIF")
_MOST_METADATA: Final = 1_000_000
_MOST_EXIF: Final = 65_000
"""Bytes that the one segment of a JPEG file has room for, which holds for XMP there too."""

_MARK_OPACITY: Final = 205


def extension_format(extension: str) -> Format | None:
    """The format that an extension, with its dot, stands for; None for any other."""
    for format, facts in FORMATS.items():
        if extension.lower() in facts.extensions:
            return format
    return None


def file_named(typed: str, format: Format) -> str:
    """The name of a file of this format: what was typed, with the format's extension.

    An extension that means no picture that is exported here, such as `.gcx`, is part of the name.
    """
    typed = typed.strip()
    has_it = extension_format(os.path.splitext(typed)[1]) == format  # noqa: PTH122
    return typed if has_it else typed + FORMATS[format].extensions[0]


def check_target(path: Path, on_screen: Iterable[Path], *, overwrite: bool) -> None:
    """Refuse to write a picture where it would replace what must not be replaced.

    Args:
        path: of the new file.
        on_screen: files that are never replaced, by whatever name.
        overwrite: whether another file is replaced.

    Raises:
        ProtectedError: it is a `.gcx` file or one on the screen, or a link to one.
        OutputExistsError: it exists, and `overwrite` is false.
    """
    try:
        real = path.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, or a NUL: writing says so
        return
    if files.is_gcx(real) or begins_as_gcx(real) or any(_is_same(real, it) for it in on_screen):
        raise ProtectedError("a .gcx file, or a file on the screen", filename=path)
    if not overwrite and os.path.lexists(path):
        raise OutputExistsError("it exists already", filename=path)


def _is_same(path: Path, other: Path) -> bool:
    """Whether two paths lead to one file, be it by links or another spelling."""
    try:
        return path == other.resolve() or path.samefile(other)
    except (OSError, RuntimeError):  # one of them is not there
        return False


def export_bytes(
    picture: Picture,
    document: Document | None,
    format: Format,
    *,
    quality: int | None = None,
    mark: str | None = None,
    effort: Literal["quick", "small"] = "small",
) -> bytes:
    """A picture as a file of another format.

    Args:
        picture: what to export.
        document: the file that it was opened from; what that says of itself is kept if the
            pixels are the file's own.
        format: of the new file.
        quality: from 1 to 100; None: a good one. PNG has none.
        mark: words to draw into a corner, visible to everyone; None: nothing is drawn.
        effort: quick where somebody is waiting, as for the clipboard.

    Raises:
        OutputError: the format cannot hold the picture, for its size for instance.
    """
    image = picture.image
    if mark is not None:
        image = draw_mark(image, mark)
    if format == "JPEG":
        image = on_white(image)
    options: dict[str, Any]
    if picture.is_synthetic:
        options = _provenance(picture, format)
    else:
        options = _own_metadata(document, format, image.size)
    options |= _settings(format, quality, effort)
    return file_bytes(image, format, **options)


def _settings(format: Format, quality: int | None, effort: str) -> dict[str, Any]:
    usual = FORMATS[format].quality
    settings: dict[str, Any] = {}
    if usual is not None:
        settings["quality"] = min(max(usual if quality is None else quality, 1), 100)
    match format:
        case "PNG":
            settings["compress_level"] = 1 if effort == "quick" else 6
        case "JPEG":
            settings["optimize"] = True
            settings["subsampling"] = "4:4:4" if settings["quality"] >= 90 else "4:2:0"
        case "WEBP":
            settings["method"] = 4
        case "AVIF":
            settings["speed"] = 6
    return settings


# --- what is said of the pixels ----------------------------------------------------------


def _provenance(picture: Picture, format: Format) -> dict[str, Any]:
    from gcx_format.provenance import save_options, xmp_packet

    assert picture.source_type is not None
    maker = str(picture.info.get("generator") or picture.kind)
    tool = f"gcx-viewer {gcx_format.__version__} ({maker})"
    model = picture.info.get("model")
    packet = xmp_packet(picture.source_type, tool, model if isinstance(model, str) else None)
    return save_options(format, packet)


def _own_metadata(
    document: Document | None, format: Format, size: tuple[int, int]
) -> dict[str, Any]:
    """What the file of an ordinary picture says of itself, and stays true of the copy."""
    from gcx_format.provenance import save_options

    if document is None or document.descriptor is not None:
        return {}
    options: dict[str, Any] = {}
    try:
        with open_picture(document.path, "inspect") as image:
            if image.format not in _WITH_METADATA:
                return options
            xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
            xmp = xmp.encode() if isinstance(xmp, str) else bytes(xmp)
            if 0 < len(xmp) <= (_MOST_EXIF if format == "JPEG" else _MOST_METADATA):
                options = save_options(format, _upright(xmp))
            exif = _exif_of_copy(image.getexif(), size)
    except Exception:  # metadata comes in every state of disrepair; the pixels are there
        return options
    return options | ({"exif": exif} if exif else {})


def _exif_of_copy(exif: Image.Exif, size: tuple[int, int]) -> bytes | None:
    """EXIF of a picture that lies upright and is sRGB now; without the old thumbnail."""
    if not exif:
        return None
    exif.pop(_ORIENTATION, None)
    inner = exif.get_ifd(_EXIF_FOLDER)
    for tag, value in ((_COLOUR_SPACE, _SRGB), (_WIDTH, size[0]), (_HEIGHT, size[1])):
        if tag in inner:
            inner[tag] = value
    data = exif.tobytes()
    return data if len(data) <= _MOST_EXIF else None


def _upright(xmp: bytes) -> bytes:
    """XMP with the orientation that a file says it has taken out."""
    return _TURNED.sub(lambda found: found[1] + b"1" + found[2], xmp)


# --- what is drawn -----------------------------------------------------------------------


def draw_mark(image: Image.Image, words: str) -> Image.Image:
    """A copy of a picture with words in its lower right corner, for everyone to see.

    Args:
        image: L, RGB or RGBA.
        words: a few; letters that the font of Pillow lacks come out as boxes.
    """
    from PIL import Image, ImageDraw, ImageFont

    marked = image.convert("RGB") if image.mode == "L" else image.copy()
    em = max(9, min(marked.size) // 32)
    font = ImageFont.load_default(em)
    length = font.getlength(words)
    if length > 0.9 * marked.width:
        em = max(6, int(em * 0.9 * marked.width / length))
        font = ImageFont.load_default(em)
        length = font.getlength(words)
    width, height = round(length + 1.6 * em), round(2 * em)
    # Drawn at four times the size and brought down, for the round ends to be smooth.
    shape = Image.new("L", (4 * width, 4 * height))
    ImageDraw.Draw(shape).rounded_rectangle(
        (0, 0, shape.width - 1, shape.height - 1), shape.height // 2, fill=_MARK_OPACITY
    )
    shape = shape.resize((width, height), Image.Resampling.LANCZOS)
    left = max(0, marked.width - width - em // 2)
    top = max(0, marked.height - height - em // 2)
    marked.paste((20, 20, 22), (left, top), shape)
    ImageDraw.Draw(marked).text(
        (left + width / 2, top + height / 2), words, (255, 255, 255), font, anchor="mm"
    )
    return marked
