"""The entropy model: which table each symbol has, and what a symbol means.

Hyper-latents have a table for their channel. They say by `hyper_synthesis` which mean and
which scale each latent has, and the scale gives the latent's table. All is whole numbers, so
that an encoder and a decoder anywhere agree; pixels are not the subject here, nor bytes.
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
    """The part of a checkpoint that the entropy model is made of.

    Attributes:
        density: the distributions of the hyper-latents.
        means: the layers of the network that gives means.
        scales: the layers of the one that gives scales.
    """

    density: Density
    means: tuple[Layer, Layer, Layer]
    scales: tuple[Layer, Layer, Layer]


@dataclass(frozen=True, slots=True)
class Parameters:
    """Of every latent; both of shape (features, rows, columns).

    Attributes:
        means: whole numbers with `ACTIVATION_BITS` fraction bits, as int64.
        levels: of the scales, 0 to 90.
    """

    means: NDArray[np.int64]
    levels: NDArray[np.int64]


class EntropyModel:
    """The entropy model of one checkpoint.

    Attributes:
        hyper_features: how many channels of hyper-latents there are, as a rule 320.
        features: how many of latents, as a rule 220.

    Raises:
        WeightsError: the weights are none of a trained model.
    """

    def __init__(self, weights: EntropyWeights) -> None:
        self.hyper_features = len(weights.density.quantiles)
        self.features = len(weights.means[2].bias)
        medians = weights.density.quantiles[:, 1].astype(np.float64)
        if not np.isfinite(weights.density.quantiles).all() or not all(
            np.isfinite(numbers).all()
            for numbers in (
                *weights.density.matrices,
                *weights.density.biases,
                *weights.density.factors,
            )
        ):
            raise WeightsError("the checkpoint's distributions of hyper-latents are not finite")
        self._medians = np.rint(medians * (1 << ACTIVATION_BITS))[:, None, None]
        self._hyper_tables = tables.hyper_tables(weights.density)
        self._latent_tables = tables.latent_tables()
        self._means = HyperSynthesis(weights.means)
        self._scales = HyperSynthesis(weights.scales)

    def tables_of_hyper_latents(self, size: tuple[int, int]) -> list[Table]:
        """One for each symbol of a field of so many columns and rows, channel by channel."""
        return [table for table in self._hyper_tables for _ in range(size[0] * size[1])]

    def tables_of_latents(self, parameters: Parameters) -> list[Table]:
        """One for each symbol, channel by channel."""
        of_level = self._latent_tables
        return [of_level[level] for level in parameters.levels.ravel().tolist()]

    def hyper_symbols(self, hyper_latents: NDArray[np.float32]) -> NDArray[np.int64]:
        """Hyper-latents of (hyper-features, rows, columns) as whole steps from their medians."""
        medians = self._medians / (1 << ACTIVATION_BITS)
        reach = ACTIVATION_LIMIT >> ACTIVATION_BITS
        steps = np.rint(hyper_latents.astype(np.float64) - medians)
        clipped: NDArray[np.float64] = np.clip(steps, -reach, reach)
        return clipped.astype(np.int64)

    def parameters(self, hyper_symbols: NDArray[np.int64]) -> Parameters:
        """Means and scales of the latents, from symbols of (hyper-features, rows, columns)."""
        values = hyper_symbols.astype(np.float64) * (1 << ACTIVATION_BITS) + self._medians
        values = np.clip(values, -ACTIVATION_LIMIT, ACTIVATION_LIMIT)
        means = self._means(values).astype(np.int64)
        scales = self._scales(values).astype(np.int64)
        return Parameters(means, np.searchsorted(_THRESHOLDS, scales, side="right"))

    def symbols(self, latents: NDArray[np.float32], parameters: Parameters) -> NDArray[np.int64]:
        """Latents of (features, rows, columns) as whole steps from their means."""
        means = parameters.means / (1 << ACTIVATION_BITS)
        reach = np.iinfo(np.int16).max
        clipped: NDArray[np.float64] = np.clip(np.rint(latents - means), -reach, reach)
        return clipped.astype(np.int64)

    def latents(self, symbols: NDArray[np.int64], parameters: Parameters) -> NDArray[np.int64]:
        """What symbols stand for: latents with `ACTIVATION_BITS` fraction bits."""
        return (symbols << ACTIVATION_BITS) + parameters.means
