"""Opening a file that is to be viewed, whatever picture it is."""

from __future__ import annotations

import os
from pathlib import Path

from gcx_format import container, files
from gcx_format.errors import FormatError
from gcx_format.report import facts
from gcx_viewer.core.document import Document, stamp

__all__ = ["begins_as_gcx", "is_viewable", "open_document"]


def open_document(path: str | os.PathLike[str]) -> Document:
    """Open a file that is to be viewed: a `.gcx` file, or a picture; no pixels are decoded.

    What it is shows in its first bytes; a file that is called `.gcx` has to be one.

    Raises:
        InputError: it is not a picture that can be opened; see `gcx_format.pictures`.
        FormatError: it is called `.gcx`, or begins as one, and is none.
    """
    path = Path(path)
    if not files.is_gcx(path) and not begins_as_gcx(path):
        return _open_photograph(path)
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
    if files.is_gcx(path):
        return True
    from gcx_format.pictures import is_picture_name

    return is_picture_name(path)


def _open_photograph(path: Path) -> Document:
    from gcx_format.pictures import frame_count, open_picture, upright_size

    known = stamp(path)
    with open_picture(path, "inspect") as image:
        width, height = size = upright_size(image)
        file_bytes, name = path.stat().st_size, str(image.format)
        told = {
            "width": width,
            "height": height,
            "mode": image.mode,
            "file_bytes": file_bytes,
            "bits_per_pixel": 8 * file_bytes / (width * height),
            "format": name,
            "format_name": image.format_description,
            "frames": frame_count(image),
        }
    return Document(path, None, None, size, file_bytes, name, told, known)


def begins_as_gcx(path: Path) -> bool:
    """Whether a file that is called otherwise is a `.gcx`; what is wrong with it is told later."""
    try:
        if not path.is_file():  # opening a pipe or a device could wait for ever
            return False
        with path.open("rb") as file:
            return file.read(len(container.MAGIC)) == container.MAGIC
    except (OSError, ValueError):  # ValueError: a name with a NUL in it
        return False
