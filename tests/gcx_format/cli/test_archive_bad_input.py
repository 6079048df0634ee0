"""What `gcx archive create` and `update` meet in real folders, and on real disks."""

from __future__ import annotations

import os
import random
import resource
import signal
import socket
import subprocess
import sys
import time
import unicodedata
from dataclasses import replace

import pytest
from PIL import Image

import gcx_format
from gcx_format.collections import Collection
from gcx_format.collections.writing import writing

pytestmark = pytest.mark.needs("pyarrow")

FAST = ("--scale", "16", "--visual-bytes", "100", "--describe", "none")


@pytest.fixture
def photos(tmp_path, photo):
    photo(tmp_path / "photos" / "a.png")
    photo(tmp_path / "photos" / "b.jpg")
    return tmp_path / "photos"


@pytest.fixture
def dest(tmp_path):
    return tmp_path / "collection"


def paths_of(folder):
    return [row.path for row in Collection.open(folder)]


def test_without_pictures_no_collection_is_made(gcx, tmp_path, dest):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "a.txt").touch()
    ran = gcx("archive", "create", tmp_path / "letters", dest, *FAST)
    assert ran.code == 1
    assert ran.err.startswith(f"gcx: {tmp_path / 'letters'}: no pictures in this folder\n")
    assert ran.out == "encoded 0, skipped 0, failed 1\n"
    assert not dest.exists()


def test_bad_pictures_are_named_and_the_others_kept(gcx, photos, dest):
    Image.effect_noise((96, 64), 60).save(photos / "cut.jpg")
    (photos / "cut.jpg").write_bytes((photos / "cut.jpg").read_bytes()[:900])
    (photos / "empty.png").touch()
    header = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (60000).to_bytes(4) * 2 + b"\x08\x02\0\0\0"
    (photos / "huge.png").write_bytes(header + b"\xcf\x9c\xbb\x9c")
    (photos / "broken.png").symlink_to("nowhere")
    ran = gcx("archive", "create", photos, dest, *FAST)
    assert ran.code == 1
    assert ran.out.startswith("encoded 2, skipped 0, failed 4; ")
    named = {line.partition(": ")[2].partition(": ")[0] for line in ran.err.splitlines()}
    assert named == {str(photos / n) for n in ("broken.png", "cut.jpg", "empty.png", "huge.png")}
    assert paths_of(dest) == ["a.png", "b.jpg"]


def test_names_that_only_differ_in_case_or_normal_form_are_pictures_of_their_own(
    gcx, photo, tmp_path, dest
):
    composed, decomposed = (unicodedata.normalize(form, "é.png") for form in ("NFC", "NFD"))
    for name in ("a.png", "A.png", composed, decomposed):
        photo(tmp_path / "photos" / name)
    assert gcx("archive", "create", tmp_path / "photos", dest, *FAST).code == 0
    assert sorted(paths_of(dest)) == sorted(["A.png", "a.png", composed, decomposed])


@pytest.mark.skipif(os.name == "nt", reason="files of POSIX")
def test_pipes_sockets_and_circles_of_links_do_not_hang(program, photos, dest, monkeypatch):
    os.mkfifo(photos / "pipe.png")
    with socket.socket(socket.AF_UNIX) as listening:
        monkeypatch.chdir(photos)  # a socket's path is short
        listening.bind("socket.png")
    (photos / "circle").symlink_to(photos)
    (photos / "c.png").hardlink_to(photos / "a.png")
    ran = program("archive", "create", photos, dest, *FAST)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert paths_of(dest) == ["a.png", "b.jpg", "c.png"]
    named = program("archive", "create", photos / "pipe.png", dest, *FAST)
    assert named.returncode == 1
    assert b"pipe.png: this is not a picture file" in named.stderr


def test_what_gcx_made_is_left_out(gcx, photos, dest):
    gcx("encode", photos / "a.png", *FAST)
    gcx("decode", photos / "a.gcx", "-o", photos / "painted.png", "--generator", "preview")
    ran = gcx("archive", "create", photos, dest, *FAST)
    assert (ran.code, paths_of(dest)) == (0, ["a.png", "b.jpg"])
    assert "left out: 1 .png made by gcx" in ran.err


def test_photographs_may_lie_in_the_folder_above_and_below(gcx, photos, dest):
    assert gcx("archive", "create", photos, photos / "collection", *FAST).code == 0
    (photos / "collection" / "more").mkdir()
    (photos / "a.png").rename(photos / "collection" / "more" / "c.png")
    ran = gcx("archive", "create", photos / "collection" / "more", photos / "collection", *FAST)
    assert ran.code == 1  # nothing of a collection is searched
    assert paths_of(photos / "collection") == ["a.png", "b.jpg"]


@pytest.mark.skipif(os.name == "nt", reason="a limit of POSIX")
def test_a_full_disk_keeps_what_is_there(gcx, program, photo, photos, dest):
    gcx("archive", "create", photos, dest, *FAST)
    before = list(Collection.open(dest))
    photo(photos / "c.png")
    ran = program(
        *("archive", "create", photos, dest, *FAST),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000)),
    )
    assert ran.returncode == 1
    shard = dest / "data" / "000000.parquet"
    assert ran.stderr.decode() == f"gcx: {shard}: it cannot be written: File too large\n"
    assert list(Collection.open(dest)) == before
    assert gcx("archive", "create", photos, dest, *FAST).code == 0
    assert paths_of(dest) == ["a.png", "b.jpg", "c.png"]


def test_two_writers_do_not_mix(gcx, photos, dest):
    gcx("archive", "create", photos, dest, *FAST)
    with writing(dest):
        ran = gcx("archive", "update", photos, dest, *FAST)
    assert (ran.code, ran.err) == (
        1,
        f"gcx: {dest}: another program is writing to this collection\n",
    )


@pytest.mark.parametrize("damage", ["cut", "altered", "summary"])
def test_a_damaged_collection_is_not_added_to(gcx, photo, photos, dest, damage):
    gcx("archive", "create", photos, dest, *FAST)
    path = dest / ("collection.json" if damage == "summary" else "data/000000.parquet")
    data = path.read_bytes()
    broken = data[:100] + b"\xff" * 20 + data[120:] if damage == "altered" else data[:-50]
    path.write_bytes(broken)
    photo(photos / "c.png")
    ran = gcx("archive", "update", photos, dest, *FAST)
    assert ran.code == 1
    assert ran.err.startswith(f"gcx: {path}: ")
    assert path.read_bytes() == broken
    assert not list(dest.rglob("000001.parquet"))


def test_what_vanishes_is_named(gcx, photos, dest):
    (photos / "a.png").chmod(0o644)
    gcx("archive", "create", photos, dest, *FAST)
    (photos / "b.jpg").write_bytes(b"no picture any more")
    (photos / "a.png").unlink()
    ran = gcx("archive", "update", photos, dest, "--prune", *FAST)
    assert ran.code == 1
    assert f"gcx: {photos / 'b.jpg'}: " in ran.err
    # The one that cannot be read is kept as it was.
    assert paths_of(dest) == ["b.jpg"]
    assert gcx_format.loads(next(iter(Collection.open(dest))).gcx).size == (96, 64)


def test_kills_at_any_moment_lose_nothing_and_double_nothing(gcx, photo, tmp_path, environment):
    for number in range(60):
        photo(tmp_path / "photos" / f"{number:02}.png", (96 + number, 64))
    chance = random.Random(1)
    command = ["archive", "create", tmp_path / "photos", tmp_path / "killed", *FAST]
    for _ in range(10):
        process = subprocess.Popen(
            [sys.executable, "-m", "gcx_format", *command],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(chance.uniform(0.2, 2.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert gcx(*command).code == 0
    gcx("archive", "create", tmp_path / "photos", tmp_path / "undisturbed", *FAST)
    killed, undisturbed = (
        [replace(row, encoded=None) for row in Collection.open(tmp_path / folder)]
        for folder in ("killed", "undisturbed")
    )
    assert killed == undisturbed
    assert gcx("archive", "verify", tmp_path / "killed").code == 0
    assert not list((tmp_path / "killed").rglob(".*.????????"))
