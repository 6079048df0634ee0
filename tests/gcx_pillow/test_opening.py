"""Pillow opens .gcx files: everything but the pixels is there at once."""

import gc
import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, UnidentifiedImageError

from gcx_format import AncillaryChunk, ChecksumError, FormatError, container, read, write
from gcx_format.report import file_report
from gcx_pillow import GcxImageFile

OPEN_FILES = Path("/proc/self/fd")


def test_pillow_knows_the_extension_and_the_media_type():
    assert Image.registered_extensions()[".gcx"] == "GCX"
    assert Image.MIME["GCX"] == "image/x-gcx"


@pytest.mark.parametrize(
    "wrap",
    [Path, str, os.fsencode, lambda path: io.BytesIO(path.read_bytes())],
    ids=["Path", "str", "bytes", "BytesIO"],
)
def test_size_mode_and_format_are_there_at_once(words, wrap):
    with Image.open(wrap(words)) as image:
        assert image.size == (768, 512)
        assert image.mode == "RGB"
        assert image.format == "GCX"
        assert image.format_description == "gcx image descriptor"
        assert image.get_format_mimetype() == "image/x-gcx"


def test_a_grey_picture_opens_as_grey(grey_house):
    with Image.open(grey_house) as image:
        assert (image.mode, image.size) == ("L", (320, 200))


def test_info_tells_what_a_file_with_words_alone_holds(words):
    with Image.open(words) as image:
        assert image.info == {
            "gcx": {
                "width": 768,
                "height": 512,
                "mode": "RGB",
                "file_bytes": 43,
                "bits_per_pixel": 43 * 8 / (768 * 512),
                "text": "A red house by the sea.",
                "text_coding": "zlib",
                "text_bytes": 31,
                "visual_codec": None,
                "visual_quality": None,
                "visual_bytes": 0,
                "scale": None,
                "condition_width": None,
                "condition_height": None,
                "original_sha256": None,
                "note": None,
                "encoder": None,
            }
        }


def test_info_tells_what_a_file_with_everything_holds(tmp_path):
    path = tmp_path / "all.gcx"
    path.write_bytes(
        bytes.fromhex(
            "474358504ac0c7011f78da7354284a4d51c8c82f2d4e5548aa5428c94855284e4dd403005ca707c4"
            "1204300102034120000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
            "420c6d6164652062792068616e64c367637820302e312e308e57227a"
        )
    )
    with Image.open(path) as image:
        assert image.info["gcx"] == {
            "width": 300,
            "height": 200,
            "mode": "L",
            "file_bytes": 108,
            "bits_per_pixel": 108 * 8 / (300 * 200),
            "text": "A red house by the sea.",
            "text_coding": "zlib",
            "text_bytes": 31,
            "visual_codec": "msillm",
            "visual_quality": "1",
            "visual_bytes": 3,
            "scale": 8.0,
            "condition_width": 38,
            "condition_height": 25,
            "original_sha256": bytes(range(32)).hex(),
            "note": "made by hand",
            "encoder": "gcx 0.1.0",
        }


def test_info_has_the_names_and_values_that_gcx_info_prints(house):
    data = house.read_bytes()
    printed = file_report(container.loads(data), data)
    for about_the_layout in ("overhead_bytes", "unknown_chunks", "chunks"):
        del printed[about_the_layout]
    with Image.open(house) as image:
        assert image.info["gcx"] == printed


def test_opening_decodes_nothing(broken_house):
    with Image.open(broken_house) as image:
        assert image.size == (320, 200)


def test_words_do_not_stand_where_other_formats_would_save_them_from(words):
    with Image.open(words) as image:
        assert "comment" not in image.info


@pytest.mark.skipif(not OPEN_FILES.exists(), reason="nothing counts open files here")
def test_a_file_is_closed_once_it_is_open(words):
    before = len(list(OPEN_FILES.iterdir()))
    image = Image.open(words)
    assert len(list(OPEN_FILES.iterdir())) == before
    assert image.fp is None
    words.unlink()
    assert image.size == (768, 512)


def test_an_image_that_nobody_closes_leaves_no_file_behind(words):
    image = Image.open(words)
    del image
    gc.collect()  # a ResourceWarning would be an error


def test_a_file_of_the_callers_stays_open(words):
    with words.open("rb") as file:
        with Image.open(file) as image:
            image.load()
        assert not file.closed


def test_a_picture_can_be_read_after_its_file_is_gone(house):
    with Image.open(house) as image:
        house.unlink()
        assert image.getpixel((10, 10))[0] > 150


def test_a_picture_within_another_file_is_read_from_where_the_file_stands(words):
    file = io.BytesIO(b"other" + words.read_bytes())
    file.seek(5)
    assert GcxImageFile(file).size == (768, 512)


def test_the_image_class_opens_paths_itself_and_closes_them(words):
    image = GcxImageFile(words)
    assert image.size == (768, 512)
    assert image.fp is None


def test_a_stream_that_cannot_seek_is_read_too(words):
    class Pipe(io.RawIOBase):
        def __init__(self):
            self.data = words.read_bytes()

        def read(self, size=-1):
            data, self.data = self.data, b""
            return data

    with Image.open(Pipe()) as image:
        assert image.size == (768, 512)


def test_a_file_from_another_program_is_left_to_its_plugin(tmp_path, picture):
    path = tmp_path / "really_png.gcx"
    picture.save(path, "PNG")
    with Image.open(path) as image:
        assert image.format == "PNG"


def test_what_does_not_begin_as_gcx_is_not_identified(tmp_path):
    path = tmp_path / "no.gcx"
    path.write_bytes(b"gcx is not GCX")
    with pytest.raises(UnidentifiedImageError):
        Image.open(path)


def test_the_image_class_turns_away_another_format():
    with pytest.raises(SyntaxError, match=r"not a \.gcx file"):
        GcxImageFile(io.BytesIO(b"gcx is not GCX"))


def test_a_damaged_file_is_named_with_its_fault(words):
    words.write_bytes(words.read_bytes()[:-1])
    with pytest.raises(ChecksumError, match=r"words\.gcx: damaged or cut short"):
        Image.open(words)


def test_a_damaged_file_named_in_bytes_is_named_too(words):
    words.write_bytes(words.read_bytes()[:-1])
    with pytest.raises(ChecksumError, match=r"words\.gcx: damaged or cut short"):
        Image.open(os.fsencode(words))


def test_a_file_cut_short_anywhere_is_a_format_error(house):
    data = house.read_bytes()
    for length in range(3, len(data)):
        with pytest.raises(FormatError):
            Image.open(io.BytesIO(data[:length]))


def test_any_bit_flipped_is_a_format_error(words):
    data = words.read_bytes()
    for bit in range(24, 8 * len(data)):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        with pytest.raises(FormatError):
            Image.open(io.BytesIO(damaged))


def test_bytes_after_the_end_are_a_format_error(words):
    with pytest.raises(FormatError):
        Image.open(io.BytesIO(words.read_bytes() + b"\0"))


def test_no_more_is_read_than_a_file_can_have(words):
    class Endless(io.BytesIO):
        total = 0

        def read(self, size=-1):
            assert size >= 0
            self.total += size
            return b"GCX@".ljust(size, b"\0")

    file = Endless()
    with pytest.raises(FormatError, match="at most 4194304"):
        Image.open(file)
    assert file.total < 4_200_000


def test_a_large_file_is_read_whole(words):
    descriptor = replace(read(words), unknown=(AncillaryChunk(40, bytes(100_000)),))
    write(words, descriptor, overwrite=True)
    with Image.open(words) as image:
        assert image.info["gcx"]["file_bytes"] == words.stat().st_size > 100_000


def test_a_huge_picture_is_a_bomb_to_pillow(sized):
    with pytest.raises(Image.DecompressionBombError):
        Image.open(sized(32768, 32768))


def test_a_large_picture_is_warned_of(sized):
    with pytest.warns(Image.DecompressionBombWarning):
        Image.open(sized(10_000, 10_000))
