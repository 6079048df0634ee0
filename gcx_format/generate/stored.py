"""A stored picture as it is shown: cropped to its own size, with what its record says."""

from __future__ import annotations

import io
from contextlib import suppress
from typing import TYPE_CHECKING

from gcx_format.errors import BadAnswerError
from gcx_format.generate import answers, geometry
from gcx_format.generate.geometry import Plan
from gcx_format.generate.reconstruction import Reconstruction, source_of
from gcx_format.records import Record

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.cache import Variant
    from gcx_format.descriptor import Descriptor

__all__ = ["keep_fitted", "open_variant", "present"]


def open_variant(descriptor: Descriptor, variant: Variant) -> Reconstruction:
    """One of a descriptor's stored pictures.

    Raises:
        InputError: it has been removed, or was damaged and is removed now.
        BadAnswerError: what was stored is not a picture.
    """
    if (fitted := _fitted(descriptor, variant)) is not None:
        return present(descriptor, variant.record, fitted, cached=True)
    picture = answers.opened(variant.read())
    plan = _plan_of(variant.record, picture.size)
    image = geometry.cut(picture, plan, descriptor.size, descriptor.mode)
    keep_fitted(variant, picture, image)
    return present(descriptor, variant.record, image, cached=True)


def _fitted(descriptor: Descriptor, variant: Variant) -> Image.Image | None:
    """The cropped copy, if there is a usable one."""
    with suppress(BadAnswerError):
        image = answers.opened(variant.read_fitted() or b"")
        if (image.size, image.mode) == (descriptor.size, descriptor.mode):
            return image
    return None


def keep_fitted(variant: Variant, picture: Image.Image, image: Image.Image) -> None:
    """Store the cropped picture as well, if the original takes longer to decode."""
    if picture.width * picture.height > image.width * image.height:
        file = io.BytesIO()
        image.save(file, "PNG", compress_level=1)
        variant.fit(file.getvalue())


def _plan_of(record: Record, size: tuple[int, int] | None) -> Plan:
    if record.size_asked and record.frame:
        (width, height), (left, top, right, bottom) = record.size_asked, record.frame
        if 0 <= left < right <= width and 0 <= top < bottom <= height:
            return Plan(record.size_asked, record.frame)
    size = size or (1, 1)
    return Plan(size, (0, 0, *size))


def present(
    descriptor: Descriptor, record: Record, image: Image.Image, *, cached: bool
) -> Reconstruction:
    misfit = answers.misfit(record.size_received, _plan_of(record, record.size_received))
    known = {
        "size_received": "{}x{}".format(*record.size_received or image.size),
        "fitted": None if misfit is None else True,
        **record.details,
        "seconds": record.seconds,
        "request_id": record.request_id,
    }
    if record.sha256:
        known["made"] = record.made.isoformat()
    return Reconstruction(
        image,
        record.generator,
        record.source or source_of(descriptor),
        record.digital_source_type,
        model=record.model,
        score=record.score,
        cached=cached,
        cost_usd=record.cost_usd,
        details={
            name: value for name, value in known.items() if isinstance(value, (str, int, float))
        },
        warnings=() if misfit is None else (misfit,),
    )
