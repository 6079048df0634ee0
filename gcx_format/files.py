"""Files of descriptors: read with a size limit, written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from typing import Final

from gcx_format import container, durable_files, limits
from gcx_format.descriptor import Descriptor
from gcx_format.errors import FormatError, InputError, OutputError, OutputExistsError

__all__ = [
    "SUFFIX",
    "check_is_file",
    "is_gcx",
    "names_for",
    "read",
    "read_bytes",
    "sha256",
    "write",
    "write_atomically",
]

_WRITABLE: Final = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH

SUFFIX: Final = ".gcx"


def is_gcx(path: str | os.PathLike[str]) -> bool:
    """Whether a file is a descriptor, by its name."""
    return os.path.splitext(path)[1].lower() == SUFFIX  # noqa: PTH122  # called for thousands


def names_for(places: Sequence[Path], suffix: str) -> list[Path]:
    """Name the file made from each place by its stem, or by its full name if stems collide.

    `a.jpg` becomes `a.gcx`; `a.jpg` and `a.png` become `a.jpg.gcx` and `a.png.gcx`. Names that
    differ only in case count as the same, as on some file systems. Equal places get equal names.
    """
    by_stem = [place.with_suffix(suffix) for place in places]
    in_full = [place.with_name(place.name + suffix) for place in places]
    names = by_stem
    while True:
        times = Counter(str(name).casefold() for name in names)
        settled = [
            full if times[str(name).casefold()] > 1 else name
            for name, full in zip(names, in_full, strict=True)
        ]
        if settled == names:
            return names
        names = settled


def check_is_file(path: Path, meant: str) -> None:
    """Refuse what is not a regular file, such as a pipe, which could block a reader forever.

    Args:
        path: to be read.
        meant: what it should be, such as "a picture file".

    Raises:
        InputError: it does not exist, or is not a regular file.
        OSError: it cannot be examined.
    """
    if path.is_file():
        return
    if not path.exists():
        raise InputError(_why_missing(path), filename=path)
    found = f"a folder, not {meant}" if path.is_dir() else f"not {meant}"
    raise InputError(f"this is {found}", filename=path)


def _why_missing(path: Path) -> str:
    if not path.is_symlink():
        return "there is no such file"
    try:
        path.stat()
    except OSError as error:
        if error.errno == errno.ELOOP:
            return "this is a link that leads in a circle"
    return "this is a link to a file that does not exist"


def read(path: str | os.PathLike[str]) -> Descriptor:
    """Read a `.gcx` file.

    Raises:
        InputError: the file does not exist or cannot be read.
        FormatError: it is not a valid `.gcx` file; the message names the file.
    """
    data = read_bytes(path)
    try:
        return container.loads(data)
    except FormatError as error:
        error.filename = os.fspath(path)
        raise


def write(path: str | os.PathLike[str], descriptor: Descriptor, *, overwrite: bool = False) -> int:
    """Write a descriptor to a `.gcx` file.

    Returns:
        The size of the file, in bytes.

    Raises:
        OutputExistsError: the file exists, and `overwrite` is false.
        OutputError: it cannot be written; an existing file is untouched.
        ArgumentError: the descriptor does not fit into the format.
    """
    data = container.dumps(descriptor)
    write_atomically(path, data, overwrite=overwrite)
    return len(data)


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """Read a file that may be a `.gcx`, up to one byte more than such a file can have."""
    with _opened(Path(path), "a .gcx file") as file:
        return file.read(limits.MAX_FILE_BYTES + 1)


def sha256(path: str | os.PathLike[str]) -> bytes:
    """The SHA-256 of a picture's file, as a descriptor stores that of its original."""
    with _opened(Path(path), "a picture file") as file:
        return hashlib.file_digest(file, "sha256").digest()


@contextlib.contextmanager
def _opened(path: Path, meant: str) -> Iterator[BufferedReader]:
    """A regular file; any failure, here or in the block, becomes an `InputError`."""
    try:
        check_is_file(path, meant)
        with path.open("rb") as file:
            yield file
    except InputError:
        raise
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        raise InputError(f"it cannot be read: {_reason(error)}", filename=path) from None


def write_atomically(path: str | os.PathLike[str], data: bytes, *, overwrite: bool = False) -> None:
    """Write a file so that its name always refers to the old or the new content, whole.

    Missing folders are created.

    Raises:
        OutputExistsError: the file exists, and `overwrite` is false.
        OutputError: it cannot be written; an existing file is untouched.
    """
    path = Path(path)
    if not overwrite and os.path.lexists(path):
        raise OutputExistsError("it exists already", filename=path)
    temporary: Path | None = None
    try:
        if path.exists() and not path.is_file():
            # Replacing would turn a folder, pipe or device into a file.
            raise OutputError("not a regular file, so it is not overwritten", filename=path)
        with contextlib.suppress(FileExistsError):  # a file; opening reports it
            path.parent.mkdir(parents=True, exist_ok=True)
        try:
            target = path.resolve(strict=True)  # keep a link a link
        except FileNotFoundError:
            target = path.resolve()
        mode = _mode_of(target)
        if mode is not None and not mode & _WRITABLE:
            raise OutputError("it is read-only; make it writable to replace it", filename=path)
        temporary = target.with_name(f".{target.name[:48]}.{secrets.token_hex(4)}")
        if mode is None:
            durable_files.write_new(temporary, data)
        else:
            durable_files.write_new(temporary, data, 0o600)
            temporary.chmod(mode)
        if overwrite:
            temporary.replace(target)
        else:
            _link_new(temporary, target)
        temporary = None
    except OutputError:
        raise
    except FileExistsError:
        raise OutputExistsError("it exists already", filename=path) from None
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: a loop of links
        raise OutputError(f"it cannot be written: {_reason(error)}", filename=path) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()


def _mode_of(path: Path) -> int | None:
    """The permissions of a file, or None where there is none."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return None


def _link_new(temporary: Path, target: Path) -> None:
    """Give a finished file its name, unless another program has taken it by now."""
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        raise
    except (OSError, NotImplementedError):  # a file system without links, such as FAT
        temporary.replace(target)
    else:
        temporary.unlink()


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
