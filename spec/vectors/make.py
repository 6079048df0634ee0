"""Make the test vectors of the .gcx format, and the tables in README.md that list them.

    python spec/vectors/make.py                all vectors, and the tables
    python spec/vectors/make.py text length-0  only these vectors
    python spec/vectors/make.py --payloads     code the payloads again, then make all vectors

This is a second writer of the format, which can also break each of its rules. It builds every file
byte by byte, without gcx, so that the files test gcx. Its output is always the same, on every
machine. Two kinds of payload are made with gcx: those of AV1, which depend on the version of an
encoder, and those of the text model, which need its table. They are stored in payloads/ and coded
again only with --payloads.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from PIL import Image

HERE: Final = Path(__file__).parent
PAYLOADS: Final = HERE / "payloads"
MODELLED: Final = json.loads((PAYLOADS / "text-model.json").read_text(encoding="utf-8"))
"""Payloads of the text model by name, each with the text that it holds, or null."""

LONGEST_LITERAL: Final = 256
"""Bytes; the JSON gives longer values as their length and SHA-256."""


# --- the format, implemented a second time -----------------------------------------------


@dataclass(frozen=True)
class Chunk:
    """A chunk: its tag without the top bit, its body, and the fields that a reader must find."""

    tag: int
    body: bytes
    says: dict[str, Any] = field(default_factory=dict)


def sides(width: int, height: int, *, grey: bool = False, large: bool | None = None) -> bytes:
    """The magic and the header of version 1."""
    if large is None:
        large = max(width, height) > 16384
    bits = 30 if large else 14
    packed = 1 << 2 | large << 1 | grey
    packed = (packed << bits | width - 1) << bits | height - 1
    return b"GCX" + packed.to_bytes(8 if large else 4, "big")


def leb128(value: int) -> bytes:
    """A length in as few bytes as possible."""
    if value < 128:
        return bytes([value])
    return bytes([value & 127 | 128]) + leb128(value >> 7)


def layout(chunks: list[Chunk]) -> bytes:
    """Chunks in a row, with the last one marked as the last."""
    *others, last = chunks
    before = b"".join(bytes([c.tag]) + leb128(len(c.body)) + c.body for c in others)
    return before + bytes([0x80 | last.tag]) + last.body


def sealed(content: bytes) -> bytes:
    """A file: content followed by its CRC-32."""
    return content + zlib.crc32(content).to_bytes(4, "big")


# --- zlib streams, by hand ---------------------------------------------------------------


def zlib_stream(data: bytes, *, header: bytes = b"\x78\x01", block: int = 65535) -> bytes:
    """A zlib stream of stored blocks: no smaller, but the same with every zlib."""
    blocks = bytearray(header)
    for start in range(0, len(data) or 1, block):
        part = data[start : start + block]
        blocks.append(start + block >= len(data))  # BFINAL; BTYPE is 0
        blocks += len(part).to_bytes(2, "little") + (len(part) ^ 0xFFFF).to_bytes(2, "little")
        blocks += part
    return bytes(blocks) + zlib.adler32(data).to_bytes(4, "big")


def zlib_run(letter: bytes, count: int) -> bytes:
    """One letter repeated, as a zlib stream with one block of fixed Huffman codes."""
    matches, literals = divmod(count - 1, 258)
    bits = "1" + "10"  # BFINAL; BTYPE 1, its lower bit first
    code = f"{0x30 + letter[0]:08b}"  # of a literal below 144
    bits += code * (1 + literals) + ("11000101" + "00000") * matches + "0000000"
    bits += "0" * (-len(bits) % 8)
    packed = bytes(int(bits[at : at + 8][::-1], 2) for at in range(0, len(bits), 8))
    return b"\x78\x01" + packed + zlib.adler32(letter * count).to_bytes(4, "big")


# --- chunks ------------------------------------------------------------------------------


def words(text: str, stream: bytes | None = None) -> Chunk:
    """A text chunk, with its own `stream` if that is not made of stored blocks."""
    return Chunk(0x01, stream or zlib_stream(text.encode()), {"text": text})


def modelled(name: str) -> Chunk:
    """A text chunk in the text model's coding, with one of the stored payloads."""
    stored = MODELLED[name]
    return Chunk(0x02, bytes.fromhex(stored["payload"]), {"text": stored["text"]})


def visual(tag: int, scale_byte: int, payload: bytes) -> Chunk:
    """A visual chunk."""
    says: dict[str, Any] = {
        "codec": "av1" if tag == 0x18 else "msillm",
        "quality": None if tag == 0x18 else tag & 7,
        "scale_byte": scale_byte,
        "payload": payload,
    }
    return Chunk(tag, bytes([scale_byte]) + payload, {"visual": says})


def msillm(quality: int, scale_byte: int, payload: bytes = b"opaque") -> Chunk:
    """A visual chunk of MS-ILLM. Its bitstream has vectors of its own, in msillm.json."""
    return visual(0x10 + quality, scale_byte, payload)


def av1(name: str, scale_byte: int) -> Chunk:
    """A visual chunk of AV1 with one of the stored payloads."""
    return visual(0x18, scale_byte, (PAYLOADS / f"{name}.av1").read_bytes())


def sha256(digest: bytes) -> Chunk:
    """The SHA-256 of an original."""
    return Chunk(0x41, digest, {"original_sha256": digest})


def note(text: str) -> Chunk:
    """A note."""
    return Chunk(0x42, text.encode(), {"note": text})


def encoder(text: str) -> Chunk:
    """The name of an encoder."""
    return Chunk(0x43, text.encode(), {"encoder": text})


def other(type: int, body: bytes) -> Chunk:
    """An ancillary chunk that has no meaning in version 1."""
    return Chunk(0x40 | type, body, {"unknown": {"type": type, "body": body}})


# --- valid vectors -----------------------------------------------------------------------


@dataclass(frozen=True)
class Valid:
    """A valid file: the picture's size and mode, the chunks, and what the file shows."""

    name: str
    shows: str
    width: int
    height: int
    chunks: list[Chunk]
    grey: bool = False
    decoded: dict[str, Any] | None = None

    @property
    def data(self) -> bytes:
        """The file."""
        return sealed(sides(self.width, self.height, grey=self.grey) + layout(self.chunks))

    def fields(self) -> dict[str, Any]:
        """The fields that a reader must find in it."""
        found: dict[str, Any] = {
            "shows": self.shows,
            "bytes": len(self.data),
            "crc32": self.data[-4:].hex(),
            "width": self.width,
            "height": self.height,
            "mode": "L" if self.grey else "RGB",
            "chunks": list(self._chunk_fields()),
        }
        for what in ("text", "visual", "original_sha256", "note", "encoder"):
            found[what] = next((c.says[what] for c in self.chunks if what in c.says), None)
        if found["visual"]:
            found["visual"] = self._visual_fields(found["visual"])
        found["unknown"] = [c.says["unknown"] for c in self.chunks if "unknown" in c.says]
        if self.decoded is not None:
            found["decoded"] = self.decoded
        return found

    def _chunk_fields(self) -> Iterator[dict[str, Any]]:
        offset = len(sides(self.width, self.height))
        for chunk in self.chunks:
            last = chunk is self.chunks[-1]
            head = 1 if last else 1 + len(leb128(len(chunk.body)))
            yield {
                "offset": offset,
                "last": last,
                "ancillary": chunk.tag >= 0x40,
                "type": chunk.tag & 0x3F,
                "body_offset": offset + head,
                "body_bytes": len(chunk.body),
            }
            offset += head + len(chunk.body)

    def _visual_fields(self, says: dict[str, Any]) -> dict[str, Any]:
        exponent, mantissa = divmod(says["scale_byte"], 16)
        scale = Fraction((16 + mantissa) * 2**exponent, 16)
        size = [max(1, int(side / scale + Fraction(1, 2))) for side in (self.width, self.height)]
        return {
            "codec": says["codec"],
            "quality": says["quality"],
            "scale": float(scale),
            "condition_width": size[0],
            "condition_height": size[1],
            "payload": says["payload"],
        }


RED_HOUSE: Final = "A red house by the sea."
UNICODE: Final = (
    "Una casa roja \u2013 ein rotes Haus \u2013 \u6d77\u8fb9\u7684\u7ea2\u623f\u5b50 "
    "\U0001f3e0 \u05d1\u05d9\u05ea e\u0301"
)
PRIVATE: Final = bytes(range(256)) * 64  # 16,384 bytes
EVERY_KIND: Final = [
    words(RED_HOUSE),
    msillm(3, 0x30),
    other(0x00, b"reserved"),
    sha256(hashlib.sha256(b"the original").digest()),
    note("scanned from a print"),
    encoder("vectors 1"),
    *(other(type, bytes([type])) for type in range(0x04, 0x40)),
]

# The words of the example in the specification, as one zlib compresses them at its best level.
EXAMPLE_WORDS: Final = "A red house by the sea with two boats in the low sun."
EXAMPLE_STREAM: Final = bytes.fromhex(
    "78da7354284a4d51c8c82f2d4e5548aa5428c94855284e4d5428cf2cc9502829cf5748ca4f2c2956c8cc03cbe4e4972b1497e6e90100f0711293"
)


TEXTS: Final = {
    "sentence": ("text model: every token is in the table", RED_HOUSE),
    "terse": (
        "text model: a colon, after which the text counts as terse",
        "Photo: red house by the sea; upper left grey clouds; center two boats; low sun.",
    ),
    "one-letter": ("text model: a single token", "a"),
    "cases": (
        "text model: unexpected capitals, and a missing one",
        "a Red house. the SEA, USA, iPhone. McDonald's",
    ),
    "spaces": (
        "text model: all kinds of white space, and none",
        '  a red\thouse\n\nBy ( the-sea ) $5 "here"; x/y . ',
    ),
    "spelled": (
        "text model: words that are not in the table, in several scripts",
        "Xyzzy stands by \u6d77\u8fb9, \u05d1\u05d9\u05ea \U0001f3e0 caf\u00e9 1234.5678",
    ),
    "long": (
        "text model: counts of the tokens so far in the text",
        "A red house by the sea with two boats in the low sun. " * 12 + "A red house.",
    ),
}
"""For each text of the text model, what it shows and the text itself."""


def valid() -> list[Valid]:
    """All valid vectors."""
    return [
        Valid("text", "words alone, the smallest overhead", 1024, 768, [words(RED_HOUSE)]),
        Valid(
            "text-deflated",
            "words as an encoder compresses them: fixed Huffman codes, zlib header 78 da",
            1024,
            768,
            [words(EXAMPLE_WORDS, EXAMPLE_STREAM)],
        ),
        Valid(
            "text-two-blocks",
            "a zlib stream of several blocks, with a window of 512 bytes",
            1024,
            768,
            [words(RED_HOUSE, zlib_stream(RED_HOUSE.encode(), header=b"\x18\x19", block=9))],
        ),
        Valid("text-shortest", "one byte of words", 1024, 768, [words("a")]),
        Valid(
            "text-longest",
            "65,536 bytes of words, the maximum",
            1024,
            768,
            [words("a" * 65536, zlib_run(b"a", 65536))],
        ),
        Valid(
            "text-unicode",
            "several scripts, an emoji, right-to-left letters, a combining accent kept as it is",
            1024,
            768,
            [words(UNICODE)],
        ),
        Valid(
            "text-whitespace",
            "tab, line feed, and white space at both ends, all part of the words",
            1024,
            768,
            [words(" one\n\ttwo\n ")],
        ),
        Valid(
            "text-grey",
            "a grey picture: the grey bit of the header",
            640,
            480,
            [words(RED_HOUSE)],
            grey=True,
        ),
        *(
            Valid(f"model-{name}", shows, 1024, 768, [modelled(name)])
            for name, (shows, _) in TEXTS.items()
        ),
        Valid(
            "model-both",
            "words coded with the text model, and a visual condition",
            1024,
            768,
            [modelled("terse"), msillm(3, 0x30)],
        ),
        Valid("visual", "a visual condition alone", 1024, 768, [msillm(3, 0x30)]),
        Valid(
            "both", "words and a visual condition", 1024, 768, [words(RED_HOUSE), msillm(3, 0x30)]
        ),
        Valid("msillm-0", "MS-ILLM, the lowest quality index", 512, 512, [msillm(0, 0x30, b"\0")]),
        Valid("msillm-7", "MS-ILLM, the highest quality index", 512, 512, [msillm(7, 0x30)]),
        Valid("size-1x1", "the smallest picture", 1, 1, [words(RED_HOUSE), msillm(0, 0xA0)]),
        Valid("size-16384x16384", "the largest sides in 14 bits", 16384, 16384, [words(RED_HOUSE)]),
        Valid("size-16385x1", "the large form, because of the width", 16385, 1, [words(RED_HOUSE)]),
        Valid(
            "size-1x16385", "the large form, because of the height", 1, 16385, [words(RED_HOUSE)]
        ),
        Valid("size-32768x32768", "2^30 pixels, the maximum", 32768, 32768, [words(RED_HOUSE)]),
        Valid("size-2e30x1", "2^30 pixels in a row", 1 << 30, 1, [msillm(0, 0xA0)], grey=True),
        Valid("scale-1", "scale byte 0x00: not downscaled", 33, 17, [msillm(0, 0x00)]),
        Valid("scale-1.0625", "scale byte 0x01: 17/16", 33, 17, [msillm(0, 0x01)]),
        Valid("scale-31", "scale byte 0x4F: an odd scale", 1000, 47, [msillm(0, 0x4F)]),
        Valid("scale-1024", "scale byte 0xA0, the largest", 3000, 511, [msillm(0, 0xA0)]),
        Valid("scale-half-up", "halves round up: 12/8, 20/8", 12, 20, [msillm(0, 0x30)]),
        Valid("scale-at-least-1", "a side that would round to 0: 3/8", 800, 3, [msillm(0, 0x30)]),
        Valid(
            "condition-largest",
            "a visual condition of 2^24 pixels, the maximum",
            16384,
            16384,
            [msillm(0, 0x20)],
        ),
        Valid(
            "length-0",
            "an empty chunk, and an empty last chunk",
            9,
            9,
            [words("a"), other(0x30, b""), other(0x31, b"")],
        ),
        Valid(
            "length-127-128",
            "the largest length in one byte, 7f, and the smallest in two, 80 01",
            9,
            9,
            [words("a"), other(0x30, PRIVATE[:127]), other(0x31, PRIVATE[:128]), other(0x32, b"")],
        ),
        Valid(
            "length-16383",
            "the largest length in two bytes: ff 7f",
            9,
            9,
            [words("a"), other(0x30, PRIVATE[:16383]), other(0x31, b"")],
        ),
        Valid(
            "length-16384",
            "the smallest length in three bytes: 80 80 01",
            9,
            9,
            [words("a"), other(0x30, PRIVATE), other(0x31, b"")],
        ),
        Valid(
            "ancillary-known",
            "the SHA-256 of the original, a note and the encoder",
            1024,
            768,
            [words(RED_HOUSE), *EVERY_KIND[3:6]],
        ),
        Valid(
            "ancillary-unknown",
            "reserved ancillary types, which a reader keeps",
            1024,
            768,
            [words(RED_HOUSE), other(0x00, b"\0"), other(0x04, b"new"), other(0x2F, b"\xff\xfe")],
        ),
        Valid(
            "ancillary-private",
            "private ancillary types, which a reader keeps",
            1024,
            768,
            [words(RED_HOUSE), other(0x30, b"mine"), other(0x3F, b"GCX")],
        ),
        Valid(
            "note-longest",
            "a note of 4,096 bytes, the maximum",
            9,
            9,
            [words("a"), note("\u00e9" * 2048)],
        ),
        Valid("chunks-66", "one text, one visual, and every ancillary type", 512, 512, EVERY_KIND),
        *av1_vectors(),
    ]


# --- AV1 payloads ------------------------------------------------------------------------


@dataclass(frozen=True)
class Coded:
    """A picture drawn by this program, and how it is coded into one of the stored payloads."""

    name: str
    shows: str
    size: tuple[int, int]
    mode: Literal["RGB", "L"]
    scale_byte: int
    quality: int
    chroma: Literal["4:2:0", "4:4:4"] = "4:2:0"
    text: bool = False


CODED: Final = [
    Coded("av1", "a visual condition of 128 x 96, alone", (1024, 768), "RGB", 0x30, 24),
    Coded(
        "av1-text",
        "the example of the specification: words, and a visual condition of 200 bytes",
        (1024, 768),
        "RGB",
        0x30,
        24,
        text=True,
    ),
    Coded("av1-grey", "grey: the coded picture has no colour either", (1024, 768), "L", 0x30, 24),
    Coded(
        "av1-full-chroma",
        "chroma at full resolution (4:4:4)",
        (600, 400),
        "RGB",
        0x30,
        32,
        chroma="4:4:4",
    ),
    Coded(
        "av1-fine", "high quality: a quantizer far from the coarsest", (512, 384), "RGB", 0x30, 90
    ),
    Coded("av1-1x1", "a coded picture of one pixel", (1, 1), "RGB", 0x00, 50),
    Coded("av1-1x1-grey", "a coded picture of one pixel, grey", (500, 400), "L", 0xA0, 50),
    Coded("av1-odd", "odd sides, smaller than a superblock", (139, 73), "RGB", 0x30, 40),
    Coded("av1-64x64", "exactly one superblock", (512, 512), "L", 0x30, 20),
    Coded("av1-65x64", "one column more than a superblock", (520, 512), "L", 0x30, 20),
    Coded("av1-wide", "a coded picture of 300 x 3", (2400, 24), "RGB", 0x30, 20),
    Coded(
        "av1-large",
        "the visual condition of a picture in the large form",
        (20000, 10000),
        "RGB",
        0x80,
        20,
    ),
]


def av1_vectors() -> list[Valid]:
    """The vectors with a real AV1 payload."""
    pictures = json.loads((PAYLOADS / "decoded.json").read_text(encoding="utf-8"))
    return [
        Valid(
            coded.name,
            coded.shows,
            *coded.size,
            [words(EXAMPLE_WORDS, EXAMPLE_STREAM)] * coded.text
            + [av1(coded.name, coded.scale_byte)],
            grey=coded.mode == "L",
            decoded=pictures[coded.name],
        )
        for coded in CODED
    ]


def code_payloads() -> None:
    """Draw the pictures, code them with gcx, and record what they decode to."""
    from gcx_format.descriptor import condition_size, scale_from_byte
    from gcx_format.visual.av1 import codec

    PAYLOADS.mkdir(exist_ok=True)
    decoded = {}
    for coded in CODED:
        size = condition_size(*coded.size, scale_from_byte(coded.scale_byte))
        payload = codec.encode(drawn(size, coded.mode), coded.quality, chroma=coded.chroma)
        (PAYLOADS / f"{coded.name}.av1").write_bytes(payload)
        decoded[coded.name] = samples(codec.decode(payload, size, coded.mode))
    text = json.dumps(decoded, indent=2)
    (PAYLOADS / "decoded.json").write_text(text + "\n", encoding="utf-8")


def code_texts() -> None:
    """Code the text model's valid and invalid texts with gcx."""
    from gcx_format import DamagedTextError
    from gcx_format.text.model import Model, binary_range_coder, prediction, table, tokens

    model, known = Model(), table.load(1)

    def coded(words: list[str | bytes]) -> bytes:
        """The payload of tokens (str) and spelled bytes (bytes), valid or not."""
        recorder = binary_range_coder.Recorder()
        before = prediction.Words(known)
        for word in words:
            number = known.numbers[tokens.SPELL if isinstance(word, bytes) else word]
            prediction.code(known, known.words, before, recorder, number)
            before.add(number)
            if isinstance(word, bytes):
                spelling = prediction.Spelling(known)
                for byte in (*word, 0):
                    prediction.code(known, known.letters, spelling, recorder, byte)
                    spelling.add(byte)
            recorder.close(False)
        return recorder.payload()

    found: dict[str, tuple[str | None, bytes]] = {}
    for name, (_, text) in TEXTS.items():
        found[name] = text, model.encode(text.encode()) or b""
    found["not-utf-8"] = None, coded([" a", b"caf\xe9"])
    found["surrogate"] = None, coded([b"\xed\xa0\x80"])
    found["control"] = None, coded([" a", b"\x1b[1m"])
    found["empty"] = None, coded([b""])
    found["4001-tokens"] = None, coded([" a"] * 4001)
    found["too-long"] = None, coded([max(known.entries, key=len)] * 3990)
    # Most changed payloads still hold some valid text. Search for texts where they do not.
    seen = ("red house", "blue boat", "cat", "old bridge", "lake", "dog", "tower", "beach")
    pairs = [f"A {one} by a {other}." for one in seen for other in seen]
    for name, change, message in (
        ("cut", lambda payload: payload[:-1], "before its text does"),
        ("cut-short", lambda payload: payload[:-1], "do not belong"),
        ("more", lambda payload: payload + b"\0", "before its text does"),
        ("last-byte", lambda payload: payload[:-1] + bytes([payload[-1] ^ 1]), "do not belong"),
    ):
        for text in pairs:
            changed = change(model.encode(text.encode()) or b"")
            try:
                model.decode(changed)
            except DamagedTextError as error:
                if message in str(error):
                    found[name] = None, changed
                    break
    stored = {
        name: {"text": text, "payload": payload.hex()} for name, (text, payload) in found.items()
    }
    text = json.dumps(stored, indent=2, ensure_ascii=False)
    (PAYLOADS / "text-model.json").write_text(text + "\n", encoding="utf-8")


def drawn(size: tuple[int, int], mode: Literal["RGB", "L"]) -> Image.Image:
    """A red house under a pale sun, at any size."""
    import numpy as np
    from PIL import Image

    width, height = size
    x = (np.arange(width) + 0.5)[None, :] / width
    y = (np.arange(height) + 0.5)[:, None] / height
    house = (abs(x - 0.35) < 0.13) & (abs(y - 0.62) < 0.14)
    sun = (x - 0.75) ** 2 + ((y - 0.22) * height / width) ** 2 < 0.006
    sky = (
        150 + 60 * y + 40 * np.sin(9 * x + 4 * y * y),
        120 - 50 * y + 35 * np.cos(7 * x * y + 5 * y),
        190 - 120 * y + 30 * np.sin(5 * x - 6 * y),
    )
    bands = [
        np.where(
            sun, pale - 300 * (x - 0.75) ** 2, np.where(house, red + 20 * np.sin(40 * y), band)
        )
        for band, red, pale in zip(sky, (170, 50, 40), (255, 235, 190), strict=True)
    ]
    samples = np.stack(bands, 2).round().clip(0, 255).astype(np.uint8)
    return Image.fromarray(samples).convert(mode)


def samples(picture: Image.Image) -> dict[str, Any]:
    """How a decoded picture is recognised.

    Grey samples are AV1's luma, the same with every decoder. Colour is converted from YCbCr and
    4:2:0 is upsampled, which decoders do with small differences. So for colour, the mean of each
    channel over each quarter of the picture is compared, to within 2.
    """
    if picture.mode == "L":
        return {"sha256": hashlib.sha256(picture.tobytes()).hexdigest()}
    return {"quarters": quarters(picture)}


def quarters(picture: Image.Image) -> list[list[int]]:
    """The mean colours of the quarters: top left, top right, bottom left, bottom right."""
    import numpy as np

    pixels = np.asarray(picture).astype(float)
    top, left = -(-picture.height // 2), -(-picture.width // 2)  # rounded up, so none is empty
    parts = [
        pixels[rows, columns]
        for rows in (slice(top), slice(-top, None))
        for columns in (slice(left), slice(-left, None))
    ]
    return [[round(mean) for mean in part.mean(axis=(0, 1))] for part in parts]


# --- invalid vectors ---------------------------------------------------------------------


@dataclass(frozen=True)
class Invalid:
    """A file with one defect: the error that a reader must report, where, and at which stage."""

    name: str
    defect: str
    error: str
    offset: int | None
    data: bytes
    stage: str = "open"

    def fields(self) -> dict[str, Any]:
        """The error that a reader must report."""
        return {
            "defect": self.defect,
            "bytes": len(self.data),
            "stage": self.stage,
            "error": self.error,
            "offset": self.offset,
        }


SMALL: Final = sides(1024, 768)
TEXT: Final = words("a")  # 12 bytes of body, 14 in all as the first of several chunks
BODY: Final = 8  # offset of the body of the first chunk if it is also the last
WHOLE: Final = sealed(SMALL + layout([words(RED_HOUSE), note("on paper")]))


def flipped(bit: int) -> bytes:
    """A whole file with one bit flipped."""
    data = bytearray(WHOLE)
    data[bit // 8] ^= 0x80 >> bit % 8
    return bytes(data)


def holding(*chunks: Chunk) -> bytes:
    """A file of 1024 x 768 with these chunks."""
    return sealed(SMALL + layout(list(chunks)))


def invalid() -> list[Invalid]:
    """All invalid vectors."""
    return [
        *_invalid_beginnings(),
        *_invalid_headers(),
        *_invalid_layouts(),
        *_invalid_texts(),
        *_invalid_modelled_texts(),
        *_invalid_visuals(),
        *_invalid_ancillary(),
        *_invalid_payloads(),
    ]


def _invalid_beginnings() -> Iterator[Invalid]:
    """Other formats, other versions, and damaged files."""
    yield Invalid("empty", "nothing at all", "NotGcxError", None, b"")
    yield Invalid("one-byte", "only the first byte", "NotGcxError", None, b"G")
    yield Invalid(
        "png", "the start of a PNG file", "NotGcxError", None, b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
    )
    yield Invalid(
        "magic-lower-case",
        "the magic in lower case",
        "NotGcxError",
        None,
        sealed(b"gcx" + SMALL[3:] + layout([TEXT])),
    )
    yield Invalid("magic-alone", "only the magic", "ChecksumError", None, b"GCX")
    yield Invalid("cut-by-one", "the last byte is missing", "ChecksumError", None, WHOLE[:-1])
    yield Invalid(
        "cut-in-half", "the second half is missing", "ChecksumError", None, WHOLE[: len(WHOLE) // 2]
    )
    yield Invalid("one-byte-more", "a zero after the CRC-32", "ChecksumError", None, WHOLE + b"\0")
    yield Invalid(
        "bit-width", "a flipped bit in the width", "ChecksumError", None, flipped(8 * 4 + 3)
    )
    yield Invalid("bit-tag", "a flipped bit in a tag", "ChecksumError", None, flipped(8 * 7 + 1))
    yield Invalid("bit-words", "a flipped bit in the words", "ChecksumError", None, flipped(8 * 20))
    yield Invalid(
        "bit-crc", "a flipped bit in the CRC-32", "ChecksumError", None, flipped(8 * len(WHOLE) - 1)
    )
    yield Invalid(
        "crc-zero", "zeros in place of the CRC-32", "ChecksumError", None, WHOLE[:-4] + bytes(4)
    )
    yield Invalid(
        "crc-little-endian",
        "the CRC-32 in little-endian order",
        "ChecksumError",
        None,
        WHOLE[:-4] + WHOLE[:-5:-1],
    )
    for version in (0, 2, 3):
        header = bytes([version << 6 | SMALL[3] & 0x3F])
        yield Invalid(
            f"version-{version}",
            f"version {version}, otherwise as in version 1",
            "UnsupportedVersionError",
            3,
            sealed(b"GCX" + header + SMALL[4:] + layout([TEXT])),
        )
    yield Invalid(
        "version-2-only",
        "version 2, and nothing else that version 1 would recognise",
        "UnsupportedVersionError",
        3,
        b"GCX\x80",
    )


def _invalid_headers() -> Iterator[Invalid]:
    """Headers that are cut short, or whose size is not allowed or not in its one form."""
    tail = layout([TEXT])
    yield Invalid(
        "large-form-for-small",
        "16384 x 16384 in the large form",
        "MalformedError",
        3,
        sealed(sides(16384, 16384, large=True) + tail),
    )
    yield Invalid(
        "too-many-pixels",
        "32769 x 32768, one row beyond 2^30 pixels",
        "LimitError",
        3,
        sealed(sides(32769, 32768) + tail),
    )
    yield Invalid(
        "too-many-pixels-by-far",
        "the largest sides that fit in the header, 2^60 pixels",
        "LimitError",
        3,
        sealed(sides(1 << 30, 1 << 30) + tail),
    )
    yield Invalid(
        "header-cut", "the header has only two bytes", "MalformedError", 5, sealed(SMALL[:5])
    )
    yield Invalid(
        "large-header-cut",
        "the large header has only four bytes",
        "MalformedError",
        7,
        sealed(sides(20000, 1)[:7]),
    )


def _invalid_layouts() -> Iterator[Invalid]:
    """Chunks that are cut short, repeated, out of order or unknown."""

    def broken(name: str, defect: str, error: str, offset: int, chunks: bytes) -> Invalid:
        return Invalid(name, defect, error, offset, sealed(SMALL + chunks))

    yield broken("no-chunks", "no chunk at all", "MalformedError", 7, b"")
    yield broken(
        "nothing-left",
        "a note, but neither text nor visual",
        "MalformedError",
        7,
        layout([note("a")]),
    )
    yield broken(
        "no-last-chunk",
        "no chunk is marked as the last",
        "MalformedError",
        21,
        b"\x01\x0c" + TEXT.body,
    )
    yield broken(
        "length-missing", "the file ends where a length should be", "MalformedError", 8, b"\x01"
    )
    yield broken("length-cut", "the file ends within a length", "MalformedError", 9, b"\x01\x8c")
    yield broken(
        "length-beyond-end",
        "a chunk one byte longer than the file allows",
        "MalformedError",
        21,
        b"\x01\x0d" + TEXT.body,
    )
    yield broken(
        "length-overlong-2",
        "length 12 in two bytes: 8c 00",
        "MalformedError",
        8,
        b"\x01\x8c\x00" + TEXT.body + layout([note("a")]),
    )
    yield broken(
        "length-overlong-3",
        "length 12 in three bytes: 8c 80 00",
        "MalformedError",
        8,
        b"\x01\x8c\x80\x00" + TEXT.body + layout([note("a")]),
    )
    yield broken(
        "length-of-4-bytes",
        "length 2,097,152: 80 80 80 01",
        "LimitError",
        8,
        b"\x01\x80\x80\x80\x01" + TEXT.body + layout([note("a")]),
    )
    yield broken(
        "too-many-chunks",
        "67 chunks (several of the same type)",
        "LimitError",
        7 + 14 + 2 * 65,
        layout([TEXT, *[other(0x30, b"")] * 66]),
    )
    yield broken("second-text", "two texts", "MalformedError", 21, layout([TEXT, TEXT]))
    yield broken(
        "second-text-coding",
        "two texts in different codings",
        "MalformedError",
        21,
        layout([TEXT, modelled("sentence")]),
    )
    yield broken(
        "second-visual",
        "two visual chunks of the same type",
        "MalformedError",
        16,
        layout([msillm(3, 0x30), msillm(3, 0x30)]),
    )
    yield broken(
        "second-visual-codec",
        "two visual chunks of different types",
        "MalformedError",
        16,
        layout([msillm(3, 0x30), visual(0x18, 0x30, b"opaque")]),
    )
    yield broken(
        "second-note", "two notes", "MalformedError", 24, layout([TEXT, note("a"), note("b")])
    )
    yield broken(
        "second-private",
        "a private type twice",
        "MalformedError",
        24,
        layout([TEXT, other(0x3F, b"a"), other(0x3F, b"b")]),
    )
    yield broken(
        "order-critical",
        "a visual chunk before a text chunk",
        "MalformedError",
        16,
        layout([msillm(3, 0x30), TEXT]),
    )
    yield broken(
        "order-ancillary",
        "a note before a SHA-256",
        "MalformedError",
        24,
        layout([TEXT, note("a"), sha256(bytes(32))]),
    )
    yield broken(
        "order-kinds",
        "an ancillary chunk before a critical one",
        "MalformedError",
        10,
        layout([note("a"), TEXT]),
    )
    for type in (0x00, 0x03, 0x0F, 0x19, 0x2F, 0x30, 0x3F):
        chunk = Chunk(type, b"\x30opaque")
        kind = "text" if type < 0x10 else "visual" if type < 0x30 else "critical"
        yield broken(
            f"reserved-{type:02x}",
            f"reserved {kind} type 0x{type:02X}",
            "UnknownChunkError",
            7 if type == 0 else 21,
            layout([chunk, TEXT] if type == 0 else [TEXT, chunk]),
        )


def _invalid_texts() -> Iterator[Invalid]:
    """Text chunks in zlib's coding that do not hold valid words."""

    def broken(name: str, defect: str, stream: bytes) -> Invalid:
        return Invalid(
            f"text-{name}", defect, "DamagedTextError", BODY, sealed(SMALL + b"\x81" + stream)
        )

    stream = TEXT.body
    yield broken("no-stream", "an empty text chunk", b"")
    yield broken("empty", "empty words", zlib_stream(b""))
    yield broken("too-long", "words of 65,537 bytes", zlib_run(b"a", 65537))
    yield broken("bomb", "words of 1 MiB in a few kilobytes", zlib_run(b"a", 1 << 20))
    yield broken("stream-cut", "the zlib stream without its last byte", stream[:-1])
    yield broken("stream-no-adler", "the zlib stream without its Adler-32", stream[:-4])
    yield broken("stream-adler", "the zlib stream with a wrong Adler-32", stream[:-1] + b"\0")
    yield broken("stream-more", "the zlib stream with a byte after it", stream + b"\0")
    yield broken("stream-twice", "two zlib streams", stream * 2)
    yield broken("stream-raw", "a raw deflate stream, without zlib's header", stream[2:-4])
    yield broken(
        "stream-header", "a zlib header with a wrong check value", b"\x78\x02" + stream[2:]
    )
    yield broken(
        "stream-dictionary",
        "a preset dictionary",
        b"\x78\x20" + zlib.adler32(b"a").to_bytes(4, "big") + stream[2:],
    )
    yield broken(
        "stream-block", "a deflate block of the reserved type", b"\x78\x01\x07" + stream[3:]
    )
    yield broken("not-utf-8", "Latin-1 instead of UTF-8", zlib_stream(b"caf\xe9"))
    yield broken("utf-8-cut", "UTF-8, cut within a character", zlib_stream("\u20ac".encode()[:-1]))
    yield broken("utf-8-overlong", "an overlong slash, in two bytes", zlib_stream(b"\xc0\xaf"))
    yield broken("utf-8-surrogate", "half a surrogate pair, as UTF-8", zlib_stream(b"\xed\xa0\x80"))
    for code, what in (
        (0x00, "NUL"),
        (0x0D, "carriage return"),
        (0x1B, "escape"),
        (0x7F, "delete"),
        (0x9B, "control sequence introducer"),
        (0x2028, "line separator"),
        (0x202E, "right-to-left override"),
        (0x2066, "left-to-right isolate"),
        (0xFEFF, "byte order mark"),
    ):
        yield broken(
            f"u{code:04x}", f"U+{code:04X}, {what}", zlib_stream(f"a{chr(code)}b".encode())
        )


def _invalid_modelled_texts() -> Iterator[Invalid]:
    """Text chunks in the text model's coding that do not hold valid words."""

    def broken(name: str, defect: str, payload: bytes) -> Invalid:
        return Invalid(
            f"model-{name}", defect, "DamagedTextError", BODY, sealed(SMALL + b"\x82" + payload)
        )

    yield broken("no-bytes", "an empty text chunk", b"")
    for name, defect in (
        ("cut", "a payload without its last byte, so that it ends within a token"),
        ("cut-short", "a payload without its last byte, so that its end is not how its text ends"),
        ("more", "a payload with a zero appended, so that it ends within a token"),
        (
            "last-byte",
            "a payload with its last bit inverted, so that its end is not how its text ends",
        ),
        ("not-utf-8", "Latin-1, spelled"),
        ("surrogate", "half a surrogate pair, spelled"),
        ("control", "U+001B, spelled"),
        ("empty", "empty words: a token that spells nothing"),
        ("4001-tokens", "one token more than allowed"),
        ("too-long", "words of more than 65,536 bytes"),
    ):
        yield broken(name, defect, modelled(name).body)


def _invalid_visuals() -> Iterator[Invalid]:
    """Visual chunks that a reader refuses before it starts a decoder."""

    def broken(name: str, defect: str, body: bytes) -> Invalid:
        return Invalid(name, defect, "MalformedError", BODY, sealed(SMALL + b"\x98" + body))

    yield broken("visual-empty", "an empty visual chunk", b"")
    yield broken("visual-no-payload", "a scale byte without a payload", b"\x30")
    yield broken("scale-a1", "scale byte 0xA1, above the largest", b"\xa1opaque")
    yield broken("scale-ff", "scale byte 0xFF, the largest byte", b"\xffopaque")
    yield Invalid(
        "condition-too-large",
        "a visual condition of 4097 x 4096",
        "LimitError",
        3 + 8 + 1,
        sealed(sides(16384 + 4, 16384, large=True) + b"\x98\x20opaque"),
    )


def _invalid_ancillary() -> Iterator[Invalid]:
    """Ancillary chunks of known types that break the rules of the type."""
    at = 7 + 14 + 1

    def broken(name: str, defect: str, chunk: Chunk, error: str = "MalformedError") -> Invalid:
        return Invalid(name, defect, error, at, holding(TEXT, chunk))

    yield broken("sha256-31", "a SHA-256 of 31 bytes", sha256(bytes(31)))
    yield broken("sha256-33", "a SHA-256 of 33 bytes", sha256(bytes(33)))
    yield broken("note-empty", "an empty note", note(""))
    yield broken("note-too-long", "a note of 4,097 bytes", note("a" * 4097), "LimitError")
    yield broken("note-control", "U+001B in a note", note("a\x1bb"))
    yield broken("note-not-utf-8", "a note in Latin-1", Chunk(0x42, b"caf\xe9"))
    yield broken("encoder-empty", "an empty encoder", encoder(""))
    yield broken("encoder-control", "U+202E in an encoder", encoder("a\u202eb"))


def _invalid_payloads() -> Iterator[Invalid]:
    """Valid files whose AV1 payload does not decode.

    The smallest frame header of a grey picture has 29 bits: quantizer, no loop filter, no CDEF
    strengths, no choice of transform sizes. Every decoder reads beyond the end of a tile that is
    too short. Decoders differ in what they do with flipped bits, so there is no vector for that.
    """

    def broken(name: str, defect: str, payload: bytes, side: int = 512) -> Invalid:
        data = sealed(sides(side, side, grey=True) + b"\x98\x30" + payload)
        return Invalid(f"av1-{name}", defect, "DamagedVisualError", None, data, "decode")

    whole = (PAYLOADS / "av1-64x64.av1").read_bytes()
    tile = whole[-16:]
    yield broken("cut", "half a payload", whole[: len(whole) // 2])
    yield broken("wrong-size", "the payload of a 64 x 64 picture, for 512 x 512", whole, side=4096)
    yield Invalid(
        "av1-too-wide",
        "a visual condition of 4096 x 1, wider than one tile",
        "DamagedVisualError",
        None,
        sealed(sides(16384, 4, grey=True) + b"\x98\x20" + whole),
        "decode",
    )
    yield broken("header-cut", "the payload ends within its frame header", b"\x60\0\0")
    yield broken("no-tile", "the payload ends after its frame header", b"\x60\0\0\0")
    yield broken(
        "padding", "a bit set between the frame header and the tile", b"\x60\0\0\x01" + tile
    )
    yield broken("lossless", "quantizer 0", b"\0\0\0\0" + tile)


# --- writing -----------------------------------------------------------------------------

LICENCE: Final = "MIT"


def vectors() -> list[Valid | Invalid]:
    """All vectors."""
    return [*valid(), *invalid()]


def write(vector: Valid | Invalid, folder: Path) -> None:
    """Write a vector and its JSON."""
    kind = "valid" if isinstance(vector, Valid) else "invalid"
    (folder / kind).mkdir(parents=True, exist_ok=True)
    (folder / kind / f"{vector.name}.gcx").write_bytes(vector.data)
    fields = json.dumps(_plain(vector.fields()), indent=2, ensure_ascii=False)
    (folder / kind / f"{vector.name}.json").write_text(fields + "\n", encoding="utf-8")


def _plain(value: Any) -> Any:
    """A value for the JSON: bytes in hexadecimal, long values as a digest."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    data = value.encode() if isinstance(value, str) else value
    if not isinstance(data, bytes):
        return value
    if len(data) > LONGEST_LITERAL:
        return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return data.hex() if isinstance(value, bytes) else value


def tables() -> str:
    """The tables of README.md."""
    lines = [
        "### Valid",
        "",
        "| file | bytes | shows | command | licence |",
        "|---|---|---|---|---|",
    ]
    lines += [_row(vector, vector.shows) for vector in valid()]
    lines += ["", "### Invalid", ""]
    lines += ["| file | bytes | defect | error | command | licence |", "|---|---|---|---|---|---|"]
    for vector in invalid():
        where = "" if vector.offset is None else f" at {vector.offset}"
        stage = "" if vector.stage == "open" else ", when decoded"
        lines.append(_row(vector, vector.defect, f"{vector.error}{where}{stage}"))
    return "\n".join(lines) + "\n"


def _row(vector: Valid | Invalid, *cells: str) -> str:
    kind = "valid" if isinstance(vector, Valid) else "invalid"
    name = f"[{vector.name}]({kind}/{vector.name}.gcx)"
    command = f"`make.py {vector.name}`"
    return f"| {' | '.join([name, str(len(vector.data)), *cells, command, LICENCE])} |"


def write_tables(folder: Path) -> None:
    """Put the tables into README.md, after the heading that announces them."""
    readme = folder / "README.md"
    before, mark, _ = readme.read_text(encoding="utf-8").partition("## The vectors\n")
    if not mark:
        raise SystemExit(f"{readme} has no heading 'The vectors'")
    readme.write_text(f"{before}{mark}\n{tables()}", encoding="utf-8")


def main() -> None:
    """Make the named vectors, or all of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "name", nargs="*", help="vectors to make (default: all, and the tables in README.md)"
    )
    parser.add_argument("--payloads", action="store_true", help="code the payloads again first")
    parser.add_argument(
        "--folder",
        type=Path,
        default=HERE,
        help="folder for valid/ and invalid/ (default: the folder of this script)",
    )
    arguments = parser.parse_args()
    if arguments.payloads:
        code_payloads()
        code_texts()
        MODELLED.update(json.loads((PAYLOADS / "text-model.json").read_text(encoding="utf-8")))
    by_name = {vector.name: vector for vector in vectors()}
    unknown = [name for name in arguments.name if name not in by_name]
    if unknown:
        parser.error(f"no vector is called {', '.join(unknown)}")
    for name in arguments.name or by_name:
        write(by_name[name], arguments.folder)
    if not arguments.name:
        write_tables(arguments.folder)


if __name__ == "__main__":
    main()
