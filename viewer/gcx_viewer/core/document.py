"""A file that was opened: what it says of itself, without pixels."""

from __future__ import annotations

import os
from collections.abc import Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gcx_format import container, files
from gcx_format.errors import FormatError
from gcx_format.facts import facts

if TYPE_CHECKING:
    from gcx_format.descriptor import Descriptor

__all__ = ["SUFFIX", "Document", "is_viewable", "open_document"]

SUFFIX: Final = ".gcx"


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
        facts: of a `.gcx` file as `gcx_format.facts` tells them; of an ordinary picture its
            `width`, `height`, `mode`, `file_bytes`, `bits_per_pixel`, `format`, what that is in
            words (`format_name`), and whether it is `animated`.
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


def open_document(path: str | os.PathLike[str]) -> Document:
    """Open a file that is to be viewed: a `.gcx` file, or any picture that Pillow reads.

    What it is shows in its first bytes; a file that is called `.gcx` has to be one.

    Raises:
        InputError: there is no such file, it cannot be read, or it is no picture.
        FormatError: it is called `.gcx`, or begins as one, and is none.
    """
    path = Path(path)
    if path.suffix.lower() != SUFFIX and not _begins_as_gcx(path):
        from gcx_viewer.core import photographs

        return photographs.inspect(path)
    known = stamp(path)
    data = files.read_bytes(path)
    try:
        descriptor = container.loads(data)
    except FormatError as error:
        error.filename = path
        raise
    told = facts(descriptor, len(data))
    return Document(path, descriptor, data, descriptor.size, len(data), "GCX", told, known)


def is_viewable(path: str | os.PathLike[str]) -> bool:
    """Whether a file's name is that of a picture that can be shown here; it is not opened."""
    suffix = os.path.splitext(path)[1].lower()  # noqa: PTH122  # called for thousands of names
    if suffix == SUFFIX:
        return True
    from gcx_viewer.core import photographs

    return suffix in photographs.suffixes()


def stamp(path: Path) -> Hashable:
    """What tells a file from what was or will be under its name; None where there is none.

    The time of writing alone does not: it is copied with a file, and clocks tick slowly.
    """
    try:
        status = path.stat()
    except (OSError, ValueError):  # ValueError: a name with a NUL in it
        return None
    return status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_size


def _begins_as_gcx(path: Path) -> bool:
    """Whether a file that is called otherwise is a `.gcx`; what is wrong with it is told later."""
    try:
        if not path.is_file():  # opening a pipe or a device could wait for ever
            return False
        with path.open("rb") as file:
            return file.read(len(container.MAGIC)) == container.MAGIC
    except (OSError, ValueError):  # ValueError: a name with a NUL in it
        return False
