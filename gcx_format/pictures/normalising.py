"""Pixels as encoding and screens take them: upright, sRGB, 8 bits a sample."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from gcx_format.notices import warn_caller
from gcx_format.pictures import colour, colour_told, losses, samples
from gcx_format.pictures.faults import errors
from gcx_format.pictures.losses import Loss, Losses, PictureWarning
from gcx_format.pictures.orientation import orientation, turned
from gcx_format.pictures.pages import frame_count
from gcx_format.pictures.pixel_limit import own_limit

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["draft", "for_screen", "normalise", "on_white"]

_WHITE: Final = 255
"""What viewers and browsers show behind transparent parts of a picture."""


def normalise(
    image: Image.Image,
    *,
    on_loss: Callable[[Loss, str], object] | None = None,
    in_place: bool = False,
) -> Image.Image:
    """The picture upright, in sRGB, opaque, as `RGB` or, where it has no colour channels, `L`.

    EXIF orientation is applied to what `Image.open` returned, not to what was made of it in memory
    (see `gcx_format.pictures.orientation`). Colours are converted from what the file says that
    they are: an ICC profile (perceptual intent), or else cICP, gAMA and cHRM of PNG, nclx of AVIF
    and HEIF, or Adobe RGB by EXIF; see `gcx_format.pictures.colour_told`. High dynamic range is
    tone-mapped: 203 cd/m² are white, and brighter light, up to 1,000 cd/m², is rolled off as in
    BT.2390. Transparent parts are laid on white. Of an animation or a multi-page file, the frame
    that is selected is taken. The picture that comes out has no metadata, and is not changed by
    doing it again.

    Samples of 16 bits reach from 0, black, to 65535, white, and floats from 0 to 1. Where the
    samples show that this is not meant, their range is guessed, with a warning: it is the first of
    0 to 255, 0 to 1023 and 0 to 4095 (for floats only the first) that holds them all if none is
    negative; for whole numbers then 0 to 65535; else it is from the least of them to the
    greatest. What is not a number is black.

    Args:
        image: the picture; it stays as it is, unless in place.
        on_loss: told what is not kept, with a sentence about it, in place of a warning; for
            programs with threads, which share the filters of warnings.
        in_place: change the picture itself where that spares a copy: for who has just opened it.

    Raises:
        InputError: it cannot be converted, or not be decoded if it was not yet.
        NotEnoughMemoryError: there is not enough memory for it.

    Warns:
        PictureWarning: something is left behind or was guessed; see `Loss`.
    """
    lost = losses.noted(image)
    frames = frame_count(image)
    if frames > 1:
        lost.append(("frames", f"only one of {frames} frames is kept"))
    with errors(getattr(image, "filename", None), "the picture cannot be converted"), own_limit():
        meaning, told = samples.meaning(image), colour_told.told(image)
        held = orientation(image)
        if in_place and held == 1:
            image.load()
            upright = image
        else:
            upright = turned(image, held)
        made = _with_alpha(upright, meaning, told, lost)
        if "A" in made.getbands():
            if made.getchannel("A").getextrema() != (255, 255):
                lost.append(("transparency", "transparency is not kept: it is laid on white"))
            made = on_white(made)
    for loss, message in lost:
        if on_loss is None:
            warn_caller(message, PictureWarning)
        else:
            on_loss(loss, message)
    return made


def on_white(image: Image.Image) -> Image.Image:
    """A picture of mode `L`, `LA`, `RGB` or `RGBA` on white; itself where it has no alpha."""
    from PIL import Image

    if image.mode not in ("LA", "RGBA"):
        return image
    colours = image.convert(image.mode.removesuffix("A"))
    white = Image.new(colours.mode, colours.size, (_WHITE,) * len(colours.getbands()))
    return Image.composite(colours, white, image.getchannel("A"))


def for_screen(
    image: Image.Image, enough: int | None, load: Callable[[Image.Image], Image.Image]
) -> Image.Image:
    """An opened picture as `open_picture` promises it for a screen.

    Args:
        image: its header was read.
        enough: about how many pixels will do; None: all.
        load: decodes it, and returns it or what there is of it.
    """
    meaning, told = samples.meaning(image), colour_told.told(image)
    if enough is not None:
        draft(image, math.ceil((image.width * image.height / enough) ** 0.5))
    image = load(image)
    held = orientation(image)
    reduced = image if enough is None else _reduced(image, enough)
    shown = _with_alpha(turned(reduced, held), meaning, told, [])
    if "A" not in shown.getbands():
        return shown
    if shown.getchannel("A").getextrema() == (255, 255):
        return shown.convert(shown.mode.removesuffix("A"))
    return shown.convert("RGBA") if shown.mode == "LA" else shown


def draft(image: Image.Image, factor: int) -> None:
    """Have a JPEG file decoded at a half, a quarter or an eighth, up to a factor."""
    if factor > 1 and image.format in ("JPEG", "MPO"):
        image.draft(None, (image.width // factor, image.height // factor))


def _reduced(image: Image.Image, pixels: int) -> Image.Image:
    """A picture with not much more than so many pixels, if it is of a kind that allows it."""
    factor = int((image.width * image.height / pixels) ** 0.5)
    if factor < 2 or image.mode not in ("L", "LA", "RGB", "RGBA", "CMYK"):
        return image
    return image.reduce(factor)


def _with_alpha(
    image: Image.Image,
    meaning: samples.Meaning,
    told: bytes | colour_told.Space | None,
    lost: Losses,
) -> Image.Image:
    """An upright picture in mode L, LA, RGB or RGBA and sRGB, without metadata."""
    made = samples.eight_bits(image, meaning, lost)
    if told is not None:
        made = colour.to_srgb(made, told, lost)
    if made.mode not in ("L", "LA", "RGB", "RGBA"):
        made = made.convert("RGB")
    made.info.clear()  # colours are converted, and must not be once more; the rest is the file's
    return made
