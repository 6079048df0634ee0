"""Thumbnails, made on threads of their own and shared with the other programs of the desktop.

The one that was asked for last comes first, for that is what the user is looking at now. Of a
`.gcx` file that a model has painted already, the viewer shows that picture; what other programs
find is made from what is in the file alone. No model is asked for a thumbnail.
"""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import gcx_format
from gcx_format.container import loads
from gcx_format.errors import FormatError, GcxError, InputError
from gcx_format.files import is_gcx, read_bytes
from gcx_viewer.core.thumbnails.files import KeptThumbnail, kept_side, thumbnail_folder
from gcx_viewer.core.workers import Job, WorkerPool, close

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.descriptor import Descriptor
    from gcx_format.settings import Settings

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
        painted: the short name of the kept picture that it shows, or None.
    """

    path: Path
    side: int
    image: Image.Image | None
    painted: str | None = None


Listener = Callable[[Thumbnail], object]
"""Called from threads of the thumbnailer; may convert the pixels there."""


# --- making one --------------------------------------------------------------------------


class _Source:
    """A file that a thumbnail is made of, read once for all that is looked for in it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def coded(self) -> tuple[Descriptor, bytes] | None:
        """What a `.gcx` file holds, its words left undecoded, and its bytes; None of others.

        Raises:
            GcxError: it cannot be read, or is called `.gcx` and is none.
        """
        from gcx_viewer.core.opening import begins_as_gcx

        if not is_gcx(self.path) and not begins_as_gcx(self.path):
            return None
        data = read_bytes(self.path)
        return loads(data, check_words=False), data


def render(path: Path | _Source, side: int) -> tuple[Image.Image, bytes | None]:
    """Make the thumbnail of a file.

    Args:
        path: the file, which may have been read already.
        side: the longer one at most, in pixels.

    Returns:
        The picture, L, RGB or RGBA, and an XMP packet that says how it came to be, or None
        for an ordinary picture.

    Raises:
        GcxError: the file cannot be read, or shown.
    """
    from PIL import Image

    source = path if isinstance(path, _Source) else _Source(path)
    if source.coded is None:
        from gcx_format.pictures import open_picture

        picture = open_picture(source.path, "show", enough=_ENOUGH * side * side)
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        return picture, None

    from gcx_format.provenance import xmp_packet
    from gcx_viewer.core.viewing import previews

    made = previews.quick(source.coded[0], side)  # there may be thousands to make
    assert made.source_type is not None
    tool = f"gcx-viewer {gcx_format.__version__} (preview)"
    return made.image, xmp_packet(made.source_type, tool)


def _painted(source: _Source, side: int, settings: Settings) -> tuple[Image.Image, str] | None:
    """The picture that opening a `.gcx` file shows, small, if a model has painted it.

    Returns:
        The picture, and the short name of the kept one; None where there is none.
    """
    if not is_gcx(source.path):
        return None
    from PIL import Image

    from gcx_viewer.core.viewing.policy import upper_bound
    from gcx_viewer.core.viewing.variants import Variants, default_of

    with suppress(GcxError):  # what is wrong is told when the file is opened
        if source.coded is None:
            return None
        variants = Variants(*source.coded, settings)
        known = default_of(variants.all())
        if known is not None and upper_bound(settings) != "never":
            picture = variants.open(known.variant).image
            picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2)
            return picture, known.id
    return None


# --- making many -------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class _Request:
    path: Path
    side: int


class Thumbnailer:
    """Makes thumbnails on threads of its own: the last that was asked for comes first."""

    def __init__(self, listener: Listener, *, threads: int = 2, folder: Path | None = None) -> None:
        """Be ready for requests.

        Args:
            listener: is told of each thumbnail that was asked for and not forgotten.
            threads: how many are made at once.
            folder: where they are kept; None: where all programs of the desktop keep them.
        """
        self._listener = listener
        self._folder = folder
        # A file system that is gone may keep a thread for ever: the program does not wait for it.
        self._pool = WorkerPool("thumbnails", threads, latest_first=True)
        self._lock = threading.Lock()
        self._waiting: OrderedDict[tuple[Path, int], Job] = OrderedDict()
        self._working: dict[tuple[Path, int], _Request] = {}
        self._failed: OrderedDict[Path, int] = OrderedDict()
        self._known: tuple[float, Settings | None] | None = None

    def request(self, path: Path, side: int) -> None:
        """Ask for a thumbnail of up to 1024 pixels; asked for again, it comes sooner."""
        wanted = path, side
        request = _Request(path, side)
        with self._lock:
            if wanted in self._working or not self._drop(wanted):
                return
            job = self._pool.submit(partial(self._work, request), lambda _: self._tell(request))
            if job is None:
                return
            self._waiting[wanted] = job
            if len(self._waiting) > _MOST_WAITING:
                self._drop(next(iter(self._waiting)))

    def keep_only(self, paths: Collection[Path]) -> set[Path]:
        """Forget the requests for all other files: they have been scrolled away.

        Returns:
            The files that were forgotten.
        """
        with self._lock:
            others = [wanted for wanted in self._waiting if wanted[0] not in paths]
            return {wanted[0] for wanted in others if self._drop(wanted)}

    def forget(self, path: Path) -> None:
        """Forget the requests for a file, and that it could not be shown: it has changed."""
        with self._lock:
            for wanted in [wanted for wanted in self._waiting if wanted[0] == path]:
                self._drop(wanted)
                self._waiting.pop(wanted, None)  # where it has just begun
            for wanted in [wanted for wanted in self._working if wanted[0] == path]:
                del self._working[wanted]
            self._failed.pop(path, None)

    def close(self, timeout: float = 5.0) -> None:
        """Forget everything and end the threads; one that is in a file finishes that first."""
        with self._lock:
            self._waiting.clear()
            self._working.clear()
        close([self._pool], timeout)

    def _drop(self, wanted: tuple[Path, int]) -> bool:
        """Take a request back; False if it has just begun."""
        job = self._waiting.get(wanted)
        if job is not None and not job.cancel():
            return False
        self._waiting.pop(wanted, None)
        return True

    def _work(self, request: _Request) -> None:
        wanted = request.path, request.side
        with self._lock:
            if self._waiting.pop(wanted, None) is None:
                return  # it was forgotten at this very moment
            self._working[wanted] = request
        self._make(request)
        self._tell(request)  # of no effect if it was told

    def _make(self, request: _Request) -> None:
        """Find a thumbnail or make it, and tell of it before it is written to the disk."""
        path = request.path
        try:
            status = path.stat()
        except (OSError, ValueError):  # ValueError: a name with a NUL in it
            return
        modified = status.st_mtime_ns
        if self._failed.get(path) == modified:
            return
        source = _Source(path)
        settings = self._settings()
        if settings and (found := _painted(source, request.side, settings)) is not None:
            self._tell(request, *found)
            return
        folder = self._folder or thumbnail_folder()
        second = modified // 1_000_000_000
        kept = KeptThumbnail(path, second, status.st_size, kept_side(request.side), folder)
        if (image := kept.read()) is not None:
            self._tell(request, image)
            return
        if kept.has_failed():
            self._remember_failure(path, modified)
            return
        try:
            image, xmp = render(source, kept.side)
        except (FormatError, InputError):
            self._remember_failure(path, modified)
            self._tell(request)
            if os.access(path, os.R_OK):  # else nothing may be wrong with what is in it
                kept.write_failure()
            return
        except GcxError:  # a codec that is not installed, or memory: what may be there later
            return
        self._tell(request, image)
        if folder not in path.parents:  # no thumbnails of thumbnails
            kept.write(image, xmp)

    def _settings(self) -> Settings | None:
        """The settings as they were within the last second; reading them takes a while."""
        from gcx_format.settings import load_settings

        now = time.monotonic()
        if self._known is None or now > self._known[0] + 1:
            try:
                self._known = now, load_settings()
            except GcxError:
                self._known = now, None
        return self._known[1]

    def _remember_failure(self, path: Path, modified: int) -> None:
        with self._lock:
            self._failed[path] = modified
            if len(self._failed) > _MOST_FAILURES:
                self._failed.popitem(last=False)

    def _tell(
        self, request: _Request, image: Image.Image | None = None, painted: str | None = None
    ) -> None:
        """Tell what became of a request, once, unless it was forgotten."""
        path, side = request.path, request.side
        with self._lock:
            if self._working.get((path, side)) is not request:
                return
            del self._working[path, side]
        if image is not None and max(image.size) > side:
            from PIL import Image as Pillow

            image = image.copy()  # the larger one is kept
            image.thumbnail((side, side), Pillow.Resampling.LANCZOS)
        self._listener(Thumbnail(path, side, image, painted))
