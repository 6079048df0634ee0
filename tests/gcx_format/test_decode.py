"""A descriptor becomes a picture again."""

from pathlib import Path

import pytest
from PIL import Image

from gcx_format import (
    ArgumentError,
    CodedVisual,
    DamagedVisualError,
    Descriptor,
    ReconstructionError,
    WeightsError,
    decode,
    encode,
)
from gcx_format.decode import thumbnail
from gcx_format.provenance import DigitalSourceType

COFFEE = Path(__file__).parents[2] / "samples" / "coffee.jpg"


@pytest.fixture(scope="module")
def descriptor() -> Descriptor:
    return encode(COFFEE, text="A cup of espresso.", visual_bytes=290)


def test_the_picture_comes_back_at_its_own_size(descriptor):
    reconstruction = decode(descriptor)
    assert reconstruction.image.size == (600, 400)
    assert reconstruction.image.mode == "RGB"


def test_the_picture_comes_back_with_its_colours(descriptor):
    with Image.open(COFFEE) as original:
        expected = original.convert("RGB").resize((3, 2), Image.Resampling.BOX)
    actual = decode(descriptor).image.resize((3, 2), Image.Resampling.BOX)
    for ours, theirs in zip(
        actual.get_flattened_data(), expected.get_flattened_data(), strict=True
    ):
        assert ours == pytest.approx(theirs, abs=12)


def test_it_says_what_made_the_pixels(descriptor):
    reconstruction = decode(descriptor)
    assert reconstruction.source_type is DigitalSourceType.ALGORITHMICALLY_ENHANCED
    assert reconstruction.info == {
        "generator": "preview",
        "source": "visual condition",
        "digital_source_type": (
            "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced"
        ),
    }


def test_words_alone_become_a_card_and_are_marked_so():
    words = encode(COFFEE, text="A cup of espresso.", visual="none")
    reconstruction = decode(words)
    assert reconstruction.image.size == (600, 400)
    assert reconstruction.info["source"] == "words on a card"
    assert reconstruction.source_type is DigitalSourceType.ALGORITHMIC


def test_decoding_twice_gives_the_same_pixels(descriptor):
    assert decode(descriptor).image.tobytes() == decode(descriptor).image.tobytes()


def test_a_thumbnail_keeps_the_proportions(descriptor):
    assert thumbnail(descriptor, 128).image.size == (128, 85)


def test_a_thumbnail_is_never_larger_than_the_picture(descriptor):
    assert thumbnail(descriptor, 4096).image.size == (600, 400)


def test_a_thumbnail_of_a_very_long_picture_has_a_pixel_of_height():
    panorama = encode(Image.new("RGB", (3000, 2), "navy"))
    assert thumbnail(panorama, 100).image.size == (100, 1)


@pytest.mark.parametrize("size", [0, -1, 4097])
def test_a_thumbnail_of_no_sensible_size_is_refused(descriptor, size):
    with pytest.raises(ArgumentError, match="a thumbnail has 1 to 4096 pixels"):
        thumbnail(descriptor, size)


def test_an_unknown_generator_is_refused(descriptor):
    with pytest.raises(ArgumentError, match="no generator is called 'dream': preview"):
        decode(descriptor, generator="dream")


def test_a_size_from_a_stranger_is_not_allocated():
    huge = Descriptor(
        width=32768, height=32768, visual=CodedVisual("av1", 1024.0, b"not looked at")
    )
    with pytest.raises(ReconstructionError, match="32768 x 32768 has more than"):
        decode(huge)


def test_a_damaged_condition_is_refused():
    damaged = Descriptor(width=64, height=64, visual=CodedVisual("av1", 8.0, b"garbage"))
    with pytest.raises(DamagedVisualError):
        decode(damaged)


def test_a_condition_that_needs_weights_says_how_to_get_them():
    other = Descriptor(width=64, height=64, visual=CodedVisual("msillm", 8.0, b"bits", quality=5))
    with pytest.raises(WeightsError, match="`gcx weights get 4` downloads them"):
        decode(other)
