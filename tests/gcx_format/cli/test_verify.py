"""`gcx verify`."""

from __future__ import annotations

import dataclasses
import json
import os
import pty
import subprocess
import sys

import pytest
from PIL import Image

import gcx_format


@pytest.fixture
def bad_picture(tmp_path, picture_file):
    """A file with a sound container and a visual condition that does not decode."""
    descriptor = gcx_format.read(picture_file)
    visual = dataclasses.replace(descriptor.visual, payload=b"\x00" * 40)
    path = tmp_path / "bad picture.gcx"
    gcx_format.write(path, dataclasses.replace(descriptor, visual=visual))
    return path


def test_is_content_with_good_files(gcx, words_file, picture_file):
    ran = gcx("verify", words_file, picture_file)
    assert (ran.code, ran.out, ran.err) == (0, "2 good, 0 bad\n", "")


def test_searches_folders(gcx, words_file, picture_file, tmp_path):
    (tmp_path / "deep").mkdir()
    words_file.rename(tmp_path / "deep" / "a.GCX")
    (tmp_path / "no.txt").write_text("no")
    assert gcx("verify", tmp_path).out == "2 good, 0 bad\n"


def test_names_each_bad_file_in_a_line_on_stdout(gcx, words_file, bad_picture, tmp_path):
    data = words_file.read_bytes()
    (tmp_path / "cut.gcx").write_bytes(data[:-1])
    (tmp_path / "empty.gcx").write_bytes(b"")
    (tmp_path / "flipped.gcx").write_bytes(data[:20] + bytes([data[20] ^ 1]) + data[21:])

    ran = gcx("verify", tmp_path)

    assert (ran.code, ran.err) == (1, "")
    *bad, summary = ran.out.splitlines()
    assert [line.split(": ")[0] for line in bad] == [
        str(tmp_path / name) for name in ("bad picture.gcx", "cut.gcx", "empty.gcx", "flipped.gcx")
    ]
    assert summary == "2 good, 4 bad"


def test_does_not_vouch_for_what_it_cannot_decode(gcx, picture_file, tmp_path):
    descriptor = gcx_format.read(picture_file)
    visual = gcx_format.CodedVisual("msillm", 8.0, b"latent", variant=1)
    path = tmp_path / "other.gcx"
    gcx_format.write(path, dataclasses.replace(descriptor, visual=visual))
    ran = gcx("verify", path)
    assert ran.code == 3
    assert "intact, but its picture was not checked: " in ran.out
    assert "MS-ILLM" in ran.out
    assert ran.out.splitlines()[-1] == "0 good, 0 bad, 1 intact but not fully checked"
    told = json.loads(gcx("verify", "--json", path).out)
    assert told["valid"] is None
    assert gcx("verify", path, tmp_path / "missing.gcx").code == 1


def test_prints_json(gcx, words_file, bad_picture, tmp_path):
    ran = gcx("verify", "--json", words_file, bad_picture)
    good, bad = map(json.loads, ran.out.splitlines())
    assert ran.code == 1
    assert good == {"file": str(words_file), "valid": True, "error": None}
    assert isinstance(bad.pop("error"), str)
    assert bad == {"file": str(bad_picture), "valid": False}


def test_says_what_is_not_there(gcx, tmp_path):
    ran = gcx("verify", tmp_path)
    assert (ran.code, ran.out) == (1, "0 good, 0 bad\n")
    assert ran.err == f"gcx: {tmp_path}: no .gcx files in this folder\n"
    ran = gcx("verify", tmp_path / "a.gcx")
    assert ran.code == 1
    assert ran.out == f"{tmp_path / 'a.gcx'}: there is no such file\n0 good, 1 bad\n"


def test_shows_its_progress_on_a_terminal_and_keeps_stdout_clean(environment, words_file, tmp_path):
    (tmp_path / "bad.gcx").write_bytes(b"")
    terminal, its_end = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "gcx_format", "verify", tmp_path],
        env=environment | {"TERM": "xterm", "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=its_end,
    ) as process:
        out = process.stdout.read().decode()
    os.close(its_end)
    shown = os.read(terminal, 1 << 16).decode()
    os.close(terminal)
    assert "verifying" in shown
    assert "2/2" in shown
    bad, summary = out.splitlines()
    assert bad.startswith(f"{tmp_path / 'bad.gcx'}: ")
    assert summary == "1 good, 1 bad"


def test_quietly_names_bad_files_alone(gcx, words_file, bad_picture):
    ran = gcx("verify", "--quiet", words_file, bad_picture)
    assert ran.code == 1
    assert ran.out.startswith(str(bad_picture))
    assert len(ran.out.splitlines()) == 1


@pytest.fixture
def hashed(gcx, photo, tmp_path):
    """A folder of photographs, and one of their descriptors, with hashes."""
    for name in ("a.jpg", "sub/b.png"):
        photo(tmp_path / "photos" / name)
    Image.radial_gradient("L").save(tmp_path / "photos" / "a.jpg")
    options = ("--hash", "--describe", "none")
    assert gcx("encode", tmp_path / "photos", "-o", tmp_path / "out", *options).code == 0
    return tmp_path / "photos", tmp_path / "out"


def test_finds_the_originals_by_their_hash(gcx, hashed):
    photos, out = hashed
    assert gcx("verify", "--originals", photos, out).out == "2 good, 0 bad\n"
    (photos / "a.jpg").rename(photos / "sub" / "moved.jpg")
    ran = gcx("verify", "--originals", photos, out)
    moved = photos / "sub" / "moved.jpg"
    told = f"{out / 'a.gcx'}: its photograph is now {moved}\n2 good, 0 bad\n"
    assert (ran.code, ran.out) == (0, told)
    first, _ = map(json.loads, gcx("verify", "--originals", photos, out, "--json").out.splitlines())
    assert first == {
        "file": str(out / "a.gcx"),
        "valid": True,
        "error": None,
        "original": str(moved),
    }


def test_says_which_originals_have_changed_and_which_are_missing(gcx, hashed, words_file):
    photos, out = hashed
    (photos / "a.jpg").write_bytes((photos / "sub" / "b.png").read_bytes())
    ran = gcx("verify", "--originals", photos, out)
    changed = f"its photograph has changed: {photos / 'a.jpg'} has another hash"
    assert (ran.code, ran.out) == (1, f"{out / 'a.gcx'}: {changed}\n1 good, 1 bad\n")
    ran = gcx("verify", "--originals", out / "a.gcx", words_file)
    assert ran.code == 3
    assert ran.out.splitlines() == [
        f"{out / 'a.gcx'}: intact, but its photograph was not found",
        f"{words_file}: intact, but it has no hash to know its photograph by (gcx encode --hash)",
        "0 good, 0 bad, 2 intact but not fully checked",
    ]


def test_an_original_beside_the_file_is_found_without_its_folder(gcx, photo, tmp_path):
    path = photo(tmp_path / "a.jpg")
    assert gcx("encode", path, "--hash", "--describe", "none").code == 0
    assert gcx("verify", "--originals", tmp_path / "a.gcx").out == "1 good, 0 bad\n"
