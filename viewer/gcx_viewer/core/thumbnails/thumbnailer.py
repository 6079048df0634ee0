"""Thumbnails, made on threads of their own and shared with the other programs of the desktop.

The one that was asked for last comes first, for that is what the user is looking at now. The
thumbnail of a `.gcx` file is made from what is in the file alone, and never by a model.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import gcx_format
from gcx_format.errors import FormatError, GcxError, InputError
from gcx_format.pictures import open_picture
from gcx_viewer.core.thumbnails.files import KeptThumbnail, kept_side, thumbnail_folder

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Listener", "Thumbnail", "Thumbnailer", "render"]

_MOST_WAITING: Final = 1000
_MOST_FAILURES: Final = 10_000

_ENOUGH: Final = 4
"""Pixels decoded for a pixel of the thumbnail, at least, where the format lets one choose."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """What became of a request.

    Attributes:
        path: the file.
        side: that was asked for.
        image: L, RGB or RGBA, neither side above that; None where the file cannot be shown.
    """

    path: Path
    side: int
    image: Image.Image | None


Listener = Callable[[Thumbnail], object]
"""Called from threads of the thumbnailer; may convert the pixels there."""


# --- making one --------------------------------------------------------------------------


def render(path: Path, side: int) -> tuple[Image.Image, bytes | None]:
    """Make the thumbnail of a file.

    Args:
        path: the file.
        side: the longer one at most, in pixels.

    Returns:
        The picture, L, RGB or RGBA, and an XMP packet that says how it came to be, or None
        for an ordinary picture.

    Raises:
        GcxError: the file cannot be read, or shown.
    """
    from PIL import Image

    from gcx_viewer.core.opening import open_document

    descriptor = open_document(path).descriptor
    if descriptor is None:
        picture = open_picture(path, "show", enough=_ENOUGH * side * side)
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        return picture, None

    from gcx_format.provenance import xmp_packet
    from gcx_viewer.core.viewing import previews

    made = previews.quick(descriptor, side)  # there may be thousands to make
    assert made.source_type is not None
    tool = f"gcx-viewer {gcx_format.__version__} (preview)"
    return made.image, xmp_packet(made.source_type, tool)


# --- making many -------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class _Job:
    """A request that a thread is at work on."""

    path: Path
    side: int


class Thumbnailer:
    """Makes thumbnails on threads of its own: the last that was asked for comes first."""

    def __init__(self, listener: Listener, *, threads: int = 2, folder: Path | None = None) -> None:
        """Be ready; threads are started by the first requests.

        Args:
            listener: is told of each thumbnail that was asked for and not forgotten.
            threads: how many are made at once.
            folder: where they are kept; None: where all programs of the desktop keep them.
        """
        self._listener = listener
        self._most_threads = threads
        self._folder = folder
        self._changed = threading.Condition()
        self._waiting: OrderedDict[tuple[Path, int], None] = OrderedDict()
        self._working: dict[tuple[Path, int], _Job] = {}
        self._failed: OrderedDict[Path, int] = OrderedDict()
        self._threads: list[threading.Thread] = []
        self._closed = False

    def request(self, path: Path, side: int) -> None:
        """Ask for a thumbnail; one that was asked for already comes sooner now.

        Args:
            path: the file.
            side: the longer one at most, in pixels, up to 1024.
        """
        wanted = path, side
        with self._changed:
            if self._closed or wanted in self._working:
                return
            self._waiting[wanted] = None
            self._waiting.move_to_end(wanted)
            if len(self._waiting) > _MOST_WAITING:
                self._waiting.popitem(last=False)
            if len(self._threads) < min(self._most_threads, len(self._waiting)):
                thread = threading.Thread(
                    target=self._work,
                    name="thumbnails",
                    daemon=True,  # a file system that is gone may keep it for ever
                )
                self._threads.append(thread)
                thread.start()
            self._changed.notify()

    def keep_only(self, paths: Collection[Path]) -> set[Path]:
        """Forget the requests for all other files: they have been scrolled away.

        Returns:
            The files that were forgotten.
        """
        with self._changed:
            forgotten = [wanted for wanted in self._waiting if wanted[0] not in paths]
            for wanted in forgotten:
                del self._waiting[wanted]
        return {path for path, _ in forgotten}

    def forget(self, path: Path) -> None:
        """Forget the requests for a file, and that it could not be shown: it has changed."""
        with self._changed:
            for requests in (self._waiting, self._working):
                for wanted in [wanted for wanted in requests if wanted[0] == path]:
                    del requests[wanted]
            self._failed.pop(path, None)

    def close(self, timeout: float = 5.0) -> None:
        """Forget everything and end the threads; one that is in a file finishes that first."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout)

    def _work(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed)
                if self._closed:
                    return
                wanted, _ = self._waiting.popitem()
                job = self._working[wanted] = _Job(*wanted)
            with contextlib.suppress(Exception):  # of a library: the thread has more to do
                self._make(job)
            self._tell(job, None)  # of no effect if it was told

    def _make(self, job: _Job) -> None:
        """Find a thumbnail or make it, and tell of it before it is written to the disk."""
        path = job.path
        try:
            status = path.stat()
        except (OSError, ValueError):  # ValueError: a name with a NUL in it
            return
        modified = status.st_mtime_ns
        if self._failed.get(path) == modified:
            return
        folder = self._folder or thumbnail_folder()
        second = modified // 1_000_000_000
        kept = KeptThumbnail(path, second, status.st_size, kept_side(job.side), folder)
        if (image := kept.read()) is not None:
            self._tell(job, image)
            return
        if kept.has_failed():
            self._remember_failure(path, modified)
            return
        try:
            image, xmp = render(path, kept.side)
        except (FormatError, InputError):
            self._remember_failure(path, modified)
            self._tell(job, None)
            if os.access(path, os.R_OK):  # else nothing may be wrong with what is in it
                kept.write_failure()
            return
        except GcxError:  # a codec that is not installed, or memory: what may be there later
            return
        self._tell(job, image)
        if folder not in path.parents:  # no thumbnails of thumbnails
            kept.write(image, xmp)

    def _remember_failure(self, path: Path, modified: int) -> None:
        with self._changed:
            self._failed[path] = modified
            if len(self._failed) > _MOST_FAILURES:
                self._failed.popitem(last=False)

    def _tell(self, job: _Job, image: Image.Image | None) -> None:
        """Tell what became of a request, once, unless it was forgotten."""
        with self._changed:
            if self._closed or self._working.get((job.path, job.side)) is not job:
                return
            del self._working[job.path, job.side]
        if image is not None and max(image.size) > job.side:
            from PIL import Image as Pillow

            image = image.copy()  # the larger one is kept
            image.thumbnail((job.side, job.side), Pillow.Resampling.LANCZOS)
        self._listener(Thumbnail(job.path, job.side, image))
