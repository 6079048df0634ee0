"""Exponential, hyperbolic tangent, sigmoid and softplus in integers.

Mathematics libraries differ in the last bit of these functions, and one bit is enough to lose a
stream. Here they are sums, products, shifts and floor divisions of 64-bit integers, with the same
result everywhere; spec/gcx-1.0-msillm.md, "Functions", has the same steps. The error, within
2**-27, matters to no decoder.

A number with f fraction bits is an integer that stands for itself over 2**f.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["ONE", "UNIT_BITS", "exp_minus", "sigmoid", "softplus", "tanh"]

Integers = NDArray[np.int64]

UNIT_BITS: Final = 30
"""Fraction bits of numbers from -1 to 1; a product of two fits into 64 bits."""

ONE: Final = 1 << UNIT_BITS

VALUE_BITS: Final = 20
"""Fraction bits of arguments, whose magnitude may reach 2**11."""

_WIDEN: Final = UNIT_BITS - VALUE_BITS
_LN_2: Final = 744_261_118  # the natural logarithm of 2, times ONE, rounded
_EXPONENTIAL_TERMS: Final = 11
_LOGARITHM_TERMS: Final = 10


def exp_minus(value: Integers) -> Integers:
    """The exponential of minus a value of at least 0, with `UNIT_BITS` fraction bits both."""
    halvings: Integers = np.minimum(value // _LN_2, UNIT_BITS + 1)
    rest: Integers = np.minimum(value - halvings * _LN_2, _LN_2)
    power = np.full_like(value, ONE)
    for term in range(_EXPONENTIAL_TERMS, 0, -1):
        power = ONE - (rest * power >> UNIT_BITS) // term
    result: Integers = power >> halvings
    return result


def tanh(value: Integers) -> Integers:
    """The hyperbolic tangent, `VALUE_BITS` fraction bits to `UNIT_BITS`."""
    power = exp_minus(np.abs(value) << (_WIDEN + 1))
    magnitude: Integers = (ONE - power << UNIT_BITS) // (ONE + power)
    return np.where(value < 0, -magnitude, magnitude)


def sigmoid(value: Integers) -> Integers:
    """1 / (1 + exp(-value)), `VALUE_BITS` fraction bits to `UNIT_BITS`."""
    power = exp_minus(np.abs(value) << _WIDEN)
    numerator: Integers = np.where(value < 0, power, ONE)
    result: Integers = (numerator << UNIT_BITS) // (ONE + power)
    return result


def softplus(value: Integers) -> Integers:
    """log(1 + exp(value)), with `VALUE_BITS` fraction bits both."""
    power = exp_minus(np.abs(value) << _WIDEN)
    ratio = (power << UNIT_BITS) // (2 * ONE + power)  # log(1 + p) is 2 artanh(p / (2 + p))
    square = ratio * ratio >> UNIT_BITS
    logarithm = np.zeros_like(value)
    for term in range(_LOGARITHM_TERMS):
        logarithm += ratio // (2 * term + 1)
        ratio = ratio * square >> UNIT_BITS
    result: Integers = np.maximum(value, 0) + (2 * logarithm >> _WIDEN)
    return result
