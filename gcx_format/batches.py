"""When to stop a batch of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gcx_format.errors import GcxError

__all__ = ["Fuse"]


class Fuse:
    """Ends a batch with the first error that all further pictures would meet too."""

    def __init__(self) -> None:
        self._blown_by: object | None = None

    @contextmanager
    def around(self, picture: object) -> Iterator[None]:
        """Work on a picture, in any thread; after such an error, raise `GcxError` instead."""
        if self._blown_by is not None:
            raise GcxError(f"skipped: {self._blown_by} failed, and this would fail too")
        try:
            yield
        except GcxError as error:
            if error.stops_batch:
                self._blown_by = self._blown_by or picture
            raise
