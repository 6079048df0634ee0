"""Viewing files: from a path to pictures on the screen, told as events.

    show ─▶ displaying ─▶ Opened, first picture ─▶ kept picture? ─▶ Finished
                                                    │ none
            refining ──── preview in full ◀─────────┘ ─▶ sharpened by a local model
            deciding ──── policy, key, cost ─▶ Finished, or ConsentNeeded ─▶ generate
            painting ──── Generating ─▶ unfinished pictures ─▶ reconstruction ─▶ Finished

Each line has a pool of threads of its own, so that none waits for what another one takes
long for: a model for a minute, the user's keyring until it is unlocked. Whatever is not on screen
any more when its turn comes is dropped, except for pictures that are being paid for.

What the first picture needs is imported here; whatever else, only once it is needed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gcx_format.errors import GcxError
from gcx_viewer.core import workers
from gcx_viewer.core.events import ConditionReady, Finished, Listener, Opened
from gcx_viewer.core.opening import open_document
from gcx_viewer.core.viewing import previews
from gcx_viewer.core.viewing.cached_pictures import CachedPictures
from gcx_viewer.core.viewing.controller import GenerationController
from gcx_viewer.core.viewing.memory import PictureMemory
from gcx_viewer.core.viewing.session import Rank, SessionHost, ViewSession

if TYPE_CHECKING:
    from gcx_format.cache import Variant
    from gcx_format.pipeline import Estimate
    from gcx_format.settings import Settings
    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.core.preferences import Preferences
    from gcx_viewer.core.viewing.variants import VariantInfo
    from gcx_viewer.core.workers import Job

__all__ = ["Viewing"]

_MEMORY_BYTES: Final = 150_000_000
"""Of pictures that were decoded and may be wanted again: both neighbours, if they have 24
megapixels."""

_QUICK_PIXELS: Final = 1 << 21
"""Of a photograph that is shown before all of it is decoded."""

_MOST_PRELOADED: Final = 20


class Viewing:
    """One window's worth of viewing: at most one file on screen.

    All methods but `close` return at once, and all may be called from any thread; what comes of
    them is told to the listener.
    """

    def __init__(
        self,
        listener: Listener,
        preferences: Callable[[], Preferences],
        settings: Callable[[], Settings] | None = None,
        first: workers.FirstPicture | None = None,
    ) -> None:
        """View files; nothing happens before the first `show`.

        Args:
            listener: told of events, from other threads, one at a time.
            preferences: the viewer's own, asked for when they matter.
            settings: of gcx, likewise. None: the user's, with the key from the keyring where no
                other place has one.
            first: what is not needed for a preview waits for it.
        """
        self._first = first
        self._host = SessionHost(listener)
        self._memory = PictureMemory(_MEMORY_BYTES)
        self._cached = CachedPictures(self._host, self._memory)
        self._settings = settings or _settings_without_keyring
        self._controller = GenerationController(
            self._host, self._cached, preferences, settings or _settings_with_key, self._go_back
        )
        self._opening: Job | None = None
        self._ahead: list[Job] = []
        self._displaying = workers.WorkerPool("gcx-displaying", 2)
        self._refining = workers.WorkerPool("gcx-refining", 1)
        self._filing = workers.WorkerPool("gcx-filing", 1)
        self._preloading = workers.WorkerPool("gcx-preloading", 1)

    @property
    def ticket(self) -> int:
        """Of the latest `show`; 0 before the first."""
        return self._host.ticket

    # What the window does

    def show(self, path: Path) -> int:
        """Show a file, in place of the one on screen; also for showing it again as it is now.

        A picture that is being generated for the former file goes on being made, and is kept.

        Returns:
            The ticket that events of this file carry.
        """
        session = self._host.enter(path)
        if self._opening is not None:
            self._opening.cancel()
        self._display(session)
        return session.ticket

    def leave(self) -> None:
        """Show no file any more."""
        self._host.leave()

    def generate(
        self,
        *,
        candidates: int | None = None,
        force_new: bool = False,
        quoted: Estimate | None = None,
    ) -> None:
        """Have the picture on screen made by a model: the user has agreed to the cost.

        Args:
            candidates: how many pictures to choose from, those that are kept included; None:
                as the settings say.
            force_new: make one more, whatever is kept.
            quoted: the cost that the user has agreed to; None: what was told last. If the price has
                risen since, `ConsentNeeded` follows instead.
        """
        if (session := self._host.current) is not None:
            self._controller.generate(session, candidates, force_new, quoted)

    def cancel(self) -> None:
        if (session := self._host.current) is not None:
            self._controller.cancel(session)

    def retry(self) -> None:
        """Do again what failed or was cancelled."""
        session = self._host.current
        if session is not None and session.again is not None:
            again, session.again = session.again, None
            again()

    def show_variant(self, variant: VariantInfo | Variant) -> None:
        """Show one of the kept pictures of the file on screen; that does not choose it."""
        self._file(self._show_variant, _in_cache(variant))

    def choose(self, variant: VariantInfo | Variant | None) -> None:
        """Show a kept picture from now on, here and everywhere; None leaves the choice to gcx."""
        self._file(self._choose, None if variant is None else _in_cache(variant))

    def delete(self, variant: VariantInfo | Variant) -> None:
        """Remove a kept picture of the file on screen for good."""
        self._file(self._delete, _in_cache(variant))

    def variants(self) -> list[VariantInfo]:
        """The kept pictures of the file on screen, the oldest first, as last told."""
        session = self._host.current
        return list(session.kept) if session is not None else []

    def condition(self) -> Picture | None:
        """The visual condition of the file on screen, enlarged as well as it can be, or None.

        If it was not made yet, or the file has none, that is None; where it can be made, a
        `ConditionReady` event brings it later.
        """
        session = self._host.current
        if session is None or session.document is None or session.undecodable:
            return None
        descriptor = session.document.descriptor
        if descriptor is None or descriptor.visual is None:
            return None
        if session.refined:
            return session.preview
        self._host.do(self._refining, session, "preview", self._tell_condition)
        return None

    def preload(self, paths: Sequence[Path]) -> None:
        """Decode files that may be wanted next; those of the last call are so no longer."""
        with self._host.lock:
            for job in self._ahead:
                job.cancel()
            begun = (self._preloading.submit(partial(self._preload, path)) for path in paths)
            self._ahead = [job for job in islice(begun, _MOST_PRELOADED) if job is not None]

    @property
    def paid_for(self) -> int:
        """How many pictures are on their way that cost something, on screen or not."""
        return self._controller.paid_for

    def wait_for_painted(self) -> list[tuple[Document, Picture]]:
        """Wait until all is painted that `close` let be finished.

        Returns:
            The pictures that could not be kept, each with its file.
        """
        self._controller.painting.join()
        return self._controller.lost

    def close(self, timeout: float = 5.0, *, finish: bool = False) -> bool:
        """Stop everything; no event is told any more.

        Models that are being asked are hung up on, which takes a moment. A picture that has
        arrived is kept before its thread ends, and what it cost is noted.

        Args:
            timeout: seconds to wait for that.
            finish: let what is being painted be painted and kept, for which the program waits
                as it ends.

        Returns:
            Whether all threads have ended. Those that have not end on their own.
        """
        self._host.close()
        if not finish:
            self._controller.close()
        ended = workers.close(
            (
                *(() if finish else (self._controller.painting,)),
                self._controller.glancing,
                self._controller.deciding,
                self._controller.ending,
                self._displaying,
                self._refining,
                self._filing,
                self._preloading,
            ),
            timeout,
        )
        self._memory.clear()
        return ended

    # In the displaying threads

    def _display(self, session: ViewSession) -> None:
        self._opening = self._host.do(self._displaying, session, "opening", self._open)

    def _open(self, session: ViewSession) -> None:
        session.document = document = open_document(session.path)
        if document.data is not None:
            session.hash = _hash(document.data)
        self._host.tell(Opened(session.ticket, document))
        if document.descriptor is None:
            self._show_photograph(session, document)
        elif not self._show_remembered(session):
            self._show_preview(session)
            if self._first is not None:
                self._first.wait()
            self._host.run(self._displaying, session, "generating", self._look_up)

    def _show_photograph(self, session: ViewSession, document: Document) -> None:
        from gcx_format.pictures import open_picture
        from gcx_viewer.core.pictures import Picture

        picture = self._memory.get(_photograph_key(document))
        if picture is None:
            width, height = document.size
            if document.format in ("JPEG", "MPO") and width * height > 2 * _QUICK_PIXELS:
                image = open_picture(document.path, "show", enough=_QUICK_PIXELS)
                first = Picture(image, "photograph", full_size=document.size)
                self._host.put(session, first, Rank.QUICK)
                if not self._host.is_on(session):
                    return
            picture = self._decode_photograph(document)
        self._host.put(session, picture, Rank.WHOLE)
        self._host.tell(Finished(session.ticket))

    def _decode_photograph(self, document: Document) -> Picture:
        from gcx_format.pictures import open_picture
        from gcx_viewer.core.pictures import Picture

        picture = Picture(open_picture(document.path, "show"), "photograph")
        self._memory.put(_photograph_key(document), picture)
        return picture

    def _show_remembered(self, session: ViewSession) -> bool:
        """Show the kept picture without a preview before it, if it is in memory."""
        if not self._cached.may_be_in_memory(session) or self._controller.is_painting(session):
            return False
        with suppress(GcxError):  # it is met again when looking it up, and told there
            return self._cached.show_remembered(session, self._settings())
        return False

    def _show_preview(self, session: ViewSession) -> None:
        remembered = self._memory.get(("preview", session.hash))
        session.refined = remembered is not None
        try:
            if remembered is None and previews.takes_long(session.descriptor):
                session.preview = previews.stand_in(session.descriptor)
            else:
                session.preview = remembered or previews.quick(session.descriptor)
        except GcxError as error:
            session.undecodable = True
            session.preview = previews.stand_in(session.descriptor, error)
            self._host.put(session, session.preview, Rank.QUICK)
            self._host.fail(session, "preview", error, partial(self._display, session))
        else:
            self._host.put(session, session.preview, Rank.QUICK)

    def _look_up(self, session: ViewSession) -> None:
        """Show what a model is painting, or has painted; or go on towards asking one."""
        if self._controller.join(session):
            return
        afterwards = self._refine
        try:
            settings = self._settings()
            if self._cached.show_best(session, settings) or self._controller.show_unkept(session):
                return
            if not session.undecodable:
                afterwards = self._refine_and_decide
            elif _is_paintable_by_words(session, settings):
                self._controller.decide(session)
        finally:
            if session.rank < Rank.PARTIAL and not session.undecodable:
                self._host.do(self._refining, session, "preview", afterwards)

    # In the refining thread

    def _refine(self, session: ViewSession) -> None:
        """Show the preview as good as it gets."""
        if session.descriptor.visual is not None and not session.refined:
            try:
                picture = self._refined(session)
            except GcxError as error:
                if session.preview is not None and session.preview.kind == "blank":
                    # It says that the condition is being decoded, which holds no longer.
                    session.preview = previews.stand_in(session.descriptor, error)
                    self._host.put(session, session.preview, Rank.QUICK)
                raise
            self._host.put(session, picture, Rank.REFINED)

    def _refine_and_decide(self, session: ViewSession) -> None:
        self._refine(session)
        self._controller.decide(session)
        # Later, since the picture may have to be painted at once.
        self._host.do(self._refining, session, "preview", self._enhance)

    def _refine_and_enhance(self, session: ViewSession) -> None:
        self._refine(session)
        self._enhance(session)

    def _enhance(self, session: ViewSession) -> None:
        """Show what a local model makes of the visual condition, until something is painted."""

        def is_unwanted() -> bool:
            return session.rank >= Rank.PARTIAL or not self._host.is_on(session)

        if session.descriptor.visual is None or is_unwanted():
            return
        settings = self._settings()
        key = ("enhanced", session.hash, settings.generator, repr(settings.generators))
        picture = self._memory.get(key)
        if picture is None:
            with suppress(GcxError):  # the preview is there
                picture = previews.enhanced(session.descriptor, settings, is_unwanted)
        if picture is not None:
            self._memory.put(key, picture)
            self._host.put(session, picture, Rank.ENHANCED)

    def _refined(self, session: ViewSession) -> Picture:
        key = ("preview", session.hash)
        picture = self._memory.get(key)
        if picture is None:
            picture = previews.refined(session.descriptor)
            self._memory.put(key, picture)
        session.preview, session.refined = picture, True
        return picture

    def _tell_condition(self, session: ViewSession) -> None:
        self._host.tell(ConditionReady(session.ticket, self._refined(session)))

    # In the filing thread

    def _file(self, job: Callable[..., object], variant: Variant | None) -> None:
        """Do something with a kept picture, one after the other in the order of the clicks."""
        if (session := self._host.current) is not None and session.hash:
            self._host.do(self._filing, session, "variants", job, variant)

    def _show_variant(self, session: ViewSession, variant: Variant) -> None:
        self._cached.show(session, variant, self._settings())

    def _choose(self, session: ViewSession, variant: Variant | None) -> None:
        self._cached.choose(session, variant, self._settings())

    def _delete(self, session: ViewSession, variant: Variant) -> None:
        if self._cached.delete(session, variant, self._settings()):
            self._go_back(session)

    def _go_back(self, session: ViewSession) -> None:
        """Show the preview again, in place of a picture that is no more or was never finished."""
        with self._host.lock:
            session.rank = Rank.NOTHING
            if session.preview is None:
                self._show_preview(session)
            else:
                self._host.put(session, session.preview, Rank.QUICK)
        if not session.undecodable:
            self._host.do(self._refining, session, "preview", self._refine_and_enhance)

    # In the preloading thread

    def _preload(self, path: Path) -> None:
        if self._host.closed.is_set():
            return
        with suppress(GcxError):  # it is told when the file is shown
            document = open_document(path)
            if document.data is not None:
                session = ViewSession(0, path, document=document, hash=_hash(document.data))
                self._cached.preload(session, self._settings())
            elif self._memory.get(_photograph_key(document)) is None and _is_kept(document):
                self._decode_photograph(document)


def _hash(data: bytes) -> str:
    from gcx_format.cache import descriptor_hash

    return descriptor_hash(data)


def _photograph_key(document: Document) -> Hashable:
    return "photograph", document.path, document.stamp


def _is_kept(document: Document) -> bool:
    """Whether the pixels of a photograph are few enough to be kept for later."""
    width, height = document.size
    return 3 * width * height <= _MEMORY_BYTES


def _is_paintable_by_words(session: ViewSession, settings: Settings) -> bool:
    """Whether to do without a condition whose codec is missing here, as the user allows."""
    from gcx_format.conditions import decoding_obstacle

    return (
        settings.words_alone
        and session.descriptor.coded_text is not None
        and decoding_obstacle(session.descriptor, settings.weight_store) is not None
    )


def _in_cache(variant: VariantInfo | Variant) -> Variant:
    from gcx_viewer.core.viewing.variants import VariantInfo

    return variant.variant if isinstance(variant, VariantInfo) else variant


def _settings_without_keyring() -> Settings:
    """For what needs no key: unlocking a keyring is not asked for by looking at pictures."""
    from gcx_format.settings import load_settings

    return load_settings()


def _settings_with_key() -> Settings:
    from gcx_viewer.core.configuration import settings_to_paint

    return settings_to_paint()
