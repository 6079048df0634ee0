"""From an AVIF file to the few bytes that matter, and back.

A still AV1 picture of a hundred bytes comes with as many again that follow from its size, or are
the same in every file of one encoder: AVIF's boxes, a temporal delimiter, a sequence header, half
of the frame header. `strip` removes them after checking that `restore` will write the same, so
whatever passes `strip` can be decoded.

The clauses cited are of the AV1 Bitstream & Decoding Process Specification 1.0.0 with
Errata 1; boxes are those of ISO/IEC 14496-12, 23008-12 (items) and of AV1 Image File
Format 1.1. The only profile is that of .gcx: 8 bits, full range, BT.601 matrix, sRGB, one tile,
superblocks of 64, CDEF on; superresolution, loop restoration, filter-intra and film grain off;
4:2:0 or 4:4:4, or monochrome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal

from gcx_format.errors import ArgumentError, DamagedVisualError

__all__ = [
    "MAX_TILE_PIXELS",
    "MAX_TILE_WIDTH",
    "StreamError",
    "check_size",
    "is_one_tile",
    "restore",
    "strip",
]

Mode = Literal["RGB", "L"]

MAX_TILE_WIDTH: Final = 4032
"""Pixels; AV1 allows 4096 (section 5.9.15), but libaom splits such a picture."""

MAX_TILE_HEIGHT: Final = 1 << 15
"""AV1 allows twice as many; libavif decodes no more by default."""

MAX_TILE_PIXELS: Final = 4096 * 2304
"""A picture of more needs several tiles as well."""

_SUPERBLOCK: Final = 64
_OBU_SEQUENCE_HEADER: Final = 1  # the types of section 6.2.2
_OBU_TEMPORAL_DELIMITER: Final = 2
_OBU_FRAME: Final = 6


class StreamError(Exception):
    """An AVIF file is outside the profile; the message says how."""


def is_one_tile(size: tuple[int, int]) -> bool:
    """Whether a picture of this width and height fits into one tile, as it must."""
    width, height = (-(-side // _SUPERBLOCK) * _SUPERBLOCK for side in size)
    return (
        min(size) > 0
        and width <= MAX_TILE_WIDTH
        and height <= MAX_TILE_HEIGHT
        and width * height <= MAX_TILE_PIXELS
    )


def check_size(size: tuple[int, int]) -> None:
    """Raise `ArgumentError` unless `is_one_tile`."""
    if not is_one_tile(size):
        raise ArgumentError(
            f"{size[0]} x {size[1]} is more than one AV1 tile holds in .gcx, {MAX_TILE_WIDTH} x "
            f"{MAX_TILE_HEIGHT} and {MAX_TILE_PIXELS} pixels in all; use a larger scale"
        )


def strip(avif: bytes, size: tuple[int, int], mode: Mode) -> bytes:
    """The payload: the free bits of the frame header, padded to bytes, then the tile.

    For a colour picture, one bit comes first that says whether chroma is 4:4:4. If AV1's tools for
    screen content are on, which libaom decides for pictures with few flat colours, a zero byte
    precedes the quantizer, which is never zero.

    Raises `StreamError` if something that is removed is not what `restore` would write.
    """
    obus = list(_split(_item(avif)))
    if obus and obus[0] == (_OBU_TEMPORAL_DELIMITER, b""):
        del obus[0]
    if [kind for kind, _ in obus] != [_OBU_SEQUENCE_HEADER, _OBU_FRAME]:
        raise StreamError(f"OBUs of types {[kind for kind, _ in obus]} instead of [1, 6]")
    (_, sequence), (_, frame) = obus
    full_chroma = mode == "RGB" and sequence[:1] >= b"\x20"  # seq_profile is 1
    expected = sequence_header(size, mode, full_chroma)
    if sequence != expected:
        raise StreamError(f"sequence header {sequence.hex()} instead of {expected.hex()}")
    header, kept = _Reader(frame), _Writer()
    if mode == "RGB":
        kept.write(int(full_chroma), 1)
    screen_content = frame[:1] >= b"\x40"  # the second bit; the first is checked to be 0
    if screen_content:
        kept.write(0, 8)

    def copy(bits: int) -> int:
        value = header.read(bits)
        kept.write(value, bits)
        return value

    def constant(value: int, bits: int) -> None:
        if header.read(bits) != value:
            raise StreamError(f"bit {header.position - bits} of the frame header is not constant")

    try:
        _frame_header(size, mode, screen_content, copy, constant)
        tile = header.rest()
    except DamagedVisualError as error:
        raise StreamError(str(error)) from None
    return kept.to_bytes() + tile


def restore(payload: bytes, size: tuple[int, int], mode: Mode) -> bytes:
    """An AVIF file with the picture of a payload.

    Every header is written from the size, the mode and the checked bits at the start of the
    payload, so a payload cannot ask for another size or for more frames.

    Raises:
        DamagedVisualError: the payload's header is cut short or not canonical, or no tile follows.
        ArgumentError: the size does not fit into one tile.
    """
    check_size(size)
    kept, header = _Reader(payload), _Writer()
    full_chroma = mode == "RGB" and kept.read(1) == 1
    screen_content = kept.read(8) == 0
    if not screen_content:
        kept.position -= 8  # it was the quantizer itself, which is never 0

    def copy(bits: int) -> int:
        value = kept.read(bits)
        header.write(value, bits)
        return value

    _frame_header(size, mode, screen_content, copy, header.write)
    sequence = _obu(_OBU_SEQUENCE_HEADER, sequence_header(size, mode, full_chroma))
    frame = _obu(_OBU_FRAME, header.to_bytes() + kept.rest())
    return _avif(sequence, frame, size, mode, full_chroma)


# --- AV1 ---------------------------------------------------------------------------------


def sequence_header(size: tuple[int, int], mode: Mode, full_chroma: bool) -> bytes:
    """The sequence header (sections 5.5.1 and 5.5.2) of a still picture of the profile."""
    width, height = size
    width_bits, height_bits = (max(1, (side - 1).bit_length()) for side in size)
    header = _Writer()
    header.write(int(full_chroma), 3)  # seq_profile: Main, or High for 4:4:4
    header.write(1, 1)  # still_picture
    header.write(1, 1)  # reduced_still_picture_header
    header.write(_level(size), 5)  # seq_level_idx[0]
    header.write(width_bits - 1, 4)  # frame_width_bits_minus_1
    header.write(height_bits - 1, 4)  # frame_height_bits_minus_1
    header.write(width - 1, width_bits)  # max_frame_width_minus_1
    header.write(height - 1, height_bits)  # max_frame_height_minus_1
    header.write(0, 1)  # use_128x128_superblock
    header.write(0, 1)  # enable_filter_intra
    header.write(1, 1)  # enable_intra_edge_filter
    header.write(0, 1)  # enable_superres
    header.write(1, 1)  # enable_cdef
    header.write(0, 1)  # enable_restoration
    header.write(0, 1)  # high_bitdepth
    if not full_chroma:
        header.write(int(mode == "L"), 1)  # mono_chrome
    header.write(1, 1)  # color_description_present_flag
    header.write(1, 8)  # color_primaries: BT.709
    header.write(13, 8)  # transfer_characteristics: sRGB
    header.write(6, 8)  # matrix_coefficients: BT.601
    header.write(1, 1)  # color_range: full
    if mode == "RGB":
        if not full_chroma:
            header.write(0, 2)  # chroma_sample_position: unknown
        header.write(0, 1)  # separate_uv_delta_q
    header.write(0, 1)  # film_grain_params_present
    header.write(1, 1)  # trailing_one_bit, section 5.3.4
    return header.to_bytes()


def _frame_header(
    size: tuple[int, int],
    mode: Mode,
    screen_content: bool,
    copy: Callable[[int], int],
    constant: Callable[[int, int], None],
) -> None:
    """Walk through the header of the only frame (section 5.9.2, less what it leaves out).

    The same walk strips and restores: `copy` copies a number of free bits and returns them;
    `constant` checks or writes a value that the profile fixes, given with its number of bits.
    """
    colour = mode == "RGB"
    constant(0, 1)  # disable_cdf_update
    constant(int(screen_content), 1)  # allow_screen_content_tools
    if screen_content:
        constant(0, 1)  # force_integer_mv, meaningless without motion
    constant(0, 1)  # render_and_frame_size_different
    if screen_content:
        constant(0, 1)  # allow_intrabc
    constant(1, 1)  # uniform_tile_spacing_flag, section 5.9.15
    for side in size:  # columns, rows
        if side > _SUPERBLOCK:
            constant(0, 1)  # increment_tile_cols_log2, increment_tile_rows_log2
    quantizer = copy(8)  # base_q_idx, section 5.9.12
    if quantizer == 0:
        raise DamagedVisualError("the visual payload has quantizer 0, which is lossless coding")
    constant(0, 1)  # DeltaQYDc: delta_coded
    if colour:
        constant(0, 2)  # DeltaQUDc and DeltaQUAc: delta_coded; V has U's
    constant(0, 1)  # using_qmatrix
    constant(0, 1)  # segmentation_enabled
    constant(0, 1)  # delta_q_present
    if copy(6) | copy(6) and colour:  # loop_filter_level[0] and [1], section 5.9.11
        copy(6)  # loop_filter_level[2]
        copy(6)  # loop_filter_level[3]
    constant(0, 3)  # loop_filter_sharpness
    constant(1, 1)  # loop_filter_delta_enabled
    constant(0, 1)  # loop_filter_delta_update
    constant(quantizer >> 6, 2)  # cdef_damping_minus_3, section 5.9.19, as libaom couples them
    for _ in range(1 << copy(2)):  # cdef_bits
        copy(6)  # cdef_y_pri_strength, cdef_y_sec_strength
        if colour:
            copy(6)  # cdef_uv_pri_strength, cdef_uv_sec_strength
    copy(1)  # tx_mode_select
    constant(0, 1)  # reduced_tx_set


def _level(size: tuple[int, int]) -> int:
    """The lowest level that allows the picture (annex A.3); decoders may look at it."""
    width, height = size
    for index, pixels, max_width, max_height in _LEVELS:
        if width * height <= pixels and width <= max_width and height <= max_height:
            return index
    return 31  # maximum parameters: no limits


_LEVELS: Final = (
    (0, 147_456, 2048, 1152),  # 2.0
    (1, 278_784, 2816, 1584),  # 2.1
    (4, 665_856, 4352, 2448),  # 3.0
    (5, 1_065_024, 5504, 3096),  # 3.1
    (8, 2_359_296, 6144, 3456),  # 4.0
    (12, 8_912_896, 8192, 4352),  # 5.0
    (16, 35_651_584, 16384, 8704),  # 6.0
)


def _obu(kind: int, payload: bytes) -> bytes:
    """An OBU with its size (section 5.3.1)."""
    return bytes([kind << 3 | 0b10]) + _leb128(len(payload)) + payload


def _leb128(value: int) -> bytes:
    """Section 4.10.5."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _split(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and payload of each OBU, where each has its size and no extension."""
    at = 0
    while at < len(data):
        head = data[at]
        if head & 0b1000_0111 != 0b10:
            raise StreamError(f"an OBU header of 0x{head:02X}")
        at, length, shift = at + 1, 0, 0
        while True:
            if at >= len(data) or shift > 28:
                raise StreamError("an OBU size that does not end")
            length |= (data[at] & 127) << shift
            at, shift = at + 1, shift + 7
            if data[at - 1] < 128:
                break
        if at + length > len(data):
            raise StreamError("an OBU that is cut short")
        yield head >> 3, data[at : at + length]
        at += length


# --- boxes -------------------------------------------------------------------------------


def _avif(
    sequence: bytes, frame: bytes, size: tuple[int, int], mode: Mode, full_chroma: bool
) -> bytes:
    """The smallest valid AVIF file: one item, its size and its configuration."""
    width, height = size
    channels = 1 if mode == "L" else 3
    # av1C: version 1; profile, level; tier 0, 8 bits, mono_chrome, subsampling_x and _y, 0
    planes = 0 if full_chroma else 0b01100 if mode == "RGB" else 0b11100
    config = bytes([0x81, full_chroma << 5 | _level(size), planes, 0]) + sequence
    properties = _box(
        b"ipco",
        _full_box(b"ispe", _u32(width) + _u32(height)),
        _box(b"av1C", config),
        _full_box(b"pixi", bytes([channels] + [8] * channels)),
    )
    association = _full_box(b"ipma", _u32(1), _u16(1), bytes([3, 1, 0x80 | 2, 3]))
    ftyp = _box(b"ftyp", b"avif", _u32(0), b"avifmif1miaf")

    def meta(offset: int) -> bytes:
        location = b"\x44\x00" + _u16(1) + _u16(1) + _u16(0) + _u16(1)
        return _full_box(
            b"meta",
            _full_box(b"hdlr", _u32(0), b"pict", bytes(13)),
            _full_box(b"pitm", _u16(1)),
            _full_box(b"iloc", location, _u32(offset), _u32(len(sequence) + len(frame))),
            _full_box(b"iinf", _u16(1), _box(b"infe", _u32(2 << 24), _u16(1), _u16(0), b"av01\0")),
            _box(b"iprp", properties, association),
        )

    offset = len(ftyp) + len(meta(0)) + 8
    return ftyp + meta(offset) + _box(b"mdat", sequence, frame)


def _u16(value: int) -> bytes:
    return value.to_bytes(2, "big")


def _u32(value: int) -> bytes:
    return value.to_bytes(4, "big")


def _box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return _u32(8 + len(content)) + kind + content


def _full_box(kind: bytes, *parts: bytes) -> bytes:
    """A box with version and flags, all zero."""
    return _box(kind, _u32(0), *parts)


def _item(avif: bytes) -> bytes:
    """The only item's data, which an encoder that writes no metadata stores alone in `mdat`."""
    at = 0
    while at + 8 <= len(avif):
        length = int.from_bytes(avif[at : at + 4], "big")
        if length < 8 or at + length > len(avif):
            break
        if avif[at + 4 : at + 8] == b"mdat":
            return avif[at + 8 : at + length]
        at += length
    raise StreamError("no mdat box in the AVIF file")


# --- bits --------------------------------------------------------------------------------


class _Writer:
    """Bits, the highest first (section 4.10.2)."""

    def __init__(self) -> None:
        self._value, self._length = 0, 0

    def write(self, value: int, bits: int) -> None:
        self._value = self._value << bits | value
        self._length += bits

    def to_bytes(self) -> bytes:
        """All bits, zero-padded to a whole byte (section 5.3.5)."""
        return (self._value << -self._length % 8).to_bytes(-(-self._length // 8), "big")


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self.position = data, 0

    def read(self, bits: int) -> int:
        end = self.position + bits
        if end > 8 * len(self._data):
            raise DamagedVisualError("the visual payload is cut short within its header")
        window = int.from_bytes(self._data[self.position // 8 : -(-end // 8)], "big")
        self.position = end
        return window >> -end % 8 & (1 << bits) - 1

    def rest(self) -> bytes:
        """The bytes after the last one read from, whose spare bits must be zero."""
        if self.read(-self.position % 8):
            raise DamagedVisualError("the visual payload has padding bits that are not zero")
        tile = self._data[self.position // 8 :]
        if not tile:
            raise DamagedVisualError("the visual payload ends before the picture begins")
        return tile
