"""From hyper-latents to the scales and means of the latents, in integers.

A decoder reads its stream by the output of these two networks, so it must be the same on every
machine. Floating-point convolutions are not: one bit that differs, with another processor,
number of threads or library version, may change a scale, and everything after it is lost. So
weights and activations are rounded to integers, bounded so that no sum of products reaches 2**53.
In float64 every partial sum is then exact, and the order of additions, in which libraries
differ, does not matter. torch multiplies, since its threads are already awake after transforming
a picture, and numpy's would have to wait for them.

Encoders and decoders both use the rounded numbers: rounding costs rate (0.1 %), never agreement.
The layers are those of `neuralcompression.models.HiFiCAutoencoder`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gcx_format.errors import WeightsError

__all__ = ["ACTIVATION_BITS", "ACTIVATION_LIMIT", "HyperSynthesis", "Layer"]

Activations = NDArray[np.float64]
"""Integers with `ACTIVATION_BITS` fraction bits, of shape (features, rows, columns)."""

ACTIVATION_BITS: Final = 14
WEIGHT_BITS: Final = 16

ACTIVATION_LIMIT: Final = 1 << 26
"""Activations are clipped to this magnitude: 4096."""

_SUM_LIMIT: Final = (1 << 53) // ACTIVATION_LIMIT
"""The limit for the summed magnitudes of the weights behind one output, with bias and rounding:
2**27, or 2048 before rounding; trained networks need a tenth of that."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Weights of a layer, as a checkpoint has them.

    The weight of a transposed convolution is (in, out, 5, 5), of a convolution (out, in, 3, 3).
    """

    weight: NDArray[np.float32]
    bias: NDArray[np.float32]


class HyperSynthesis:
    """Two transposed convolutions that double the size and a convolution, with ReLUs between.

    Raises:
        WeightsError: the weights are not finite, or too large for sums to be exact.
    """

    def __init__(self, layers: tuple[Layer, Layer, Layer]) -> None:
        bias_bits = ACTIVATION_BITS + WEIGHT_BITS
        first, second, last = (_whole(layer.weight, WEIGHT_BITS) for layer in layers)
        self._biases = [_whole(layer.bias, bias_bits) for layer in layers]
        # Transposed convolutions have their inputs first, convolutions their outputs.
        weights = (first, second, last)
        for weight, bias, inputs in zip(weights, self._biases, (0, 0, 1), strict=True):
            _check_sums(np.abs(weight).sum(axis=(2, 3)).sum(axis=inputs), bias)
        self._doubling = [_phases(first), _phases(second)]
        self._last = _matrix(last)

    def __call__(self, hyper_latents: Activations) -> Activations:
        """The outputs, four times as high and wide, for hyper-latents within the limit."""
        values = hyper_latents.transpose(1, 2, 0)  # features last, as they are gathered
        for phases, bias in zip(self._doubling, self._biases[:2], strict=True):
            values = np.maximum(_double(values, phases, bias), 0)
        rows, columns = values.shape[:2]
        sums = _products(_patches(_bordered(values), (0, 1, 2), (0, 1, 2)), self._last)
        return _scaled(sums + self._biases[2]).reshape(rows, columns, -1).transpose(2, 0, 1)


def _whole(numbers: NDArray[np.float32], bits: int) -> NDArray[np.float64]:
    """Numbers with this many fraction bits, rounded to integers, ties to even."""
    whole: NDArray[np.float64] = np.rint(numbers.astype(np.float64) * (1 << bits))
    return whole


def _check_sums(weights: NDArray[np.float64], biases: NDArray[np.float64]) -> None:
    """Raise `WeightsError` unless the sums behind each output stay exact for any input.

    `weights` holds, for each output, the sum of the magnitudes of its weights.
    """
    largest = weights + np.ceil(np.abs(biases) / ACTIVATION_LIMIT) + 1
    if not (largest < _SUM_LIMIT).all():  # "not" turns away NaN as well
        raise WeightsError(
            "the checkpoint's hyper-synthesis has weights too large for exact sums; it cannot "
            "be one of the released models"
        )


def _scaled(sums: NDArray[np.float64]) -> Activations:
    """Sums of products at the fraction bits of activations, rounded half up, and clipped."""
    rounded = np.floor((sums + (1 << (WEIGHT_BITS - 1))) * 0.5**WEIGHT_BITS)
    clipped: Activations = np.clip(rounded, -ACTIVATION_LIMIT, ACTIVATION_LIMIT)
    return clipped


# Which rows of the input, of three around it with a zero at each border, meet which rows of
# a kernel of 5 in output row 2i (first) and 2i + 1; columns likewise.
_TAPS: Final = (((0, 4), (1, 2), (2, 0)), ((1, 3), (2, 1)))

_Phase = tuple[tuple[int, ...], tuple[int, ...], NDArray[np.float64]]
"""Rows and columns of the input that one of four outputs is made of, and the weights, as a
matrix of (rows * columns * in, out)."""


def _phases(whole: NDArray[np.float64]) -> list[_Phase]:
    """A transposed convolution of stride 2 as four convolutions, one per output of an input."""
    phases = []
    for row_taps in _TAPS:
        for column_taps in _TAPS:
            inputs = [tuple(tap[0] for tap in taps) for taps in (row_taps, column_taps)]
            kernel = [[tap[1] for tap in taps] for taps in (row_taps, column_taps)]
            part = whole[:, :, kernel[0]][:, :, :, kernel[1]].transpose(1, 0, 2, 3)
            phases.append((inputs[0], inputs[1], _matrix(part)))
    return phases


def _matrix(kernel: NDArray[np.float64]) -> NDArray[np.float64]:
    """A kernel of (out, in, rows, columns) as a matrix; the inputs of an output lie together."""
    by_output = np.ascontiguousarray(kernel.transpose(0, 2, 3, 1))
    return by_output.reshape(len(kernel), -1).T


def _double(
    values: NDArray[np.float64], phases: list[_Phase], bias: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A transposed convolution of values of (rows, columns, features)."""
    rows, columns = values.shape[:2]
    bordered = _bordered(values)
    output: NDArray[np.float64] = np.empty((rows, 2, columns, 2, len(bias)))
    for index, (across_rows, across_columns, matrix) in enumerate(phases):
        sums = _products(_patches(bordered, across_rows, across_columns), matrix)
        scaled = _scaled(sums + bias).reshape(rows, columns, -1)
        output[:, index // 2, :, index % 2] = scaled
    return output.reshape(2 * rows, 2 * columns, len(bias))


def _bordered(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values of (rows, columns, features) with a zero at each border."""
    rows, columns, features = values.shape
    bordered = np.zeros((rows + 2, columns + 2, features))
    bordered[1:-1, 1:-1] = values
    return bordered


def _patches(
    bordered: NDArray[np.float64], across_rows: tuple[int, ...], across_columns: tuple[int, ...]
) -> NDArray[np.float64]:
    """The inputs of each output as a row: (outputs, rows * columns * in)."""
    rows, columns = bordered.shape[0] - 2, bordered.shape[1] - 2
    at_row = np.arange(rows)[:, None, None, None] + np.array(across_rows)[:, None]
    at_column = np.arange(columns)[:, None, None] + np.array(across_columns)
    gathered: NDArray[np.float64] = bordered[at_row, at_column]
    return gathered.reshape(rows * columns, -1)


def _products(patches: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    import torch

    products: NDArray[np.float64] = (torch.from_numpy(patches) @ torch.from_numpy(matrix)).numpy()
    return products
