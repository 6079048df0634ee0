"""Pictures come in as people have them and leave as encoding and screens need them."""

import io
import os
import struct
import zlib

import pytest
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFile, ImageStat

from gcx_format import InputError, NotEnoughMemoryError, PictureWarning, container
from gcx_format.pictures import (
    frame_count,
    is_picture_name,
    normalise,
    on_white,
    open_picture,
    upright_size,
)

RED, WHITE, BLUE = (255, 0, 0), (255, 255, 255), (0, 0, 255)

OPENED = {
    "AVIF", "BLP", "BMP", "CUR", "DCX", "DDS", "DIB", "FITS", "FLI", "FTEX", "GBR", "GIF", "ICNS",
    "ICO", "IM", "IMT", "JPEG", "JPEG2000", "MCIDAS", "MSP", "PCD", "PCX", "PIXAR", "PNG", "PPM",
    "PSD", "QOI", "SGI", "SPIDER", "SUN", "TGA", "TIFF", "WEBP", "XBM", "XPM", "XVTHUMB",
}  # fmt: skip
REFUSED = {
    "BUFR": b"BUFR" + bytes(60),
    "EPS": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n",
    "GCX": container.MAGIC + bytes(60),
    "GRIB": b"GRIB" + bytes(3) + b"\x01" + bytes(60),
    "HDF5": b"\x89HDF\r\n\x1a\n" + bytes(60),
    "IPTC": b"",
    "MPEG": b"\x00\x00\x01\xb3\x01\x00\x10" + bytes(60),
    "WMF": struct.pack("<IHhhhhHIH", 0x9AC6CDD7, 0, 0, 0, 9, 9, 72, 0, 0)
    + b"\x01\x00\t\x00\x00\x03",
}


@pytest.fixture(scope="module")
def picture() -> Image.Image:
    """A red disc at the left of a slope from orange to blue."""
    orange, blue = (Image.new("RGB", (320, 200), c) for c in ((230, 150, 60), (30, 60, 200)))
    made = Image.composite(blue, orange, Image.linear_gradient("L").rotate(90).resize((320, 200)))
    ImageDraw.Draw(made).ellipse((40, 60, 120, 140), (170, 20, 20))
    return made


def size_of(path) -> tuple[int, int]:
    """The size that a header promises."""
    with open_picture(path, "inspect") as image:
        return upright_size(image)


def reopened(image: Image.Image, format: str, **options: object) -> Image.Image:
    """The picture as it comes out of a file."""
    buffer = io.BytesIO()
    image.save(buffer, format, **options)
    return Image.open(buffer)


@pytest.mark.parametrize("format", ["PNG", "WEBP", "JPEG"])
@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0MM\0*\0\0", b"\0"])
def test_exif_in_disrepair_is_no_damage_to_the_pixels(format, exif):
    assert normalise(reopened(Image.new("RGB", (4, 2), BLUE), format, exif=exif)).size == (4, 2)


def test_a_picture_taken_with_the_camera_on_its_side_stands_upright():
    image = Image.new("RGB", (4, 2), BLUE)
    image.putpixel((0, 0), RED)
    exif = Image.Exif()
    exif[0x0112] = 6  # the top of the scene is at the right-hand side of the stored picture
    upright = normalise(reopened(image, "PNG", exif=exif.tobytes()))
    assert upright.size == (2, 4)
    assert upright.getpixel((1, 0)) == RED


@pytest.mark.parametrize(("stored", "mode"), [("RGB", "RGB"), ("L", "L"), ("1", "L")])
def test_plain_pictures_keep_their_kind(stored, mode):
    assert normalise(Image.new(stored, (3, 2))).mode == mode


def test_a_palette_becomes_its_colours():
    image = Image.new("P", (2, 1))
    image.putpalette([*RED, *BLUE])
    image.putpixel((1, 0), 1)
    assert list(normalise(image).get_flattened_data()) == [RED, BLUE]


def test_transparency_is_laid_on_white_with_a_warning():
    image = Image.new("RGBA", (2, 1), (*RED, 255))
    image.putpixel((1, 0), (*RED, 0))
    with pytest.warns(PictureWarning, match="transparency is not kept"):
        flat = normalise(image)
    assert list(flat.get_flattened_data()) == [RED, WHITE]


def test_grey_with_alpha_is_flattened_to_grey():
    with pytest.warns(PictureWarning):
        flat = normalise(Image.new("LA", (1, 1), (0, 128)))
    assert (flat.mode, flat.getpixel((0, 0))) == ("L", 127)


def test_a_transparent_palette_entry_is_laid_on_white():
    image = Image.new("P", (2, 1))
    image.putpalette([*RED, *BLUE])
    image.putpixel((1, 0), 1)
    with pytest.warns(PictureWarning):
        flat = normalise(reopened(image, "GIF", transparency=1))
    assert list(flat.get_flattened_data()) == [RED, WHITE]


def test_an_alpha_channel_that_hides_nothing_warns_of_nothing():
    assert normalise(Image.new("RGBA", (1, 1), (*RED, 255))).getpixel((0, 0)) == RED


def test_cmyk_becomes_rgb():
    image = Image.new("CMYK", (1, 1), (0, 255, 255, 0))
    assert normalise(image).getpixel((0, 0)) == RED


def test_colours_of_another_profile_are_converted_to_srgb():
    # In linear light, 21 % of full is what sRGB writes as one half.
    image = Image.new("RGB", (1, 1), (55, 55, 55))
    image.info["icc_profile"] = linear_rgb_profile()
    assert normalise(image).getpixel((0, 0)) == pytest.approx((127, 127, 127), abs=2)


def test_a_grey_picture_with_a_grey_profile_stays_grey():
    image = Image.new("L", (1, 1), 55)
    image.info["icc_profile"] = linear_grey_profile()
    grey = normalise(image)
    assert grey.mode == "L"
    assert grey.getpixel((0, 0)) == pytest.approx(127, abs=2)


def test_a_broken_profile_is_left_aside_with_a_warning():
    image = Image.new("RGB", (1, 1), RED)
    image.info["icc_profile"] = b"no profile at all"
    with pytest.warns(PictureWarning, match="colour profile is not used"):
        assert normalise(image).getpixel((0, 0)) == RED


def test_of_an_animation_the_first_frame_is_kept_with_a_warning():
    frames = [Image.new("RGB", (2, 2), colour) for colour in (RED, BLUE)]
    animation = reopened(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    with pytest.warns(PictureWarning, match="one of 2 frames"):
        assert normalise(animation).getpixel((0, 0)) == RED


def test_what_is_lost_is_told_to_who_asks_and_not_warned_of():
    frames = [Image.new("RGBA", (2, 2), (*colour, 100)) for colour in (RED, BLUE)]
    animation = reopened(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    animation.info["icc_profile"] = b"no profile at all"
    told = []
    normalise(animation, on_loss=lambda loss, message: told.append((loss, message)))
    assert [loss for loss, _ in told] == ["frames", "profile", "transparency"]
    assert told[0][1] == "only one of 2 frames is kept"


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"missing\.jpg: there is no such file"):
        open_picture(tmp_path / "missing.jpg")


def test_a_folder_is_no_picture(tmp_path):
    with pytest.raises(InputError, match="this is a folder, not a picture file"):
        open_picture(tmp_path)


def test_a_file_that_is_no_picture_is_named(tmp_path):
    path = tmp_path / "letter.jpg"
    path.write_text("Dear reader")
    with pytest.raises(
        InputError, match=r"letter\.jpg: this is not a picture in a supported format"
    ):
        open_picture(path)


@pytest.mark.parametrize("purpose", ["encode", "show"])
def test_a_damaged_picture_is_named(tmp_path, purpose):
    path = tmp_path / "cut.jpg"
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(InputError, match=r"cut\.jpg: the picture is damaged"):
        open_picture(path, purpose)


def test_a_damaged_picture_that_pillow_opened_is_named(tmp_path):
    path = tmp_path / "cut.jpg"
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[:1200])
    with Image.open(path) as image, pytest.raises(InputError, match=r"cut\.jpg: .* converted"):
        normalise(image)


def test_too_little_memory_says_nothing_against_the_file(tmp_path, monkeypatch):
    path = tmp_path / "large.png"
    Image.new("L", (64, 64)).save(path)
    monkeypatch.setattr(Image.Image, "copy", lambda image: exec("raise MemoryError"))
    with pytest.raises(NotEnoughMemoryError, match=r"large\.png: not enough memory"):
        open_picture(path, "show")


def test_every_format_of_pillow_is_opened_or_refused_on_purpose():
    Image.init()
    ours = {name for name in Image.ID if Image.OPEN[name][0].__module__.startswith("PIL.")}
    assert ours - {"JPEG"} <= (OPENED | REFUSED.keys()) - {"JPEG"}


@pytest.mark.parametrize("format", sorted(REFUSED.keys() - {"IPTC"}))
@pytest.mark.parametrize("suffix", ["eps", "jpg", "png", "gcx"])
@pytest.mark.parametrize("purpose", ["inspect", "encode", "show"])
def test_what_is_not_decoded_in_this_process_is_refused_whatever_it_is_called(
    tmp_path, format, suffix, purpose
):
    path = tmp_path / f"drawing.{suffix}"
    path.write_bytes(REFUSED[format])
    expected = "not a photograph" if format == "GCX" else "is not supported; convert the file"
    with pytest.raises(InputError, match=expected) as caught:
        open_picture(path, purpose)
    assert caught.value.filename == path
    with path.open("rb") as file, pytest.raises(InputError, match=expected) as caught:
        open_picture(file, purpose)
    assert caught.value.filename is None


def test_an_envelope_is_not_opened_whatever_is_in_it(tmp_path):
    fields = [(3, 20, b"\x00\x04"), (3, 30, b"\x00\x04"), (3, 60, b"\x01\x00"), (3, 120, b"\x05")]
    fields.append((8, 10, REFUSED["EPS"]))
    data = b"".join(struct.pack(">BBBH", 0x1C, *at, len(it)) + it for *at, it in fields)
    (tmp_path / "a.iim").write_bytes(data)
    with Image.open(tmp_path / "a.iim") as image:
        assert image.format == "IPTC"
    with pytest.raises(InputError, match="not a picture in a supported format"):
        open_picture(tmp_path / "a.iim")


@pytest.mark.parametrize("name", ["a.jpg", "b/A.JPEG", "a.webp", "a.avif", "a.mpo", ".png.png"])
def test_names_of_pictures_are_known(name):
    assert is_picture_name(name)


@pytest.mark.parametrize(
    "name", ["a.gcx", "a.eps", "a.ps", "a.wmf", "a.emf", "a.mpg", "a.iim", "a.pdf", "a", "jpg"]
)
def test_names_of_what_is_not_opened_are_known(name):
    assert not is_picture_name(name)


def test_a_picture_is_opened_from_a_file_that_is_open(picture):
    file = io.BytesIO()
    picture.save(file, "PNG")
    assert open_picture(file).tobytes() == picture.tobytes()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(InputError, match=r"pipe\.jpg: this is not a picture file"):
        open_picture(tmp_path / "pipe.jpg")


def test_what_the_system_will_not_read_is_said_as_the_system_says_it(tmp_path):
    with pytest.raises(InputError, match="it cannot be read: File name too long"):
        open_picture(tmp_path / ("a" * 300))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["jpg", "png", "tif", "webp", "avif"])
def test_the_header_tells_the_size_of_the_upright_picture(picture, tmp_path, format, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / f"turned.{format}"
    picture.resize((40, 20)).save(path, exif=exif)
    turned = (20, 40) if orientation > 4 else (40, 20)
    assert size_of(path) == open_picture(path, "show").size == turned
    assert normalise(open_picture(path)).size == turned


def test_the_header_is_read_without_decoding(picture, tmp_path, monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: pytest.fail("decoded"))
    for name in ("a.png", "a.jpg", "a.tif", "a.bmp", "a.webp"):
        picture.save(tmp_path / name)
        assert size_of(tmp_path / name) == (320, 200)


@pytest.mark.parametrize("chunk", ["eXIf", "zTXt"])
def test_what_a_png_file_says_after_its_pixels_counts(tmp_path, chunk):
    exif = Image.Exif()
    exif[0x0112] = 6
    data = exif.tobytes()
    if chunk == "zTXt":
        raw = f"\nexif\n{len(data):8}\n{data.hex()}\n".encode()
        data = b"Raw profile type exif\0\0" + zlib.compress(raw)
    else:
        data = data.removeprefix(b"Exif\0\0")
    buffer = io.BytesIO()
    Image.new("RGB", (4, 2)).save(buffer, "PNG")
    head, end = buffer.getvalue()[:-12], buffer.getvalue()[-12:]
    body = chunk.encode() + data
    late = struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))
    (tmp_path / "late.png").write_bytes(head + late + end)
    assert size_of(tmp_path / "late.png") == (2, 4)
    assert open_picture(tmp_path / "late.png", "show").size == (2, 4)


@pytest.mark.parametrize("mode", ["RGB", "P", "RGBA", "L"])
def test_a_profile_is_converted_from_alike_for_encoding_and_for_the_screen(tmp_path, mode):
    picture = Image.new("RGB", (4, 4), (55, 55, 55))
    picture = picture.quantize() if mode == "P" else picture.convert(mode)
    profile = linear_grey_profile() if mode == "L" else linear_rgb_profile()
    picture.save(tmp_path / "dark.png", icc_profile=profile)
    encoded = normalise(open_picture(tmp_path / "dark.png"))
    shown = open_picture(tmp_path / "dark.png", "show")
    assert shown.mode == encoded.mode == ("L" if mode == "L" else "RGB")
    assert shown.tobytes() == encoded.tobytes()
    assert encoded.convert("L").getpixel((0, 0)) == pytest.approx(127, abs=2)


def test_a_normalised_picture_stays_as_it_is(tmp_path):
    image = Image.new("P", (4, 4))
    image.putpalette([55, 55, 55])
    image.info["icc_profile"] = linear_rgb_profile()
    once = normalise(image)
    assert normalise(once).tobytes() == once.tobytes()
    assert "icc_profile" in image.info


def test_holes_in_a_picture_of_one_bit_are_seen_and_laid_on_white(tmp_path):
    image = Image.new("1", (2, 1))
    image.save(tmp_path / "hole.png", transparency=0)
    assert open_picture(tmp_path / "hole.png", "show").getchannel("A").getextrema() == (0, 0)
    with pytest.warns(PictureWarning, match="laid on white"):
        assert normalise(open_picture(tmp_path / "hole.png")).getpixel((0, 0)) == 255


@pytest.mark.parametrize(("mode", "flat"), [("LA", "L"), ("RGBA", "RGB")])
def test_on_white_there_are_no_holes(mode, flat):
    image = Image.new(mode, (1, 1))
    assert on_white(image).mode == flat
    assert on_white(image).convert("L").getpixel((0, 0)) == 255
    assert on_white(opaque := image.convert(flat)) is opaque


def test_a_turned_photograph_is_shown_upright(picture, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    picture.save(tmp_path / "turned.png", exif=exif)
    image = open_picture(tmp_path / "turned.png", "show")
    assert image.tobytes() == picture.transpose(Image.Transpose.ROTATE_270).tobytes()


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0MM\0*\0\0", b"\0"])
def test_exif_in_disrepair_turns_nothing(picture, tmp_path, exif):
    path = tmp_path / "odd.png"
    picture.save(path, exif=exif)
    assert size_of(path) == open_picture(path, "show").size == picture.size


def test_colours_are_as_they_are_meant(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    wide = Image.new("LAB", (4, 4), (200, 128 + 40, 128))
    wide.save(tmp_path / "lab.tiff", icc_profile=profile)
    red, green, _ = open_picture(tmp_path / "lab.tiff", "show").getpixel((0, 0))
    assert red > green + 30


def test_a_profile_of_no_use_is_left_out(picture, tmp_path):
    picture.save(tmp_path / "odd.png", icc_profile=b"no profile at all")
    assert open_picture(tmp_path / "odd.png", "show").tobytes() == picture.tobytes()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_stays_so(tmp_path, mode):
    image = Image.new("RGBA", (4, 2), (200, 40, 90, 255))
    image.paste((0, 0, 0, 0), (0, 0, 2, 2))
    path = tmp_path / "hole.png"
    (image.quantize() if mode == "P" else image.convert(mode)).save(path)
    shown = open_picture(path, "show")
    assert shown.mode == "RGBA"
    assert shown.getchannel("A").tobytes() == bytes([0, 0, 255, 255] * 2)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "I;16", "RGBA"])
def test_every_mode_becomes_one_that_can_be_drawn(tmp_path, mode):
    image = Image.linear_gradient("L")
    if mode == "I;16":
        image = image.convert("I").point(lambda value: value * 257).convert("I;16")
    image.convert(mode).save(tmp_path / "slope.tiff")
    shown = open_picture(tmp_path / "slope.tiff", "show")
    assert shown.mode in ("L", "RGB")
    assert shown.size == (256, 256)
    assert shown.convert("L").getpixel((128, 5)) < 40
    assert shown.convert("L").getpixel((128, 250)) > 215


def test_of_an_animation_the_first_frame_is_shown(tmp_path):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "two.gif", save_all=True, append_images=frames[1:])
    with open_picture(tmp_path / "two.gif", "inspect") as image:
        assert frame_count(image) == 2
    assert open_picture(tmp_path / "two.gif", "show").convert("RGB").getpixel((1, 1)) == (255, 0, 0)


def test_a_jpeg_can_be_had_smaller_and_sooner(picture, tmp_path):
    path = tmp_path / "large.jpg"
    picture.resize((1600, 1000)).save(path)
    assert open_picture(path, "show", enough=100_000).size == (400, 250)
    assert open_picture(path, "show", enough=2_000_000).size == (1600, 1000)


@pytest.mark.parametrize("name", ["turned.png", "turned.tiff", "turned.webp", "turned.jpg"])
def test_what_is_read_quickly_is_the_same_picture_with_fewer_pixels(picture, tmp_path, name):
    exif = Image.Exif()
    exif[0x0112] = 6
    large = picture.resize((1280, 800))
    large.save(tmp_path / name, exif=exif, quality=95)
    small = open_picture(tmp_path / name, "show", enough=320 * 200)
    assert small.size == (200, 320)
    upright = picture.transpose(Image.Transpose.ROTATE_270)
    assert ImageStat.Stat(ImageChops.difference(small, upright)).mean < [4.0] * 3


def linear_rgb_profile() -> bytes:
    """A matrix profile with sRGB's primaries (adapted to D50) and a gamma of 1 (ICC.1:2022)."""
    primaries = {
        b"rXYZ": (0.4361, 0.2225, 0.0139),
        b"gXYZ": (0.3851, 0.7169, 0.0971),
        b"bXYZ": (0.1431, 0.0606, 0.7141),
    }
    tags = {name: xyz(*value) for name, value in primaries.items()}
    tags |= dict.fromkeys([b"rTRC", b"gTRC", b"bTRC"], b"curv" + bytes(8))
    return icc_profile(b"RGB ", tags)


def linear_grey_profile() -> bytes:
    return icc_profile(b"GRAY", {b"kTRC": b"curv" + bytes(8)})


def xyz(*values: float) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(s15_fixed_16(value) for value in values)


def s15_fixed_16(value: float) -> bytes:
    return round(value * 65536).to_bytes(4, "big", signed=True)


def icc_profile(colour_space: bytes, tags: dict[bytes, bytes]) -> bytes:
    tags = {b"wtpt": xyz(0.9642, 1.0, 0.8249)} | tags
    offset = 128 + 4 + 12 * len(tags)
    table, data = b"", b""
    for name, body in tags.items():
        table += name + (offset + len(data)).to_bytes(4, "big") + len(body).to_bytes(4, "big")
        data += body + bytes(-len(body) % 4)
    size = offset + len(data)
    header = (
        size.to_bytes(4, "big") + bytes(4) + bytes([2, 0x40, 0, 0]) + b"mntr" + colour_space
        + b"XYZ " + bytes(12) + b"acsp" + bytes(28)
        + s15_fixed_16(0.9642) + s15_fixed_16(1.0) + s15_fixed_16(0.8249) + bytes(48)
    )  # fmt: skip
    return header + len(tags).to_bytes(4, "big") + table + data
