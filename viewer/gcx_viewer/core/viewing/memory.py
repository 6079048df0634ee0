"""Pictures that were decoded, kept in memory as long as there is room."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gcx_viewer.core.pictures import Picture

__all__ = ["PictureMemory"]


class PictureMemory:
    """Pictures by key; the least recently used make room. For all threads."""

    def __init__(self, max_bytes: int) -> None:
        """Make one.

        Args:
            max_bytes: what the pixels may take together. A picture larger than that is not kept.
        """
        self._max_bytes = max_bytes
        self._pictures: OrderedDict[Hashable, Picture] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    @property
    def bytes(self) -> int:
        """What the pixels take together."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._pictures)

    def get(self, key: Hashable) -> Picture | None:
        """The picture of a key, which counts as used now, or None."""
        with self._lock:
            picture = self._pictures.get(key)
            if picture is not None:
                self._pictures.move_to_end(key)
            return picture

    def put(self, key: Hashable, picture: Picture) -> None:
        """Keep a picture, in place of another one of this key."""
        with self._lock:
            before = self._pictures.pop(key, None)
            if before is not None:
                self._bytes -= before.bytes
            if picture.bytes > self._max_bytes:
                return
            self._pictures[key] = picture
            self._bytes += picture.bytes
            while self._bytes > self._max_bytes:
                _, oldest = self._pictures.popitem(last=False)
                self._bytes -= oldest.bytes

    def clear(self) -> None:
        with self._lock:
            self._pictures.clear()
            self._bytes = 0
