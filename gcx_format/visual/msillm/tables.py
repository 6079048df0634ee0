"""Tables of frequencies: what the range coder spends on each symbol.

A table holds integers that sum to `TOTAL`: one for each symbol from `lowest` up, and one for an
escape, which precedes symbols beyond the table. Symbols of latents have a normal distribution of
one of 91 scales; those of hyper-latents have a distribution per channel, which the checkpoint
describes (Ballé et al., "Variational image compression with a scale hyperprior", 2018, appendix
6.1). Both are the same on every machine; `latent_tables` and `hyper_tables` say why.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gcx_format.visual.msillm import fixed_point
from gcx_format.visual.msillm.fixed_point import ONE, UNIT_BITS, VALUE_BITS

__all__ = [
    "LEVELS",
    "TOTAL",
    "TOTAL_BITS",
    "Density",
    "Table",
    "hyper_tables",
    "latent_tables",
    "level_thresholds",
]

TOTAL_BITS: Final = 24
"""At the two lowest rates nearly all symbols are zeros that cost less than 2**-16 of a bit; tables
of 16 bits would add three per cent to such a file."""

TOTAL: Final = 1 << TOTAL_BITS

LEVELS: Final = 91
"""Scales from 0.11, below which the networks were not trained to go, to 268, eight to the octave:
rounding to the nearest costs a thousandth of a bit a symbol at most."""

_LATENT_TABLES_CRC: Final = 0x8D4BE6EA
"""CRC-32 over all frequencies of all levels, as big-endian 32-bit numbers."""

_FARTHEST: Final = 255
"""Most symbols in a table of hyper-latents on either side of the median."""

_VALUE_LIMIT: Final = (1 << 31) - 1
_WEIGHT_LIMIT: Final = (1 << 28) - 1


@dataclass(frozen=True, slots=True)
class Table:
    """The frequencies of symbols.

    Attributes:
        lowest: the symbol of the first frequency, 0 or less.
        cumulative: 0, then the sums of the frequencies, the escape's last; ends with `TOTAL`.
        order: of the Exp-Golomb code of what lies beyond the table.
    """

    lowest: int
    cumulative: list[int]
    order: int

    @classmethod
    def of(cls, lowest: int, frequencies: list[int], order: int = 0) -> Table:
        """A table of frequencies, the escape's last; the largest is adjusted to fit the sum."""
        largest = frequencies.index(max(frequencies))
        frequencies[largest] += TOTAL - sum(frequencies)
        return cls(lowest, [0, *accumulate(frequencies)], order)

    @property
    def highest(self) -> int:
        """The last symbol with a frequency of its own."""
        return self.lowest + len(self.cumulative) - 3


def level_thresholds(fraction_bits: int) -> NDArray[np.int64]:
    """The limits between levels, as scales with this many fraction bits.

    Level i stands for the scale 0.11 * 2**(i/8). Threshold i, from 1, is the smallest number
    that is at least 0.11 * 2**((2i-1)/16): the geometric mean of the two levels.
    """
    return np.array([_threshold(index, fraction_bits) for index in range(1, LEVELS)], np.int64)


def _threshold(index: int, fraction_bits: int) -> int:
    """The smallest n for which (100 n)**16 is at least (11 * 2**fraction_bits)**16 * 2**(2i-1)."""
    wanted = (11 << fraction_bits) ** 16 << (2 * index - 1)
    root = wanted
    for _ in range(4):
        root = math.isqrt(root)
    estimate = max(1, root // 100 - 1)
    while (100 * estimate) ** 16 < wanted:
        estimate += 1
    return estimate


@cache
def latent_tables() -> tuple[Table, ...]:
    """The table of each level, for the difference between a latent and its mean.

    A frequency is TOTAL times an integral of the normal distribution, rounded. Mathematics defines
    it, not a program: none of these products is closer to a half than 2**-13, so any `erfc` good to
    2**-39 gives the same tables, and all known ones are good to 2**-50. A checksum verifies it and
    raises `ArithmeticError`.
    """
    frequencies = [_latent_frequencies(level) for level in range(LEVELS)]
    tables = tuple(
        Table.of(-reach, row, max(0, reach.bit_length() - 4))
        for row, reach in ((row, len(row) // 2 - 1) for row in frequencies)
    )
    crc = 0
    for table in tables:
        crc = zlib.crc32(np.diff(table.cumulative).astype(">u4").tobytes(), crc)
    if crc != _LATENT_TABLES_CRC:
        raise ArithmeticError(f"the tables of latents have the CRC-32 {crc:08x}")
    return tables


def _latent_frequencies(level: int) -> list[int]:
    """From -reach to reach, five times the scale, then the escape."""
    scale = 0.11 * 2 ** (level / 8)
    reach = math.ceil(5 * scale)

    def above(symbol: float) -> float:
        return 0.5 * math.erfc(symbol / (scale * math.sqrt(2)))

    def rounded(probability: float) -> int:
        return max(1, math.floor(TOTAL * probability + 0.5))

    tails = [above(symbol + 0.5) for symbol in range(reach + 1)]
    side = [rounded(tails[symbol - 1] - tails[symbol]) for symbol in range(1, reach + 1)]
    escape = rounded(2 * tails[reach])
    middle = TOTAL - 2 * sum(side) - escape
    return [*reversed(side), middle, *side, escape]


@dataclass(frozen=True, slots=True)
class Density:
    """The distributions of all channels of hyper-latents, as a checkpoint has them (float32).

    Attributes:
        matrices: of the layers: (channels, 3, 1), three of (channels, 3, 3), (channels, 1, 3).
        biases: of the layers: four of (channels, 3, 1), then (channels, 1, 1).
        factors: between the layers: four of (channels, 3, 1).
        quantiles: (channels, 3): a low one, the median, a high one.
    """

    matrices: list[NDArray[np.float32]]
    biases: list[NDArray[np.float32]]
    factors: list[NDArray[np.float32]]
    quantiles: NDArray[np.float32]


def hyper_tables(density: Density) -> tuple[Table, ...]:
    """The table of each channel, for the difference between a hyper-latent and the median.

    Parameters are rounded to 20 fraction bits; the rest is arithmetic in 64-bit integers that never
    overflows: values stay below 2**31, weights below 2**28, and a sum has three products.
    """
    quantiles = _fixed(density.quantiles)
    median = quantiles[:, 1]
    # Arithmetic shifts round down, so this is the ceiling of each distance.
    below = -(-(median - quantiles[:, 0]) >> VALUE_BITS)
    above = -(-(quantiles[:, 2] - median) >> VALUE_BITS)
    below, above = np.clip(below, 1, _FARTHEST), np.clip(above, 1, _FARTHEST)

    edges = int(below.max() + above.max()) + 2
    half = 1 << (VALUE_BITS - 1)
    points = (np.arange(edges) - below[:, None] << VALUE_BITS) - half + median[:, None]
    cumulative = fixed_point.sigmoid(_logits(density, points))
    tables = []
    for row, low, high in zip(cumulative, below.tolist(), above.tolist(), strict=True):
        row = row[: low + high + 2]
        probabilities = [*np.diff(row).tolist(), int(row[0]) + ONE - int(row[-1])]
        shift = UNIT_BITS - TOTAL_BITS
        frequencies = [max(1, p + (1 << (shift - 1)) >> shift) for p in probabilities]
        tables.append(Table.of(-low, frequencies))
    return tuple(tables)


def _logits(density: Density, points: NDArray[np.int64]) -> NDArray[np.int64]:
    """The logit of the cumulative distribution at points of shape (channels, points)."""
    values = np.clip(points, -_VALUE_LIMIT, _VALUE_LIMIT)[:, None]
    for layer, (matrix, bias) in enumerate(zip(density.matrices, density.biases, strict=True)):
        weights = np.minimum(fixed_point.softplus(_fixed(matrix)), _WEIGHT_LIMIT)
        products = weights[..., None] * values[:, None]  # (channels, out, in, points)
        values = (products.sum(axis=2) >> VALUE_BITS) + _fixed(bias)
        if layer < len(density.factors):
            factor = fixed_point.tanh(_fixed(density.factors[layer]))
            bend = factor * fixed_point.tanh(np.clip(values, -_VALUE_LIMIT, _VALUE_LIMIT))
            values = values + (bend >> (2 * UNIT_BITS - VALUE_BITS))
        values = np.clip(values, -_VALUE_LIMIT, _VALUE_LIMIT)
    return values[:, 0]


def _fixed(numbers: NDArray[np.float32]) -> NDArray[np.int64]:
    """A checkpoint's numbers with 20 fraction bits, ties to even, in magnitude below 2**28."""
    scaled = np.rint(numbers.astype(np.float64) * (1 << VALUE_BITS))
    clipped: NDArray[np.float64] = np.clip(scaled, -_WEIGHT_LIMIT, _WEIGHT_LIMIT)
    return clipped.astype(np.int64)
