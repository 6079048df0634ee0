"""What happens while a file is viewed, told by the core to whoever listens.

A listener is called from threads of the core, one event at a time, and must return at once. Every
event carries the ticket of the `show` that it belongs to, so that what comes late, for a
file that is no longer on screen, can be told apart and dropped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gcx_format.errors import GcxError

if TYPE_CHECKING:
    from pathlib import Path

    from gcx_format.pipeline import Estimate
    from gcx_viewer.core.document import Document
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.core.viewing.variants import VariantInfo

__all__ = [
    "Cancelled",
    "ConditionReady",
    "ConsentNeeded",
    "During",
    "Event",
    "Failed",
    "FailedElsewhere",
    "Finished",
    "Generating",
    "Listener",
    "Opened",
    "Reason",
    "Showing",
    "UnderWay",
    "VariantsFound",
]


During = Literal["opening", "preview", "generating", "variants"]
"""What failed: reading the file, its preview, asking a model, or what was asked for of a kept
picture."""

Reason = Literal[
    "no key is set",
    "nothing that paints is ready",
    "the policy is to ask no model",
    "the settings allow no generated pictures",
    "it has more pixels than are generated",
    "the spending limit allows no more",
]
"""Why a file stays at its preview."""


@dataclass(frozen=True, slots=True)
class Opened:
    """The file was read: its size, words and all else that needs no pixels are known."""

    ticket: int
    document: Document


@dataclass(frozen=True, slots=True)
class Showing:
    """There is a picture to show, better than any before it."""

    ticket: int
    picture: Picture


@dataclass(frozen=True, slots=True)
class ConsentNeeded:
    """Whether to go on, at this price: `Viewing.generate` does, doing nothing leaves it as it is.

    Told where the policy is to ask, and where the price has risen since the user agreed to one.

    Attributes:
        ticket: of the `show`.
        estimate: what it costs.
        force_new: whether to paint one more, though there are some already.
    """

    ticket: int
    estimate: Estimate
    force_new: bool = False


@dataclass(frozen=True, slots=True)
class Generating:
    """A model has been asked; `Showing` follows for each unfinished picture.

    Attributes:
        started: as `time.monotonic` has it, for telling how long it takes.
    """

    ticket: int
    estimate: Estimate
    started: float


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing more comes on its own: the last picture shown is what there is.

    Attributes:
        reason: why it is a preview though the file could have been painted, or None.
        warnings: what went less than well while a model painted it, as sentences.
    """

    ticket: int
    reason: Reason | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """Something went wrong; the last picture shown stays.

    Attributes:
        during: what failed.
        error: what went wrong.
        can_retry: whether `Viewing.retry` would do it again.
    """

    ticket: int
    during: During
    error: GcxError
    can_retry: bool


@dataclass(frozen=True, slots=True)
class FailedElsewhere:
    """A model was asked for a file that is no longer on screen, and that went wrong.

    Attributes:
        ticket: of the file that is on screen now.
        path: of the other one.
        error: what went wrong.
    """

    ticket: int
    path: Path
    error: GcxError


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The user cancelled the generation; the last picture shown stays."""

    ticket: int


@dataclass(frozen=True, slots=True)
class VariantsFound:
    """Which pictures of the file are kept: told once it is known, and whenever it changed.

    Attributes:
        variants: the oldest first.
        another: what one more would cost.
    """

    ticket: int
    variants: tuple[VariantInfo, ...]
    another: Estimate

    @property
    def default(self) -> str | None:
        """The short name of the one that opening the file shows, if there is any."""
        from gcx_viewer.core.viewing.variants import default_of

        known = default_of(self.variants)
        return None if known is None else known.id


@dataclass(frozen=True, slots=True)
class ConditionReady:
    """What `Viewing.condition` was asked for; it does not take the place of what is shown."""

    ticket: int
    picture: Picture


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Which files a model is painting now, whether on screen or not: told when that changes."""

    ticket: int
    paths: frozenset[Path]


Event = (
    Opened
    | Showing
    | ConsentNeeded
    | Generating
    | Finished
    | Failed
    | FailedElsewhere
    | Cancelled
    | VariantsFound
    | ConditionReady
    | UnderWay
)
Listener = Callable[[Event], object]
