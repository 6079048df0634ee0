"""What shall be kept of photographs: the panel beside the preview."""

from __future__ import annotations

from typing import Final

from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gcx_format.codecs import VISUAL
from gcx_viewer.core.encoding.coding import (
    EncodeOptions,
    Words,
    describers,
    fault_in_words,
    qualities,
)
from gcx_viewer.gui.settings.fields import form, quiet_label
from gcx_viewer.gui.sizes import size_in_bytes

__all__ = ["OptionsPanel"]

_CODEC_DEFAULT, _BYTES, _RATE = range(3)
_MOST_CHARACTERS: Final = 65_536
_FIRST_BYTES: Final = 290
_FIRST_RATE: Final = 0.01


class OptionsPanel(QWidget):
    """Words, visual codec and budget. The options are for all photographs, the words for one."""

    changed = pyqtSignal()
    words_edited = pyqtSignal(str)
    describe_wanted = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """The panel, with the words of nobody."""
        super().__init__(parent)
        self._cost = ""
        self._is_describing = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._words_box(), 1)
        column.addWidget(self._picture_box())
        self._arrange()

    def _words_box(self) -> QWidget:
        box = QGroupBox(self.tr("Words"))
        column = QVBoxLayout(box)
        rows = form()
        self.words = QComboBox()
        self.words.setAccessibleName(self.tr("Where the words come from"))
        self._sources: list[tuple[Words, str | None]] = []
        self._add_source(self.tr("My own"), "own")
        self._add_source(self.tr("Found by a model"), "model")
        for describer in describers():
            self._add_source(self._found_by(describer), "model", describer)
        self._add_source(self.tr("From the photograph's metadata"), "metadata")
        self._add_source(self.tr("None"), "none")
        rows.addRow(self.tr("&From:"), self.words)
        column.addLayout(rows)
        self.editor = QPlainTextEdit()
        self.editor.setAccessibleName(self.tr("Words of this photograph"))
        self.editor.setTabChangesFocus(True)
        self.editor.setMinimumHeight(88)
        column.addWidget(self.editor, 1)
        below = QHBoxLayout()
        self.count = quiet_label("")
        self.count.setAccessibleName(self.tr("Bytes of the words"))
        self.describe_button = QPushButton(self.tr("&Describe"))
        self.describe_button.setAutoDefault(False)
        self.describe_button.clicked.connect(self.describe_wanted)
        below.addWidget(self.count, 1)
        below.addWidget(self.describe_button)
        column.addLayout(below)
        self.words.currentIndexChanged.connect(self._option_changed)
        self.editor.textChanged.connect(self._edited)
        return box

    def _add_source(self, text: str, words: Words, describer: str | None = None) -> None:
        self._sources.append((words, describer))
        self.words.addItem(text)

    def _found_by(self, model: str) -> str:
        return self.tr("Found by {model}").format(model=model)

    def _picture_box(self) -> QWidget:
        box = QGroupBox(self.tr("Visual condition"))
        rows = form(box)
        self.codec = QComboBox()
        self.codec.setAccessibleName(self.tr("Codec of the visual condition"))
        for codec in VISUAL:
            self.codec.addItem(codec.title, codec.name)
        self.codec.addItem(self.tr("None: the words alone"), "none")
        rows.addRow(self.tr("&Codec:"), self.codec)
        self.quality = QComboBox()
        self.quality.setAccessibleName(self.tr("Quality of the visual condition"))
        self._quality_label = QLabel(self.tr("&Quality:"))
        self._quality_label.setBuddy(self.quality)
        rows.addRow(self._quality_label, self.quality)

        self.budget = QComboBox()
        self.budget.setAccessibleName(self.tr("How the size is given"))
        self.budget.addItems(
            [
                self.tr("Standard rate"),
                self.tr("Bytes at most"),
                self.tr("Bits per pixel"),
            ]
        )
        self.bytes = QSpinBox()
        self.bytes.setAccessibleName(self.tr("Bytes that the visual condition may have"))
        self.bytes.setRange(1, 2_000_000)
        self.bytes.setSingleStep(10)
        self.bytes.setValue(_FIRST_BYTES)
        self.bytes.setGroupSeparatorShown(True)
        self.rate = QDoubleSpinBox()
        self.rate.setAccessibleName(self.tr("Bits per pixel that the file may have"))
        self.rate.setDecimals(4)
        self.rate.setRange(0.0001, 24.0)
        self.rate.setSingleStep(0.001)
        self.rate.setValue(_FIRST_RATE)
        for number in (self.bytes, self.rate):
            number.setKeyboardTracking(False)
            number.setFixedWidth(96)
        row = QHBoxLayout()
        row.addWidget(self.budget, 1)
        row.addWidget(self.bytes)
        row.addWidget(self.rate)
        self._budget_label = QLabel(self.tr("Si&ze:"))
        self._budget_label.setBuddy(self.budget)
        rows.addRow(self._budget_label, row)
        self.checksum = QCheckBox(self.tr("Keep the photograph's c&hecksum"))
        self.checksum.setToolTip(
            self.tr("SHA-256 of the file, by which the photograph can be recognised; 34 bytes.")
        )
        rows.addRow(self.checksum)  # over the whole width: it says much
        for choice in (self.codec, self.quality, self.budget):
            choice.currentIndexChanged.connect(self._option_changed)
        self.bytes.valueChanged.connect(self._option_changed)
        self.rate.valueChanged.connect(self._option_changed)
        self.checksum.toggled.connect(self._option_changed)
        self._fill_qualities()
        return box

    def options(self) -> EncodeOptions:
        """What is chosen."""
        codec = str(self.codec.currentData())
        has_picture = codec != "none"
        budget = self.budget.currentIndex() if has_picture else _CODEC_DEFAULT
        words, describer = self._sources[self.words.currentIndex()]
        return EncodeOptions(
            words=words,
            visual=codec,
            quality=self.quality.currentData() if has_picture else None,
            visual_bytes=self.bytes.value() if budget == _BYTES else None,
            bpp=self.rate.value() if budget == _RATE else None,
            keep_checksum=self.checksum.isChecked(),
            describer=describer,
        )

    def choose(self, options: EncodeOptions) -> None:
        """Show other options; nothing is told of it."""
        blocked = (
            self.words, self.codec, self.quality, self.budget, self.bytes, self.rate, self.checksum
        )  # fmt: skip
        blockers = [QSignalBlocker(widget) for widget in blocked]
        self.words.setCurrentIndex(self._sources.index((options.words, options.describer)))
        self.codec.setCurrentIndex(max(0, self.codec.findData(options.visual)))
        self._fill_qualities()
        self.quality.setCurrentIndex(max(0, self.quality.findData(options.quality)))
        self.budget.setCurrentIndex(
            _BYTES
            if options.visual_bytes is not None
            else _RATE
            if options.bpp is not None
            else _CODEC_DEFAULT
        )
        if options.visual_bytes is not None:
            self.bytes.setValue(options.visual_bytes)
        if options.bpp is not None:
            self.rate.setValue(options.bpp)
        self.checksum.setChecked(options.keep_checksum)
        for blocker in blockers:
            blocker.unblock()
        self._cost = ""
        self._arrange()

    def show_words(self, text: str) -> None:
        """Show the words of another photograph; nothing is told of it."""
        if text != self.editor.toPlainText():
            with QSignalBlocker(self.editor):
                self.editor.setPlainText(text)
        self._arrange()

    def show_count(self, count: int | None) -> None:
        """Show what the words take, in bytes, or (None) that it is not known."""
        text = self.editor.toPlainText()
        fault = fault_in_words(text)
        if fault is not None:
            self.count.setText(
                self.tr("These words cannot be kept: the text {why}").format(why=fault)
            )
        elif count is None or not text.strip():
            self.count.setText("")
        else:
            characters = self.tr("%n character(s)", "", len(text.strip()))
            self.count.setText(f"{characters}, {size_in_bytes(count)}")

    def show_cost(self, cost: str, model: str) -> None:
        """Say what describing this photograph costs, and who would do it."""
        describer = self._sources[self.words.currentIndex()][1]
        with QSignalBlocker(self.words):
            self.words.setItemText(self._sources.index(("model", describer)), self._found_by(model))
        self._cost = cost
        self._arrange()

    def set_describing(self, describing: bool) -> None:
        """Show that a model looks at the photograph; the words are its own meanwhile."""
        self._is_describing = describing
        self._arrange()

    def _edited(self) -> None:
        text = self.editor.toPlainText()
        if len(text) > _MOST_CHARACTERS:
            text = text[:_MOST_CHARACTERS]
            with QSignalBlocker(self.editor):
                self.editor.setPlainText(text)
        self.show_count(None)
        self.words_edited.emit(text)

    def _option_changed(self) -> None:
        if self.sender() is self.codec:
            self._fill_qualities()
        if self.sender() is self.words:
            self._cost = ""
        self._arrange()
        self.changed.emit()

    def _fill_qualities(self) -> None:
        names = qualities(str(self.codec.currentData()))
        if [self.quality.itemData(index) for index in range(1, self.quality.count())] == [*names]:
            return
        with QSignalBlocker(self.quality):
            self.quality.clear()
            self.quality.addItem(self.tr("The best that fits"), None)
            for name in names:
                self.quality.addItem(name, name)

    def _arrange(self) -> None:
        """Show what can be chosen as things are."""
        words = self._sources[self.words.currentIndex()][0]
        self.editor.setEnabled(words != "none")
        self.editor.setReadOnly(self._is_describing)
        placeholders = {
            "own": self.tr("What the picture shows, as briefly as you can"),
            "model": self.tr("The model's words come here, for you to change"),
            "metadata": self.tr("The photograph carries no words"),
            "none": "",
        }
        self.editor.setPlaceholderText(placeholders[words])
        self.count.setVisible(words != "none")
        self.describe_button.setVisible(words == "model")
        self.describe_button.setText(
            self.tr("Sto&p")
            if self._is_describing
            else self.tr("&Describe, about {cost}").format(cost=self._cost)
            if self._cost
            else self.tr("&Describe")
        )
        codec = str(self.codec.currentData())
        has_qualities = bool(qualities(codec))
        self.quality.setVisible(has_qualities)
        self._quality_label.setVisible(has_qualities)
        has_picture = codec != "none"
        self.budget.setEnabled(has_picture)
        self._budget_label.setEnabled(has_picture)
        self.bytes.setVisible(self.budget.currentIndex() == _BYTES)
        self.rate.setVisible(self.budget.currentIndex() == _RATE)
        self.bytes.setEnabled(has_picture)
        self.rate.setEnabled(has_picture)
