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


@pytest.mark.parametrize("after", [0.9, 1.2, 1.6])
def test_a_killed_run_is_resumed(gcx, photo, tmp_path, environment, after):
    for number in range(40):
        photo(tmp_path / "photos" / f"{number:02}.png")
    command = ["archive", "create", tmp_path / "photos", tmp_path / "c", *FAST]
    process = subprocess.Popen(
        [sys.executable, "-m", "gcx_format", *command],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(after)
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


def test_update_needs_a_collection(gcx, photos, tmp_path):
    ran = gcx("archive", "update", photos, tmp_path / "none", *FAST)
    assert (ran.code, ran.err) == (1, f"gcx: {tmp_path / 'none'}: there is no such collection\n")


def test_every_row_is_a_sound_descriptor(collection):
    table = pq.read_table(collection / "data")
    assert [container.loads(data).size for data in table["gcx"].to_pylist()] == [(96, 64)] * 3
