"""What can be shown of a descriptor at once: the visual condition enlarged, or the words.

Twice: first what takes some milliseconds, no numpy, and no more pixels than a screen has; then the
preview as `gcx decode --generator preview` makes it, which takes up to a second.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gcx_format.codecs import visual_codec
from gcx_format.errors import MissingExtraError, NotEnoughMemoryError, WeightsError
from gcx_format.generate.reconstruction import Reconstruction
from gcx_format.provenance import DigitalSourceType
from gcx_viewer.core.pictures import Picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from gcx_format.descriptor import Descriptor
    from gcx_format.errors import GcxError
    from gcx_format.settings import Settings

__all__ = ["card", "enhanced", "quick", "refined", "stand_in", "takes_long"]

_QUICK_PIXELS: Final = 1 << 20
_MOST_PIXELS: Final = 1 << 24
"""Of a preview: it is enlarged from a small picture, and more pixels would say nothing more."""

_MOST_SIDE: Final = 1 << 14
"""Of a preview, in pixels: what the systems that draw it can take."""


def quick(descriptor: Descriptor, side: int | None = None) -> Picture:
    """What there is to see of a descriptor, in the shortest time.

    Args:
        descriptor: what a file holds.
        side: the longer one at most, in pixels, for a thumbnail.

    Raises:
        DamagedVisualError: the visual condition does not decode.
        ReconstructionError: its codec cannot be had.
        UnavailableError: its codec needs an extra, weights or memory that is not here.
    """
    from PIL import Image

    from gcx_format.conditions import decode_condition, is_quick

    if not is_quick(descriptor):
        return card(descriptor, side)
    size = _at_most(descriptor.size, _QUICK_PIXELS, side)
    image = decode_condition(descriptor).resize(size, Image.Resampling.BICUBIC)
    kind = DigitalSourceType.ALGORITHMICALLY_ENHANCED
    return _picture(Reconstruction(image, "preview", "visual condition", kind), descriptor)


def takes_long(descriptor: Descriptor) -> bool:
    """Whether decoding the visual condition is slow: what is `quick` takes seconds then.

    Raises:
        UnavailableError: an extra or weights that it takes are not here.
    """
    if descriptor.visual is None or not visual_codec(descriptor.visual).is_slow:
        return False
    from gcx_format.conditions import decoding_obstacle

    if error := decoding_obstacle(descriptor):
        raise error
    return True


def refined(descriptor: Descriptor) -> Picture:
    """The visual condition enlarged as well as it can be without a model.

    Raises:
        DamagedVisualError: the visual condition does not decode.
        ReconstructionError: its codec cannot be had, or there is none.
        UnavailableError: as for `quick`.
    """
    from gcx_format.generate.preview import preview_at

    return _picture(preview_at(descriptor, _at_most(descriptor.size, _MOST_PIXELS)), descriptor)


def enhanced(
    descriptor: Descriptor, settings: Settings, cancelled: Callable[[], bool]
) -> Picture | None:
    """The visual condition sharpened by a local model, or None: none is ready, or wanted.

    Raises:
        GcxError: as `gcx_format.pipeline.reconstruct`.
    """
    from gcx_format import pipeline
    from gcx_format.generate.generator import choose

    painter = choose(settings.generator, settings, descriptor, keeps=False)
    if painter.keeps or painter.name == "preview" or painter.ready():
        return None
    made = pipeline.reconstruct(descriptor, settings, painter, cancelled=cancelled)
    return _picture(made, descriptor)


def card(descriptor: Descriptor, side: int | None = None) -> Picture:
    """The words on a card: for a descriptor without a visual condition that can be decoded."""
    from gcx_format.generate.card import draw_card

    size = _at_most(descriptor.size, 4 * _QUICK_PIXELS, side)
    image = draw_card(descriptor.text or "", size, descriptor.mode)
    made = Reconstruction(image, "preview", "words on a card", DigitalSourceType.ALGORITHMIC)
    picture = _picture(made, descriptor)
    return replace(picture, info=picture.info | {"words": descriptor.text})


def stand_in(descriptor: Descriptor, error: GcxError | None = None) -> Picture:
    """A card in the place of the visual condition, with the words, or blank where there are none.

    The `info` of a blank one tells the `"reason"`: `"decoding"`, `"extra"` with the name of that
    as `"extra"`, `"weights"` with the name of the model as `"quality"`, `"memory"` or `"damaged"`.

    Args:
        descriptor: what a file holds.
        error: why the visual condition cannot be decoded; None: it is being decoded.
    """
    made = card(descriptor)
    if descriptor.text:
        return made
    match error:
        case None:
            info = {"reason": "decoding"}
        case MissingExtraError():
            info = {"reason": "extra", "extra": error.extra}
        case WeightsError():
            visual = descriptor.visual
            variant = visual_codec(visual).variants[visual.variant] if visual else None
            info = {"reason": "weights", "quality": variant.name if variant else ""}
        case NotEnoughMemoryError():
            info = {"reason": "memory"}
        case _:
            info = {"reason": "damaged"}
    return replace(made, kind="blank", info=info)


def _picture(made: Reconstruction, descriptor: Descriptor) -> Picture:
    return Picture(
        made.image,
        "card" if made.source == "words on a card" else "preview",
        made.source_type,
        info=made.info,
        full_size=None if made.image.size == descriptor.size else descriptor.size,
    )


def _at_most(size: tuple[int, int], pixels: int, side: int | None = None) -> tuple[int, int]:
    """A size of the same proportions that has no more pixels than that, nor too long a side."""
    longest = (side or _MOST_SIDE) / max(size)
    shrink = min(1.0, (pixels / (size[0] * size[1])) ** 0.5, longest)
    return max(1, int(size[0] * shrink)), max(1, int(size[1] * shrink))
