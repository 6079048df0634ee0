"""Searching a collection: what is found, in which order, and whatever becomes of the index."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import tantivy  # noqa: F401  # what is tested needs it

from gcx_format import container
from gcx_format.collections.reading import Collection
from gcx_format.collections.rows import Row, row_of
from gcx_format.collections.writing import writing
from gcx_format.descriptor import CodedVisual, Descriptor
from gcx_format.errors import ArgumentError

GCX = container.dumps(
    Descriptor(width=40, height=30, mode="RGB", visual=CodedVisual("av1", 8.0, b"x"))
)


def row(path: str, words: str | None = None, **known) -> Row:
    made = row_of(GCX, Path(path))
    return replace(made, words=words, **known)


def fill(folder: Path, *rows: Row, shard_rows: int = 2) -> Path:
    with writing(folder, shard_rows=shard_rows) as writer:
        for each in rows:
            writer.add(each)
    return folder


def found(folder: Path, text: str = "", **filters) -> list[str]:
    return [hit.row.path for hit in Collection.open(folder).search(text, **filters)]


@pytest.fixture
def harbour(tmp_path) -> Path:
    return fill(
        tmp_path / "c",
        row("2019/IMG_1234.jpg", "A red house by the sea; a small boat."),
        row("2020/sea.jpg", "The house is white, the boats are red."),
        row("2020/café_roof.png", "Une façade à Besançon."),
        row("2021/dog.jpg", "A photograph of a dog 🐕 on a coat."),
        row("2021/none.jpg"),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("boat", ["2019/IMG_1234.jpg", "2021/dog.jpg", "2020/sea.jpg"]),  # as typed, coat, boats
        ("RED house", ["2019/IMG_1234.jpg", "2020/sea.jpg"]),
        ("house red dog", []),
        ('"red house"', ["2019/IMG_1234.jpg"]),
        ("\u201cred house\u201d", ["2019/IMG_1234.jpg"]),
        ('"red hose"', []),
        ('"red house', ["2019/IMG_1234.jpg"]),
        ("hose", ["2019/IMG_1234.jpg", "2020/sea.jpg"]),
        ("photogarph", ["2021/dog.jpg"]),
        ("potogarph", ["2021/dog.jpg"]),
        ("ptoogarph", []),  # three letters are too many
        ("photo*", ["2021/dog.jpg"]),
        ('"photo*"', []),
        ("dig", []),  # of three letters none may differ
        ("facade besancon", ["2020/café_roof.png"]),
        ("FAC\u0327ADE", ["2020/café_roof.png"]),
        ("cafe roof", ["2020/café_roof.png"]),
        ("img_1234.JPG", ["2019/IMG_1234.jpg"]),
        ("1234", ["2019/IMG_1234.jpg"]),
        ("1235", []),
        ("2020", ["2020/sea.jpg", "2020/café_roof.png"]),
        ("🐕", ["2021/dog.jpg"]),
        ("sea", ["2019/IMG_1234.jpg", "2020/sea.jpg"]),
    ],
)
def test_words_are_found(harbour, text, expected):
    assert sorted(found(harbour, text)) == sorted(expected)


def test_what_is_found_as_typed_comes_first(harbour):
    assert found(harbour, "boat")[0] == "2019/IMG_1234.jpg"
    assert found(harbour, "boats")[0] == "2020/sea.jpg"
    hits = Collection.open(harbour).search("boats")
    assert hits[0].score > 100 > hits[1].score


@pytest.mark.parametrize(
    ("words", "text", "not_text"),
    [
        ("港に停泊する赤い船", "赤い船", "船赤"),
        ("一座红色的房子", "红色", "色红"),
        ("समुद्र के किनारे लाल घर", "किनारे", "कनर"),
        ("บ้านสีแดงริมทะเล", "สีแดง", "แดงสี"),
        ("빨간 집", "집", "빨"),
        ("Ένα κόκκινο σπίτι", "κοκκινο", "κοκ"),
        ("Красный дом", "красныи ДОМ", "кра"),
        ("בַּיִת אָדוֹם", "בית", "ב"),
        ("بَيْتٌ أَحْمَر", "بيت", "ب"),
        ("Straße, Øresund, Łódź", "STRASSE oresund lodz", "stra"),
        ("zero\u200bwidth co\u00adoperate", "zerowidth cooperate", "width"),
        ("\uff21\uff22\uff23 \U0001d4ed\U0001d4f8\U0001d4f0", "abc dog", "ab"),  # wide, script
    ],
)
def test_any_script(tmp_path, words, text, not_text):
    folder = fill(tmp_path / "c", row("a", words))
    assert found(folder, text) == ["a"]
    assert found(folder, not_text) == []


HOSTILE = [
    *"\"*()[]{}^~:+-!?/\\&|<>='`",
    '"""',
    "AND",
    "OR NOT",
    "words:*",
    "path:[a TO b]",
    "house~99",
    "/.*/",
    "house^1e999",
    "\x00",
    "\ud800house",
    "\u202ehouse",
    "a" * 10_000,
    "house " * 10_000,
    " ".join(f"w{number}" for number in range(5_000)),
    '"' * 10_001,
    "*" * 10_000,
    "\U0001f469\u200d\U0001f680" * 500,
    "漢" * 10_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:20])
def test_every_text_is_a_query(harbour, text):
    assert found(harbour, text) in ([], found(harbour, "house"))


def test_no_words_and_no_filters_are_everything(harbour):
    assert len(found(harbour, " ")) == 5
    assert found(harbour, "", limit=2) == ["2019/IMG_1234.jpg", "2020/sea.jpg"]
    assert found(harbour, "", limit=None)[-1] == "2021/none.jpg"


def test_a_hit_knows_its_row(harbour):
    collection = Collection.open(harbour)
    (hit,) = collection.search("dog")
    assert (hit.number, hit.row) == (3, collection[3])
    assert repr(hit).startswith("Hit(3, 10")


def test_words_of_64_kilobytes(tmp_path):
    words = ("<b>&amp;</b> \u202eabc " * 4000)[:60_000] + " needle " + "x" * 3000
    folder = fill(tmp_path / "c", row("a", words), row("b", "x" * 60_000))
    assert found(folder, "needle") == ["a"]


@pytest.fixture
def travels(tmp_path) -> Path:
    def at(path, taken, latitude, longitude, camera, size, codec="av1"):
        width, height = size
        return row(
            path,
            "A boat.",
            taken=taken and datetime.fromisoformat(taken),
            latitude=latitude,
            longitude=longitude,
            camera=camera,
            width=width,
            height=height,
            codec=codec,
        )

    return fill(
        tmp_path / "c",
        at("kiel", "2019-12-31T23:59:59.999", 54.3233, 10.1228, "Canon EOS 5D", (4000, 3000)),
        at("fiji", "2020-06-01T00:00:00", -16.8, 179.9, "NIKON Z 6", (3000, 4000)),
        at("taveuni", "2020-06-30T12:00:00", -16.8, -179.9, "NIKON Z 6", (800, 600), "msillm"),
        at("pole", "2021-01-01T00:00:00", 90.0, 77.0, None, (1024, 768)),
        at("nowhere", None, None, None, None, (100, 10_000), None),
    )


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"taken": "2019"}, ["kiel"]),
        ({"taken": "2020-06"}, ["fiji", "taveuni"]),
        ({"taken": "2020-6-1"}, ["fiji"]),
        ({"taken": "2019..2020-06-01"}, ["kiel", "fiji"]),
        ({"taken": "2020-06-02.."}, ["taveuni", "pole"]),
        ({"taken": "..2019"}, ["kiel"]),
        ({"taken": ".."}, ["kiel", "fiji", "taveuni", "pole"]),
        ({"taken": "9999"}, []),
        ({"near": (54.3, 10.1)}, ["kiel"]),
        ({"near": (54.3, 10.1, 2)}, []),
        ({"near": (-16.8, 179.9)}, ["fiji"]),
        ({"near": (-16.8, 179.99, 25)}, ["fiji", "taveuni"]),  # beyond the date line
        ({"near": (-16.8, -179.99, 25)}, ["taveuni", "fiji"]),  # from near to far
        ({"near": (90, -100, 0.1)}, ["pole"]),  # whatever the longitude
        ({"near": (0, 0, 30_000)}, ["kiel", "pole", "fiji", "taveuni"]),
        ({"camera": "nikon z"}, ["fiji", "taveuni"]),
        ({"camera": "5d"}, ["kiel"]),
        ({"codec": "msillm"}, ["taveuni"]),
        ({"codec": "none"}, ["nowhere"]),
        ({"min_size": (1024, 768)}, ["kiel", "fiji", "pole"]),
        ({"min_size": (3000, 4000)}, ["kiel", "fiji"]),
        ({"min_size": (4000, 3001)}, []),
        ({"camera": "nikon", "min_size": (1000, 1000)}, ["fiji"]),
    ],
)
def test_filters(travels, filters, expected):
    assert found(travels, **filters) == expected
    assert sorted(found(travels, "boat", **filters)) == sorted(expected)


@pytest.mark.parametrize("taken", ["", "20", "2020-13", "2021-02-29", "2021..2020", "x..", "0000"])
def test_a_time_that_is_none(travels, taken):
    with pytest.raises(ArgumentError, match="taken is a year"):
        Collection.open(travels).search(taken=taken)


@pytest.mark.parametrize(
    "near", [(), (1,), (91, 0), (0, 181), (float("nan"), 0), (0, 0, -1), (0, 0, 1, 1)]
)
def test_a_place_that_is_none(travels, near):
    with pytest.raises(ArgumentError, match="near is a latitude"):
        Collection.open(travels).search(near=near)


def indexed(folder: Path, text: str) -> list[tuple[int, int]]:
    """What a search tells of the work that the index took."""
    told: list[tuple[int, int]] = []
    Collection.open(folder).search(text, progress=lambda done, total: told.append((done, total)))
    return told


def test_the_index_is_made_once_and_only_for_what_is_new(harbour):
    assert indexed(harbour, "dog") == [(2, 5), (4, 5), (5, 5)]
    assert indexed(harbour, "dog") == []
    fill(harbour, row("new.jpg", "A new dog."), row("newer.jpg", "A newer dog."))
    assert indexed(harbour, "dog") == [(2, 3), (3, 3)]  # the last shard grew
    assert sorted(found(harbour, "dog")) == ["2021/dog.jpg", "new.jpg", "newer.jpg"]


def test_what_is_replaced_and_removed_is_no_longer_found(harbour):
    assert found(harbour, "white") == ["2020/sea.jpg"]
    with writing(harbour, shard_rows=2) as writer:
        writer.add(row("2020/sea.jpg", "A green house."))
        writer.remove([b"2019/IMG_1234.jpg"])
    assert found(harbour, "white") == []
    assert found(harbour, "green") == ["2020/sea.jpg"]
    assert found(harbour, "dog") == ["2021/dog.jpg"]
    assert [hit.number for hit in Collection.open(harbour).search("dog")] == [2]


def test_an_open_collection_answers_while_others_change_the_index(harbour):
    before = Collection.open(harbour)
    assert len(before.search("dog")) == 1
    fill(harbour, row("new.jpg", "A new dog."))
    assert len(found(harbour, "dog")) == 2
    assert len(before.search("dog")) == 1


def files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / ".index").rglob("*") if path.is_file())


def test_a_damaged_index_is_made_again(harbour):
    assert found(harbour, "dog") == ["2021/dog.jpg"]
    names = [path.relative_to(harbour) for path in files(harbour)]
    assert len(names) > 5
    shutil.copytree(harbour, harbour.with_name("sound"))
    for name in names:
        for damage in ("missing", "empty", "short", "changed"):
            shutil.rmtree(harbour)
            shutil.copytree(harbour.with_name("sound"), harbour)
            path = harbour / name
            data = path.read_bytes()
            if damage == "missing":
                path.unlink()
            else:
                kept = {"empty": b"", "short": data[: len(data) // 2], "changed": data[::-1]}
                path.write_bytes(kept[damage])
            assert found(harbour, "dog") == ["2021/dog.jpg"], (name, damage)
            assert indexed(harbour, "dog") == [], (name, damage)


@pytest.mark.parametrize(
    "change",
    [
        {"version": "0 tantivy 0.1"},
        {"shards": []},
        {"shards": {"0" * 64: "1"}},
        {"folder": "../../data"},
        {"folder": 7},
    ],
)
def test_a_strange_record_is_not_trusted(harbour, change):
    found(harbour, "dog")
    path = harbour / ".index" / "words.json"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | change))
    assert found(harbour, "dog") == ["2021/dog.jpg"]
    assert len(list((harbour / "data").iterdir())) == 3


def test_leftovers_of_killed_runs_go(harbour):
    left = harbour / ".index" / "words-00000000"
    left.mkdir(parents=True)
    (left / "x").write_bytes(b"half")
    found(harbour, "dog")
    assert not left.exists()


def test_where_the_folder_cannot_be_written_the_index_lies_in_the_cache(
    harbour, monkeypatch, tmp_path
):
    monkeypatch.setenv("GCX_CACHE_FOLDER", str(tmp_path / "cache"))
    (harbour / ".index").write_text("in the way")
    assert found(harbour, "dog") == ["2021/dog.jpg"]
    assert indexed(harbour, "dog") == []
    (record,) = (tmp_path / "cache").rglob("words.json")
    assert record.parent.parent.name == "collections"


def test_where_nothing_can_be_written_it_is_found_all_the_same(harbour, monkeypatch, tmp_path):
    (harbour / ".index").write_text("in the way")
    (tmp_path / "cache").write_text("in the way")
    monkeypatch.setenv("GCX_CACHE_FOLDER", str(tmp_path / "cache"))
    assert found(harbour, "dog") == ["2021/dog.jpg"]
    collection = Collection.open(harbour)
    assert [len(collection.search(text)) for text in ("dog", "boat")] == [1, 3]


SEARCH = """
import sys
from gcx_format.collections.reading import Collection
print([hit.number for hit in Collection.open(sys.argv[1]).search("dog")])
"""


def test_processes_at_once(harbour):
    for _ in range(3):
        shutil.rmtree(harbour / ".index", ignore_errors=True)
        running = [
            subprocess.Popen([sys.executable, "-c", SEARCH, harbour], stdout=subprocess.PIPE)
            for _ in range(4)
        ]
        assert [each.communicate(timeout=60)[0] for each in running] == [b"[3]\n"] * 4


def test_the_same_shard_twice(harbour):
    """Strangers' collections may have one under two names."""
    data = harbour / "data"
    shutil.copy(data / "000001.parquet", data / "000003.parquet")
    assert [hit.number for hit in Collection.open(harbour).search("dog")] == [3, 6]


def test_verify_and_others_ignore_the_index(harbour):
    found(harbour, "dog")
    with writing(harbour, shard_rows=2) as writer:
        assert len(writer.known) == 5
    assert len(list(Collection.open(harbour))) == 5
