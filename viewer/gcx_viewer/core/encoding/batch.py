"""Encoding many photographs: one that fails does not stop the others.

What costs money comes as late as it can: a photograph is described only when it is known that it
can be read, that the rest of its descriptor can be made, and that nothing is in its file's place.
An error that every further description would meet too, such as a spent limit, ends the asking.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gcx_format import files
from gcx_format.errors import (
    CancelledError,
    GcxError,
    OutputError,
    OutputExistsError,
    SettingsError,
    UnavailableError,
)
from gcx_viewer.core.configuration import settings_to_describe
from gcx_viewer.core.encoding.coding import EncodeOptions, Estimate, encode_photograph
from gcx_viewer.core.encoding.sources import Source, open_photograph
from gcx_viewer.core.errors import SkippedError
from gcx_viewer.core.workers import WorkerPool

if TYPE_CHECKING:
    from gcx_format.describe import Description
    from gcx_format.pictures import Loss
    from gcx_format.settings import Settings

__all__ = [
    "Batch",
    "BatchEvent",
    "Described",
    "Ended",
    "Failed",
    "Item",
    "Saved",
    "Started",
    "Stopped",
    "cost_of_describing",
    "describe_source",
    "targets",
]

_AT_ONCE: Final = 2
"""Photographs that are in memory at the same time; two cores are nearly always there."""

_POLL_SECONDS: Final = 0.1
"""How often who waits for the key looks whether the batch was cancelled."""


@dataclass(frozen=True, slots=True)
class Item:
    """A photograph to encode.

    Attributes:
        source: the photograph.
        text: its words, or empty: then they come from where the options say.
        target: the file to write, or None where none could be named.
        encoder: what the descriptor keeps about who found the words, or None.
    """

    source: Source
    text: str
    target: Path | None
    encoder: str | None = None


@dataclass(frozen=True, slots=True)
class Started:
    index: int


@dataclass(frozen=True, slots=True)
class Described:
    """A model found words, and was paid for them: they are to be kept, whatever comes."""

    index: int
    text: str
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Saved:
    """The file is written.

    Attributes:
        index: of the photograph.
        path: of the file.
        estimate: what is in it.
        losses: what of the picture was not kept.
    """

    index: int
    path: Path
    estimate: Estimate
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The photograph was not encoded; there is no file, or the one that was there before."""

    index: int
    error: GcxError


@dataclass(frozen=True, slots=True)
class Stopped:
    """The batch was cancelled before the photograph was done."""

    index: int


@dataclass(frozen=True, slots=True)
class Ended:
    """Every photograph has been told of.

    Attributes:
        saved: the files that were written, in the order of the photographs.
        failed: how many photographs were not encoded for an error.
        stopped: how many were not for they were cancelled.
        size: of all files, in bytes.
        usd: what the descriptions cost.
    """

    saved: tuple[Path, ...]
    failed: int
    stopped: int
    size: int
    usd: Decimal


BatchEvent = Started | Described | Saved | Failed | Stopped | Ended


def targets(sources: Sequence[Source], folder: Path | None) -> list[Path | None]:
    """What to call the files, in a folder or (None) beside the photographs.

    A file is called as its photograph but for the extension. Where two would be called the
    same, as for `a.jpg` and `a.png`, they keep the whole names, `a.jpg.gcx` and `a.png.gcx`;
    and where the photographs themselves are called the same, they are numbered.

    Returns:
        A path for each, or None for what was pasted where there is no folder.
    """
    places = [_place(source, folder) for source in sources]
    names = iter(files.names_for([place for place in places if place is not None], files.SUFFIX))
    taken: set[str] = set()
    named: list[Path | None] = []
    for place in places:
        if place is None:
            named.append(None)
            continue
        path = base = next(names)
        number = 1
        while str(path).casefold() in taken:
            number += 1
            path = base.with_name(f"{base.stem} ({number}){files.SUFFIX}")
        taken.add(str(path).casefold())
        named.append(path)
    return named


def _place(source: Source, folder: Path | None) -> Path | None:
    """What would lie where the new file shall, were it a copy."""
    return source.path if folder is None else folder / source.name


def describe_source(
    source: Source,
    cancelled: Callable[[], bool],
    settings: Callable[[], Settings] | None = None,
    describer: str | None = None,
    *,
    beside: bool = False,
) -> Description:
    """Have one photograph described; with a model that takes seconds and costs money.

    Raises:
        GcxError: see `gcx_format.describe.describe`; or the photograph cannot be read.
    """
    from gcx_format.describe import describe

    return describe(
        open_photograph(source).image,
        describer=describer,
        settings=settings_to_describe(describer) if settings is None else settings(),
        cancelled=cancelled,
        beside=beside,
    )


def cost_of_describing(
    sizes: Sequence[tuple[int, int]],
    settings: Callable[[], Settings] | None = None,
    describer: str | None = None,
) -> tuple[Decimal, str]:
    """What describing photographs of these sizes would cost, in US dollars, on the high side.

    Returns:
        The cost, and the model that would be asked.

    Raises:
        SettingsError: a setting makes no sense.
        UnavailableError: the describer is a plug-in that does not load.
    """
    from gcx_format.describe import describer_for, estimate
    from gcx_format.settings import load_settings

    known = (settings or load_settings)()
    total = sum((estimate(size, known, describer) for size in sizes), Decimal(0))
    return total, describer_for(describer, known).model


class Batch:
    """Photographs on their way into files, in threads of their own."""

    def __init__(
        self,
        items: Sequence[Item],
        options: EncodeOptions,
        listener: Callable[[BatchEvent], object],
        *,
        overwrite: bool = False,
        settings: Callable[[], Settings] | None = None,
    ) -> None:
        """A batch that has not begun; see `start`.

        Args:
            items: what to encode, and where to.
            options: what shall be kept of each.
            listener: called from the threads, one event at a time; it must return at once.
            overwrite: whether files that are there already are replaced.
            settings: for describing; asked once, in a thread. None: the user's, with the key.
        """
        self._items = tuple(items)
        self._options = options
        self._listener = listener
        self._overwrite = overwrite
        self._settings_of = settings or partial(settings_to_describe, options.describer)
        self._settings: Settings | None = None
        self._pool = WorkerPool("gcx batch", _AT_ONCE, is_waited_for=True)
        self._asking_for_key = WorkerPool("gcx batch key")
        self._cancelled = threading.Event()
        self._lock = threading.Lock()
        self._asking = threading.Lock()
        self._stopped_by: str | None = None
        self._outcomes: dict[int, Saved | Failed | Stopped] = {}
        self._usd = Decimal(0)

    def start(self) -> None:
        """Begin; returns at once. The last event is `Ended`."""
        for index, item in enumerate(self._items):
            self._pool.submit(partial(self._work, index, item), partial(self._take_failure, index))
        if not self._items:
            self._listener(Ended((), 0, 0, 0, Decimal(0)))

    def cancel(self) -> None:
        """Begin no more photographs, and end those that are waited for; returns at once.

        Where words have been paid for, the file is written all the same.
        """
        self._cancelled.set()

    def wait(self) -> None:
        """Wait until the threads have ended; after `cancel` that takes a second or two."""
        self._pool.join()

    def _work(self, index: int, item: Item) -> None:
        if self._cancelled.is_set():
            raise CancelledError("cancelled")
        self._tell(Started(index))
        self._take(index, self._encode(index, item))

    def _take_failure(self, index: int, error: GcxError) -> None:
        is_cancelled = isinstance(error, CancelledError)
        self._take(index, Stopped(index) if is_cancelled else Failed(index, error))

    def _take(self, index: int, outcome: Saved | Failed | Stopped) -> None:
        with self._lock:
            self._outcomes[index] = outcome
            self._listener(outcome)
            if len(self._outcomes) == len(self._items):
                self._listener(self._summary())

    def _encode(self, index: int, item: Item) -> Saved:
        target = item.target
        if target is None:
            raise OutputError("a pasted picture has no folder; choose one to save it in")
        if not self._overwrite and os.path.lexists(target):
            raise OutputExistsError("it exists already", filename=target)
        photograph = open_photograph(item.source)
        options, text = self._options, item.text.strip()
        if options.words == "metadata" and not text:
            text = photograph.metadata_words or ""
        encoded = encode_photograph(photograph, text, options, encoder=item.encoder)
        if encoded.estimate.words_are_typical:
            made = self._describe(index, item)
            # With a rate for the whole file, the words decide what is left for the condition.
            visual = encoded.descriptor.visual if options.bpp is None else None
            encoded = encode_photograph(
                photograph, made.text, options, visual=visual, encoder=made.mark
            )
        elif self._cancelled.is_set():  # but what was paid for is kept
            raise CancelledError("cancelled")
        files.write(target, encoded.descriptor, overwrite=self._overwrite)
        return Saved(index, target, encoded.estimate, photograph.losses)

    def _describe(self, index: int, item: Item) -> Description:
        with self._asking:
            if self._stopped_by is not None:
                raise SkippedError(f"skipped: {self._stopped_by} failed, and this would fail too")
            try:
                if self._settings is None:
                    self._settings = self._ask_for_settings()
            except CancelledError:
                raise
            except GcxError:
                self._stopped_by = item.source.name
                raise
        settings = self._settings
        try:
            made = describe_source(
                item.source,
                self._cancelled.is_set,
                lambda: settings,
                self._options.describer,
                beside=self._options.visual != "none",
            )
        except GcxError as error:
            if error.stops_batch or isinstance(error, SettingsError | UnavailableError):
                with self._asking:
                    self._stopped_by = self._stopped_by or item.source.name
            raise
        with self._lock:
            self._usd += made.cost_usd
        self._tell(Described(index, made.text, made.cost_usd))
        return made

    def _ask_for_settings(self) -> Settings:
        """The settings, with the key; a keyring that is never unlocked ends with the batch."""
        answer: Future[Settings] = Future()
        self._asking_for_key.submit(
            lambda: answer.set_result(self._settings_of()), answer.set_exception
        )
        while not wait([answer], _POLL_SECONDS).done:
            if self._cancelled.is_set():
                raise CancelledError("cancelled before the key was there")
        return answer.result()

    def _summary(self) -> Ended:
        outcomes = [self._outcomes[index] for index in range(len(self._items))]
        saved = [outcome for outcome in outcomes if isinstance(outcome, Saved)]
        return Ended(
            tuple(outcome.path for outcome in saved),
            sum(isinstance(outcome, Failed) for outcome in outcomes),
            sum(isinstance(outcome, Stopped) for outcome in outcomes),
            sum(outcome.estimate.total for outcome in saved),
            self._usd,
        )

    def _tell(self, event: BatchEvent) -> None:
        with self._lock:
            self._listener(event)
