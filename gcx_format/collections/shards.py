"""Shards: the Parquet files of a collection."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, fields
from functools import cache
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar

from gcx_format.collections import storage
from gcx_format.collections.rows import Row
from gcx_format.errors import ArgumentError, InputError, MissingExtraError, UnavailableError
from gcx_format.extras import install_command, is_installed
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    import pyarrow as pa

    _Read = TypeVar("_Read", pa.Table, pa.RecordBatch)

__all__ = [
    "COLUMNS",
    "EXTRA",
    "Shard",
    "ShardFile",
    "columns_of",
    "content",
    "measure",
    "need_pyarrow",
    "read",
    "schema",
    "sha256",
    "write",
]

EXTRA: Final = "archive"
COLUMNS: Final = tuple(field.name for field in fields(Row))

_DICTIONARIES: Final = ["codec", "camera", "program", "words_missing"]
_ADDED: Final = {"words_missing"}
"""What the shards of earlier programs lack; it is null there."""

_ENCODINGS: Final = {
    "path": "DELTA_BYTE_ARRAY",  # each path by what differs from the one before
    "gcx": "DELTA_LENGTH_BYTE_ARRAY",
    "words": "DELTA_LENGTH_BYTE_ARRAY",
    "sha256": "DELTA_LENGTH_BYTE_ARRAY",
    **dict.fromkeys(
        ("width", "height", "original_bytes", "modified", "taken", "encoded"),
        "DELTA_BINARY_PACKED",
    ),
}


@dataclass(frozen=True, slots=True)
class Shard:
    """What `collection.json` says of a shard; see `spec/collection-1.0.md`."""

    name: str
    bytes: int
    sha256: str
    pictures: int
    gcx_bytes: int
    original_bytes: int


def need_pyarrow() -> None:
    """Raise `UnavailableError` unless Parquet can be read and written here."""
    if not is_installed("pyarrow"):
        raise MissingExtraError("a collection", EXTRA)
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:  # pyarrow 26 refuses NumPy 1, and pip does not notice
        reason = str(error).partition("\n")[0].rstrip(".")
        raise UnavailableError(
            f"pyarrow does not work with what is installed beside it: {reason}",
            remedy=Remedy("install", extra=EXTRA, command=install_command(EXTRA, upgrade=True)),
        ) from None


@cache
def schema(columns: Sequence[str] = COLUMNS) -> pa.Schema:
    """The types of some columns.

    Raises:
        ArgumentError: the specification has no such column.
    """
    import pyarrow as pa

    moment = pa.timestamp("ms", "UTC")
    types = {
        "path": pa.string(),
        "path_bytes": pa.binary(),
        "gcx": pa.binary(),
        "width": pa.int32(),
        "height": pa.int32(),
        "codec": pa.string(),
        "words": pa.string(),
        "sha256": pa.binary(),
        "original_bytes": pa.int64(),
        "modified": moment,
        "taken": pa.timestamp("ms"),
        "latitude": pa.float64(),
        "longitude": pa.float64(),
        "camera": pa.string(),
        "program": pa.string(),
        "encoded": moment,
        "words_missing": pa.string(),
    }
    never_null = ("path", "gcx", "width", "height")
    if unknown := set(columns) - set(types):
        raise ArgumentError(
            f"a collection has no column {min(unknown)!r}; it has {', '.join(COLUMNS)}"
        )
    return pa.schema(
        [pa.field(name, types[name], nullable=name not in never_null) for name in columns]
    )


def write(path: Path, rows: Sequence[Row]) -> Shard:
    """Write or replace a shard, whole or not at all.

    Raises:
        OutputError: it cannot be written; an existing shard is untouched.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, list[Any]] = {name: [getattr(row, name) for row in rows] for name in COLUMNS}
    buffer = pa.BufferOutputStream()
    pq.write_table(
        pa.table(columns, schema=schema()),
        buffer,
        compression="zstd",
        compression_level=9,
        use_dictionary=_DICTIONARIES,
        column_encoding=_ENCODINGS,
        write_statistics=["path", "taken"],
        write_page_checksum=True,
        store_schema=False,
    )
    data = buffer.getvalue().to_pybytes()
    storage.write(path, data)
    return _shard(path.name, data, ((len(row.gcx), row.original_bytes) for row in rows))


def measure(path: Path) -> Shard:
    """What a shard holds, from its file, with every page checked.

    Raises:
        InputError: it is damaged or cannot be read.
    """
    data = content(path)
    with closing(ShardFile(path, data)) as file:
        known = [row for batch in file.batches() for row in file.rows(batch)]
    return _shard(path.name, data, ((len(each["gcx"]), each["original_bytes"]) for each in known))


def sha256(path: Path) -> str:
    """The SHA-256 of a shard's file, in hexadecimal.

    Raises:
        InputError: it cannot be read.
    """
    return hashlib.sha256(content(path)).hexdigest()


def content(path: Path) -> bytes:
    """The bytes of a shard's file.

    Raises:
        InputError: it cannot be read.
    """
    data = storage.read(path)
    if data is None:
        raise InputError("this shard is missing", filename=path)
    return data


def _shard(name: str, data: bytes, sizes: Iterable[tuple[int, int | None]]) -> Shard:
    known = list(sizes)
    return Shard(
        name,
        len(data),
        hashlib.sha256(data).hexdigest(),
        len(known),
        sum(gcx for gcx, _ in known),
        sum(original or 0 for _, original in known),
    )


def columns_of(shard: Shard) -> dict[str, Any]:
    """A shard's entry in `collection.json`."""
    return asdict(shard)


class ShardFile:
    """A shard that is open, which threads may share.

    Args:
        path: of its file.
        data: the bytes of the file, where they have been read already.

    Raises:
        InputError: it is damaged, is not a shard, or cannot be read; so say its methods too.
    """

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        need_pyarrow()
        import pyarrow as pa
        import pyarrow.parquet as pq

        self._path = path
        self._reading = Lock()
        with self._faults():
            source = storage.openable(path) if data is None else pa.BufferReader(data)
            self._file = pq.ParquetFile(source, page_checksum_verification=True)
            about = self._file.metadata
            groups = [about.row_group(n).num_rows for n in range(about.num_row_groups)]
        self.group_ends: list[int] = list(accumulate(groups))
        """The row, counted in the shard, behind each row group."""

    def __len__(self) -> int:
        return self.group_ends[-1] if self.group_ends else 0

    def close(self) -> None:
        """Close the file."""
        with self._reading:
            self._file.close()

    def group(self, number: int, columns: Sequence[str] = COLUMNS) -> pa.Table:
        """A row group."""
        names = self._checked(columns)
        with self._reading, self._faults():
            table = self._file.read_row_group(number, columns=names, use_threads=False)
            return self._completed(table, columns)

    def batches(self, columns: Sequence[str] = COLUMNS) -> Iterator[pa.RecordBatch]:
        """The rows, a thousand at a time; nothing else may be read meanwhile."""
        names = self._checked(columns)
        with self._faults():
            for batch in self._file.iter_batches(1000, columns=names, use_threads=False):
                yield self._completed(batch, columns)

    def rows(self, batch: pa.RecordBatch | pa.Table) -> list[dict[str, Any]]:
        """What was read, as Python has it; with all columns, a `Row` takes each."""
        with self._faults():
            return list(batch.to_pylist())

    def values(self, batch: pa.RecordBatch, columns: Sequence[str]) -> list[list[Any]]:
        """Some columns as Python has them, once all are found to be what `rows` can tell."""
        with self._faults():
            batch.validate(full=True)
            for column in batch.columns:
                _check_moments(column)
            return [batch.column(name).to_pylist() for name in columns]

    def _checked(self, columns: Sequence[str]) -> list[str]:
        here = set(self._file.schema_arrow.names)
        if missing := set(columns) - here - _ADDED:
            raise InputError(f"it has no column {min(missing)}", filename=self._path)
        return [name for name in columns if name in here] or ["path"]

    @staticmethod
    def _completed(read: _Read, columns: Sequence[str]) -> _Read:
        """What was read, with these columns and no others."""
        import pyarrow as pa

        wanted = schema(tuple(columns))
        for name in set(columns) - set(read.schema.names):
            read = read.append_column(name, pa.nulls(read.num_rows, wanted.field(name).type))
        return read.select(list(columns)).cast(wanted)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        import pyarrow as pa

        try:
            yield
        except InputError:
            raise
        except (OSError, ValueError, OverflowError, pa.ArrowException) as error:
            reason = str(error).partition("\n")[0].rstrip(".") or type(error).__name__
            is_of_content = not isinstance(error, OSError) or error.errno is None
            what = "this shard is damaged" if is_of_content else "it cannot be read"
            raise InputError(f"{what}: {reason}", filename=self._path) from None


def _check_moments(column: pa.Array) -> None:
    """Raise what Python raises for a point in time outside the years 1 to 9999."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(column.type):
        for extreme in pc.min_max(column).values():
            extreme.as_py()


def read(path: Path, columns: Sequence[str] = COLUMNS) -> Iterator[dict[str, Any]]:
    """The rows of a shard, a thousand in memory at a time; with all columns, a `Row` takes each.

    Raises:
        InputError: it is damaged, is not a shard, or cannot be read.
    """
    with closing(ShardFile(path)) as file:
        for batch in file.batches(columns):
            yield from file.rows(batch)
