"""Samples of any kind as 8 bits: what is black, what is white, and what is a hole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gcx_format.pictures.losses import Losses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["Meaning", "eight_bits", "meaning"]

_BAND: Final = 1 << 22
"""Samples that are held as floats at a time: 32 MB."""

_RANGES: Final = (255, 1023, 4095)
"""White of 8, 10 and 12 bits, which files keep in samples of 16 or 32."""

# Tags of TIFF 6.0.
_BITS_PER_SAMPLE: Final = 258
_PHOTOMETRIC: Final = 262
_SAMPLE_FORMAT: Final = 339
_UNSIGNED: Final = 1


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a file says of its samples and Pillow does not apply.

    Attributes:
        white: the value that is white, or None where the file does not say.
        is_inverted: 0 is white.
        is_unsigned: 32-bit samples are unsigned; Pillow has them as signed.
        transparency: what Pillow calls so in `Image.info`: the sample, colour or palette entry
            that is a hole; in the values that Pillow's samples have.
    """

    white: int | None = None
    is_inverted: bool = False
    is_unsigned: bool = False
    transparency: Any = None


def meaning(image: Image.Image) -> Meaning:
    """What the file of an opened picture says of its samples; to be asked before it is loaded."""
    hole = _transparency(image)
    tags = getattr(image, "tag_v2", None)
    if image.format != "TIFF" or tags is None:
        return Meaning(transparency=hole)
    bits = tags.get(_BITS_PER_SAMPLE, (1,))[0]
    is_unsigned = tags.get(_SAMPLE_FORMAT, (_UNSIGNED,))[0] == _UNSIGNED
    return Meaning(
        white=(1 << bits) - 1 if image.mode.startswith("I;16") and bits < 16 else None,
        # Pillow turns round what has fewer bits.
        is_inverted=bits >= 16 and tags.get(_PHOTOMETRIC) == 0,
        is_unsigned=image.mode == "I" and bits == 32 and is_unsigned,
        transparency=hole,
    )


def _transparency(image: Image.Image) -> Any:
    """The hole of a PNG file as a value of its samples: they are scaled, and it is not."""
    hole, tiles = image.info.get("transparency"), getattr(image, "tile", None)
    if hole is None or image.format != "PNG" or not tiles:
        return hole
    match tiles[0].args, hole:
        case "L;2", int():
            return hole * 85
        case "L;4", int():
            return hole * 17
        case "RGB;16B", (int(red), int(green), int(blue)):
            return red >> 8, green >> 8, blue >> 8  # as the samples, of which no more is kept
    return hole


def eight_bits(image: Image.Image, known: Meaning, lost: Losses) -> Image.Image:
    """The picture in one of the modes L, LA, RGB, RGBA, CMYK and LAB; see `normalise`."""
    if image.mode == "F" or image.mode.startswith("I"):
        return _from_numbers(image, known, lost)
    if known.transparency is not None and image.info.get("transparency") != known.transparency:
        image = image.copy()
        image.info["transparency"] = known.transparency
    if image.mode in ("1", "L", "La"):
        mode = "LA" if image.has_transparency_data else "L"
    elif image.mode in ("LA", "RGBA", "CMYK", "LAB"):
        return image
    else:
        mode = "RGBA" if image.has_transparency_data else "RGB"
    return image if image.mode == mode else image.convert(mode)


def _from_numbers(image: Image.Image, known: Meaning, lost: Losses) -> Image.Image:
    """Grey of 16 or 32 bits or of floats as 8 bits, by the rule that `normalise` states."""
    import numpy as np
    from PIL import Image

    samples = np.asarray(image)
    if known.is_unsigned:
        samples = samples.view(np.uint32)
    black, white = _range(samples, image.mode, known, lost)
    made = np.empty(samples.shape, np.uint8)
    for rows in _bands(samples.shape):
        values = samples[rows].astype(np.float64)
        with np.errstate(invalid="ignore", over="ignore"):
            light = np.clip((values - black) / (white - black), 0, 1)
        light = np.nan_to_num(light, nan=0.0)
        if known.is_inverted:
            light = 1 - light
        made[rows] = np.uint8(light * 255 + 0.5)
    grey = Image.fromarray(made)
    if isinstance(known.transparency, int):
        grey.putalpha(Image.fromarray(np.where(samples == known.transparency, 0, 255).astype("u1")))
    return grey


def _range(samples: NDArray[Any], mode: str, known: Meaning, lost: Losses) -> tuple[float, float]:
    """The values that are black and white."""
    if known.white is not None:
        return 0, known.white
    least, most = _extremes(samples)
    is_float = mode == "F"
    if least >= 0 and most <= 1 and is_float:
        return 0, 1
    if (least >= 0 and most == 0) or (not is_float and 4095 < most <= 65535 and least >= 0):
        return 0, 65535
    from_to = f"from {least:.6g} to {most:.6g}"
    whites = (255,) if is_float else _RANGES
    for white in whites:
        if least >= 0 and most <= white:
            lost.append(("range", f"samples range {from_to}, so {white} is taken as white"))
            return 0, white
    lost.append(("range", f"samples range {from_to}, which is taken as black to white"))
    # Where all are alike, they become a grey in the middle.
    return (least, most) if least < most else (least - 1, least + 1)


def _extremes(samples: NDArray[Any]) -> tuple[float, float]:
    """The least and greatest of the samples that are numbers; 0 and 0 where none is."""
    import numpy as np

    least, most = np.inf, -np.inf
    for rows in _bands(samples.shape):
        band = samples[rows]
        if band.dtype.kind == "f":
            band = band[np.isfinite(band)]
        if band.size:
            least, most = min(least, float(band.min())), max(most, float(band.max()))
    return (least, most) if least <= most else (0.0, 0.0)


def _bands(shape: tuple[int, ...]) -> Iterator[slice]:
    """Rows to work on at a time."""
    step = max(1, _BAND // max(1, shape[1]))
    return (slice(top, top + step) for top in range(0, shape[0], step))
