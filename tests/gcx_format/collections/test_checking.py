"""Whether a collection is as it was written: each fault is found, in order, and nothing else."""

from __future__ import annotations

import dataclasses
import zlib
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import further_checks
import gcx_format
from gcx_format import CodedText, Descriptor
from gcx_format.collections import storage
from gcx_format.collections.checking import check
from gcx_format.collections.reading import Collection
from gcx_format.collections.rows import Row, row_of
from gcx_format.collections.shards import ShardFile
from gcx_format.collections.writing import writing
from gcx_format.errors import InputError, UnavailableError

DIFFER = "the columns do not say what the .gcx file says"


def make_row(name: str, **columns: object) -> Row:
    words = CodedText("A red house.", "zlib", zlib.compress(b"A red house.", 9))
    gcx = gcx_format.dumps(Descriptor(width=40, height=30, coded_text=words))
    return dataclasses.replace(row_of(gcx, Path(name)), **columns)


def fill(folder: Path, *rows: Row) -> Collection:
    with writing(folder, shard_rows=2) as writer:
        for row in rows:
            writer.add(row)
    return Collection(folder)


def found(collection: Collection, *further, **options) -> list[tuple[str, str] | None]:
    """None for each good row; where and what each fault is."""
    return [
        fault and (fault.where, fault.error.message)
        for fault in check(collection, *further, **options)
    ]


def test_rows_that_differ_from_their_files(tmp_path):
    collection = fill(
        tmp_path / "c",
        make_row("a", width=41),
        make_row("b", height=31),
        make_row("c", codec="av1"),
        make_row("d", words=None),
        make_row("e"),
    )
    assert found(collection) == [("a", DIFFER), ("b", DIFFER), ("c", DIFFER), ("d", DIFFER), None]


def test_words_are_compared_when_asked_and_in_shards_that_were_changed(tmp_path):
    collection = fill(tmp_path / "c", make_row("a", words="A blue house."), make_row("b"))
    assert found(collection) == [None, None]
    assert found(collection, words=True) == [("a", DIFFER), None]
    path = tmp_path / "c" / "data" / "000000.parquet"
    pq.write_table(pq.read_table(path), path)
    assert found(collection) == [
        ("000000.parquet", "its SHA-256 is not the one in collection.json"),
        ("a", DIFFER),
        None,
    ]


def test_what_is_checked_further_is_given_sound_rows_alone(tmp_path):
    collection = fill(tmp_path / "c", make_row("a"), make_row("b", width=41), make_row("c"))
    given = []

    def further(row: Row, made: Descriptor) -> None:
        given.append((row, made.size))
        if row.path == "c":
            raise UnavailableError("intact, but far away")

    assert found(collection, further) == [None, ("b", DIFFER), ("c", "intact, but far away")]
    assert given == [(collection["a"], (40, 30)), (collection["c"], (40, 30))]


def test_processes_find_the_same_in_the_same_order(tmp_path):
    collection = fill(
        tmp_path / "c",
        *(make_row(name) for name in "abcdefgh"),
        make_row("i", width=41, path="ï", path_bytes=b"\xef"),
        make_row("j", words="A blue house."),
    )
    path = tmp_path / "c" / "data" / "000001.parquet"
    table = pq.read_table(path)
    pq.write_table(table.set_column(0, table.field(0), pa.array(["a", "d"])), path)
    (tmp_path / "c" / "data" / "000002.parquet").write_bytes(b"PAR1")
    expected = [
        None,
        None,
        ("000001.parquet", "its SHA-256 is not the one in collection.json"),
        ("a", "more than one row has this path"),
        None,
        ("000002.parquet", "its SHA-256 is not the one in collection.json"),
        None,  # what is wrong with it, in pyarrow's words
        ("g", "intact, but far away"),
        None,
        ("ï", DIFFER),
        ("j", DIFFER),
    ]
    for at_once in (1, 2):
        faults = found(collection, further_checks.refuse_g, words=True, at_once=at_once)
        where, message = faults[6]
        assert (where, message[:22]) == ("000002.parquet", "this shard is damaged:")
        assert [*faults[:6], None, *faults[7:]] == expected


def test_a_process_that_crashes_costs_one_shard(tmp_path):
    collection = fill(tmp_path / "c", *(make_row(name) for name in "abcdef"))
    assert found(collection, further_checks.crash_at_c, at_once=2) == [
        None,
        None,
        ("000001.parquet", "the process that worked on it crashed (exit code 3)"),
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("gcx", pa.array([None, b"x"]), "this shard is damaged"),
        ("width", pa.array([2**40, 1]), "this shard is damaged"),
        ("taken", pa.array([2**62, 0], pa.timestamp("ms")), "this shard is damaged"),
        ("taken", pa.array([0, -(2**62)], pa.timestamp("ms")), "this shard is damaged"),
        ("encoded", pa.array([2**62, None], pa.timestamp("ms", "UTC")), "this shard is damaged"),
        ("words", pa.array([b"\xff", b""]), "this shard is damaged"),
        ("camera", pa.array([b"", b"\xff"]), "this shard is damaged"),
        ("height", None, "it has no column height"),
    ],
)
def test_a_shard_of_strangers(tmp_path, column, values, message):
    collection = fill(tmp_path / "c", make_row("a"), make_row("b"), make_row("c"))
    path = tmp_path / "c" / "data" / "000000.parquet"
    table = pq.read_table(path).drop_columns([column])
    pq.write_table(table if values is None else table.append_column(column, values), path)
    first, second, third = found(collection)
    assert first == ("000000.parquet", "its SHA-256 is not the one in collection.json")
    assert second[0] == "000000.parquet"
    assert second[1].startswith(message)
    assert third is None  # the next shard's


def test_a_shard_that_cannot_be_read_is_not_called_damaged(tmp_path):
    collection = fill(tmp_path / "c", make_row("a"))
    path = tmp_path / "c" / "data" / "000000.parquet"
    path.unlink()
    path.mkdir()
    assert found(collection) == [("000000.parquet", "it cannot be read: Is a directory")]


@pytest.mark.needs("upath")
@pytest.mark.filterwarnings("ignore:UPath 'ailing' filesystem:UserWarning")
@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError("the server is on holiday"), "it cannot be read: the server is on holiday"),
        (PermissionError(13, "Not for you"), "it cannot be read: Not for you"),
        (RuntimeError("no credentials"), "it cannot be read: no credentials"),
    ],
)
def test_a_shard_elsewhere_that_cannot_be_read_is_not_called_damaged(tmp_path, error, message):
    import fsspec
    from fsspec.implementations.local import LocalFileOpener, LocalFileSystem

    class AilingFile(LocalFileOpener):
        def read(self, size: int = -1) -> bytes:
            if "data" in self.path:
                raise error
            return super().read(size)

    class Ailing(LocalFileSystem):
        protocol = "ailing"

        def _open(self, path: str, mode: str = "rb", **options: object) -> LocalFileOpener:
            return AilingFile(path, mode, fs=self)

    fsspec.register_implementation("ailing", Ailing, clobber=True)
    fill(tmp_path / "c", make_row("a"))
    collection = Collection.open(f"ailing://{tmp_path}/c")
    assert found(collection) == [("000000.parquet", message)]
    with pytest.raises(InputError) as caught:
        list(collection)
    assert caught.value.message == message


@pytest.mark.needs("upath")
def test_a_shard_elsewhere_that_is_gone():
    with pytest.raises(InputError, match="it cannot be read: "):
        ShardFile(storage.place("memory://photos/c/data/000000.parquet"))
