"""Asking a model for the picture on screen: whether, how far it is, and what came of it.

A picture that is being painted goes on being painted when another file is shown: it is paid for
either way. Whoever comes back to the file is told of it from there on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from gcx_format.errors import (
    CancelledError,
    GcxError,
    MissingKeyError,
    RefusedError,
    ServiceError,
    SpendingLimitError,
)
from gcx_viewer.core.errors import TooLargeError, UnkeptError
from gcx_viewer.core.events import (
    Cancelled,
    ConsentNeeded,
    FailedElsewhere,
    Finished,
    Generating,
    Reason,
    UnderWay,
)
from gcx_viewer.core.viewing.memory import PictureMemory
from gcx_viewer.core.viewing.session import Generation, Rank, SessionHost, ViewSession
from gcx_viewer.core.workers import WorkerPool, as_gcx_error

if TYPE_CHECKING:
    from pathlib import Path

    from gcx_format.pipeline import Estimate
    from gcx_format.settings import Settings
    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.core.preferences import Preferences
    from gcx_viewer.core.viewing.cached_pictures import CachedPictures
    from gcx_viewer.core.viewing.generating import GenerationRequest
    from gcx_viewer.core.viewing.variants import VariantInfo

__all__ = ["GenerationController"]

_AT_ONCE: Final = 4
"""Pictures that are painted at the same time; the fifth waits."""

_TURN_SECONDS: Final = 0.1
"""How often a file whose painting nobody was asked about looks whether it is its turn."""

_UNKEPT_BYTES: Final = 256_000_000
"""Of pictures that could not be kept, in memory."""

_BEFORE: Final = "cancelled before the picture was generated"
_TOO_LARGE: Final = "it has more pixels than are generated"
_LIMIT: Final = "the spending limit allows no more"


class GenerationController:
    """Has pictures painted, for one window.

    Attributes:
        glancing: waits before a model is asked without asking the user: whoever leafs through a
            folder does not want to pay for each picture on the way.
        deciding: reads the key and decides; it may have to wait until the user unlocks a keyring.
        painting: waits for models.
        ending: tells of those that were cancelled before their turn came.
    """

    def __init__(
        self,
        host: SessionHost,
        cached: CachedPictures,
        preferences: Callable[[], Preferences],
        settings: Callable[[], Settings],
        go_back: Callable[[ViewSession], object],
    ) -> None:
        """Have pictures painted.

        Args:
            host: of the file on screen.
            cached: the pictures that are kept.
            preferences: the viewer's own.
            settings: of gcx, with the key.
            go_back: shows the preview again, in place of a picture that will never be finished.
        """
        self._host = host
        self._cached = cached
        self._preferences = preferences
        self._settings = settings
        self._go_back = go_back
        self._under_way: dict[str, Generation] = {}
        self._to_be_asked: set[str] = set()
        """Files, by their hashes, that no model is asked for again without asking the user."""

        self._unasked: dict[Path, str] = {}
        """What a model was asked for without asking the user: the file, and what was in it."""

        self._unkept = PictureMemory(_UNKEPT_BYTES)
        self.lost: list[tuple[Document, Picture]] = []
        """What could not be kept once the window was closed, and of which file it is."""

        self.glancing = WorkerPool("gcx-glancing", 1)
        self.deciding = WorkerPool("gcx-deciding", 1)
        self.painting = WorkerPool("gcx-painting", _AT_ONCE, is_waited_for=True)
        self.ending = WorkerPool("gcx-ending", 1)

    def decide(self, session: ViewSession) -> None:
        """Soon ask a model, or the user, or nobody, as the policy says."""
        self._host.do(self.deciding, session, "generating", self._decide)

    def generate(
        self,
        session: ViewSession,
        candidates: int | None,
        force_new: bool,
        quoted: Estimate | None = None,
    ) -> None:
        """Soon ask a model: the user has agreed, to what they were quoted."""
        with self._host.lock:
            session.agreed = True
            quoted = quoted or (session.quoted_another if force_new else session.quoted)
        consent = Consent(candidates, force_new, quoted)
        self._host.do(self.deciding, session, "generating", self._take_consent, consent)

    def is_painting(self, session: ViewSession) -> bool:
        return session.hash in self._under_way

    def join(self, session: ViewSession) -> bool:
        """From now on tell of what is being painted for this file, if anything is."""
        with self._host.lock:
            generation = self._under_way.get(session.hash)
            if generation is None or generation.cancelled.is_set():
                return False
            if session.generation is not generation:
                generation.session, session.generation = session, generation
                session.agreed = True
                session.rank = min(session.rank, Rank.REFINED)
                self._host.tell(Generating(session.ticket, generation.estimate, generation.started))
                if generation.picture is not None:
                    self._host.put(session, generation.picture, Rank.PARTIAL)
        return True

    def show_unkept(self, session: ViewSession) -> bool:
        """Show what was painted and could not be kept, if there is such a picture."""
        picture = self._unkept.get(session.hash)
        if picture is None:
            return False
        with self._host.lock:
            self._host.put(session, picture, Rank.WHOLE)
            self._tell_unkept(session, ())
        return True

    def cancel(self, session: ViewSession) -> None:
        with self._host.lock:
            session.agreed = False
            generation = session.generation
            if generation is None:
                return
            generation.cancelled.set()
            if generation.job is not None and generation.job.cancel():  # it waited for its turn
                self.ending.submit(partial(self._end, generation, CancelledError(_BEFORE)))

    @property
    def paid_for(self) -> int:
        """How many pictures are on their way that cost something."""
        with self._host.lock:
            found = self._under_way.values()
            return sum(bool(each.estimate.usd) and not each.cancelled.is_set() for each in found)

    def close(self) -> None:
        """Hang up on all models."""
        with self._host.lock:
            for generation in self._under_way.values():
                generation.cancelled.set()

    # In the glancing thread

    def _glance(self, session: ViewSession) -> None:
        """Wait until the file has stood on the screen, and no other is painted unasked."""
        if session.left.wait(self._preferences().paint_after_seconds):
            return
        while any(each.is_unasked for each in list(self._under_way.values())):
            if session.left.wait(_TURN_SECONDS):
                return
        if not session.left.is_set():
            self._host.do(self.deciding, session, "generating", self._decide, True)

    # In the deciding thread

    def _decide(self, session: ViewSession, was_glanced_at: bool = False) -> None:
        from gcx_viewer.core.viewing import generating, policy

        if session.agreed is not None:
            if not session.agreed:
                self._tell_cancelled(session, Consent())
            return
        if not session.can_be_generated:
            self._host.tell(Finished(session.ticket, _TOO_LARGE))
            return
        settings = self._settings()
        decision = policy.decide(session.path, self._preferences(), settings)
        if decision == "never":
            self._host.tell(Finished(session.ticket, "the settings allow no generated pictures"))
        elif decision == "cached-only":
            self._host.tell(Finished(session.ticket, "the policy is to ask no model"))
        elif (obstacle := generating.obstacle(settings, session.descriptor)) is not None:
            no_key = isinstance(obstacle, MissingKeyError)
            reason: Reason = "no key is set" if no_key else "nothing that paints is ready"
            self._host.tell(Finished(session.ticket, reason))
        else:
            self._propose(session, settings, decision, was_glanced_at)

    def _propose(
        self, session: ViewSession, settings: Settings, decision: str, was_glanced_at: bool
    ) -> None:
        """Ask the user; or what is free or agreed to once and for all, soon a model."""
        from gcx_viewer.core.viewing import generating

        estimate = _request_for(session, settings, Consent()).estimate()
        is_to_be_asked = self._is_to_be_asked(session)
        try:
            generating.check_limits(estimate, settings)
        except SpendingLimitError:
            session.quoted = estimate
            self._host.tell(Finished(session.ticket, _LIMIT))
            return
        if is_to_be_asked or (decision == "ask" and estimate.usd):
            self._ask(session, estimate)
        elif was_glanced_at:
            self._unasked[session.path] = session.hash
            self._begin(session, Consent(quoted=session.quoted), is_unasked=True)
        else:
            self._host.do(self.glancing, session, "generating", self._glance)

    def _is_to_be_asked(self, session: ViewSession) -> bool:
        """Whether the user decides, though the policy would let a model be asked.

        So it is where a model was asked to no avail, and where one was asked on its own and the
        file has changed since: a file that is written again and again is not paid for each time.
        """
        is_another = self._unasked.get(session.path, session.hash) != session.hash
        return is_another or session.hash in self._to_be_asked

    def _ask(self, session: ViewSession, estimate: Estimate, force_new: bool = False) -> None:
        with self._host.lock:
            if session.agreed is not None:
                return
            if force_new:
                session.quoted_another = estimate
            else:
                session.quoted = estimate
            self._host.tell(ConsentNeeded(session.ticket, estimate, force_new))

    def _take_consent(self, session: ViewSession, consent: Consent) -> None:
        if session.agreed:
            self._begin(session, consent)
        else:
            self._tell_cancelled(session, consent)

    def _begin(self, session: ViewSession, consent: Consent, *, is_unasked: bool = False) -> None:
        """Have a model asked, and tell so; unless that is not needed, or done already."""
        from gcx_viewer.core.viewing import generating

        if session.document is None or session.document.descriptor is None or self.join(session):
            return
        if not session.can_be_generated:
            raise TooLargeError(_TOO_LARGE)
        settings = self._settings()
        generating.check(settings)
        request = _request_for(session, settings, consent)
        estimate = request.estimate()
        if not estimate.calls and self._cached.show_best(session, settings):
            return
        generating.check_limits(estimate, settings)
        with self._host.lock:
            # All of that took a while, in which much may have happened.
            if not self._host.is_on(session) or self.join(session):
                return
            if session.agreed is False:
                self._tell_cancelled(session, consent)
            elif _is_dearer(estimate, consent):
                session.agreed = None  # to another price
                self._ask(session, estimate, consent.force_new)
            else:
                generation = Generation(session, request, estimate, time.monotonic(), is_unasked)
                self._under_way[session.hash] = generation
                self._tell_under_way()
                self.join(session)
                generation.job = self.painting.submit(partial(self._paint, generation))

    # In the painting threads

    def _paint(self, generation: Generation) -> None:
        """Have a picture made: the one place where money is spent."""

        def show_partial(picture: Picture) -> None:
            with self._host.lock:
                generation.picture = picture
                self._host.put(generation.session, picture, Rank.PARTIAL)

        outcome: Picture | GcxError
        warnings: tuple[str, ...] = ()
        try:
            if generation.cancelled.is_set():
                raise CancelledError(_BEFORE)
            outcome, warnings = generation.request.run(show_partial, generation.cancelled.is_set)
        except Exception as error:
            outcome = as_gcx_error(error)
        self._end(generation, outcome, warnings)

    def _end(
        self, generation: Generation, outcome: Picture | GcxError, warnings: tuple[str, ...] = ()
    ) -> None:
        """Tell what came of asking a model."""
        request = generation.request
        now = _Now(None, None)
        try:
            now = _look(request, best=isinstance(outcome, GcxError))
        except Exception as error:  # what came of it is told all the same
            as_gcx_error(error)
        with self._host.lock:
            session = generation.session
            if self._under_way.get(session.hash) is generation:
                del self._under_way[session.hash]
                self._tell_under_way()
            self._note(session, outcome)
            if session.generation is not generation:  # it was cancelled, and another one begun
                return
            session.generation = None
            picture = now.best if isinstance(outcome, GcxError) else outcome
            if picture is not None:
                self._host.put(session, picture, Rank.WHOLE)
            elif session.rank == Rank.PARTIAL:
                self._go_back(session)
            if now.kept is not None:
                self._cached.tell(session, *now.kept)
            if isinstance(outcome, CancelledError):
                self._tell_cancelled(session, _same_consent(generation))
            elif isinstance(outcome, GcxError):
                again = partial(self.generate, session, *_same_consent(generation))
                self._fail(session, outcome, again)
            elif outcome.variant is None:
                self._tell_unkept(session, warnings)
            else:
                self._host.tell(Finished(session.ticket, warnings=warnings))

    def _note(self, session: ViewSession, outcome: Picture | GcxError) -> None:
        """Keep in mind what must not be paid for again unasked, and what would else be lost."""
        if not isinstance(outcome, GcxError):
            if outcome.variant is None:
                self._unkept.put(session.hash, outcome)
                self._to_be_asked.add(session.hash)
                if self._host.closed.is_set() and session.document is not None:
                    self.lost.append((session.document, outcome))
        elif isinstance(outcome, (CancelledError, RefusedError)) or (
            isinstance(outcome, ServiceError) and outcome.may_have_cost
        ):
            self._to_be_asked.add(session.hash)

    def _tell_under_way(self) -> None:
        paths = frozenset(each.session.path for each in self._under_way.values())
        self._host.tell(UnderWay(self._host.ticket, paths))

    def _tell_unkept(self, session: ViewSession, warnings: tuple[str, ...]) -> None:
        reason = "; ".join(warnings) or "the picture could not be stored"
        self._fail(session, UnkeptError(reason), None)

    def _fail(
        self, session: ViewSession, error: GcxError, again: Callable[[], object] | None
    ) -> None:
        """Tell what went wrong, though the user may be looking at another file by now."""
        self._host.fail(session, "generating", error, again)
        if session.left.is_set():
            self._host.tell(FailedElsewhere(self._host.ticket, session.path, error))

    def _tell_cancelled(self, session: ViewSession, consent: Consent) -> None:
        session.again = partial(self.generate, session, *consent)
        self._host.tell(Cancelled(session.ticket))


class Consent(NamedTuple):
    """What the user or the policy has agreed to.

    Attributes:
        candidates: as `GenerationRequest` has it.
        force_new: likewise.
        quoted: what it costs, as far as anybody was quoted.
    """

    candidates: int | None = None
    force_new: bool = False
    quoted: Estimate | None = None


def _same_consent(generation: Generation) -> Consent:
    """The same once more, at the same price."""
    request = generation.request
    return Consent(request.candidates, request.force_new, generation.estimate)


def _is_dearer(estimate: Estimate, consent: Consent) -> bool:
    """Whether it costs more than the user was quoted: for all, or for each if they say how many."""
    quoted = consent.quoted
    if quoted is None:
        return False
    if consent.candidates is None:
        return estimate.usd > quoted.usd
    return estimate.usd * quoted.calls > quoted.usd * estimate.calls


class _Now(NamedTuple):
    """What there is after a model was asked.

    Attributes:
        best: the picture to show, if it was looked for and there is one.
        kept: all that are kept, and what one more would cost; None where that is not known.
    """

    best: Picture | None
    kept: tuple[list[VariantInfo], Estimate] | None


def _look(request: GenerationRequest, *, best: bool) -> _Now:
    from gcx_viewer.core.viewing.generating import estimate_another

    variants = request.variants
    return _Now(
        variants.best() if best else None,
        (variants.all(), estimate_another(request.descriptor, request.settings, request.data)),
    )


def _request_for(session: ViewSession, settings: Settings, consent: Consent) -> GenerationRequest:
    from gcx_viewer.core.viewing.generating import GenerationRequest

    return GenerationRequest(
        session.descriptor, session.data, settings, consent.candidates, consent.force_new
    )
