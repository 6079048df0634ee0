"""Ordinary pictures come upright, in sRGB, 8 bits a sample, bounded."""

import io

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from gcx_format import InputError
from gcx_viewer.core import photographs


def test_a_turned_photograph_stands_upright(picture, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    picture.save(tmp_path / "turned.png", exif=exif)
    image = photographs.read(tmp_path / "turned.png")
    assert image.tobytes() == picture.transpose(Image.Transpose.ROTATE_270).tobytes()


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0MM\0*\0\0", b"\0"])
def test_exif_in_disrepair_is_no_damage_to_the_pixels(picture, tmp_path, exif):
    path = tmp_path / "odd.png"
    picture.save(path, exif=exif)
    assert photographs.inspect(path).size == photographs.read(path).size == picture.size


def test_colours_are_as_they_are_meant(tmp_path):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    wide = Image.new("LAB", (4, 4), (200, 128 + 40, 128))
    wide.save(tmp_path / "lab.tiff", icc_profile=profile)
    red, green, _ = photographs.read(tmp_path / "lab.tiff").getpixel((0, 0))
    assert red > green + 30


def test_a_profile_of_no_use_is_left_out(picture, tmp_path):
    picture.save(tmp_path / "odd.png", icc_profile=b"no profile at all")
    assert photographs.read(tmp_path / "odd.png").tobytes() == picture.tobytes()


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_stays_so(tmp_path, mode):
    image = Image.new("RGBA", (4, 2), (200, 40, 90, 255))
    image.paste((0, 0, 0, 0), (0, 0, 2, 2))
    path = tmp_path / "hole.png"
    (image.quantize() if mode == "P" else image.convert(mode)).save(path)
    shown = photographs.read(path)
    assert shown.mode == "RGBA"
    assert shown.getchannel("A").tobytes() == bytes([0, 0, 255, 255] * 2)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "I;16", "RGBA"])
def test_every_mode_becomes_one_that_can_be_drawn(tmp_path, mode):
    image = Image.linear_gradient("L")
    if mode == "I;16":
        image = image.convert("I").point(lambda value: value * 257).convert("I;16")
    image.convert(mode).save(tmp_path / "slope.tiff")
    shown = photographs.read(tmp_path / "slope.tiff")
    assert shown.mode in ("L", "RGB")
    assert shown.size == (256, 256)
    assert shown.convert("L").getpixel((128, 5)) < 40
    assert shown.convert("L").getpixel((128, 250)) > 215


def test_of_an_animation_the_first_frame_is_shown(tmp_path):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "two.gif", save_all=True, append_images=frames[1:])
    assert photographs.inspect(tmp_path / "two.gif").facts["animated"]
    assert photographs.read(tmp_path / "two.gif").convert("RGB").getpixel((1, 1)) == (255, 0, 0)


def test_a_jpeg_can_be_had_smaller_and_sooner(picture, tmp_path):
    path = tmp_path / "large.jpg"
    picture.resize((1600, 1000)).save(path)
    assert photographs.read(path, quickly=100_000).size == (400, 250)
    assert photographs.read(path, quickly=2_000_000).size == (1600, 1000)


def test_a_damaged_picture_is_an_error_that_names_it(photograph):
    data = photograph.read_bytes()
    photograph.write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match=r"photograph\.jpg.*damaged"):
        photographs.read(photograph)


def test_what_is_no_picture_is_an_error(tmp_path):
    path = tmp_path / "words.png"
    path.write_bytes(io.BytesIO(b"no picture").read())
    with pytest.raises(InputError, match="no picture of a format"):
        photographs.read(path)


@pytest.mark.parametrize("name", ["turned.png", "turned.tiff", "turned.webp", "turned.jpg"])
def test_what_is_read_quickly_is_the_same_picture_with_fewer_pixels(picture, tmp_path, name):
    exif = Image.Exif()
    exif[0x0112] = 6
    large = picture.resize((1280, 800))
    large.save(tmp_path / name, exif=exif, quality=95)
    small = photographs.read(tmp_path / name, quickly=320 * 200)
    assert small.size == (200, 320)
    upright = picture.transpose(Image.Transpose.ROTATE_270)
    assert ImageStat.Stat(ImageChops.difference(small, upright)).mean < [4.0] * 3
