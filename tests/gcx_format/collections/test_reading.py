"""Any row of a collection is found by path, number or SHA-256."""

from __future__ import annotations

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

import gcx_format
from gcx_format import ArgumentError, GcxError, InputError, MissingRowError, container
from gcx_format.collections import Collection
from gcx_format.collections.key_index import KeyIndex
from gcx_format.collections.rows import Row, row_of
from gcx_format.collections.writing import writing

DOCUMENT = Path(__file__).parents[3] / "docs" / "archive.md"


def make_row(number: int, path: bytes | None = None) -> Row:
    picture = Image.new("RGB", (40, 30 + number))
    gcx = container.dumps(gcx_format.encode(picture, text=f"House {number}.", visual="none"))
    place = PurePosixPath((path or b"2020/%d.jpg" % number).decode("utf-8", "surrogateescape"))
    return row_of(
        gcx, place, sha256=bytes([number % 5]) * 32, taken=datetime(2020, 5, 1 + number, 12)
    )


@pytest.fixture
def folder(tmp_path) -> Path:
    """Seven pictures in three shards, the fourth with a name that is not UTF-8."""
    with writing(tmp_path / "c", shard_rows=3) as writer:
        for number in range(7):
            writer.add(make_row(number, b"caf\xe9.jpg" if number == 3 else None))
    return tmp_path / "c"


def test_open_is_where_one_expects_it(folder):
    assert gcx_format.Collection is Collection
    with Collection.open(folder) as collection, Collection.open(str(folder)) as again:
        assert (len(collection), len(again)) == (7, 7)
    assert repr(collection) == f"Collection({str(folder)!r})"


def test_a_row_by_its_number(folder):
    collection = Collection.open(folder)
    rows = list(collection)
    assert [row.words for row in rows] == [f"House {number}." for number in range(7)]
    assert [collection[number] for number in range(7)] == rows
    assert [collection[number] for number in range(-7, 0)] == rows
    assert collection[np.int64(2)] == rows[2]


@pytest.mark.parametrize("number", [7, -8, 10**30])
def test_a_number_that_no_row_has(folder, number):
    with pytest.raises(MissingRowError) as caught:
        Collection.open(folder)[number]
    assert isinstance(caught.value, IndexError)
    assert isinstance(caught.value, GcxError)
    assert str(caught.value) == f"{folder}: there is no row {number}: the collection has 7"


@pytest.mark.parametrize("path", ["2020/5.jpg", b"2020/5.jpg", PurePosixPath("2020/5.jpg")])
def test_a_row_by_its_path(folder, path):
    collection = Collection.open(folder)
    assert collection[path].words == "House 5."
    assert collection.find(path) == collection[5]
    assert path in collection


def test_a_row_by_a_path_that_is_not_utf_8(folder):
    collection = Collection.open(folder)
    assert collection[b"caf\xe9.jpg"].words == "House 3."
    assert collection["caf\udce9.jpg"].words == "House 3."  # as os.fsdecode gives it
    assert "caf\\xe9.jpg" not in collection


def test_a_path_that_no_row_has(folder):
    collection = Collection.open(folder)
    with pytest.raises(KeyError) as caught:
        collection["2020/8.jpg"]
    assert isinstance(caught.value, GcxError)
    assert str(caught.value) == f"{folder}: no picture has the path '2020/8.jpg'"
    assert collection.find("2020/8.jpg") is None
    assert "2020/8.jpg" not in collection
    assert 3 not in collection
    with pytest.raises(TypeError):
        collection[None]


def test_all_rows_of_a_sha_256(folder):
    collection = Collection.open(folder)
    assert [row.words for row in collection.by_sha256(b"\1" * 32)] == ["House 1.", "House 6."]
    assert [row.words for row in collection.by_sha256("02" * 32)] == ["House 2."]
    assert collection.by_sha256(b"\7" * 32) == []
    for digest in ("02", "xy" * 32, b"\1" * 20):
        with pytest.raises(ArgumentError, match="32 bytes or 64"):
            collection.by_sha256(digest)


def test_what_a_row_says(folder):
    row = Collection.open(folder)[4]
    assert row.descriptor.size == (40, 34)
    assert row.descriptor.text == "House 4."
    assert row.taken == datetime(2020, 5, 5, 12)
    assert (row.latitude, row.camera) == (None, None)


def test_shards_of_others_with_several_row_groups(folder):
    path = folder / "data" / "000000.parquet"
    table = pq.read_table(path)
    pq.write_table(table, path, row_group_size=2)
    collection = Collection.open(folder)
    assert [collection[number].words for number in (2, 1, 0)] == [
        "House 2.",
        "House 1.",
        "House 0.",
    ]
    assert len(collection) == 7


def test_a_collection_that_is_changed_meanwhile_says_so(folder):
    collection = Collection.open(folder)
    assert len(collection) == 7
    with writing(folder, shard_rows=3) as writer:
        writer.remove([b"2020/0.jpg"])
    with pytest.raises(InputError, match="has changed since the collection was opened"):
        collection[0]
    with pytest.raises(InputError, match="has changed since the collection was opened"):
        collection.find("2020/1.jpg")
    assert Collection.open(folder)[0].words == "House 1."


def test_a_shard_that_the_summary_does_not_know_yet_counts(folder):
    before = (folder / "collection.json").read_bytes()
    with writing(folder, shard_rows=3) as writer:
        writer.add(make_row(8))
    (folder / "collection.json").write_bytes(before)
    collection = Collection.open(folder)
    assert (len(collection), collection[-1].words) == (8, "House 8.")


def test_threads_share_a_collection_of_more_shards_than_stay_open(tmp_path):
    with writing(tmp_path / "c", shard_rows=1) as writer:
        for number in range(25):
            writer.add(make_row(number))
    collection = Collection.open(tmp_path / "c")

    def ask(step: int) -> list[str | None]:
        numbers = [number * step % 25 for number in range(25)]
        by_path = [collection[f"2020/{number}.jpg"].words for number in numbers]
        assert by_path == [collection[number].words for number in numbers]
        return sorted(by_path)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, (1, 2, 3, 4, 6, 7, 8, 9)))
    assert answers == [sorted(f"House {number}." for number in range(25))] * 8


def test_keys_that_are_no_keys_are_not_found():
    index = KeyIndex([[b"a", None], [], [None, b"b", b"a"]])
    assert list(index.numbers(b"a")) == [0, 4]
    assert list(index.numbers(b"b")) == [3]
    assert list(index.numbers(b"c")) == []
    assert list(KeyIndex([]).numbers(b"a")) == []


def test_some_columns(folder):
    collection = Collection.open(folder)
    assert next(collection.columns(["words", "width"])) == {"words": "House 0.", "width": 40}
    with pytest.raises(ArgumentError, match="no column 'smell'"):
        next(collection.columns(["smell"]))


def test_a_table(folder):
    table = Collection.open(folder).to_arrow()
    assert (table.num_rows, table.column_names[:3]) == (7, ["path", "path_bytes", "gcx"])
    some = Collection.open(folder).to_arrow(["height", "words"])
    assert some.schema.field("height").type == pa.int32()
    assert some.column("height").to_pylist() == [30, 31, 32, 33, 34, 35, 36]


@pytest.mark.needs("datasets")
def test_a_dataset(folder):
    dataset = Collection.open(folder).to_datasets(columns=["path", "taken"])
    assert len(dataset) == 7
    assert dataset[1] == {"path": "2020/1.jpg", "taken": datetime(2020, 5, 2, 12)}


def test_a_dataset_without_the_package(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(gcx_format.UnavailableError, match="pip install datasets"):
        Collection.open(folder).to_datasets()


def test_an_empty_collection(tmp_path):
    with writing(tmp_path / "c"):
        pass
    collection = Collection.open(tmp_path / "c")
    assert (len(collection), list(collection), collection.find("a")) == (0, [], None)
    assert collection.to_arrow().num_rows == 0
    with pytest.raises(IndexError):
        collection[0]


def test_the_example_of_the_documentation(tmp_path):
    with writing(tmp_path / "collection") as writer:
        writer.add(make_row(1, b"2020/sea.jpg"))
    section = DOCUMENT.read_text("utf-8").partition("## In Python")[2]
    code = re.search(r"```python\n(.*?)```", section, re.S)[1]
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert (ran.stdout.splitlines(), ran.stderr) == (
        [
            "1 pictures",
            "House 1. None 2020-05-02 12:00:00",
            "(40, 31) 17",
            "['2020/sea.jpg']",
            "2020/sea.jpg None",
        ],
        "",
    )
