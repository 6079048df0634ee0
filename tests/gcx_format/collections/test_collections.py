"""Collections: what is written is there, whole, for gcx and for others."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from filelock import FileLock
from PIL import Image

import gcx_format
from gcx_format import container
from gcx_format.collections.reading import Collection
from gcx_format.collections.rows import Row, milliseconds, row_of
from gcx_format.collections.writing import writing
from gcx_format.errors import InputError, OutputError

COLUMNS = [
    ("path", "string"),
    ("path_bytes", "binary"),
    ("gcx", "binary"),
    ("width", "int32"),
    ("height", "int32"),
    ("codec", "string"),
    ("words", "string"),
    ("sha256", "binary"),
    ("original_bytes", "int64"),
    ("modified", "timestamp[ms, tz=UTC]"),
    ("taken", "timestamp[ms]"),
    ("latitude", "double"),
    ("longitude", "double"),
    ("camera", "string"),
    ("program", "string"),
    ("encoded", "timestamp[ms, tz=UTC]"),
    ("words_missing", "string"),
]
NOON = datetime(2020, 5, 17, 12, 0, 0, 250_000, UTC)


def gcx_of(words: str) -> bytes:
    picture = Image.new("RGB", (40, 30))
    return container.dumps(gcx_format.encode(picture, text=words, visual="none"))


def make_row(name: str, words: str = "A red house by the sea.") -> Row:
    return row_of(gcx_of(words), Path(name), sha256=b"\7" * 32, original_bytes=1234, modified=NOON)


def fill(folder: Path, *names: str, shard_rows: int = 2) -> Path:
    with writing(folder, shard_rows=shard_rows) as writer:
        for name in names:
            writer.add(make_row(name))
    return folder


def paths(folder: Path) -> list[str]:
    return [row["path"] for row in Collection(folder).columns(["path"])]


def shards(folder: Path) -> dict[str, int]:
    return {
        path.name: pq.read_metadata(path).num_rows for path in sorted((folder / "data").iterdir())
    }


def test_a_row_comes_back(tmp_path):
    row = make_row("sea/a.jpg")
    with writing(tmp_path / "c") as writer:
        writer.add(row)
    assert list(Collection(tmp_path / "c")) == [row]
    assert (row.width, row.height, row.codec) == (40, 30, None)
    assert row.words == "A red house by the sea."


def test_the_columns_are_those_of_the_specification(tmp_path):
    fill(tmp_path / "c", "a")
    schema = pq.read_schema(tmp_path / "c" / "data" / "000000.parquet")
    assert [(field.name, str(field.type)) for field in schema] == COLUMNS
    text = (Path(__file__).parents[3] / "spec" / "collection-1.0.md").read_text("utf-8")
    readme = (tmp_path / "c" / "README.md").read_text("utf-8")
    for name, _ in COLUMNS:
        assert f"`{name}`" in text
        assert f"`{name}`" in readme


def test_shards_fill_up_and_the_last_grows(tmp_path):
    folder = fill(tmp_path / "c", "a", "b", "c")
    assert shards(folder) == {"000000.parquet": 2, "000001.parquet": 1}
    fill(folder, "d", "e")
    assert shards(folder) == {"000000.parquet": 2, "000001.parquet": 2, "000002.parquet": 1}
    assert paths(folder) == ["a", "b", "c", "d", "e"]


def test_a_row_is_replaced_in_its_place_and_removed(tmp_path):
    folder = fill(tmp_path / "c", "a", "b", "c")
    with writing(folder, shard_rows=2) as writer:
        writer.add(make_row("b", "A boat."))
        writer.remove([b"c"])
    assert [(row.path, row.words) for row in Collection(folder)] == [
        ("a", "A red house by the sea."),
        ("b", "A boat."),
    ]
    assert shards(folder) == {"000000.parquet": 2}


def test_the_summary_adds_up(tmp_path):
    folder = fill(tmp_path / "c", "a", "b", "c")
    summary = json.loads((folder / "collection.json").read_bytes())
    data = (folder / "data" / "000000.parquet").read_bytes()
    size = len(gcx_of("A red house by the sea."))
    assert (summary["format"], summary["version"]) == ("gcx collection", "1.0")
    assert (summary["pictures"], summary["original_bytes"]) == (3, 3 * 1234)
    assert summary["gcx_bytes"] == 3 * size
    assert summary["shards"][0] == {
        "name": "000000.parquet",
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "pictures": 2,
        "gcx_bytes": 2 * size,
        "original_bytes": 2 * 1234,
    }


def test_a_picture_takes_at_most_forty_bytes_more(tmp_path):
    folder = tmp_path / "c"
    chance = random.Random(1)
    size = 0
    with writing(folder) as writer:
        for number in range(4000):
            made = gcx_format.Descriptor(
                width=chance.randrange(1, 5000),
                height=chance.randrange(1, 5000),
                mode="RGB",
                visual=gcx_format.CodedVisual("av1", 8.0, chance.randbytes(200)),
            )
            gcx = container.dumps(made)
            size += len(gcx)
            writer.add(row_of(gcx, Path(f"2020/IMG_{number:04}.JPG"), sha256=chance.randbytes(32)))
    stored = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    assert 32 < (stored - size) / 4000 <= 40


def test_a_name_that_is_not_utf_8(tmp_path):
    name = os.fsdecode(b"caf\xe9.jpg")
    folder = fill(tmp_path / "c", name, "caf\\xe9.jpg")
    assert [(row.path, row.path_bytes) for row in Collection(folder)] == [
        ("caf\\xe9.jpg", b"caf\xe9.jpg"),
        ("caf\\xe9.jpg", None),
    ]
    assert Collection(folder).find(b"caf\xe9.jpg").path_bytes == b"caf\xe9.jpg"
    assert Collection(folder).find(b"coffee.jpg") is None


WRITE = """
import os, signal, sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from test_collections import make_row
from gcx_format.collections.writing import writing
with writing(Path(sys.argv[1]), shard_rows=2) as writer:
    for name in "abcde":
        writer.add(make_row(name))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_writer_leaves_its_finished_shards(tmp_path):
    folder = tmp_path / "c"
    here = str(Path(__file__).parent)
    ran = subprocess.run([sys.executable, "-c", WRITE, folder, here], timeout=60)
    assert ran.returncode == -signal.SIGKILL
    assert paths(folder) == ["a", "b", "c", "d"]
    fill(folder, "e")
    assert paths(folder) == ["a", "b", "c", "d", "e"]


def test_a_shard_that_the_summary_does_not_know_yet_is_taken_up(tmp_path):
    folder = fill(tmp_path / "c", "a", "b")
    before = (folder / "collection.json").read_bytes()
    fill(folder, "c")
    (folder / "collection.json").write_bytes(before)  # as if killed in between
    (folder / "data" / ".000002.parquet.0a1b2c3d").write_bytes(b"half")
    with writing(folder) as writer:
        assert writer.known.keys() == {b"a", b"b", b"c"}
    assert len(Collection(folder)) == 3
    assert sorted(path.name for path in (folder / "data").iterdir()) == [
        "000000.parquet",
        "000001.parquet",
    ]


def test_one_writer_at_a_time(tmp_path):
    folder = fill(tmp_path / "c", "a")
    with (
        FileLock(folder / ".lock"),
        pytest.raises(OutputError, match="another program is writing"),
        writing(folder),
    ):
        pass


def test_a_folder_with_other_things_is_left_alone(tmp_path):
    (tmp_path / "letter.txt").write_text("Dear")
    with pytest.raises(OutputError, match="holds other things"), writing(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize("where", [100, 300, -20])
def test_a_damaged_shard_is_named(tmp_path, where):
    folder = fill(tmp_path / "c", "a", "b")
    path = folder / "data" / "000000.parquet"
    data = bytearray(path.read_bytes())
    data[where] ^= 0xFF
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        list(Collection(folder))
    assert caught.value.filename == path
    assert "damaged" in caught.value.message


@pytest.mark.parametrize(
    ("column", "values", "message"),
    [
        ("gcx", pa.array([None, b"x"]), "damaged"),
        ("width", pa.array([2**40, 1]), "damaged"),
        ("taken", pa.array([2**62, 0], pa.timestamp("ms")), "damaged"),
        ("words", pa.array([b"\xff", b""]), "damaged"),
        ("height", None, "it has no column height"),
    ],
)
def test_a_shard_of_strangers_is_named(tmp_path, column, values, message):
    folder = fill(tmp_path / "c", "a", "b")
    path = folder / "data" / "000000.parquet"
    table = pq.read_table(path).drop_columns([column])
    pq.write_table(table if values is None else table.append_column(column, values), path)
    with pytest.raises(InputError, match=message) as caught:
        list(Collection(folder))
    assert caught.value.filename == path


def test_a_time_that_no_calendar_has():
    assert milliseconds(1_500_999_999) == datetime(1970, 1, 1, 0, 0, 1, 500_000, UTC)
    assert milliseconds(10**22) is None


def test_a_missing_shard_is_named(tmp_path):
    folder = fill(tmp_path / "c", "a", "b", "c")
    (folder / "data" / "000000.parquet").unlink()
    with pytest.raises(InputError, match=r"000000.parquet.*missing"), writing(folder):
        pass


@pytest.mark.parametrize(
    ("summary", "message"),
    [
        (None, "no collection"),
        ("{}", "not the summary"),
        ("[", "not the summary"),
        ('{"format": "gcx collection", "version": "2.0", "shards": []}', "version 2.0"),
    ],
)
def test_what_is_no_collection(tmp_path, summary, message):
    if summary:
        (tmp_path / "collection.json").write_text(summary)
    with pytest.raises(InputError, match=message):
        Collection(tmp_path)
