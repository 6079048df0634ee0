"""Sizes, as the user's language writes them."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QLocale, QTranslator

from gcx_viewer import translations
from gcx_viewer.gui.sizes import short_size, size_in_bytes


@pytest.fixture(autouse=True)
def language(qapp, request):
    before = QLocale()
    yield translations.install(qapp, request.param)
    for translator in qapp.findChildren(QTranslator, "gcx_viewer translation"):
        qapp.removeTranslator(translator)
        translator.deleteLater()
    QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("language", "count", "exact", "short"),
    [
        ("en", 1, "1 byte", "1 byte"),
        ("en", 304, "304 bytes", "304 bytes"),
        ("en", 1234, "1,234 bytes", "1.2 kB"),
        ("de", 1, "1 Byte", "1 Byte"),
        ("de", 304, "304 Byte", "304 Byte"),
        ("de", 1234, "1.234 Byte", "1,2 kB"),
        ("de", 5_600_000, "5.600.000 Byte", "5,6 MB"),
    ],
    indirect=["language"],
)
def test_a_size_is_told(language, count, exact, short):
    assert (size_in_bytes(count), short_size(count)) == (exact, short)
