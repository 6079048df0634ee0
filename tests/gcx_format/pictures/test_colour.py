"""Colours come out as they were meant, however a file tells what they are."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms, ImageFile

from gcx_format import PictureWarning
from gcx_format.pictures import normalise, open_picture

GREEN = (0, 200, 0)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def png(image: Image.Image, **chunks: bytes) -> io.BytesIO:
    """A PNG file with further chunks behind its header."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    data = buffer.getvalue()
    more = b"".join(
        struct.pack(">I", len(body)) + name.encode() + body
        + struct.pack(">I", zlib.crc32(name.encode() + body))
        for name, body in chunks.items()
    )  # fmt: skip
    return io.BytesIO(data[:33] + more + data[33:])


def pixel(source: io.BytesIO) -> tuple[int, ...]:
    """What encoding and screens get, which is the same."""
    made = normalise(open_picture(source)).getpixel((0, 0))
    assert open_picture(source, "show").getpixel((0, 0)) == made
    with Image.open(source) as image:
        assert normalise(image).getpixel((0, 0)) == made
    return made


def with_exif(image: Image.Image, space: int, index: str | None, **options) -> io.BytesIO:
    exif = Image.Exif()
    exif[0x8769] = {0xA001: space} | ({} if index is None else {0xA005: {1: index}})
    buffer = io.BytesIO()
    image.save(buffer, "PNG", exif=exif, **options)
    return buffer


def numbers(*values: float) -> bytes:
    return b"".join(round(value * 100000).to_bytes(4, "big") for value in values)


ADOBE = numbers(0.3127, 0.3290, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06)
BT709 = numbers(0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)
GAMMA_22 = numbers(1 / 2.2)


@pytest.mark.parametrize(("space", "index"), [(2, None), (65535, "R03"), (2, "R03")])
def test_adobe_rgb_by_exif_is_converted(space, index):
    # Adobe RGB's red and blue are those of sRGB, its green is not.
    made = pixel(with_exif(Image.new("RGB", (8, 8), (160, 190, 90)), space, index))
    assert made == pytest.approx((147, 191, 81), abs=2)


@pytest.mark.parametrize(("space", "index"), [(1, None), (1, "R98"), (65535, None), (65535, "R98")])
def test_other_colour_spaces_of_exif_change_nothing(space, index):
    image = Image.new("RGB", (8, 8), (160, 190, 90))
    assert pixel(with_exif(image, space, index)) == (160, 190, 90)


def test_a_profile_is_believed_before_exif():
    image = Image.new("RGB", (8, 8), (160, 190, 90))
    made = pixel(with_exif(image, 2, None, icc_profile=SRGB))
    assert made == pytest.approx((160, 190, 90), abs=1)


def test_grey_of_adobe_rgb_has_nearly_the_curve_of_srgb():
    made = pixel(with_exif(Image.new("L", (8, 8), 30), 2, None))
    assert made == pytest.approx(24, abs=1)


@pytest.mark.parametrize(
    ("chunks", "expected"),
    [
        ({"cHRM": ADOBE, "gAMA": GAMMA_22}, (147, 191, 81)),
        ({"cHRM": BT709, "gAMA": GAMMA_22}, (160, 190, 90)),
        ({"gAMA": GAMMA_22}, (160, 190, 90)),
        ({"gAMA": numbers(1.0)}, (206, 224, 160)),
        ({"gAMA": numbers(1.0), "sRGB": b"\0"}, (160, 190, 90)),
        ({"gAMA": numbers(0)}, (160, 190, 90)),
        ({"cHRM": bytes(32), "gAMA": GAMMA_22}, (160, 190, 90)),
        ({"cICP": bytes((1, 13, 0, 1))}, (160, 190, 90)),
        ({"cICP": bytes((1, 1, 0, 1))}, (160, 190, 90)),
        ({"cICP": bytes((12, 13, 0, 1))}, (152, 191, 72)),
        ({"cICP": bytes((12, 13, 0, 1)), "sRGB": b"\0"}, (152, 191, 72)),
        ({"cICP": bytes((1, 13, 0, 0))}, (168, 203, 86)),
    ],
)
def test_what_png_says_of_colours_holds(chunks, expected):
    image = Image.new("RGB", (8, 8), (160, 190, 90))
    assert pixel(png(image, **chunks)) == pytest.approx(expected, abs=2)


def test_gamma_holds_for_grey_and_for_what_is_partly_transparent():
    assert pixel(png(Image.new("L", (8, 8), 55), gAMA=numbers(1.0))) == pytest.approx(127, abs=2)
    image = png(Image.new("RGBA", (8, 8), (55, 55, 55, 100)), gAMA=numbers(1.0))
    assert open_picture(image, "show").getpixel((0, 0)) == pytest.approx(
        (127, 127, 127, 100), abs=2
    )


def test_an_unknown_colour_space_is_said():
    file = png(Image.new("RGB", (8, 8), GREEN), cICP=bytes((77, 13, 0, 1)))
    with pytest.warns(PictureWarning, match=r"colour space H\.273 77/13 is unknown"):
        assert normalise(open_picture(file)).getpixel((0, 0)) == GREEN


@pytest.mark.parametrize(
    ("transfer", "sample", "expected"),
    [
        # cd/m2 of the samples in PQ: 20, 203, 1000, 10000
        (16, 89, 87), (16, 148, 229), (16, 192, 255), (16, 255, 255), (16, 0, 0),
        # reference white and full of HLG
        (18, 191, 229), (18, 255, 255), (18, 0, 0),
    ],
)  # fmt: skip
def test_high_dynamic_range_is_rolled_off_with_a_warning(transfer, sample, expected):
    file = png(Image.new("RGB", (8, 8), (sample,) * 3), cICP=bytes((9, transfer, 0, 1)))
    with pytest.warns(PictureWarning, match="high dynamic range is not kept"):
        made = pixel(file)
    assert made == pytest.approx((expected,) * 3, abs=2)


def test_grey_in_pq_stays_grey():
    file = png(Image.new("L", (8, 8), 148), cICP=bytes((9, 16, 0, 1)))
    with pytest.warns(PictureWarning, match="high dynamic range"):
        assert pixel(file) == pytest.approx(229, abs=2)


def test_what_pillow_leaves_to_others_in_avif_is_done():
    image = Image.new("RGB", (64, 64), (160, 190, 90))
    buffer = io.BytesIO()
    image.save(buffer, "AVIF", quality=100, subsampling="4:4:4")
    data = buffer.getvalue()
    plain = pixel(io.BytesIO(data))
    assert plain == pytest.approx((160, 190, 90), abs=2)
    place = data.index(b"colrnclx") + 8
    assert data[place : place + 4] == struct.pack(">HH", 1, 13)  # sRGB, as Pillow marks it
    display_p3 = data[:place] + struct.pack(">HH", 12, 13) + data[place + 4 :]
    assert pixel(io.BytesIO(display_p3)) == pytest.approx((152, 191, 72), abs=3)


def test_nclx_of_heif_is_done_where_its_plug_in_tells():
    image = Image.new("RGB", (8, 8), (160, 190, 90))
    image.info["nclx_profile"] = {"color_primaries": 12, "transfer_characteristics": 13}
    assert normalise(image).getpixel((0, 0)) == pytest.approx((152, 191, 72), abs=2)


# --- profiles that do not fit ------------------------------------------------------------


@pytest.mark.parametrize(
    "profile", [SRGB, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()]
)
def test_grey_with_a_profile_of_colours_stays_as_it_is_in_silence(profile, recwarn):
    ramp = Image.frombytes("L", (256, 1), bytes(range(256)))
    ramp.info["icc_profile"] = profile
    assert normalise(ramp).tobytes() == bytes(range(256))
    assert not recwarn


def test_colours_with_a_profile_of_grey_stay_as_they_are_in_silence(recwarn):
    image = Image.new("RGB", (1, 1), GREEN)
    image.info["icc_profile"] = grey_profile()
    assert normalise(image).getpixel((0, 0)) == GREEN
    assert not recwarn


def test_cmyk_with_a_profile_of_something_else_is_said():
    image = Image.new("CMYK", (1, 1), (0, 255, 255, 0))
    image.info["icc_profile"] = SRGB
    with pytest.warns(PictureWarning, match="colour profile is not used"):
        assert normalise(image).getpixel((0, 0)) == (255, 0, 0)


def test_converted_colours_are_not_converted_again():
    once = normalise(open_picture(with_exif(Image.new("RGB", (8, 8), (160, 190, 90)), 2, None)))
    assert normalise(once).getpixel((0, 0)) == once.getpixel((0, 0)) != (160, 190, 90)
    assert not isinstance(once, ImageFile.ImageFile)
    assert once.info == {}


def grey_profile() -> bytes:
    body = b"curv" + bytes(8)
    return (
        (128 + 4 + 12 + len(body)).to_bytes(4, "big") + bytes(4) + bytes([2, 0x40, 0, 0])
        + b"mntrGRAYXYZ " + bytes(12) + b"acsp" + bytes(88)
        + struct.pack(">I4sII", 1, b"kTRC", 144, len(body)) + body
    )  # fmt: skip
