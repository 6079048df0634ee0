"""When to stop a batch of pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from gcx_format.errors import GcxError

__all__ = ["Fuse", "SkippedError"]


class SkippedError(GcxError):
    """A picture was not tried, since an error before would have met it too.

    Attributes:
        cause: that error.
    """

    cause: GcxError


class Fuse:
    """Ends a batch with the first error that all further pictures would meet too."""

    def __init__(self) -> None:
        self._blown_by: tuple[object, GcxError] | None = None

    @contextmanager
    def around(self, picture: object) -> Iterator[None]:
        """Work on a picture, in any thread; after such an error, raise `SkippedError` instead."""
        if self._blown_by is not None:
            first, cause = self._blown_by
            skipped = SkippedError(f"skipped: {first} failed, and this would fail too")
            skipped.cause = cause
            raise skipped
        try:
            yield
        except GcxError as error:
            if error.stops_batch:
                self._blown_by = self._blown_by or (picture, error)
            raise
