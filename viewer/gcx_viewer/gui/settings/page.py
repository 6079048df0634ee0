"""What the pages of the settings window have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QFormLayout,
    QGroupBox,
    QLabel,
    QProgressBar,
    QVBoxLayout,
    QWidget,
)

from gcx_viewer.gui.fitting import scrolling
from gcx_viewer.gui.settings.fields import Field, form

if TYPE_CHECKING:
    from gcx_viewer.core.configuration import Configuration
    from gcx_viewer.core.preferences import Preferences

__all__ = ["Gauge", "Page"]


class Page(QWidget):
    """A page with a field for each setting, by its name; it scrolls where the screen is small.

    Attributes:
        fields: of gcx's settings.
        preferences: of the viewer's own.
    """

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        inside = QWidget()
        self.column = QVBoxLayout(inside)
        self.column.setContentsMargins(10, 14, 10, 10)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(scrolling(inside, sideways=True))
        self.column.setSpacing(12)
        self.fields: dict[str, Field] = {}
        self.preferences: dict[str, Field] = {}

    def add_group(self, title: str) -> QFormLayout:
        """A group below those before, whose labels and fields line up on every platform."""
        box = QGroupBox(title)
        self.column.addWidget(box)
        return form(box)

    def add_setting(self, rows: QFormLayout, label: str, setting: str, field: Field) -> Field:
        """Let a field show a setting of gcx."""
        self.fields[setting] = field
        return self._add(rows, label, field)

    def add_preference(
        self, rows: QFormLayout, label: str, preferences: Preferences, name: str, field: Field
    ) -> Field:
        """Let a field show one of the viewer's preferences."""
        self.preferences[name] = field
        field.show_value(getattr(preferences, name))
        return self._add(rows, label, field)

    def _add(self, rows: QFormLayout, label: str, field: Field) -> Field:
        field.changed.connect(self.changed)
        rows.addRow(label, field)
        if isinstance(shown := rows.labelForField(field), QLabel):
            shown.setBuddy(field.control)  # a field itself takes no focus from a key
        return field

    def show_configuration(self, found: Configuration) -> None:
        for name, field in self.fields.items():
            field.show_value(getattr(found.settings, name))
            field.set_override(found.overridden.get(name))

    def changes(self) -> dict[str, Any]:
        """What the user made of gcx's settings, where that is something else than holds."""
        return {name: field.value() for name, field in self.fields.items() if field.is_changed()}

    def set_ready(self, ready: bool) -> None:
        for field in self.fields.values():
            field.setEnabled(ready)

    def differs_from(self, preferences: Preferences) -> bool:
        """Whether the user wants other preferences."""
        return any(
            field.value() != getattr(preferences, name) for name, field in self.preferences.items()
        )

    def store(self, preferences: Preferences) -> None:
        """Change the preferences to what the user wants."""
        for name, field in self.preferences.items():
            setattr(preferences, name, field.value())


class Gauge(QWidget):
    """How much of a limit is used, in words and as a bar."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.label = QLabel(self.tr("Looking…"))
        self.label.setTextFormat(Qt.TextFormat.PlainText)
        self.label.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setMaximumHeight(8)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(name)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.label)
        column.addWidget(self.bar)

    def show_part(self, text: str, used: float = 0.0, limit: float = 0.0) -> None:
        """Say it, and show how much of the limit it is; without one, anything is all of it."""
        self.label.setText(text)
        part = used / limit if limit else float(used > 0)
        self.bar.setValue(min(1000, round(1000 * part)))
