"""`gcx decode`."""

from __future__ import annotations

import json
import os
import time

import pytest
from PIL import Image

import gcx_format

ENHANCED = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced"
ALGORITHMIC = "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"


def xmp_of(path) -> str:
    with Image.open(path) as image:
        packet = image.info.get("xmp", b"")
    return packet.decode()


def test_makes_a_png_beside_the_descriptor(gcx, picture_file, tmp_path):
    ran = gcx("decode", picture_file)
    written = tmp_path / "picture.png"
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{written}: 96 x 64, preview from the visual condition\n"
    with Image.open(written) as image:
        assert (image.format, image.size, image.mode) == ("PNG", (96, 64), "RGB")


@pytest.mark.parametrize(
    ("name", "format"),
    [
        ("a.png", "PNG"),
        ("a.jpg", "JPEG"),
        ("a.WEBP", "WEBP"),
        ("a.avif", "AVIF"),
        ("a.tiff", "TIFF"),
    ],
)
def test_writes_the_format_of_the_extension_and_marks_the_picture(
    gcx, picture_file, tmp_path, name, format
):
    out = tmp_path / "new" / name
    assert gcx("decode", picture_file, "-o", out).code == 0
    with Image.open(out) as image:
        assert (image.format, image.size) == (format, (96, 64))
    packet = xmp_of(out)
    assert f"DigitalSourceType>{ENHANCED}<" in packet
    assert f"CreatorTool>gcx {gcx_format.__version__} (preview)<" in packet


def test_marks_a_card_of_words_as_made_by_an_algorithm_alone(gcx, words_file, tmp_path):
    ran = gcx("decode", words_file)
    assert ran.out == f"{tmp_path / 'words.png'}: 40 x 30, preview from the words on a card\n"
    assert f"DigitalSourceType>{ALGORITHMIC}<" in xmp_of(tmp_path / "words.png")


def test_warns_where_the_format_cannot_hold_the_mark(gcx, words_file, tmp_path):
    ran = gcx("decode", words_file, "-o", tmp_path / "a.bmp")
    assert ran.code == 0
    assert ran.err == (
        f"gcx: {words_file}: warning: "
        "BMP cannot say that no camera recorded this picture; PNG can\n"
    )


@pytest.mark.parametrize("name", ["a.xyz", "a", "a.pdf", "a.gcx"])
def test_does_not_guess_a_format(gcx, words_file, tmp_path, name):
    ran = gcx("decode", words_file, "-o", tmp_path / name)
    assert ran.code == 2
    assert "no picture format has the extension" in ran.err
    assert ran.err.count("\n") == 1
    assert not (tmp_path / name).exists()


def test_says_what_the_format_cannot_hold(gcx, tmp_path):
    path = tmp_path / "wide.gcx"
    wide = Image.new("L", (20000, 2))
    gcx_format.write(path, gcx_format.encode(wide, text="A line.", visual="none"))
    ran = gcx("decode", path, "-o", tmp_path / "wide.webp")
    assert ran.code == 1
    assert ran.err.startswith(f"gcx: {tmp_path / 'wide.webp'}: WEBP cannot hold this picture (")
    assert not (tmp_path / "wide.webp").exists()


def test_leaves_an_existing_output_alone(gcx, words_file, tmp_path, folder_state):
    (tmp_path / "words.png").write_bytes(b"precious")
    before = folder_state(tmp_path)
    ran = gcx("decode", words_file)
    assert ran.code == 1
    assert ran.err == f"gcx: {tmp_path / 'words.png'}: it exists already; --force overwrites it\n"
    assert folder_state(tmp_path) == before
    assert gcx("decode", words_file, "--force").code == 0
    with Image.open(tmp_path / "words.png") as image:
        assert image.size == (40, 30)


def test_never_overwrites_the_descriptor(gcx, words_file, folder_state, tmp_path):
    (tmp_path / "words.png").symlink_to(words_file)
    before = folder_state(tmp_path)
    assert gcx("decode", words_file, "--force").code == 1
    assert folder_state(tmp_path) == before


class TestFolders:
    @pytest.fixture
    def descriptors(self, words_file, tmp_path):
        for name in ("in/a.gcx", "in/deep/b.GCX", "in/.hidden.gcx", "in/c.txt"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(words_file.read_bytes())
        return tmp_path / "in"

    def test_are_mirrored(self, gcx, descriptors, tmp_path):
        ran = gcx("decode", descriptors, "-o", tmp_path / "out")
        assert (ran.code, ran.out) == (0, "decoded 2, skipped 0, failed 0\n")
        made = sorted(path for path in (tmp_path / "out").rglob("*") if path.is_file())
        assert made == [tmp_path / "out/a.png", tmp_path / "out/deep/b.png"]

    def test_are_gone_on_with(self, gcx, descriptors, tmp_path, folder_state):
        gcx("decode", descriptors, "-o", tmp_path / "out")
        (tmp_path / "out" / "a.png").unlink()
        before = folder_state(tmp_path / "out")
        ran = gcx("decode", descriptors, "-o", tmp_path / "out")
        assert (ran.code, ran.out) == (0, "decoded 1, skipped 1, failed 0\n")
        after = folder_state(tmp_path / "out")
        assert after.pop("a.png")
        assert after == before

    def test_never_lose_an_older_picture_that_may_be_the_original(
        self, gcx, descriptors, folder_state
    ):
        original = descriptors / "a.png"
        original.write_bytes(b"a photograph")
        os.utime(original, (time.time() - 100,) * 2)
        ran = gcx("decode", descriptors)
        assert (ran.code, ran.out) == (1, "decoded 1, skipped 0, failed 1\n")
        assert ran.err == f"gcx: {original}: it exists already; --force overwrites it\n"
        assert original.read_bytes() == b"a photograph"

    def test_are_not_stopped_by_one_bad_file(self, gcx, descriptors, tmp_path):
        (descriptors / "a.gcx").write_bytes(b"")
        ran = gcx("decode", descriptors, "-o", tmp_path / "out")
        assert (ran.code, ran.out) == (1, "decoded 1, skipped 0, failed 1\n")
        assert ran.err.startswith(f"gcx: {descriptors / 'a.gcx'}: ")
        assert ran.err.count("\n") == 1


def test_tells_programs_what_made_the_pixels(gcx, words_file, picture_file, tmp_path):
    (tmp_path / "words.png").write_bytes(b"here before")
    os.utime(words_file, ns=(0, 0))
    ran = gcx("decode", "--json", words_file, picture_file, tmp_path / "missing.gcx")
    records = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 1
    assert {record["file"]: record["status"] for record in records} == {
        str(words_file): "skipped",
        str(picture_file): "decoded",
        str(tmp_path / "missing.gcx"): "failed",
    }
    (decoded,) = [record for record in records if record["status"] == "decoded"]
    assert decoded == {
        "file": str(picture_file),
        "picture": str(tmp_path / "picture.png"),
        "status": "decoded",
        "width": 96,
        "height": 64,
        "generator": "preview",
        "source": "visual condition",
        "digital_source_type": ENHANCED,
    }


def test_says_nothing_where_nothing_is_wanted(gcx, picture_file, tmp_path):
    ran = gcx("decode", "--quiet", picture_file)
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert (tmp_path / "picture.png").exists()
