"""Pictures that look alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow  # noqa: F401  # what is tested needs it
import pytest
from PIL import Image, ImageEnhance

import gcx_format
from gcx_format import container
from gcx_format.collections.reading import Collection
from gcx_format.collections.rows import Row, row_of
from gcx_format.collections.writing import writing
from gcx_format.errors import ReconstructionError

SAMPLES = sorted((Path(__file__).parents[3] / "samples").glob("*.jpg"))


def row(path: str, picture: Image.Image, visual_bytes: int = 290, **known) -> Row:
    made = gcx_format.encode(picture, visual_bytes=visual_bytes, scale=8)
    return replace(row_of(container.dumps(made), Path(path)), **known)


@pytest.fixture(scope="module")
def photos() -> list[Image.Image]:
    found = []
    for path in SAMPLES:
        with Image.open(path) as photo:
            photo.thumbnail((512, 512))
            found.append(photo.convert("RGB"))
    assert len(found) >= 2
    return found


@pytest.fixture(scope="module")
def collection(photos, tmp_path_factory) -> Path:
    first, second = photos[:2]
    width, height = first.size
    words = gcx_format.encode(first, text="Words alone.", visual="none")
    rows = [
        row("first", first),
        row("second", second, sha256=b"2" * 32),
        row("coarse", first, 150),
        row("half", first.resize((width // 2, height // 2))),
        row("cut", first.crop((width // 50, 0, width, height - height // 50))),
        row("bright", ImageEnhance.Brightness(first).enhance(1.1)),
        row("dark", ImageEnhance.Brightness(first).enhance(0.9)),
        row_of(container.dumps(words), Path("words")),
        row("grey", second.convert("L"), sha256=b"2" * 32),
        row("plain", Image.new("RGB", first.size, "teal")),
    ]
    folder = tmp_path_factory.mktemp("looks") / "c"
    with writing(folder, shard_rows=4) as writer:
        for each in rows:
            writer.add(each)
    return folder


SAME = {"first", "coarse", "half", "cut", "bright", "dark"}


def test_a_photograph_finds_what_looks_like_it(collection, photos):
    hits = Collection.open(collection).search(like=photos[0])
    assert {hit.row.path for hit in hits[:6]} == SAME
    assert len(hits) == 9  # all that have a picture
    assert 1 >= hits[0].score > hits[5].score > hits[6].score


def test_a_row_finds_itself_first(collection):
    opened = Collection.open(collection)
    hits = opened.search(like=opened["second"].descriptor, limit=2)
    assert (hits[0].row.path, hits[0].score) == ("second", 1.0)
    with pytest.raises(ReconstructionError, match="only words"):
        opened.search(like=opened["words"].descriptor)


def test_words_and_filters_choose_among_them(collection, photos):
    opened = Collection.open(collection)
    assert [hit.row.path for hit in opened.search("cut", like=photos[0])] == ["cut"]
    assert opened.search(like=photos[0], taken="2020") == []


def test_duplicates_are_of_one_file_or_look_the_same(collection):
    opened = Collection.open(collection)
    found = [{opened[number].path for number in group} for group in opened.duplicates()]
    assert found == [SAME, {"second", "grey"}]


def told(collection: Path, photo: Image.Image) -> list[tuple[int, int]]:
    made: list[tuple[int, int]] = []
    opened = Collection.open(collection)
    opened.search(like=photo, progress=lambda done, total: made.append((done, total)))
    return made


def test_each_shard_is_decoded_once(collection, photos):
    told(collection, photos[0])
    assert told(collection, photos[0]) == []
    kept = sorted((collection / ".index" / "looks-1").glob("*.looks"))
    assert [path.stat().st_size for path in kept] != []
    kept[0].write_bytes(b"\0" * kept[0].stat().st_size)
    assert told(collection, photos[0])[-1] in [(4, 4), (2, 2)]
    kept[1].unlink()
    assert told(collection, photos[0])[-1] in [(4, 4), (2, 2)]


def test_the_command(collection, tmp_path, photos, capsys):
    from gcx_format.cli import main

    photos[0].save(tmp_path / "photo.png")
    assert main(["archive", "search", str(collection), "--like", str(tmp_path / "photo.png")]) == 0
    assert capsys.readouterr().out.splitlines()[0].split(":")[0] in SAME
    main(["archive", "search", str(collection), "--like", "second", "--limit", "1"])
    assert capsys.readouterr().out.startswith("second: ")
    assert main(["archive", "search", str(collection), "--like", "nowhere"]) == 1
    assert "no such file, nor such a path in the collection" in capsys.readouterr().err
    main(["archive", "search", str(collection), "--duplicates"])
    first, second = capsys.readouterr().out.split("\n\n")
    assert len(first.splitlines()) == 6
    assert [line.split(":")[0] for line in second.splitlines()] == ["second", "grey"]
