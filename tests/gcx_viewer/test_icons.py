"""The icons: the PNG files are what the drawings give."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest
from PyQt6.QtCore import QSize
from PyQt6.QtGui import QImage, QPixmap
from pytestqt.qtbot import QtBot

from gcx_viewer import icons
from gcx_viewer.icons.render import render

NAMES = (icons.APPLICATION, icons.FILE_TYPE)


@pytest.mark.parametrize("size", icons.SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_each_is_what_its_drawing_gives(qtbot: QtBot, name: str, size: int) -> None:
    kept = QImage(str(icons.png(name, size)))
    assert kept.size() == QSize(size, size)
    drawn = render(name, size)
    assert kept.hasAlphaChannel()
    for y in range(0, size, max(1, size // 24)):
        for x in range(0, size, max(1, size // 24)):
            ours, theirs = kept.pixelColor(x, y), drawn.pixelColor(x, y)
            assert abs(ours.alpha() - theirs.alpha()) <= 8
            if ours.alpha() > 200:
                assert abs(ours.red() - theirs.red()) <= 8
                assert abs(ours.green() - theirs.green()) <= 8
                assert abs(ours.blue() - theirs.blue()) <= 8


@pytest.mark.parametrize("name", [*NAMES, icons.SYMBOLIC])
def test_drawings_need_nothing_else(name: str) -> None:
    """No scripts, no other files, and no text, which would need a font."""
    tree = ElementTree.parse(icons.svg(name))
    tags = {element.tag.rpartition("}")[2] for element in tree.iter()}
    assert tags <= {"svg", "defs", "linearGradient", "stop", "g", "path", "rect", "circle"}


def test_the_windows_icon_is_sharp_in_every_size(qtbot: QtBot) -> None:
    icon = icons.application_icon()
    for size in icons.SIZES:
        pixmap: QPixmap = icon.pixmap(QSize(size, size), 1.0)
        assert pixmap.toImage().pixelColor(size // 2, size // 2).alpha() == 255
        assert icon.actualSize(QSize(size, size)) == QSize(size, size)
