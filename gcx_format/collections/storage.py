"""Where collections lie: folders of this machine, and by fsspec those of others.

A place that is not on this machine, such as `s3://bucket/photos`, is a `UPath`, which has the
methods of a `Path` that collections use, and is passed as one.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

from gcx_format import durable_files
from gcx_format.errors import GcxError, InputError, MissingExtraError, OutputError, UnavailableError
from gcx_format.extras import is_installed
from gcx_format.remedies import Remedy

__all__ = ["is_here", "list_parquet", "openable", "place", "read", "size", "write"]

_EXTRA: Final = "archive"
_WITHOUT_LISTS: Final = ("http", "https")
"""Servers that need not say which files they have."""


def place(address: str | os.PathLike[str]) -> Path:
    """The place of an address: a path of this machine, or an address that fsspec knows.

    Raises:
        InputError: there are no addresses of this kind.
        MissingExtraError: the extra `archive` is not installed.
        UnavailableError: the package for addresses of this kind is not installed.
    """
    if not is_here(address):
        return cast(Path, address)
    if "://" not in os.fspath(address):
        return Path(address)
    if not is_installed("upath"):
        raise MissingExtraError("a collection on another machine", _EXTRA)
    from upath import UPath

    try:
        found = UPath(address)
        found.fs.invalidate_cache()  # others may have written since this process last looked
    except ImportError as error:
        missing = getattr(error.__cause__, "name", None)
        raise UnavailableError(
            "addresses of this kind need another package",
            filename=address,
            remedy=Remedy("install package", package=missing) if missing else None,
        ) from None
    except ValueError:
        raise InputError("no file system has addresses of this kind", filename=address) from None
    return Path(found.path) if found.protocol in ("file", "local") else cast(Path, found)


def is_here(folder: object) -> bool:
    """Whether a place is one of this machine's file system."""
    return isinstance(folder, str | os.PathLike)


@contextmanager
def _faults(path: Path, what: type[GcxError], message: str) -> Iterator[None]:
    """Raise what file systems raise as GcxErrors."""
    try:
        yield
    except Exception as error:
        if is_here(path) and not isinstance(error, OSError):
            raise  # only the packages for other machines raise whatever they have
        reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        raise what(f"{message}: {reason or type(error).__name__}", filename=path) from None


_UNREADABLE: Final = InputError, "it cannot be read"


def read(path: Path) -> bytes | None:
    """The bytes of a file, or None if there is none.

    Raises:
        InputError: it cannot be read.
    """
    with _faults(path, *_UNREADABLE):
        try:
            return path.read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None


def list_parquet(folder: Path) -> list[Path] | None:
    """The Parquet files of a folder by name, or None where a server need not list them."""
    if not is_here(folder) and getattr(folder, "protocol", None) in _WITHOUT_LISTS:
        return None
    with _faults(folder, *_UNREADABLE):
        found = [path for path in folder.glob("*.parquet") if not path.name.startswith(".")]
    return sorted(found, key=lambda path: path.name)


def size(path: Path) -> int | None:
    """The bytes of a file, or None where it would take a request to ask."""
    if not is_here(path) and getattr(path, "protocol", None) in _WITHOUT_LISTS:
        return None
    with _faults(path, *_UNREADABLE):
        return int(path.stat().st_size)


def openable(path: Path) -> Any:
    """A file as pyarrow opens it, which asks other machines for the parts that it needs alone.

    Raises:
        InputError: it is on another machine and cannot be read; so say the file's methods too.
    """
    if is_here(path):
        return path
    with _faults(path, *_UNREADABLE):
        if getattr(path, "protocol", None) == "memory":
            return io.BytesIO(path.read_bytes())  # its readers would share one position
        file = path.open("rb", cache_type="none")  # type: ignore[call-overload]  # of a UPath
        return _Elsewhere(path, file) if file.seekable() else io.BytesIO(file.read())


class _Elsewhere(io.RawIOBase):
    """A file of another machine; whatever its package raises, it raises as `InputError`."""

    def __init__(self, path: Path, file: Any) -> None:
        self._path = path
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        with _faults(self._path, *_UNREADABLE):
            return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def read(self, size: int = -1) -> bytes:
        with _faults(self._path, *_UNREADABLE):
            return bytes(self._file.read(size))

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


def write(path: Path, data: bytes) -> None:
    """Write or replace a file, whole or not at all: on other machines by one put.

    Raises:
        OutputError: it cannot be written.
    """
    if is_here(path):
        durable_files.write(path, data, mode=0o666)
        return
    with _faults(path, OutputError, "it cannot be written"):
        path.write_bytes(data)
