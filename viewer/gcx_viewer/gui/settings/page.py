"""What the pages of the settings window have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from gcx_viewer.gui.settings.fields import Field

if TYPE_CHECKING:
    from gcx_viewer.core.configuration import Configuration

__all__ = ["Page"]


class Page(QWidget):
    """A page; those of gcx's settings have a field for each, by its name."""

    changed = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(10, 14, 10, 10)
        self.column.setSpacing(12)
        self.fields: dict[str, Field] = {}

    def add_field(self, setting: str, field: Field) -> Field:
        """Let a field show a setting of gcx."""
        self.fields[setting] = field
        field.changed.connect(self.changed)
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
