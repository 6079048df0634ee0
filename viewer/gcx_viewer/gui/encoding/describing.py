"""Having a model find the words of a photograph, and what that costs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, pyqtSignal

from gcx_format.errors import CancelledError
from gcx_viewer.core.encoding.batch import cost_of_describing, describe_source
from gcx_viewer.gui.task import Task

if TYPE_CHECKING:
    from decimal import Decimal

    from gcx_format.describe import Description
    from gcx_format.errors import GcxError
    from gcx_viewer.gui.encoding.photographs import Entry

__all__ = ["Describing"]


class Describing(QObject):
    """Describes one photograph at a time, on a thread."""

    ended = pyqtSignal(object)
    """An `Entry` was described, or is not to be any more; its words are the new ones, if any."""

    failed = pyqtSignal(object)
    """It was not, for the reason that a `GcxError` tells; `ended` came before."""

    def __init__(self) -> None:
        super().__init__()
        self._entry: Entry | None = None
        self._cancelled = threading.Event()
        self._asking = Task(name="gcx describing")
        self._counting = Task(name="gcx costs")

    @property
    def entry(self) -> Entry | None:
        return self._entry

    def begin(self, entry: Entry, describer: str | None, *, beside: bool) -> None:
        """Have a photograph described: the user has seen what it costs.

        Args:
            entry: the photograph.
            describer: that is asked.
            beside: whether a visual condition is kept beside the words.
        """
        self._entry = entry
        self._cancelled.clear()
        self._asking.submit(
            partial(
                describe_source,
                entry.source,
                self._cancelled.is_set,
                describer=describer,
                beside=beside,
            ),
            partial(self._take, entry),
            partial(self._take_failure, entry),
        )

    def cancel(self) -> None:
        self._cancelled.set()

    def ask_cost(
        self,
        sizes: Sequence[tuple[int, int]],
        describer: str | None,
        told: Callable[[tuple[Decimal, str]], object],
        failed: Callable[[GcxError], object],
    ) -> None:
        """Find out what describing photographs of some sizes costs, and which model does it."""
        self._counting.submit(partial(cost_of_describing, sizes, describer=describer), told, failed)

    def close(self, timeout: float = 0.0) -> None:
        """Hang up, and tell nothing any more."""
        self.cancel()
        self._counting.close(timeout)
        self._asking.close(timeout)

    def _take(self, entry: Entry, made: Description) -> None:
        self._entry = None
        entry.words = made.text
        entry.found = made.text, made.mark
        self.ended.emit(entry)

    def _take_failure(self, entry: Entry, error: GcxError) -> None:
        self._entry = None
        self.ended.emit(entry)
        if not isinstance(error, CancelledError):
            self.failed.emit(error)
