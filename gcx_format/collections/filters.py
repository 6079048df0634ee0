"""What is known of a picture beside its words, to search by: when, where, with what, how large."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from gcx_format.collections.terms import fold
from gcx_format.errors import ArgumentError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

__all__ = ["DEFAULT_RADIUS", "Facts", "Filters", "period"]

DEFAULT_RADIUS: Final = 10.0
"""Kilometres."""

_EARTH_RADIUS: Final = 6371.0
_DATE: Final = re.compile(r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?)?")
_UNKNOWN: Final = -(2**63)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a picture must be; None: anything.

    Attributes:
        taken: when, such as `2020-06`, or from when to when, `2019..2021`; either end may be
            missing, and both count.
        near: latitude and longitude in degrees, and at most how many kilometres away (10).
        camera: part of its name, in upper or lower case.
        codec: the name of the visual codec; `none`: there is no visual condition.
        min_size: width and height in pixels that it has at least, either way up.

    Raises:
        ArgumentError: one of them is none of these.
    """

    taken: str | None = None
    near: Sequence[float] | None = None
    camera: str | None = None
    codec: str | None = None
    min_size: tuple[int, int] | None = None

    def __post_init__(self) -> None:
        if self.taken is not None:
            period(self.taken)
        if self.near is not None:
            numbers = [*self.near, DEFAULT_RADIUS][:3]
            north, east, radius = numbers if len(numbers) == 3 else (math.nan,) * 3
            if not (abs(north) <= 90 and abs(east) <= 180 and radius >= 0) or len(self.near) > 3:
                raise ArgumentError(
                    "near is a latitude from -90 to 90, a longitude from -180 to 180 and "
                    "perhaps a distance in kilometres"
                )

    def __bool__(self) -> bool:
        return any(getattr(self, name) is not None for name in self.__slots__)


class Facts:
    """The columns `NAMES` of every row, as arrays."""

    NAMES: Final = ("width", "height", "codec", "taken", "latitude", "longitude", "camera")

    def __init__(self, table: pa.Table) -> None:
        import numpy as np
        import pyarrow as pa

        def numbers(name: str, unknown: float) -> NDArray[Any]:
            column = table[name]
            if pa.types.is_timestamp(column.type):
                column = column.cast(pa.int64())
            return np.asarray(column.fill_null(unknown))

        self._sides = np.sort([numbers(name, 0) for name in ("width", "height")], axis=0)
        self._taken = numbers("taken", _UNKNOWN)
        self._places = [numbers(name, math.nan) for name in ("latitude", "longitude")]
        self._names = {
            name: table[name].combine_chunks().dictionary_encode("encode")
            for name in ("codec", "camera")
        }

    def __len__(self) -> int:
        return len(self._taken)

    def matching(self, filters: Filters) -> NDArray[np.bool_]:
        """Whether each row is what is wanted."""
        import numpy as np

        fits = np.ones(len(self), np.bool_)
        if filters.taken is not None:
            begin, end = np.array(period(filters.taken), "datetime64[ms]").astype(np.int64)
            fits &= (self._taken >= begin) & (self._taken < end) & (self._taken != _UNKNOWN)
        if filters.near is not None:
            fits &= self.distances(filters.near) <= [*filters.near, DEFAULT_RADIUS][2]
        if filters.camera is not None:
            wanted = fold(filters.camera)
            fits &= self._is("camera", lambda name: name is not None and wanted in fold(name))
        if filters.codec is not None:
            fits &= self._is("codec", lambda name: (name or "none") == filters.codec)
        if filters.min_size is not None:
            shorter, longer = sorted(filters.min_size)
            fits &= (self._sides[0] >= shorter) & (self._sides[1] >= longer)
        return fits

    def distances(self, near: Sequence[float]) -> NDArray[np.float64]:
        """How many kilometres away each picture was taken, over the ground; NaN: unknown."""
        import numpy as np

        north, east = map(np.radians, self._places)
        at_north, at_east = np.radians(near[0]), np.radians(near[1])
        haversine = (
            np.sin((north - at_north) / 2) ** 2
            + np.cos(north) * np.cos(at_north) * np.sin((east - at_east) / 2) ** 2
        )
        found: NDArray[np.float64] = 2 * _EARTH_RADIUS * np.arcsin(np.sqrt(haversine))
        return found

    def _is(self, name: str, wanted: Callable[[str | None], bool]) -> NDArray[np.bool_]:
        import numpy as np

        column = self._names[name]
        values = column.dictionary.to_pylist()
        fits = np.array([wanted(value) for value in values], np.bool_)
        found: NDArray[np.bool_] = fits[np.asarray(column.indices)]
        return found


def period(text: str) -> tuple[datetime, datetime]:
    """When `2020`, `2020-06`, `2019-01-01..2020-06` or `2020..` begins, and when it is over.

    Raises:
        ArgumentError: it is nothing of this kind.
    """
    first, is_range, last = (part.strip() for part in text.partition(".."))
    try:
        if not is_range:
            return _period(first)
        begin = _period(first)[0] if first else datetime.min
        end = _period(last)[1] if last else datetime.max
        if begin < end:
            return begin, end
    except ValueError:
        pass
    raise ArgumentError(
        "taken is a year, a month or a day, such as 2020, 2020-06 or 2020-06-01, or from one to "
        f"another, such as 2019..2020-06, not {text!r}"
    )


def _period(text: str) -> tuple[datetime, datetime]:
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    year, month, day = (int(number or 0) for number in match.groups())
    begin = datetime(year, month or 1, day or 1)
    in_year = 365 + calendar.isleap(year)
    days = 1 if day else calendar.monthrange(year, month)[1] if month else in_year
    return begin, begin + min(timedelta(days), datetime.max - begin)
