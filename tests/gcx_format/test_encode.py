"""A picture becomes its descriptor."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import gcx_format
from gcx_format import ArgumentError, BudgetError, InputError, PictureWarning, dumps, encode
from gcx_format.descriptor import condition_size
from gcx_format.visual.codec import default_scale

SAMPLES = Path(__file__).parents[2] / "samples"
COFFEE = SAMPLES / "coffee.jpg"


@pytest.fixture(scope="module")
def coffee() -> Image.Image:
    with Image.open(COFFEE) as image:
        image.load()
    return image


def test_words_and_condition_fit_into_some_hundred_bytes(coffee):
    descriptor = encode(coffee, text="A cup of espresso on a saucer.", visual_bytes=290)
    assert descriptor.size == (600, 400)
    assert descriptor.mode == "RGB"
    assert descriptor.text == "A cup of espresso on a saucer."
    assert len(descriptor.visual.payload) <= 290
    overhead = (
        len(dumps(descriptor)) - len(descriptor.visual.payload) - len(descriptor.coded_text.payload)
    )
    assert overhead <= 16


def test_a_path_does_as_well_as_a_picture(coffee):
    assert encode(COFFEE, visual_bytes=200) == encode(coffee, visual_bytes=200)


def test_without_a_budget_the_scale_is_the_papers(coffee):
    descriptor = encode(coffee)
    assert descriptor.visual.scale == 8
    assert descriptor.condition_size == (75, 50)


def test_without_a_budget_the_rate_is_the_papers_better_one(coffee):
    payload = encode(coffee).visual.payload
    assert 0.7 * 0.294 < 8 * len(payload) / (75 * 50) <= 0.294


@pytest.mark.parametrize(
    ("size", "scale", "condition"),
    [
        ((64, 64), 8, (8, 8)),
        ((768, 512), 8, (96, 64)),
        ((1024, 1024), 8, (128, 128)),
        ((1536, 1024), 8, (192, 128)),
        ((6000, 4000), 32, (188, 125)),
        ((12240, 16320), 96, (128, 170)),
        ((20000, 2000), 36, (556, 56)),  # a panorama: twice the pixels of the paper's square
        ((1, 1 << 20), 512, (1, 2048)),  # a strip: 2048 pixels long
        ((70000, 3), 36, (1944, 1)),
    ],
)
def test_by_default_a_condition_is_of_the_papers_size_whatever_the_camera(size, scale, condition):
    assert default_scale(size) == scale
    assert condition_size(*size, scale) == condition


@pytest.mark.parametrize("size", [(70000, 3), (3, 70000)])
def test_by_default_a_strip_of_any_length_is_encoded(size):
    assert encode(Image.new("RGB", size, "teal")).size == size


@pytest.mark.parametrize(
    ("size", "most"), [((64, 64), 64), ((768, 512), 225), ((1536, 1024), 602), ((6000, 4000), 602)]
)
def test_by_default_a_photograph_takes_the_bytes_of_the_papers_and_a_small_one_fewer(
    coffee, size, most
):
    payload = encode(coffee.resize(size)).visual.payload
    assert 0.7 * most < len(payload) <= most


def test_a_budget_that_cannot_be_used_is_told(coffee):
    expected = (
        r"the visual condition uses 6,\d{3} of the 149,987 bytes allowed: "
        "more do not make it better at scale 8"
    )
    with pytest.warns(PictureWarning, match=expected):
        assert encode(coffee, bpp=5).visual.scale == 8


def test_a_budget_in_bits_per_pixel_counts_the_whole_file(coffee):
    descriptor = encode(coffee, text="A cup of espresso.", bpp=0.01, note="a test")
    assert 8 * len(dumps(descriptor)) / (600 * 400) <= 0.01
    assert 8 * len(dumps(descriptor)) / (600 * 400) > 0.008


def test_a_larger_budget_is_used(coffee):
    small, large = (encode(coffee, visual_bytes=n).visual.payload for n in (150, 600))
    assert len(small) <= 150 < 450 < len(large) <= 600


def test_a_scale_that_is_asked_for_is_kept(coffee):
    descriptor = encode(coffee, visual_bytes=300, scale=16)
    assert descriptor.visual.scale == 16
    assert descriptor.condition_size == (38, 25)


def test_the_picture_is_described_as_it_is_seen():
    image = Image.new("RGB", (40, 20), "teal")
    image.getexif()[0x0112] = 6
    assert encode(image).size == (20, 40)


def test_grey_stays_grey():
    descriptor = encode(Image.linear_gradient("L"))
    assert descriptor.mode == "L"


def test_transparency_is_warned_of():
    with pytest.warns(PictureWarning, match="transparency"):
        encode(Image.new("RGBA", (16, 16), (0, 0, 0, 100)))


def test_words_alone_are_a_descriptor(coffee):
    descriptor = encode(coffee, text="  A cup.\r\n", visual="none")
    assert descriptor.text == "A cup."
    assert descriptor.visual is None
    assert len(dumps(descriptor)) <= len(descriptor.coded_text.payload) + 14


def test_what_is_to_be_kept_of_the_original_is_kept(coffee):
    descriptor = encode(
        coffee, text="A cup.", visual="none", original_sha256=bytes(32), note="n", encoder="e"
    )
    assert descriptor.original_sha256 == bytes(32)
    assert (descriptor.note, descriptor.encoder) == ("n", "e")


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (7, 9)])
def test_the_smallest_pictures_are_coded_too(size):
    descriptor = encode(Image.new("RGB", size, "orange"))
    assert gcx_format.decode(descriptor, generator="preview").image.size == size


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"visual": "none"}, "nothing would be left"),
        ({"visual": "none", "text": " \n"}, "nothing would be left"),
        ({"visual": "jpeg"}, "no visual codec is called 'jpeg'"),
        ({"effort": "great"}, "an effort is fast, normal, best, not 'great'"),
        ({"text": "a", "text_coding": "lzma"}, "unknown text coding 'lzma'"),
        ({"visual_bytes": 100, "bpp": 0.1}, "not both"),
        ({"visual": "none", "text": "a", "scale": 8}, "for a visual condition"),
        ({"scale": 0.5}, "a scale is from 1 to 1024"),
        ({"scale": 33}, "the nearest are 32 and 34"),
        ({"bpp": 0}, "a rate is above 0"),
        ({"text": "bell \a"}, "control character U\\+0007 as character 6"),
        ({"text": "x" * 65537}, "65537 bytes as UTF-8; 65536 are allowed"),
        ({"original_sha256": b"short"}, "a SHA-256 has 32 bytes, not 5"),
    ],
)
def test_what_cannot_be_is_said(coffee, arguments, message):
    with pytest.raises(ArgumentError, match=message):
        encode(coffee, **arguments)


@pytest.mark.parametrize("arguments", [{"visual_bytes": 3}, {"visual_bytes": 0}, {"bpp": 0.0001}])
def test_a_budget_that_nothing_fits_is_refused(coffee, arguments):
    with pytest.raises((BudgetError, ArgumentError)):
        encode(coffee, **arguments)


def test_a_missing_photograph_is_named(tmp_path):
    with pytest.raises(InputError, match=r"nowhere\.jpg: there is no such file"):
        encode(tmp_path / "nowhere.jpg")


def test_a_photograph_that_is_cut_short_is_encoded_where_that_is_asked_for(tmp_path):
    path = tmp_path / "cut.jpg"
    Image.effect_noise((200, 120), 60).save(path)
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(InputError, match="cut short; pass salvage=True to keep what is left"):
        encode(path)
    with pytest.warns(PictureWarning, match="what is missing is grey"):
        assert encode(path, salvage=True).size == (200, 120)


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("text", b"The sea.", "text is a string, not of type bytes"),
        ("text", 7, "text is a string, not of type int"),
        ("text", ["The sea."], "text is a string, not of type list"),
        ("note", 7, "note is a string, not of type int"),
        ("encoder", b"gcx", "encoder is a string, not of type bytes"),
        ("visual", None, "visual is a string, not of type NoneType"),
        ("effort", 2, "effort is a string, not of type int"),
        ("visual", ["av1"], "visual is a string, not of type list"),
        ("visual_bytes", "290", "visual_bytes is a whole number, not of type str"),
        ("visual_bytes", 290.0, "visual_bytes is a whole number, not of type float"),
        ("visual_bytes", True, "visual_bytes is a whole number, not of type bool"),
        ("visual_bytes", [290], "visual_bytes is a whole number, not of type list"),
        ("bpp", "0.1", "bpp is a number, not of type str"),
        ("bpp", True, "bpp is a number, not of type bool"),
        ("bpp", math.nan, "bpp is a finite number, not nan"),
        ("scale", "8", "scale is a number, not of type str"),
        ("scale", math.nan, "scale is a finite number, not nan"),
        ("scale", -math.inf, "scale is a finite number, not -inf"),
        ("scale", 0, "a scale is from 1 to 1024, not 0"),
        ("quality", 4.0, "quality is a whole number, not of type float"),
        ("quality", True, "quality is a whole number, not of type bool"),
        ("text_coding", None, "text_coding is a string, not of type NoneType"),
        ("original_sha256", "00" * 32, "original_sha256 is bytes, not of type str"),
        ("describe", None, "describe is a string, not of type NoneType"),
        ("salvage", "yes", "salvage is True or False, not of type str"),
        ("settings", {}, "settings is what load_settings returns, not of type dict"),
    ],
)
def test_an_argument_of_a_wrong_type_is_named(argument, value, message):
    with pytest.raises(ArgumentError, match=f"^{re.escape(message)}$"):
        encode(Image.new("RGB", (16, 16)), **{argument: value})


@pytest.mark.parametrize("image", [None, 7, b"sea.jpg", np.zeros((8, 8, 3), np.uint8)])
def test_what_is_no_picture_is_named_too(image):
    with pytest.raises(ArgumentError, match=r"^image is a Pillow image or a path, not of type "):
        encode(image)


def test_numbers_of_numpy_are_numbers():
    image = Image.linear_gradient("L")
    assert encode(image, visual_bytes=np.int64(90)) == encode(image, visual_bytes=90)
    assert encode(image, scale=np.float32(16)) == encode(image, scale=16)
    assert encode(image, scale=np.uint8(16)) == encode(image, scale=16)
    assert encode(image, bpp=np.float64(0.02)) == encode(image, bpp=0.02)
