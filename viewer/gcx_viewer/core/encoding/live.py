"""What a photograph would become, told while the user still chooses.

Searching for the best visual condition takes a second or two, so what has been coded is kept, a
change is waited out before a search begins, and a search begins with the one scale that is
likely to be best: that picture is shown, marked as not final, while the others are tried.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from gcx_format.errors import ArgumentError, GcxError
from gcx_viewer.core.encoding.coding import (
    PREVIEW_SIDE,
    Encoded,
    EncodeOptions,
    encode_photograph,
    fault_in_words,
    likely_scale,
    preview,
    words_bytes,
)
from gcx_viewer.core.encoding.sources import (
    Photograph,
    Source,
    open_photograph,
    reduced,
)
from gcx_viewer.core.workers import Job, WorkerPool, close

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.descriptor import CodedVisual

__all__ = ["Coded", "Counted", "Live", "LiveEvent", "Loaded", "NotCoded"]

_PAUSE: Final = 0.25
"""Seconds without a change after which a search begins: between two key strokes is less."""

_KEPT: Final = 32
"""Visual conditions of one photograph that are kept; each takes a few hundred bytes."""


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """The photograph is open; told with every request, for the one before may not have come to it.

    Attributes:
        original: the photograph, as large as a window needs it; the same picture as before
            where the photograph is the same.
    """

    ticket: int
    photograph: Photograph
    original: Image.Image


@dataclass(frozen=True, slots=True)
class Counted:
    """What the words take, in bytes."""

    ticket: int
    words: int


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """What the photograph becomes.

    Attributes:
        encoded: its descriptor and what that takes.
        preview: what it shows without a model.
        is_final: whether a better visual condition is no longer searched for.
    """

    ticket: int
    encoded: Encoded
    preview: Image.Image
    is_final: bool


@dataclass(frozen=True, slots=True)
class NotCoded:
    """The photograph cannot be read, or not be encoded with these options."""

    ticket: int
    error: GcxError


LiveEvent = Loaded | Counted | Coded | NotCoded


@dataclass(frozen=True, slots=True)
class _Request:
    ticket: int
    source: Source
    text: str
    options: EncodeOptions


class Live:
    """Encodes the photograph at hand, with the options at hand, in a thread of its own.

    Only the latest request counts: one that is overtaken ends without a word.
    """

    def __init__(self, listener: Callable[[LiveEvent], object]) -> None:
        """Ready for requests.

        Args:
            listener: called from the thread, one event at a time; it must return at once.
        """
        self._listener = listener
        self._changed = threading.Condition()
        self._waiting: Job | None = None
        self._ticket = 0
        self._closed = False
        self._pool = WorkerPool("gcx live")
        self._photograph: Photograph | None = None
        self._original: Image.Image | None = None
        self._conditions: OrderedDict[tuple[object, ...], CodedVisual] = OrderedDict()
        self._shown: tuple[CodedVisual, Image.Image] | None = None

    def request(self, source: Source, text: str, options: EncodeOptions) -> int:
        """Encode this now, whatever was asked for before; returns at once.

        Returns:
            The ticket that the events of this request carry.
        """
        with self._changed:
            self._overtake()
            request = _Request(self._ticket, source, text, options)
            self._waiting = self._pool.submit(
                partial(self._encode, request),
                lambda error: self._tell(request, NotCoded(request.ticket, error)),
            )
            return self._ticket

    def forget(self) -> None:
        """Take back the last request, and let go of the photograph."""
        with self._changed:
            self._overtake()

    def close(self, timeout: float = 10.0) -> None:
        """Take no more requests, and wait until the thread has ended."""
        with self._changed:
            self._closed = True
            self._overtake()
        close([self._pool], timeout)

    def _overtake(self) -> None:
        """Let what was requested before come to nothing."""
        self._ticket += 1
        if self._waiting is not None:
            self._waiting.cancel()
        self._changed.notify_all()

    def _encode(self, request: _Request) -> None:
        photograph, original = self._photograph, self._original
        if photograph is None or original is None or photograph.source is not request.source:
            self._photograph = self._original = None
            self._conditions.clear()
            photograph = open_photograph(request.source)
            original = reduced(photograph.image, PREVIEW_SIDE)
            self._photograph, self._original = photograph, original
        self._tell(request, Loaded(request.ticket, photograph, original))
        text, options = request.text, request.options
        if fault := fault_in_words(text):
            raise ArgumentError(f"the text {fault}")
        in_words = words_bytes(text)
        self._tell(request, Counted(request.ticket, in_words))
        what: tuple[object, ...] = (
            options.visual,
            options.quality,
            options.visual_bytes,
            options.bpp,
        )
        if options.bpp is not None:  # what the rest takes, the condition cannot have
            what += (options.words, in_words, options.keep_checksum)
        known = self._conditions.get(what)
        if options.visual != "none" and known is None:
            if self._is_overtaken(request, _PAUSE):
                return
            scale = likely_scale(photograph, options)
            if scale is not None:
                try:
                    quick = encode_photograph(photograph, text, options, scale=scale)
                except GcxError:
                    pass  # no picture of that scale fits; another may
                else:
                    self._show(request, quick, is_final=False)
            if self._is_overtaken(request):
                return
        encoded = encode_photograph(photograph, text, options, visual=known)
        if encoded.descriptor.visual is not None:
            self._conditions[what] = encoded.descriptor.visual
            while len(self._conditions) > _KEPT:
                self._conditions.popitem(last=False)
        self._show(request, encoded, is_final=True)

    def _show(self, request: _Request, encoded: Encoded, *, is_final: bool) -> None:
        """Tell what came out, with the picture that it shows; the last one is kept."""
        visual = encoded.descriptor.visual
        if visual is not None and self._shown is not None and self._shown[0] is visual:
            picture = self._shown[1]
        else:
            picture = preview(encoded.descriptor)
            self._shown = None if visual is None else (visual, picture)
        self._tell(request, Coded(request.ticket, encoded, picture, is_final))

    def _is_overtaken(self, request: _Request, seconds: float = 0.0) -> bool:
        """Whether there is a newer request, or comes within some seconds."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._closed or self._ticket != request.ticket, seconds
            )

    def _tell(self, request: _Request, event: LiveEvent) -> None:
        if not self._is_overtaken(request):
            self._listener(event)
