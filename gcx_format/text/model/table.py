"""The table of a text model: its file, parsed for the prediction.

spec/gcx-1.0-text-model.md specifies the layout. Lists of what follows a context stay packed until
that context occurs. benchmarks/text_model/build.py makes the table.
"""

from __future__ import annotations

import pkgutil
import struct
import zlib
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from typing import Final

__all__ = ["Lists", "Mixer", "Successors", "Table", "load", "parse", "value_of_count"]

BUCKETS: Final = 11
"""Levels of evidence of an input: the bit length of its count, at most 10."""

SETS: Final = 32
"""Sets of weights: two manners, four levels of evidence of the first input, four of the second."""

LOGARITHM_OF_2: Final = 710
"""The natural logarithm, in steps of 1/1,024."""

MAGIC: Final = b"gcx text model\n"

Successors = tuple[Sequence[int], Sequence[int]]
"""What followed a context, ascending, and running sums of how often, from 0."""

_KEPT: Final = 4096
"""Unpacked lists to keep: a bound on memory."""


def value_of_count(code: int) -> int:
    """The count that a byte stands for: 0, 1, 2, 3, 4, 6, 8, 12, 16 and so on."""
    return code if code < 4 else (2 + (code & 1)) << (code >> 1) - 1


_COUNTS: Final = [value_of_count(code) for code in range(32)]


class Lists:
    """For each context of a kind, what followed it and how often."""

    def __init__(self, sizes: Sequence[int], gaps: bytes, counts: bytes) -> None:
        self.starts = list(accumulate(sizes, initial=0))
        half = len(gaps) // 2
        self._low, self._high = gaps[:half], gaps[half:]
        self._counts = counts
        self._kept: dict[int, Successors] = {}

    def get(self, context: int, names: Sequence[int] | None = None) -> Successors | None:
        """The successors of a context, or None; `names` are what the list's numbers stand for."""
        start, end = self.starts[context], self.starts[context + 1]
        if start == end:
            return None
        found = self._kept.get(context)
        if found is None:
            gaps = _joined(self._low[start:end], self._high[start:end])
            numbers: Sequence[int] = list(accumulate(gaps))
            if names is not None:
                numbers = [names[number] for number in numbers]
            counts = map(_COUNTS.__getitem__, self._counts[start:end])
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[context] = numbers, list(accumulate(counts, initial=0))
        return found

    def place(self, context: int, successor: int, names: Sequence[int] | None = None) -> int | None:
        """The number of the longer context that a successor makes, if it is in the list."""
        found = self.get(context, names)
        if found is None:
            return None
        place = bisect_left(found[0], successor)
        if place == len(found[0]) or found[0][place] != successor:
            return None
        return self.starts[context] + place


@dataclass(frozen=True)
class Mixer:
    """A tree of decisions with a leaf for each symbol, and the weights of the inputs.

    Attributes:
        depths: of the decision between each symbol and the one before it, from 0; the first byte
            stands for none.
        totals: running sums of how often the symbols occur, from 0.
        trust: for each set of weights, that of how often symbols occur.
        weights: for each set, those of the inputs, `BUCKETS` for each.
        nodes: the decisions that have been met, by the symbols left, from the first to before
            the last: where they are split, and the logit of that by how often symbols occur.
    """

    depths: bytes
    totals: list[int]
    trust: list[int]
    weights: list[list[int]]
    nodes: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict, compare=False)


@dataclass(frozen=True)
class Table:
    """A text model.

    Attributes:
        squash: probabilities of 65,536 by logit, from -12 to 12 in steps of 1/64.
        logarithms: 1,024 times the natural ones, of integers below 65,536.
        entries: the vocabulary, in the order of the tree.
        numbers: the place of each entry.
        classes: of each entry, and last of the beginning of a text.
        class_count: including that of the beginning.
        words: the tree of the entries.
        after_one: what followed a token.
        after_two: what followed two tokens, by the place of the second after the first.
        after_gap: what followed a token and any other one.
        after_classes: what followed two classes, by `class_count` times the first plus the second.
        after_terse: what followed a token in terse texts.
        letters: the tree of the bytes of spelled tokens.
        after_byte: what followed a byte.
        after_bytes: what followed two bytes, by the place of the second after the first.
        after_three: what followed three bytes, likewise.
    """

    squash: list[int]
    logarithms: list[int]
    entries: list[str]
    numbers: dict[str, int]
    classes: list[int]
    class_count: int
    words: Mixer
    after_one: Lists
    after_two: Lists
    after_gap: Lists
    after_classes: Lists
    after_terse: Lists
    letters: Mixer
    after_byte: Lists
    after_bytes: Lists
    after_three: Lists


def _shorts(data: bytes) -> list[int]:
    """Numbers of 16 bits; all lower halves come before the upper ones."""
    return list(_joined(data[: len(data) // 2], data[len(data) // 2 :]))


def _joined(low: bytes, high: bytes) -> tuple[int, ...]:
    pairs = bytearray(2 * len(low))
    pairs[::2], pairs[1::2] = low, high
    return struct.unpack(f"<{len(low)}H", pairs)


def _signed(data: bytes) -> list[int]:
    return [number - (number >> 15 << 16) for number in _shorts(data)]


def _logarithms(first: list[int]) -> list[int]:
    """Logarithms of all numbers below 65,536, from those below 256.

    A larger number counts as its first eight bits, plus 710 for each bit dropped.
    """
    found = first[:]
    for bits in range(1, 9):
        for number in range(128, 256):
            found += [first[number] + LOGARITHM_OF_2 * bits] * (1 << bits)
    return found


def parse(data: bytes) -> Table:
    at = len(MAGIC)
    sections = []
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        sections.append(zlib.decompress(data[at + 4 : at + 4 + size]))
        at += 4 + size
    parts = iter(sections)

    def mixer() -> Mixer:
        depths = b"\xff" + next(parts)
        totals = list(accumulate(map(_COUNTS.__getitem__, next(parts)), initial=0))
        trust = _signed(next(parts))
        flat = _signed(next(parts))
        width = len(flat) // SETS
        return Mixer(
            depths, totals, trust, [flat[i * width : (i + 1) * width] for i in range(SETS)]
        )

    def lists() -> Lists:
        return Lists(_shorts(next(parts)), next(parts), next(parts))

    squash = _shorts(next(parts))
    logarithms = _logarithms(_shorts(next(parts)))
    entries = next(parts).decode().split("\0")
    sizes = _shorts(next(parts))
    classes = [number for number, size in enumerate(sizes) for _ in range(size)]
    return Table(  # the arguments are read in the order of the file
        squash=squash,
        logarithms=logarithms,
        entries=entries,
        numbers={entry: number for number, entry in enumerate(entries)},
        classes=[*classes, len(sizes)],
        class_count=len(sizes) + 1,
        words=mixer(),
        after_one=lists(),
        after_two=lists(),
        after_gap=lists(),
        after_classes=lists(),
        after_terse=lists(),
        letters=mixer(),
        after_byte=lists(),
        after_bytes=lists(),
        after_three=lists(),
    )


@cache
def load(number: int) -> Table:
    """The table of a text model, read from the package when first needed."""
    data = pkgutil.get_data(__package__, f"model-{number}.bin")
    if data is None:  # no loader that could read it
        raise FileNotFoundError(f"model-{number}.bin is not part of this installation")
    return parse(data)
