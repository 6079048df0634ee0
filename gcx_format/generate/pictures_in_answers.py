"""What both routes to an OpenAI-compatible server share: options, pictures in JSON, and costs."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from gcx_format import prices
from gcx_format.generate import geometry

if TYPE_CHECKING:
    from gcx_format.generate.generator import Job
    from gcx_format.settings import Settings

__all__ = ["NOT_BASE64", "cost", "decoded", "options"]

NOT_BASE64: Final = "the picture in the answer is not base64"

_URL_ALPHABET: Final = str.maketrans("-_", "+/")


def options(
    job: Job, condition: bytes | None, partial_images: int, settings: Settings
) -> dict[str, Any]:
    """What is asked of a picture, beside words and condition."""
    model = settings.image_model
    asked: dict[str, Any] = {"size": "{}x{}".format(*job.plan.canvas)}
    if model is not None:
        asked["model"] = model
    if partial_images:
        asked["partial_images"] = partial_images
    # Servers of other models may refuse what they do not know.
    if geometry.sizes_of(model) is not geometry.ANY:
        asked |= {
            "quality": settings.image_quality,
            "output_format": settings.image_format,
            "background": "opaque",
        }
        if condition is not None and (model or "").startswith("gpt-image-1.5"):
            asked["input_fidelity"] = "high"  # later models always are, and refuse it
    return asked


def decoded(encoded: object) -> bytes | None:
    """The bytes of a picture in base64, however it is dressed up; None where it is none.

    Servers put a `data:` URL's beginning before it, break it into lines, take the alphabet that
    is for URLs, or leave out the padding.
    """
    if not isinstance(encoded, str):
        return None
    text = encoded.strip()
    if text[:5].lower() == "data:":
        text = text.partition(",")[2]
    text = "".join(text.split()).translate(_URL_ALPHABET).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True) or None
    except ValueError:  # binascii.Error is one
        return None


def cost(
    models: Mapping[str, str | None], usage: Mapping[str, Mapping[str, Any] | None]
) -> Decimal | None:
    """What was used, in US dollars; None where a part of it is not told, or adds up to nothing."""
    total = Decimal(0)
    for part, model in models.items():
        used = usage[part]
        paid = None if used is None else prices.cost_of(model, used)
        if paid is None or (part == "image" and not paid):  # a picture is never free
            return None
        total += paid
    return total
