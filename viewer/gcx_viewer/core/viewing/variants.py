"""The kept pictures of one file, and what made each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from gcx_format.cache import Cache, descriptor_hash
from gcx_format.errors import GcxError, InputError, OutputError
from gcx_viewer.core.pictures import Picture

if TYPE_CHECKING:
    from gcx_format.cache import Variant
    from gcx_format.descriptor import Descriptor
    from gcx_format.generate.reconstruction import Reconstruction
    from gcx_format.settings import Settings

__all__ = ["VariantInfo", "Variants", "default_of", "info_of"]


@dataclass(frozen=True, slots=True)
class VariantInfo:
    """A kept picture, and what made it. What nobody knows is None.

    Attributes:
        variant: as the cache has it.
        id: a short name, eight hexadecimal digits.
        made: when, in UTC.
        model: that was asked.
        image_model: that painted, where that is another one.
        quality: that was asked for.
        cost_usd: in US dollars.
        estimated: whether the cost is an estimate, for the server did not say.
        score: how well it agrees with the visual condition, 0 to 1.
        seconds: that it took.
        size: width and height that the server sent.
        file_bytes: of the file that the server sent.
        chosen: whether the user chose it, so that it is the one to be shown.
    """

    variant: Variant
    id: str
    made: datetime
    model: str | None
    image_model: str | None
    quality: str | None
    cost_usd: Decimal | None
    estimated: bool
    score: float | None
    seconds: float | None
    size: tuple[int, int] | None
    file_bytes: int
    chosen: bool


def info_of(variant: Variant) -> VariantInfo:
    """What is known of a kept picture."""
    record = variant.record
    return VariantInfo(
        variant,
        variant.id,
        record.made,
        record.model,
        _text(record.details.get("image_model")),
        _text(record.details.get("quality")),
        record.cost_usd,
        record.estimated,
        record.score,
        record.seconds,
        record.size_received,
        record.file_bytes,
        variant.chosen,
    )


def default_of(known: Sequence[VariantInfo]) -> VariantInfo | None:
    """The one that opening the file shows: which the user chose, or else the best, if any."""
    from gcx_format.generate.stored import preference

    return max(known, key=lambda one: preference(one.variant), default=None)


class Variants:
    """The kept pictures of one descriptor. Everything here reads or writes the disk."""

    def __init__(self, descriptor: Descriptor, data: bytes, settings: Settings) -> None:
        """Looks at the cache that the settings name; it need not exist."""
        self._descriptor = descriptor
        self._data = data
        self._hash = descriptor_hash(data)
        self._settings = settings
        self._cache = Cache(settings.cache_folder, settings.cache_max_bytes)

    def all(self) -> list[VariantInfo]:
        """The kept pictures, the oldest first."""
        return [info_of(variant) for variant in self._cache.variants(self._hash)]

    def best(self) -> Picture | None:
        """The picture to show: the chosen one, else the best, whatever painted it."""
        from gcx_format.generate.stored import find_stored

        made = find_stored(self._descriptor, self._settings, data=self._data)
        return None if made is None else self.picture(made)

    def open(self, variant: Variant) -> Picture:
        """One of the pictures.

        Raises:
            InputError: it was removed meanwhile, or is damaged.
        """
        from gcx_format.generate.stored import open_variant

        try:
            made = open_variant(self._descriptor, variant)
        except InputError:
            raise
        except GcxError as error:
            raise InputError("the cached picture is damaged", filename=variant.path) from error
        return self.picture(made, variant)

    def picture(self, made: Reconstruction, variant: Variant | None = None) -> Picture:
        """A generated picture, with the kept file that it is in."""
        if variant is None and "made" in made.details:
            kept = self._cache.variants(self._hash)
            variant = next(
                (v for v in kept if v.record.made.isoformat() == made.details["made"]), None
            )
        return Picture(made.image, "reconstruction", made.source_type, variant, made.info)

    def choose(self, variant: Variant | None) -> None:
        """Make it the one that is shown, everywhere; None leaves it to gcx again.

        Raises:
            InputError: it was removed meanwhile.
            OutputError: that cannot be kept.
        """
        if variant is None:
            self._cache.choose_none(self._hash)
        elif any(variant.path == kept.path for kept in self._cache.variants(self._hash)):
            self._cache.choose(variant)
        else:
            raise InputError("the picture has been removed", filename=variant.path)

    def delete(self, variant: Variant) -> None:
        """Remove a picture for good.

        Raises:
            OutputError: it cannot be removed.
        """
        if variant.path.parent.name != self._hash:
            raise OutputError("the picture belongs to another file", filename=variant.path)
        self._cache.remove(variant)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
