"""Which of a descriptor's pictures is stored, and how it is shown.

A picture is found by the hash of its descriptor alone. It is cropped to its own size, with what its
record says.
"""

from __future__ import annotations

import io
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from gcx_format import container
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.errors import BadAnswerError, InputError
from gcx_format.generate import answers, geometry
from gcx_format.generate.geometry import Plan
from gcx_format.generate.reconstruction import Reconstruction, source_of
from gcx_format.records import Record

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.cache import Variant
    from gcx_format.descriptor import Descriptor
    from gcx_format.settings import Settings

__all__ = [
    "ANYTHING",
    "By",
    "cache_of",
    "find_stored",
    "hash_of",
    "is_stored",
    "keep_fitted",
    "open_variant",
    "preference",
    "present",
    "stored_pictures",
]


class By(NamedTuple):
    """Who has to have painted a stored picture for it to do; None: it does not matter."""

    generator: str | None = None
    model: str | None = None

    @classmethod
    def named(cls, generator: str | None, model: str | None) -> By:
        """Who was asked for by name: `auto` and the settings name nobody."""
        return cls(None if generator == "auto" else generator, model)

    def painted(self, record: Record) -> bool:
        """Whether one with this record will do."""
        return self.generator in (None, record.generator) and self.model in (
            None,
            record.model,
            record.details.get("image_model"),
        )


ANYTHING: Final = By()


def find_stored(
    descriptor: Descriptor, settings: Settings, by: By = ANYTHING, *, data: bytes | None = None
) -> Reconstruction | None:
    """The best stored picture of a descriptor, or None.

    The best is the one that the user chose, else that with the best score, the newest of several.

    Args:
        descriptor: what is left of the picture.
        settings: where pictures are stored; nothing else of them matters.
        by: who has to have painted it.
        data: the whole file, where the caller has it.
    """
    for variant in stored_pictures(hash_of(descriptor, data), settings, by):
        # Another program may have removed it, or it was damaged and is removed now.
        with suppress(InputError, BadAnswerError):
            return open_variant(descriptor, variant)
    return None


def is_stored(descriptor: Descriptor, settings: Settings, by: By = ANYTHING) -> bool:
    """Whether there is such a picture; it is not opened."""
    return bool(stored_pictures(hash_of(descriptor, None), settings, by))


def stored_pictures(key: str, settings: Settings, by: By) -> list[Variant]:
    """The stored pictures of a descriptor, the best first."""
    return sorted(
        (each for each in cache_of(settings).variants(key) if by.painted(each.record)),
        key=preference,
        reverse=True,
    )


def preference(variant: Variant) -> tuple[bool, float, datetime]:
    """By what the best of several stored pictures is found: the greatest is the best."""
    return variant.chosen, answers.rank(variant.record.score), variant.made


def cache_of(settings: Settings) -> Cache:
    return Cache(settings.cache_folder, settings.cache_max_bytes)


def hash_of(descriptor: Descriptor, data: bytes | None) -> str:
    return descriptor_hash(container.dumps(descriptor) if data is None else data)


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
