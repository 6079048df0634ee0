"""Amounts of money as the user writes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from PyQt6.QtCore import QLocale

__all__ = ["SIGN", "money", "sign_stands_first"]

SIGN: Final = "$"
"""Models are paid for in US dollars, whatever the user's own money is."""

_CENT: Final = 0.01


def money(usd: Decimal | float, *, finely: bool = False) -> str:
    """US dollars as the user's language writes them; `finely` to a tenth of a cent."""
    amount = float(usd)
    decimals = 3 if finely or 0 < amount < _CENT else 2
    locale = QLocale()
    if locale.language() == QLocale.Language.C:  # of programs, where the sign comes last
        locale = QLocale(QLocale.Language.English)
    return locale.toCurrencyString(amount, SIGN, decimals)


def sign_stands_first() -> bool:
    """Whether the sign stands before the number in the user's language."""
    return money(1.0).startswith(SIGN)
