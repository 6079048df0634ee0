"""The search keeps within its bytes, and finds what trying everything would find."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gcx_format.descriptor import condition_size
from gcx_format.errors import ArgumentError, BudgetError
from gcx_format.similarity import Original, psnr, ssim
from gcx_format.visual.av1 import codec, search
from gcx_format.visual.downscale import downscale


def photograph(size, mode="RGB", detail=6.0):
    """Waves of many lengths: like photographs, with less to see the closer one looks."""
    width, height = size
    y, x = np.mgrid[:height, :width] / max(size)
    rng = np.random.default_rng(3)
    samples = np.zeros((height, width, 3))
    for octave in range(1, int(detail) + 1):
        for _ in range(4):
            a, b, phase = rng.normal(0, 2.0**octave, 3)
            colour = rng.normal(0.7, 0.3, 3)
            samples += np.sin(a * x + b * y + phase)[..., None] * colour / 1.5**octave
    samples = 125 + 60 * samples / samples.std()
    return Image.fromarray(samples.clip(0, 255).astype(np.uint8)).convert(mode)


class Mosaic:
    """A codec as simple as can be: quality n keeps (n + 1) x (n + 1) pixels, three bytes each."""

    qualities = range(40)

    def __init__(self):
        self.calls = 0

    def encode(self, picture, quality, *, speed):
        self.calls += 1
        return picture.resize((quality + 1, quality + 1), Image.Resampling.BOX).tobytes()

    def decode(self, payload, size, mode):
        side = math.isqrt(len(payload) // 3)
        return Image.frombytes(mode, (side, side), payload).resize(size, Image.Resampling.BILINEAR)


@pytest.mark.parametrize(("max_bytes", "mode"), [(40, "RGB"), (290, "RGB"), (150, "L")])
def test_the_payload_fits_and_decodes_to_what_was_measured(max_bytes, mode):
    picture = photograph((512, 384), mode)
    choice = search.fit(picture, max_bytes)
    assert len(choice.payload) <= max_bytes
    assert choice.scale >= 8
    decoded = codec.decode(choice.payload, condition_size(512, 384, choice.scale), mode)
    truth = downscale(picture, (64, 48))
    enlarged = decoded.resize((64, 48), Image.Resampling.LANCZOS)
    assert psnr(truth, enlarged) == choice.psnr
    assert ssim(truth, enlarged) == choice.ssim


def test_more_bytes_make_a_better_picture():
    picture = photograph((256, 256), detail=8)
    scores = [search.fit(picture, max_bytes).score for max_bytes in (40, 80, 160, 320)]
    assert scores == sorted(scores)
    assert scores[-1] > scores[0] + 3


def test_few_bytes_ask_for_a_coarser_scale_than_many():
    picture = photograph((512, 512), detail=9)
    assert search.fit(picture, 50).scale > search.fit(picture, 1500).scale == 8


def test_the_same_picture_gives_the_same_payload():
    picture = photograph((160, 100))
    assert search.fit(picture, 150) == search.fit(picture, 150)


@pytest.mark.parametrize("scale", [4.0, 8.0, 12.0, 40.0])
def test_a_scale_that_is_asked_for_is_used(scale):
    choice = search.fit(photograph((320, 320)), 400, scale=scale)
    assert choice.scale == scale
    codec.decode(choice.payload, condition_size(320, 320, scale), "RGB")


def test_a_finer_scale_than_eight_is_searched_where_allowed():
    choice = search.fit(photograph((48, 48)), 1200, finest=1.0)
    assert choice.scale < 2


def test_a_scale_that_cannot_be_stored_is_refused():
    with pytest.raises(ArgumentError, match=r"nearest are 8 and 8\.5"):
        search.fit(photograph((64, 64)), 100, scale=8.3)


def test_nothing_fits_into_three_bytes_and_the_error_says_what_would():
    with pytest.raises(BudgetError, match="3 bytes") as caught:
        search.fit(photograph((64, 64)), 3)
    smallest = caught.value.smallest
    assert 3 < smallest < 20
    assert len(search.fit(photograph((64, 64)), smallest).payload) <= smallest


def test_at_a_fixed_scale_the_error_says_what_would_fit():
    picture = photograph((512, 512))
    with pytest.raises(BudgetError) as caught:
        search.fit(picture, 20, scale=8.0)
    smallest = caught.value.smallest
    assert 20 < len(search.fit(picture, smallest, scale=8.0).payload) <= smallest


@pytest.mark.parametrize(
    ("size", "scale", "most"),
    [((512, 512), 8.0, 150), ((1024, 1024), 8.0, 602), ((512, 512), 16.0, 64), ((9, 9), 8.0, 64)],
)
def test_without_a_budget_the_rate_is_that_of_the_paper(size, scale, most):
    choice = search.at_paper_rate(photograph(size), scale=scale)
    assert choice.scale == scale
    assert len(choice.payload) <= most


def test_a_picture_that_needs_more_than_the_rate_of_the_paper_gets_it():
    noise = np.random.default_rng(1).integers(0, 256, (128, 128, 3), dtype=np.uint8)
    choice = search.at_paper_rate(Image.fromarray(noise), scale=1.0)
    assert choice.scale == 1.0
    codec.decode(choice.payload, (128, 128), "RGB")


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (7, 5), (33, 8)])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_tiny_and_narrow_pictures_are_no_exception(size, mode):
    choice = search.fit(photograph(size, mode), 80)
    assert len(choice.payload) <= 80
    codec.decode(choice.payload, condition_size(*size, choice.scale), mode)


def test_flat_pictures_take_hardly_any_bytes():
    choice = search.fit(Image.new("RGB", (1024, 1024), (200, 30, 90)), 100)
    assert len(choice.payload) < 25
    assert choice.psnr > 40


def test_another_coder_is_searched_alike():
    coder = Mosaic()
    choice = search.fit(photograph((160, 160)), 300, scale=8.0, coders=[coder])
    assert (choice.quality, len(choice.payload)) == (9, 300)
    assert coder.calls < 20


def test_of_two_coders_the_better_one_wins():
    picture = photograph((160, 160))
    both = search.fit(picture, 300, coders=[Mosaic(), search.Av1Coder("4:2:0")])
    assert both == search.fit(picture, 300, coders=[search.Av1Coder("4:2:0")])


@given(st.integers(1, 70), st.integers(0, 69), st.integers(-1, 69))
def test_the_last_index_that_holds_is_found_from_anywhere(count, start, last):
    start, last = min(start, count - 1), min(last, count - 1)
    asked = []

    def holds(index):
        asked.append(index)
        assert 0 <= index < count
        return index <= last

    assert search._last(holds, start, count) == (None if last < 0 else last)
    assert len(asked) <= 16


def test_length_rises_with_quality_all_but_always():
    lengths = [len(codec.encode(photograph((48, 48)), q, speed=6)) for q in codec.QUALITIES]
    falls = [a - b for a, b in pairwise(lengths) if b < a]
    assert len(falls) <= 6
    assert max(falls, default=0) <= 0.1 * max(lengths)
    assert lengths[-1] > 10 * lengths[0]


def test_psnr_of_a_known_difference():
    grey = Image.new("RGB", (5, 5), (100, 100, 100))
    assert psnr(grey, grey) == math.inf
    assert psnr(grey, Image.new("RGB", (5, 5), (101, 99, 101))) == pytest.approx(48.1308)


def test_ssim_of_known_pictures():
    grey, lighter = Image.new("L", (9, 9), 100), Image.new("L", (9, 9), 120)
    assert ssim(grey, grey) == 1
    assert ssim(grey, lighter) == pytest.approx(24006.5025 / 24406.5025)
    ramp = Image.linear_gradient("L").resize((16, 16))
    negative = ramp.point(lambda sample: 255 - sample)
    assert -1 <= ssim(ramp, negative) < 0
    assert ssim(Image.new("L", (1, 1), 3), Image.new("L", (1, 1), 3)) == 1


def test_a_sample_of_the_windows_is_all_of_a_thumbnail_and_nearly_the_same_of_a_large_picture():
    for size, off in (((96, 64), 0), ((750, 500), 0.002)):
        truth = photograph(size, detail=8)
        other = truth.resize((64, 43)).resize(size)
        sampled = Original(truth, sampled=True).ssim(other)
        assert sampled == pytest.approx(ssim(truth, other), abs=off)


class Recorded(search.Av1Coder):
    """AV1 that keeps what it was asked for."""

    asked: ClassVar[list[tuple[object, ...]]] = []

    def encode(self, picture, quality, *, speed):
        self.asked.append((picture.size, quality, speed))
        return super().encode(picture, quality, speed=speed)


def test_nothing_is_coded_twice_where_probes_are_as_slow_as_finalists():
    Recorded.asked.clear()
    search.fit(photograph((320, 240)), 3000, scale=1.0, coders=[Recorded("4:2:0")])
    assert len(Recorded.asked) == len(set(Recorded.asked)) > 1


def test_efforts_spend_and_gain_in_their_order():
    picture = photograph((768, 512), detail=8)
    tried, scores = [], []
    for effort in ("fast", "normal", "best"):
        Recorded.asked.clear()
        found = search.fit(picture, 290, coders=[Recorded("4:2:0")], effort=effort)
        assert len(found.payload) <= 290
        tried.append(len(Recorded.asked))
        scores.append(found.score)
    assert tried == sorted(set(tried))
    assert scores == sorted(scores)


def test_the_best_effort_tries_tools_within_the_profile():
    picture = photograph((320, 240), detail=8)
    normal, best = (
        search.fit(picture, 200, scale=8.0, effort=effort) for effort in ("normal", "best")
    )
    assert best.score >= normal.score
    codec.decode(best.payload, condition_size(320, 240, 8.0), "RGB")
