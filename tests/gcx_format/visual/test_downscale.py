"""Downscaling is done in light, not in samples, and for any size alike."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from gcx_format.errors import ArgumentError
from gcx_format.visual import downscale as module
from gcx_format.visual.downscale import downscale


def noise(size, mode="RGB"):
    shape = (size[1], size[0], 3) if mode == "RGB" else (size[1], size[0])
    return Image.fromarray(np.random.default_rng(5).integers(0, 256, shape, dtype=np.uint8))


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("value", [0, 1, 10, 128, 254, 255])
def test_a_flat_picture_keeps_its_colour(mode, value):
    flat = Image.new(mode, (33, 17), (value,) * 3 if mode == "RGB" else value)
    assert set(downscale(flat, (5, 2)).tobytes()) == {value}


def test_black_and_white_stripes_average_to_half_the_light():
    stripes = np.zeros((64, 64), np.uint8)
    stripes[:, ::2] = 255
    middle = np.asarray(downscale(Image.fromarray(stripes), (4, 4)))[1:3, 1:3]
    assert middle.min() >= 187
    assert middle.max() <= 189  # samples would average to 128


def test_detail_too_fine_for_the_new_size_leaves_no_pattern():
    stripes = np.zeros((70, 70), np.uint8)
    stripes[:, ::2] = 255
    small = np.asarray(downscale(Image.fromarray(stripes), (9, 9)))
    assert np.ptp(small[:, 1:-1].astype(int)) <= 6


def test_overshoot_at_an_edge_is_cut_off_and_does_not_wrap():
    edge = np.zeros((64, 64), np.uint8)
    edge[:, 32:] = 255
    small = np.asarray(downscale(Image.fromarray(edge), (8, 8))).astype(int)
    assert (np.diff(small[4, 2:6]) >= 0).all()
    assert small[:, :2].max() < 20
    assert small[:, -2:].min() > 245


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (30, 1), (29, 13), (60, 40)])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_the_result_has_the_size_and_mode_asked_for(size, mode):
    small = downscale(noise((60, 40), mode), size)
    assert (small.size, small.mode) == (size, mode)


def test_the_same_size_is_the_same_picture_and_not_the_same_object():
    picture = noise((9, 7))
    same = downscale(picture, (9, 7))
    assert same is not picture
    assert same.tobytes() == picture.tobytes()


def test_bands_leave_no_seams(monkeypatch):
    picture = noise((100, 90))
    whole = downscale(picture, (13, 11))
    monkeypatch.setattr(module, "_BAND_PIXELS", 700)
    assert downscale(picture, (13, 11)).tobytes() == whole.tobytes()


def test_channels_are_independent():
    picture = noise((50, 50))
    small = downscale(picture, (7, 7))
    for channel in range(3):
        assert (
            downscale(picture.getchannel(channel), (7, 7)).tobytes()
            == small.getchannel(channel).tobytes()
        )


@pytest.mark.parametrize("size", [(0, 5), (5, 0), (11, 5), (5, 11)])
def test_enlarging_and_empty_sizes_are_refused(size):
    with pytest.raises(ArgumentError, match="cannot be downscaled"):
        downscale(noise((10, 10)), size)


def test_other_modes_are_refused():
    with pytest.raises(ArgumentError, match="CMYK"):
        downscale(Image.new("CMYK", (8, 8)), (4, 4))
