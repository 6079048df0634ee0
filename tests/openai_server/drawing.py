"""What the server sees in pictures and draws for words.

A picture that it draws is the condition enlarged, or a gradient out of the words where there
is none. In the middle lies a patch of two by two cells whose colours come from the words, if
there are any: a wrong condition or wrong words show in the pixels, whatever is cropped from
the borders and however it is scaled. `shows` reads the patch.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zlib
from functools import lru_cache

from PIL import Image, ImageDraw, ImageOps

__all__ = [
    "colours_of",
    "describe",
    "draw",
    "enlarged",
    "file_of",
    "picture_bomb",
    "shows",
    "words_in",
]

_PATCH = 12
"""The patch has this part of the picture's shorter side."""

_LEVELS = (32, 96, 160, 224)

_NAMES = {
    "black": (15, 15, 15),
    "white": (245, 245, 245),
    "grey": (128, 128, 128),
    "dark grey": (65, 65, 65),
    "light grey": (195, 195, 195),
    "red": (200, 35, 35),
    "dark red": (110, 20, 25),
    "pink": (240, 160, 180),
    "orange": (235, 130, 40),
    "brown": (125, 80, 45),
    "dark brown": (65, 42, 28),
    "beige": (215, 195, 160),
    "yellow": (235, 215, 60),
    "green": (60, 150, 65),
    "dark green": (28, 68, 35),
    "olive": (125, 125, 50),
    "teal": (35, 130, 130),
    "cyan": (90, 210, 225),
    "light blue": (150, 190, 230),
    "blue": (45, 85, 200),
    "dark blue": (22, 35, 95),
    "purple": (125, 60, 155),
}


def words_in(prompt: str) -> str:
    """The words that a prompt passes on as data: what stands between its delimiters.

    Understood are the last `<tag>...</tag>`, triple quotes and code fences; a prompt with
    none of them has no such words.
    """
    found = [
        *re.finditer(r"<([A-Za-z][\w-]*)>(.*?)</\1>", prompt, re.DOTALL),
        *re.finditer(r"(\"\"\"|```|~~~)(.*?)\1", prompt, re.DOTALL),
    ]
    if not found:
        return ""
    return max(found, key=lambda match: match.start())[2].strip()


def colours_of(words: str) -> list[tuple[int, int, int]]:
    """The four colours of the patch for these words, by rows."""
    numbers = hashlib.sha256(" ".join(words.split()).encode()).digest()
    levels = [_LEVELS[number % 4] for number in numbers[:12]]
    return [(levels[at], levels[at + 1], levels[at + 2]) for at in range(0, 12, 3)]


def shows(image: Image.Image, words: str, *, tolerance: int = 28) -> bool:
    """Whether a picture was drawn for these words: whether its patch has their colours.

    The picture may have been cropped around its middle and scaled, and be grey.
    """
    width, height = image.size
    step = max(1, round(min(width, height) / _PATCH / 4))
    for index, colour in enumerate(colours_of(words)):
        x = width // 2 + (step if index % 2 else -step - 1)
        y = height // 2 + (step if index // 2 else -step - 1)
        if image.mode == "L":
            grey = Image.new("RGB", (1, 1), colour).convert("L")
            expected: tuple[int, ...] = tuple(grey.tobytes())
            found = tuple(image.crop((x, y, x + 1, y + 1)).tobytes())
        else:
            expected = colour
            found = tuple(image.convert("RGB").crop((x, y, x + 1, y + 1)).tobytes())
        if any(abs(a - b) > tolerance for a, b in zip(expected, found, strict=True)):
            return False
    return True


def enlarged(condition: Image.Image, size: tuple[int, int]) -> Image.Image:
    """What the server draws of a condition, without the patch."""
    return condition.convert("RGB").resize(size, Image.Resampling.BICUBIC)


@lru_cache(maxsize=64)
def draw(
    condition: bytes | None, words: str, size: tuple[int, int], drift: float = 0.0
) -> Image.Image:
    """A picture of a size for a condition (the bytes of its file) and words.

    Args:
        drift: how far it leaves the condition, from 0 (not) to 1 (for its negative).
    """
    if condition is None:
        first, second = colours_of(words)[:2]
        slope = Image.linear_gradient("L").resize(size)
        picture = ImageOps.colorize(slope, first, second)
    else:
        with Image.open(io.BytesIO(condition)) as opened:
            picture = enlarged(opened, size)
    if drift:
        picture = Image.blend(picture, ImageOps.invert(picture), drift)
    if not words:
        return picture
    side = max(4, min(size) // _PATCH // 2)
    pen = ImageDraw.Draw(picture)
    for index, colour in enumerate(colours_of(words)):
        x = size[0] // 2 + (0 if index % 2 else -side)
        y = size[1] // 2 + (0 if index // 2 else -side)
        pen.rectangle((x, y, x + side - 1, y + side - 1), fill=colour)
    return picture


def file_of(picture: Image.Image, format: str, serial: str) -> bytes:
    """A picture's file, with a manifest in it as C2PA has, no two alike.

    Whoever re-encodes the picture loses the manifest.
    """
    file = io.BytesIO()
    manifest = f"made-up C2PA manifest {serial}".encode()
    match format:
        case "png":
            picture.save(file, "PNG", compress_level=1)
            data = file.getvalue()
            chunk = b"caBX" + manifest
            framed = struct.pack(">I", len(manifest)) + chunk + struct.pack(">I", zlib.crc32(chunk))
            return data[:33] + framed + data[33:]  # behind the header's chunk
        case "jpeg":
            picture.save(file, "JPEG", quality=95, comment=manifest)
        case "webp":
            picture.save(file, "WEBP", quality=95, method=0, xmp=manifest)
        case _:
            raise ValueError(format)
    return file.getvalue()


def picture_bomb() -> bytes:
    """A PNG of some bytes that claims 60,000 x 60,000 pixels."""

    def chunk(type: bytes, payload: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(type + payload))
        return struct.pack(">I", len(payload)) + type + payload + crc

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(60_001))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def _name_of(colour: tuple[int, ...]) -> str:
    def distance(name: str) -> int:
        return sum((a - b) ** 2 for a, b in zip(_NAMES[name], colour, strict=True))

    return min(_NAMES, key=distance)


def describe(image: bytes, limit: int) -> str:
    """A description of a picture in at most so many words: the colours that it has, and where."""
    with Image.open(io.BytesIO(image)) as opened:
        small = opened.convert("RGB").resize((3, 3), Image.Resampling.BOX)
    cells = small.tobytes()
    text, used = "", 0
    for index in range(9):
        row = ("top", "middle", "bottom")[index // 3]
        column = ("left", "centre", "right")[index % 3]
        clause = f"{row} {column} {_name_of(tuple(cells[index * 3 : index * 3 + 3]))}"
        used += len(clause.split())
        if used > limit:
            break
        text += ("; " if text else "") + clause
    if not text:
        text = _name_of(tuple(cells[12:15])).split()[-1]
    return text[0].upper() + text[1:] + "."
