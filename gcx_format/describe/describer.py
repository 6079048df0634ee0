"""What describes: the protocol that gcx's own describers and those of plug-ins follow.

A describer is a class that an entry point of the group `gcx.describers` names. It is handed a
picture and a limit and answers with words; `gcx_format.describe.describe` does all the rest:
candidates and ranking, spending limits, cleaning, checking and cutting the words.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from gcx_format.errors import GcxError, UnavailableError
from gcx_format.registry import DESCRIBERS

if TYPE_CHECKING:
    from PIL import Image
    from pydantic import BaseModel

    from gcx_format.settings import Settings
    from gcx_format.spending import Reservation

__all__ = ["Answer", "Call", "Charge", "Describer", "choose", "find"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a describer says of a picture.

    Attributes:
        text: the words, whatever they are: they are cleaned, checked and cut.
        was_cut: whether words are missing already.
        model: that found them; None: the describer's.
        prompt: how it was asked, by name and version.
        request_id: by which a server knows the request.
    """

    text: str
    was_cut: bool = False
    model: str | None = None
    prompt: str | None = None
    request_id: str | None = None


class Call:
    """Whoever waits for words, and what it takes to find them.

    Attributes:
        cancelled: whether they are not wanted any more; a describer that sees so soon raises
            `CancelledError`. May be called from any thread.
        progress: to be told the part of the work that is done, 0 to 1, as far as it is known.
        calls: how often something was reserved.
        cost: of those calls, in US dollars.
        cost_is_estimated: whether one of them was never settled with an amount.
        usage: what they took, in the describer's own terms.
    """

    def __init__(
        self,
        settings: Settings,
        cancelled: Callable[[], bool],
        progress: Callable[[float], object],
    ) -> None:
        """Nothing is spent yet."""
        self.cancelled = cancelled
        self.progress = progress
        self.calls = 0
        self.cost = Decimal(0)
        self.cost_is_estimated = False
        self.usage: Counter[str] = Counter()
        self._settings = settings

    def reserve(self, amount: Decimal, what: str) -> Charge:
        """Set aside what a call to a model may cost, before it is made.

        Args:
            amount: in US dollars, on the high side.
            what: such as `"a description by gpt-4o"`.

        Returns:
            A context manager. Left without `settle` or `release`, the amount counts as spent.

        Raises:
            SpendingLimitError: it would be more than the user allows.
        """
        from gcx_format.spending import Ledger

        reservation = Ledger(self._settings.state_folder).reserve(
            amount,
            daily_limit=self._settings.daily_limit_usd,
            call_limit=self._settings.call_limit_usd,
            what=what,
        )
        self.calls += 1
        return Charge(self, reservation)


class Charge:
    """What is set aside for one call to a model; see `Call.reserve`."""

    def __init__(self, call: Call, reservation: Reservation) -> None:
        """Made by `Call.reserve`."""
        self._call = call
        self._reservation = reservation
        self._is_open = True

    def settle(self, actual: Decimal | None, usage: Mapping[str, int] | None = None) -> None:
        """The call was made, and cost that; None where nobody knows, so the estimate stands."""
        self._is_open = False
        self._call.cost += self._reservation.amount if actual is None else actual
        self._call.cost_is_estimated |= actual is None
        self._call.usage.update(usage or {})
        self._reservation.settle(actual)

    def release(self) -> None:
        """The call cost nothing."""
        self._is_open = False
        self._reservation.release()

    def __enter__(self) -> Charge:
        """The charge itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """What is still open counts as spent."""
        if self._is_open:
            self.settle(None)


class Describer(ABC):
    """Finds words for pictures.

    One is made for each picture, so making one is quick, and what is slow (importing a library,
    loading a model) is done when describing and kept by the module.

    Attributes:
        name: of the entry point.
        title: for people.
        Options: a pydantic model of the options in `[describers.NAME]`; None: it has none.
        automatic: whether `auto` may choose it where it is ready.
        at_once: how many candidates of one picture are asked for at the same time.
        options: its options, checked.
        settings: all of the user's.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    Options: ClassVar[type[BaseModel] | None] = None
    automatic: ClassVar[bool] = False
    at_once: ClassVar[int] = 1

    def __init__(self, options: Any, settings: Settings) -> None:
        """Made by `find`."""
        self.options = options
        self.settings = settings

    @property
    def model(self) -> str:
        """The model that is asked or run."""
        return self.name

    def ready(self) -> GcxError | None:
        """What it lacks, such as a key or a package; found out quickly. None: nothing."""
        return None

    def price(self, size: tuple[int, int]) -> Decimal:
        """What one description of a picture of a size costs, in US dollars, on the high side."""
        return Decimal(0)

    def assumed_prices(self) -> list[str]:
        """The models whose price is not known, so that `price` assumes one."""
        return []

    @abstractmethod
    def describe(self, picture: Image.Image, limit: int, call: Call) -> Answer:
        """Find words for a picture.

        Args:
            picture: upright, sRGB, opaque; `RGB`, or `L` where it has no colours. It may be
                shared by several calls, and must not be changed.
            limit: how many words there may be; what has more is cut.
            call: whoever waits, and where to reserve what costs money.

        Raises:
            GcxError: it could not.
        """


def find(name: str, settings: Settings) -> Describer:
    """The describer with a name, with the user's options.

    Raises:
        ArgumentError: nothing has this name.
        UnavailableError: a plug-in does not load, or is no describer.
        SettingsError: one of its options has a value that it cannot have.
    """
    kind = _load(name)
    return kind(settings.options("describers", name, kind.Options), settings)


def choose(name: str, settings: Settings) -> Describer | None:
    """The describer with a name, or for `auto` the one to take; None for `none`.

    That is the first automatic one that is ready, else the first automatic one; what it lacks
    is the reason that nothing is described.

    Raises:
        ArgumentError, UnavailableError, SettingsError: as `find`; a plug-in that does not load
            is no error for `auto`.
    """
    if name == "none":
        return None
    if name != "auto":
        return find(name, settings)
    first = None
    for each in DESCRIBERS:
        try:
            if not _load(each).automatic:
                continue
        except UnavailableError:  # `gcx doctor` tells of it
            continue
        found = find(each, settings)
        if found.ready() is None:
            return found
        first = first or found
    return first


def _load(name: str) -> type[Describer]:
    kind = DESCRIBERS.load(name)
    if not (isinstance(kind, type) and issubclass(kind, Describer)):
        origin = DESCRIBERS.distribution(name)
        raise UnavailableError(f"the describer {name!r} of {origin} is not a Describer of gcx")
    return kind
