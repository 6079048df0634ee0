"""A text to its payload by a table of which tokens follow which, and back."""

from __future__ import annotations

from typing import Final

from gcx_format import limits
from gcx_format.errors import DamagedTextError
from gcx_format.text.model import prediction
from gcx_format.text.model.binary_range_coder import Decoder, Recorder
from gcx_format.text.model.table import Table, load
from gcx_format.text.model.tokens import CONTROLS, SPELL, Writer, segment

__all__ = ["MAX_SYMBOLS", "decode", "encode"]

MAX_SYMBOLS: Final = 4000
"""Tokens and spelled bytes of a text; bounds what a hostile payload can cost."""

_END_OF_SPELLING: Final = 0


def encode(data: bytes) -> bytes | None:
    """Compress the UTF-8 bytes of a text; None if it has more than `MAX_SYMBOLS`."""
    return encode_with(load(1), data.decode())


def decode(payload: bytes) -> bytes:
    """Decompress a payload to at most 65,536 bytes, and possibly to none."""
    return decode_with(load(1), payload)


def encode_with(table: Table, text: str) -> bytes | None:
    recorder = Recorder()
    words, writer = prediction.Words(table), Writer()
    symbols = 0
    for token, spelled in segment(text, table.numbers):
        raw = spelled.encode()
        symbols += 1 + (len(raw) + 1 if token == SPELL else 0)
        if symbols > MAX_SYMBOLS:
            return None
        number = table.numbers[token]
        prediction.code(table, table.words, words, recorder, number)
        words.add(number)
        if token == SPELL:
            spelling = prediction.Spelling(table)
            for byte in (*raw, _END_OF_SPELLING):
                prediction.code(table, table.letters, spelling, recorder, byte)
                spelling.add(byte)
            writer.write(spelled, spelled=True)
        elif token in CONTROLS:
            writer.control(token)
            continue
        else:
            writer.write(token)
        recorder.close(writer.ends)
    return recorder.payload()


def decode_with(table: Table, payload: bytes) -> bytes:
    decoder = Decoder(payload)
    words, writer = prediction.Words(table), Writer()
    data = bytearray()
    symbols = 0

    def count() -> None:
        nonlocal symbols
        symbols += 1
        if symbols > MAX_SYMBOLS:
            raise DamagedTextError(f"the text chunk has more than {MAX_SYMBOLS} tokens")

    while True:
        count()
        number = prediction.code(table, table.words, words, decoder)
        words.add(number)
        token = table.entries[number]
        if token == SPELL:
            spelling = prediction.Spelling(table)
            raw = bytearray()
            while True:
                count()
                byte = prediction.code(table, table.letters, spelling, decoder)
                if byte == _END_OF_SPELLING:
                    break
                spelling.add(byte)
                raw.append(byte)
            data += writer.write("", spelled=True).encode() + raw
        elif token in CONTROLS:
            writer.control(token)
            continue
        else:
            data += writer.write(token).encode()
        if len(data) > limits.MAX_TEXT_BYTES:
            raise DamagedTextError(
                f"the text chunk decodes to more than the {limits.MAX_TEXT_BYTES} bytes allowed"
            )
        if decoder.ended(writer.ends):
            return bytes(data)
