"""A static multi-symbol range coder: at most a byte above what the symbols' tables ask for.

After G. N. N. Martin, "Range encoding: an algorithm for removing redundancy from a digitised
message" (1979), with carries, in integers of 56 bits. The encoder ends with the shortest bytes
within its last interval and drops trailing zeros, which a decoder restores; so each message has
exactly one encoding, and a decoder refuses all others.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Final

from gcx_format.errors import DamagedVisualError
from gcx_format.visual.msillm.tables import TOTAL, TOTAL_BITS, Table

__all__ = ["LARGEST_EXCESS", "Decoder", "Encoder"]

LARGEST_EXCESS: Final = (1 << 15) - 1
"""How far beyond its table a symbol may lie, less one; no picture comes close."""

_WIDTH: Final = 56
_BYTES: Final = _WIDTH // 8
_FULL: Final = 1 << _WIDTH
_SMALLEST: Final = 1 << (_WIDTH - 8)
_WINDOW: Final = _FULL - 1
_HALF: Final = TOTAL // 2


class Encoder:
    def __init__(self) -> None:
        self._low = 0
        self._range = _FULL
        self._bytes = bytearray()

    def encode(self, symbols: Iterable[int], tables: Iterable[Table]) -> None:
        """Append symbols, each by its own table, at most `LARGEST_EXCESS` + 1 beyond it."""
        low, range_ = self._low, self._range  # as in _narrow, spelled out for speed
        for symbol, table in zip(symbols, tables, strict=True):
            cumulative = table.cumulative
            index = symbol - table.lowest
            if 0 <= index < len(cumulative) - 2:
                unit = range_ >> TOTAL_BITS
                start = cumulative[index]
                range_ = unit * (cumulative[index + 1] - start)
                low += unit * start
                if range_ >= _SMALLEST:
                    continue
                self._low, self._range = low, range_
                self._shift_out()
            else:
                self._low, self._range = low, range_
                self._narrow(cumulative[-2], TOTAL)
                self._escaped(symbol, table)
            low, range_ = self._low, self._range
        self._low, self._range = low, range_

    def finish(self) -> bytes:
        """The bytes of all symbols."""
        self._carry()
        for count in range(_BYTES):
            unused = _FULL - 1 >> 8 * count
            value = (self._low + unused) & ~unused
            if value < self._low + self._range:
                break
        self._low = value
        self._carry()
        self._bytes += self._low.to_bytes(_BYTES, "big")
        return bytes(self._bytes).rstrip(b"\0")

    def _narrow(self, start: int, end: int) -> None:
        unit = self._range >> TOTAL_BITS
        self._low += unit * start
        self._range = unit * (end - start)
        if self._range < _SMALLEST:
            self._shift_out()

    def _shift_out(self) -> None:
        self._carry()
        while self._range < _SMALLEST:
            self._bytes.append(self._low >> (_WIDTH - 8))
            self._low = self._low << 8 & _WINDOW
            self._range <<= 8

    def _carry(self) -> None:
        """Propagate a carry beyond the window into the bytes before it.

        Low plus range never grows, so there is at most one, and it always fits.
        """
        if self._low < _FULL:
            return
        self._low -= _FULL
        at = len(self._bytes) - 1
        while self._bytes[at] == 0xFF:
            self._bytes[at] = 0
            at -= 1
        self._bytes[at] += 1

    def _escaped(self, symbol: int, table: Table) -> None:
        """The sign, then the Exp-Golomb code of how far beyond the table."""
        negative = symbol < table.lowest
        excess = table.lowest - symbol - 1 if negative else symbol - table.highest - 1
        if excess > LARGEST_EXCESS:
            raise ValueError(f"the symbol {symbol} is too far out of range to be coded")
        code = excess + (1 << table.order)
        more = code.bit_length() - 1 - table.order
        self._bits(int(negative), 1)
        self._bits((1 << more) - 1, more)
        self._bits(0, 1)
        self._bits(code, code.bit_length() - 1)  # without its first bit, which is 1

    def _bits(self, value: int, count: int) -> None:
        for shift in range(count - 1, -1, -1):
            if value >> shift & 1:
                self._narrow(_HALF, TOTAL)
            else:
                self._narrow(0, _HALF)


class Decoder:
    """Time and memory are bounded by the number of symbols asked for, whatever the bytes are."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._next = _BYTES
        self._code = int.from_bytes(data[:_BYTES].ljust(_BYTES, b"\0"), "big")
        self._range = _FULL

    def decode(self, tables: Iterable[Table]) -> list[int]:
        """As many symbols as there are tables; `DamagedVisualError` if no encoder wrote them."""
        symbols = []
        code, range_ = self._code, self._range  # as in _bit, spelled out for speed
        for table in tables:
            cumulative = table.cumulative
            unit = range_ >> TOTAL_BITS
            position = code // unit
            if position >= TOTAL:
                raise DamagedVisualError("the MS-ILLM stream leaves the range of its coder")
            index = bisect_right(cumulative, position) - 1
            start = cumulative[index]
            code -= unit * start
            range_ = unit * (cumulative[index + 1] - start)
            if range_ < _SMALLEST or index == len(cumulative) - 2:
                self._code, self._range = code, range_
                self._refill()
                if index == len(cumulative) - 2:
                    symbols.append(self._escaped(table))
                    code, range_ = self._code, self._range
                    continue
                code, range_ = self._code, self._range
            symbols.append(table.lowest + index)
        self._code, self._range = code, range_
        return symbols

    def finish(self) -> None:
        """Raise `DamagedVisualError` unless the bytes are exactly how an encoder ends here."""
        used = len(self._data) - (self._next - _BYTES)  # of the last seven bytes of the window
        if used > _BYTES or self._data.endswith(b"\0"):
            raise DamagedVisualError("the MS-ILLM stream continues after its last symbol")
        if used < 1:
            return
        grain = 1 << (_WIDTH - 8 * used)
        to_shorter = (0x100 - self._data[-1]) * grain  # up to where the last byte would be 0
        if self._code >= grain or to_shorter < self._range - self._code:
            raise DamagedVisualError("the MS-ILLM stream does not end as an encoder ends it")

    def _refill(self) -> None:
        while self._range < _SMALLEST:
            byte = self._data[self._next] if self._next < len(self._data) else 0
            self._code = self._code << 8 | byte
            self._range <<= 8
            self._next += 1

    def _escaped(self, table: Table) -> int:
        negative = self._bit()
        length = table.order
        while self._bit():
            length += 1
            if length > LARGEST_EXCESS.bit_length():
                raise DamagedVisualError("a symbol of the MS-ILLM stream is far out of range")
        code = 1
        for _ in range(length):
            code = code << 1 | self._bit()
        excess = code - (1 << table.order)
        if excess > LARGEST_EXCESS:
            raise DamagedVisualError("a symbol of the MS-ILLM stream is far out of range")
        return table.lowest - 1 - excess if negative else table.highest + 1 + excess

    def _bit(self) -> int:
        half = (self._range >> TOTAL_BITS) * _HALF
        bit = int(self._code >= half)
        if self._code >= 2 * half:
            raise DamagedVisualError("the MS-ILLM stream leaves the range of its coder")
        self._code -= bit * half
        self._range = half
        if self._range < _SMALLEST:
            self._refill()
        return bit
