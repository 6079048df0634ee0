"""What generating returns: a picture, and how it came about."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gcx_format.descriptor import Descriptor
from gcx_format.provenance import DigitalSourceType, Source

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["BillingWarning", "GenerationWarning", "Partial", "Reconstruction", "source_of"]


class GenerationWarning(UserWarning):
    """A picture or description is not what was asked for, or a picture could not be stored."""


class BillingWarning(UserWarning):
    """A picture is about to be painted that costs money.

    It is given before the first one that a process pays for, unless the policy is to ask. If
    warnings are errors, nothing is asked or paid.
    """


@dataclass(frozen=True, slots=True)
class Partial:
    """An unfinished picture, for showing progress.

    Attributes:
        image: of the descriptor's size and mode.
        index: 0 for the first that the model sends; it may send fewer than asked for.
        candidate: 0 for the first of several pictures made from one descriptor.
        source_type: IPTC's term for such pixels.
    """

    image: Image.Image
    index: int
    candidate: int
    source_type: DigitalSourceType


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """A picture made from a descriptor, and what made it.

    Attributes:
        image: of the descriptor's size and mode, unless another size was asked for.
        generator: the name of what made it.
        source: what the pixels come from.
        source_type: IPTC's term for such pixels.
        model: that was asked, or None.
        score: how well the picture agrees with the visual condition, 0 to 1
            (`gcx_format.generate.score`); None without a condition, and for previews.
        cached: whether it was generated earlier.
        cost_usd: what generating cost, now or then, in US dollars; None if unknown.
        reason: why `auto` made a preview, or None.
        details: what else is known.
        warnings: what went less than well, as sentences.
    """

    image: Image.Image
    generator: str
    source: Source
    source_type: DigitalSourceType
    model: str | None = None
    score: float | None = None
    cached: bool = False
    cost_usd: Decimal | None = None
    reason: str | None = None
    details: dict[str, str | int | float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def info(self) -> dict[str, Any]:
        """The value of `Image.info["gcx"]`, ready for JSON."""
        told: dict[str, Any] = {
            "generator": self.generator,
            "source": self.source,
            "digital_source_type": self.source_type.uri,
        }
        if self.reason is not None:
            told["reason"] = self.reason
        if self.generator != "preview":
            told |= {
                "model": self.model,
                "score": self.score,
                "cached": self.cached,
                "cost_usd": None if self.cost_usd is None else float(self.cost_usd),
                **self.details,
            }
        return told


def source_of(descriptor: Descriptor) -> Source:
    """What pixels come from if a generator uses everything a descriptor has."""
    if descriptor.visual is None:
        return "words"
    return "visual condition" if descriptor.coded_text is None else "words and visual condition"
