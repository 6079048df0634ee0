"""What paints: a descriptor to pixels.

`generator` has the protocol, and all else that is here serves those who follow it. `preview`
needs no model: it enlarges the visual condition, or sets the words on a card where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from gcx_format.descriptor import Descriptor
from gcx_format.provenance import DigitalSourceType, Source

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.settings import Settings

__all__ = [
    "BillingWarning",
    "GenerationWarning",
    "Partial",
    "Reconstruction",
    "preview_at",
    "source_of",
]


class GenerationWarning(UserWarning):
    """A picture is not what could be had: it was not generated, or what was is not kept."""


class BillingWarning(UserWarning):
    """A picture is about to be painted that costs money.

    Given before the first one that a process pays for, unless the policy is to ask. Where the
    filter of warnings makes it an error, nothing is asked or paid.
    """


@dataclass(frozen=True, slots=True)
class Partial:
    """A picture on its way, for showing progress.

    Attributes:
        image: of the size and mode that the descriptor gives.
        index: 0 for the first that the model sends; it may send fewer than asked for.
        candidate: 0 for the first of several pictures that are made of one descriptor.
        source_type: how IPTC's vocabulary calls such pixels.
    """

    image: Image.Image
    index: int
    candidate: int
    source_type: DigitalSourceType


@dataclass(frozen=True, slots=True)
class Reconstruction:
    """A picture made from a descriptor, and what made it.

    Attributes:
        image: of the size and mode that the descriptor gives, unless another size was asked for.
        generator: that made it, by name.
        source: what the pixels come from.
        source_type: how IPTC's vocabulary calls pixels that were made so.
        model: that was asked, or None.
        score: how well the picture agrees with the visual condition at its scale, from 0 to 1
            (`gcx_format.generate.score`); None where there is none, and for previews.
        cached: whether it was generated earlier.
        cost_usd: what generating cost, now or then, in US dollars; None where nobody knows.
        reason: why `auto` made a preview, or None.
        details: what else is known, as strings and numbers.
        warnings: what went less than well while it was generated, as sentences.
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
        """What `Image.info["gcx"]` tells of the pixels, as JSON could hold it."""
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
    """What pixels come from that a generator makes of all that a descriptor has."""
    if descriptor.visual is None:
        return "words"
    return "visual condition" if descriptor.coded_text is None else "words and visual condition"


def preview_at(
    descriptor: Descriptor,
    size: tuple[int, int],
    *,
    reason: str | None = None,
    settings: Settings | None = None,
) -> Reconstruction:
    """The preview of a descriptor at any size, in pixels.

    Args:
        descriptor: what is left of the picture.
        size: width and height.
        reason: why it is made in place of what was asked for.
        settings: where weights are; None: as the user's say.

    Raises:
        DamagedVisualError: the visual condition does not decode.
        UnavailableError: its codec needs an extra, weights or memory that is not here.
    """
    if descriptor.visual is None:
        from gcx_format.generate.card import draw_card

        card = draw_card(descriptor.text or "", size, descriptor.mode)
        kind = DigitalSourceType.ALGORITHMIC
        return Reconstruction(card, "preview", "words on a card", kind, reason=reason)

    from gcx_format.conditions import decode_condition
    from gcx_format.generate.preview import enlarge

    weights = None if settings is None else settings.weight_store
    picture = enlarge(decode_condition(descriptor, weights), size)
    kind = DigitalSourceType.ALGORITHMICALLY_ENHANCED
    return Reconstruction(picture, "preview", "visual condition", kind, reason=reason)
