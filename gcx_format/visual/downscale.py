"""Downscaling in linear light, for pictures of any size.

Eye and lens average light, and sRGB samples are not proportional to it: averaged as they are,
fine bright detail turns too dark. So samples are converted to light (IEC 61966-2-1), filtered,
and converted back. Pictures arrive as upright sRGB, without alpha.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from gcx_format.errors import ArgumentError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["downscale"]

_BAND_PIXELS: Final = 1 << 20
"""Pixels held as light at full size at a time: four megabytes."""


def downscale(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture at a smaller size, antialiased (Lanczos, three lobes) in linear light.

    Memory beyond picture and result: one channel as float32, narrowed but not yet shortened.

    Args:
        picture: sRGB, mode `RGB` or `L`.
        size: width and height, neither larger than the picture's.
    """
    if picture.mode not in ("RGB", "L"):
        raise ArgumentError(f"only RGB and L pictures can be downscaled, not {picture.mode}")
    if not (0 < size[0] <= picture.width and 0 < size[1] <= picture.height):
        raise ArgumentError(
            f"{picture.width} x {picture.height} cannot be downscaled to {size[0]} x {size[1]}"
        )
    if size == picture.size:
        return picture.copy()
    channels = [_channel(picture, channel, size) for channel in range(len(picture.getbands()))]
    return channels[0] if picture.mode == "L" else Image.merge("RGB", channels)


def _channel(picture: Image.Image, channel: int, size: tuple[int, int]) -> Image.Image:
    """One channel, narrowed in bands of rows, then shortened whole."""
    import numpy as np

    to_light, thresholds = _tables()
    width, height = picture.size
    rows = max(1, _BAND_PIXELS // width)
    narrowed = np.empty((height, size[0]), np.float32)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        band = picture.crop((0, top, width, bottom)).getchannel(channel)
        light = Image.fromarray(to_light[np.asarray(band)])
        band = light.resize((size[0], bottom - top), Image.Resampling.LANCZOS)
        narrowed[top:bottom] = np.asarray(band)
    light = Image.fromarray(narrowed).resize(size, Image.Resampling.LANCZOS)
    # Lanczos overshoots at edges; values below black or above white become 0 or 255 here.
    samples = np.searchsorted(thresholds, np.asarray(light), side="right")
    return Image.fromarray(samples.astype(np.uint8))


@cache
def _tables() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The light of each of the 256 samples, and of each point halfway between two samples."""
    import numpy as np

    def light(sample: NDArray[Any]) -> NDArray[np.float32]:
        value = sample / 255
        curve = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
        return curve.astype(np.float32)

    return light(np.arange(256)), light(np.arange(255) + 0.5)
