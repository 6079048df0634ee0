"""Asking a model for the picture on screen: whether, how far it is, and what came of it.

A picture that is being painted goes on being painted when another file is shown: it is paid for
either way. Whoever comes back to the file is told of it from there on.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from gcx_format.errors import CancelledError, GcxError, OutputError, ReconstructionError
from gcx_viewer.core.events import Asking, Cancelled, Finished, Generating
from gcx_viewer.core.jobs import Crew
from gcx_viewer.core.stage import Generation, Rank, Show, Stage, unforeseen

if TYPE_CHECKING:
    from gcx_format.settings import Settings
    from gcx_viewer.core.generating import Order
    from gcx_viewer.core.keeping import Keeping
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.core.preferences import Preferences
    from gcx_viewer.core.variants import VariantFacts

__all__ = ["Painting"]

_AT_ONCE: Final = 4
"""Pictures that are painted at the same time; the fifth waits."""

_GLANCE: Final = 0.3
"""Seconds that a file is on screen before a model is asked without asking the user: whoever
leafs through a folder does not want to pay for each picture on the way."""

_BEFORE: Final = "cancelled before the picture was generated"
_NOT_KEPT: Final = (
    "the picture could not be kept: save a copy of it, or it will have to be paid for again"
)
_TOO_LARGE: Final = "it has more pixels than are generated"


class Painting:
    """Has pictures painted, for one window.

    Attributes:
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
        self.deciding = Crew("gcx-deciding", 1)
        self.painting = Crew("gcx-painting", _AT_ONCE)
        self.ending = Crew("gcx-ending", 1)

    def decide(self, show: Show) -> None:
        """Soon ask a model, or the user, or nobody, as the policy says."""
        self._stage.do(self.deciding, show, "generating", self._decide)

    def order(self, show: Show, candidates: int | None, anew: bool) -> None:
        """Soon ask a model: the user has agreed."""
        show.agreed = True
        self._stage.do(self.deciding, show, "generating", self._take_order, candidates, anew)

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

    def cancel(self, show: Show) -> None:
        """Stop painting what is on screen."""
        show.agreed = False
        generation = show.generation
        if generation is not None:
            generation.cancelled.set()
            if generation.future is not None and generation.future.cancel():  # it waited its turn
                self.ending.do(partial(self._end, generation, CancelledError(_BEFORE)))

    def close(self) -> None:
        """Hang up on all models."""
        for generation in list(self._under_way.values()):
            generation.cancelled.set()

    # In the deciding thread

    def _decide(self, show: Show) -> None:
        from gcx_viewer.core import policy

        if show.agreed:
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
        elif decision == "always":
            self._stage.do(self.painting, show, "generating", self._paint_after_a_glance)
        else:
            estimate = _order_for(show, settings).estimate()
            with self._stage.lock:
                if not show.agreed:
                    self._stage.tell(Asking(show.ticket, estimate))

    def _take_order(self, show: Show, candidates: int | None, anew: bool) -> None:
        if not show.agreed:
            self._tell_cancelled(show, candidates, anew)
            return
        generation = self._begin(show, candidates, anew)
        if generation is not None:
            generation.future = self.painting.do(partial(self._paint, generation))

    def _begin(
        self, show: Show, candidates: int | None = None, anew: bool = False
    ) -> Generation | None:
        """Prepare to ask a model, and tell so; None where that is not needed, or done already."""
        from gcx_viewer.core import generating

        if show.document is None or show.document.descriptor is None or self.join(show):
            return None
        if not show.can_be_generated:
            raise ReconstructionError(_TOO_LARGE)
        settings = self._settings()
        generating.check(settings)
        order = _order_for(show, settings, candidates, anew)
        estimate = order.estimate()
        if not estimate.calls and self._keeping.show_best(show, settings):
            return None
        with self._stage.lock:
            if self._stage.closed.is_set() or self.join(show):
                return None
            generation = Generation(show, order, estimate, time.monotonic())
            self._under_way[show.hash] = generation
            self.join(show)
        return generation

    # In the painting threads

    def _paint_after_a_glance(self, show: Show) -> None:
        if show.left.wait(_GLANCE) or show.agreed:
            return
        generation = self._begin(show)
        if generation is not None:
            self._paint(generation)

    def _paint(self, generation: Generation) -> None:
        """Have a picture made: the one place where money is spent."""

        def show_partial(picture: Picture) -> None:
            with self._stage.lock:
                generation.picture = picture
                self._stage.put(generation.show, picture, Rank.PARTIAL)

        outcome: Picture | GcxError
        try:
            if generation.cancelled.is_set():
                raise CancelledError(_BEFORE)
            outcome = generation.order.fill(show_partial, generation.cancelled.is_set)
        except GcxError as error:
            outcome = error
        except Exception as error:
            outcome = unforeseen(error)
        self._end(generation, outcome)

    def _end(self, generation: Generation, outcome: Picture | GcxError) -> None:
        """Tell what came of asking a model."""
        order = generation.order
        before: Picture | None = None
        kept: list[VariantFacts] | None = None
        with suppress(GcxError):
            if isinstance(outcome, GcxError):
                before = order.variants.best()
            kept = order.variants.all()
        with self._stage.lock:
            show = generation.show
            if self._under_way.get(show.hash) is generation:
                del self._under_way[show.hash]
            if show.generation is not generation:  # it was cancelled, and another one begun
                return
            show.generation = None
            picture = before if isinstance(outcome, GcxError) else outcome
            if picture is not None:
                self._stage.put(show, picture, Rank.WHOLE)
            if kept is not None:
                self._keeping.tell(show, kept, order.settings)
            again = partial(self.order, show, order.candidates, order.anew)
            if isinstance(outcome, CancelledError):
                self._tell_cancelled(show, order.candidates, order.anew)
            elif isinstance(outcome, GcxError):
                self._stage.fail(show, "generating", outcome, again)
            elif outcome.variant is None:
                self._stage.fail(show, "generating", OutputError(_NOT_KEPT), None)
            else:
                self._stage.tell(Finished(show.ticket))

    def _tell_cancelled(self, show: Show, candidates: int | None, anew: bool) -> None:
        show.again = partial(self.order, show, candidates, anew)
        self._stage.tell(Cancelled(show.ticket))


def _order_for(
    show: Show, settings: Settings, candidates: int | None = None, anew: bool = False
) -> Order:
    from gcx_viewer.core.generating import Order

    return Order(show.descriptor, show.data, settings, candidates, anew)
