"""The best visual condition that fits a number of bytes.

Either a small sharp picture coded coarsely or a smaller one coded finely is closer to the
original, depending on the picture and the bytes. So scales and ways of coding are tried, and
compared after enlarging them to the thumbnail at the finest scale. Any `Coder` can be searched.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from PIL import Image

from gcx_format.descriptor import PAPER_SCALE, condition_size, scale_from_byte, scale_to_byte
from gcx_format.errors import BudgetError
from gcx_format.similarity import Original, psnr, ssim
from gcx_format.visual.av1 import codec
from gcx_format.visual.codec import PAPER_SIDE, Effort, Size, default_scale
from gcx_format.visual.downscale import downscale

__all__ = ["Av1Coder", "Choice", "Coder", "at_paper_rate", "fit"]

_PAPER_RATE: Final = 0.294
"""Bits per pixel of the condition: the better of the paper's two settings (section 4.1)."""

_LEAST_BYTES: Final = 64
"""For a tiny picture, the paper's rate would not even cover the codec's header."""

_SSIM_WORTH: Final = 20.0
"""The decibels of PSNR that SSIM from 0 to 1 is worth: from 150 to 600 bytes for 128 x 128
pixels, photographs gain both at about this rate."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """What an effort spends.

    Attributes:
        rate: bits per pixel of the condition below which a scale is not tried: photographs look
            best at 0.1 and more, and large thumbnails take the longest to code.
        step: of the scales that are tried, in those that can be stored; these differ by 3 to 6 %.
        patience: scales in a row without a new best one that end the search.
        finalists: how many of the best by fast coding are then coded slowly.
        tools: further options of libaom, with each of which finalists are coded once more. None
            is better on average; but each loses something else, and one often loses less.
    """

    rate: float
    step: int
    patience: int
    finalists: int
    tools: tuple[tuple[tuple[str, str], ...], ...] = ()


_PLANS: Final[dict[Effort, _Plan]] = {
    "fast": _Plan(rate=0.3, step=3, patience=2, finalists=1),
    "normal": _Plan(rate=0.03, step=2, patience=5, finalists=6),
    "best": _Plan(  # all that "normal" tries, and more: it never loses more
        rate=0.03,
        step=2,
        patience=5,
        finalists=9,
        tools=(
            (("tune", "psnr"),),
            (("tune-content", "screen"),),
            (("dist-metric", "qm-psnr"),),
            (("quant-b-adapt", "1"),),
            (("min-partition-size", "8"),),
        ),
    ),
}


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
    options: tuple[tuple[str, str], ...] = ()

    @property
    def qualities(self) -> Sequence[int]:
        return codec.QUALITIES

    def encode(self, picture: Image.Image, quality: int, *, speed: int) -> bytes:
        return codec.encode(
            picture, quality, speed=speed, chroma=self.chroma, options=dict(self.options)
        )

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
    effort: Effort = "normal",
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
    first = scale_to_byte(finest if scale is None else scale)
    plan = _PLANS[effort]
    scales = range(first, (first if scale else scale_to_byte(1024.0)) + 1, plan.step)
    if coders is None:
        coders = [Av1Coder("4:2:0")] + [Av1Coder("4:4:4")] * (picture.mode == "RGB")
    search = _Search(downscale(picture, condition_size(*size, finest)), max_bytes)
    probes: list[_Probe] = []
    best, since = -math.inf, 0
    for byte in scales:
        tried = scale_from_byte(byte)
        small_size = condition_size(*size, tried)
        rate = 8 * max_bytes / math.prod(small_size)
        if scale is None and small_size != (1, 1) and rate < plan.rate:
            continue
        small = search.thumbnail.resize(small_size, Image.Resampling.LANCZOS)
        for index, coder in enumerate(coders):
            start = next((p.index for p in reversed(probes) if p.coder is coder), 0)
            found = search.run(small, tried, coder, start, _probing_speed(small_size))
            probes.append(_Probe(small, tried, coder, *found))
            since = 0 if probes[-1].score > best else since + (index == 0)
            best = max(best, probes[-1].score)
        if (since >= plan.patience and best > -math.inf) or small_size == (1, 1):
            break
    probes.sort(key=lambda probe: probe.score, reverse=True)
    for probe in probes[: plan.finalists]:
        speed = _final_speed(probe.picture.size)
        index, _ = search.run(probe.picture, probe.scale, probe.coder, probe.index, speed)
        if isinstance(probe.coder, Av1Coder):
            for tool in plan.tools:
                coder = Av1Coder(probe.coder.chroma, tool)
                search.run(probe.picture, probe.scale, coder, index, speed)
    if search.best is None:
        raise BudgetError(
            f"no visual condition fits into {max_bytes} bytes; the smallest has {search.smallest}",
            smallest=search.smallest,
        )
    return search.measured(search.best)


def at_paper_rate(
    picture: Image.Image,
    size: Size | None = None,
    *,
    scale: float | None = None,
    effort: Effort = "normal",
) -> Choice:
    """Code at the paper's 0.294 bits per pixel of the condition, or 64 bytes if that is more.

    Without a scale, it is `default_scale`, and there are at most the 602 bytes of the paper's
    square. A picture that needs more at the lowest quality gets it.

    Args:
        picture: as for `fit`.
        size: as for `fit`.
        scale: as for `fit`.
        effort: as for `fit`.
    """
    size = size or picture.size
    of_paper = int(_PAPER_RATE * PAPER_SIDE**2 / 8)
    pixels = math.prod(condition_size(*size, scale or default_scale(size)))
    target = max(_LEAST_BYTES, int(_PAPER_RATE * pixels / 8))
    if scale is None:
        scale, target = default_scale(size), min(target, of_paper)
    try:
        return fit(picture, target, size=size, scale=scale, effort=effort)
    except BudgetError as error:
        if error.smallest is None:
            raise
        return fit(picture, error.smallest, size=size, scale=scale, effort=effort)


@dataclass(frozen=True, slots=True)
class _Probe:
    """The result of fast coding at one scale; the score is -inf if nothing fitted."""

    picture: Image.Image
    scale: float
    coder: Coder
    index: int
    score: float


@dataclass(frozen=True, slots=True)
class _Found:
    """What fits, and its score: that of a `Choice`, by a sample of the windows of SSIM."""

    picture: Image.Image
    scale: float
    coder: Coder
    quality: int
    payload: bytes
    score: float


class _Search:
    """The best so far against one thumbnail, within one number of bytes; codes nothing twice."""

    def __init__(self, thumbnail: Image.Image, max_bytes: int) -> None:
        self.thumbnail = thumbnail
        self.max_bytes = max_bytes
        self.best: _Found | None = None
        self.smallest: int | None = None
        self._original = Original(thumbnail, sampled=True)
        self._runs: dict[tuple[float, Coder, int], tuple[int, float]] = {}

    def run(
        self, picture: Image.Image, scale: float, coder: Coder, start: int, speed: int
    ) -> tuple[int, float]:
        """Code at the highest quality that fits; its index, and the score or -inf."""
        key = scale, coder, speed
        if key not in self._runs:  # probing and final speed may be the same
            self._runs[key] = self._run(picture, *key, start)
        return self._runs[key]

    def measured(self, found: _Found) -> Choice:
        """With PSNR and SSIM over all of the thumbnail."""
        enlarged = self._enlarged(found.picture, found.coder, found.payload)
        return Choice(
            found.scale,
            found.quality,
            found.payload,
            psnr(self.thumbnail, enlarged),
            ssim(self.thumbnail, enlarged),
        )

    def _run(
        self, picture: Image.Image, scale: float, coder: Coder, speed: int, start: int
    ) -> tuple[int, float]:
        payloads: dict[int, bytes] = {}

        def fits(index: int) -> bool:
            if index not in payloads:
                payload = coder.encode(picture, coder.qualities[index], speed=speed)
                payloads[index] = payload
                self.smallest = min(len(payload), self.smallest or len(payload))
            return len(payloads[index]) <= self.max_bytes

        index = _last(fits, start, len(coder.qualities))
        if index is None:
            return 0, -math.inf
        enlarged = self._enlarged(picture, coder, payloads[index])
        score = psnr(self.thumbnail, enlarged) + _SSIM_WORTH * self._original.ssim(enlarged)
        if self.best is None or score > self.best.score:
            quality = coder.qualities[index]
            self.best = _Found(picture, scale, coder, quality, payloads[index], score)
        return index, score

    def _enlarged(self, picture: Image.Image, coder: Coder, payload: bytes) -> Image.Image:
        mode: Literal["RGB", "L"] = "RGB" if picture.mode == "RGB" else "L"
        decoded = coder.decode(payload, picture.size, mode)
        return decoded.resize(self.thumbnail.size, Image.Resampling.LANCZOS)


def _last(holds: Callable[[int], bool], start: int, count: int) -> int | None:
    """The last index that holds, searched from `start` in steps that double, then halve.

    `holds` is taken to be monotone. Lengths rise with quality only by and large, so the result may
    not be the very last, but it does hold.
    """
    step = 1
    if holds(start):
        low, high = start, start + 1
        while high < count and holds(high):
            step *= 2
            low, high = high, high + step
        high = min(high, count)
    else:
        low, high = start - 1, start
        while low >= 0 and not holds(low):
            step *= 2
            low, high = low - step, low
        low = max(low, -1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low if low >= 0 else None


def _probing_speed(size: tuple[int, int]) -> int:
    """Speed 6 ranks the scales nearly like speed 2, in a fraction of the time."""
    return 6 if size[0] * size[1] <= 1 << 18 else 8


def _final_speed(size: tuple[int, int]) -> int:
    """Worth seconds for a few per cent of the bytes, not minutes. Below 2, nothing is gained."""
    pixels = size[0] * size[1]
    return 2 if pixels <= 1 << 14 else 4 if pixels <= 1 << 16 else 6 if pixels <= 1 << 20 else 8
