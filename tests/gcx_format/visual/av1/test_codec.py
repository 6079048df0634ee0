"""The AV1 payload: what is left away comes back, and damage never gets further than an error."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from gcx_format.errors import ArgumentError, DamagedVisualError
from gcx_format.visual.av1 import bitstream, codec

SIZES = [
    (1, 1), (1, 2), (2, 1), (3, 9), (16, 16), (17, 64), (64, 64), (65, 64), (64, 65), (85, 128),
    (128, 128), (129, 257), (500, 375), (300, 1300), (10, 3000), (4032, 8),
]  # fmt: skip
FORMATS = [("RGB", "4:2:0"), ("RGB", "4:4:4"), ("L", "4:2:0")]


def scene(size, mode="RGB", seed=0):
    """Smooth colour with some edges and a little noise, as small photographs are."""
    width, height = size
    y, x = np.mgrid[:height, :width] / max(size)
    rng = np.random.default_rng(seed)
    a, b, c = rng.uniform(2, 9, 3)
    light = [np.sin(a * x + b * y + k) + 0.5 * ((x - 0.5) ** 2 + (y - 0.4) ** 2 < 0.02 * c)
             for k in range(3)]  # fmt: skip
    samples = 110 + 70 * np.stack(light, -1) + rng.normal(0, 4, (height, width, 3))
    return Image.fromarray(samples.clip(0, 255).astype(np.uint8)).convert(mode)


def avif(picture, quality, chroma, speed=9, **options):
    """What Pillow writes with the options of the profile."""
    file = io.BytesIO()
    picture.save(
        file, "AVIF", quality=quality, speed=speed, autotiling=False, max_threads=1,
        subsampling=chroma if picture.mode == "RGB" else "4:0:0",
        advanced=codec.OPTIONS | options,
    )  # fmt: skip
    return file.getvalue()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("mode", "chroma"), FORMATS)
def test_the_sequence_header_is_the_one_that_libaom_writes(size, mode, chroma):
    file = avif(scene(size, mode), 20, chroma)
    header = bitstream.sequence_header(size, mode, mode == "RGB" and chroma == "4:4:4")
    data = file[file.rindex(b"mdat") + 4 :]
    assert data.startswith(bytes([0x12, 0x00, 0x0A, len(header)]) + header)


@pytest.mark.parametrize(
    ("size", "mode", "full_chroma", "header"),
    [
        ((128, 128), "RGB", False, "1819bfff2880868342"),
        ((128, 128), "RGB", True, "3819bfff29010d0690"),
        ((128, 128), "L", False, "1819bfff2980868350"),
        ((1, 1), "L", False, "18000298086835"),
    ],
)
def test_sequence_headers_of_known_sizes_have_known_bytes(size, mode, full_chroma, header):
    assert bitstream.sequence_header(size, mode, full_chroma).hex() == header


def drawing(size, mode="RGB"):
    """Boxes of a few flat colours: what libaom codes with its tools for screen content."""
    picture = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(picture)
    for step in range(16):
        x, y = 29 * step % size[0], 17 * step % size[1]
        draw.rectangle((x, y, x + 12, y + 7), ["red", "navy", "black", "#123456"][step % 4])
    return picture.convert(mode)


@pytest.mark.parametrize("size", [(16, 16), (64, 48), (130, 90)])
@pytest.mark.parametrize(("mode", "chroma"), FORMATS)
@pytest.mark.parametrize("quality", [5, 40, 90])
def test_drawings_and_screenshots_come_back_as_well(size, mode, chroma, quality):
    file = avif(drawing(size, mode), quality, chroma)
    payload = bitstream.strip(file, size, mode)
    decoded = codec.decode(payload, size, mode)
    assert decoded.tobytes() == Image.open(io.BytesIO(file)).convert(mode).tobytes()


def test_only_drawings_pay_for_the_tools_that_they_use():
    def begins_with_zero(picture):
        payload = codec.encode(picture, 40)
        return int.from_bytes(payload[:2], "big") >> 7 & 0xFF == 0  # behind the bit for chroma

    assert begins_with_zero(drawing((130, 90)))
    assert not begins_with_zero(scene((130, 90)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("mode", "chroma"), FORMATS)
def test_pixels_are_those_of_the_avif_file_that_was_stripped(size, mode, chroma):
    file = avif(scene(size, mode), 30, chroma)
    payload = bitstream.strip(file, size, mode)
    decoded = codec.decode(payload, size, mode)
    assert (decoded.size, decoded.mode) == (size, mode)
    assert decoded.tobytes() == Image.open(io.BytesIO(file)).convert(mode).tobytes()


@pytest.mark.parametrize("speed", [0, 2, 6, 10])
@pytest.mark.parametrize(("mode", "chroma"), FORMATS)
def test_every_quality_and_speed_stays_within_the_profile(speed, mode, chroma):
    for quality in (0, 1, 40, 60, 80, 99):
        picture = scene((21, 13), mode)
        decoded = codec.decode(
            codec.encode(picture, quality, speed=speed, chroma=chroma), (21, 13), mode
        )
        assert decoded.size == (21, 13)
    difference = np.asarray(decoded, float) - np.asarray(picture, float)
    assert np.abs(difference).mean() < 6  # the last one is the best quality


def test_all_but_four_bytes_of_an_avif_file_that_can_be_derived_are_gone():
    picture = scene((128, 128))
    file = avif(picture, 10, "4:2:0")
    payload = bitstream.strip(file, (128, 128), "RGB")
    _, _, (_, data) = bitstream._split(file[file.rindex(b"mdat") + 4 :])
    assert file.endswith(payload[6:])  # the tile, whole
    assert len(data) - len(payload) == 3  # and of the frame header of nine bytes, six


def test_payloads_of_different_pictures_have_no_byte_in_common_at_a_fixed_place():
    payloads = [
        codec.encode(scene((24, 24), seed=seed), quality, speed=6, chroma=chroma)
        for seed in range(8)
        for quality in (0, 30, 70, 99)
        for chroma in ("4:2:0", "4:4:4")
    ]
    shortest = min(map(len, payloads))
    constant = [at for at in range(shortest) if len({payload[at] for payload in payloads}) == 1]
    assert constant == []


def test_encoding_twice_gives_the_same_bytes():
    assert codec.encode(scene((48, 40)), 10) == codec.encode(scene((48, 40)), 10)


def test_a_profile_attached_to_the_picture_does_not_reach_the_payload():
    plain, tagged = scene((40, 40)), scene((40, 40))
    tagged.info["icc_profile"] = b"not even a profile"
    assert codec.encode(tagged, 10, speed=6) == codec.encode(plain, 10, speed=6)


@pytest.mark.parametrize(
    "option", [{"enable-cdef": "0"}, {"sb-size": "128"}, {"enable-filter-intra": "1"},
               {"enable-qm": "1"}], ids=str,
)  # fmt: skip
def test_an_encoder_that_leaves_the_profile_is_caught_when_encoding(option):
    with pytest.raises(bitstream.StreamError):
        bitstream.strip(avif(scene((70, 70)), 20, "4:2:0", 6, **option), (70, 70), "RGB")


@pytest.mark.parametrize("file", [b"", b"\0\0\0\x08ftyp", b"\0\0\0\0mdat", b"\0\0\0\x09mdat\x32",
                                  b"\0\0\0\x0bmdat\x32\xff\x01"])  # fmt: skip
def test_a_file_that_is_no_such_avif_cannot_be_stripped(file):
    with pytest.raises(bitstream.StreamError):
        bitstream.strip(file, (8, 8), "RGB")


@pytest.mark.parametrize(("mode", "chroma"), FORMATS)
def test_a_payload_cut_short_gives_a_picture_of_the_promised_size_or_an_error(mode, chroma):
    payload = codec.encode(scene((33, 20), mode), 5, speed=6, chroma=chroma)
    outcomes = [outcome(payload[:length], (33, 20), mode) for length in range(len(payload))]
    assert outcomes[:4] == ["damaged"] * 4


@pytest.mark.parametrize(("mode", "chroma"), FORMATS)
def test_any_flipped_bit_gives_a_picture_of_the_promised_size_or_an_error(mode, chroma):
    payload = codec.encode(scene((33, 20), mode), 5, speed=6, chroma=chroma)
    for bit in range(8 * len(payload)):
        flipped = bytearray(payload)
        flipped[bit // 8] ^= 128 >> bit % 8
        outcome(bytes(flipped), (33, 20), mode)


@settings(max_examples=300)
@given(st.binary(max_size=80), st.sampled_from([(1, 1), (8, 8), (40, 70), (130, 66)]),
       st.sampled_from(["RGB", "L"]))  # fmt: skip
@example(b"\xff" * 60, (130, 66), "RGB")
@example(b"\x7f" + bytes(60), (130, 66), "L")
def test_any_bytes_give_a_picture_of_the_promised_size_or_an_error(payload, size, mode):
    outcome(payload, size, mode)


def outcome(payload, size, mode):
    try:
        picture = codec.decode(payload, size, mode)
    except DamagedVisualError:
        return "damaged"
    assert (picture.size, picture.mode) == (size, mode)
    return "decoded"


def test_a_payload_decoded_at_another_size_is_never_of_its_own():
    payload = codec.encode(scene((64, 48)), 20, speed=6)
    for size in [(48, 64), (1, 1), (65, 48), (200, 100)]:
        assert outcome(payload, size, "RGB") in ("decoded", "damaged")


def test_a_whole_avif_file_or_obu_stream_is_no_payload_of_another_size():
    file = avif(scene((64, 64)), 10, "4:2:0")
    for stranger in (file, file[file.rindex(b"mdat") + 4 :]):
        outcome(stranger, (9, 9), "RGB")


def test_padding_bits_that_are_set_are_refused():
    payload = bytearray(codec.encode(scene((16, 16), "L"), 20, speed=6))
    header_bits = 8 + 12 + 2 + 6 + 1
    assert payload[header_bits // 8] & 0b111 == 0
    payload[header_bits // 8] |= 1
    with pytest.raises(DamagedVisualError, match="padding"):
        codec.decode(bytes(payload), (16, 16), "L")


def test_quantizer_zero_is_refused():
    with pytest.raises(DamagedVisualError, match="lossless"):
        codec.decode(bytes(40), (16, 16), "RGB")


def test_a_header_without_a_picture_is_refused():
    payload = codec.encode(scene((16, 16), "L"), 20, speed=6)
    with pytest.raises(DamagedVisualError, match="ends before"):
        codec.decode(payload[:4], (16, 16), "L")


@pytest.mark.parametrize("size", [(4097, 4096), (1 << 30, 1), (1, 1 << 30), (4096, 64)])
def test_sizes_beyond_the_limits_are_refused_before_decoding(size):
    with pytest.raises(DamagedVisualError, match="pixels"):
        codec.decode(bytes([40] * 40), size, "RGB")


@pytest.mark.parametrize(
    ("picture", "keywords", "says"),
    [
        (Image.new("RGBA", (8, 8)), {"quality": 5}, "RGBA"),
        (Image.new("RGB", (8, 8)), {"quality": 100}, "0 to 99"),
        (Image.new("RGB", (8, 8)), {"quality": 5, "speed": 11}, "0 to 10"),
        (Image.new("L", (4033, 8)), {"quality": 5}, "4032"),
        (Image.new("L", (3200, 3200)), {"quality": 5}, "larger scale"),
    ],
)
def test_what_cannot_be_coded_is_said(picture, keywords, says):
    with pytest.raises(ArgumentError, match=says):
        codec.encode(picture, **keywords)


def test_qualities_are_distinct_steps():
    picture = scene((32, 32), "L")
    quantizers = [codec.encode(picture, quality, speed=10)[0] for quality in codec.QUALITIES]
    assert quantizers == sorted(set(quantizers), reverse=True)
