"""What a generator answers: opened, checked, and the best of several."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Final

from PIL import Image

from gcx_format.errors import BadAnswerError, CancelledError, GcxError
from gcx_format.generate import geometry
from gcx_format.generate.generator import Answer, Generator
from gcx_format.generate.geometry import Plan
from gcx_format.generate.reconstruction import Reconstruction
from gcx_format.pictures import normalise
from gcx_format.provenance import DigitalSourceType
from gcx_format.remedies import Remedy

__all__ = ["SUFFIXES", "best", "checked", "doubts", "file_of", "misfit", "opened", "rank"]

_MOST_PIXELS: Final = 4 * geometry.FREE.most
"""Of a file: a model may make somewhat more than asked for, but a bomb is none."""

SUFFIXES: Final = {
    "PNG": ".png",
    "WEBP": ".webp",
    "JPEG": ".jpg",
    "AVIF": ".avif",
    "GIF": ".gif",
    "BMP": ".bmp",
    "MPO": ".jpg",  # a JPEG file with further pictures behind it, such as a gain map
}
"""The formats of answers, and what the files are called. The first three are asked for."""

_OPENED: Final = tuple(name for name in SUFFIXES if name != "MPO")
"""What Pillow is told to look for; it finds MPO among the files of JPEG."""


def opened(data: bytes, request_id: str | None = None) -> Image.Image:
    """A picture out of an answer, as it is to be seen, in mode RGB or L; it knows its format.

    It is upright, opaque and in sRGB, with 8 bits a sample, whatever the file has.

    Raises:
        BadAnswerError: it is none, is damaged, or is so large that no model made it.
    """
    fault = "no picture"
    try:
        image = Image.open(io.BytesIO(data), formats=_OPENED)
        fault = "a picture that is damaged, or larger than any model makes"
        if image.width * image.height > _MOST_PIXELS:
            raise ValueError
        format = image.format
        made = normalise(image, on_loss=lambda loss, message: None, in_place=True)
    except Exception:  # Pillow's decoders let many kinds escape on damaged files
        raise _bad(f"the model answered with {fault}", request_id) from None
    made.format = format
    return made


def checked(answer: Answer, plan: Plan, generator: Generator) -> Image.Image:
    """The picture of an answer, as it is to be seen.

    It may be of another size than was asked for: it is paid for, and is made to fit.

    Raises:
        BadAnswerError: it is none, or not what the generator wanted.
    """
    image = answer.picture
    if isinstance(image, bytes):
        image = opened(image, answer.request_id)
    else:
        image = normalise(image, on_loss=lambda loss, message: None)
    generator.check(answer, image)
    return image


def misfit(size: tuple[int, int] | None, plan: Plan) -> str | None:
    """What to say of a picture of another size than was asked for; None where it is as good."""
    if size is None or geometry.agrees(size, plan):
        return None
    return (
        f"the model answered with {size[0]} x {size[1]} pixels, where {plan.canvas[0]} x "
        f"{plan.canvas[1]} were asked for; the picture was made to fit"
    )


def _bad(fault: str, request_id: str | None) -> BadAnswerError:
    return BadAnswerError(
        f"generating: {fault}",
        request_id=request_id,
        may_have_cost=True,
        remedy=Remedy("try again"),
    )


def file_of(answer: Answer, image: Image.Image) -> tuple[bytes, str]:
    """What to store of an answer: its own bytes, untouched, or a PNG file; and the suffix."""
    if isinstance(answer.picture, bytes):
        return answer.picture, SUFFIXES[str(image.format)]
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue(), ".png"


def rank(score: float | None) -> float:
    """A score for comparing; less than any where there is none."""
    return -1.0 if score is None else score


def doubts(score: float | None, made: DigitalSourceType) -> tuple[str, ...]:
    """What to warn of about a picture with a score: that a model painted something else."""
    from gcx_format.generate.score import HOPELESS

    if score is None or score >= HOPELESS or made is not DigitalSourceType.TRAINED_ALGORITHMIC:
        return ()
    return (f"the picture matches the file {score:.0%}: it is probably another picture",)


def best(results: Iterable[Reconstruction | GcxError]) -> Reconstruction:
    """The best of what was made; an error only where nothing was, or the caller cancelled."""
    made: list[Reconstruction] = []
    errors: list[GcxError] = []
    for result in results:
        if isinstance(result, Reconstruction):
            made.append(result)
        else:
            errors.append(result)
    cancelled = [error for error in errors if isinstance(error, CancelledError)]
    if cancelled or not made:
        raise (cancelled or errors)[0]
    found = max(made, key=lambda one: rank(one.score))
    others = {doubt for one in made for doubt in doubts(one.score, one.source_type)}
    others -= {*doubts(found.score, found.source_type)}
    warnings = [warning for one in made for warning in one.warnings if warning not in others]
    if errors:
        count = len(errors) + len(made)
        warnings.append(f"{len(errors)} of {count} candidates failed: {errors[0]}")
    details = found.details
    if len(made) > 1:
        spent = sum((one.cost_usd or Decimal(0) for one in made), Decimal(0))
        details = {**details, "candidates": len(made), "candidates_cost_usd": float(spent)}
    return replace(found, details=details, warnings=tuple(dict.fromkeys(warnings)))
