"""The entropy model: which table each symbol has, and what a symbol means.

Hyper-latents have a table per channel. From them, `hyper_synthesis` computes the mean and scale
of each latent, and the scale selects the latent's table. Everything is an integer, so that all
encoders and decoders agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gcx_format.errors import WeightsError
from gcx_format.visual.msillm import tables
from gcx_format.visual.msillm.hyper_synthesis import (
    ACTIVATION_BITS,
    ACTIVATION_LIMIT,
    HyperSynthesis,
    Layer,
)
from gcx_format.visual.msillm.tables import Density, Table

__all__ = ["EntropyModel", "EntropyWeights", "Parameters"]

_THRESHOLDS: Final = tables.level_thresholds(ACTIVATION_BITS)


@dataclass(frozen=True, slots=True)
class EntropyWeights:
    """The part of a checkpoint that the entropy model is made of."""

    density: Density
    means: tuple[Layer, Layer, Layer]
    scales: tuple[Layer, Layer, Layer]


@dataclass(frozen=True, slots=True)
class Parameters:
    """Of every latent; both of shape (features, rows, columns).

    Attributes:
        means: with `ACTIVATION_BITS` fraction bits.
        levels: of the scales, 0 to 90.
    """

    means: NDArray[np.int64]
    levels: NDArray[np.int64]


class EntropyModel:
    """The entropy model of one checkpoint, as a rule of 320 hyper-features and 220 features.

    Raises:
        WeightsError: the weights are not finite.
    """

    def __init__(self, weights: EntropyWeights) -> None:
        self.hyper_features = len(weights.density.quantiles)
        self.features = len(weights.means[2].bias)
        medians = weights.density.quantiles[:, 1].astype(np.float64)
        density = weights.density
        numbers = [density.quantiles, *density.matrices, *density.biases, *density.factors]
        if not all(np.isfinite(each).all() for each in numbers):
            raise WeightsError("the checkpoint's distributions of hyper-latents are not finite")
        self._medians = np.rint(medians * (1 << ACTIVATION_BITS))[:, None, None]
        self._hyper_tables = tables.hyper_tables(weights.density)
        self._latent_tables = tables.latent_tables()
        self._means = HyperSynthesis(weights.means)
        self._scales = HyperSynthesis(weights.scales)

    def tables_of_hyper_latents(self, size: tuple[int, int]) -> list[Table]:
        """One for each symbol of a field of this size, channel by channel."""
        return [table for table in self._hyper_tables for _ in range(size[0] * size[1])]

    def tables_of_latents(self, parameters: Parameters) -> list[Table]:
        """One for each symbol, channel by channel."""
        of_level = self._latent_tables
        return [of_level[level] for level in parameters.levels.ravel().tolist()]

    def hyper_symbols(self, hyper_latents: NDArray[np.float32]) -> NDArray[np.int64]:
        """Hyper-latents of (hyper-features, rows, columns) in integer steps from the medians."""
        medians = self._medians / (1 << ACTIVATION_BITS)
        reach = ACTIVATION_LIMIT >> ACTIVATION_BITS
        steps = np.rint(hyper_latents.astype(np.float64) - medians)
        clipped: NDArray[np.float64] = np.clip(steps, -reach, reach)
        return clipped.astype(np.int64)

    def parameters(self, hyper_symbols: NDArray[np.int64]) -> Parameters:
        """The parameters of the latents, from symbols of (hyper-features, rows, columns)."""
        values = hyper_symbols.astype(np.float64) * (1 << ACTIVATION_BITS) + self._medians
        values = np.clip(values, -ACTIVATION_LIMIT, ACTIVATION_LIMIT)
        means = self._means(values).astype(np.int64)
        scales = self._scales(values).astype(np.int64)
        return Parameters(means, np.searchsorted(_THRESHOLDS, scales, side="right"))

    def symbols(self, latents: NDArray[np.float32], parameters: Parameters) -> NDArray[np.int64]:
        """Latents of (features, rows, columns) in integer steps from their means."""
        means = parameters.means / (1 << ACTIVATION_BITS)
        reach = np.iinfo(np.int16).max
        clipped: NDArray[np.float64] = np.clip(np.rint(latents - means), -reach, reach)
        return clipped.astype(np.int64)

    def latents(self, symbols: NDArray[np.int64], parameters: Parameters) -> NDArray[np.int64]:
        """The latents that symbols stand for, with `ACTIVATION_BITS` fraction bits."""
        return (symbols << ACTIVATION_BITS) + parameters.means
