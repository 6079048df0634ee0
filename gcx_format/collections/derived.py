"""Files that are made from a collection and can be made again: where they lie, and whole ones.

They lie in the collection's folder `.index`; if that cannot be written, or is on another machine,
in gcx's cache.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

from gcx_format import durable_files
from gcx_format.errors import OutputError

__all__ = ["FOLDER", "Part", "cached_for", "locked", "read_record", "write_record"]

FOLDER: Final = ".index"
_LOCK: Final = ".lock"
_WAIT_SECONDS: Final = 900.0


class Part(NamedTuple):
    """A shard, for what is derived from it.

    Attributes:
        name: of its file.
        sha256: of its file, in hexadecimal: what was derived from another one is stale.
        pictures: how many rows it has.
        rows: some columns of every row, by their names; raises `InputError` if it is damaged.
    """

    name: str
    sha256: str
    pictures: int
    rows: Callable[[Sequence[str]], Iterator[dict[str, Any]]]


def cached_for(address: str) -> Path:
    """The folder in gcx's cache for what is derived from a collection, by its path or address."""
    from gcx_format.settings import load_settings

    name = hashlib.sha256(address.encode("utf-8", "surrogateescape")).hexdigest()[:32]
    return load_settings().cache_folder / "collections" / name


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Make a folder if necessary, and keep others from writing there.

    Raises:
        OutputError: it cannot be written, or another program does not finish.
    """
    from filelock import FileLock

    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK, timeout=_WAIT_SECONDS, mode=0o666)
        lock.acquire()
    except (OSError, NotImplementedError) as error:  # a timeout is an OSError
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"it cannot be written: {reason}", filename=folder) from None
    try:
        yield
    finally:
        lock.release()


def write_record(path: Path, known: dict[str, Any], files: Path) -> None:
    """Write what a folder's files were made from, and what they are, to be read by `read_record`.

    The folder lies beside the record and is called like it, with a dash and more. What else is
    called so is removed.
    """
    mode = files.stat().st_mode & 0o666
    for file in files.iterdir():
        file.chmod(mode)
    record = {**known, "folder": files.name, "files": _sums(files)}
    durable_files.write(path, json.dumps(record).encode(), mode=mode)
    for old in path.parent.glob(f"{path.stem}-*"):
        if old.name != files.name:
            shutil.rmtree(old, ignore_errors=True)  # of an earlier run, or a killed one


def read_record(path: Path) -> tuple[dict[str, Any], Path] | None:
    """What `write_record` wrote, and the folder; None if anything is missing or damaged."""
    try:
        record = json.loads(path.read_bytes())
        folder = path.parent / Path(record["folder"]).name
        sound = folder.name.startswith(f"{path.stem}-") and record["files"] == _sums(folder)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return (record, folder) if sound else None


def _sums(folder: Path) -> dict[str, int]:
    """A check value of every file but locks."""
    return {
        file.name: zlib.crc32(file.read_bytes())
        for file in folder.iterdir()
        if file.suffix != ".lock"
    }
