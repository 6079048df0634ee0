"""Comparing what a model painted with what it was painted from, and with the photograph."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from PyQt6.QtCore import QEvent, QMimeData, Qt, pyqtSignal
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QKeyEvent
from PyQt6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gcx_format.errors import GcxError
from gcx_viewer.core.comparing import Comparison, Original, compare, open_original
from gcx_viewer.gui.background import Background
from gcx_viewer.gui.badge import badge_icon, badge_text
from gcx_viewer.gui.comparing_stage import ComparingStage, Mode, Side
from gcx_viewer.gui.pyramid import Pyramid

if TYPE_CHECKING:
    from collections.abc import Callable

    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture

__all__ = ["CompareView", "Role"]

Role = Literal["reconstruction", "condition", "original"]
"""What a picture is to the comparison."""

_SHORTEST_BLINK: Final = 0.1
_LONGEST_BLINK: Final = 5.0

_MODE_STYLE: Final = """
QToolButton { padding: 4px 11px; border: 1px solid palette(dark); border-radius: 4px; }
QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }
QToolButton:focus { border-color: palette(highlight); }
"""
"""Which of the two is chosen has to be plain in dark colours too."""


@dataclass(frozen=True, slots=True)
class _Ready:
    """A picture made ready for the screen, or the original with what is known of it."""

    role: Role
    picture: Picture
    pyramid: Pyramid
    original: Original | None = None


class CompareView(QWidget):
    """Two of reconstruction, condition and original, by a divider or in turns.

    The original is dropped in or chosen, and looked at on a thread, like all else that takes
    time. Escape closes.
    """

    closed = pyqtSignal()
    """The user is done comparing."""

    original_opened = pyqtSignal(object)
    """An `Original` was dropped in and fits."""

    compared = pyqtSignal(object)
    """The `Comparison` of the two pictures that are shown."""

    failed = pyqtSignal(object)
    """What was dropped in does not do, for the reason that a `GcxError` tells; it is shown too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Nothing to compare yet."""
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._document: Document | None = None
        self._ready: dict[Role, _Ready] = {}
        self._original: Original | None = None
        self._measured: Comparison | None = None
        self._workers = {role: Background(self) for role in ("reconstruction", "condition")}
        for worker in self._workers.values():
            worker.done.connect(self._take)
        self._opening = Background(self)
        self._opening.done.connect(self._take)
        self._opening.failed.connect(self._complain)
        self._measuring = Background(self)
        self._measuring.done.connect(self._tell_measured)

        self._stage = ComparingStage(self)
        self._build()

    def _build(self) -> None:
        self._left = self._chooser(self.tr("Left picture"))
        self._right = self._chooser(self.tr("Right picture"))
        self._modes = QButtonGroup(self)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 6, 8, 6)
        bar.addWidget(self._left)
        swap = QToolButton()
        swap.setText("⇄")
        swap.setToolTip(self.tr("Swap left and right"))
        swap.setAccessibleName(self.tr("Swap left and right"))
        swap.clicked.connect(self.swap)
        bar.addWidget(swap)
        bar.addWidget(self._right)
        bar.addSpacing(12)
        self._slider_button = self._mode_button(self.tr("Slider"), "slider")
        self._blink_button = self._mode_button(self.tr("Blink"), "blink")
        self._slider_button.setToolTip(self.tr("A divider to drag, or to move by the arrow keys"))
        self._blink_button.setToolTip(self.tr("One after the other, in the same place (B)"))
        bar.addWidget(self._slider_button)
        bar.addWidget(self._blink_button)
        self._interval = QSpinBox()
        self._interval.setRange(round(1000 * _SHORTEST_BLINK), round(1000 * _LONGEST_BLINK))
        self._interval.setSingleStep(100)
        self._interval.setValue(600)
        self._interval.setSuffix(self.tr(" ms"))
        self._interval.setAccessibleName(self.tr("How long each picture is shown"))
        self._interval.valueChanged.connect(self._stage.set_interval)
        self._interval.hide()
        bar.addWidget(self._interval)
        bar.addStretch(1)
        self._add = QPushButton(self.tr("Add &Original…"))
        self._add.setToolTip(self.tr("The photograph that was encoded; dropping it here does too"))
        self._add.clicked.connect(self.ask_for_original)
        bar.addWidget(self._add)
        close = QPushButton(self.tr("&Done"))
        close.clicked.connect(self.closed)
        bar.addWidget(close)

        self._numbers = self._line()
        self._notice = self._line()
        self._notice.hide()
        below = QHBoxLayout()
        below.setContentsMargins(10, 5, 10, 6)
        below.addWidget(self._numbers)
        below.addSpacing(18)
        below.addWidget(self._notice, 1)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self._stage, 1)
        layout.addLayout(below)
        self.setFocusProxy(self._stage)
        self._tell_numbers()

    def _chooser(self, name: str) -> QComboBox:
        chooser = QComboBox()
        chooser.setAccessibleName(name)
        chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        chooser.activated.connect(self._show_chosen)
        return chooser

    def _mode_button(self, words: str, mode: Mode) -> QToolButton:
        button = QToolButton()
        button.setText(words)
        button.setCheckable(True)
        button.setChecked(mode == "slider")
        button.setStyleSheet(_MODE_STYLE)
        button.clicked.connect(lambda: self.set_mode(mode))
        self._modes.addButton(button)
        return button

    def _line(self) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    # What is compared

    @property
    def stage(self) -> ComparingStage:
        """Where the pictures are drawn."""
        return self._stage

    @property
    def notice(self) -> str:
        """What is said about the original, if anything."""
        return self._notice.text()

    @property
    def roles(self) -> tuple[Role, Role] | None:
        """What is shown to the left and to the right."""
        left, right = self._left.currentData(), self._right.currentData()
        return None if left is None or right is None else (left, right)

    def begin(
        self,
        document: Document,
        *,
        reconstruction: Picture | None = None,
        condition: Picture | None = None,
    ) -> None:
        """Compare the pictures of a document; those of another are forgotten.

        Called again for the same document, it takes other pictures and keeps the original.

        Args:
            document: the file on screen.
            reconstruction: the picture that a model painted, if there is one.
            condition: the visual condition enlarged, if there is one.
        """
        if document != self._document:
            self.forget()
            self._document = document
        self.set_picture("reconstruction", reconstruction)
        self.set_picture("condition", condition)

    def set_picture(self, role: Role, picture: Picture | None) -> None:
        """Take a picture, such as a condition that was being enlarged until now, or drop it."""
        known = self._ready.get(role)
        if picture is None or role == "original":
            if known is not None:
                del self._ready[role]
                self._choose()
        elif known is None or known.picture is not picture:
            self._prepare(role, picture)

    def _prepare(self, role: Role, picture: Picture) -> None:
        self._workers[role].start(lambda _: _Ready(role, picture, Pyramid.of(picture)))

    def open_original(self, path: Path) -> None:
        """Take the photograph that the document was made from, if it may be that."""
        document = self._document
        if document is None:
            return
        self._say(self.tr("Opening {name}…").replace("{name}", path.name))

        def work(_: Callable[[], bool]) -> _Ready:
            original = open_original(path, document)
            return _Ready("original", original.picture, Pyramid.of(original.picture), original)

        self._opening.start(work)

    def ask_for_original(self) -> None:
        """Let the user choose the photograph."""
        if self._document is None:
            return
        dialog = QFileDialog(self, self.tr("Original Photograph"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setDirectory(str(self._document.path.parent))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda chosen: self.open_original(Path(chosen)))
        dialog.open()

    def forget(self) -> None:
        """Compare nothing any more, and let go of the pixels."""
        for worker in (*self._workers.values(), self._opening, self._measuring):
            worker.cancel()
        self._document = self._original = self._measured = None
        self._ready.clear()
        self._say("")
        self._choose()

    def set_mode(self, mode: Mode) -> None:
        """By a divider, or in turns."""
        (self._slider_button if mode == "slider" else self._blink_button).setChecked(True)
        self._interval.setVisible(mode == "blink")
        self._stage.set_mode(mode)
        self._stage.setFocus()

    def toggle_blink(self) -> None:
        """In turns, or by the divider again."""
        self.set_mode("slider" if self._stage.mode == "blink" else "blink")

    def swap(self) -> None:
        """Left to the right, and right to the left."""
        left, right = self._left.currentIndex(), self._right.currentIndex()
        self._left.setCurrentIndex(right)
        self._right.setCurrentIndex(left)
        self._show_chosen()

    def choose(self, left: Role, right: Role) -> None:
        """Show these two, as far as they are there."""
        for chooser, role in ((self._left, left), (self._right, right)):
            index = chooser.findData(role)
            if index >= 0:
                chooser.setCurrentIndex(index)
        self._show_chosen()

    def close_workers(self) -> None:
        """End the threads."""
        for worker in (*self._workers.values(), self._opening, self._measuring):
            worker.close_workers()

    def _take(self, ready: _Ready) -> None:
        is_new = ready.role not in self._ready
        self._ready[ready.role] = ready
        if ready.original is not None:
            self._original = ready.original
            self._say(self._about_original(ready.original))
            self.original_opened.emit(ready.original)
        self._choose(ready.role if is_new else None)

    def _choose(self, newest: Role | None = None) -> None:
        """Fill the choosers, with what suits best where nothing was chosen by the user."""
        names: dict[Role, str] = {
            "original": self.tr("Original"),
            "reconstruction": self.tr("Reconstruction"),
            "condition": self.tr("Condition"),
        }
        there: list[Role] = [role for role in names if role in self._ready]
        before = self.roles
        for chooser in (self._left, self._right):
            chooser.clear()
            for role in there:
                chooser.addItem(names[role], role)
            chooser.setEnabled(len(there) > 1)
        shown = there[:1] + (there[1:] or there)[:1]
        if before is not None and newest is None and set(before) <= set(there):
            shown = list(before)
        for chooser, role in zip((self._left, self._right), shown, strict=False):
            chooser.setCurrentIndex(chooser.findData(role))
        self._show_chosen()

    def _show_chosen(self, *_: object) -> None:
        roles, document = self.roles, self._document
        self._measured = None
        self._measuring.cancel()
        if roles is None or document is None or roles[0] == roles[1]:
            self._stage.show_sides(None, None, (1, 1))
            self._tell_numbers()
            return
        left, right = (self._ready[role] for role in roles)
        self._stage.show_sides(
            self._side(left, document), self._side(right, document), document.size
        )
        truth, other = _truth_first(left, right)
        self._tell_numbers(measuring=True)
        self._measuring.start(
            lambda cancelled: compare(truth.picture.image, other.picture.image, cancelled=cancelled)
        )

    def _side(self, ready: _Ready, document: Document) -> Side:
        names: dict[Role, str] = {
            "original": self.tr("Original"),
            "reconstruction": self.tr("Reconstruction"),
            "condition": self.tr("Condition, enlarged"),
        }
        picture = ready.picture
        badge = badge_text(picture, document.file_bytes)
        return Side(ready.pyramid, names[ready.role], badge, badge_icon(picture))

    # What is said

    def _tell_measured(self, comparison: Comparison) -> None:
        self._measured = comparison
        self._tell_numbers()
        self.compared.emit(comparison)

    def _tell_numbers(self, *, measuring: bool = False) -> None:
        found = self._measured
        if found is None:
            words = self.tr("Measuring…") if measuring else ""
        elif math.isinf(found.psnr):
            words = self.tr("The two are equal, pixel for pixel.")
        else:
            words = self.tr("PSNR {psnr} dB   SSIM {ssim}")
            words = words.replace("{psnr}", self.locale().toString(found.psnr, "f", 2))
            words = words.replace("{ssim}", self.locale().toString(found.ssim, "f", 3))
        if found is not None and found.resized:
            size = self.tr("(the original resized to {width} × {height}, Lanczos)")  # noqa: RUF001
            size = size.replace("{width}", str(found.size[0]))
            words += "   " + size.replace("{height}", str(found.size[1]))
        self._numbers.setText(words)

    def _about_original(self, original: Original) -> str:
        if original.is_the_file:
            return self.tr("This is the very file that was encoded: its SHA-256 is the same.")
        if original.is_the_file is False:
            return self.tr("This is not the very file that was encoded: its SHA-256 differs.")
        return self.tr(
            "The descriptor does not say which file was encoded; the proportions are right."
        )

    def _complain(self, error: GcxError) -> None:
        self._say(str(error))
        self.failed.emit(error)

    def _say(self, words: str) -> None:
        self._notice.setText(words)
        self._notice.setToolTip(words)
        self._notice.setVisible(bool(words))

    # What the user and the desktop do

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """Escape is for closing, B for blinking and back, X for swapping."""
        if event is None:
            return
        match event.key():
            case Qt.Key.Key_Escape:
                self.closed.emit()
            case Qt.Key.Key_B:
                self.toggle_blink()
            case Qt.Key.Key_X:
                self.swap()
            case _:
                super().keyPressEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:  # noqa: N802
        """Follow the theme: a style sheet looks its colours up only when it is set."""
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            for button in self.findChildren(QToolButton):
                if button.isCheckable():
                    button.setStyleSheet("")
                    button.setStyleSheet(_MODE_STYLE)

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802
        """Nothing is measured for nobody."""
        self._measuring.cancel()
        super().hideEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802
        """A photograph is welcome."""
        if event is not None and _dropped(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802
        """Take the photograph."""
        path = None if event is None else _dropped(event.mimeData())
        if event is not None and path is not None:
            event.acceptProposedAction()
            self.open_original(path)


def _truth_first(left: _Ready, right: _Ready) -> tuple[_Ready, _Ready]:
    """Which of two is brought to the size of the other: the one nearer to the photograph."""
    order = ("original", "reconstruction", "condition")
    first, second = sorted((left, right), key=lambda ready: order.index(ready.role))
    return first, second


def _dropped(mime: QMimeData | None) -> Path | None:
    for url in [] if mime is None else mime.urls():
        if url.isLocalFile():
            return Path(url.toLocalFile())
    return None
