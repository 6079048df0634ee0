"""Pictures as they come in, and as encoding needs them: upright, sRGB, opaque, 8 bits a sample.

Reads any file that Pillow reads. Nothing is downscaled here: that belongs to the visual condition.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gcx_format.errors import InputError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Loss", "PictureWarning", "normalise", "open_picture", "upright"]

Loss = Literal["frames", "profile", "transparency"]
"""What of a picture is not kept."""

_BACKGROUND = 255
"""White: what viewers and browsers show behind transparent parts of a picture."""


class PictureWarning(UserWarning):
    """Something of the picture is not kept: its transparency, its further frames, its profile."""


def open_picture(path: str | PathLike[str]) -> Image.Image:
    """Open and decode a picture file.

    Raises:
        InputError: there is no such file, it cannot be read, holds no picture that Pillow
            knows, is damaged, or has more pixels than Pillow takes on.
    """
    from PIL import Image, UnidentifiedImageError

    path = Path(path)
    try:
        if path.is_dir():
            raise InputError("a folder, where a picture is meant", filename=path)
        image = Image.open(path)
        try:
            image.load()
        except BaseException:
            image.close()
            raise
    except UnidentifiedImageError:
        raise InputError(
            "no picture of a format that Pillow knows; convert it to PNG first", filename=path
        ) from None
    except Image.DecompressionBombError as error:
        raise InputError(f"too large: {error}", filename=path) from None
    except FileNotFoundError:
        raise InputError("there is no such file", filename=path) from None
    except PermissionError:
        raise InputError("no permission to read it", filename=path) from None
    except InputError:
        raise
    except Exception as error:  # Pillow's decoders let many kinds escape on damaged files
        raise InputError(f"the picture is damaged: {error}", filename=path) from None
    return image


def normalise(
    image: Image.Image, *, on_loss: Callable[[Loss, str], object] | None = None
) -> Image.Image:
    """The picture upright, in sRGB, opaque, as `RGB` or, where it has no colour channels, `L`.

    EXIF orientation is applied and an ICC profile converted from (perceptual intent).
    Transparent parts are laid on white. Of an animation or a multi-page file, the frame that
    is selected is taken. 16-bit samples are rounded to 8; float samples are taken as 0 to 1,
    or as 0 to 255 where one is above 1.

    Args:
        image: the picture; it stays as it is.
        on_loss: told what is not kept, with a sentence about it, in place of a warning; for
            programs with threads, which share the filters of warnings.

    Warns:
        PictureWarning: transparency or further frames are left behind, or a profile is unusable.
    """
    lost: list[tuple[Loss, str]] = []
    if getattr(image, "n_frames", 1) > 1 and image.format != "MPO":
        # MPO is what phones and cameras write: one photograph with previews of itself.
        frames = image.n_frames  # type: ignore[attr-defined]
        lost.append(("frames", f"only one of {frames} frames is kept"))
    # The profile has to outlive the conversions that drop the picture's metadata.
    profile = image.info.get("icc_profile")
    image = _eight_bits(upright(image))
    if profile:
        image = _to_srgb(image, profile, lost)
    image = _opaque(image, lost)
    for loss, message in lost:
        if on_loss is None:
            warnings.warn(message, PictureWarning, stacklevel=2)
        else:
            on_loss(loss, message)
    return image


def upright(image: Image.Image) -> Image.Image:
    """The picture as EXIF says that it is held; as it is where its EXIF is in disrepair."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # whatever Pillow's parser stumbles over, the pixels are sound
        return image


def _eight_bits(image: Image.Image) -> Image.Image:
    """One of the modes L, LA, RGB, RGBA, CMYK and LAB, 8 bits a sample."""
    from PIL import Image

    if image.mode == "F" or image.mode.startswith("I"):
        import numpy as np

        samples = np.asarray(image, dtype=np.float64)
        if image.mode == "F":
            samples = np.nan_to_num(samples)
            full = 1.0 if samples.max(initial=0) <= 1 else 255.0
        else:
            # "I" is what 16-bit samples become in formats without a mode of their own.
            full = 65535.0 if samples.max(initial=0) > 255 or image.mode != "I" else 255.0
        return Image.fromarray(np.uint8(np.clip(samples / full, 0, 1) * 255 + 0.5))
    if image.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "LAB"):
        if image.has_transparency_data and image.mode in ("L", "RGB"):
            return image.convert("LA" if image.mode == "L" else "RGBA")
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "La":
        return image.convert("LA")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _to_srgb(image: Image.Image, profile: bytes, lost: list[tuple[Loss, str]]) -> Image.Image:
    from PIL import ImageCms

    alpha = image.getchannel("A") if image.mode in ("LA", "RGBA") else None
    opaque = image.convert(image.mode.removesuffix("A")) if alpha else image
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(
            opaque, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
        )
    except (ImageCms.PyCMSError, OSError) as error:
        lost.append(("profile", f"the colour profile is not used: {error}"))
        return image
    assert converted is not None  # it is None only for in-place conversion
    if opaque.mode == "L":
        converted = converted.convert("L")
    if alpha:
        converted.putalpha(alpha)
    return converted


def _opaque(image: Image.Image, lost: list[tuple[Loss, str]]) -> Image.Image:
    from PIL import Image

    if image.mode in ("L", "RGB"):
        return image
    if image.mode not in ("LA", "RGBA"):
        return image.convert("RGB")
    alpha = image.getchannel("A")
    colours = image.convert(image.mode.removesuffix("A"))
    if alpha.getextrema() == (255, 255):
        return colours
    lost.append(("transparency", "transparency is not kept: it is laid on white"))
    white = Image.new(colours.mode, colours.size, (_BACKGROUND,) * len(colours.getbands()))
    return Image.composite(colours, white, alpha)
