"""How the viewer looks: dark or light, as the desktop has it or as the user wants it."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Final, Literal

from PyQt6.QtCore import QByteArray, QObject, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PyQt6.QtWidgets import QApplication, QStyle, QWidget

__all__ = [
    "Choice",
    "Theme",
    "animations_wanted",
    "canvas_colour",
    "icon",
    "is_dark",
    "muted",
    "pixmap",
]

Choice = Literal["system", "light", "dark"]

_ICONS: Final = Path(__file__).with_name("icons")

_Role = QPalette.ColorRole

_COLOURS: Final[dict[bool, dict[QPalette.ColorRole, str]]] = {
    False: {
        _Role.Window: "#f5f5f4",
        _Role.WindowText: "#202124",
        _Role.Base: "#ffffff",
        _Role.AlternateBase: "#f0f0ef",
        _Role.Text: "#202124",
        _Role.Button: "#ececeb",
        _Role.ButtonText: "#202124",
        _Role.BrightText: "#ffffff",
        _Role.ToolTipBase: "#ffffff",
        _Role.ToolTipText: "#202124",
        _Role.PlaceholderText: "#6d6f73",
        _Role.Highlight: "#2f65a7",
        _Role.HighlightedText: "#ffffff",
        _Role.Accent: "#2f65a7",
        _Role.Link: "#2f65a7",
        _Role.LinkVisited: "#6b4fa3",
        _Role.Light: "#ffffff",
        _Role.Midlight: "#f5f5f4",
        _Role.Mid: "#cfcfcd",
        _Role.Dark: "#b4b4b2",
        _Role.Shadow: "#8c8c8a",
    },
    True: {
        _Role.Window: "#222326",
        _Role.WindowText: "#e6e6e6",
        _Role.Base: "#2f3135",
        _Role.AlternateBase: "#35373b",
        _Role.Text: "#e6e6e6",
        _Role.Button: "#303236",
        _Role.ButtonText: "#e6e6e6",
        _Role.BrightText: "#ffffff",
        _Role.ToolTipBase: "#303236",
        _Role.ToolTipText: "#e6e6e6",
        _Role.PlaceholderText: "#95989d",
        _Role.Highlight: "#3d72b4",
        _Role.HighlightedText: "#ffffff",
        _Role.Accent: "#7fb0ea",
        _Role.Link: "#7fb0ea",
        _Role.LinkVisited: "#b39ddb",
        _Role.Light: "#45474c",
        _Role.Midlight: "#393b3f",
        _Role.Mid: "#2a2b2e",
        _Role.Dark: "#17181a",
        _Role.Shadow: "#0c0c0d",
    },
}
"""By whether it is dark."""

_BOXES: Final = {False: {}, True: {_Role.Base: "#5b5f67"}}
"""What differs for boxes to be checked: their rim is all but as dark as dark ground."""

_DISABLED: Final = {False: "#a2a3a6", True: "#6c6f74"}
_CANVAS: Final = {False: "#e4e4e2", True: "#141517"}


class Theme(QObject):
    """Keeps the application's colours to the user's choice, and to the desktop while it runs."""

    changed = pyqtSignal()

    def __init__(self, application: QApplication, choice: Choice = "system") -> None:
        super().__init__(application)
        self._choice: Choice = choice
        hints = QGuiApplication.styleHints()
        assert hints is not None
        self._hints = hints
        if sys.platform not in ("darwin", "win32"):
            application.setStyle("Fusion")
        hints.colorSchemeChanged.connect(self._apply)
        self._apply()

    def choose(self, choice: Choice) -> None:
        self._choice = choice
        self._apply()

    def _apply(self) -> None:
        wanted = {
            "system": Qt.ColorScheme.Unknown,
            "light": Qt.ColorScheme.Light,
            "dark": Qt.ColorScheme.Dark,
        }[self._choice]
        self._hints.blockSignals(True)
        self._hints.setColorScheme(wanted)
        self._hints.blockSignals(False)
        dark = self._hints.colorScheme() == Qt.ColorScheme.Dark
        if self._choice != "system":  # not every platform takes the wish
            dark = self._choice == "dark"
        QApplication.setPalette(_palette(dark))
        for kind in ("QCheckBox", "QRadioButton"):
            QApplication.setPalette(_palette(dark, _BOXES[dark]), kind)
        self.changed.emit()


def _palette(dark: bool, other: dict[QPalette.ColorRole, str] | None = None) -> QPalette:
    """All colours, some of them other than usual."""
    palette = QPalette()
    for role, colour in (_COLOURS[dark] | (other or {})).items():
        palette.setColor(role, QColor(colour))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(_DISABLED[dark]))
    return palette


def is_dark(palette: QPalette) -> bool:
    """Whether light letters stand on dark ground."""
    return palette.color(_Role.Window).lightness() < palette.color(_Role.WindowText).lightness()


def canvas_colour(widget: QWidget) -> QColor:
    """What lies around a picture, so that it does not tint the eye; in full screen, black."""
    window = widget.window()
    if window is not None and window.isFullScreen():
        return QColor(Qt.GlobalColor.black)
    return QColor(_CANVAS[is_dark(widget.palette())])


def muted(palette: QPalette) -> QColor:
    """For letters that say the less important."""
    return palette.color(_Role.PlaceholderText)


def animations_wanted(widget: QWidget) -> bool:
    """Whether the desktop lets things move."""
    style = widget.style()
    if style is None:
        return False
    hint = QStyle.StyleHint.SH_Widget_Animation_Duration
    return style.styleHint(hint, None, widget) > 0


def icon(name: str, colour: QColor, size: int = 20) -> QIcon:
    """One of the viewer's own icons in a colour, crisp on screens of any density."""
    found = QIcon()
    for ratio in (1.0, 2.0):
        found.addPixmap(pixmap(name, colour, size, ratio))
    return found


def pixmap(name: str, colour: QColor, size: int, ratio: float) -> QPixmap:
    """One of the viewer's own icons in a colour.

    Args:
        name: of its file, without the extension.
        colour: of its lines.
        size: of its sides, in the desktop's pixels.
        ratio: device pixels to one of those.
    """
    from PyQt6.QtSvg import QSvgRenderer

    drawn = QPixmap(round(size * ratio), round(size * ratio))
    drawn.fill(Qt.GlobalColor.transparent)
    lines = _source(name).replace("#000", colour.name())
    renderer = QSvgRenderer(QByteArray(lines.encode()))
    painter = QPainter(drawn)
    renderer.render(painter, QRectF(drawn.rect()))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


@cache
def _source(name: str) -> str:
    return (_ICONS / f"{name}.svg").read_text(encoding="utf-8")
