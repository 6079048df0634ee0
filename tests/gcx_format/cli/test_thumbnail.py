"""`gcx thumbnail`."""

from __future__ import annotations

import pytest
from PIL import Image


@pytest.mark.parametrize(
    ("name", "format"), [("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.JPEG", "JPEG")]
)
def test_makes_a_small_picture(gcx, picture_file, tmp_path, name, format):
    ran = gcx("thumbnail", picture_file, tmp_path / name, "--size", 48)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    with Image.open(tmp_path / name) as image:
        assert (image.format, image.size) == (format, (48, 32))
        assert b"algorithmicallyEnhanced" in image.info["xmp"]


def test_overwrites_what_the_desktop_created(gcx, words_file, tmp_path):
    out = tmp_path / "a.png"
    out.touch()
    assert gcx("thumbnail", words_file, out).code == 0
    with Image.open(out) as image:
        assert image.size == (40, 30)


def test_does_not_overwrite_the_descriptor(gcx, words_file, tmp_path):
    before = words_file.read_bytes()
    (tmp_path / "a.png").symlink_to(words_file)
    ran = gcx("thumbnail", words_file, tmp_path / "a.png")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "gcx: Invalid value: IN and OUT are the same file; see gcx thumbnail --help\n"
    assert words_file.read_bytes() == before


@pytest.mark.parametrize(
    "options", [["a.gif"], ["a.png", "--size", "0"], ["a.png", "--size", "5000"]]
)
def test_does_not_make_others(gcx, words_file, tmp_path, monkeypatch, options):
    monkeypatch.chdir(tmp_path)
    assert gcx("thumbnail", words_file, *options).code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["words.gcx"]


def test_leaves_the_output_alone_when_the_descriptor_is_bad(gcx, tmp_path):
    (tmp_path / "bad.gcx").write_bytes(b"GCX")
    (tmp_path / "a.png").write_bytes(b"before")
    ran = gcx("thumbnail", tmp_path / "bad.gcx", tmp_path / "a.png")
    assert ran.code == 1
    assert ran.err.startswith(f"gcx: {tmp_path / 'bad.gcx'}: ")
    assert ran.err.count("\n") == 1
    assert (tmp_path / "a.png").read_bytes() == b"before"


def test_a_folder_is_mirrored(gcx, words_file, picture_file, tmp_path):
    folder = tmp_path / "in" / "deep"
    folder.mkdir(parents=True)
    words_file.rename(folder / "a.gcx")
    picture_file.rename(tmp_path / "in" / "b.gcx")
    for _ in range(2):
        ran = gcx("thumbnail", tmp_path / "in", tmp_path / "out", "--size", 48)
        assert (ran.code, ran.out, ran.err) == (0, "made 2, skipped 0, failed 0\n", "")
    with Image.open(tmp_path / "out" / "b.png") as image:
        assert image.size == (48, 32)
    assert (tmp_path / "out" / "deep" / "a.png").is_file()


def test_in_a_folder_no_other_picture_is_overwritten(gcx, picture_file, tmp_path):
    Image.new("RGB", (8, 8)).save(picture_file.with_suffix(".png"))
    ran = gcx("thumbnail", tmp_path, tmp_path)
    assert ran.code == 1
    assert "gcx did not make this picture, so it may be the original" in ran.err
    with Image.open(picture_file.with_suffix(".png")) as image:
        assert image.size == (8, 8)
