"""What is saved as .gcx is turned upright once: by EXIF as it was opened, else not at all."""

import copy
import io
import pickle

import numpy as np
import pytest
from PIL import Image, ImageOps

from gcx_format import encode

RED, BLUE = (255, 0, 0), (0, 0, 255)
ORIENTATION = 0x0112

TURN = Image.Transpose.ROTATE_270


@pytest.fixture
def photo(request, tmp_path):
    """Stored as 64 x 96 and held sideways: upright it is 96 x 64, red at the top left."""
    upright = Image.new("RGB", (96, 64), BLUE)
    upright.paste(RED, (0, 0, 32, 32))
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    path = tmp_path / f"photo.{getattr(request, 'param', 'jpg')}"
    upright.transpose(Image.Transpose.ROTATE_90).save(path, exif=exif, quality=95)
    with Image.open(path) as image:
        yield image


def corners(image):
    """Where the red is, and the size, of what a picture becomes as .gcx."""
    file = io.BytesIO()
    image.save(file, "GCX", scale=2)
    with Image.open(file) as saved:
        saved.load()
        right, bottom = saved.width - 6, saved.height - 6
        places = {"tl": (5, 5), "tr": (right, 5), "bl": (5, bottom), "br": (right, bottom)}
        red = [name for name, place in places.items() if saved.getpixel(place)[0] > 128]
        return saved.size, *red


@pytest.mark.parametrize("photo", ["jpg", "png", "webp", "avif"], indirect=True)
def test_a_photograph_that_was_opened_becomes_upright(photo):
    turned = photo.transpose(TURN)
    assert corners(photo) == ((96, 64), "tl")
    assert corners(turned) == ((96, 64), "tl")


def test_so_does_one_whose_pixels_were_looked_at(photo):
    photo.load()
    photo.getexif()
    assert corners(photo) == ((96, 64), "tl")


@pytest.mark.parametrize("again", [lambda im: pickle.loads(pickle.dumps(im)), copy.deepcopy])
def test_so_does_its_pickled_copy(photo, again):
    assert corners(again(photo)) == ((96, 64), "tl")


def test_so_does_its_thumbnail_which_is_the_opened_picture_made_smaller(photo):
    photo.thumbnail((48, 48))
    assert photo.size == (32, 48)
    assert corners(photo) == ((48, 32), "tl")


@pytest.mark.parametrize(
    "turn",
    [
        lambda im: im.rotate(270, expand=True),
        lambda im: im.transpose(TURN),
        ImageOps.exif_transpose,
        lambda im: ImageOps.exif_transpose(im).copy(),
        lambda im: pickle.loads(pickle.dumps(im.transpose(TURN))),
        lambda im: copy.deepcopy(im.transpose(TURN)),
        lambda im: im.transpose(TURN).convert("RGBA").convert("RGB"),
    ],
    ids=["rotate", "transpose", "exif", "copied", "pickled", "deepcopied", "converted"],
)
def test_a_picture_that_was_turned_upright_is_not_turned_again(photo, turn):
    assert corners(turn(photo)) == ((96, 64), "tl")


def test_nor_is_one_that_was_turned_in_place(photo):
    ImageOps.exif_transpose(photo, in_place=True)
    assert corners(photo) == ((96, 64), "tl")


def test_nor_is_a_square_one_whose_size_tells_nothing(photo):
    square = photo.resize((64, 64)).transpose(TURN)
    assert corners(square) == ((64, 64), "tl")
    assert corners(square.rotate(180)) == ((64, 64), "br")


def from_array(image):
    made = Image.fromarray(np.asarray(image))
    made.info = dict(image.info)
    return made


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda im: im.copy(), ((64, 96), "bl")),
        (lambda im: im.convert("RGBA").convert("RGB"), ((64, 96), "bl")),
        (from_array, ((64, 96), "bl")),
        (lambda im: im.resize((32, 48)), ((32, 48), "bl")),
        (lambda im: im.reduce(2), ((32, 48), "bl")),
        (lambda im: im.crop((0, 32, 64, 96)), ((64, 64), "bl")),
        (lambda im: ImageOps.fit(im, (32, 48)), ((32, 48), "bl")),
        (lambda im: ImageOps.mirror(im), ((64, 96), "br")),
    ],
    ids=["copy", "convert", "fromarray", "resize", "reduce", "crop", "fit", "mirror"],
)
def test_a_picture_made_of_a_photograph_is_saved_as_its_pixels_are(photo, change, expected):
    assert corners(change(photo)) == expected


def test_looking_at_the_exif_of_such_a_picture_changes_nothing(photo):
    cropped = photo.crop((0, 32, 64, 80))
    assert cropped.getexif().get(ORIENTATION) == 6
    assert corners(cropped)[0] == (64, 48)


def test_an_orientation_that_the_program_sets_itself_counts(photo):
    cropped = photo.crop((0, 32, 64, 80))
    cropped.getexif()[ORIENTATION] = 8
    assert corners(cropped)[0] == (48, 64)


def test_an_orientation_in_xmp_is_as_stale_as_one_in_exif(photo):
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a tiff:Orientation="6"/></x:xmpmeta>'
    cropped = Image.new("RGB", (64, 32), BLUE)
    cropped.info["xmp"] = xmp
    assert corners(cropped)[0] == (64, 32)


def test_encoding_without_pillows_save_follows_the_same_rule(photo):
    assert encode(photo).size == (96, 64)
    assert encode(photo.transpose(TURN)).size == (96, 64)
    assert encode(photo.filename).size == (96, 64)
