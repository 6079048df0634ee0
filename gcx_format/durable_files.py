"""Files that survive a crash: generated pictures, the record of spending, pins of weights.

Under their name there is always the old or the new content, whole. Unless written otherwise, only
their owner can read them. A name that begins with a dot is an unfinished file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import tempfile
from pathlib import Path

from gcx_format.errors import OutputError

__all__ = ["make_folder", "make_sure_of_room", "remove_unfinished", "write", "write_new"]

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, private to their owner.

    Raises:
        OutputError: it cannot be made.
    """
    try:
        _make(folder)
    except OSError as error:
        raise OutputError(
            f"the folder cannot be made: {error.strerror or error}", filename=folder
        ) from None


def _make(folder: Path) -> None:
    if folder.is_dir():
        return
    if folder.parent != folder:
        _make(folder.parent)
    try:
        folder.mkdir(mode=_FOLDER_MODE)
    except FileExistsError:
        if folder.exists() and not folder.is_dir():
            raise NotADirectoryError(None, "a file is in its place") from None


def write(path: Path, data: bytes, *, mode: int = _FILE_MODE, wait: bool = True) -> None:
    """Write or replace a file, and make sure that it is on the disk.

    Its folder is made if necessary, even if another process removes it meanwhile.

    Args:
        path: of the file.
        data: what is to be in it.
        mode: its permissions.
        wait: until it is on the disk; otherwise it may be empty or cut short after the power
            fails, as what can be made again may be.

    Raises:
        OutputError: it cannot be written; an existing file is untouched.
    """
    temporary = path.with_name(f".{path.name[:48]}.{secrets.token_hex(4)}")
    try:
        for attempts_left in reversed(range(3)):
            try:
                _make(path.parent)
                write_new(temporary, data, mode, wait=wait)
                break
            except FileNotFoundError:  # another process took the empty folder away
                if not attempts_left:
                    raise
        temporary.replace(path)
        if wait:
            _sync_folder(path.parent)
    except OSError as error:
        raise OutputError(
            f"it cannot be written: {error.strerror or error}", filename=path
        ) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()  # there only if something went wrong


def make_sure_of_room(folder: Path, size: int) -> None:
    """Check that files of so many bytes can be written, as far as the system can tell in advance.

    If possible, the space is briefly allocated, so that quotas and process limits count too.

    Raises:
        OutputError: they cannot; nothing is left behind.
    """
    make_folder(folder)
    try:
        if hasattr(os, "posix_fallocate"):
            with tempfile.TemporaryFile(dir=folder) as file:
                os.posix_fallocate(file.fileno(), 0, size)
        elif shutil.disk_usage(folder).free < size:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError as error:
        if error.errno in (errno.EINVAL, errno.EOPNOTSUPP, errno.ENOSYS):
            return  # this file system cannot tell
        raise OutputError(
            f"there is no room for {size / 1e6:.0f} MB: {error.strerror or error}",
            filename=folder,
        ) from None


def remove_unfinished(path: Path) -> None:
    """Remove what killed programs left of a file that no one else is writing now."""
    for left in path.parent.glob(f".{path.name[:48]}.????????"):
        with contextlib.suppress(OSError):
            left.unlink()


def write_new(path: Path, data: bytes, mode: int = 0o666, *, wait: bool = True) -> None:
    """Write a file that does not exist yet, and by default wait until it is on the disk."""
    with open(path, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
        file.write(data)
        if wait:
            file.flush()
            os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Put a new name on the disk, on systems that can."""
    with contextlib.suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)
