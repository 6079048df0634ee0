"""The controls of the settings window: each shows one setting, and tells what the user made of it.

A field knows its value as gcx has it, not as it is written on the screen; where a field may be
left empty, its value is then None, and the default holds.
"""

from __future__ import annotations

from collections.abc import Sequence
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
    "ChoiceField",
    "Field",
    "FolderField",
    "MoneyField",
    "NameField",
    "NumberField",
    "form",
    "quiet_label",
]

_NARROW: Final = 150
_UNKNOWN: Final = object()
"""What a field shows as long as nobody has told it what holds."""


class Field(QWidget):
    """One setting: a control, and a line below it where the environment has the say."""

    changed = pyqtSignal()

    def __init__(self, control: QWidget, name: str) -> None:
        """A field around a control.

        Args:
            control: what the user works with; it gets the focus.
            name: for those who do not see the screen.
        """
        super().__init__()
        self.control = control
        self.note = quiet_label("")
        self.note.hide()
        control.setAccessibleName(name)
        self.setFocusProxy(control)
        self.row = QHBoxLayout()
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.addWidget(control, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(self.row)
        column.addWidget(self.note)
        self._shown: Any = _UNKNOWN

    def _keep_narrow(self) -> None:
        """Be no wider than a number needs."""
        self.control.setFixedWidth(_NARROW)
        self.row.setStretch(0, 0)
        self.row.addStretch(1)

    def value(self) -> Any:
        raise NotImplementedError

    def _write(self, value: Any) -> None:
        raise NotImplementedError

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
        self.control.setEnabled(variable is None)
        self.note.setVisible(variable is not None)
        if variable is not None:
            # Not by `tr`, which would look for it among the strings of each kind of field.
            reason = QCoreApplication.translate(
                "Field", "Set by the environment variable {name}, which comes first."
            )
            self.note.setText(reason.format(name=variable))
            self.control.setAccessibleDescription(self.note.text())


class ChoiceField(Field):
    """One of some values."""

    def __init__(self, name: str, choices: Sequence[tuple[Any, str]]) -> None:
        """A list to choose from.

        Args:
            name: for those who do not see the screen.
            choices: the values, and what they are called.
        """
        self._box = QComboBox()
        super().__init__(self._box, name)
        self._values = [value for value, _ in choices]
        self._box.addItems([label for _, label in choices])
        self._box.currentIndexChanged.connect(lambda _: self.changed.emit())

    def value(self) -> Any:
        return self._values[self._box.currentIndex()]

    def _write(self, value: Any) -> None:
        if value in self._values:
            self._box.setCurrentIndex(self._values.index(value))


class NameField(Field):
    """A name, such as that of a model: any, with those that are known to choose from."""

    def __init__(self, name: str, default: str) -> None:
        """An empty field.

        Args:
            name: for those who do not see the screen.
            default: what holds where it is left empty.
        """
        self._box = QComboBox()
        super().__init__(self._box, name)
        self._box.setEditable(True)
        self._box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._line.setPlaceholderText(default)
        self._line.setMaxLength(200)
        self._line.setAccessibleName(name)
        self._box.editTextChanged.connect(lambda _: self.changed.emit())

    @property
    def _line(self) -> QLineEdit:
        line = self._box.lineEdit()
        assert line is not None
        return line

    def offer(self, names: Sequence[str]) -> None:
        with QSignalBlocker(self._box):
            text = self._box.currentText()
            self._box.clear()
            self._box.addItems(list(names))
            self._box.setEditText(text)

    def value(self) -> str | None:
        return self._box.currentText().strip() or None

    def _write(self, value: Any) -> None:
        self._box.setEditText(value or "")
        self._line.setCursorPosition(0)


class NumberField(Field):
    """A whole number, or one with a digit behind the point."""

    def __init__(
        self,
        name: str,
        least: float,
        most: float,
        *,
        unit: str = "",
        step: float = 1,
        digits: int = 0,
    ) -> None:
        """A number between two others.

        Args:
            name: for those who do not see the screen.
            least: that it can be.
            most: that it can be.
            unit: written behind it.
            step: of the arrows.
            digits: behind the point.
        """
        self._digits = digits
        self._box: QSpinBox | QDoubleSpinBox
        if digits:
            real = QDoubleSpinBox()
            real.setDecimals(digits)
            real.setRange(least, most)
            real.setSingleStep(step)
            real.valueChanged.connect(lambda _: self.changed.emit())
            self._box = real
        else:
            whole = QSpinBox()
            whole.setRange(int(least), int(most))
            whole.setSingleStep(int(step))
            whole.setGroupSeparatorShown(True)
            whole.valueChanged.connect(lambda _: self.changed.emit())
            self._box = whole
        super().__init__(self._box, name)
        self._box.setSuffix(f" {unit}" if unit else "")
        self._keep_narrow()

    def value(self) -> int | float:
        return self._box.value()

    def _write(self, value: Any) -> None:
        self._box.setValue(value)


class MoneyField(Field):
    """An amount in US dollars."""

    def __init__(self, name: str) -> None:
        self._box = QDoubleSpinBox()
        super().__init__(self._box, name)
        if sign_stands_first():
            self._box.setPrefix(SIGN)
        else:
            self._box.setSuffix(f"\N{NO-BREAK SPACE}{SIGN}")
        self._box.setDecimals(2)
        self._box.setRange(0.0, 99_999.99)
        self._box.setSingleStep(0.25)
        self._keep_narrow()
        self._box.valueChanged.connect(lambda _: self.changed.emit())

    def value(self) -> Decimal:
        return Decimal(f"{self._box.value():.2f}")

    def _write(self, value: Any) -> None:
        self._box.setValue(float(value))


class FolderField(Field):
    """A folder, typed or looked for."""

    def __init__(self, name: str, default: str) -> None:
        """An empty field.

        Args:
            name: for those who do not see the screen.
            default: what holds where it is left empty.
        """
        self._line = QLineEdit()
        super().__init__(self._line, name)
        self._line.setPlaceholderText(default)
        self._line.textChanged.connect(lambda _: self.changed.emit())
        self.button = QPushButton(self.tr("C&hoose…"))
        self.button.setAccessibleName(self.tr("Choose a folder"))
        self.button.clicked.connect(self._choose)
        self.row.addWidget(self.button)

    def value(self) -> Path | None:
        text = self._line.text().strip()
        return Path(text).expanduser() if text else None

    def _write(self, value: Any) -> None:
        self._line.setText("" if value is None else str(value))
        self._line.setCursorPosition(0)

    def set_override(self, variable: str | None) -> None:
        super().set_override(variable)
        self.button.setEnabled(variable is None)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("Choose a Folder"), self._line.text())
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._line.setText)
        dialog.open()


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
