"""Viewing files: from a path to pictures on the screen, told as events.

    show ─▶ displaying ─▶ Opened, first picture ─▶ kept picture? ─▶ Finished
                                                    │ none
            refining ──── preview in full ◀─────────┘
            deciding ──── policy, key, cost ─▶ Finished, or Asking ─▶ generate
            painting ──── Generating ─▶ unfinished pictures ─▶ reconstruction ─▶ Finished

Each line is a crew of threads of its own, so that none waits for what another one takes
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
from gcx_viewer.core import jobs
from gcx_viewer.core.events import Condition, Finished, Listener, Opened
from gcx_viewer.core.opening import open_document
from gcx_viewer.core.viewing import previews
from gcx_viewer.core.viewing.keeping import Keeping
from gcx_viewer.core.viewing.memory import PictureMemory
from gcx_viewer.core.viewing.painting import Painting
from gcx_viewer.core.viewing.stage import Rank, Show, Stage

if TYPE_CHECKING:
    from gcx_format.cache import Variant
    from gcx_format.generate.service import Estimate
    from gcx_format.settings import Settings
    from gcx_viewer.core.document import Document
    from gcx_viewer.core.jobs import Job
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.core.preferences import Preferences
    from gcx_viewer.core.viewing.variants import VariantFacts

__all__ = ["Viewing"]

_MEMORY_BYTES: Final = 256_000_000
"""Of pictures that were decoded and may be wanted again."""

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
    ) -> None:
        """View files; nothing happens before the first `show`.

        Args:
            listener: told of events, from other threads, one at a time.
            preferences: the viewer's own, asked for when they matter.
            settings: of gcx, likewise. None: the user's, with the key from the keyring where no
                other place has one.
        """
        self._stage = Stage(listener)
        self._memory = PictureMemory(_MEMORY_BYTES)
        self._keeping = Keeping(self._stage, self._memory)
        self._settings = settings or _settings_without_keyring
        self._painting = Painting(
            self._stage, self._keeping, preferences, settings or _settings_with_key
        )
        self._opening: Job | None = None
        self._ahead: list[Job] = []
        self._displaying = jobs.Crew("gcx-displaying", 2)
        self._refining = jobs.Crew("gcx-refining", 1)
        self._filing = jobs.Crew("gcx-filing", 1)
        self._preloading = jobs.Crew("gcx-preloading", 1)

    @property
    def ticket(self) -> int:
        """Of the latest `show`; 0 before the first."""
        return self._stage.ticket

    # What the window does

    def show(self, path: Path) -> int:
        """Show a file, in place of the one on screen; also for showing it again as it is now.

        A picture that is being generated for the former file goes on being made, and is kept.

        Returns:
            The ticket that events of this file carry.
        """
        show = self._stage.enter(path)
        if self._opening is not None:
            self._opening.cancel()
        self._display(show)
        return show.ticket

    def generate(
        self,
        *,
        candidates: int | None = None,
        anew: bool = False,
        told: Estimate | None = None,
    ) -> None:
        """Have the picture on screen made by a model: the user has agreed to the cost.

        Args:
            candidates: how many pictures to choose from, those that are kept included; None:
                as the settings say.
            anew: make one more, whatever is kept.
            told: what the user has agreed to; None: what was told last. If it has become dearer
                since, `Asking` follows instead.
        """
        if (show := self._stage.current) is not None:
            self._painting.order(show, candidates, anew, told)

    def cancel(self) -> None:
        """Stop generating the picture on screen."""
        if (show := self._stage.current) is not None:
            self._painting.cancel(show)

    def retry(self) -> None:
        """Do again what failed or was cancelled."""
        show = self._stage.current
        if show is not None and show.again is not None:
            again, show.again = show.again, None
            again()

    def show_variant(self, variant: VariantFacts | Variant) -> None:
        """Show one of the kept pictures of the file on screen; that does not choose it."""
        self._file(self._show_variant, _in_cache(variant))

    def choose(self, variant: VariantFacts | Variant | None) -> None:
        """Make a kept picture the one that is shown, here and everywhere, and show it.

        Args:
            variant: one of the file on screen; None leaves it to gcx again.
        """
        self._file(self._choose, None if variant is None else _in_cache(variant))

    def delete(self, variant: VariantFacts | Variant) -> None:
        """Remove a kept picture of the file on screen for good."""
        self._file(self._delete, _in_cache(variant))

    def variants(self) -> list[VariantFacts]:
        """The kept pictures of the file on screen, the oldest first, as `Kept` last told."""
        show = self._stage.current
        return list(show.kept) if show is not None else []

    def condition(self) -> Picture | None:
        """The visual condition of the file on screen, enlarged as well as it can be, or None.

        If it was not made yet, or the file has none, that is None; where it can be made, a
        `Condition` event brings it later.
        """
        show = self._stage.current
        if show is None or show.document is None or show.undecodable:
            return None
        descriptor = show.document.descriptor
        if descriptor is None or descriptor.visual is None:
            return None
        if show.refined:
            return show.preview
        self._stage.do(self._refining, show, "preview", self._tell_condition)
        return None

    def preload(self, paths: Sequence[Path]) -> None:
        """Decode files that may be wanted next; those of the last call are so no longer."""
        with self._stage.lock:
            for job in self._ahead:
                job.cancel()
            begun = (self._preloading.do(partial(self._preload, path)) for path in paths)
            self._ahead = [job for job in islice(begun, _MOST_PRELOADED) if job is not None]

    def close(self, timeout: float = 5.0) -> bool:
        """Stop everything; no event is told any more.

        Models that are being asked are hung up on, which takes a moment. A picture that has
        arrived is kept before its thread ends, and what it cost is noted.

        Args:
            timeout: seconds to wait for that.

        Returns:
            Whether all threads have ended. Those that have not end on their own.
        """
        self._stage.close()
        self._painting.close()
        ended = jobs.close(
            (
                self._painting.painting,
                self._painting.glancing,
                self._painting.deciding,
                self._painting.ending,
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

    def _display(self, show: Show) -> None:
        self._opening = self._stage.do(self._displaying, show, "opening", self._open)

    def _open(self, show: Show) -> None:
        show.document = document = open_document(show.path)
        if document.data is not None:
            show.hash = _hash(document.data)
        self._stage.tell(Opened(show.ticket, document))
        if document.descriptor is None:
            self._show_photograph(show, document)
        elif not self._show_remembered(show):
            self._show_preview(show)
            self._stage.run(self._displaying, show, "generating", self._look_up)

    def _show_photograph(self, show: Show, document: Document) -> None:
        from gcx_viewer.core import photographs
        from gcx_viewer.core.pictures import Picture

        picture = self._memory.get(_photograph_key(document))
        if picture is None:
            width, height = document.size
            if document.format in ("JPEG", "MPO") and width * height > 2 * _QUICK_PIXELS:
                image = photographs.read(document.path, quickly=_QUICK_PIXELS)
                first = Picture(image, "photograph", full_size=document.size)
                self._stage.put(show, first, Rank.QUICK)
                if not self._stage.is_on(show):
                    return
            picture = self._decode_photograph(document)
        self._stage.put(show, picture, Rank.WHOLE)
        self._stage.tell(Finished(show.ticket))

    def _decode_photograph(self, document: Document) -> Picture:
        from gcx_viewer.core import photographs
        from gcx_viewer.core.pictures import Picture

        picture = Picture(photographs.read(document.path), "photograph")
        self._memory.put(_photograph_key(document), picture)
        return picture

    def _show_remembered(self, show: Show) -> bool:
        """Show the kept picture without a preview before it, if it is in memory."""
        if not self._keeping.may_be_in_memory(show) or self._painting.is_painting(show):
            return False
        with suppress(GcxError):  # it is met again when looking it up, and told there
            return self._keeping.show_remembered(show, self._settings())
        return False

    def _show_preview(self, show: Show) -> None:
        remembered = self._memory.get(("preview", show.hash))
        show.refined = remembered is not None
        try:
            if remembered is None and previews.takes_long(show.descriptor):
                show.preview = previews.stand_in(show.descriptor)
            else:
                show.preview = remembered or previews.quick(show.descriptor)
        except GcxError as error:
            show.undecodable = True
            show.preview = previews.stand_in(show.descriptor, error)
            self._stage.put(show, show.preview, Rank.QUICK)
            self._stage.fail(show, "preview", error, partial(self._display, show))
        else:
            self._stage.put(show, show.preview, Rank.QUICK)

    def _look_up(self, show: Show) -> None:
        """Show what a model is painting, or has painted; or go on towards asking one."""
        if self._painting.join(show):
            return
        afterwards = self._refine
        try:
            settings = self._settings()
            if self._keeping.show_best(show, settings) or self._painting.show_unkept(show):
                return
            if not show.undecodable:
                afterwards = self._refine_and_decide
            elif _is_paintable_by_words(show, settings):
                self._painting.decide(show)
        finally:
            if show.rank < Rank.PARTIAL and not show.undecodable:
                self._stage.do(self._refining, show, "preview", afterwards)

    # In the refining thread

    def _refine(self, show: Show) -> None:
        """Show the preview as good as it gets."""
        if show.descriptor.visual is not None and not show.refined:
            try:
                picture = self._refined(show)
            except GcxError as error:
                if show.preview is not None and show.preview.kind == "blank":
                    # It says that the condition is being decoded, which holds no longer.
                    show.preview = previews.stand_in(show.descriptor, error)
                    self._stage.put(show, show.preview, Rank.QUICK)
                raise
            self._stage.put(show, picture, Rank.REFINED)

    def _refine_and_decide(self, show: Show) -> None:
        self._refine(show)
        self._painting.decide(show)

    def _refined(self, show: Show) -> Picture:
        key = ("preview", show.hash)
        picture = self._memory.get(key)
        if picture is None:
            picture = previews.refined(show.descriptor)
            self._memory.put(key, picture)
        show.preview, show.refined = picture, True
        return picture

    def _tell_condition(self, show: Show) -> None:
        self._stage.tell(Condition(show.ticket, self._refined(show)))

    # In the filing thread

    def _file(self, job: Callable[..., object], variant: Variant | None) -> None:
        """Do something with a kept picture, one after the other in the order of the clicks."""
        if (show := self._stage.current) is not None and show.hash:
            self._stage.do(self._filing, show, "variants", job, variant)

    def _show_variant(self, show: Show, variant: Variant) -> None:
        self._keeping.show(show, variant, self._settings())

    def _choose(self, show: Show, variant: Variant | None) -> None:
        self._keeping.choose(show, variant, self._settings())

    def _delete(self, show: Show, variant: Variant) -> None:
        if self._keeping.delete(show, variant, self._settings()):
            show.rank = Rank.NOTHING
            self._show_preview(show)
            if not show.undecodable:
                self._stage.do(self._refining, show, "preview", self._refine)

    # In the preloading thread

    def _preload(self, path: Path) -> None:
        if self._stage.closed.is_set():
            return
        with suppress(GcxError):  # it is told when the file is shown
            document = open_document(path)
            if document.data is not None:
                show = Show(0, path, document=document, hash=_hash(document.data))
                self._keeping.preload(show, self._settings())
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


def _is_paintable_by_words(show: Show, settings: Settings) -> bool:
    """Whether to do without a condition whose codec is missing here, as the user allows."""
    from gcx_format.visual import why_not_decodable

    return (
        settings.words_alone
        and show.descriptor.coded_text is not None
        and why_not_decodable(show.descriptor, settings) is not None
    )


def _in_cache(variant: VariantFacts | Variant) -> Variant:
    from gcx_viewer.core.viewing.variants import VariantFacts

    return variant.variant if isinstance(variant, VariantFacts) else variant


def _settings_without_keyring() -> Settings:
    """For what needs no key: unlocking a keyring is not asked for by looking at pictures."""
    from gcx_format.settings import load_settings

    return load_settings()


def _settings_with_key() -> Settings:
    from gcx_viewer.core.configuration import settings_with_key

    return settings_with_key()
