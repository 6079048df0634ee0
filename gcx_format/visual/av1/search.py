"""The best visual condition that fits a number of bytes.

A small sharp picture coded coarsely, or a smaller one coded finely: which is nearer to the
truth depends on the picture and on the bytes. So scales and ways of coding are tried, and
compared where they can be compared: enlarged to the thumbnail at the finest scale.

What is searched is any `Coder`: AV1 unless others are given. Words and container have bytes of
their own, which the caller has subtracted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from PIL import Image

from gcx_format.descriptor import PAPER_SCALE, condition_size, scale_from_byte, scale_to_byte
from gcx_format.errors import BudgetError
from gcx_format.similarity import psnr, ssim
from gcx_format.visual.av1 import codec
from gcx_format.visual.downscale import downscale

__all__ = ["Av1Coder", "Choice", "Coder", "at_paper_rate", "fit"]

_PAPER_RATE: Final = 0.294
"""Bits per pixel of the condition: the better of the paper's two settings (section 4.1)."""

_LEAST_BYTES: Final = 64
"""For a tiny picture the paper's rate would not even pay for the codec's header."""

_SSIM_WORTH: Final = 20.0
"""Decibels of PSNR that SSIM from 0 to 1 weighs as much as: with more bytes, from 150 to 600
for 128 x 128 pixels, photographs gain both at about this rate."""

_SCALE_STEP: Final = 2
"""Every second storable scale is tried: neighbours differ by 6 to 12 % then."""

_LEAST_RATE: Final = 0.03
"""Bits per pixel of the condition below which a scale is not tried: photographs come out best
at 0.1 and more, and coding a large thumbnail this coarsely takes the longest."""

_PATIENCE: Final = 5
"""The search ends after so many scales in a row without a new best one."""

_FINALISTS: Final = 6
"""So many scales and coders, the best by fast coding, are coded slowly."""


class Coder(Protocol):
    """A codec at fixed settings but for quality."""

    @property
    def qualities(self) -> Sequence[int]:
        """What `encode` takes, worst first."""

    def encode(self, picture: Image.Image, quality: int, *, speed: int) -> bytes:
        """The payload, longer with quality by and large.

        Raises:
            ArgumentError: the picture is larger than the codec can code.
        """

    def decode(
        self, payload: bytes, size: tuple[int, int], mode: Literal["RGB", "L"]
    ) -> Image.Image:
        """The picture of a payload."""


@dataclass(frozen=True, slots=True)
class Av1Coder:
    """AV1 with one of its two chroma formats."""

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

    Attributes:
        scale: by which the picture was downscaled.
        quality: of the coder.
        payload: the coded picture.
        psnr: in dB, of the condition, enlarged, against the thumbnail at the finest scale.
        ssim: likewise, at most 1.
    """

    scale: float
    quality: int
    payload: bytes
    psnr: float
    ssim: float

    @property
    def score(self) -> float:
        """What the search maximises, in dB."""
        return self.psnr + _SSIM_WORTH * self.ssim


def fit(
    picture: Image.Image,
    max_bytes: int,
    *,
    scale: float | None = None,
    finest: float = PAPER_SCALE,
    coders: Sequence[Coder] | None = None,
) -> Choice:
    """Find scale and quality that lose the least within a number of bytes.

    Args:
        picture: the full-size picture, upright sRGB, mode `RGB` or `L`.
        max_bytes: of payload.
        scale: the one scale to use, 1 to 1024. None: any from `finest` up.
        finest: the scale of the thumbnail that conditions are measured against; of no
            effect where `scale` is finer still.
        coders: to choose from. None: AV1, for a colour picture in both chroma formats.

    Raises:
        BudgetError: nothing fits; `smallest` is the shortest payload that was met.
        ArgumentError: a scale cannot be stored, or the picture is beyond the codec.
    """
    finest = finest if scale is None else min(scale, finest)
    first = scale_to_byte(finest if scale is None else scale)
    scales = range(first, (first if scale else scale_to_byte(1024.0)) + 1, _SCALE_STEP)
    if coders is None:
        coders = [Av1Coder("4:2:0")] + [Av1Coder("4:4:4")] * (picture.mode == "RGB")
    search = _Search(downscale(picture, condition_size(*picture.size, finest)), max_bytes)
    probes: list[_Probe] = []
    best, since = -math.inf, 0
    for byte in scales:
        tried = scale_from_byte(byte)
        size = condition_size(*picture.size, tried)
        if scale is None and size != (1, 1) and 8 * max_bytes < _LEAST_RATE * size[0] * size[1]:
            continue
        small = search.thumbnail.resize(size, Image.Resampling.LANCZOS)
        for index, coder in enumerate(coders):
            start = next((p.index for p in reversed(probes) if p.coder is coder), 0)
            found = search.run(small, tried, coder, start, _probing_speed(size))
            probes.append(_Probe(small, tried, coder, *found))
            since = 0 if probes[-1].score > best else since + (index == 0)
            best = max(best, probes[-1].score)
        if (since >= _PATIENCE and best > -math.inf) or size == (1, 1):
            break
    probes.sort(key=lambda probe: probe.score, reverse=True)
    for probe in probes[:_FINALISTS]:
        speed = _final_speed(probe.picture.size)
        search.run(probe.picture, probe.scale, probe.coder, probe.index, speed)
    if search.best is None:
        raise BudgetError(
            f"no visual condition fits into {max_bytes} bytes; the smallest has {search.smallest}",
            smallest=search.smallest,
        )
    return search.best


def at_paper_rate(picture: Image.Image, *, scale: float = PAPER_SCALE) -> Choice:
    """Code at the paper's 0.294 bits per pixel of the condition, or 64 bytes if that is more.

    A picture that needs more at the lowest quality gets it.

    Args:
        picture: the full-size picture, upright sRGB, mode `RGB` or `L`.
        scale: 1 to 1024.

    Raises:
        ArgumentError: the scale cannot be stored, or the picture is beyond the codec.
    """
    width, height = condition_size(*picture.size, scale)
    target = max(_LEAST_BYTES, int(_PAPER_RATE * width * height / 8))
    try:
        return fit(picture, target, scale=scale)
    except BudgetError as error:
        if error.smallest is None:
            raise
        return fit(picture, error.smallest, scale=scale)


@dataclass(frozen=True, slots=True)
class _Probe:
    """What fast coding made of one scale and coder; the score is -inf where nothing fitted."""

    picture: Image.Image
    scale: float
    coder: Coder
    index: int
    score: float


class _Search:
    """The best so far against one thumbnail, within one number of bytes."""

    def __init__(self, thumbnail: Image.Image, max_bytes: int) -> None:
        self.thumbnail = thumbnail
        self.max_bytes = max_bytes
        self.best: Choice | None = None
        self.smallest: int | None = None

    def run(
        self, picture: Image.Image, scale: float, coder: Coder, start: int, speed: int
    ) -> tuple[int, float]:
        """Code with the last quality that fits; its index, and the score or -inf."""
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
        mode: Literal["RGB", "L"] = "RGB" if picture.mode == "RGB" else "L"
        decoded = coder.decode(payloads[index], picture.size, mode)
        enlarged = decoded.resize(self.thumbnail.size, Image.Resampling.LANCZOS)
        choice = Choice(
            scale,
            coder.qualities[index],
            payloads[index],
            psnr(self.thumbnail, enlarged),
            ssim(self.thumbnail, enlarged),
        )
        if self.best is None or choice.score > self.best.score:
            self.best = choice
        return index, choice.score


def _last(holds: Callable[[int], bool], start: int, count: int) -> int | None:
    """The last index that holds, looked for from `start` on in steps that double, then halve.

    Taken as monotone: as good as it gets where lengths rise with quality only by and large,
    and the index returned does hold.
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
    """Six puts the scales into nearly the same order as two, in a fraction of the time."""
    return 6 if size[0] * size[1] <= 1 << 18 else 8


def _final_speed(size: tuple[int, int]) -> int:
    """Seconds are worth a few per cent of the bytes, minutes are not. Below two, nothing is won."""
    pixels = size[0] * size[1]
    return 2 if pixels <= 1 << 14 else 4 if pixels <= 1 << 16 else 6 if pixels <= 1 << 20 else 8
