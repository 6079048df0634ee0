"""Many pictures after one another: when to stop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gcx_format.errors import GcxError

__all__ = ["Fuse"]


class Fuse:
    """Ends a batch with the first error that all further pictures would meet too."""

    def __init__(self) -> None:
        """One that is whole."""
        self._blown_by: object | None = None

    @contextmanager
    def around(self, picture: object) -> Iterator[None]:
        """Work on a picture, in any thread.

        Args:
            picture: what to call it.

        Raises:
            GcxError: an earlier one met such an error, so that this one is skipped.
        """
        if self._blown_by is not None:
            raise GcxError(f"skipped: {self._blown_by} failed, and this would fail too")
        try:
            yield
        except GcxError as error:
            if error.stops_batch:
                self._blown_by = self._blown_by or picture
            raise
