"""Writing collections: rows come in, whole shards go out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Final, NamedTuple

from gcx_format.collections import shards, storage
from gcx_format.collections.about import SUMMARY, read_summary, write_readme, write_summary
from gcx_format.collections.reading import shard_paths
from gcx_format.collections.rows import Row, key_of
from gcx_format.collections.shards import Shard
from gcx_format.errors import InputError, OutputError

__all__ = ["Known", "Writer", "writing"]

SHARD_ROWS: Final = 2000
"""What is lost at most when a run is killed; fewer would make more of the footers."""


class Known(NamedTuple):
    """What a collection has of a picture: its shard, and the original's size and time."""

    shard: str
    original_bytes: int | None
    modified: object


class Writer:
    """Adds rows to a collection, replaces and removes them; `writing` opens one.

    Attributes:
        known: what the collection has, by path, as of the last whole shard.
    """

    def __init__(self, folder: Path, shard_rows: int) -> None:
        self._folder = folder
        self._shard_rows = shard_rows
        self._waiting: dict[bytes, Row] = {}
        self._changes: dict[bytes, Row | None] = {}
        self._listed = read_summary(folder) if (folder / SUMMARY).exists() else {}
        before = dict(self._listed)
        self.known: dict[bytes, Known] = {}
        paths = shard_paths(folder)
        if gone := self._listed.keys() - {path.name for path in paths}:
            raise InputError(
                "this shard is missing: put it back from a copy",
                filename=folder / "data" / min(gone),
            )
        for path in paths:
            listed = self._listed.get(path.name)
            if listed is None or storage.size(path) not in (None, listed.bytes):
                self._listed[path.name] = shards.measure(path)
            for known in shards.read(path, ("path", "path_bytes", "original_bytes", "modified")):
                key = key_of(known["path"], known["path_bytes"])
                self.known[key] = Known(path.name, known["original_bytes"], known["modified"])
        write_readme(folder)
        if self._listed != before or not (folder / SUMMARY).exists():
            write_summary(folder, self._listed.values())

    def add(self, row: Row) -> None:
        """Add a row, or replace the one of the same path.

        Raises:
            OutputError: a shard is full and cannot be written; finished ones are whole.
        """
        if row.key in self.known:
            self._changes[row.key] = row
        else:
            self._waiting[row.key] = row
        if max(len(self._waiting), len(self._changes)) >= self._shard_rows:
            self.flush()

    def remove(self, paths: Iterable[bytes]) -> None:
        """Remove rows by their paths."""
        self._changes |= dict.fromkeys(paths)

    def flush(self) -> None:
        """Write what is waiting.

        Raises:
            OutputError: it cannot be written.
        """
        touched = defaultdict(set)
        for key in self._changes:
            touched[self.known[key].shard].add(key)
        for name in sorted(touched):
            kept = [self._changes.get(row.key, row) for row in self._rows(name)]
            for key in touched[name]:
                del self.known[key]
            self._write(name, [row for row in kept if row is not None])
        self._changes.clear()
        last = max(self._listed, default="")
        rows: Iterator[Row] = iter(list(self._waiting.values()))
        if self._waiting and last and self._listed[last].pictures < self._shard_rows:
            rows = chain(list(self._rows(last)), rows)  # fill it up
        else:
            last = ""
        while part := list(islice(rows, self._shard_rows)):
            number = int(max(self._listed, default="-1").partition(".")[0]) + 1
            self._write(last or f"{number:06}.parquet", part)
            last = ""
        self._waiting.clear()

    def _rows(self, name: str) -> Iterator[Row]:
        return (Row(**known) for known in shards.read(self._folder / "data" / name))

    def _write(self, name: str, rows: list[Row]) -> None:
        path = self._folder / "data" / name
        if rows:
            self._listed[name] = shards.write(path, rows)
        else:
            del self._listed[name]
            path.unlink()
        write_summary(self._folder, self._listed.values())
        for row in rows:
            self.known[row.key] = Known(name, row.original_bytes, row.modified)

    @property
    def shards(self) -> list[Shard]:
        """The finished shards."""
        return list(self._listed.values())


@contextmanager
def writing(folder: Path, *, shard_rows: int = SHARD_ROWS) -> Iterator[Writer]:
    """Write to a collection, which is made if necessary; what is waiting is written in the end.

    Only on the disks of this machine a lock keeps a second writer out.

    Raises:
        InputError: a shard is damaged or missing.
        MissingExtraError: the extra `archive` is not installed.
        OutputError: another program is writing to it, the folder holds other things, or it cannot
            be written.
    """
    from filelock import FileLock, Timeout

    shards.need_pyarrow()
    if not storage.is_here(folder):
        with _flushing(Writer(folder, shard_rows)) as writer:
            yield writer
        return
    data = folder / "data"
    try:
        is_new = not (folder / SUMMARY).exists() and not data.exists()
        if is_new and folder.exists() and any(folder.iterdir()):
            raise OutputError("this folder holds other things; name a new one", filename=folder)
        data.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / ".lock", timeout=0)
        lock.acquire()
    except Timeout:
        raise OutputError(
            "another program is writing to this collection", filename=folder
        ) from None
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(
            f"the folder cannot be written: {error.strerror}", filename=folder
        ) from None
    try:
        for left in [*data.glob(".*.parquet.????????"), *folder.glob(f".{SUMMARY}.????????")]:
            left.unlink(missing_ok=True)  # of a run that was killed
        with _flushing(Writer(folder, shard_rows)) as writer:
            yield writer
    finally:
        lock.release()


@contextmanager
def _flushing(writer: Writer) -> Iterator[Writer]:
    try:
        yield writer
    finally:
        writer.flush()
