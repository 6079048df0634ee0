"""`gcx archive`."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest
from PIL import Image

from gcx_format import container
from gcx_format.collections.reading import Collection

FAST = ("--scale", "16", "--visual-bytes", "100", "--describe", "none")


@pytest.fixture
def photos(tmp_path, photo):
    """A folder of three photographs, one of them with words."""
    folder = tmp_path / "photos"
    photo(folder / "a.png")
    photo(folder / "b.jpg")
    photo(folder / "deep" / "c.png")
    return folder


@pytest.fixture
def collection(gcx, photos, tmp_path):
    """What `gcx archive create` makes of them."""
    folder = tmp_path / "collection"
    ran = gcx("archive", "create", photos, folder, "--text-from", "metadata", *FAST)
    assert (ran.code, ran.err) == (0, "")
    return folder


def rows(folder):
    return {row.path: row for row in Collection(folder)}


def test_create_keeps_what_encode_makes_and_what_is_known_of_the_original(
    gcx, photos, collection, tmp_path
):
    source = photos / "b.jpg"
    gcx("encode", source, "-o", tmp_path / "b.gcx", "--text-from", "metadata", *FAST)
    row = rows(collection)["b.jpg"]
    assert sorted(rows(collection)) == ["a.png", "b.jpg", "deep/c.png"]
    assert row.gcx == (tmp_path / "b.gcx").read_bytes()
    assert row.sha256 == hashlib.sha256(source.read_bytes()).digest()
    assert row.original_bytes == source.stat().st_size
    assert row.modified == datetime.fromtimestamp(source.stat().st_mtime_ns // 10**6 / 1000, UTC)
    assert (row.width, row.height, row.codec) == (96, 64, "av1")
    assert row.words == "A red house by the sea."
    assert rows(collection)["a.png"].words is None


def test_create_leaves_the_originals_alone(gcx, photos, folder_state, tmp_path):
    before = folder_state(photos)
    gcx("archive", "create", photos, tmp_path / "c", *FAST)
    assert folder_state(photos) == before


def test_create_reads_date_place_and_camera(gcx, tmp_path):
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Canon", "Canon EOS 5D\x1b"
    exif.get_ifd(0x8769)[0x9003] = "2020:05:17 12:30:00"
    exif.get_ifd(0x8825).update({1: "S", 2: (33.0, 51.0, 36.0), 3: "E", 4: (151.0, 12.0, 0.0)})
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (96, 64)).save(tmp_path / "photos" / "a.jpg", exif=exif)
    gcx("archive", "create", tmp_path / "photos", tmp_path / "c", *FAST)
    row = rows(tmp_path / "c")["a.jpg"]
    assert row.taken == datetime(2020, 5, 17, 12, 30)
    assert (row.latitude, row.longitude) == (-33.86, 151.2)
    assert row.camera == "Canon EOS 5D"


def test_nonsense_in_exif_is_left_out(gcx, tmp_path):
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9003] = "0000:00:00 00:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (133.0, 0.0, 0.0), 3: "E", 4: (1.0, 0.0, 0.0)})
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (96, 64)).save(tmp_path / "photos" / "a.jpg", exif=exif)
    gcx("archive", "create", tmp_path / "photos", tmp_path / "c", *FAST)
    row = rows(tmp_path / "c")["a.jpg"]
    assert (row.taken, row.latitude, row.longitude, row.camera) == (None, None, None, None)


def test_create_tells_what_failed_and_what_was_left_out(gcx, photos, tmp_path):
    (photos / "bad.jpg").write_bytes(b"\xff\xd8\xff")
    (photos / "raw.nef").touch()
    (photos / "letter.txt").touch()
    ran = gcx("archive", "create", photos, tmp_path / "c", "--exclude", "deep", *FAST)
    assert ran.code == 1
    assert ran.out.startswith("encoded 2, skipped 0, failed 1; ")
    first, last = ran.err.splitlines()
    assert first.startswith(f"gcx: {photos / 'bad.jpg'}: ")
    assert last == (
        "gcx: left out: 1 .nef (raw; export JPEG or TIFF files), 1 .txt, "
        "1 by --include or --exclude"
    )
    assert sorted(rows(tmp_path / "c")) == ["a.png", "b.jpg"]


def test_create_includes_by_name_and_by_folder(gcx, photos, tmp_path):
    for pattern, expected in (("*.jpg", ["b.jpg"]), ("deep", ["deep/c.png"])):
        folder = tmp_path / f"c{len(pattern)}"
        assert gcx("archive", "create", photos, folder, "--include", pattern, *FAST).code == 0
        assert sorted(rows(folder)) == expected


def test_create_goes_on_where_it_was(gcx, photo, photos, collection):
    before = rows(collection)
    photo(photos / "d.png")
    ran = gcx("archive", "create", photos, collection, *FAST)
    assert (ran.code, ran.out.split(";")[0]) == (0, "encoded 1, skipped 3, failed 0")
    after = rows(collection)
    assert after.keys() == before.keys() | {"d.png"}
    assert {path: after[path] for path in before} == before


def test_a_collection_in_its_own_source_is_not_searched(gcx, photos):
    ran = gcx("archive", "create", photos, photos / "c", *FAST)
    again = gcx("archive", "create", photos, photos / "c", *FAST)
    assert (ran.code, ran.err) == (0, "")
    assert (again.out, again.err) == ("encoded 0, skipped 3, failed 0\n", "")


def test_several_sources_and_names_that_are_not_utf_8(gcx, photo, tmp_path):
    photo(tmp_path / "one" / os.fsdecode(b"caf\xe9.png"))
    photo(tmp_path / "two" / "x.png")
    gcx("archive", "create", tmp_path / "one", tmp_path / "two", tmp_path / "c", *FAST)
    assert [(row.path, row.path_bytes) for row in Collection(tmp_path / "c")] == [
        ("one/caf\\xe9.png", b"one/caf\xe9.png"),
        ("two/x.png", None),
    ]


def test_create_in_json(gcx, photos, tmp_path):
    (photos / "bad.jpg").write_bytes(b"\xff\xd8\xff")
    ran = gcx("archive", "create", photos, tmp_path / "c", "--json", *FAST)
    told = [json.loads(line) for line in ran.out.splitlines()]
    assert [(each["photo"], each["status"]) for each in told] == [
        (str(photos / "a.png"), "encoded"),
        (str(photos / "b.jpg"), "encoded"),
        (str(photos / "bad.jpg"), "failed"),
        (str(photos / "deep" / "c.png"), "encoded"),
    ]
    assert (told[3]["path"], told[3]["width"]) == ("deep/c.png", 96)


def test_create_says_which_extra_it_needs(program, photos, tmp_path, environment):
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text("import sys; sys.modules['pyarrow'] = None\n")
    environment = environment | {"PYTHONPATH": f"{blocked}{os.pathsep}{environment['PYTHONPATH']}"}
    ran = program("archive", "create", photos, tmp_path / "c", *FAST, env=environment)
    assert ran.returncode == 1
    assert b"a collection needs an optional part of gcx; pip install" in ran.stderr
    assert b"[archive]" in ran.stderr
    assert not (tmp_path / "c").exists()


def test_create_says_so_where_pyarrow_and_numpy_do_not_work_together(
    program, photos, tmp_path, environment
):
    package = tmp_path / "newer" / "pyarrow"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('raise ImportError("pyarrow requires NumPy 2.0.\\nMore")')
    path = f"{package.parent}{os.pathsep}{environment['PYTHONPATH']}"
    ran = program(
        "archive", "create", photos, tmp_path / "c", *FAST, env=environment | {"PYTHONPATH": path}
    )
    assert ran.returncode == 1
    said = ran.stderr.decode()
    assert said.startswith(
        "gcx: pyarrow does not work with what is installed beside it: pyarrow requires NumPy 2.0; "
        "pip install --upgrade "
    )
    assert not (tmp_path / "c").exists()


def test_a_killed_run_is_resumed(gcx, photo, tmp_path, environment):
    for number in range(40):
        photo(tmp_path / "photos" / f"{number:02}.png")
    command = ["archive", "create", tmp_path / "photos", tmp_path / "c", *FAST]
    process = subprocess.Popen(
        [sys.executable, "-m", "gcx_format", *command],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while not (tmp_path / "c" / ".lock").exists():  # it has begun
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert gcx(*command).code == 0
    assert [row.path for row in Collection(tmp_path / "c")] == [f"{n:02}.png" for n in range(40)]


def test_update_encodes_what_is_new_or_changed(gcx, photo, photos, collection):
    before = rows(collection)
    photo(photos / "a.png", (128, 64))
    photo(photos / "d.png")
    ran = gcx("archive", "create", photos, collection, *FAST)
    assert "changed since they were kept: 1 photograph; gcx archive update encodes again" in ran.err
    (photos / "d.png").unlink()
    photo(photos / "e.png")
    ran = gcx("archive", "update", photos, collection, *FAST)
    assert (ran.code, ran.out.split(";")[0]) == (0, "encoded 2, skipped 2, failed 0")
    assert ran.err == "gcx: no longer there and kept (--prune removes them): 1: d.png\n"
    after = rows(collection)
    assert after["a.png"].width == 128
    assert after["b.jpg"] == before["b.jpg"]
    assert sorted(after) == ["a.png", "b.jpg", "d.png", "deep/c.png", "e.png"]


def test_update_prunes_what_is_gone_alone(gcx, photos, collection):
    (photos / "a.png").unlink()
    ran = gcx("archive", "update", photos, collection, "--prune", "--exclude", "*.jpg", *FAST)
    assert ran.code == 0
    assert "no longer there and removed: 1: a.png\n" in ran.err
    assert sorted(rows(collection)) == ["b.jpg", "deep/c.png"]


def test_update_prunes_nothing_where_a_source_is_empty(gcx, photos, collection):
    """As a drive is that is not mounted."""
    for path in (photos / "a.png", photos / "b.jpg", photos / "deep" / "c.png"):
        path.unlink()
    ran = gcx("archive", "update", photos, collection, "--prune", *FAST)
    assert ran.code == 1
    assert "no longer there and kept (not all of SRC could be read): 3: a.png, b.jpg" in ran.err
    assert len(rows(collection)) == 3


def test_a_time_before_1970(gcx, photos, tmp_path):
    os.utime(photos / "a.png", (-1, -1))
    gcx("archive", "create", photos, tmp_path / "c", *FAST)
    ran = gcx("archive", "update", photos, tmp_path / "c", *FAST)
    assert ran.out == "encoded 0, skipped 3, failed 0\n"
    assert rows(tmp_path / "c")["a.png"].modified == datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_ctrl_c_keeps_what_is_encoded(photo, tmp_path, environment):
    first = photo(tmp_path / "photos" / "000.png", (256, 192))
    for number in range(1, 1000):
        (first.parent / f"{number:03}.png").hardlink_to(first)
    command = ["archive", "create", "--json", tmp_path / "photos", tmp_path / "c", *FAST]
    process = subprocess.Popen(
        [sys.executable, "-m", "gcx_format", *command],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()  # one is encoded
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"interrupted: " in err
    names = [row.path for row in Collection(tmp_path / "c")]
    assert names
    assert names == [f"{number:03}.png" for number in range(len(names))]


def test_update_needs_a_collection(gcx, photos, tmp_path):
    ran = gcx("archive", "update", photos, tmp_path / "none", *FAST)
    assert (ran.code, ran.err) == (1, f"gcx: {tmp_path / 'none'}: there is no such collection\n")


def test_every_row_is_a_sound_descriptor(collection):
    table = pq.read_table(collection / "data")
    assert [container.loads(data).size for data in table["gcx"].to_pylist()] == [(96, 64)] * 3


def test_list_and_search(gcx, collection):
    ran = gcx("archive", "list", collection)
    assert ran.out == "a.png: 96 x 64\nb.jpg: 96 x 64\ndeep/c.png: 96 x 64\n"
    ran = gcx("archive", "search", collection, "RED house", "sea")
    assert ran.out == "b.jpg: 96 x 64, A red house by the sea.\n"
    assert gcx("archive", "search", collection, "red", "boat").out == ""


def test_search_in_json_has_the_columns_and_the_score(gcx, collection):
    (line,) = gcx("archive", "search", "--json", collection, "hose").out.splitlines()
    told = json.loads(line)
    assert (told["path"], told["words"], told["score"]) == ("b.jpg", "A red house by the sea.", 1.0)


def test_search_by_filters_and_with_a_limit(gcx, collection):
    ran = gcx("archive", "search", collection, "--min-size", "64x96", "--limit", "2")
    assert ran.out == "a.png: 96 x 64\nb.jpg: 96 x 64, A red house by the sea.\n"
    assert ran.err == "gcx: there are more than these 2; --limit shows more\n"
    assert gcx("archive", "search", collection, "--near", "-33.8,151.2,1e9").out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "say what to look for: TEXT, or one of the filters"),
        (("--near", "here"), "'here' is not LAT,LON or LAT,LON,KM"),
        (("--near", "99,0"), "near is a latitude from -90 to 90"),
        (("--min-size", "12"), "'12' is not a size such as 1024x768"),
        (("--taken", "June"), "taken is a year, a month or a day"),
    ],
)
def test_search_says_what_is_wrong(gcx, collection, arguments, message):
    ran = gcx("archive", "search", collection, *arguments)
    assert ran.code != 0
    assert message in ran.err


def test_sheet_as_a_page_and_as_an_image(gcx, collection, tmp_path):
    page, image = tmp_path / "out.html", tmp_path / "out.png"
    ran = gcx("archive", "sheet", collection, page)
    assert (ran.code, ran.out) == (0, f"3 pictures, {page.stat().st_size:,} bytes\n")
    assert page.read_bytes().startswith(b"<!doctype html>")
    assert gcx("archive", "sheet", collection, image, "--search", "sea").code == 0
    with Image.open(image) as sheet:
        assert (sheet.format, sheet.size) == ("PNG", (216, 232))
    ran = gcx("archive", "sheet", collection, page)
    assert ran.code == 1
    assert "it exists already" in ran.err
    ran = gcx("archive", "sheet", collection, tmp_path / "x.html", "--search", "boat")
    assert (ran.code, ran.err) == (1, f"gcx: {collection}: no picture of the collection matches\n")
    assert gcx("archive", "sheet", collection, tmp_path / "x.gif").code == 2


def test_list_in_json_has_the_columns(gcx, photos, collection):
    told = [
        json.loads(line) for line in gcx("archive", "list", "--json", collection).out.splitlines()
    ]
    sha256 = hashlib.sha256((photos / "b.jpg").read_bytes()).hexdigest()
    assert (told[1]["path"], told[1]["sha256"]) == ("b.jpg", sha256)
    assert (told[1]["words"], told[1]["camera"]) == ("A red house by the sea.", None)


def test_show(gcx, photos, collection):
    ran = gcx("archive", "show", collection, "b.jpg")
    assert "A red house by the sea." in ran.out
    assert f"original bytes: {(photos / 'b.jpg').stat().st_size}\n" in ran.out
    told = json.loads(gcx("archive", "show", "--json", collection, "b.jpg").out)
    assert (told["path"], told["codec"], told["text"]) == (
        "b.jpg",
        "av1",
        "A red house by the sea.",
    )
    ran = gcx("archive", "show", collection, "none.jpg")
    assert (ran.code, ran.err) == (1, "gcx: none.jpg: the collection has no picture of this path\n")


def test_stats(gcx, photos, collection):
    told = json.loads(gcx("archive", "stats", "--json", collection).out)
    sizes = sorted(len(row.gcx) for row in Collection(collection))
    stored = sum(path.stat().st_size for path in collection.rglob("*") if path.is_file())
    assert (told["pictures"], told["described"], told["words"]) == (3, 1, 6)
    assert told["gcx_bytes"] == {
        "total": sum(sizes),
        "least": sizes[0],
        "median": sizes[1],
        "most": sizes[2],
    }
    assert told["original_bytes"] == sum(p.stat().st_size for p in photos.rglob("*.*g"))
    assert (told["collection_bytes"], told["codecs"]) == (stored, {"av1": 3})
    assert "described: 1, by 6 words on average\n" in gcx("archive", "stats", collection).out


def test_verify_is_content(gcx, photos, collection):
    ran = gcx("archive", "verify", collection, "--words", "--pictures", "--originals", photos)
    assert (ran.code, ran.out, ran.err) == (0, "3 good, 0 bad\n", "")


def test_verify_compares_the_originals(gcx, photos, collection):
    (photos / "a.png").unlink()
    ran = gcx("archive", "verify", collection, "--originals", photos)
    assert (ran.code, ran.out.splitlines()[-1]) == (
        3,
        "2 good, 0 bad, 1 intact but not fully checked",
    )
    (photos / "b.jpg").write_bytes(b"another")
    ran = gcx("archive", "verify", collection, "--originals", photos)
    assert (ran.code, ran.out.splitlines()[1]) == (
        1,
        f"b.jpg: {photos / 'b.jpg'} has changed since",
    )


def test_verify_finds_what_was_altered(gcx, collection):
    path = collection / "data" / "000000.parquet"
    table = pq.read_table(path)
    columns = table.to_pydict()
    columns["gcx"][0] = columns["gcx"][0][:-1] + b"\0"
    columns["words"][1] = "A blue house."
    columns["path"][2] = "a.png"
    pq.write_table(type(table).from_pydict(columns, schema=table.schema), path)
    ran = gcx("archive", "verify", collection)
    assert ran.code == 1
    found = [line.split(";")[0] for line in ran.out.splitlines()]
    assert found[0] == "000000.parquet: its SHA-256 is not the one in collection.json"
    assert found[1].startswith("a.png: ")
    assert found[2] == "b.jpg: the columns do not say what the .gcx file says"
    assert found[3] == "a.png: more than one row has this path"
    assert found[4] == "0 good, 4 bad"


def test_verify_finds_a_shard_cut_short_or_missing(gcx, collection):
    path = collection / "data" / "000000.parquet"
    path.write_bytes(path.read_bytes()[:-100])
    ran = gcx("archive", "verify", collection)
    assert (ran.code, ran.out.splitlines()[-1]) == (1, "0 good, 2 bad")
    assert "000000.parquet: this shard is damaged: " in ran.out
    path.unlink()
    ran = gcx("archive", "verify", collection)
    assert ran.out == "000000.parquet: this shard is missing\n0 good, 1 bad\n"


@pytest.mark.parametrize("command", ["list", "stats", "verify"])
def test_what_is_no_collection(gcx, tmp_path, command):
    ran = gcx("archive", command, tmp_path)
    message = "this is no collection: it has no collection.json"
    assert (ran.code, ran.err) == (1, f"gcx: {tmp_path}: {message}\n")


def test_extract_by_path_and_by_pattern(gcx, collection, tmp_path):
    gcx("archive", "extract", collection, "b.jpg", "deep/*", "-o", tmp_path / "out")
    written = {str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*.gcx")}
    assert written == {"b.gcx", "deep/c.gcx"}
    assert (tmp_path / "out" / "b.gcx").read_bytes() == rows(collection)["b.jpg"].gcx
    ran = gcx("archive", "extract", collection, "x", "-o", tmp_path / "out")
    assert (ran.code, ran.err) == (
        1,
        f"gcx: {collection}: no picture of the collection matches\n",
    )


def test_export_writes_what_encode_writes_and_import_takes_it_back(
    gcx, photos, collection, folder_state, tmp_path
):
    gcx("encode", photos, "-o", tmp_path / "encoded", "--text-from", "metadata", *FAST)
    gcx("archive", "export", collection, tmp_path / "exported")
    encoded, exported = (
        {name: data for name, (data, _) in folder_state(tmp_path / folder).items()}
        for folder in ("encoded", "exported")
    )
    assert exported == encoded
    again = gcx("archive", "export", collection, tmp_path / "exported")
    assert (again.code, again.out) == (0, "written 0, skipped 3, failed 0\n")

    ran = gcx("archive", "import", tmp_path / "exported", tmp_path / "imported")
    assert (ran.code, ran.out) == (0, "imported 3, skipped 0, failed 0\n")
    imported = {path: row.gcx for path, row in rows(tmp_path / "imported").items()}
    assert imported == encoded
    ran = gcx("archive", "import", tmp_path / "exported", tmp_path / "imported")
    assert ran.out == "imported 0, skipped 3, failed 0\n"


def test_export_keeps_other_files(gcx, collection, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.gcx").write_bytes(b"mine")
    ran = gcx("archive", "export", collection, tmp_path / "out")
    assert (ran.code, ran.out) == (1, "written 2, skipped 0, failed 1\n")
    assert (tmp_path / "out" / "a.gcx").read_bytes() == b"mine"


def test_import_tells_what_is_no_descriptor(gcx, words_file, tmp_path):
    (tmp_path / "bad.gcx").write_bytes(b"GCX")
    ran = gcx("archive", "import", words_file, tmp_path / "bad.gcx", tmp_path / "c")
    assert (ran.code, ran.out) == (1, "imported 1, skipped 0, failed 1\n")
    assert ran.err.startswith(f"gcx: {tmp_path / 'bad.gcx'}: ")


@pytest.mark.parametrize("path", ["../out.jpg", "/tmp/out.jpg", "a/../../out.jpg", "a\0.jpg"])
def test_no_path_leads_out_of_the_folder(gcx, collection, tmp_path, path):
    shard = collection / "data" / "000000.parquet"
    table = pq.read_table(shard)
    columns = table.to_pydict()
    columns["path"][0] = path
    pq.write_table(type(table).from_pydict(columns, schema=table.schema), shard)
    ran = gcx("archive", "export", collection, tmp_path / "x" / "y")
    assert (ran.code, ran.out) == (1, "written 2, skipped 0, failed 1\n")
    assert "a path that leads out of the folder is not written" in ran.err
    assert [p.name for p in tmp_path.rglob("out*")] == []


@pytest.mark.needs("matplotlib")
def test_stats_are_drawn(gcx, collection, tmp_path):
    picture, drawing = tmp_path / "stats.png", tmp_path / "stats.svg"
    assert gcx("archive", "stats", collection, "--plot", picture).code == 0
    with Image.open(picture) as image:
        assert image.format == "PNG"
        assert len(image.convert("RGB").getcolors(1 << 20)) > 10
    assert gcx("archive", "stats", collection, "--plot", drawing).code == 0
    letters = drawing.read_text()
    assert ">bytes of a .gcx file<" in letters
    assert f": 3 pictures, {Collection(collection).stored_bytes():,} bytes<" in letters
    before = picture.read_bytes()
    ran = gcx("archive", "stats", collection, "--plot", picture)
    assert ran.code == 1
    assert ran.err.startswith(f"gcx: {picture}: ")
    assert picture.read_bytes() == before
    assert gcx("archive", "stats", collection, "--plot", picture, "--force").code == 0
    ran = gcx("archive", "stats", collection, "--plot", tmp_path / "stats.pdf")
    assert (ran.code, ran.err) == (1, "gcx: a plot is a .png or .svg file, not stats.pdf\n")
