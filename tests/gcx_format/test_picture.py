"""Pictures come in as people have them and leave as encoding needs them."""

import io

import numpy as np
import pytest
from PIL import Image

from gcx_format import InputError, PictureWarning
from gcx_format.picture import normalise, open_picture

RED, WHITE, BLUE = (255, 0, 0), (255, 255, 255), (0, 0, 255)


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


def test_sixteen_bits_are_rounded_to_eight():
    samples = np.array([[0, 128, 129, 32768, 65535]], dtype=np.uint16)
    assert list(normalise(Image.fromarray(samples)).get_flattened_data()) == [0, 0, 1, 128, 255]


def test_sixteen_bits_in_a_png_file_survive_as_grey():
    image = Image.fromarray(np.full((2, 2), 0x8080, dtype=np.uint16))
    assert normalise(reopened(image, "PNG")).getpixel((0, 0)) == 0x80


def test_float_samples_are_taken_as_zero_to_one():
    samples = np.array([[-1, 0, 0.5, 1, np.nan]], dtype=np.float32)
    assert list(normalise(Image.fromarray(samples)).get_flattened_data()) == [0, 0, 128, 255, 0]


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
    with pytest.raises(InputError, match="a folder, where a picture is meant"):
        open_picture(tmp_path)


def test_a_file_that_is_no_picture_is_named(tmp_path):
    path = tmp_path / "letter.jpg"
    path.write_text("Dear reader")
    with pytest.raises(InputError, match=r"letter\.jpg: no picture"):
        open_picture(path)


def test_a_damaged_picture_is_named(tmp_path):
    path = tmp_path / "cut.jpg"
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(InputError, match=r"cut\.jpg: the picture is damaged"):
        open_picture(path)


def test_a_decompression_bomb_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "large.png"
    Image.new("L", (64, 64)).save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(InputError, match=r"large\.png: too large"):
        open_picture(path)


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
