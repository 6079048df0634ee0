"""The payload of an MS-ILLM picture: a check value, then one stream of all symbols.

Hyper-latents come first, then the latents they describe. Nothing that follows from the size of
the condition is stored. spec/gcx-1.0-msillm.md specifies every byte.
"""

from __future__ import annotations

import binascii
import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gcx_format.errors import DamagedVisualError
from gcx_format.remedies import Remedy
from gcx_format.visual.msillm.entropy_model import EntropyModel, Parameters
from gcx_format.visual.msillm.hyper_synthesis import ACTIVATION_BITS
from gcx_format.visual.msillm.static_range_coder import Decoder, Encoder
from gcx_format.visual.msillm.tables import TOTAL, Table

__all__ = ["BLOCK", "CHECK_BYTES", "decode", "encode", "field_size", "ideal_bits"]

BLOCK: Final = 64
"""Pixels along a side of the condition for each hyper-latent of a channel."""

CHECK_BYTES: Final = 2
_CHECK_START: Final = 0xFFFF


def field_size(size: tuple[int, int]) -> tuple[int, int]:
    """Columns and rows of the hyper-latents of a condition of this size."""
    return -(-size[0] // BLOCK), -(-size[1] // BLOCK)


def encode(
    latents: NDArray[np.float32], hyper_latents: NDArray[np.float32], model: EntropyModel
) -> bytes:
    """Quantise the latents and hyper-latents of a picture and code them.

    They have shapes (features, 4 * rows, 4 * columns) and (hyper-features, rows, columns).
    """
    hyper_symbols = model.hyper_symbols(hyper_latents)
    parameters = model.parameters(hyper_symbols)
    symbols = model.symbols(latents, parameters)
    encoder = Encoder()
    rows, columns = hyper_symbols.shape[1:]
    encoder.encode(hyper_symbols.ravel().tolist(), model.tables_of_hyper_latents((columns, rows)))
    encoder.encode(symbols.ravel().tolist(), model.tables_of_latents(parameters))
    return _check_value(model.latents(symbols, parameters)) + encoder.finish()


def decode(payload: bytes, size: tuple[int, int], model: EntropyModel) -> NDArray[np.float32]:
    """The latents, of shape (features, 4 * rows, 4 * columns); identical on every machine.

    Raises:
        DamagedVisualError: the payload is damaged, or was made with other weights.
    """
    try:
        symbols, parameters, _ = _read(payload, size, model)
        latents = model.latents(symbols, parameters)
        if payload[:CHECK_BYTES] != _check_value(latents):
            raise DamagedVisualError("the latents do not have the check value of the payload")
    except DamagedVisualError as error:
        damaged = DamagedVisualError(
            f"{error.message}; it is damaged, or was made with other weights than those here"
        )
        damaged.remedies = (Remedy("compare weights"),)
        raise damaged from None
    return (latents / (1 << ACTIVATION_BITS)).astype(np.float32)


def ideal_bits(payload: bytes, size: tuple[int, int], model: EntropyModel) -> float:
    """The code length, the sum of -log2 p, of a picture's symbols under their tables.

    A payload beyond that is its check value and what the range coder wastes.
    """
    symbols, parameters, hyper_symbols = _read(payload, size, model)
    of_hyper = model.tables_of_hyper_latents(field_size(size))
    bits = _bits(hyper_symbols.ravel().tolist(), of_hyper)
    return bits + _bits(symbols.ravel().tolist(), model.tables_of_latents(parameters))


def _read(
    payload: bytes, size: tuple[int, int], model: EntropyModel
) -> tuple[NDArray[np.int64], Parameters, NDArray[np.int64]]:
    """The symbols of the latents, their parameters, and the symbols of the hyper-latents."""
    if len(payload) < CHECK_BYTES:
        raise DamagedVisualError("the MS-ILLM payload is cut short: it has no check value")
    columns, rows = field_size(size)
    decoder = Decoder(payload[CHECK_BYTES:])
    coded = decoder.decode(model.tables_of_hyper_latents((columns, rows)))
    hyper_symbols = np.array(coded, np.int64).reshape(model.hyper_features, rows, columns)
    parameters = model.parameters(hyper_symbols)
    coded = decoder.decode(model.tables_of_latents(parameters))
    decoder.finish()
    return np.array(coded, np.int64).reshape(parameters.means.shape), parameters, hyper_symbols


def _check_value(latents: NDArray[np.int64]) -> bytes:
    """CRC-16 (polynomial 0x1021, from 0xFFFF) of all latents as big-endian 32-bit numbers."""
    data = latents.astype(">i4").tobytes()
    return binascii.crc_hqx(data, _CHECK_START).to_bytes(CHECK_BYTES, "big")


def _bits(symbols: list[int], tables: list[Table]) -> float:
    def bits(symbol: int, table: Table) -> float:
        index = min(max(symbol - table.lowest, -1), table.highest - table.lowest + 1)
        if 0 <= index <= table.highest - table.lowest:
            return -math.log2((table.cumulative[index + 1] - table.cumulative[index]) / TOTAL)
        excess = table.lowest - symbol - 1 if index < 0 else symbol - table.highest - 1
        length = (excess + (1 << table.order)).bit_length()
        escape = -math.log2((TOTAL - table.cumulative[-2]) / TOTAL)
        return escape + 2 + (length - 1 - table.order) + (length - 1)

    return math.fsum(map(bits, symbols, tables))
