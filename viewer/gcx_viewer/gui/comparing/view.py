"""Comparing what a model painted with what it was painted from, and with the photograph."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent, QKeyEvent
from PyQt6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gcx_format.errors import GcxError
from gcx_viewer.core.comparing import Comparison, Original, compare, open_original
from gcx_viewer.gui.canvas.badge import badge_icon, badge_text
from gcx_viewer.gui.canvas.pyramid import Pyramid
from gcx_viewer.gui.comparing.bar import CompareBar, Role
from gcx_viewer.gui.comparing.canvas import CompareCanvas, Side
from gcx_viewer.gui.drops import take_copy
from gcx_viewer.gui.errors import detail, sentence
from gcx_viewer.gui.keys import is_override
from gcx_viewer.gui.task import Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from gcx_format.cache import Variant
    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture

__all__ = ["CompareView", "Role"]


@dataclass(frozen=True, slots=True)
class _Ready:
    """A picture made ready for the screen, or the original with what is known of it."""

    role: Role
    picture: Picture
    pyramid: Pyramid
    original: Original | None = None


class CompareView(QWidget):
    """Two of reconstruction, another one, condition and original, with a divider between them.

    The original is dropped in or chosen, and looked at on a thread, like all else that takes
    time. Escape closes.
    """

    closed = pyqtSignal()
    """The user is done comparing."""

    failed = pyqtSignal(object)
    """What was dropped in does not do, for the reason that a `GcxError` tells; it is shown too."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._document: Document | None = None
        self._ready: dict[Role, _Ready] = {}
        self._original: Original | None = None
        self._measured: Comparison | None = None
        self._workers = {role: Task(self) for role in ("reconstruction", "condition")}
        for worker in self._workers.values():
            worker.done.connect(self._take)
        self._opening = Task(self)
        self._opening.done.connect(self._take)
        self._opening.failed.connect(self._complain)
        self._measuring = Task(self)
        self._measuring.done.connect(self._tell_measured)

        self._canvas = CompareCanvas(self)
        self._build()

    def _build(self) -> None:
        self._bar = CompareBar(self)
        self._bar.chosen.connect(self._show_chosen)
        self._bar.original_wanted.connect(self.ask_for_original)
        self._bar.closed.connect(self.closed)
        self._numbers = self._line()
        self._notice = self._line()
        self._notice.setWordWrap(True)
        self._notice.hide()
        below = QHBoxLayout()
        below.setContentsMargins(10, 5, 10, 6)
        below.addWidget(self._numbers)
        below.addSpacing(18)
        below.addWidget(self._notice, 1)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._bar)
        layout.addWidget(self._canvas, 1)
        layout.addLayout(below)
        self.setFocusProxy(self._canvas)
        self._tell_numbers()

    def _line(self) -> QLabel:
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return label

    # What is compared

    @property
    def canvas(self) -> CompareCanvas:
        return self._canvas

    @property
    def notice(self) -> str:
        return self._notice.text()

    @property
    def numbers(self) -> str:
        return self._numbers.text()

    @property
    def roles(self) -> tuple[Role, Role] | None:
        return self._bar.roles

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

    @property
    def original(self) -> Path | None:
        return None if self._original is None else self._original.path

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

    def open_variant(self, variant: Variant) -> None:
        """Take another picture that was painted of the document."""
        document = self._document
        if document is None or document.descriptor is None or document.data is None:
            return
        descriptor, data = document.descriptor, document.data

        def work(_: Callable[[], bool]) -> _Ready:
            from gcx_format.settings import load_settings
            from gcx_viewer.core.viewing.variants import Variants

            picture = Variants(descriptor, data, load_settings()).open(variant)
            return _Ready("another", picture, Pyramid.of(picture))

        self._ready.pop("another", None)
        self._opening.start(work)

    def ask_for_original(self) -> None:
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

    def swap(self) -> None:
        self._bar.swap()

    def choose(self, left: Role, right: Role) -> None:
        self._bar.choose(left, right)

    def close_workers(self) -> None:
        for worker in (*self._workers.values(), self._opening, self._measuring):
            worker.close()

    def _take(self, ready: _Ready) -> None:
        is_new = ready.role not in self._ready
        self._ready[ready.role] = ready
        if ready.original is not None:
            self._original = ready.original
            self._say(self._about_original(ready.original))
        self._choose(ready.role if is_new else None)

    def _choose(self, newest: Role | None = None) -> None:
        """Fill the choosers, with what suits best where nothing was chosen by the user."""
        names: dict[Role, str] = {
            "original": self.tr("Original"),
            "reconstruction": self.tr("Reconstruction"),
            "another": self.tr("Another reconstruction"),
            "condition": self.tr("Small picture"),
        }
        there: list[Role] = [role for role in names if role in self._ready]
        before = self.roles
        shown = there[:1] + (there[1:] or there)[:1]
        if before is not None and newest is None and set(before) <= set(there):
            shown = list(before)
        elif newest == "another" and "reconstruction" in there:
            shown = ["reconstruction", "another"]
        left, right = shown or (None, None)
        self._bar.offer({role: names[role] for role in there}, left, right)
        self._canvas.say(self._what_is_missing(there))
        self._show_chosen()

    def _show_chosen(self) -> None:
        roles, document = self.roles, self._document
        self._measured = None
        self._measuring.cancel()
        if roles is None or document is None or roles[0] == roles[1]:
            self._canvas.show_sides(None, None, (1, 1))
            self._tell_numbers()
            return
        left, right = (self._ready[role] for role in roles)
        self._canvas.show_sides(
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
            "another": self.tr("Another reconstruction"),
            "condition": self.tr("Small picture, enlarged"),
        }
        picture = ready.picture
        badge = badge_text(picture, document.file_bytes)
        return Side(ready.pyramid, names[ready.role], badge, badge_icon(picture))

    # What is said

    def _tell_measured(self, comparison: Comparison) -> None:
        self._measured = comparison
        self._tell_numbers()

    def _tell_numbers(self, *, measuring: bool = False) -> None:
        found = self._measured
        if found is None:
            words = self.tr("Measuring…") if measuring else ""
        elif math.isinf(found.psnr):
            words = self.tr("The two are identical, pixel for pixel.")
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
            "The descriptor does not say which file was encoded, but the proportions match."
        )

    def _what_is_missing(self, there: list[Role]) -> str:
        """What it takes for there to be two pictures."""
        if self._document is None or not there:
            return self.tr("There is nothing to compare yet.")
        return self.tr("Drop the original photograph here to compare with it.")

    def _complain(self, error: GcxError) -> None:
        self._say(sentence(error), detail(error))
        self.failed.emit(error)

    def _say(self, words: str, detail: str = "") -> None:
        self._notice.setText(words)
        self._notice.setToolTip(detail or words)
        self._notice.setVisible(bool(words))

    # What the user and the desktop do

    def event(self, event: QEvent | None) -> bool:
        if is_override(event) and (self._meaning(event) or self._canvas.wants(event)):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """Escape closes, X swaps."""
        if event is None:
            return
        if (meaning := self._meaning(event)) is not None:
            meaning()
        elif self._canvas.wants(event) and not self._canvas.hasFocus():
            self._canvas.keyPressEvent(event)
        else:
            super().keyPressEvent(event)

    def _meaning(self, event: QKeyEvent) -> Callable[[], object] | None:
        """What a key does wherever in the comparison the focus is."""
        if event.modifiers() != Qt.KeyboardModifier.NoModifier:
            return None
        match event.key():
            case Qt.Key.Key_Escape:
                return self.closed.emit
            case Qt.Key.Key_X:
                return self.swap
            case _:
                return None

    def hideEvent(self, event: QHideEvent | None) -> None:  # noqa: N802
        self._measuring.cancel()
        super().hideEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:  # noqa: N802
        take_copy(event)

    def dropEvent(self, event: QDropEvent | None) -> None:  # noqa: N802
        for path in take_copy(event)[:1]:
            self.open_original(path)


def _truth_first(left: _Ready, right: _Ready) -> tuple[_Ready, _Ready]:
    """Which of two is brought to the size of the other: the one nearer to the photograph."""
    order = ("original", "reconstruction", "another", "condition")
    first, second = sorted((left, right), key=lambda ready: order.index(ready.role))
    return first, second
