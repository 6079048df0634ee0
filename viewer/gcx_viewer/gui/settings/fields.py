"""The controls of the settings window: each shows one setting, and tells what the user made of it.

A field knows its value as gcx has it, not as it is written on the screen; where a field may be
left empty, its value is then None, and the default holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from PyQt6.QtCore import QCoreApplication, QSignalBlocker, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gcx_viewer.gui.money import SIGN, sign_stands_first

__all__ = [
    "Field",
    "choice_field",
    "folder_field",
    "form",
    "money_field",
    "name_field",
    "number_field",
    "offer_choices",
    "offer_names",
    "quiet_label",
    "seconds_field",
]

_NARROW: Final = 150
_UNKNOWN: Final = object()
"""What a field shows as long as nobody has told it what holds."""


class Field(QWidget):
    """One setting: a control, and a line below it where the environment has the say."""

    changed = pyqtSignal()

    def __init__(
        self,
        control: QWidget,
        name: str,
        read: Callable[[], Any],
        write: Callable[[Any], object],
        *,
        beside: QWidget | None = None,
        is_narrow: bool = False,
    ) -> None:
        """A field around a control.

        Args:
            control: what the user works with; it gets the focus.
            name: for those who do not see the screen.
            read: returns the value of the control.
            write: sets it.
            beside: another control, to its right.
            is_narrow: whether it needs no more room than a number.
        """
        super().__init__()
        self.control = control
        self.value = read
        self.note = quiet_label("")
        self.note.hide()
        control.setAccessibleName(name)
        self.setFocusProxy(control)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(control, 0 if is_narrow else 1)
        if is_narrow:
            control.setFixedWidth(_NARROW)
            row.addStretch(1)
        if beside is not None:
            row.addWidget(beside)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.note)
        self._write = write
        self._beside = beside
        self._shown: Any = _UNKNOWN

    def show_value(self, value: Any) -> None:
        """Show what holds; it counts as unchanged until the user changes it."""
        with QSignalBlocker(self.control):
            self._write(value)
        self._shown = self.value()

    def is_changed(self) -> bool:
        """Whether the user made something else of it."""
        return self._shown is not _UNKNOWN and bool(self.value() != self._shown)

    def set_override(self, variable: str | None) -> None:
        """Say which environment variable has the say, or (None) that there is none."""
        for control in (self.control, self._beside):
            if control is not None:
                control.setEnabled(variable is None)
        self.note.setVisible(variable is not None)
        if variable is not None:
            reason = QCoreApplication.translate(
                "Field", "Set by the environment variable {name}, which takes precedence."
            )
            self.note.setText(reason.format(name=variable))
            self.control.setAccessibleDescription(self.note.text())


def choice_field(name: str, choices: Sequence[tuple[Any, str]]) -> Field:
    """One of some values, each with what it is called."""
    box = QComboBox()

    def write(value: Any) -> None:
        for index in range(box.count()):
            if box.itemData(index) == value:
                box.setCurrentIndex(index)

    field = Field(box, name, box.currentData, write)
    offer_choices(field, choices)
    box.currentIndexChanged.connect(lambda _: field.changed.emit())
    return field


def offer_choices(field: Field, choices: Sequence[tuple[Any, str]]) -> None:
    """Have other values to choose from in a `choice_field`."""
    box = field.control
    assert isinstance(box, QComboBox)
    with QSignalBlocker(box):
        box.clear()
        for value, label in choices:
            box.addItem(label, value)


def name_field(name: str, default: str) -> Field:
    """A name, such as that of a model; `default` says what holds where it is left empty."""
    box = QComboBox()
    box.setEditable(True)
    box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    line = box.lineEdit()
    assert line is not None
    line.setPlaceholderText(default)
    line.setMaxLength(200)
    line.setAccessibleName(name)

    def write(value: str | None) -> None:
        box.setEditText(value or "")
        line.setCursorPosition(0)

    field = Field(box, name, lambda: box.currentText().strip() or None, write)
    box.editTextChanged.connect(lambda _: field.changed.emit())
    return field


def offer_names(field: Field, names: Sequence[str]) -> None:
    """Have names to choose from in a `name_field`; what is written there stays."""
    box = field.control
    assert isinstance(box, QComboBox)
    with QSignalBlocker(box):
        text = box.currentText()
        box.clear()
        box.addItems(list(names))
        box.setEditText(text)


def number_field(name: str, least: int, most: int, *, unit: str = "", step: int = 1) -> Field:
    """A whole number."""
    box = QSpinBox()
    box.setRange(least, most)
    box.setSingleStep(step)
    box.setGroupSeparatorShown(True)
    box.setSuffix(f" {unit}" if unit else "")
    field = Field(box, name, box.value, box.setValue, is_narrow=True)
    box.valueChanged.connect(lambda _: field.changed.emit())
    return field


def seconds_field(name: str, least: float, most: float) -> Field:
    """Seconds, to a tenth."""
    box = QDoubleSpinBox()
    box.setDecimals(1)
    box.setRange(least, most)
    box.setSuffix(" s")
    field = Field(box, name, box.value, box.setValue, is_narrow=True)
    box.valueChanged.connect(lambda _: field.changed.emit())
    return field


def money_field(name: str) -> Field:
    """An amount in US dollars, to the cent."""
    box = QDoubleSpinBox()
    if sign_stands_first():
        box.setPrefix(SIGN)
    else:
        box.setSuffix(f"\N{NO-BREAK SPACE}{SIGN}")
    box.setDecimals(2)
    box.setRange(0.0, 99_999.99)
    box.setSingleStep(0.25)
    field = Field(
        box,
        name,
        lambda: Decimal(f"{box.value():.2f}"),
        lambda amount: box.setValue(float(amount)),
        is_narrow=True,
    )
    box.valueChanged.connect(lambda _: field.changed.emit())
    return field


def folder_field(name: str, default: str) -> Field:
    """A folder, typed or looked for; `default` says what holds where it is left empty."""
    translate = QCoreApplication.translate
    line = QLineEdit()
    line.setPlaceholderText(default)
    button = QPushButton(translate("Field", "C&hoose…"))
    button.setAccessibleName(translate("Field", "Choose a folder"))

    def read() -> Path | None:
        text = line.text().strip()
        return Path(text).expanduser() if text else None

    def write(value: Path | None) -> None:
        line.setText("" if value is None else str(value))
        line.setCursorPosition(0)

    def choose() -> None:
        dialog = QFileDialog(line, translate("Field", "Choose a Folder"), line.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(line.setText)
        dialog.open()

    field = Field(line, name, read, write, beside=button)
    line.textChanged.connect(lambda _: field.changed.emit())
    button.clicked.connect(choose)
    return field


def quiet_label(text: str) -> QLabel:
    """A line or paragraph that explains; never rich text."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setForegroundRole(label.palette().ColorRole.PlaceholderText)
    return label


def form(parent: QWidget | None = None) -> QFormLayout:
    """A form whose labels and fields line up on every platform."""
    layout = QFormLayout() if parent is None else QFormLayout(parent)
    layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    layout.setLabelAlignment(Qt.AlignmentFlag.AlignRight)
    layout.setHorizontalSpacing(12)
    layout.setVerticalSpacing(8)
    return layout
