"""The protocol of describers, gcx's own and those of plug-ins.

A describer is a class that an entry point of the group `gcx.describers` names. It gets a picture
and a word limit, and answers with words; `gcx_format.describe.describe` does everything else:
candidates and ranking, spending limits, cleaning, checking and cutting the words.
"""

from __future__ import annotations

from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, Final

from gcx_format.plugin import Plugin, first_ready
from gcx_format.registry import DESCRIBERS

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.settings import Settings
    from gcx_format.spending import Reservation

__all__ = [
    "WORDS_ALONE",
    "WORDS_BESIDE",
    "Answer",
    "Call",
    "Charge",
    "Describer",
    "choose",
    "find",
]

WORDS_ALONE: Final = 30
WORDS_BESIDE: Final = 15
"""The default limits, without a visual condition and beside one (section 4.3 of the paper: 30 words
alone say nearly all that 120 do, and beside a condition 15 help while 60 harm)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a describer says about a picture.

    Attributes:
        text: the words as they came; they are cleaned, checked and cut.
        was_cut: whether words are missing already.
        model: which model found them; None for the describer's own.
        prompt: name and version of the prompt.
        request_id: the server's identifier of the request.
        warnings: what the user should know, as sentences.
    """

    text: str
    was_cut: bool = False
    model: str | None = None
    prompt: str | None = None
    request_id: str | None = None
    warnings: tuple[str, ...] = ()


class Call:
    """One request for words: who is waiting, and what it costs.

    Attributes:
        cancelled: whether the words are no longer wanted; a describer that polls it raises
            `CancelledError`. Safe to call from any thread.
        progress: takes the fraction done, 0 to 1, as far as it is known.
        beside: whether the words will stand beside a visual condition, which shows the rest.
        calls: how often money was reserved.
        cost: of those calls, in US dollars.
        cost_is_estimated: whether one of them was never settled with an amount.
        usage: what they took, in the describer's own terms.
    """

    def __init__(
        self,
        settings: Settings,
        cancelled: Callable[[], bool],
        progress: Callable[[float], object],
        beside: bool = False,
    ) -> None:
        self.beside = beside
        self.cancelled = cancelled
        self.progress = progress
        self.calls = 0
        self.cost = Decimal(0)
        self.cost_is_estimated = False
        self.usage: Counter[str] = Counter()
        self._settings = settings

    def reserve(self, amount: Decimal, what: str) -> Charge:
        """Set aside what a call to a model may cost, before making it.

        Args:
            amount: in US dollars, on the high side.
            what: such as `"a description by gpt-4o"`.

        Returns:
            A context manager. Left without `settle` or `release`, the amount counts as spent.

        Raises:
            SpendingLimitError: it would exceed what the user allows.
        """
        from gcx_format.spending import Ledger

        reservation = Ledger.of(self._settings).reserve(amount, what) if amount else None
        self.calls += 1
        return Charge(self, reservation)


class Charge:
    """Money set aside for one call to a model, or none where it is free; see `Call.reserve`."""

    def __init__(self, call: Call, reservation: Reservation | None) -> None:
        self._call = call
        self._reservation = reservation
        self._is_open = True

    def settle(self, actual: Decimal | None, usage: Mapping[str, int] | None = None) -> None:
        """Record what the call cost; None if unknown, so that the estimate stands."""
        self._is_open = False
        self._call.usage.update(usage or {})
        if self._reservation is not None:
            self._call.cost += self._reservation.amount if actual is None else actual
            self._call.cost_is_estimated |= actual is None
            self._reservation.settle(actual)

    def release(self) -> None:
        """Record that the call cost nothing."""
        self._is_open = False
        if self._reservation is not None:
            self._reservation.release()

    def __enter__(self) -> Charge:
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_open:
            self.settle(None)


class Describer(Plugin):
    """Finds words for pictures; `Plugin` has its attributes.

    Attributes:
        mark: what a descriptor keeps as its `encoder` beside such words, to tell them from a
            description in sentences; None for nothing.
    """

    door = DESCRIBERS
    mark: ClassVar[str | None] = None

    def price(self, size: tuple[int, int]) -> Decimal:
        """What one description of a picture of this size costs, in US dollars, on the high side."""
        return Decimal(0)

    @abstractmethod
    def describe(self, picture: Image.Image, limit: int, call: Call) -> Answer:
        """Find words for a picture.

        Args:
            picture: upright, sRGB, opaque; `RGB`, or `L` if it has no colours. Several calls may
                share it, so it must not be changed.
            limit: the most words; more are cut off.
            call: who is waiting, and where to reserve what costs money.

        Raises:
            GcxError: it failed.
        """


def find(name: str, settings: Settings) -> Describer:
    """The describer of this name; see `Plugin.named`."""
    return Describer.named(name, settings)


def choose(name: str, settings: Settings) -> Describer | None:
    """The describer of this name; None for `none`.

    For `auto`, the first automatic one that is ready, else the first automatic one: what that
    lacks is why nothing is described. Plug-ins that do not load are skipped.
    """
    if name == "none":
        return None
    if name != "auto":
        return find(name, settings)
    return first_ready(Describer.all_automatic(settings))
