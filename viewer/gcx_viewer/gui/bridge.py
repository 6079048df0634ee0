"""From the core's threads to the window's: events go through one signal."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal

from gcx_viewer.core.events import Event

__all__ = ["Bridge"]


class Bridge(QObject):
    """A listener for the core that passes events on as a signal.

    Connect it to a method of a `QObject`: Qt then calls that in the object's own thread. An
    exception must not leave such a method, and no event may reach a window that is gone: the
    core is closed first, then the signal disconnected.
    """

    happened = pyqtSignal(object)

    def __call__(self, event: Event) -> None:
        """Pass an event on; called from any thread, returns at once."""
        self.happened.emit(event)
