"""Which files are read: each once, and what is left out is said."""

import json
import os
from pathlib import Path

import pytest
from PIL import Image

import gcx_format
from gcx_format.cli import paths

QUICK = ("--describe", "none", "--scale", "8")


@pytest.fixture
def photos(tmp_path, photo):
    for name in ("a.jpg", "sub/b.png"):
        photo(tmp_path / "photos" / name)
    return tmp_path / "photos"


def test_what_is_left_out_of_a_folder_is_counted_with_a_remedy(gcx, photos, tmp_path, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    for name in ("1.heic", "2.HEIC", "1.nef", "sub/notes.txt", "README", "old.gcx", ".hidden"):
        (photos / name).write_bytes(b"?")
    ran = gcx("encode", photos, "-o", tmp_path / "out", *QUICK)
    assert ran.code == 0
    assert ran.out.startswith("encoded 2, skipped 0, failed 0")
    assert ran.err == (
        "gcx: left out: 2 .heic (pip install pillow-heif), "
        "1 without extension, 1 .nef (raw; export JPEG or TIFF files), 1 .txt\n"
    )
    assert gcx("encode", photos, "-o", tmp_path / "out", "--quiet", *QUICK).err == ""


def test_a_picture_is_found_whatever_picture_its_name_says_that_it_is(gcx, tmp_path):
    Image.new("RGB", (64, 48)).save(tmp_path / "a.jpg")
    folder = tmp_path / "photos"
    folder.mkdir()
    (tmp_path / "a.jpg").rename(folder / "a.png")
    assert gcx("encode", folder, *QUICK).code == 0
    assert gcx_format.read(folder / "a.gcx").size == (64, 48)


def test_an_extension_of_no_picture_is_opened_only_where_the_file_is_named(gcx, photo, tmp_path):
    photo(tmp_path / "photos" / "a.jpg").rename(tmp_path / "photos" / "a.bak")
    assert gcx("encode", tmp_path / "photos", *QUICK).code == 1
    assert gcx("encode", tmp_path / "photos" / "a.bak", *QUICK).code == 0


@pytest.mark.parametrize(
    "named",
    [
        ["photos/a.jpg", "photos/a.jpg"],
        ["photos/a.jpg", "photos/../photos/a.jpg"],
        ["photos/a.jpg", "link.jpg"],
    ],
)
def test_a_file_that_is_named_twice_is_done_once_and_said(
    gcx, photos, tmp_path, monkeypatch, named
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.jpg").symlink_to(photos / "a.jpg")
    ran = gcx("encode", *named, "-o", "out", *QUICK)
    assert ran.code == 0
    assert ran.err == f"gcx: named twice, done once: {named[1]}\n"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["a.gcx"]


def test_a_hard_link_is_a_file_of_its_own(gcx, photo, tmp_path):
    first = photo(tmp_path / "photos" / "a.jpg")
    (tmp_path / "photos" / "b.jpg").hardlink_to(first)
    ran = gcx("encode", tmp_path / "photos", *QUICK)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("encoded 2")


def test_a_folder_and_a_file_in_it_are_the_folder(gcx, photos, tmp_path):
    ran = gcx("encode", photos, photos / "sub" / "b.png", "-o", tmp_path / "out", *QUICK)
    assert (ran.code, ran.err) == (0, f"gcx: named twice, done once: {photos / 'sub' / 'b.png'}\n")
    assert sorted(path.name for path in (tmp_path / "out").rglob("*.gcx")) == ["a.gcx", "b.gcx"]


def test_a_link_that_leads_nowhere_is_called_that(gcx, tmp_path):
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nothing.jpg")
    (tmp_path / "round.jpg").symlink_to(tmp_path / "round.jpg")
    ran = gcx("encode", tmp_path, *QUICK)
    assert ran.code == 1
    assert ran.err.splitlines() == [
        f"gcx: {tmp_path / 'gone.jpg'}: this is a link to a file that does not exist",
        f"gcx: {tmp_path / 'round.jpg'}: this is a link that leads in a circle",
    ]


def test_what_may_not_be_looked_at_is_said_so(gcx, photos, monkeypatch):
    stat = os.stat

    def forbidden(path, *arguments, **options):
        if str(path).endswith("a.jpg"):
            raise PermissionError(13, "Permission denied", str(path))
        return stat(path, *arguments, **options)

    monkeypatch.setattr(os, "stat", forbidden)
    for named in (photos, photos / "a.jpg"):
        ran = gcx("encode", named, *QUICK)
        assert ran.code == 1
        assert f"{photos / 'a.jpg'}: it cannot be read: Permission denied" in ran.err


def test_a_folder_of_which_all_was_done_before_is_not_passed_over_in_silence(gcx, photo, tmp_path):
    photo(tmp_path / "photos" / "a.jpg")
    assert gcx("encode", tmp_path / "photos", *QUICK).out.startswith(f"{tmp_path}")
    assert gcx("encode", tmp_path / "photos", *QUICK).out == "encoded 0, skipped 1, failed 0\n"


def test_a_dash_is_standard_input_and_output(program, photo, tmp_path):
    source = photo(tmp_path / "a.jpg")
    encoded = program("encode", "-", *QUICK, input=source.read_bytes())
    assert encoded.returncode == 0
    assert gcx_format.loads(encoded.stdout).size == (96, 64)
    assert encoded.stderr == b""
    again = program("encode", source, "-o", "-", *QUICK)
    assert again.stdout == encoded.stdout
    decoded = program("decode", "-", "--generator", "preview", input=encoded.stdout)
    assert decoded.returncode == 0
    assert decoded.stdout.startswith(b"\x89PNG")
    kept = program(
        "encode",
        "-",
        "-o",
        tmp_path / "b.gcx",
        "--hash",
        "--json",
        *QUICK,
        input=source.read_bytes(),
    )
    assert json.loads(kept.stdout)["photo"] == "-"
    known = gcx_format.read(tmp_path / "b.gcx")
    assert known.original_sha256 == gcx_format.files.sha256(source)
    assert not (tmp_path / "-").exists()


def test_what_is_wrong_with_standard_input_is_said(program):
    encoded = program("encode", "-", *QUICK, input=b"Dear reader,")
    assert encoded.returncode == 1
    assert encoded.stderr == b"gcx: -: this is not a picture in a supported format\n"
    decoded = program("decode", "-", input=b"Dear reader,")
    assert decoded.returncode == 1
    assert decoded.stderr.startswith(b"gcx: -: ")


@pytest.mark.parametrize(
    "arguments",
    [("encode", "-", "a.jpg"), ("encode", "a.jpg", "b.jpg", "-o", "-"), ("encode", "-", "--json")],
)
def test_a_dash_is_for_one_picture_and_nothing_else(gcx, arguments):
    ran = gcx(*arguments, *QUICK)
    assert ran.code == 2
    assert "standard" in ran.err


def test_a_file_can_be_called_dash(gcx, photo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    photo(tmp_path / "a.jpg").rename(tmp_path / "-")
    assert gcx("encode", "./-", "-o", "a.gcx", *QUICK).code == 0
    assert paths.argument("./-") == tmp_path / "-"
    assert paths.argument("-") == paths.STANDARD


def test_folders_that_have_names_in_common_are_mirrored_apart(gcx, photo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("2020/Paris/x.jpg", "2021/Paris/x.jpg", "2021/Paris/sub/y.jpg"):
        photo(tmp_path / name)
    ran = gcx("encode", "2020/Paris", "2021/Paris", "-o", "out", *QUICK)
    assert ran.out.startswith("encoded 3, skipped 0, failed 0")
    made = sorted(str(path.relative_to("out")) for path in Path("out").rglob("*.gcx"))
    assert made == ["2020/Paris/x.gcx", "2021/Paris/sub/y.gcx", "2021/Paris/x.gcx"]
    again = gcx("encode", "2020/Paris", "2021/Paris", "-o", "out", *QUICK)
    assert again.out == "encoded 0, skipped 3, failed 0\n"


def test_files_of_one_name_are_kept_apart_by_their_folders(gcx, photo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a/x.jpg", "b/x.jpg", "b/y.jpg"):
        photo(tmp_path / name)
    assert gcx("encode", "a/x.jpg", "b/x.jpg", "b/y.jpg", "-o", "out", *QUICK).code == 0
    made = sorted(str(path.relative_to("out")) for path in Path("out").rglob("*.gcx"))
    assert made == ["a/x.gcx", "b/x.gcx", "y.gcx"]


def test_descriptors_whose_photographs_are_gone_are_told(gcx, photos, tmp_path):
    out = tmp_path / "out"
    assert gcx("encode", photos, "-o", out, *QUICK).err == ""
    (photos / "a.jpg").rename(photos / "renamed.jpg")
    ran = gcx("encode", photos, "-o", out, *QUICK)
    assert ran.out.startswith("encoded 1, skipped 1, failed 0")
    assert ran.err == f"gcx: no photograph here for 1 .gcx: {out / 'a.gcx'}\n"
