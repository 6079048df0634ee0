"""The best visual condition that fits a number of bytes.

Either a small sharp picture coded coarsely or a smaller one coded finely is closer to the
original, depending on the picture and the bytes. So scales and ways of coding are compared after
enlarging them to the thumbnail at the finest scale: a few where the best is likely, coded fast and
judged by interpolation at exactly the budget, and the best of these slowly. Any `Coder` can be
searched.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from PIL import Image

from gcx_format.descriptor import PAPER_SCALE, condition_size, scale_from_byte, scale_to_byte
from gcx_format.errors import BudgetError
from gcx_format.similarity import psnr, ssim
from gcx_format.visual.av1 import codec
from gcx_format.visual.codec import PAPER_SIDE, Size, default_scale
from gcx_format.visual.downscale import downscale

__all__ = ["Av1Coder", "Choice", "Coder", "at_paper_rate", "fit"]

_PAPER_RATE: Final = 0.294
"""Bits per pixel of the condition: the better of the paper's two settings (section 4.1)."""

_LEAST_BYTES: Final = 64
"""For a tiny picture, the paper's rate would not even cover the codec's header."""

_SSIM_WORTH: Final = 20.0
"""The decibels of PSNR that SSIM from 0 to 1 is worth: from 150 to 600 bytes for 128 x 128
pixels, photographs gain both at about this rate."""

_TYPICAL_RATE: Final = 0.3
"""Bits per pixel of the condition at the best scale, on average over photographs."""

_SPEND: Final = 2.8
"""Decibels of score that twice the bytes bring."""

_OCTAVES: Final = 6.6
"""How often the length doubles from the worst quality to the best."""

_GROWTH: Final = 0.73
"""By which power of the pixels the length grows at one quality."""

_WASTE: Final = {8: 0.5, 16: 0.25}
"""Decibels lost to blocks of this side that reach beyond the edges, for twice the pixels."""

_TRUST: Final = 0.15
"""Decibels by which the score of a probe is off, at random."""

_NEAR: Final = 0.14
"""A length within 10 % of the budget (in octaves) tells the score at the budget."""

_PROBES: Final = 5
"""Pairs of scale and coder that are coded fast; more for more than two coders."""

_FINALISTS: Final = 2
"""How many of the best by fast coding are then coded slowly."""

_HOPELESS: Final = 0.5
"""Decibels behind the best by fast coding that slow coding does not make up for."""

_PERFECT: Final = 150.0
"""A score in place of an infinite one, in dB."""


class Coder(Protocol):
    """A codec with every setting fixed except quality."""

    @property
    def qualities(self) -> Sequence[int]:
        """The qualities that `encode` takes, worst first."""

    def encode(self, picture: Image.Image, quality: int, *, speed: int) -> bytes:
        """The payload; higher qualities are longer, by and large."""

    def decode(
        self, payload: bytes, size: tuple[int, int], mode: Literal["RGB", "L"]
    ) -> Image.Image:
        """The picture of a payload."""


@dataclass(frozen=True, slots=True)
class Av1Coder:
    chroma: codec.Chroma

    @property
    def qualities(self) -> Sequence[int]:
        return codec.QUALITIES

    def encode(self, picture: Image.Image, quality: int, *, speed: int) -> bytes:
        return codec.encode(picture, quality, speed=speed, chroma=self.chroma)

    def decode(
        self, payload: bytes, size: tuple[int, int], mode: Literal["RGB", "L"]
    ) -> Image.Image:
        return codec.decode(payload, size, mode)


@dataclass(frozen=True, slots=True)
class Choice:
    """What the search found.

    PSNR and SSIM compare the enlarged condition with the thumbnail at the finest scale.
    """

    scale: float
    quality: int
    payload: bytes
    psnr: float
    ssim: float

    @property
    def score(self) -> float:
        """The objective of the search, in dB."""
        return self.psnr + _SSIM_WORTH * self.ssim


def fit(
    picture: Image.Image,
    max_bytes: int,
    *,
    size: Size | None = None,
    scale: float | None = None,
    finest: float = PAPER_SCALE,
    coders: Sequence[Coder] | None = None,
) -> Choice:
    """Find the scale and quality that lose the least within `max_bytes` of payload.

    `size` is the one that scales refer to; None: the picture's.
    `scale` is the only one to try; None: any from `finest` up. Conditions are compared with the
    thumbnail at `finest`, or at `scale` if that is finer. Without `coders`, it is AV1, for a colour
    picture in both chroma formats.

    Raises:
        BudgetError: nothing fits; `smallest` is the shortest payload found.
        ArgumentError: a scale cannot be stored, or the picture is too large for the codec.
    """
    size = size or picture.size
    finest = finest if scale is None else min(scale, finest)
    if coders is None:
        coders = [Av1Coder("4:2:0")] + [Av1Coder("4:4:4")] * (picture.mode == "RGB")
    thumbnail = downscale(picture, condition_size(*size, finest))
    search = _Search(thumbnail, max_bytes, coders)
    places = _places(size, finest, scale, len(coders))
    while search.best is None and places:
        probes = _probe(places, search)
        ranked = sorted(probes, key=lambda place: probes[place].score, reverse=True)
        for place in ranked[:_FINALISTS]:
            if probes[place].score >= probes[ranked[0]].score - _HOPELESS:
                search.settle(place, probes[place].index, _final_speed(place.size))
        for place in ranked:
            if search.best is None:
                search.settle(place, probes[place].index, _probing_speed(place.size))
        least = min((place.pixels for place in probes), default=0)
        places = [place for place in places if place.pixels < least]
    if search.best is None:
        raise BudgetError(
            f"no visual condition fits into {max_bytes} bytes; the smallest has {search.smallest}",
            smallest=search.smallest,
        )
    return search.best


def at_paper_rate(
    picture: Image.Image, size: Size | None = None, *, scale: float | None = None
) -> Choice:
    """Code at the paper's 0.294 bits per pixel of the condition, or 64 bytes if that is more.

    Without a scale, it is `default_scale`, and there are at most the 602 bytes of the paper's
    square. A picture that needs more at the lowest quality gets it.

    Args:
        picture: as for `fit`.
        size: as for `fit`.
        scale: as for `fit`.
    """
    size = size or picture.size
    of_paper = int(_PAPER_RATE * PAPER_SIDE**2 / 8)
    pixels = math.prod(condition_size(*size, scale or default_scale(size)))
    target = max(_LEAST_BYTES, int(_PAPER_RATE * pixels / 8))
    if scale is None:
        scale, target = default_scale(size), min(target, of_paper)
    try:
        return fit(picture, target, size=size, scale=scale)
    except BudgetError as error:
        if error.smallest is None:
            raise
        return fit(picture, error.smallest, size=size, scale=scale)


@dataclass(frozen=True, slots=True)
class _Place:
    """A scale, the size of the condition there, and the index of a coder."""

    scale: float
    size: Size
    coder: int

    @property
    def pixels(self) -> int:
        return math.prod(self.size)

    @property
    def waste(self) -> float:
        """The decibels that sides cost which are no multiples of those of blocks."""
        return sum(
            worth * math.log2(math.prod(-(-side // block) * block for side in self.size))
            - worth * math.log2(self.pixels)
            for block, worth in _WASTE.items()
        )


@dataclass(frozen=True, slots=True)
class _Probe:
    """The index of the quality whose length is the budget, and the score there, interpolated."""

    index: float
    score: float


@dataclass(frozen=True, slots=True)
class _Trial:
    """What came of coding once: the quality, the logarithm of the length to base 2, the score."""

    index: int
    length: float
    score: float


def _places(size: Size, finest: float, scale: float | None, coders: int) -> list[_Place]:
    """All that can be tried, from the finest scale to a single pixel, every size once."""
    first = scale_to_byte(finest if scale is None else scale)
    sizes: dict[Size, float] = {}
    for byte in range(first, (first if scale else scale_to_byte(1024.0)) + 1):
        tried = scale_from_byte(byte)
        sizes.setdefault(condition_size(*size, tried), tried)
    return [
        _Place(tried, small, coder) for small, tried in sizes.items() for coder in range(coders)
    ]


def _probe(places: list[_Place], search: _Search) -> dict[_Place, _Probe]:
    """Code fast where the best is likely, and learn from each result where that is.

    The score, less what blocks waste, is taken for a parabola over the logarithm of the pixels,
    and each coder for better or worse than the first by a constant: a linear regression, which
    starts from what photographs have in common.
    """
    import numpy as np

    typical = math.log2(8 * search.max_bytes / _TYPICAL_RATE)
    coders = len(search.coders)
    rows = [
        [1.0, x := math.log2(place.pixels) - typical, x * x]
        + [float(place.coder == other) - 0.5 for other in range(1, coders)]
        for place in places
    ]
    features = np.array(rows)
    waste = np.array([place.waste for place in places])
    expected = np.array([30.0, 0.0, -0.16] + [0.0] * (coders - 1))
    precision = np.diag(np.array([20.0, 0.5, 0.05] + [0.4] * (coders - 1)) ** -2)
    evidence = precision @ expected
    possible = np.ones(len(places), bool)
    found: dict[_Place, _Probe] = {}
    while len(found) < max(_PROBES, 2 * coders + 1) and possible.any():
        spread = np.linalg.inv(precision)
        likely = features @ (spread @ evidence) - waste
        if found:  # what is uncertain may be better than it looks
            likely += np.sqrt(np.einsum("ij,jk,ik->i", features, spread, features))
        chosen = int(np.where(possible, likely, -np.inf).argmax())
        possible[chosen] = False
        place, row = places[chosen], features[chosen]
        probe = search.probe(place, _guess(place, found, search))
        if probe is None:  # nor does what is larger fit, by what the shortest was too long
            most = place.pixels * search.max_bytes / search.shortest[place]
            for number, other in enumerate(places[: len(places) - coders]):
                possible[number] &= other.coder != place.coder or other.pixels < most
            continue
        found[place] = probe
        if probe.score >= _PERFECT:
            break
        precision += np.outer(row, row) / _TRUST**2
        evidence += row * (probe.score + waste[chosen]) / _TRUST**2
    return found


def _guess(place: _Place, found: dict[_Place, _Probe], search: _Search) -> float:
    """The index of the quality that should fill the budget, from the nearest probe."""
    qualities = len(search.coders[place.coder].qualities)

    def distance(other: _Place) -> float:
        return abs(math.log2(other.pixels / place.pixels)) + 0.3 * (other.coder != place.coder)

    nearest = min(found, key=distance, default=None)
    if nearest is None:
        return qualities / 4
    index = found[nearest].index * qualities / len(search.coders[nearest.coder].qualities)
    return index - _GROWTH * math.log2(place.pixels / nearest.pixels) * qualities / _OCTAVES


class _Search:
    """The best so far against one thumbnail, within one number of bytes; codes nothing twice."""

    def __init__(self, thumbnail: Image.Image, max_bytes: int, coders: Sequence[Coder]) -> None:
        self.thumbnail = thumbnail
        self.max_bytes = max_bytes
        self.coders = coders
        self.best: Choice | None = None
        self.shortest: dict[_Place, int] = {}
        self._budget = math.log2(max_bytes)
        self._trials: dict[tuple[_Place, int, int], _Trial] = {}
        self._pictures: dict[Size, Image.Image] = {}

    @property
    def smallest(self) -> int | None:
        return min(self.shortest.values(), default=None)

    def probe(self, place: _Place, guess: float) -> _Probe | None:
        """Code fast near the budget; None if not even the worst quality fits."""
        count, speed = len(self.coders[place.coder].qualities), _probing_speed(place.size)
        step = _OCTAVES / count
        index = min(max(round(guess), 0), count - 1)
        low: _Trial | None = None
        high: _Trial | None = None
        while True:
            trial = self._trial(place, index, speed)
            missing = self._budget - trial.length
            if missing >= 0:
                low = trial
            else:
                high = trial
            if low is not None and low.index == count - 1:
                return _Probe(low.index, low.score)
            if high is not None and high.index == 0:
                return None
            slope = step
            if low is not None and high is not None:
                if high.index - low.index == 1:
                    break
                slope = max((high.length - low.length) / (high.index - low.index), step / 4)
            if abs(missing) <= _NEAR:
                break
            least = 0 if low is None else low.index + 1
            most = count - 1 if high is None else high.index - 1
            index = min(max(round(index + missing / slope), least), most)
        if low is not None and high is not None and high.length > low.length:
            part = (self._budget - low.length) / (high.length - low.length)
            return _Probe(
                low.index + part * (high.index - low.index),
                low.score + part * (high.score - low.score),
            )
        return _Probe(trial.index + missing / step, trial.score + _SPEND * missing)

    def settle(self, place: _Place, guess: float, speed: int) -> None:
        """Code at the highest quality that fits, by and large."""
        count = len(self.coders[place.coder].qualities)
        step = _OCTAVES / count
        index, fits = min(max(int(guess + 0.3), 0), count - 1), False
        while 0 <= index < count:
            missing = self._budget - self._trial(place, index, speed).length
            if missing < 0:
                if fits:
                    return
                index -= 1
            elif (place, index + 1, speed) in self._trials or missing < 0.6 * step:
                return
            else:
                index, fits = index + 1, True

    def _trial(self, place: _Place, index: int, speed: int) -> _Trial:
        key = place, index, speed
        if key not in self._trials:
            self._trials[key] = self._code(*key)
        return self._trials[key]

    def _code(self, place: _Place, index: int, speed: int) -> _Trial:
        coder, size = self.coders[place.coder], place.size
        if size not in self._pictures:
            self._pictures[size] = self.thumbnail.resize(size, Image.Resampling.LANCZOS)
        picture = self._pictures[size]
        payload = coder.encode(picture, coder.qualities[index], speed=speed)
        self.shortest[place] = min(len(payload), self.shortest.get(place, len(payload)))
        mode: Literal["RGB", "L"] = "RGB" if picture.mode == "RGB" else "L"
        decoded = coder.decode(payload, size, mode)
        enlarged = decoded.resize(self.thumbnail.size, Image.Resampling.LANCZOS)
        choice = Choice(
            place.scale,
            coder.qualities[index],
            payload,
            psnr(self.thumbnail, enlarged),
            ssim(self.thumbnail, enlarged),
        )
        if len(payload) <= self.max_bytes and (self.best is None or choice.score > self.best.score):
            self.best = choice
        return _Trial(index, math.log2(len(payload)), min(choice.score, _PERFECT))


def _probing_speed(size: tuple[int, int]) -> int:
    """Speed 6 ranks the scales nearly like speed 3, in a fraction of the time."""
    return 6 if size[0] * size[1] <= 1 << 18 else 8


def _final_speed(size: tuple[int, int]) -> int:
    """Worth seconds for a few per cent of the bytes, not minutes. Below 3, hardly anything is."""
    pixels = size[0] * size[1]
    return 3 if pixels <= 1 << 14 else 4 if pixels <= 1 << 16 else 6 if pixels <= 1 << 20 else 8
