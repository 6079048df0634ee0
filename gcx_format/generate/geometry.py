"""Sizes: what to ask a model for, so that a picture comes back undistorted at its own size.

Models paint certain sizes only. The nearest is asked for, the *canvas*, and the picture gets the
largest centred part of it that has the picture's proportions, the *frame*, to half a pixel. Around
the frame the condition is continued by its mirror image, which gives a model the least reason to
start something new there; from the answer, the frame is cropped.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PIL import Image

if TYPE_CHECKING:
    from gcx_format.descriptor import Mode

__all__ = [
    "ANY",
    "EXACT",
    "FIXED",
    "FREE",
    "Plan",
    "Sizes",
    "agrees",
    "cut",
    "extend",
    "plan",
    "sizes_of",
]

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sizes:
    """Which sizes a model paints.

    Attributes:
        fixed: all of them; if empty, the rest applies.
        step: both sides are multiples of this.
        least: pixels of a picture.
        most: pixels of a picture.
        longest: side.
        steepest: ratio of the longer side to the shorter.
    """

    fixed: tuple[Size, ...] = ()
    step: int = 16
    least: int = 655_360
    most: int = 8_294_400
    longest: int = 3840
    steepest: int = 3

    def allows(self, size: Size) -> bool:
        if self.fixed:
            return size in self.fixed
        width, height = size
        return (
            width % self.step == height % self.step == 0
            and min(size) > 0
            and max(size) <= self.longest
            and max(size) <= self.steepest * min(size)
            and self.least <= width * height <= self.most
        )


FIXED: Final = Sizes(fixed=((1024, 1024), (1536, 1024), (1024, 1536)))
"""The gpt-image-1 family."""

FREE: Final = Sizes()
"""gpt-image-2 and later."""

EXACT: Final = Sizes(step=1, least=1, most=1 << 27, longest=1 << 16, steepest=1 << 16)
"""Programs that paint any size."""

ANY: Final = Sizes(least=512 * 512, most=1536 * 1024, longest=2048, steepest=4)
"""Models other than OpenAI's: what diffusion models commonly do well."""


def sizes_of(model: str | None) -> Sizes:
    """The sizes that an image model paints; None: one that OpenAI's server chooses."""
    if model is None:
        return FREE
    name = model.rpartition("/")[2]
    if re.match(r"gpt-image-1\b|chatgpt-image", name):
        return FIXED
    return FREE if name.startswith("gpt-image-") else ANY


@dataclass(frozen=True, slots=True)
class Plan:
    """What to ask for, and where in it the picture is: left, top, right and bottom."""

    canvas: Size
    frame: tuple[int, int, int, int]

    @property
    def frame_size(self) -> Size:
        left, top, right, bottom = self.frame
        return right - left, bottom - top

    @property
    def canvas_pixels(self) -> int:
        return self.canvas[0] * self.canvas[1]

    def halved(self) -> Plan:
        """The same at half the size."""
        left, top = self.frame[0] // 2, self.frame[1] // 2
        right, bottom = max(left + 1, self.frame[2] // 2), max(top + 1, self.frame[3] // 2)
        return Plan((self.canvas[0] // 2, self.canvas[1] // 2), (left, top, right, bottom))

    @property
    def has_margins(self) -> bool:
        """Whether the margins are large enough that a model should know of them."""
        width, height = self.frame_size
        return width < 0.97 * self.canvas[0] or height < 0.97 * self.canvas[1]


def plan(size: Size, sizes: Sizes, *, most: int | None = None) -> Plan:
    """The canvas to ask for, for a picture of any size, with at most `most` pixels if possible.

    The aim is the smallest that holds the picture pixel for pixel, or as near to it as the limits
    allow. Of the legal canvases around it, the best has a frame of about that size and the smallest
    margins. Of a fixed list, it is the one with the largest frame.
    """
    scale = 1.0 if sizes.fixed else _scale(size, sizes, most)
    wanted = size[0] * size[1] * scale * scale

    def cost(canvas: Size) -> float:
        frame = _fit(size, canvas)
        pixels = frame[0] * frame[1]
        unused = 1 - pixels / (canvas[0] * canvas[1])
        if sizes.fixed:  # none may be close: the largest frame, then the smallest margins
            return unused - pixels
        return unused + 0.5 * abs(math.log(pixels / wanted))

    canvas = min(sizes.fixed or _legal_around(size, sizes, scale), key=cost)
    width, height = _fit(size, canvas)
    left, top = (canvas[0] - width) // 2, (canvas[1] - height) // 2
    return Plan(canvas, (left, top, left + width, top + height))


def _around(size: Size, sizes: Sizes) -> tuple[float, float]:
    """The smallest canvas around a picture that is not too steep for the model."""
    return max(size[0], size[1] / sizes.steepest), max(size[1], size[0] / sizes.steepest)


def _scale(size: Size, sizes: Sizes, most: int | None) -> float:
    """The scale nearest to 1 at which a canvas around the picture is within the limits."""
    width, height = _around(size, sizes)
    limit = min(sizes.most, max(most or sizes.most, sizes.least))
    wanted = min(max(width * height, sizes.least), limit)
    return min(math.sqrt(wanted / (width * height)), sizes.longest / max(width, height))


def _legal_around(size: Size, sizes: Sizes, scale: float) -> list[Size]:
    """Legal sizes around a canvas, far enough out that there are some even at the limits."""
    sides = [int(side * scale // sizes.step) for side in _around(size, sizes)]
    across, down = (range(side - 3, side + 5) for side in sides)
    tried = [(sizes.step * width, sizes.step * height) for width in across for height in down]
    return [canvas for canvas in tried if sizes.allows(canvas)]


def _fit(size: Size, canvas: Size) -> Size:
    """The largest size of these proportions within a canvas, at least one pixel each way."""
    width, height = size
    if canvas[0] * height <= canvas[1] * width:
        return canvas[0], max(1, (2 * height * canvas[0] + width) // (2 * width))
    return max(1, (2 * width * canvas[1] + height) // (2 * height)), canvas[1]


def extend(picture: Image.Image, planned: Plan) -> Image.Image:
    """A picture of the frame's size in its place, mirrored to fill the canvas."""
    if picture.size == planned.canvas:
        return picture
    import numpy as np

    left, top, right, bottom = planned.frame
    width, height = planned.canvas
    margins = [(top, height - bottom), (left, width - right)]
    samples = np.asarray(picture)
    margins += [(0, 0)] * (samples.ndim - 2)
    return Image.fromarray(np.pad(samples, margins, mode="symmetric"))


def agrees(answer: Size, planned: Plan) -> bool:
    """Whether an answer has the canvas's proportions, to a pixel, and enough pixels.

    Servers may return another size than asked for, which is as good if only the scale differs, down
    to a half.
    """
    return _same_proportions(answer, planned.canvas) and 2 * answer[0] >= planned.canvas[0]


def _same_proportions(answer: Size, canvas: Size) -> bool:
    width, height = answer
    wide, high = canvas
    return abs(width * high - height * wide) <= max(wide, high)


def _canvas_in(answer: Size, canvas: Size) -> tuple[float, float, float, float]:
    """Where the canvas lies in an answer: the largest part of its proportions, in the middle."""
    width, height = answer
    if _same_proportions(answer, canvas):
        return 0, 0, width, height
    scale = min(width / canvas[0], height / canvas[1])
    across, down = scale * canvas[0], scale * canvas[1]
    left, top = (width - across) / 2, (height - down) / 2
    return left, top, left + across, top + down


def cut(answer: Image.Image, planned: Plan, size: Size, mode: Mode) -> Image.Image:
    """Crop the picture from an answer, at its own size and mode."""
    if answer.mode != mode:
        answer = answer.convert(mode)
    x, y, x_end, y_end = _canvas_in(answer.size, planned.canvas)
    across, down = (x_end - x) / planned.canvas[0], (y_end - y) / planned.canvas[1]
    left, top, right, bottom = planned.frame
    box = (x + left * across, y + top * down, x + right * across, y + bottom * down)
    if answer.size == size and box == (0, 0, *size):
        return answer
    # Large reductions start with a whole factor, which saves most of the time.
    return answer.resize(size, Image.Resampling.LANCZOS, box=box, reducing_gap=3.0)
