"""Samples of every kind become 8 bits: by one rule, and never black or white in silence."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from gcx_format import PictureWarning
from gcx_format.pictures import normalise, open_picture


def values(image: Image.Image) -> list[int]:
    return list(normalise(image).get_flattened_data())


def grey(*samples: float, dtype: str = "float32") -> Image.Image:
    return Image.fromarray(np.array([samples], dtype))


def png(depth: int, rows: list[bytes], *, width: int, hole: bytes, colour: int = 0) -> io.BytesIO:
    """A PNG file with a tRNS chunk, as other programs than Pillow write it."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    head = struct.pack(">IIBBBBB", width, len(rows), depth, colour, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows))
    chunks = [(b"IHDR", head), (b"tRNS", hole), (b"IDAT", pixels), (b"IEND", b"")]
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*each) for each in chunks))


def tiff(tags: dict[int, tuple[int, int]], pixels: bytes) -> io.BytesIO:
    """A little-endian TIFF file of one row, with SHORT or LONG tags of one value."""
    tags = {256: (4, 0), 257: (3, 1), 259: (3, 1), 273: (4, 8), 279: (4, len(pixels)), **tags}
    entries = b"".join(
        struct.pack("<HHII", tag, kind, 1, value) for tag, (kind, value) in sorted(tags.items())
    )
    directory = struct.pack("<H", len(tags)) + entries + bytes(4)
    return io.BytesIO(struct.pack("<2sHI", b"II", 42, 8 + len(pixels)) + pixels + directory)


def test_sixteen_bits_are_rounded_to_eight():
    assert values(grey(0, 128, 129, 32768, 65535, dtype="uint16")) == [0, 0, 1, 128, 255]


def test_sixteen_bits_in_a_png_file_survive_as_grey(tmp_path):
    grey(0x8080, dtype="uint16").save(tmp_path / "grey.png")
    assert values(open_picture(tmp_path / "grey.png")) == [0x80]


def test_float_samples_are_taken_as_zero_to_one():
    assert values(grey(0, 0.5, 1, np.nan)) == [0, 128, 255, 0]


@pytest.mark.parametrize(
    ("samples", "dtype", "expected", "said"),
    [
        ((0, 51, 255), "float32", [0, 51, 255], "from 0 to 255, so 255 is taken as white"),
        ((0, 1, 4), "float32", [0, 1, 4], "from 0 to 4, so 255 is taken as white"),
        ((-1, 0, 1), "float32", [0, 128, 255], "from -1 to 1, which is taken as black to white"),
        ((0, 500, 1000), "float32", [0, 128, 255], "from 0 to 1000, which"),
        ((0, 1, np.inf), "float32", [0, 255, 255], None),
        ((-np.inf, 0, 300), "float32", [0, 0, 255], "from 0 to 300"),
        ((1e6, 1e6), "float32", [128, 128], "from 1e\\+06 to 1e\\+06"),
        ((-5, -5), "float32", [128, 128], "from -5 to -5"),
        ((0, 51, 255), "int32", [0, 51, 255], "255 is taken as white"),
        ((0, 65535), "int32", [0, 255], None),
        ((0, 35000, 70000), "int32", [0, 128, 255], "from 0 to 70000, which"),
        ((-100, 0, 100), "int32", [0, 128, 255], "from -100 to 100, which"),
        ((0, 2048, 4095), "uint16", [0, 128, 255], "4095 is taken as white"),
        ((0, 512, 1023), "uint16", [0, 128, 255], "1023 is taken as white"),
        ((0, 51, 255), "uint16", [0, 51, 255], "255 is taken as white"),
        ((0, 0), "uint16", [0, 0], None),
        ((0, 0), "float32", [0, 0], None),
    ],
)
def test_a_range_that_no_file_tells_is_guessed_and_said(samples, dtype, expected, said, recwarn):
    assert values(grey(*samples, dtype=dtype)) == expected
    warned = [str(each.message) for each in recwarn if each.category is PictureWarning]
    assert len(warned) == (said is not None)
    if said is not None:
        with pytest.warns(PictureWarning, match=said):
            values(grey(*samples, dtype=dtype))


@pytest.mark.parametrize("hole", [0, 1])
def test_a_hole_of_one_bit_is_laid_on_white(hole):
    file = png(1, [b"\x40"], width=2, hole=struct.pack(">H", hole))
    with pytest.warns(PictureWarning, match="laid on white"):
        assert values(open_picture(file)) == ([255, 255] if hole == 0 else [0, 255])


@pytest.mark.parametrize(
    ("depth", "row", "hole", "expected"),
    [(2, b"\x1b", 2, [0, 85, 255, 255]), (4, b"\x0f\xc8", 12, [0, 255, 255, 136])],
)
def test_a_hole_of_two_and_four_bits_is_where_the_file_has_it(depth, row, hole, expected):
    file = png(depth, [row], width=4, hole=struct.pack(">H", hole))
    with pytest.warns(PictureWarning, match="laid on white"):
        assert values(open_picture(file)) == expected
    file.seek(0)
    with Image.open(file) as image, pytest.warns(PictureWarning, match="laid on white"):
        assert values(image) == expected


def test_a_hole_of_sixteen_bits_is_that_one_sample_and_no_other():
    row = struct.pack(">4H", 30000, 30001, 0, 65535)
    file = png(16, [row], width=4, hole=struct.pack(">H", 30000))
    with pytest.warns(PictureWarning, match="laid on white"):
        assert values(open_picture(file)) == [255, 117, 0, 255]
    assert list(open_picture(file, "show").getchannel("A").get_flattened_data()) == [
        0,
        255,
        255,
        255,
    ]


def test_a_hole_of_sixteen_bits_a_colour_is_found():
    row = struct.pack(">6H", 256, 512, 768, 40000, 0, 0)
    file = png(16, [row], width=2, hole=struct.pack(">3H", 256, 512, 768), colour=2)
    with pytest.warns(PictureWarning, match="laid on white"):
        assert values(open_picture(file)) == [(255, 255, 255), (156, 0, 0)]


def test_a_palette_with_alpha_is_laid_on_white(tmp_path):
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((1, 0), 1)
    image.save(tmp_path / "half.png", transparency=bytes([255, 128]))
    with pytest.warns(PictureWarning, match="laid on white"):
        assert values(open_picture(tmp_path / "half.png")) == [(255, 0, 0), (127, 127, 255)]


def test_in_a_tiff_file_of_sixteen_bits_zero_can_be_white():
    pixels = struct.pack("<3H", 0, 32768, 65535)
    file = tiff({256: (4, 3), 258: (3, 16), 262: (3, 0)}, pixels)
    assert values(open_picture(file)) == [255, 127, 0]


def test_twelve_bits_in_a_tiff_file_reach_from_black_to_white(recwarn):
    file = tiff({256: (4, 2), 258: (3, 12), 262: (3, 1)}, b"\x00\x0f\xff")
    assert values(open_picture(file)) == [0, 255]
    assert not recwarn


def test_unsigned_samples_of_32_bits_are_not_negative():
    pixels = struct.pack("<3I", 0, 1 << 31, (1 << 32) - 1)
    file = tiff({256: (4, 3), 258: (3, 32), 262: (3, 1)}, pixels)
    with pytest.warns(PictureWarning, match="which is taken as black to white"):
        assert values(open_picture(file)) == [0, 128, 255]
