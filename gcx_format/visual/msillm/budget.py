"""Which model, at which scale, for a number of bytes.

A model has one rate, so the choice is among eight, or among those whose weights are here.
The paper keeps the scale at 8 and takes another model for another rate (section 4.1), and so
does this, until even the lowest rate is too much: then the scale grows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gcx_format.descriptor import PAPER_SCALE, condition_size, scale_from_byte, scale_to_byte
from gcx_format.errors import BudgetError
from gcx_format.visual.downscale import downscale
from gcx_format.visual.msillm import bitstream, checkpoint, codec, weights
from gcx_format.visual.msillm.qualities import DEFAULT, Quality

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.settings import Settings

__all__ = ["Choice", "choose", "require"]

_HOPEFUL: Final = 2.0
"""The first model tried may take so many times the budget by its rate: rates are means."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a picture was coded with, and as."""

    scale: float
    quality: Quality
    payload: bytes


def require(quality: Quality | None, *, has_budget: bool, settings: Settings | None) -> None:
    """Make sure that the extra and the weights are here that `choose` begins with.

    Raises:
        MissingExtraError: the extra is not installed.
        WeightsError: the weights are not here.
    """
    checkpoint.require_extra()  # before anything is said about weights
    if quality is None and has_budget:
        quality = next(iter(weights.available(settings)), None)
    codec.require(quality or DEFAULT, settings)


def choose(
    picture: Image.Image,
    *,
    max_bytes: int | None = None,
    scale: float | None = None,
    quality: Quality | None = None,
    settings: Settings | None = None,
) -> Choice:
    """Code a picture with the highest quality that fits, at the finest scale at which one does.

    Args:
        picture: the full-size picture, upright sRGB, mode `RGB` or `L`.
        max_bytes: of payload. None: as many as the quality takes.
        scale: the one to use. None: the paper's 8, or more where the picture is too large for
            that or too much for `max_bytes`.
        quality: the one to use. None: the paper's better one, or within `max_bytes` any whose
            weights are here.
        settings: where the weights are; None: as the user's say.

    Raises:
        BudgetError: nothing fits.
        ArgumentError: the scale cannot be stored, or leaves too large a condition.
        WeightsError: the weights needed are not here.
        MissingExtraError: the extra is not installed.
        NotEnoughMemoryError: there is too little.
    """
    checkpoint.require_extra()  # before anything is said about weights
    if max_bytes is None:
        quality = quality or DEFAULT
        scale = scale or next(_scales(picture.size))
        return Choice(scale, quality, codec.encode(_at(picture, scale), quality, settings))
    qualities = [quality] if quality else (weights.available(settings) or [DEFAULT])
    smallest: int | None = None
    for tried in [scale] if scale else _scales(picture.size):
        found, least = _best(_at(picture, tried), qualities, max_bytes, settings)
        smallest = min(least, smallest or least)
        if found:
            return Choice(tried, *found)
    raise BudgetError(
        f"no MS-ILLM condition fits into {max_bytes} bytes; the smallest that was tried has "
        f"{smallest}. AV1 takes any budget",
        smallest=smallest,
    )


def _scales(size: tuple[int, int]) -> Iterator[float]:
    """From the paper's up, each at which the condition has fewer blocks than at the last."""
    blocks: tuple[int, int] | None = None
    for byte in range(scale_to_byte(PAPER_SCALE), scale_to_byte(1024.0) + 1):
        scale = scale_from_byte(byte)
        condition = condition_size(*size, scale)
        if codec.fits(condition) and bitstream.field_size(condition) != blocks:
            blocks = bitstream.field_size(condition)
            yield scale


def _at(picture: Image.Image, scale: float) -> Image.Image:
    return downscale(picture, condition_size(*picture.size, scale))


def _best(
    condition: Image.Image,
    qualities: Sequence[Quality],
    max_bytes: int,
    settings: Settings | None,
) -> tuple[tuple[Quality, bytes] | None, int]:
    """The highest quality that fits with its payload, and the fewest bytes that were met."""
    payloads: dict[int, bytes] = {}

    def fits(index: int) -> bool:
        payloads[index] = codec.encode(condition, qualities[index], settings)
        return len(payloads[index]) <= max_bytes

    rate = _HOPEFUL * 8 * max_bytes / (condition.width * condition.height)
    index = max((i for i, quality in enumerate(qualities) if quality.rate <= rate), default=0)
    if fits(index):
        while index + 1 < len(qualities) and fits(index + 1):
            index += 1
    else:
        index -= 1
        while index >= 0 and not fits(index):
            index -= 1
    least = min(map(len, payloads.values()))
    return ((qualities[index], payloads[index]) if index >= 0 else None), least
