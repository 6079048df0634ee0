"""The container: bytes to descriptor and back.

This is the only module that knows the layout; each part of it is read and written side by side.
`loads` and `dumps` are so strict that every file has exactly one valid form, and nothing in it is
trusted. spec/gcx-1.0.md says the same in prose, spec/gcx.ksy for Kaitai Struct. The codings
have their numbers from `gcx_format.codecs`; visual payloads are not looked into.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, BinaryIO, Final, NamedTuple

import construct
from construct import Bytes, RepeatUntil, Struct

from gcx_format import limits, plain_text
from gcx_format.codecs import TEXT, VISUAL, decode_text, text_coding, visual_codec
from gcx_format.descriptor import (
    AncillaryChunk,
    CodedText,
    CodedVisual,
    Descriptor,
    Mode,
    check_size,
    scale_from_byte,
    scale_to_byte,
)
from gcx_format.errors import (
    ArgumentError,
    ChecksumError,
    DamagedTextError,
    FormatError,
    LimitError,
    MalformedError,
    NotGcxError,
    UnknownChunkError,
    UnsupportedVersionError,
)

__all__ = ["MAGIC", "Outline", "Span", "dissect", "dumps", "loads", "outline", "spans"]

MAGIC: Final = b"GCX"

VERSION: Final = 1

# Critical chunk types: content and coding in one number.
_TEXT_TYPES: Final = range(0x10)
_VISUAL_TYPES: Final = range(0x10, 0x30)
_TEXT_CODINGS: Final = {coding.type: coding for coding in TEXT}
_VISUAL_CODECS: Final = {type: codec for codec in VISUAL for type in codec.types}

# Ancillary chunk types, numbered separately.
_SHA256_TYPE: Final = 0x01
_REMARKS: Final = {0x02: "note", 0x03: "encoder"}
_KNOWN_ANCILLARY: Final = {_SHA256_TYPE: "original SHA-256", **_REMARKS}

_SMALL_SIDE: Final = 1 << 14
_CRC_BYTES: Final = 4


@dataclass(frozen=True, slots=True)
class Span:
    """A run of bytes in a file.

    Attributes:
        name: such as `"header"`, `"text (zlib)"` or `"CRC-32"`.
        offset: of its first byte.
        size: in bytes.
        payload: how many of them, at the end, are content; the rest is the container's overhead.
    """

    name: str
    offset: int
    size: int
    payload: int


class Outline(NamedTuple):
    """What a collection repeats of a file; see `Descriptor` for what it means."""

    width: int
    height: int
    codec: str | None
    coded_text: CodedText | None


# The layout, as custom constructs: BitStruct, If and IfThenElse parse ten times as slowly, and
# descriptors are opened as often as any picture.


class _Length(construct.Construct):  # type: ignore[misc]  # construct has no type hints
    """A byte count as LEB128: seven bits per byte, lowest first, top bit set on all but the last.

    Unlike construct's VarInt, it has at most three bytes, and no more than it needs.
    """

    def _parse(self, stream: BinaryIO, context: Any, path: str) -> int:
        start = stream.tell()
        length: int = 0
        for index in range(3):
            (byte,) = construct.stream_read(stream, 1, path)
            length |= (byte & 0x7F) << (7 * index)
            if byte < 0x80:
                if index and byte == 0:
                    raise MalformedError("a length is longer than necessary", offset=start)
                return length
        raise LimitError(
            f"a length has more than three bytes; a chunk holds at most {limits.MAX_BODY_BYTES}",
            offset=start,
        )

    def _build(self, length: int, stream: BinaryIO, context: Any, path: str) -> int:
        data = bytearray()
        rest = length
        while rest >= 0x80:
            data.append(0x80 | (rest & 0x7F))
            rest >>= 7
        data.append(rest)
        construct.stream_write(stream, bytes(data), len(data), path)
        return length


class _Header(NamedTuple):
    """Version (2 bits), large form (1), grey (1), width - 1, height - 1 (14 each, 30 if large)."""

    version: int
    large: bool
    grey: bool
    width: int
    height: int


class _HeaderLayout(construct.Construct):  # type: ignore[misc]
    def _parse(self, stream: BinaryIO, context: Any, path: str) -> _Header:
        first = int.from_bytes(construct.stream_read(stream, 4, path), "big")
        version, large, grey = first >> 30, bool(first >> 29 & 1), bool(first >> 28 & 1)
        if large:
            second = int.from_bytes(construct.stream_read(stream, 4, path), "big")
            sides, bits = (first & 0x0FFF_FFFF) << 32 | second, 30
        else:
            sides, bits = first & 0x0FFF_FFFF, 14
        height_minus_1 = sides & (1 << bits) - 1
        return _Header(version, large, grey, (sides >> bits) + 1, height_minus_1 + 1)

    def _build(self, header: _Header, stream: BinaryIO, context: Any, path: str) -> _Header:
        flags = header.version << 2 | header.large << 1 | header.grey
        bits, size = (30, 8) if header.large else (14, 4)
        number = (flags << bits | header.width - 1) << bits | header.height - 1
        construct.stream_write(stream, number.to_bytes(size, "big"), size, path)
        return header


class _Chunk(NamedTuple):
    """A tag byte, the body's length unless the chunk is the last, the body; and its offsets."""

    last: bool
    ancillary: bool
    type: int
    body: bytes
    offset: int = 0
    body_offset: int = 0


class _ChunkLayout(construct.Construct):  # type: ignore[misc]
    _length: Final = _Length()

    def _parse(self, stream: BinaryIO, context: Any, path: str) -> _Chunk:
        offset = stream.tell()
        (tag,) = construct.stream_read(stream, 1, path)
        last = tag >= 0x80
        length = 0 if last else self._length._parse(stream, context, path)
        body_offset = stream.tell()
        body = stream.read() if last else construct.stream_read(stream, length, path)
        return _Chunk(last, bool(tag & 0x40), tag & 0x3F, body, offset, body_offset)

    def _build(self, chunk: _Chunk, stream: BinaryIO, context: Any, path: str) -> _Chunk:
        tag = chunk.last << 7 | chunk.ancillary << 6 | chunk.type
        construct.stream_write(stream, bytes([tag]), 1, path)
        if not chunk.last:
            self._length._build(len(chunk.body), stream, context, path)
        construct.stream_write(stream, chunk.body, len(chunk.body), path)
        return chunk


_CONTENT: Final = Struct(
    "magic" / Bytes(len(MAGIC)),
    "header" / _HeaderLayout(),
    "chunks" / RepeatUntil(lambda chunk, chunks, context: _is_last(chunk, chunks), _ChunkLayout()),
)
"""Everything before the CRC-32, which covers all of it."""


def _is_last(chunk: _Chunk, chunks: list[_Chunk]) -> bool:
    if len(chunks) > limits.MAX_CHUNKS:
        raise LimitError(f"more than {limits.MAX_CHUNKS} chunks", offset=chunk.offset)
    return chunk.last


def loads(data: bytes, *, check_words: bool = True) -> Descriptor:
    """Read the bytes of a `.gcx` file.

    Everything is checked that can be without decoding the visual condition: the checksum, the
    canonical form, the limits, the words.

    Args:
        data: the whole file, at most 4 MiB.
        check_words: decode the words now. Otherwise they are decoded when `Descriptor.text` is
            first read, which may then raise `DamagedTextError`. Decoding them takes longer than
            everything else, and sizes and thumbnails do not need them.

    Raises:
        FormatError: one of its kinds; see `gcx_format.errors`.
    """
    descriptor = _descriptor(_parse(data))
    if check_words:
        _ = descriptor.text
    return descriptor


_USUAL_BYTES: Final = 1 << 12  # below every limit on bytes
_VISUAL_AT: Final = len(MAGIC) + 4


def outline(data: bytes) -> Outline:
    """What a file says, in a fraction of the time of `loads(data, check_words=False)`.

    No rule looks into coded words and pictures. So a small file of the usual chunks, words and a
    visual condition, is as valid as the shortest file that has its header, its tags and its scale,
    which `loads` reads once for many files.

    Raises:
        FormatError: the one that `loads` raises.
    """
    end = len(data) - _CRC_BYTES
    at = _VISUAL_AT
    coded_text = None
    if at + 2 < end < _USUAL_BYTES and _crc(data[:end]) == data[end:]:
        coding = _TEXT_CODINGS.get(data[at])
        if coding is not None and (length := _text_length(data[at + 1 : at + 4])) is not None:
            start = at + 1 + length[1]
            at = start + length[0]
            words = partial(_read_words, coding.name, data[start:at], start)
            coded_text = CodedText(words, coding.name, data[start:at])
        if at + 2 < end and (shortest := _shortest(data[:_VISUAL_AT] + data[at : at + 2])):
            return Outline(*shortest, coded_text)
    made = loads(data, check_words=False)
    codec = None if made.visual is None else made.visual.codec
    return Outline(made.width, made.height, codec, made.coded_text)


@lru_cache(1 << 12)
def _text_length(start: bytes) -> tuple[int, int] | None:
    """A length and how many bytes it takes; None if it is not valid."""
    try:
        length: int = _Length().parse(start)
    except (FormatError, construct.StreamError):
        return None
    return length, len(_Length().build(length))


@lru_cache(1 << 12)
def _shortest(start: bytes) -> tuple[int, int, str] | None:
    """Size and codec of a file of a header and one visual chunk, by all but its payload.

    None if it is not valid, or not such a file.
    """
    content = start + b"\0"
    try:
        made = loads(content + _crc(content), check_words=False)
    except FormatError:
        return None
    return None if made.visual is None else (made.width, made.height, made.visual.codec)


def dumps(descriptor: Descriptor) -> bytes:
    """Write a descriptor as the bytes of a `.gcx` file, in the one canonical form.

    `dumps(loads(data)) == data` for every valid file.

    Raises:
        ArgumentError: a part is larger than the format allows, a coding is unknown, or the coded
            text does not decode to its words.
    """
    if descriptor.coded_text is not None:
        _check_text(descriptor.coded_text)
    chunks = sorted(_chunks(descriptor))
    for ancillary, type, body in chunks:
        if len(body) > limits.MAX_BODY_BYTES:
            raise ArgumentError(
                f"the {_name(ancillary, type)} chunk would have {len(body)} bytes; "
                f"{limits.MAX_BODY_BYTES} are allowed"
            )
    large = max(descriptor.size) > _SMALL_SIDE
    header = _Header(VERSION, large, descriptor.mode == "L", *descriptor.size)
    layout = [
        _Chunk(number == len(chunks), ancillary, type, body)
        for number, (ancillary, type, body) in enumerate(chunks, start=1)
    ]
    content = _CONTENT.build({"magic": MAGIC, "header": header, "chunks": layout})
    data: bytes = content + _crc(content)
    if len(data) > limits.MAX_FILE_BYTES:
        raise ArgumentError(
            f"the file would have {len(data)} bytes; {limits.MAX_FILE_BYTES} are allowed"
        )
    return data


def dissect(data: bytes) -> list[Span]:
    """Every byte of a valid file, as spans without gaps; raises `FormatError` as `loads` does."""
    return spans(loads(data))


def spans(descriptor: Descriptor) -> list[Span]:
    """Every byte of the one file that a descriptor makes, as spans without gaps."""
    found = [Span("magic", 0, len(MAGIC), 0)]
    at = len(MAGIC)

    def add(name: str, size: int, payload: int) -> None:
        nonlocal at
        found.append(Span(name, at, size, payload))
        at += size

    add("header", 8 if max(descriptor.size) > _SMALL_SIDE else 4, 0)
    chunks = sorted(_chunks(descriptor))
    for number, (ancillary, type, body) in enumerate(chunks, start=1):
        length = 0 if number == len(chunks) else len(_Length().build(len(body)))
        scale = 1 if not ancillary and type in _VISUAL_TYPES else 0
        add(_name(ancillary, type), 1 + length + len(body), len(body) - scale)
    add("CRC-32", _CRC_BYTES, 0)
    return found


def _parse(data: bytes) -> Any:
    """The layout of a file whose checksum is right; the chunks' contents are not checked yet."""
    if not data:
        raise NotGcxError("the file is empty")
    if MAGIC.startswith(data) and data != MAGIC:
        raise NotGcxError(f"cut short: the file has only {len(data)} bytes")
    if not data.startswith(MAGIC):
        start = data[: len(MAGIC)].hex(" ")
        raise NotGcxError(
            f"not a .gcx file: it begins with {start}, not with {MAGIC.hex(' ')}; "
            "open it with a program for its own format"
        )
    version = data[len(MAGIC)] >> 6 if len(data) > len(MAGIC) else VERSION
    if version != VERSION:
        raise UnsupportedVersionError(
            f"version {version} of the format; this program knows version {VERSION}: update gcx",
            offset=len(MAGIC),
        )
    if len(data) > limits.MAX_FILE_BYTES:
        raise LimitError(f"too large: a .gcx file has at most {limits.MAX_FILE_BYTES} bytes")
    content, stored = data[:-_CRC_BYTES], data[-_CRC_BYTES:]
    actual = _crc(content)
    if stored != actual:
        raise ChecksumError(
            f"damaged or cut short: the CRC-32 of its {len(data)} bytes is {actual.hex()}, not "
            f"{stored.hex()}; get another copy of the file"
        )
    try:
        return _CONTENT.parse(content)
    except construct.StreamError:
        raise MalformedError(
            "the header or a chunk extends beyond the end of the file", offset=len(content)
        ) from None


def _descriptor(content: Any) -> Descriptor:
    """The content of a parsed layout, every field and chunk checked."""
    width, height = _picture_size(content.header)
    fields: dict[str, Any] = {}
    offsets: dict[str, int] = {}
    unknown: list[Any] = []
    previous = (False, -1)
    for chunk in content.chunks:
        ancillary, type = chunk.ancillary, chunk.type
        if (ancillary, type) <= previous:
            raise MalformedError(
                f"the {_name(ancillary, type)} chunk is repeated or out of order",
                offset=chunk.offset,
            )
        previous = (ancillary, type)
        if len(chunk.body) > limits.MAX_BODY_BYTES:  # no length bounds the last chunk
            raise LimitError(
                f"the {_name(ancillary, type)} chunk has {len(chunk.body)} bytes; "
                f"{limits.MAX_BODY_BYTES} are allowed",
                offset=chunk.body_offset,
            )
        try:
            field, value = _read_ancillary(chunk) if ancillary else _read_critical(chunk)
        except ArgumentError as error:
            raise MalformedError(
                f"the {_name(ancillary, type)} chunk is not valid: {error}",
                offset=chunk.body_offset,
            ) from None
        if field == "unknown":
            unknown.append(value)
        elif field in fields:
            raise MalformedError(f"a second chunk for the {field}", offset=chunk.offset)
        else:
            fields[field] = value
            offsets[field] = chunk.body_offset
    if not fields.keys() & {"coded_text", "visual"}:
        raise MalformedError(
            "neither a text nor a visual chunk: nothing describes the picture",
            offset=content.chunks[0].offset,
        )
    mode: Mode = "L" if content.header.grey else "RGB"
    try:
        return Descriptor(width=width, height=height, mode=mode, unknown=tuple(unknown), **fields)
    except ArgumentError as error:  # the only rule that combines header and chunk
        raise LimitError(str(error), offset=offsets.get("visual")) from None


def _crc(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(_CRC_BYTES, "big")


def _picture_size(header: _Header) -> tuple[int, int]:
    width, height = header.width, header.height
    if header.large and max(width, height) <= _SMALL_SIDE:
        raise MalformedError(
            f"{width} x {height} is in the long form, which only larger pictures use",
            offset=len(MAGIC),
        )
    try:
        check_size(width, height)
    except ArgumentError as error:
        raise LimitError(str(error), offset=len(MAGIC)) from None
    return width, height


def _read_critical(chunk: _Chunk) -> tuple[str, CodedText | CodedVisual]:
    """The descriptor's field that a critical chunk fills, and its value."""
    type, body = chunk.type, chunk.body
    if type in _TEXT_CODINGS:
        coding = _TEXT_CODINGS[type].name
        words = partial(_read_words, coding, body, chunk.body_offset)
        return "coded_text", CodedText(words, coding, body)
    if type not in _VISUAL_CODECS:
        raise UnknownChunkError(
            f"unknown {_name(False, type)} chunk, without which the picture cannot be "
            "understood: update gcx",
            offset=chunk.offset,
            type=type,
        )
    if not body:
        raise ArgumentError("it has no scale byte")
    codec = _VISUAL_CODECS[type]
    variant = type - codec.types.start
    return "visual", CodedVisual(codec.name, scale_from_byte(body[0]), body[1:], variant)


def _read_words(coding: str, payload: bytes, offset: int) -> str:
    try:
        return decode_text(coding, payload)
    except DamagedTextError as error:
        raise DamagedTextError(str(error), offset=offset) from None


def _read_ancillary(chunk: _Chunk) -> tuple[str, bytes | str | AncillaryChunk]:
    """The descriptor's field that an ancillary chunk fills, and its value."""
    type, body = chunk.type, chunk.body
    if type == _SHA256_TYPE:
        if len(body) != 32:
            raise ArgumentError(f"a SHA-256 has 32 bytes, not {len(body)}")
        return "original_sha256", body
    if type in _REMARKS:
        if len(body) > limits.MAX_NOTE_BYTES:
            raise LimitError(
                f"the {_REMARKS[type]} has {len(body)} bytes; {limits.MAX_NOTE_BYTES} are allowed",
                offset=chunk.body_offset,
            )
        try:
            remark = body.decode()
        except UnicodeDecodeError:
            raise ArgumentError("it is not UTF-8") from None
        plain_text.check(_REMARKS[type], remark, limits.MAX_NOTE_BYTES)
        return _REMARKS[type], remark
    return "unknown", AncillaryChunk(type, body)


def _chunks(descriptor: Descriptor) -> Iterator[tuple[bool, int, bytes]]:
    """The chunks of a descriptor: ancillary or not, type, body."""
    if descriptor.coded_text is not None:
        coded = descriptor.coded_text
        yield False, text_coding(coded.coding).type, coded.payload
    if descriptor.visual is not None:
        visual = descriptor.visual
        type = visual_codec(visual).types[visual.variant]
        yield False, type, bytes([scale_to_byte(visual.scale)]) + visual.payload
    if descriptor.original_sha256 is not None:
        yield True, _SHA256_TYPE, descriptor.original_sha256
    for type, field in _REMARKS.items():
        remark = getattr(descriptor, field)
        if remark is not None:
            yield True, type, remark.encode()
    for chunk in descriptor.unknown:
        if chunk.type in _KNOWN_ANCILLARY:
            raise ArgumentError(
                f"ancillary type {chunk.type} is the {_name(True, chunk.type)}, which a descriptor "
                "has its own field for"
            )
        yield True, chunk.type, chunk.body


def _check_text(coded: CodedText) -> None:
    """Raise `ArgumentError` unless a reader will find the words."""
    try:
        found = decode_text(coded.coding, coded.payload)
    except DamagedTextError as error:
        raise ArgumentError(f"the coded text does not decode: {error}") from None
    if found != coded.text:
        raise ArgumentError("the coded text does not decode to its words")


def _name(ancillary: bool, type: int) -> str:
    """What to call a chunk in a message or a listing."""
    if ancillary:
        return _KNOWN_ANCILLARY.get(type, f"ancillary 0x{type:02X}")
    if type in _TEXT_CODINGS:
        return f"text ({_TEXT_CODINGS[type].name})"
    if type in _VISUAL_CODECS:
        codec = _VISUAL_CODECS[type]
        name = codec.variants[type - codec.types.start].name
        return f"visual ({codec.title}{f' quality {name}' if name else ''})"
    if type in _TEXT_TYPES:
        return f"text coding 0x{type:02X}"
    if type in _VISUAL_TYPES:
        return f"visual codec 0x{type:02X}"
    return f"critical 0x{type:02X}"
