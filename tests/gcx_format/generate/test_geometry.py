"""What is asked of a model, and how a picture comes out of it undistorted at its own size."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gcx_format.generate.geometry import ANY, FIXED, FREE, Plan, agrees, cut, extend, plan, sizes_of

FAMILIES = st.sampled_from([FIXED, FREE, ANY])
SIDES = st.one_of(st.integers(1, 200), st.integers(1, 6000))


@pytest.mark.parametrize(
    ("model", "sizes"),
    [
        ("gpt-image-1", FIXED),
        ("gpt-image-1-mini", FIXED),
        ("gpt-image-1.5", FIXED),
        ("chatgpt-image-latest", FIXED),
        ("gpt-image-2", FREE),
        ("gpt-image-2-2026-04-21", FREE),
        ("gpt-image-2.6-sunburst", FREE),
        ("openai/gpt-image-1.5", FIXED),
        (None, FREE),
        ("flux.1-kontext", ANY),
        ("qwen-image-edit", ANY),
    ],
)
def test_a_model_has_the_sizes_of_its_family(model, sizes):
    assert sizes_of(model) is sizes


@pytest.mark.parametrize(
    ("size", "sizes", "canvas"),
    [
        ((1024, 1024), FIXED, (1024, 1024)),
        ((600, 400), FIXED, (1536, 1024)),
        ((400, 600), FIXED, (1024, 1536)),
        ((1920, 1080), FIXED, (1536, 1024)),
        ((9000, 100), FIXED, (1536, 1024)),
        ((1, 1), FIXED, (1024, 1024)),
        ((1024, 1024), FREE, (1024, 1024)),
        ((600, 400), FREE, (1008, 672)),  # as small as may be, and exactly 3:2
        ((2000, 1500), FREE, (2000, 1504)),
        ((1920, 1080), FREE, (1920, 1088)),
        ((768, 1024), FREE, (768, 1024)),
        ((1600, 200), FREE, (1600, 544)),  # one to three is the narrowest
        ((1, 1), FREE, (816, 816)),
    ],
)
def test_the_nearest_legal_size_is_asked_for(size, sizes, canvas):
    assert plan(size, sizes).canvas == canvas


def test_a_very_large_picture_is_asked_for_as_large_as_there_is():
    planned = plan((32768, 32768), FREE)
    assert planned.canvas == (2880, 2880)
    assert plan((30000, 10000), FREE).canvas[0] == 3840


def test_fewer_pixels_can_be_asked_for_down_to_what_is_legal():
    assert math.prod(plan((4000, 3000), FREE, most=1_500_000).canvas) < 1_530_000
    assert FREE.allows(plan((4000, 3000), FREE, most=10).canvas)


@given(width=SIDES, height=SIDES, sizes=FAMILIES, most=st.none() | st.integers(1, 9_000_000))
def test_every_canvas_is_legal_and_holds_its_frame_in_the_middle(width, height, sizes, most):
    planned = plan((width, height), sizes, most=most)
    left, top, right, bottom = planned.frame
    assert sizes.allows(planned.canvas)
    assert 0 <= left < right <= planned.canvas[0]
    assert 0 <= top < bottom <= planned.canvas[1]
    assert abs(left - (planned.canvas[0] - right)) <= 1
    assert abs(top - (planned.canvas[1] - bottom)) <= 1


@given(width=SIDES, height=SIDES, sizes=FAMILIES)
def test_frame_and_picture_have_the_same_proportions_to_half_a_pixel(width, height, sizes):
    wide, high = plan((width, height), sizes).frame_size
    one_side_exact = min(abs(high - height * wide / width), abs(wide - width * high / height))
    assert one_side_exact <= 0.5 or min(wide, high) == 1


@given(width=st.integers(200, 4000), height=st.integers(200, 4000))
def test_hardly_anything_is_wasted_where_any_size_is_legal(width, height):
    planned = plan((width, height), FREE)
    if max(width, height) <= 3 * min(width, height):
        assert math.prod(planned.frame_size) >= 0.97 * math.prod(planned.canvas)


@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    sizes=FAMILIES,
    mode=st.sampled_from(["RGB", "L"]),
    answer=st.sampled_from(["RGB", "L", "RGBA", "P"]),
)
def test_size_and_mode_of_the_picture_are_exact(width, height, sizes, mode, answer):
    planned = plan((width, height), sizes)
    picture = cut(Image.new(answer, planned.canvas), planned, (width, height), mode)
    assert (picture.size, picture.mode) == ((width, height), mode)


@pytest.mark.parametrize("size", [(600, 400), (400, 600), (500, 500), (1200, 400), (900, 130)])
@pytest.mark.parametrize("sizes", [FIXED, FREE, ANY])
@pytest.mark.parametrize("scale", [1, 0.5, 1.5])
def test_a_circle_comes_back_as_a_circle_in_its_place(size, sizes, scale):
    radius = min(size) // 3
    centre = (size[0] // 3, size[1] // 2)
    original = Image.new("L", size, 255)
    around = (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
    ImageDraw.Draw(original).ellipse(around, fill=0)

    planned = plan(size, sizes)
    asked = extend(original.resize(planned.frame_size, Image.Resampling.BICUBIC), planned)
    answer = asked.resize((round(asked.width * scale), round(asked.height * scale)))
    picture = cut(answer.convert("RGB"), planned, size, "L")

    rows, columns = np.nonzero(np.asarray(picture) < 128)
    assert columns.mean() == pytest.approx(centre[0], abs=1)
    assert rows.mean() == pytest.approx(centre[1], abs=1)
    wide, high = np.ptp(columns), np.ptp(rows)
    assert wide == pytest.approx(2 * radius, abs=2)
    assert high == pytest.approx(2 * radius, abs=2)


def test_around_the_frame_the_picture_goes_on_as_its_mirror_image():
    picture = Image.linear_gradient("L").rotate(90).resize((6, 4))
    planned = Plan((12, 4), (3, 0, 9, 4))
    row = list(np.asarray(extend(picture, planned))[1])
    inside = row[3:9]
    assert row[:3] == inside[2::-1]
    assert row[9:] == inside[:2:-1]


def test_far_around_the_frame_it_goes_on_as_well():
    planned = plan((3000, 10), FREE)
    whole = extend(Image.new("RGB", planned.frame_size, (9, 90, 200)), planned)
    assert whole.size == planned.canvas
    assert whole.getextrema() == ((9, 9), (90, 90), (200, 200))


def test_nothing_is_resampled_where_the_answer_has_the_size_of_the_picture():
    noise = np.random.default_rng(3).integers(0, 256, (1024, 1024, 3), np.uint8)
    answer = Image.fromarray(noise)
    assert np.array_equal(cut(answer, plan((1024, 1024), FREE), (1024, 1024), "RGB"), noise)


def test_of_an_answer_of_other_proportions_the_middle_is_taken_undistorted():
    answer = Image.new("RGB", (1536, 1024), "white")
    answer.paste("black", (256, 0, 1280, 1024))  # the square in the middle
    picture = cut(answer, plan((1024, 1024), FIXED), (512, 512), "RGB")
    assert picture.size == (512, 512)
    assert picture.crop((3, 3, 509, 509)).getextrema() == ((0, 0),) * 3


def test_a_few_pixels_more_or_less_move_nothing():
    answer = Image.new("RGB", (1028, 1019), "white")
    answer.paste("black", (0, 0, 514, 1019))
    picture = cut(answer, plan((1024, 1024), FIXED), (1024, 1024), "RGB")
    assert picture.getpixel((508, 500)) == (0, 0, 0)
    assert picture.getpixel((516, 500)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("answer", "good"),
    [
        ((1008, 672), True),
        ((2016, 1344), True),
        ((1007, 672), True),
        ((504, 336), True),
        ((1008, 640), False),
        ((672, 1008), False),
        ((640, 480), False),
        ((252, 168), False),  # too little of it
    ],
)
def test_an_answer_may_differ_in_scale_and_not_in_proportions(answer, good):
    assert agrees(answer, plan((600, 400), FREE)) is good


def test_small_margins_are_not_worth_telling_of():
    assert not plan((1920, 1080), FREE).has_margins
    assert plan((1920, 1080), FIXED).has_margins
