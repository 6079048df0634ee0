"""A collection in numbers: its pictures, their bytes and their words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from gcx_format.collections.reading import Collection

__all__ = ["Statistics", "count"]


@dataclass(slots=True)
class Statistics:
    """What `count` found.

    Attributes:
        sizes: how many `.gcx` files have so many bytes.
        ratios: how many originals are so many times as large as their `.gcx` files, by powers of 2;
            those of unknown size are left out.
        lengths: how many pictures have so many words.
        codecs: how many pictures have a visual condition of this codec, or `none`.
        cameras: how many pictures each camera took.
        years: how many pictures were taken in each year.
        original_bytes: of all originals whose size is known.
        collection_bytes: what the collection takes in all.
    """

    sizes: Counter[int] = field(default_factory=Counter)
    ratios: Counter[int] = field(default_factory=Counter)
    lengths: Counter[int] = field(default_factory=Counter)
    codecs: Counter[str] = field(default_factory=Counter)
    cameras: Counter[str] = field(default_factory=Counter)
    years: Counter[int] = field(default_factory=Counter)
    original_bytes: int = 0
    collection_bytes: int = 0

    @property
    def pictures(self) -> int:
        return self.sizes.total()

    @property
    def gcx_bytes(self) -> int:
        return sum(size * times for size, times in self.sizes.items())

    @property
    def described(self) -> int:
        """How many pictures have words."""
        return self.lengths.total()

    @property
    def words(self) -> int:
        """Of all pictures."""
        return sum(length * times for length, times in self.lengths.items())

    @property
    def overhead(self) -> float:
        """Bytes a picture beyond its `.gcx` file."""
        extra = self.collection_bytes - self.gcx_bytes
        return extra / self.pictures if self.pictures else 0.0

    def size_at(self, part: float) -> int | None:
        """The size that this part of the `.gcx` files, from 0 to 1, do not exceed."""
        wanted, passed = min(int(part * self.pictures), self.pictures - 1), 0
        for size, times in sorted(self.sizes.items()):
            passed += times
            if passed > wanted:
                return size
        return None


def count(collection: Collection) -> Statistics:
    """Read a collection once and sum it up.

    Raises:
        InputError: a shard is damaged.
    """
    found = Statistics(collection_bytes=collection.stored_bytes())
    for known in collection.columns(("gcx", "codec", "words", "original_bytes", "camera", "taken")):
        size, original = len(known["gcx"]), known["original_bytes"]
        found.sizes[size] += 1
        found.codecs[known["codec"] or "none"] += 1
        if original:
            found.original_bytes += original
            found.ratios[(original // size).bit_length() - 1] += 1
        if known["words"] is not None:
            found.lengths[len(known["words"].split())] += 1
        if known["camera"]:
            found.cameras[known["camera"]] += 1
        if known["taken"]:
            found.years[known["taken"].year] += 1
    return found
