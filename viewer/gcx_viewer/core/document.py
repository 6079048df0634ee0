"""A file that was opened: what it says of itself, without pixels."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gcx_format.descriptor import Descriptor

__all__ = ["Document", "stamp"]


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was opened.

    Attributes:
        path: of the file, as it was given.
        descriptor: what a `.gcx` file holds; None for an ordinary picture.
        data: the whole `.gcx` file; None for an ordinary picture.
        size: width and height of the picture, upright.
        file_bytes: the size of the file.
        format: `"GCX"`, or what Pillow calls the format.
        facts: of a `.gcx` file as `gcx_format.report` tells them; of an ordinary picture its
            `width`, `height`, `mode`, `file_bytes`, `bits_per_pixel`, `format`, what that is in
            words (`format_name`), and its `frames`: those of an animation, or pages.
        stamp: another one as soon as the file is another one, or was written to.
    """

    path: Path
    descriptor: Descriptor | None
    data: bytes | None
    size: tuple[int, int]
    file_bytes: int
    format: str
    facts: dict[str, Any]
    stamp: Hashable


def stamp(path: Path) -> Hashable:
    """What tells a file from what was or will be under its name; None where there is none.

    The time of writing alone does not: it is copied with a file, and clocks tick slowly.
    """
    try:
        status = path.stat()
    except (OSError, ValueError):  # ValueError: a name with a NUL in it
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size
