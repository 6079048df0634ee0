"""Decisions to bytes and back: a binary range coder, adaptive, in integers.

The interval is kept in a window of 48 bits, and bytes leave it as soon as its two ends agree on
them. The length of a payload is known, so the end of a text is only coded where a text could end
with exactly that many bytes; for most texts that costs two bits.
"""

from __future__ import annotations

from typing import Final

from gcx_format.errors import DamagedTextError

__all__ = ["Decision", "Decoder", "Encoder", "Recorder"]

Decision = tuple[int, bool]
"""The probability that a decision is a yes, of 65,536, and whether it is."""

_BITS: Final = 48
_BYTES: Final = _BITS // 8
_ALL: Final = (1 << _BITS) - 1
_TOP: Final = _BITS - 8

_END: Final = ((26000, 52000), (2048, 4096))
"""The probability of the end with no and with one byte to spare, within and after a sentence."""

_UNLIKELY_END: Final = 1


def _shortest(low: int, high: int) -> tuple[int, int]:
    """The fewest bytes of the window that name a number in the interval, and that number."""
    for count in range(_BYTES):
        step = 1 << _BITS - 8 * count
        number = -(-low // step) * step
        if number <= high:
            return count, number
    return _BYTES, low


class _Interval:
    """The numbers between 0 and 1 that the decisions so far have left."""

    def __init__(self, size: int) -> None:
        self.shifted = 0
        self.size = size
        self._low = 0
        self._high = _ALL

    def _end(self, ends_sentence: bool) -> tuple[int, int, int] | None:
        """Where the interval of the end is cut, the number that names it and its bytes.

        None if a payload of this size cannot end here.
        """
        if not self.size - _BYTES <= self.shifted <= self.size:
            return None
        low, high = self._low, self._high
        # The bytes to spare depend on the interval, which depends on its probability, which
        # depends on the bytes to spare: so they are counted for the widest.
        widest = low + ((high - low) * _END[0][1] >> 16)
        spare = self.size - self.shifted - _shortest(low, widest)[0]
        if spare < 0:
            return None
        p = _END[spare][ends_sentence] if spare < len(_END) else _UNLIKELY_END
        cut = low + ((high - low) * p >> 16)
        count, number = _shortest(low, cut)
        if self.shifted + count > self.size:
            return None
        return cut, number, count


class Encoder(_Interval):
    """Writes decisions into a payload of a known size."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self._written = bytearray()

    def code(self, p: int, yes: bool) -> None:
        """Write a decision whose probability of a yes is p of 65,536."""
        cut = self._low + ((self._high - self._low) * p >> 16)
        if yes:
            self._high = cut
        else:
            self._low = cut + 1
        while not (self._low ^ self._high) >> _TOP:
            self._written.append(self._low >> _TOP)
            self.shifted += 1
            self._low = self._low << 8 & _ALL
            self._high = self._high << 8 & _ALL | 255

    def least_bytes(self) -> int:
        """The bytes that the decisions so far need."""
        return self.shifted + _shortest(self._low, self._high)[0]

    def pass_by(self, ends_sentence: bool) -> None:
        """Write that the text does not end here, if it could."""
        end = self._end(ends_sentence)
        if end is not None:
            self._low = end[0] + 1
            self.code(1 << 16, True)

    def end(self, ends_sentence: bool) -> bytes | None:
        """The payload that ends here, or None if none of this size does."""
        end = self._end(ends_sentence)
        if end is None:
            return None
        _, number, _ = end
        rest = number.to_bytes(_BYTES, "big")[: self.size - self.shifted]
        return bytes(self._written) + rest


class Decoder(_Interval):
    def __init__(self, payload: bytes) -> None:
        super().__init__(len(payload))
        self._payload = payload
        self._number = int.from_bytes(payload[:_BYTES].ljust(_BYTES, b"\0"), "big")

    def code(self, p: int, _: bool = False) -> bool:
        """Read a decision whose probability of a yes is p of 65,536."""
        cut = self._low + ((self._high - self._low) * p >> 16)
        yes = self._number <= cut
        if yes:
            self._high = cut
        else:
            self._low = cut + 1
        while not (self._low ^ self._high) >> _TOP:
            at = self.shifted + _BYTES
            self.shifted += 1
            byte = self._payload[at] if at < self.size else 0
            self._low = self._low << 8 & _ALL
            self._high = self._high << 8 & _ALL | 255
            self._number = self._number << 8 & _ALL | byte
        return yes

    def ended(self, ends_sentence: bool) -> bool:
        """Whether the text ends here.

        Raises:
            DamagedTextError: it ends in other bytes than an encoder would have written, or the
                payload ended earlier.
        """
        if self.shifted > self.size:
            raise DamagedTextError("the text chunk ends before its text does")
        end = self._end(ends_sentence)
        if end is None:
            return False
        cut, number, _ = end
        if self._number > cut:
            self._low = cut + 1
            self.code(1 << 16)
            return False
        if self._number != number:
            raise DamagedTextError("the text chunk ends in bytes that do not belong to its text")
        return True


class Recorder:
    """Records decisions, to be written once the number of bytes they need is known."""

    def __init__(self) -> None:
        self._parts: list[tuple[list[Decision], bool]] = []
        self._decisions: list[Decision] = []

    def code(self, p: int, yes: bool) -> bool:
        self._decisions.append((p, yes))
        return yes

    def close(self, ends_sentence: bool) -> None:
        """Complete a token."""
        self._parts.append((self._decisions, ends_sentence))
        self._decisions = []

    def payload(self) -> bytes:
        """Everything recorded, in the fewest bytes that can end there."""
        size = self._least_bytes()
        while (payload := self._written(size)) is None:
            size += 1
        return payload

    def _least_bytes(self) -> int:
        """The bytes that the decisions need without the end of the text."""
        encoder = Encoder(1 << 30)
        for decisions, _ in self._parts:
            for decision in decisions:
                encoder.code(*decision)
        return encoder.least_bytes()

    def _written(self, size: int) -> bytes | None:
        encoder = Encoder(size)
        for number, (decisions, ends_sentence) in enumerate(self._parts, start=1):
            for decision in decisions:
                encoder.code(*decision)
            if number < len(self._parts):
                encoder.pass_by(ends_sentence)
        return encoder.end(self._parts[-1][1])
