"""Reading collections, a shard at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gcx_format.collections import shards
from gcx_format.collections.about import read_summary
from gcx_format.collections.rows import Row, key_of

__all__ = ["Collection", "shard_paths"]


def shard_paths(folder: Path) -> list[Path]:
    """The shards of a collection, in order."""
    return sorted(
        path for path in (folder / "data").glob("*.parquet") if not path.name.startswith(".")
    )


class Collection:
    """A collection that is there already.

    Attributes:
        folder: where it lies.
        listed: the shards that its summary lists, by name.

    Raises:
        InputError: this is not a collection, or of a version that this program does not know.
        MissingExtraError: the extra `archive` is not installed.
    """

    def __init__(self, folder: Path) -> None:
        self.listed = read_summary(folder)
        shards.need_pyarrow()
        self.folder = folder

    def __len__(self) -> int:
        return sum(shard.pictures for shard in self.listed.values())

    def __iter__(self) -> Iterator[Row]:
        """Every row; see `columns`."""
        for known in self.columns(shards.COLUMNS):
            yield Row(**known)

    def columns(self, names: Sequence[str]) -> Iterator[dict[str, Any]]:
        """Some columns of every row; the others are not read.

        Raises:
            InputError: a shard is damaged.
        """
        for path in shard_paths(self.folder):
            yield from shards.read(path, names)

    def find(self, path: bytes) -> Row | None:
        """The row of a picture, by its path.

        Raises:
            InputError: a shard is damaged.
        """
        for shard in shard_paths(self.folder):
            for number, known in enumerate(shards.read(shard, ("path", "path_bytes"))):
                if key_of(**known) == path:
                    rows = shards.read(shard)
                    return Row(**next(row for n, row in enumerate(rows) if n == number))
        return None
