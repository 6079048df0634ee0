"""The score tells reconstructions that agree with the condition from those that drifted."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageFilter

from gcx_format import encode
from gcx_format.conditions import decode_condition
from gcx_format.generate.preview import enlarge
from gcx_format.generate.score import score
from gcx_format.visual.downscale import downscale

SAMPLES = sorted((Path(__file__).parents[3] / "samples").glob("*.jpg"))


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda path: path.stem)
def original(request) -> Image.Image:
    with Image.open(request.param) as image:
        return image.convert("RGB")


@pytest.fixture(scope="module")
def condition(original) -> Image.Image:
    return decode_condition(encode(original, visual_bytes=300))


def test_a_picture_agrees_fully_with_its_own_small_copy(original):
    small = downscale(original, (original.width // 8, original.height // 8))
    assert score(original, small) == pytest.approx(1, abs=1e-6)


def test_the_original_agrees_with_what_was_transmitted(original, condition):
    assert score(original, condition) > 0.8


def test_sharp_and_blurred_agree_nearly_alike(original, condition):
    blurred = original.filter(ImageFilter.GaussianBlur(3))
    assert score(blurred, condition) == pytest.approx(score(original, condition), abs=0.08)


def test_a_shift_of_a_few_pixels_costs_little(original, condition):
    moved = ImageChops.offset(original, 6, 4)
    assert score(moved, condition) > score(original, condition) - 0.12


@pytest.mark.parametrize(
    "drifted",
    [
        lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        lambda image: image.transpose(Image.Transpose.ROTATE_180),
        lambda image: ImageChops.offset(image, image.width // 3, 0),
        ImageChops.invert,
        lambda image: Image.new("RGB", image.size, (120, 120, 120)),
    ],
    ids=["mirrored", "upside down", "moved far", "negative", "empty"],
)
def test_what_drifted_scores_far_lower(original, condition, drifted):
    assert score(drifted(original), condition) < 0.8 * score(original, condition)


def test_wrong_colours_are_seen(original, condition):
    red, green, blue = original.split()
    swapped = Image.merge("RGB", (blue, red, green))
    assert score(swapped, condition) < score(original, condition)


def test_more_drift_scores_lower(original, condition):
    mirrored = original.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    scores = [score(Image.blend(original, mirrored, part), condition) for part in (0, 0.3, 0.6, 1)]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (11, 300), (12, 12)])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_any_condition_gives_a_number_from_0_to_1(size, mode):
    small = Image.linear_gradient("L").resize(size).convert(mode)
    made = enlarge(small, (size[0] * 8, size[1] * 8))
    assert 0 <= score(made, small) <= 1
    assert score(made, small) > 0.9
    assert 0 <= score(ImageChops.invert(made), small) <= 1
