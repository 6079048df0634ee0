"""Amounts, in the languages of their readers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PyQt6.QtCore import QLocale

from gcx_viewer.gui.money import money, sign_stands_first


@pytest.fixture
def speak():
    """Makes a language the user's."""
    before = QLocale()
    yield lambda name: QLocale.setDefault(QLocale(name))
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("language", "amount", "written"),
    [
        ("en_US", "0.0634", "$0.06"),
        ("C", "0.0634", "$0.06"),
        ("en_US", "0.004", "$0.004"),
        ("en_US", "0", "$0.00"),
        ("de", "0.0634", "0,06\N{NO-BREAK SPACE}$"),
        ("de", "0.004", "0,004\N{NO-BREAK SPACE}$"),
        ("de", "1234.5", "1.234,50\N{NO-BREAK SPACE}$"),
    ],
)
def test_sign_and_decimal_point_stand_where_the_reader_expects_them(
    speak, language, amount, written
):
    speak(language)
    assert money(Decimal(amount)) == written


def test_what_was_spent_is_told_to_a_tenth_of_a_cent(speak):
    speak("de")
    assert money(Decimal("0.0634"), finely=True) == "0,063\N{NO-BREAK SPACE}$"


def test_the_sign_comes_first_in_english_and_last_in_german(speak):
    speak("en")
    assert sign_stands_first()
    speak("de")
    assert not sign_stands_first()
