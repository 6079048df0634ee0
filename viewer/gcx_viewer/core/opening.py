"""Opening a file that is to be viewed, whatever picture it is."""

from __future__ import annotations

import os
from pathlib import Path

from gcx_format import container, files
from gcx_format.errors import FormatError
from gcx_format.facts import facts
from gcx_viewer.core.document import SUFFIX, Document, stamp

__all__ = ["is_viewable", "open_document"]


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


def _begins_as_gcx(path: Path) -> bool:
    """Whether a file that is called otherwise is a `.gcx`; what is wrong with it is told later."""
    try:
        if not path.is_file():  # opening a pipe or a device could wait for ever
            return False
        with path.open("rb") as file:
            return file.read(len(container.MAGIC)) == container.MAGIC
    except (OSError, ValueError):  # ValueError: a name with a NUL in it
        return False
