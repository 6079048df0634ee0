"""Reading collections: all rows in turn, or any one of them without the others."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import accumulate
from operator import index
from pathlib import Path, PurePath
from threading import Lock, RLock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, SupportsIndex

from gcx_format.collections import derived, shards, storage
from gcx_format.collections.about import README, SUMMARY, read_summary
from gcx_format.collections.derived import Part
from gcx_format.collections.key_index import KeyIndex
from gcx_format.collections.looks import look_of_any
from gcx_format.collections.rows import Row, key_of
from gcx_format.collections.searching import Hit, Search
from gcx_format.collections.shards import Shard, ShardFile
from gcx_format.errors import ArgumentError, InputError, MissingRowError, UnavailableError
from gcx_format.extras import is_installed
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    import datasets
    import pyarrow as pa
    from PIL import Image

    from gcx_format.descriptor import Descriptor

__all__ = ["Collection", "shard_paths"]

_OPEN_FILES: Final = 16
"""Shards whose files stay open."""

_KEPT_BYTES: Final = 32 << 20
"""Of row groups that stay in memory, since neighbours are often read together."""


def shard_paths(folder: Path) -> list[Path]:
    """The shards of a collection, in order.

    Raises:
        InputError: they cannot be listed.
    """
    found = storage.list_parquet(folder / "data")
    if found is None:
        return [folder / "data" / name for name in sorted(read_summary(folder))]
    return found


class Collection:
    """A collection that is there already; threads may share one.

    It shows the collection as it was when it was opened. Where another program has changed it
    since, a row of a shard that is no longer the same raises `InputError`.

    Attributes:
        folder: where it lies.
        listed: the shards that its summary lists, by name.

    Raises:
        InputError: this is not a collection, or of a version that this program does not know.
            Whatever reads rows raises it for a shard that is damaged.
        MissingExtraError: the extra `archive` is not installed.
    """

    def __init__(self, folder: Path) -> None:
        self.listed = read_summary(folder)
        shards.need_pyarrow()
        self.folder = folder
        self._preparing = RLock()
        self._layout: _Layout | None = None
        self._by_path: KeyIndex | None = None
        self._by_sha256: KeyIndex | None = None
        self._searched: Search | None = None
        self._open = _Open()

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Collection:
        """Open a collection; only its summary is read yet.

        Args:
            path: its folder, or its address on another machine, such as `s3://bucket/photos`, by
                the file systems of fsspec.

        Raises:
            InputError: this is not a collection, or of a version that this program does not know.
            MissingExtraError: the extra `archive` is not installed.
            UnavailableError: addresses of this kind need another package.
        """
        return cls(storage.place(path))

    def close(self) -> None:
        """Close its files, which are opened again when they are needed."""
        self._open.close()

    def __enter__(self) -> Collection:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Collection({str(self.folder)!r})"

    def __len__(self) -> int:
        return sum(self._laid_out().counts)

    def __iter__(self) -> Iterator[Row]:
        """Every row, in the order of their numbers; see `columns`."""
        for known in self.columns(shards.COLUMNS):
            yield Row(**known)

    def __getitem__(self, key: str | bytes | PurePath | SupportsIndex) -> Row:
        """A row, by the path of its picture or by its number.

        Args:
            key: the path as it was below the folder that was archived, such as `"2020/sea.jpg"`,
                in bytes where it is not UTF-8; or a number from 0, or from -1 for the last.

        Raises:
            MissingRowError: there is none; it is a `KeyError` and an `IndexError`.
        """
        if isinstance(key, SupportsIndex):
            return self._at(index(key))
        row = self.find(key)
        if row is None:
            raise MissingRowError(f"no picture has the path {key!r}", filename=self.folder)
        return row

    def __contains__(self, path: object) -> bool:
        return isinstance(path, str | bytes | PurePath) and self.find(path) is not None

    def find(self, path: str | bytes | PurePath) -> Row | None:
        """The row of a picture by its path, or None."""
        wanted = _key(path)
        for number in self._paths().numbers(wanted):
            row = self._at(number)
            if row.key == wanted:
                return row
        return None

    def by_sha256(self, digest: bytes | str) -> list[Row]:
        """The rows whose original file has this SHA-256: copies of one picture are several.

        Args:
            digest: 32 bytes, or 64 hexadecimal digits.

        Raises:
            ArgumentError: it is neither.
        """
        try:
            wanted = bytes.fromhex(digest) if isinstance(digest, str) else digest
        except ValueError:
            wanted = b""
        if len(wanted) != 32:
            raise ArgumentError(
                f"a SHA-256 has 32 bytes or 64 hexadecimal digits; this is {digest!r}"
            )
        found = map(self._at, self._digests().numbers(wanted))
        return [row for row in found if row.sha256 == wanted]

    def stored_bytes(self) -> int:
        """The bytes of its shards, its summary and its `README.md`; nothing that is derived."""
        sizes = [storage.size(path) for path in self._laid_out().paths]
        if None in sizes:  # a server of files need not tell
            sizes = [shard.bytes for shard in self.listed.values()]
        texts = (storage.read(self.folder / name) or b"" for name in (SUMMARY, README))
        return sum(each or 0 for each in sizes) + sum(map(len, texts))

    def columns(self, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Some columns of every row, by their names; the others are not read.

        A thousand rows are in memory at a time.

        Raises:
            ArgumentError: the specification has no such column.
            InputError: a shard is damaged.
        """
        shards.schema(tuple(names))
        for path in self._laid_out().paths:
            yield from shards.read(path, names)

    def to_arrow(self, columns: Sequence[str] = shards.COLUMNS) -> pa.Table:
        """All rows as a table in memory, with the types of the specification.

        Args:
            columns: which; the others are not read.

        Raises:
            ArgumentError: the specification has no such column.
        """
        import pyarrow as pa

        tables = [shards.schema(tuple(columns)).empty_table()]
        for path in self._laid_out().paths:
            with closing(ShardFile(path)) as file:
                tables += (file.group(each, columns) for each in range(len(file.group_ends)))
        return pa.concat_tables(tables)

    def to_datasets(self, columns: Sequence[str] = shards.COLUMNS) -> datasets.Dataset:
        """All rows as a `Dataset` of Hugging Face's `datasets`, in memory.

        `datasets.load_dataset(path)` reads a collection from the disk, also one that is larger.

        Raises:
            ArgumentError: the specification has no such column.
            UnavailableError: `datasets` is not installed.
        """
        if not is_installed("datasets"):
            raise UnavailableError(
                "the package datasets is not installed",
                remedy=Remedy("install package", package="datasets"),
            )
        import datasets

        return datasets.Dataset(self.to_arrow(columns))

    def search(
        self,
        text: str = "",
        *,
        taken: str | None = None,
        near: Sequence[float] | None = None,
        camera: str | None = None,
        codec: str | None = None,
        min_size: tuple[int, int] | None = None,
        like: Image.Image | Descriptor | None = None,
        limit: int | None = 50,
        progress: Callable[[int, int], None] = lambda done, total: None,
    ) -> list[Hit]:
        """Find rows by the words and paths of their pictures, the best first.

        Every text is a valid query: all its words must be found, in any order, without regard to
        case and accents, and those that differ by a letter or two come last. `"Words in quotation
        marks"` are a phrase, and `boat*` is what begins like that. Without a text, the filters
        alone decide, and the rows are in their order, or from near to far.

        The first search makes an index in the folder `.index` of the collection, or if that
        cannot be written in gcx's cache, and later ones keep it up to date.

        Args:
            text: what to look for.
            taken: when the photograph was taken: a year, month or day such as `"2020-06"`, or
                from one to another, as in `"2019..2021"` or `"2019.."`.
            near: where: latitude and longitude in degrees, and at most how many kilometres away
                (10).
            camera: part of the camera's name.
            codec: the visual codec's name; `"none"`: there is no visual condition.
            min_size: width and height that the picture has at least, either way up.
            like: a picture, or a descriptor such as that of a row; those that look most like it
                come first. The first time, all pictures are decoded for it, a few hundred a
                second.
            limit: how many rows at most; None: all.
            progress: is told how many pictures are indexed, and of how many.

        Raises:
            ArgumentError: a filter is none.
            InputError: a shard is damaged.
            MissingExtraError: the extra `archive` is not installed.
            ReconstructionError: the descriptor in `like` has no visual condition.
        """
        from gcx_format.collections.filters import Filters

        filters = Filters(taken, near, camera, codec, min_size)
        look = None if like is None else look_of_any(like)
        found = self._search().rows(text, filters, limit, progress, look)
        return [Hit(number, score, self._at) for number, score in found]

    def duplicates(
        self, *, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> list[list[int]]:
        """The numbers of rows that are of one picture, in groups.

        They have the same SHA-256, or look the same: coded otherwise, scaled, cut by two percent,
        or a little brighter or darker. Pictures that differ in details alone look the same too.

        Args:
            progress: as for `search`; see `like` there.

        Raises:
            InputError: a shard is damaged.
        """
        return self._search().duplicates(progress)

    def _search(self) -> Search:
        with self._preparing:
            if self._searched is None:
                layout = self._laid_out()
                parts = [
                    Part(path.name, sha256, count, partial(shards.read, path))
                    for path, count, sha256 in zip(
                        layout.paths, layout.counts, layout.sha256s(), strict=True
                    )
                ]
                self._searched = Search(parts, self.to_arrow, self._derived_folders)
            return self._searched

    def _derived_folders(self) -> Iterator[Path]:
        if storage.is_here(self.folder):
            yield self.folder / derived.FOLDER
            yield derived.cached_for(str(self.folder.absolute()))
        else:
            yield derived.cached_for(str(self.folder))

    def _at(self, number: int) -> Row:
        layout, count = self._laid_out(), len(self)
        if not -count <= number < count:
            raise MissingRowError(
                f"there is no row {number}: the collection has {count:,}", filename=self.folder
            )
        number %= count
        shard = bisect_right(layout.ends, number)
        rows = layout.counts[shard]
        return self._open.row(layout.paths[shard], rows, number - layout.ends[shard] + rows)

    def _laid_out(self) -> _Layout:
        with self._preparing:
            if self._layout is None:
                self._layout = _Layout(shard_paths(self.folder), self.listed)
            return self._layout

    def _paths(self) -> KeyIndex:
        with self._preparing:
            if self._by_path is None:
                self._by_path = self._index(("path", "path_bytes"), key_of)
            return self._by_path

    def _digests(self) -> KeyIndex:
        with self._preparing:
            if self._by_sha256 is None:
                self._by_sha256 = self._index(("sha256",), lambda sha256: sha256)
            return self._by_sha256

    def _index(self, names: Sequence[str], key: Callable[..., bytes | None]) -> KeyIndex:
        layout = self._laid_out()

        def keys(path: Path, rows: int) -> list[bytes | None]:
            found = [key(**known) for known in shards.read(path, names)]
            if len(found) != rows:
                raise _changed(path)
            return found

        return KeyIndex(map(keys, layout.paths, layout.counts))


class _Layout:
    """The shards of a collection, in order, and how many rows each has."""

    def __init__(self, paths: list[Path], listed: Mapping[str, Shard]) -> None:
        def count(path: Path) -> int:
            known = listed.get(path.name)
            if known is not None and storage.size(path) in (None, known.bytes):
                return known.pictures
            with closing(ShardFile(path)) as file:  # of a writer that was killed
                return len(file)

        self.paths = paths
        self.counts = [count(path) for path in paths]
        self.ends = list(accumulate(self.counts))
        self._listed = listed

    def sha256s(self) -> Iterator[str]:
        """The SHA-256 of each shard: the one listed, unless the file was replaced since."""
        for path in self.paths:
            known = self._listed.get(path.name)
            is_it = known is not None and known.bytes == path.stat().st_size
            yield known.sha256 if known and is_it else shards.sha256(path)


class _Open:
    """Files that stay open, and row groups that stay in memory, both bounded; for threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._files: OrderedDict[Path, ShardFile] = OrderedDict()
        self._groups: OrderedDict[tuple[Path, int], pa.Table] = OrderedDict()
        self._bytes = 0

    def row(self, path: Path, rows: int, number: int) -> Row:
        """A row of a shard that should have so many rows."""
        file = self._file(path)
        if len(file) != rows:
            raise _changed(path)
        group = bisect_right(file.group_ends, number)
        if group:
            number -= file.group_ends[group - 1]
        (known,) = file.rows(self._group(path, file, group).slice(number, 1))
        return Row(**known)

    def _file(self, path: Path) -> ShardFile:
        with self._lock:
            file = self._files.get(path)
            if file is None:
                file = self._files[path] = ShardFile(path)
            self._files.move_to_end(path)
            if len(self._files) > _OPEN_FILES:
                self._files.popitem(last=False)  # closed by whoever uses it last
            return file

    def _group(self, path: Path, file: ShardFile, number: int) -> pa.Table:
        with self._lock:
            table = self._groups.get((path, number))
            if table is not None:
                self._groups.move_to_end((path, number))
                return table
        table = file.group(number)
        with self._lock:
            if (path, number) not in self._groups:
                self._groups[path, number] = table
                self._bytes += table.nbytes
            while self._bytes > _KEPT_BYTES and len(self._groups) > 1:
                self._bytes -= self._groups.popitem(last=False)[1].nbytes
        return table

    def close(self) -> None:
        """Close the files, and forget what was read."""
        with self._lock:
            self._files.clear()
            self._groups.clear()
            self._bytes = 0


def _key(path: str | bytes | PurePath) -> bytes:
    return os.fsencode(path.as_posix() if isinstance(path, PurePath) else path)


def _changed(path: Path) -> InputError:
    return InputError("it has changed since the collection was opened", filename=path)
