"""Searching a collection: what is asked for, and the rows that answer it, the best first."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, islice
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from gcx_format.collections.derived import Part
from gcx_format.collections.filters import Facts, Filters
from gcx_format.collections.index import Index, Progress, open_index
from gcx_format.collections.looks import Looks, open_looks
from gcx_format.collections.rows import Row
from gcx_format.collections.shards import EXTRA
from gcx_format.collections.terms import pieces
from gcx_format.errors import MissingExtraError
from gcx_format.extras import is_installed

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["Hit", "Search"]

_FEW: Final = 5000
"""Of so few rows that pass the filters, the index is told, rather than ranking all that it finds;
telling it more takes longer."""


class Hit:
    """A row that was found.

    Attributes:
        number: of the row in its collection, from 0.
        score: the higher the better; only good for comparing the hits of one search.
    """

    __slots__ = ("_read", "number", "score")

    def __init__(self, number: int, score: float, read: Callable[[int], Row]) -> None:
        self.number = number
        self.score = score
        self._read = read

    @property
    def row(self) -> Row:
        """The row, which is read now."""
        return self._read(self.number)

    def __repr__(self) -> str:
        return f"Hit({self.number}, {self.score:.4g})"


class Search:
    """Searches a collection as it was when this was made.

    Args:
        parts: its shards, in order.
        table: some columns of all rows.
        folders: where what is derived may lie, the first best; asked for when it is needed.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        table: Callable[[Sequence[str]], pa.Table],
        folders: Callable[[], Iterable[Path]],
    ) -> None:
        self._parts = parts
        self._table = table
        self._folders = folders
        self._index: Index | None = None
        self._looks: Looks | None = None
        self._preparing = Lock()
        self._ends = list(accumulate(part.pictures for part in parts))
        self._starts: defaultdict[str, list[int]] = defaultdict(list)
        for part, end in zip(parts, self._ends, strict=True):
            self._starts[part.sha256].append(end - part.pictures)

    @cached_property
    def _facts(self) -> Facts:
        return Facts(self._table(Facts.NAMES))

    def _indexed(self, progress: Progress) -> Index:
        with self._preparing:
            if self._index is None:
                if not is_installed("tantivy"):
                    raise MissingExtraError("searching", EXTRA)
                self._index = open_index(self._parts, self._folders(), progress)
            return self._index

    def looks(self, progress: Progress) -> Looks:
        """What all pictures look like; the first time, they are decoded for it."""
        with self._preparing:
            if self._looks is None:
                self._looks = open_looks(self._parts, self._folders(), progress)
            return self._looks

    def duplicates(self, progress: Progress) -> list[list[int]]:
        """Groups of rows that are of one file, or whose pictures look the same."""
        first: dict[bytes, int] = {}
        leader = list(range((self._ends or [0])[-1]))

        def of(number: int) -> int:
            while leader[number] != number:
                leader[number] = number = leader[leader[number]]
            return number

        def join(one: int, other: int) -> None:
            one, other = sorted((of(one), of(other)))
            leader[other] = one

        for number, digest in enumerate(self._table(["sha256"])["sha256"].to_pylist()):
            if digest:
                join(first.setdefault(digest, number), number)
        for one, other in self.looks(progress).pairs():
            join(one, other)
        groups: defaultdict[int, list[int]] = defaultdict(list)
        for number in range(len(leader)):
            groups[of(number)].append(number)
        return [group for group in groups.values() if len(group) > 1]

    def rows(
        self,
        text: str,
        filters: Filters,
        limit: int | None,
        progress: Progress,
        look: NDArray[np.int8] | None = None,
    ) -> list[tuple[int, float]]:
        """The numbers of the rows that have the words and pass the filters, with their scores.

        With a `look`, those that look most like it come first.

        Raises:
            InputError: a shard is damaged.
            MissingExtraError: the extra `archive` is not installed.
        """
        import numpy as np

        if look is not None:
            away = self.looks(progress).distances(look)
            if text.strip() or filters:
                among = np.full(len(away), np.inf, np.float32)
                passing = [number for number, _ in self.rows(text, filters, None, progress)]
                among[passing] = away[passing]
                away = among
            nearest = np.argsort(away, kind="stable")[: np.isfinite(away).sum()][:limit]
            return [(int(number), 1 / (1 + float(away[number]))) for number in nearest]
        fits = self._facts.matching(filters) if filters else None
        if not text.strip():
            if fits is None:
                numbers: Iterable[int] = range((self._ends or [0])[-1])
            elif filters.near is not None:
                kilometres = self._facts.distances(filters.near)
                near = np.flatnonzero(fits)
                numbers = near[np.argsort(kilometres[near], kind="stable")].tolist()
            else:
                numbers = np.flatnonzero(fits).tolist()
            return [(number, 0.0) for number in islice(numbers, limit)]
        wanted = pieces(text)
        if not wanted:  # signs, of which there are no terms
            return []
        index = self._indexed(progress)
        some = None
        if fits is not None and fits.sum() <= _FEW:
            some = self._places(fits.nonzero()[0].tolist())
        ranked = (
            (start + row, score)
            for score, shard, row in index.find(wanted, some)
            for start in self._starts[shard]
        )
        fitting = (found for found in ranked if fits is None or fits[found[0]])
        return sorted(islice(fitting, limit), key=lambda found: (-found[1], found[0]))

    def _places(self, numbers: Iterable[int]) -> Iterator[tuple[str, int]]:
        """The shard, by its SHA-256, and the row in it of each row's number."""
        for number in numbers:
            part = bisect_right(self._ends, number)
            yield self._parts[part].sha256, number - self._ends[part] + self._parts[part].pictures
