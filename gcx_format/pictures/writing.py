"""Pictures on their way out: as the bytes of a file, or an error that says why not."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

from gcx_format.errors import NotEnoughMemoryError, OutputError

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["file_bytes"]

_NAMES: Final = {"WEBP": "WebP", "JPEG2000": "JPEG 2000"}
"""Of formats that Pillow spells otherwise than people do."""


def file_bytes(image: Image.Image, format: str, **options: Any) -> bytes:
    """A picture as the bytes of a file.

    Args:
        image: the picture.
        format: as Pillow calls it.
        **options: for Pillow's writer of it.

    Raises:
        OutputError: the format cannot hold the picture, for its size or mode for instance.
        NotEnoughMemoryError: there is not enough memory for it.
    """
    buffer = io.BytesIO()
    try:
        image.save(buffer, format, **options)
    except MemoryError:
        raise NotEnoughMemoryError("not enough memory for a picture of this size") from None
    except Exception as error:  # each encoder has its own kinds, RuntimeError among them
        name, (width, height) = _NAMES.get(format, format), image.size
        advice = "" if format == "PNG" else "; PNG can"
        raise OutputError(
            f"{name} cannot hold this picture of {width} x {height} ({error}){advice}"
        ) from None
    return buffer.getvalue()
