"""The badge: no pixels of a model without it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image
from PyQt6.QtWidgets import QWidget

from gcx_format.provenance import DigitalSourceType
from gcx_viewer.core.pictures import Picture
from gcx_viewer.gui.canvas.badge import Badge, badge_icon, badge_text

PIXELS = Image.new("RGB", (4, 4))
TRAINED = DigitalSourceType.TRAINED_ALGORITHMIC
ENHANCED = DigitalSourceType.ALGORITHMICALLY_ENHANCED

PAINTED = Picture(PIXELS, "reconstruction", TRAINED, info={"model": "gpt-4o"})
PARTIAL = Picture(PIXELS, "partial", TRAINED)
PREVIEW = Picture(PIXELS, "preview", ENHANCED)
GUESSED = replace(PREVIEW, info={"model": "Real-ESRGAN x4plus"})
CARD = Picture(PIXELS, "card", DigitalSourceType.ALGORITHMIC)
PHOTOGRAPH = Picture(PIXELS, "photograph")


@pytest.fixture
def host(qtbot) -> QWidget:
    host = QWidget()
    qtbot.addWidget(host)
    host.resize(400, 300)
    host.show()
    return host


@pytest.fixture
def badge(host) -> Badge:
    return Badge(host)


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (PAINTED, "Painted by gpt-4o from 305 byte"),
        (PARTIAL, "unfinished"),
        (PREVIEW, "Preview · 305 byte"),
        (GUESSED, "Edges guessed by Real-ESRGAN x4plus on this computer · 305 byte"),
        (CARD, "Words on a card"),
        (replace(CARD, kind="blank"), "Nothing to show"),
        (replace(CARD, kind="blank", info={"reason": "decoding"}), "Nothing to show yet"),
    ],
    ids=lambda value: value.kind if isinstance(value, Picture) else None,
)
def test_every_synthetic_picture_wears_it(badge, picture, said):
    badge.tell(picture, 305)
    assert badge.isVisible()
    assert said in badge.text
    assert badge.accessibleName() == badge.text


def test_kinds_are_told_apart_without_words():
    assert len({badge_icon(p) for p in (PAINTED, PARTIAL, PREVIEW, CARD)}) == 4


def test_a_photograph_wears_none(badge):
    badge.tell(PREVIEW, 305)
    badge.tell(PHOTOGRAPH, 305)
    assert badge.isHidden()
    assert badge_text(PHOTOGRAPH, 305) is None


def test_it_fits_into_a_narrow_window(host, badge):
    host.resize(90, 200)
    badge.move(12, 12)
    badge.tell(PAINTED, 305)
    assert badge.geometry().right() <= host.width()


def test_it_is_legible_over_white_and_over_black(host, badge):
    badge.tell(PREVIEW, 305)
    for ground in ("white", "black"):
        host.setStyleSheet(f"background: {ground}")
        image = host.grab().toImage()
        ratio = image.devicePixelRatio()
        place = badge.geometry()
        lightness = [
            image.pixelColor(round(x * ratio), round(y * ratio)).lightness()
            for x in range(place.left() + 14, place.right() - 14)
            for y in range(place.top() + 4, place.bottom() - 4)
        ]
        assert min(lightness) < 80
        assert max(lightness) > 200


def test_a_model_with_a_strange_name_is_shown_as_it_is(badge):
    strange = Picture(PIXELS, "reconstruction", TRAINED, info={"model": "<b>{x}</b> %n"})
    badge.tell(strange, 305)
    assert "<b>{x}</b> %n" in badge.text
