"""The preview: a small visual condition becomes a picture of full size."""

import io
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gcx_format.generate.preview import enlarge
from gcx_format.visual.downscale import downscale

SAMPLES = sorted((Path(__file__).parents[3] / "samples").glob("*.jpg"))


def psnr(original: Image.Image, picture: Image.Image) -> float:
    error = np.asarray(original, np.float64) - np.asarray(picture, np.float64)
    return float(10 * np.log10(255**2 / np.mean(error * error)))


def ssim(original: Image.Image, picture: Image.Image) -> float:
    """The mean structural similarity of 8 x 8 blocks of luma (Wang et al., 2004)."""

    def blocks(image: Image.Image) -> np.ndarray:
        luma = np.asarray(image.convert("L"), np.float64)
        rows, columns = luma.shape[0] // 8, luma.shape[1] // 8
        tiled = luma[: rows * 8, : columns * 8].reshape(rows, 8, columns, 8)
        return tiled.transpose(0, 2, 1, 3).reshape(-1, 64)

    a, b = blocks(original), blocks(picture)
    mean_a, mean_b = a.mean(1), b.mean(1)
    covariance = (a * b).mean(1) - mean_a * mean_b
    first, second = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    likeness = (2 * mean_a * mean_b + first) * (2 * covariance + second)
    return float(
        np.mean(likeness / ((mean_a**2 + mean_b**2 + first) * (a.var(1) + b.var(1) + second)))
    )


def eighth(picture: Image.Image) -> Image.Image:
    return downscale(picture, (round(picture.width / 8), round(picture.height / 8)))


def coded(condition: Image.Image, quality: int | None) -> Image.Image:
    """What AV1 leaves of a condition; None keeps it as it is."""
    if quality is None:
        return condition
    file = io.BytesIO()
    condition.save(file, "AVIF", quality=quality, speed=6, max_threads=1)
    return Image.open(file, formats=("AVIF",)).convert("RGB")


def disc() -> Image.Image:
    picture = Image.new("RGB", (512, 384), (60, 90, 140))
    ImageDraw.Draw(picture).ellipse((100, 60, 360, 320), fill=(220, 180, 70))
    return picture


def test_there_are_sample_photographs():
    assert len(SAMPLES) >= 3


@settings(max_examples=60)
@given(
    condition=st.tuples(st.integers(1, 40), st.integers(1, 40)),
    size=st.tuples(st.integers(1, 200), st.integers(1, 200)),
    mode=st.sampled_from(["RGB", "L"]),
)
def test_size_and_mode_are_exact(condition, size, mode):
    picture = enlarge(Image.new(mode, condition, 77), size)
    assert picture.size == size
    assert picture.mode == mode


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (1, 128, 254)])
@pytest.mark.parametrize("condition", [(1, 1), (1, 9), (16, 12), (70, 47)])
def test_a_plain_colour_stays_as_it_is(colour, condition):
    picture = enlarge(Image.new("RGB", condition, colour), (300, 200))
    assert picture.getextrema() == tuple((value, value) for value in colour)


def test_grey_in_colour_stays_grey():
    luma = Image.linear_gradient("L").resize((24, 24))
    red, green, blue = enlarge(Image.merge("RGB", [luma] * 3), (192, 192)).split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()


def test_twice_the_same_condition_gives_twice_the_same_picture():
    condition = eighth(disc())
    assert enlarge(condition, (512, 384)).tobytes() == enlarge(condition, (512, 384)).tobytes()


def test_the_condition_is_left_alone():
    condition = eighth(disc())
    before = condition.tobytes()
    enlarge(condition, (512, 384))
    assert condition.tobytes() == before


def test_the_condition_covers_the_whole_picture_when_ratios_differ():
    condition = Image.new("L", (10, 10), 40)
    condition.paste(200, (5, 0, 10, 10))
    row = np.asarray(enlarge(condition, (173, 91)))[45].astype(int)
    middle = np.flatnonzero(row >= 120)[0]
    assert abs(middle - 173 / 2) <= 2


@pytest.mark.parametrize("edge", [128, 131, 134])
def test_an_edge_has_less_of_a_halo_than_by_bicubic(edge):
    original = Image.new("L", (256, 256), 60)
    original.paste(190, (edge, 0, 256, 256))
    condition = eighth(original)
    low, high = enlarge(condition, original.size).getextrema()
    bicubic = condition.resize(original.size, Image.Resampling.BICUBIC).getextrema()
    assert bicubic[0] < low <= 60
    assert bicubic[1] > high >= 190
    assert low >= 36
    assert high <= 198


def test_an_edge_is_narrower_than_bicubic_leaves_it():
    condition = eighth(disc())

    def steepest(picture: Image.Image) -> int:
        return int(np.abs(np.diff(np.asarray(picture)[190, :, 0].astype(int))).max())

    bicubic = condition.resize((512, 384), Image.Resampling.BICUBIC)
    assert steepest(enlarge(condition, (512, 384))) > 1.3 * steepest(bicubic)


def test_an_even_gradient_gets_no_steps():
    condition = Image.linear_gradient("L").resize((32, 32), Image.Resampling.BOX)
    column = np.asarray(enlarge(condition, (256, 256)))[32:224, 128].astype(int)
    assert set(np.diff(column)) <= {0, 1, 2}


def test_noise_of_a_flat_area_is_not_sharpened():
    noise = np.random.default_rng(7).normal(128, 4, (32, 32))
    condition = Image.fromarray(np.rint(noise).astype(np.uint8))
    bicubic = condition.resize((256, 256), Image.Resampling.BICUBIC)
    ours = np.asarray(enlarge(condition, (256, 256)), float).std()
    assert ours < 0.97 * np.asarray(bicubic, float).std()


@pytest.mark.parametrize("quality", [None, 50, 30])
def test_photographs_come_nearer_to_the_original_than_by_bicubic(quality):
    gains = []
    for sample in SAMPLES:
        original = Image.open(sample).convert("RGB")
        condition = coded(eighth(original), quality)
        ours = enlarge(condition, original.size)
        bicubic = condition.resize(original.size, Image.Resampling.BICUBIC)
        gains.append(
            (
                psnr(original, ours) - psnr(original, bicubic),
                ssim(original, ours) - ssim(original, bicubic),
            )
        )
    decibels, likeness = zip(*gains, strict=True)
    assert np.mean(decibels) > 0
    assert np.mean(likeness) > 0.005
    assert min(decibels) > -0.1
    assert min(likeness) > -0.01


@pytest.mark.parametrize("quality", [None, 50, 15])
def test_a_clear_shape_comes_much_nearer_to_the_original_than_by_bicubic(quality):
    condition = coded(eighth(disc()), quality)
    ours = enlarge(condition, (512, 384))
    bicubic = condition.resize((512, 384), Image.Resampling.BICUBIC)
    assert psnr(disc(), ours) > psnr(disc(), bicubic) + 0.2
    assert ssim(disc(), ours) > ssim(disc(), bicubic) + 0.008


@pytest.mark.parametrize("condition", [(500, 375), (128, 96)])
def test_twelve_megapixels_take_little_more_memory_than_themselves(condition):
    small = Image.new("RGB", condition, (90, 120, 60))
    tracemalloc.start()
    picture = enlarge(small, (4000, 3000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert picture.size == (4000, 3000)
    assert peak < 250_000_000


def test_a_thumbnail_smaller_than_the_condition_is_averaged():
    checks = np.indices((64, 64)).sum(0) % 2 * 255
    condition = Image.fromarray(checks.astype(np.uint8))
    low, high = enlarge(condition, (16, 16)).getextrema()
    assert low > 90
    assert high < 165
