"""One row of a collection: a `.gcx` file, and what is known of its picture."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import PurePath

from gcx_format import container
from gcx_format._version import __version__
from gcx_format.descriptor import Descriptor

__all__ = ["PROGRAM", "Row", "key_of", "milliseconds", "row_of"]

PROGRAM = f"gcx {__version__}"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The columns of `spec/collection-1.0.md`, by their names; None is null."""

    path: str
    path_bytes: bytes | None = None
    gcx: bytes
    width: int
    height: int
    codec: str | None = None
    words: str | None = None
    sha256: bytes | None = None
    original_bytes: int | None = None
    modified: datetime | None = None
    taken: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    camera: str | None = None
    program: str | None = None
    encoded: datetime | None = None
    words_missing: str | None = None

    @property
    def key(self) -> bytes:
        """The path as the file system had it."""
        return key_of(self.path, self.path_bytes)

    @property
    def descriptor(self) -> Descriptor:
        """What `gcx` says, parsed at each access; its words are decoded when they are asked for.

        Raises:
            FormatError: these bytes are not a valid `.gcx` file.
        """
        return container.loads(self.gcx, check_words=False)


def key_of(path: str, path_bytes: bytes | None) -> bytes:
    """What tells rows apart: the bytes of a path."""
    return path.encode() if path_bytes is None else path_bytes


def milliseconds(nanoseconds: int) -> datetime | None:
    """A file's time as a collection keeps it; None for one outside the years 1 to 9999."""
    try:
        return _EPOCH + timedelta(milliseconds=nanoseconds // 1_000_000)
    except OverflowError:
        return None


def row_of(gcx: bytes, path: PurePath, **known: object) -> Row:
    """The row of a `.gcx` file.

    Args:
        gcx: its bytes.
        path: of the picture, relative.
        known: what is known of the original, by the names of the columns.

    Raises:
        FormatError: it is not a valid `.gcx` file.
    """
    made = container.loads(gcx)
    raw = os.fsencode(path.as_posix())
    shown = raw.decode("utf-8", "backslashreplace")
    facts: dict[str, object] = {
        "sha256": made.original_sha256,
        "program": PROGRAM,
        "encoded": datetime.now(UTC).replace(microsecond=0),
        **known,
    }
    return Row(
        path=shown,
        path_bytes=None if shown.encode() == raw else raw,
        gcx=gcx,
        width=made.width,
        height=made.height,
        codec=None if made.visual is None else made.visual.codec,
        words=made.text,
        **facts,  # type: ignore[arg-type]  # by name
    )
