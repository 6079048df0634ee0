"""What pictures look like, in 64 bytes each, so that those alike are found.

A picture's look is what its visual condition has of low frequencies, much as MPEG-7's colour
layout: of a version of 32 x 32 pixels, whatever the shape, the discrete cosine transform of luma
(the first 44 coefficients in zigzag order behind the mean, divided by their length, so that
brightness and contrast matter little) and of both differences of colour (10 each). Two looks are as
far apart as the Euclidean distance of these numbers.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gcx_format import container, durable_files
from gcx_format.collections import derived
from gcx_format.collections.derived import Part
from gcx_format.conditions import decode_condition
from gcx_format.descriptor import Descriptor
from gcx_format.errors import GcxError, OutputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["ALIKE", "Looks", "look_of", "look_of_any", "open_looks"]

ALIKE: Final = 0.3
"""Looks that are no farther apart are taken for those of one picture."""

_VERSION: Final = 1
_SIDE: Final = 32
_LUMA, _CHROMA = 44, 10
_BYTES: Final = _LUMA + 2 * _CHROMA
_FLAT: Final = 150.0
"""Length of luma's coefficients up to which a picture is rather flat; its noise is not blown up."""

_COLOUR: Final = 1 / 1200
"""What a coefficient of colour counts; luma's have a length of 1."""

_NONE: Final = -128
"""Fills the look of a picture without one."""


def look_of(picture: Image.Image) -> NDArray[np.int8]:
    """The look of a picture in any mode and size: 64 numbers from -127 to 127."""
    import numpy as np
    from PIL import Image

    small = picture.convert("YCbCr").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    planes = np.asarray(small, np.float32).transpose(2, 0, 1)
    waves, order = _basis()
    low = (waves @ planes @ waves.T).reshape(3, -1)[:, order]
    luma = low[0, 1 : 1 + _LUMA]
    luma = luma / (_FLAT + np.linalg.norm(luma))
    colour = (low[1:, :_CHROMA] - np.eye(1, _CHROMA) * 128 * _SIDE) * _COLOUR
    numbers = np.concatenate([luma, colour.ravel()]) * 127
    look: NDArray[np.int8] = np.clip(np.rint(numbers), -127, 127).astype(np.int8)
    return look


def look_of_any(like: Image.Image | Descriptor) -> NDArray[np.int8]:
    """The look of a descriptor, or of a picture once it is encoded as those of a collection are.

    Raises:
        GcxError: the picture cannot be encoded, or the descriptor's condition not be decoded.
    """
    from gcx_format.encode import encode

    made = like if isinstance(like, Descriptor) else encode(like)
    return look_of(decode_condition(made))


@cache
def _basis() -> tuple[NDArray[np.float32], NDArray[np.intp]]:
    """The lowest waves of an orthonormal DCT-II, and the zigzag order of their products."""
    import numpy as np

    count = 9
    rows = np.arange(count)[:, None]
    waves = np.cos(np.pi * rows * (np.arange(_SIDE) + 0.5) / _SIDE) * np.sqrt(2 / _SIDE)
    waves[0] /= np.sqrt(2)
    down, across = np.divmod(np.arange(count * count), count)
    order = np.lexsort((across, down + across))
    return waves.astype(np.float32), order


class Looks:
    """The looks of the rows of some shards, in order."""

    def __init__(self, numbers: NDArray[np.int8]) -> None:
        import numpy as np

        self._looks = numbers.astype(np.float32) / 127
        self._known = numbers[:, 0] != _NONE

    def distances(self, look: NDArray[np.int8]) -> NDArray[np.float32]:
        """How far each row's look is from this one; infinite where there is none."""
        import numpy as np

        away: NDArray[np.float32] = np.linalg.norm(
            self._looks - look.astype(np.float32) / 127, axis=1
        )
        away[~self._known] = np.inf
        return away

    def pairs(self, most: float = ALIKE) -> Iterator[tuple[int, int]]:
        """The numbers of any two rows whose looks are no farther apart.

        Rows are compared with those alone whose strongest coefficient is near.
        """
        import numpy as np

        known = np.flatnonzero(self._known)
        if not len(known):
            return
        looks = self._looks[known]
        axis = int(looks.var(axis=0).argmax())
        order = known[np.argsort(looks[:, axis], kind="stable")]
        looks = self._looks[order]
        squares = np.square(looks).sum(axis=1)
        block = 1024
        for start in range(0, len(order), block):
            some = looks[start : start + block]
            end = int(np.searchsorted(looks[:, axis], some[-1, axis] + most, "right"))
            near = squares[start : start + block, None] + squares[None, start:end]
            near = near - 2 * some @ looks[start:end].T <= most * most
            for first, second in np.argwhere(np.triu(near, 1)):
                yield int(order[start + first]), int(order[start + second])


def open_looks(
    parts: Sequence[Part], folders: Iterable[Path], progress: Callable[[int, int], None]
) -> Looks:
    """The looks of all rows; those of each shard are kept once they are made.

    Args:
        parts: the shards.
        folders: where they may lie, the first best.
        progress: is told of the rows that are looked at.

    Raises:
        InputError: a shard is damaged.
    """
    import numpy as np

    places = [folder / f"looks-{_VERSION}" for folder in folders]
    found = {part.sha256: _kept(part, places) for part in parts}
    total = sum(part.pictures for part in parts if found[part.sha256] is None)
    done = 0
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for part in parts:
            if found[part.sha256] is not None:
                continue
            made: list[Any] = []
            for look in threads.map(_look_of_gcx, (row["gcx"] for row in part.rows(("gcx",)))):
                made.append(look)
                done += 1
                if done % 64 == 0 or done == total:
                    progress(done, total)
            new = np.array(made, np.int8).reshape(-1, _BYTES)
            _keep(part, new, places)
            found[part.sha256] = new
    for place in places:
        wanted = {f"{part.sha256}.looks" for part in parts}
        with suppress(OSError):
            for file in place.iterdir():
                if file.name not in wanted and file.suffix == ".looks":
                    file.unlink()  # of a shard that is gone
    kept = [looks for part in parts if (looks := found[part.sha256]) is not None]
    return Looks(np.concatenate([np.empty((0, _BYTES), np.int8), *kept]))


def _look_of_gcx(gcx: bytes) -> NDArray[np.int8]:
    import numpy as np

    try:
        return look_of(decode_condition(container.loads(gcx)))
    except GcxError:  # no condition, damaged, or a codec that is not installed
        return np.full(_BYTES, _NONE, np.int8)


def _kept(part: Part, places: Iterable[Path]) -> NDArray[np.int8] | None:
    import numpy as np

    for place in places:
        with suppress(OSError):
            data = (place / f"{part.sha256}.looks").read_bytes()
            looks, check = data[:-4], data[-4:]
            if len(looks) == part.pictures * _BYTES and zlib.crc32(looks).to_bytes(4) == check:
                return np.frombuffer(looks, np.int8).reshape(-1, _BYTES)
    return None


def _keep(part: Part, looks: NDArray[np.int8], places: Iterable[Path]) -> None:
    data = looks.tobytes()
    for place in places:
        with suppress(OutputError), derived.locked(place):
            name = place / f"{part.sha256}.looks"
            durable_files.write(name, data + zlib.crc32(data).to_bytes(4), mode=0o644)
            return
