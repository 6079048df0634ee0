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
    OutputError,
    ReconstructionError,
    RefusedError,
    ServiceError,
)
from gcx_viewer.core.events import Asking, Cancelled, Finished, Generating
from gcx_viewer.core.jobs import Crew
from gcx_viewer.core.viewing.memory import PictureMemory
from gcx_viewer.core.viewing.stage import Generation, Rank, Show, Stage, unforeseen

if TYPE_CHECKING:
    from pathlib import Path

    from gcx_format.generate.service import Estimate
    from gcx_format.settings import Settings
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.core.preferences import Preferences
    from gcx_viewer.core.viewing.generating import Order
    from gcx_viewer.core.viewing.keeping import Keeping
    from gcx_viewer.core.viewing.variants import VariantFacts

__all__ = ["Painting"]

_AT_ONCE: Final = 4
"""Pictures that are painted at the same time; the fifth waits."""

_GLANCE: Final = 0.3
"""Seconds that a file is on screen before a model is asked without asking the user: whoever
leafs through a folder does not want to pay for each picture on the way."""

_UNKEPT_BYTES: Final = 256_000_000
"""Of pictures that could not be kept, in memory."""

_BEFORE: Final = "cancelled before the picture was generated"
_TOO_LARGE: Final = "it has more pixels than are generated"


class Painting:
    """Has pictures painted, for one window.

    Attributes:
        glancing: waits a moment before a model is asked without asking the user.
        deciding: reads the key and decides; it may have to wait until the user unlocks a keyring.
        painting: waits for models.
        ending: tells of those that were cancelled before their turn came.
    """

    def __init__(
        self,
        stage: Stage,
        keeping: Keeping,
        preferences: Callable[[], Preferences],
        settings: Callable[[], Settings],
    ) -> None:
        """Nothing is painted before it is asked for.

        Args:
            stage: where pictures are shown.
            keeping: of pictures that are there already.
            preferences: the viewer's own.
            settings: of gcx, with the key.
        """
        self._stage = stage
        self._keeping = keeping
        self._preferences = preferences
        self._settings = settings
        self._under_way: dict[str, Generation] = {}
        self._to_be_asked: set[str] = set()
        """Files, by their hashes, that no model is asked for again without asking the user."""

        self._unasked: dict[Path, str] = {}
        """What a model was asked for without asking the user: the file, and what was in it."""

        self._unkept = PictureMemory(_UNKEPT_BYTES)
        self.glancing = Crew("gcx-glancing", 1)
        self.deciding = Crew("gcx-deciding", 1)
        self.painting = Crew("gcx-painting", _AT_ONCE, is_waited_for=True)
        self.ending = Crew("gcx-ending", 1)

    def decide(self, show: Show) -> None:
        """Soon ask a model, or the user, or nobody, as the policy says."""
        self._stage.do(self.deciding, show, "generating", self._decide)

    def order(
        self, show: Show, candidates: int | None, anew: bool, told: Estimate | None = None
    ) -> None:
        """Soon ask a model: the user has agreed, to what they were told."""
        with self._stage.lock:
            show.agreed = True
            told = told or (show.another if anew else show.told)
        wish = _Wish(candidates, anew, told)
        self._stage.do(self.deciding, show, "generating", self._take_order, wish)

    def is_painting(self, show: Show) -> bool:
        """Whether the picture of a file is being painted."""
        return show.hash in self._under_way

    def join(self, show: Show) -> bool:
        """From now on tell of what is being painted for this file, if anything is."""
        with self._stage.lock:
            generation = self._under_way.get(show.hash)
            if generation is None or generation.cancelled.is_set():
                return False
            if show.generation is not generation:
                generation.show, show.generation = show, generation
                show.agreed = True
                show.rank = min(show.rank, Rank.REFINED)
                self._stage.tell(Generating(show.ticket, generation.estimate, generation.started))
                if generation.picture is not None:
                    self._stage.put(show, generation.picture, Rank.PARTIAL)
        return True

    def show_unkept(self, show: Show) -> bool:
        """Show what was painted and could not be kept, if there is such a picture."""
        picture = self._unkept.get(show.hash)
        if picture is None:
            return False
        with self._stage.lock:
            self._stage.put(show, picture, Rank.WHOLE)
            self._tell_unkept(show, ())
        return True

    def cancel(self, show: Show) -> None:
        """Stop painting what is on screen, or do not begin."""
        with self._stage.lock:
            show.agreed = False
            generation = show.generation
            if generation is None:
                return
            generation.cancelled.set()
            if generation.job is not None and generation.job.cancel():  # it waited for its turn
                self.ending.do(partial(self._end, generation, CancelledError(_BEFORE)))

    def close(self) -> None:
        """Hang up on all models."""
        with self._stage.lock:
            for generation in self._under_way.values():
                generation.cancelled.set()

    # In the glancing thread

    def _glance(self, show: Show) -> None:
        if not show.left.wait(_GLANCE):
            self._stage.do(self.deciding, show, "generating", self._decide, True)

    # In the deciding thread

    def _decide(self, show: Show, was_glanced_at: bool = False) -> None:
        from gcx_viewer.core.viewing import policy

        if show.agreed is not None:
            if not show.agreed:
                self._tell_cancelled(show, _Wish())
            return
        if not show.can_be_generated:
            self._stage.tell(Finished(show.ticket, _TOO_LARGE))
            return
        settings = self._settings()
        decision = policy.decide(show.path, self._preferences(), settings)
        if decision == "never":
            self._stage.tell(Finished(show.ticket, "the settings allow no generated pictures"))
        elif decision == "cached-only":
            self._stage.tell(Finished(show.ticket, "the policy is to ask no model"))
        elif settings.openai_api_key is None:
            self._stage.tell(Finished(show.ticket, "no key is set"))
        elif decision == "ask" or self._is_to_be_asked(show):
            self._ask(show, _order_for(show, settings, _Wish()).estimate())
        elif was_glanced_at:
            self._unasked[show.path] = show.hash
            self._begin(show, _Wish(told=show.told))
        else:
            self._stage.do(self.glancing, show, "generating", self._glance)

    def _is_to_be_asked(self, show: Show) -> bool:
        """Whether the user decides, though the policy would let a model be asked.

        So it is where a model was asked to no avail, and where one was asked on its own and the
        file has changed since: a file that is written again and again is not paid for each time.
        """
        is_another = self._unasked.get(show.path, show.hash) != show.hash
        return is_another or show.hash in self._to_be_asked

    def _ask(self, show: Show, estimate: Estimate, anew: bool = False) -> None:
        with self._stage.lock:
            if show.agreed is not None:
                return
            if anew:
                show.another = estimate
            else:
                show.told = estimate
            self._stage.tell(Asking(show.ticket, estimate, anew))

    def _take_order(self, show: Show, wish: _Wish) -> None:
        if show.agreed:
            self._begin(show, wish)
        else:
            self._tell_cancelled(show, wish)

    def _begin(self, show: Show, wish: _Wish) -> None:
        """Have a model asked, and tell so; unless that is not needed, or done already."""
        from gcx_viewer.core.viewing import generating

        if show.document is None or show.document.descriptor is None or self.join(show):
            return
        if not show.can_be_generated:
            raise ReconstructionError(_TOO_LARGE)
        settings = self._settings()
        generating.check(settings)
        order = _order_for(show, settings, wish)
        estimate = order.estimate()
        if not estimate.calls and self._keeping.show_best(show, settings):
            return
        with self._stage.lock:
            # All of that took a while, in which much may have happened.
            if not self._stage.is_on(show) or self.join(show):
                return
            if show.agreed is False:
                self._tell_cancelled(show, wish)
            elif _is_dearer(estimate, wish):
                show.agreed = None  # to another price
                self._ask(show, estimate, wish.anew)
            else:
                generation = Generation(show, order, estimate, time.monotonic())
                self._under_way[show.hash] = generation
                self.join(show)
                generation.job = self.painting.do(partial(self._paint, generation))

    # In the painting threads

    def _paint(self, generation: Generation) -> None:
        """Have a picture made: the one place where money is spent."""

        def show_partial(picture: Picture) -> None:
            with self._stage.lock:
                generation.picture = picture
                self._stage.put(generation.show, picture, Rank.PARTIAL)

        outcome: Picture | GcxError
        warnings: tuple[str, ...] = ()
        try:
            if generation.cancelled.is_set():
                raise CancelledError(_BEFORE)
            outcome, warnings = generation.order.fill(show_partial, generation.cancelled.is_set)
        except GcxError as error:
            outcome = error
        except Exception as error:
            outcome = unforeseen(error)
        self._end(generation, outcome, warnings)

    def _end(
        self, generation: Generation, outcome: Picture | GcxError, warnings: tuple[str, ...] = ()
    ) -> None:
        """Tell what came of asking a model."""
        order = generation.order
        now = _Now(None, None)
        try:
            now = _look(order, best=isinstance(outcome, GcxError))
        except Exception as error:  # what came of it is told all the same
            unforeseen(error)
        with self._stage.lock:
            show = generation.show
            if self._under_way.get(show.hash) is generation:
                del self._under_way[show.hash]
            self._note(show, outcome)
            if show.generation is not generation:  # it was cancelled, and another one begun
                return
            show.generation = None
            picture = now.best if isinstance(outcome, GcxError) else outcome
            if picture is not None:
                self._stage.put(show, picture, Rank.WHOLE)
            if now.kept is not None:
                self._keeping.tell(show, *now.kept)
            if isinstance(outcome, CancelledError):
                self._tell_cancelled(show, _wish_of(generation))
            elif isinstance(outcome, GcxError):
                again = partial(self.order, show, *_wish_of(generation))
                self._stage.fail(show, "generating", outcome, again)
            elif outcome.variant is None:
                self._tell_unkept(show, warnings)
            else:
                self._stage.tell(Finished(show.ticket, warnings=warnings))

    def _note(self, show: Show, outcome: Picture | GcxError) -> None:
        """Keep in mind what must not be paid for again unasked, and what would else be lost."""
        if not isinstance(outcome, GcxError):
            if outcome.variant is None:
                self._unkept.put(show.hash, outcome)
                self._to_be_asked.add(show.hash)
        elif isinstance(outcome, (CancelledError, RefusedError)) or (
            isinstance(outcome, ServiceError) and outcome.may_have_cost
        ):
            self._to_be_asked.add(show.hash)

    def _tell_unkept(self, show: Show, warnings: tuple[str, ...]) -> None:
        reason = "; ".join(warnings) or "the picture is not kept, and would have to be paid again"
        self._stage.fail(show, "generating", OutputError(f"{reason}; save a copy of it"), None)

    def _tell_cancelled(self, show: Show, wish: _Wish) -> None:
        show.again = partial(self.order, show, *wish)
        self._stage.tell(Cancelled(show.ticket))


class _Wish(NamedTuple):
    """What the user or the policy has agreed to.

    Attributes:
        candidates: as `Order` has it.
        anew: likewise.
        told: what it costs, as far as anybody was told.
    """

    candidates: int | None = None
    anew: bool = False
    told: Estimate | None = None


def _wish_of(generation: Generation) -> _Wish:
    """The same once more, at the same price."""
    order = generation.order
    return _Wish(order.candidates, order.anew, generation.estimate)


def _is_dearer(estimate: Estimate, wish: _Wish) -> bool:
    """Whether it costs more than the user was told: for all, or for each if they say how many."""
    told = wish.told
    if told is None:
        return False
    if wish.candidates is None:
        return estimate.usd > told.usd
    return estimate.usd * told.calls > told.usd * estimate.calls


class _Now(NamedTuple):
    """What there is after a model was asked.

    Attributes:
        best: the picture to show, if it was looked for and there is one.
        kept: all that are kept, and what one more would cost; None where that is not known.
    """

    best: Picture | None
    kept: tuple[list[VariantFacts], Estimate] | None


def _look(order: Order, *, best: bool) -> _Now:
    from gcx_viewer.core.viewing.generating import estimate_another

    variants = order.variants
    return _Now(
        variants.best() if best else None,
        (variants.all(), estimate_another(order.descriptor, order.settings)),
    )


def _order_for(show: Show, settings: Settings, wish: _Wish) -> Order:
    from gcx_viewer.core.viewing.generating import Order

    return Order(show.descriptor, show.data, settings, wish.candidates, wish.anew)
