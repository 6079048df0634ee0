"""A descriptor holds only what the format can say, and does its own arithmetic."""

import copy
import dataclasses
import itertools
import math
import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcx_format import AncillaryChunk, ArgumentError, CodedText, CodedVisual, Descriptor
from gcx_format.descriptor import condition_size, scale_from_byte, scale_to_byte

A = CodedText("a", "zlib", bytes.fromhex("789c4b040000620062"))
ALL_SCALES = [scale_from_byte(byte) for byte in range(0xA0 + 1)]


def describe(**fields):
    return Descriptor(**({"width": 1024, "height": 768, "coded_text": A} | fields))


def test_a_descriptor_tells_size_words_and_the_size_of_its_visual_condition():
    both = describe(visual=CodedVisual("av1", 8.0, b"\1"))
    assert both.size == (1024, 768)
    assert both.mode == "RGB"
    assert both.text == "a"
    assert both.condition_size == (128, 96)


def test_what_is_not_there_is_none():
    words, picture = describe(), describe(coded_text=None, visual=CodedVisual("av1", 8.0, b"\1"))
    assert words.visual is None
    assert words.condition_size is None
    assert picture.text is None
    assert (words.original_sha256, words.note, words.encoder, words.unknown) == (
        None,
        None,
        None,
        (),
    )


def test_descriptors_are_values():
    one = describe(visual=CodedVisual("msillm", 8.0, b"\1", variant=3))
    assert one == describe(visual=CodedVisual("msillm", 8.0, b"\1", variant=3))
    assert one != describe(visual=CodedVisual("msillm", 8.0, b"\1", variant=4))
    assert hash(one) == hash(copy.deepcopy(one))
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.width = 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"width": 0}, "at least one pixel, not 0 x 768"),
        ({"height": -1}, "at least one pixel, not 1024 x -1"),
        ({"width": 1.5}, "of type int, not 1.5"),
        ({"width": 32769, "height": 32768}, "32769 x 32768 is more than the 1073741824 pixels"),
        ({"width": (1 << 30) + 1, "height": 1}, "more than the 1073741824 pixels"),
        ({"mode": "RGBA"}, "a descriptor is RGB or L, not 'RGBA'"),
        ({"coded_text": None}, "nothing would be left of the picture"),
        ({"original_sha256": bytes(31)}, "a SHA-256 has 32 bytes, not 31"),
        ({"note": ""}, "the note is empty"),
        ({"note": "a\x1b[0m"}, r"the note has the control character U\+001B as character 2"),
        ({"note": "\u00e9" * 2049}, "the note has 4098 bytes as UTF-8; 4096 are allowed"),
        ({"encoder": "\u202e"}, r"the encoder has the control character U\+202E as character 1"),
        ({"encoder": "\ud800"}, "the encoder has half a surrogate pair as character 1"),
        (
            {"width": 32768, "height": 32768, "visual": CodedVisual("av1", 7.5, b"\1")},
            "a visual condition of 4369 x 4369 has more than the 16777216 pixels allowed",
        ),
        ({"unknown": (AncillaryChunk(64, b""),)}, "types from 0 to 63, ascending, each once"),
        ({"unknown": (AncillaryChunk(-1, b""),)}, "types from 0 to 63, ascending, each once"),
        ({"unknown": (AncillaryChunk(5, b""), AncillaryChunk(4, b""))}, "ascending, each once"),
        ({"unknown": (AncillaryChunk(5, b""), AncillaryChunk(5, b""))}, "ascending, each once"),
    ],
)
def test_a_descriptor_that_the_format_cannot_hold_is_refused(fields, message):
    with pytest.raises(ArgumentError, match=message):
        describe(**fields)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("av1", 8.0, b""), "a payload of at least one byte"),
        (("av1", 0.5, b"\1"), "a scale is from 1 to 1024, not 0.5"),
    ],
)
def test_a_visual_condition_that_the_format_cannot_hold_is_refused(arguments, message):
    with pytest.raises(ArgumentError, match=message):
        CodedVisual(*arguments)


@pytest.mark.parametrize(
    ("byte", "scale"),
    [
        (0x00, 1),
        (0x01, 1.0625),
        (0x0F, 1.9375),
        (0x10, 2),
        (0x30, 8),
        (0x38, 12),
        (0x40, 16),
        (0x4F, 31),
        (0x50, 32),
        (0x51, 34),
        (0x9F, 992),
        (0xA0, 1024),
    ],
)
def test_a_scale_byte_is_a_small_floating_point_number(byte, scale):
    assert scale_from_byte(byte) == scale
    assert scale_to_byte(scale) == byte


def test_scales_ascend_with_their_bytes_and_come_back():
    assert sorted(set(ALL_SCALES)) == ALL_SCALES
    assert [scale_to_byte(scale) for scale in ALL_SCALES] == list(range(0xA1))
    assert set(range(1, 33)) <= set(ALL_SCALES)


def test_neighbouring_scales_are_at_most_a_sixteenth_apart():
    steps = [Fraction(b) / Fraction(a) - 1 for a, b in itertools.pairwise(ALL_SCALES)]
    assert max(steps) == Fraction(1, 16)


@pytest.mark.parametrize("byte", [0xA1, 0xAF, 0xFF])
def test_a_scale_byte_above_the_largest_is_refused(byte):
    with pytest.raises(ArgumentError, match=f"scale byte 0x{byte:02X} is above 0xA0"):
        scale_from_byte(byte)


@pytest.mark.parametrize("scale", [0, -8.0, 0.99, 1024.5, 1e9, math.inf, -math.inf, math.nan])
def test_a_scale_out_of_range_is_refused(scale):
    with pytest.raises(ArgumentError, match="a scale is from 1 to 1024, not"):
        scale_to_byte(scale)


def test_a_scale_that_cannot_be_stored_is_refused_with_the_nearest_that_can():
    with pytest.raises(ArgumentError, match="scale 33 cannot be stored; the nearest are 32 and 34"):
        scale_to_byte(33)


@pytest.mark.parametrize(
    ("size", "scale", "expected"),
    [
        ((1024, 768), 8, (128, 96)),
        ((12, 20), 8, (2, 3)),  # 1.5 and 2.5: halves go up
        ((11, 19), 8, (1, 2)),
        ((1, 1), 1024, (1, 1)),
        ((800, 3), 8, (100, 1)),
        ((33, 17), 1.0625, (31, 16)),
        ((1 << 30, 1), 1024, (1 << 20, 1)),
        ((16384, 16384), 4, (4096, 4096)),
    ],
)
def test_the_visual_condition_has_each_side_over_the_scale_rounded_half_up(size, scale, expected):
    assert condition_size(*size, scale) == expected


@given(st.integers(1, 1 << 30), st.sampled_from(ALL_SCALES))
def test_rounding_is_exact_for_every_side_and_scale(side, scale):
    exact = math.floor(Fraction(side) / Fraction(scale) + Fraction(1, 2))
    assert condition_size(side, 1, scale) == (max(1, exact), 1)
