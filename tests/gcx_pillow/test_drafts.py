"""Drafts and thumbnails are made from what lies in the file."""

import pytest
from PIL import Image, ImageChops, ImageStat

import gcx_pillow.image_file


@pytest.fixture
def no_generator(monkeypatch):
    """Whatever makes whole pictures is out of reach."""

    def refuse(*arguments, **options):
        raise AssertionError("a whole picture was generated")

    monkeypatch.setattr(gcx_pillow.image_file, "decode", refuse)


@pytest.mark.parametrize(
    ("box", "expected"),
    [((64, 64), (64, 40)), ((100, 20), (32, 20)), ((300, 300), (300, 188)), ((1, 1), (1, 1))],
)
def test_a_thumbnail_has_the_size_that_pillow_gives_it(house, box, expected, no_generator):
    with Image.open(house) as image:
        image.thumbnail(box)
        assert image.size == expected
        assert len(image.tobytes()) == expected[0] * expected[1] * 3


@pytest.mark.parametrize("reducing_gap", [None, 1.0, 3.0])
def test_a_thumbnail_is_local_however_pillow_is_asked_for_it(house, reducing_gap, no_generator):
    with Image.open(house) as image:
        image.thumbnail((64, 64), reducing_gap=reducing_gap)
        assert image.resize((32, 20)).size == (32, 20)


def test_a_thumbnail_larger_than_the_picture_is_the_picture_and_local(house, no_generator):
    with Image.open(house) as image:
        image.thumbnail((4000, 4000))
        image.load()
        assert image.size == image.im.size == (320, 200)


def test_every_size_of_thumbnail_is_the_one_that_pillow_gives(house, picture, no_generator):
    for side in range(1, 330, 23):
        plain = picture.copy()
        plain.thumbnail((side, side + 10))
        with Image.open(house) as image:
            image.thumbnail((side, side + 10))
            assert image.size == plain.size


def test_a_thumbnail_of_a_loaded_picture_is_made_from_it(house):
    with Image.open(house) as image:
        image.paste((0, 255, 0), (0, 0, 320, 200))
        image.thumbnail((64, 64))
        assert image.size == (64, 40)
        assert image.getpixel((30, 20)) == (0, 255, 0)


def test_a_thumbnail_looks_like_the_picture(house, picture, no_generator):
    with Image.open(house) as image:
        image.thumbnail((64, 64))
        difference = ImageChops.difference(image, picture.resize(image.size))
        assert max(ImageStat.Stat(difference).mean) < 16


def test_a_thumbnail_of_words_alone_is_a_small_card(words, no_generator):
    with Image.open(words) as image:
        image.thumbnail((96, 96))
        assert image.size == (96, 64)


def test_a_thumbnail_says_what_made_it(house, no_generator):
    with Image.open(house) as image:
        image.thumbnail((64, 64))
        assert image.info["gcx"]["source"] == "visual condition"
        assert image.info["gcx"]["width"] == 320
        assert b"algorithmicallyEnhanced" in image.info["xmp"]


def test_a_thumbnail_of_a_gigapixel_takes_no_gigapixel(sized, monkeypatch, no_generator):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    with Image.open(sized(32768, 32768)) as image:
        image.thumbnail((32, 32))
        assert image.size == (32, 32)


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ((160, 100), (160, 100)),
        ((100, 100), (160, 100)),
        ((160, 1), (160, 100)),
        ((30, 10), (30, 19)),
        ((0, 0), (1, 1)),
        ((320, 200), (320, 200)),
        ((1000, 1000), (320, 200)),
    ],
)
def test_a_draft_is_the_smallest_that_covers_what_is_asked(house, asked, given, no_generator):
    with Image.open(house) as image:
        assert image.draft(None, asked) == ("RGB", (0, 0, *given))
        assert image.size == given
        image.load()
        assert image.im.size == given


def test_a_draft_can_be_grey(house, no_generator):
    with Image.open(house) as image:
        assert image.draft("L", None) == ("L", (0, 0, 320, 200))
        image.load()
        assert (image.mode, image.im.mode) == ("L", "L")


def test_a_draft_of_a_grey_picture_stays_grey(grey_house):
    with Image.open(grey_house) as image:
        assert image.draft("RGB", (32, 20)) == ("L", (0, 0, 32, 20))
        image.load()
        assert image.mode == "L"


def test_a_draft_comes_too_late_for_a_loaded_picture(house):
    with Image.open(house) as image:
        image.load()
        assert image.draft("L", (10, 10)) is None
        assert (image.mode, image.size) == ("RGB", (320, 200))


def test_a_second_draft_changes_nothing(house):
    with Image.open(house) as image:
        image.draft(None, (100, 100))
        assert image.draft("L", (10, 10)) is None
        assert image.size == (160, 100)
