"""How near pictures are: the same numbers, whether taken at once or in bands."""

from __future__ import annotations

import hashlib
import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from gcx_format import read, write
from gcx_format.errors import CancelledError, InputError
from gcx_format.similarity import psnr, ssim
from gcx_viewer.core import comparing
from gcx_viewer.core.comparing import compare, have_same_proportions, open_original
from gcx_viewer.core.opening import open_document


def noisy(size: tuple[int, int], mode: str = "RGB", sigma: int = 60) -> Image.Image:
    grey = Image.effect_noise(size, sigma)
    return grey if mode == "L" else Image.merge("RGB", [grey, grey.transpose(0), grey])


def test_equal_pictures_are_equal(picture: Image.Image) -> None:
    found = compare(picture, picture)
    assert math.isinf(found.psnr)
    assert found.ssim == pytest.approx(1)
    assert not found.resized


@pytest.mark.parametrize("size", [(64, 50), (64, 7), (30, 3), (1, 1), (5, 40)])
@pytest.mark.parametrize("pixels", [1, 300, 1 << 20])
def test_bands_give_what_the_whole_gives(
    size: tuple[int, int], pixels: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "_AT_ONCE", pixels)
    one, other = noisy(size), noisy(size, sigma=20)
    found = compare(one, other)
    assert found.psnr == pytest.approx(psnr(one, other), rel=1e-5)
    assert found.ssim == pytest.approx(ssim(one, other), rel=1e-6)


def test_the_first_is_brought_to_the_size_of_the_other(picture: Image.Image) -> None:
    small = picture.resize((160, 100), Image.Resampling.LANCZOS)
    found = compare(picture, small)
    assert (found.size, found.resized) == ((160, 100), True)
    assert math.isinf(found.psnr)


def test_grey_and_transparent_pictures_are_compared_too(picture: Image.Image) -> None:
    grey = picture.convert("L")
    assert math.isinf(compare(grey, grey.convert("RGB")).psnr)
    clear = Image.new("RGBA", picture.size, (9, 9, 9, 0))
    assert math.isinf(compare(clear, Image.new("RGB", picture.size, "white")).psnr)


def test_comparing_can_be_cancelled(picture: Image.Image) -> None:
    with pytest.raises(CancelledError):
        compare(picture, picture, cancelled=lambda: True)


@given(st.integers(1, 4000), st.integers(1, 4000), st.integers(1, 30))
def test_a_smaller_copy_has_the_same_proportions(width: int, height: int, factor: int) -> None:
    small = max(1, round(width / factor)), max(1, round(height / factor))
    if min(width, height) >= factor:
        assert have_same_proportions((width, height), small)
        assert have_same_proportions(small, (width, height))


@pytest.mark.parametrize(
    ("one", "other"), [((300, 200), (200, 300)), ((300, 200), (300, 210)), ((640, 400), (320, 205))]
)
def test_other_proportions_are_told_apart(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert not have_same_proportions(one, other)
    assert not have_same_proportions(other, one)


def test_the_very_file_is_recognised(house: Path, photograph: Path, tmp_path: Path) -> None:
    digest = hashlib.sha256(photograph.read_bytes()).digest()
    write(house, replace(read(house), original_sha256=digest), overwrite=True)
    document = open_document(house)
    assert open_original(photograph, document).is_the_file is True
    other = tmp_path / "other.png"
    Image.new("RGB", (640, 400)).save(other)
    found = open_original(other, document)
    assert found.is_the_file is False
    assert found.picture.kind == "photograph"
    assert not found.picture.is_synthetic


def test_a_descriptor_may_not_say_which_file_it_was(house: Path, photograph: Path) -> None:
    assert open_original(photograph, open_document(house)).is_the_file is None


def test_what_cannot_be_the_original_is_refused(
    house: Path, words_only: Path, tmp_path: Path
) -> None:
    document = open_document(house)
    Image.new("RGB", (300, 300)).save(tmp_path / "square.png")
    for path, words in (
        (tmp_path / "square.png", "other proportions"),
        (words_only, "not a photograph"),
        (tmp_path / "gone.jpg", "no such file"),
    ):
        with pytest.raises(InputError, match=words):
            open_original(path, document)
