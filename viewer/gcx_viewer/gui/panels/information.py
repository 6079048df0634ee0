"""The information panel: words, what painted the picture, what every byte is for, and details."""

from __future__ import annotations

import hashlib
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PyQt6.QtCore import QEvent, QLocale, Qt
from PyQt6.QtGui import QFont, QFontDatabase, QGuiApplication, QShowEvent
from PyQt6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gcx_format.codecs import visual_codec
from gcx_viewer.gui.keys import is_override
from gcx_viewer.gui.money import money
from gcx_viewer.gui.panels.chunks import ChunkPicture, parts_of
from gcx_viewer.gui.sizes import first_of, size_in_bytes
from gcx_viewer.gui.task import Task

if TYPE_CHECKING:
    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture

__all__ = ["InformationPanel"]

_MOST_WORD_LINES: Final = 9
_SHORT: Final = QLocale.FormatType.ShortFormat


@dataclass(frozen=True, slots=True)
class _Anatomy:
    """What is found out in a thread, since a file may have megabytes.

    Attributes:
        record: as `gcx info --json` prints it, less the file's name.
        crc32: of the file but for the checksum it ends with, in hexadecimal.
        sha256: of the whole file, in hexadecimal.
    """

    record: dict[str, Any]
    crc32: str
    sha256: str

    @classmethod
    def of(cls, document: Document) -> _Anatomy:
        from gcx_format.report import file_report

        assert document.descriptor is not None
        assert document.data is not None
        data = document.data
        return cls(
            file_report(document.descriptor, data),
            f"{zlib.crc32(data[:-4]):08x}",
            hashlib.sha256(data).hexdigest(),
        )


class InformationPanel(QScrollArea):
    """Everything that is known of the file on screen; selectable, and as JSON."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """A panel that tells of nothing yet."""
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(200)
        self.setAccessibleName(self.tr("Information"))
        self._document: Document | None = None
        self._picture: Picture | None = None
        self._anatomy: _Anatomy | None = None
        self._is_due = False
        self._is_to_be_copied = False
        self._work = Task(self)
        self._work.done.connect(self._take)

        self._words_title = self._heading(self.tr("Words"))
        self.words = _Words(self)
        self.words.setTabChangesFocus(True)
        self.words.setFrameShape(QFrame.Shape.NoFrame)
        self.words.setAccessibleName(self.tr("Words in the file"))
        self.words.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.copy_words_button = QPushButton(self.tr("Copy Words"), self)
        self.copy_words_button.clicked.connect(self.copy_words)
        self._file = _Facts()
        self._painted_title = self._heading(self.tr("Pixels"))
        self._painted = _Facts()
        self._bytes_title = self._heading(self.tr("What every byte is for"))
        self.chunks = ChunkPicture(self)
        self.details_button = QToolButton(self)
        self.details_button.setText(self.tr("Details"))
        self.details_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.details_button.setAutoRaise(True)
        self.details_button.setCheckable(True)
        self.details_button.toggled.connect(self._unfold)
        self._details = _Facts()
        self._checksums = _Facts(stacked=True)
        self.copy_json_button = QPushButton(self.tr("Copy as JSON"), self)
        self.copy_json_button.clicked.connect(self.copy_json)

        inside = QWidget(self)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(14, 6, 14, 14)
        layout.setSpacing(6)
        layout.setSizeConstraint(QLayout.SizeConstraint.SetMinAndMaxSize)
        left = Qt.AlignmentFlag.AlignLeft
        layout.addWidget(self._words_title)
        layout.addWidget(self.words)
        layout.addWidget(self.copy_words_button, 0, left)
        layout.addWidget(self._painted_title)
        layout.addWidget(self._painted)
        layout.addWidget(self._heading(self.tr("File")))
        layout.addWidget(self._file)
        layout.addWidget(self._bytes_title)
        layout.addWidget(self.chunks)
        layout.addSpacing(6)
        layout.addWidget(self.details_button, 0, left)
        layout.addWidget(self._details)
        layout.addWidget(self._checksums)
        layout.addWidget(self.copy_json_button, 0, left)
        layout.addStretch(1)
        self._unfold(False)
        self.setWidget(inside)
        inside.setVisible(False)

    @property
    def json(self) -> str | None:
        """What `gcx info --json` prints of the file; None until it is known."""
        if self._anatomy is None or self._document is None:
            return None
        return json.dumps({"file": str(self._document.path), **self._anatomy.record})

    def show_document(self, document: Document | None) -> None:
        """Tell of another file."""
        self._document = document
        self._picture = None
        self._anatomy = None
        self._work.cancel()
        self._is_due = True
        self._is_to_be_copied = False
        if self.isVisible():
            self._tell()

    def show_picture(self, picture: Picture | None) -> None:
        """Tell of the pixels on screen."""
        self._picture = picture
        if self.isVisible() and not self._is_due:
            self._tell_picture()

    def showEvent(self, event: QShowEvent | None) -> None:  # noqa: N802
        """What nobody saw was not told; now it is."""
        super().showEvent(event)
        if self._is_due:
            self._tell()

    def copy_words(self) -> None:
        """Put the words on the clipboard."""
        clipboard = QGuiApplication.clipboard()
        document = self._document
        if clipboard and document and document.descriptor and document.descriptor.text:
            clipboard.setText(document.descriptor.text)

    def copy_json(self) -> None:
        """Put what `gcx info --json` prints on the clipboard; the panel need not be open."""
        clipboard = QGuiApplication.clipboard()
        if self.json is not None and clipboard is not None:
            clipboard.setText(self.json + "\n")
        elif self._document is not None and self._document.descriptor is not None:
            self._is_to_be_copied = True
            self._find_out(self._document)

    def close_workers(self) -> None:
        """Wait for what is being found out."""
        self._work.close()

    def _tell(self) -> None:
        self._is_due = False
        document = self._document
        inside = self.widget()
        assert inside is not None
        inside.setVisible(document is not None)
        if document is None:
            return
        descriptor = document.descriptor
        text = descriptor.text if descriptor is not None else None
        for widget in (self._words_title, self.words, self.copy_words_button):
            widget.setVisible(text is not None)
        self.words.setPlainText(text or "")
        self._fit_words()
        self._tell_file(document)
        self._tell_picture()
        for part in (self._bytes_title, self.chunks):
            part.setVisible(descriptor is not None)
        self._unfold(self.details_button.isChecked())
        self.copy_json_button.setEnabled(self._anatomy is not None)
        if descriptor is not None:
            self._find_out(document)

    def _unfold(self, unfolded: bool) -> None:
        arrow = Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow
        self.details_button.setArrowType(arrow)
        self._details.setVisible(unfolded)
        has_more = self._document is not None and self._document.descriptor is not None
        for part in (self._checksums, self.copy_json_button):
            part.setVisible(unfolded and has_more)

    def _find_out(self, document: Document) -> None:
        self._work.start(lambda _: _Anatomy.of(document))

    def _take(self, anatomy: _Anatomy) -> None:
        self._anatomy = anatomy
        self.chunks.show_parts(parts_of(anatomy.record["chunks"]))
        rows = [
            (self.tr("CRC-32"), anatomy.crc32),
            (self.tr("SHA-256 of the file"), anatomy.sha256),
        ]
        if anatomy.record["original_sha256"]:
            original = anatomy.record["original_sha256"]
            rows.append((self.tr("SHA-256 of the original"), original))
        self._checksums.show_rows(rows)
        self.copy_json_button.setEnabled(True)
        if self._is_to_be_copied:
            self._is_to_be_copied = False
            self.copy_json()

    def _fit_words(self) -> None:
        """As high as the words need, up to some lines; the rest scrolls."""
        metrics = self.words.fontMetrics()
        width = max(self.viewport().width() - 40, 200)  # type: ignore[union-attr]
        flags = int(Qt.TextFlag.TextWordWrap)
        text = self.words.toPlainText()[:2000]
        bounds = metrics.boundingRect(0, 0, width, 1 << 20, flags, text)
        most = _MOST_WORD_LINES * metrics.lineSpacing()
        self.words.setFixedHeight(min(bounds.height(), most) + metrics.lineSpacing() // 2 + 8)

    def _tell_file(self, document: Document) -> None:
        known, locale = document.facts, QLocale()
        width, height = document.size
        size = size_in_bytes(document.file_bytes)
        bits = locale.toString(float(known["bits_per_pixel"]), "g", 4)
        grey = self.tr("grey") if known["mode"] == "L" else self.tr("colour")
        rows = [
            (self.tr("Name"), document.path.name),
            (self.tr("Picture"), f"{width} × {height}, {grey}"),  # noqa: RUF001
            (self.tr("Size"), size),
        ]
        details = [(self.tr("Bits per pixel"), bits)]
        if document.descriptor is None:
            described = str(known.get("format_name") or document.format)
            whole = [described, first_of(document)]
            rows.append((self.tr("Format"), ", ".join(part for part in whole if part)))
        else:
            rows += self._descriptor_rows(known)
            if known["encoder"]:
                details.append((self.tr("Encoder"), known["encoder"]))
        self._file.show_rows(rows)
        self._details.show_rows(details)

    def _descriptor_rows(self, known: dict[str, Any]) -> list[tuple[str, str]]:
        rows = []
        if known["visual_codec"] is not None:
            codec = visual_codec(known["visual_codec"])
            title = codec.title
            if known["visual_quality"] is not None:
                quality = self.tr("quality {name}").format(name=known["visual_quality"])
                title = f"{title}, {quality}"
            size = f"{known['condition_width']} × {known['condition_height']}"  # noqa: RUF001
            rows += [
                (self.tr("Small picture"), f"{size}, 1 : {known['scale']:g}"),
                (self.tr("Codec"), title),
            ]
        else:
            rows.append((self.tr("Small picture"), self.tr("none")))
        if known["note"]:
            rows.append((self.tr("Note"), known["note"]))
        return rows

    def _tell_picture(self) -> None:
        picture = self._picture
        synthetic = picture is not None and picture.is_synthetic
        self._painted_title.setVisible(synthetic)
        self._painted.setVisible(synthetic)
        if picture is None or not synthetic:
            return
        info = picture.info
        kinds = {
            "preview": self.tr("preview: the condition, with edges guessed on this computer")
            if info.get("model")
            else self.tr("preview: the condition, enlarged"),
            "card": self.tr("the words on a card"),
            "blank": self.tr("a blank card"),
            "partial": self.tr("unfinished"),
            "reconstruction": self.tr("painted by a model"),
        }
        rows = []
        if info.get("model"):
            rows.append((self.tr("Painted by"), str(info["model"])))
        if picture.kind != "reconstruction" or not rows:
            rows.append((self.tr("Kind"), kinds.get(picture.kind, picture.kind)))
        if isinstance(info.get("cost_usd"), (int, float)):
            rows.append((self.tr("Cost"), money(info["cost_usd"], finely=True)))
        if picture.variant is not None:
            when = QLocale().toString(picture.variant.made.astimezone(), _SHORT)
            rows.append((self.tr("Painted"), when))
        if isinstance(info.get("score"), float):
            share = self.tr("{share} %").format(share=round(100 * info["score"]))
            rows.append((self.tr("Matches the file"), share))
        if isinstance(info.get("seconds"), (int, float)):
            rows.append((self.tr("Took"), f"{info['seconds']:.0f} s"))
        self._painted.show_rows(rows)

    def _heading(self, text: str) -> QLabel:
        heading = QLabel(text, self)
        font = QFont(heading.font())
        font.setBold(True)
        heading.setFont(font)
        heading.setContentsMargins(0, 10, 0, 0)
        heading.setTextFormat(Qt.TextFormat.PlainText)
        return heading


class _Words(QPlainTextEdit):
    """Words to be read: letters that are typed over them are shortcuts of the window."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setReadOnly(True)

    def event(self, event: QEvent | None) -> bool:
        """Leave all keys to the window, which leaves to this one those that move in it."""
        if is_override(event):
            event.ignore()
            return False
        return super().event(event)


class _Facts(QWidget):
    """Rows of names and values; the values can be selected by mouse and keyboard."""

    def __init__(self, *, stacked: bool = False) -> None:
        """No rows yet.

        Args:
            stacked: whether the values are long numbers that stand below their names.
        """
        super().__init__()
        self._stacked = stacked
        self._rows = QGridLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setHorizontalSpacing(14)
        self._rows.setVerticalSpacing(5)
        self._rows.setColumnStretch(0 if stacked else 1, 1)

    def show_rows(self, rows: list[tuple[str, str]]) -> None:
        """Show other rows."""
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for row, (name, text) in enumerate(rows):
            label = QLabel(name)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setForegroundRole(label.palette().ColorRole.PlaceholderText)
            value = QLabel(_breakable(text) if self._stacked else text)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setWordWrap(True)
            value.setAccessibleName(f"{name}: {text}")
            value.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse
                | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            if self._stacked:
                value.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
            top = Qt.AlignmentFlag.AlignTop
            if self._stacked:
                self._rows.addWidget(label, 2 * row, 0, top)
                self._rows.addWidget(value, 2 * row + 1, 0, top)
            else:
                self._rows.addWidget(label, row, 0, top)
                self._rows.addWidget(value, row, 1, top)


def _breakable(number: str) -> str:
    """A long number in groups, between which lines may break."""
    return " ".join(number[start : start + 8] for start in range(0, len(number), 8))
