"""The score ranks what a picture could be: the original first, what drifted or is blurred last."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageEnhance, ImageFilter, ImageOps

from gcx_format import encode
from gcx_format.conditions import decode_condition
from gcx_format.generate.preview import enlarge
from gcx_format.generate.score import HOPELESS, score
from gcx_format.visual.downscale import downscale

SAMPLES = sorted((Path(__file__).parents[3] / "samples").glob("*.jpg"))


@pytest.fixture(scope="module", params=SAMPLES, ids=lambda path: path.stem)
def original(request) -> Image.Image:
    with Image.open(request.param) as image:
        return image.convert("RGB")


@pytest.fixture(scope="module", params=[150, 290, 600])
def condition(request, original) -> Image.Image:
    return decode_condition(encode(original, visual_bytes=request.param))


def swapped(image):
    red, green, blue = image.split()
    return Image.merge("RGB", (blue, green, red))


def other_hue(image):
    hue, *rest = image.convert("HSV").split()
    return Image.merge("HSV", (hue.point(lambda v: (v + 40) % 256), *rest)).convert("RGB")


def pixelated(image):
    small = image.resize((image.width // 12, image.height // 12), Image.Resampling.BOX)
    return small.resize(image.size, Image.Resampling.NEAREST)


def compressed_hard(image):
    file = io.BytesIO()
    image.save(file, "JPEG", quality=4)
    return Image.open(file).convert("RGB")


def zoomed(image):
    width, height = image.size
    box = (width // 16, height // 16, width - width // 16, height - height // 16)
    return image.resize(image.size, Image.Resampling.BICUBIC, box)


def noisy(image, levels, bands):
    """With noise as large in each channel, of its own in each where there are three bands."""
    noise = np.random.default_rng(0).normal(0, levels, (image.height, image.width, bands))
    return Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))


ALTERED = {
    "grey": lambda image: image.convert("L").convert("RGB"),
    "red and blue swapped": swapped,
    "another hue": other_hue,
    "pale": lambda image: ImageEnhance.Color(image).enhance(0.4),
    "vivid": lambda image: ImageEnhance.Color(image).enhance(2),
    "dark": lambda image: ImageEnhance.Brightness(image).enhance(0.7),
    "bright": lambda image: ImageEnhance.Brightness(image).enhance(1.3),
    "of low contrast": lambda image: ImageEnhance.Contrast(image).enhance(0.6),
    "slightly blurred": lambda image: image.filter(ImageFilter.GaussianBlur(2)),
    "blurred": lambda image: image.filter(ImageFilter.GaussianBlur(6)),
    "pixelated": pixelated,
    "compressed hard": compressed_hard,
    "of coloured noise": lambda image: noisy(image, 25, 3),
    "of much coloured noise": lambda image: noisy(image, 50, 3),
    "of grey noise": lambda image: noisy(image, 25, 1),
    "posterized": lambda image: ImageOps.posterize(image, 2),
    "moved a little": lambda image: ImageChops.offset(image, 16, 10),
    "zoomed in": zoomed,
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "upside down": lambda image: image.transpose(Image.Transpose.ROTATE_180),
    "moved far": lambda image: ImageChops.offset(image, image.width // 3, 0),
    "negative": ImageChops.invert,
    "empty": lambda image: Image.new("RGB", image.size, (120, 120, 120)),
}


@pytest.mark.parametrize("how", ALTERED)
def test_the_original_wins_over_every_altered_copy(original, condition, how):
    assert score(ALTERED[how](original), condition) < score(original, condition)


@pytest.mark.parametrize("kernel", [Image.Resampling.BICUBIC, Image.Resampling.NEAREST])
def test_the_original_wins_over_the_enlarged_condition(original, condition, kernel):
    enlarged = condition.resize(original.size, kernel)
    assert score(enlarged, condition) < score(original, condition) - 0.02


def test_the_original_wins_over_the_preview(original, condition):
    preview = enlarge(condition, original.size)
    assert score(preview, condition) < score(original, condition) - 0.05


def test_the_original_agrees_with_what_was_transmitted(original, condition):
    assert score(original, condition) > 0.8


def test_a_picture_agrees_with_its_own_small_copy(original):
    small = downscale(original, (original.width // 8, original.height // 8))
    assert score(original, small) > 0.85


def test_a_shift_of_a_few_pixels_costs_little(original, condition):
    moved = ImageChops.offset(original, 6, 4)
    assert score(moved, condition) > score(original, condition) - 0.12


@pytest.mark.parametrize("how", ["mirrored", "upside down", "moved far", "negative", "empty"])
def test_another_picture_scores_far_lower(original, condition, how):
    assert score(ALTERED[how](original), condition) < 0.8 * score(original, condition)


@pytest.mark.parametrize("how", ["upside down", "moved far", "negative", "empty"])
def test_what_has_nothing_to_do_with_it_is_hopeless(original, condition, how):
    assert score(ALTERED[how](original), condition) < HOPELESS < score(original, condition)


def test_more_drift_scores_lower(original, condition):
    mirrored = ALTERED["mirrored"](original)
    scores = [score(Image.blend(original, mirrored, part), condition) for part in (0, 0.3, 0.6, 1)]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("size", [(1, 1), (2, 9), (11, 300), (12, 12)])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_any_condition_gives_a_number_from_0_to_1(size, mode):
    small = Image.linear_gradient("L").resize(size).convert(mode)
    made = enlarge(small, (size[0] * 8, size[1] * 8))
    assert 0 <= score(made, small) <= 1


def test_a_smooth_picture_is_not_asked_for_detail():
    small = Image.linear_gradient("L").resize((64, 48)).convert("RGB")
    assert score(enlarge(small, (512, 384)), small) > 0.9
