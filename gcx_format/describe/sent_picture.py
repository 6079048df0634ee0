"""The picture as a model gets it: small, without metadata, as a data URL.

Only the pixels leave the computer. A photograph's metadata says where it was taken and by whom;
none of it is sent.
"""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["data_url", "size_of"]

_LONGER: Final = 1024
_SHORTER: Final = 512
"""Pixels of the sides at most: two tiles of 512 x 512. gpt-4o counts 170 tokens for a tile and 85
for the picture; a photograph of 3:2 takes 425 so, and as 768 x 512 is large enough for all that
some thirty words can say. In full detail it would take 765, and as a thumbnail in low detail
85, in which signs and faces are lost."""

_QUALITY: Final = 85
"""Of JPEG: what a model reads is not better for more, and the upload is some 100 kB."""


def size_of(size: tuple[int, int]) -> tuple[int, int]:
    """The size in which a picture of a size is sent: never larger than it is."""
    scale = min(1.0, _LONGER / max(size), _SHORTER / min(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def data_url(image: Image.Image) -> str:
    """A picture ready to be sent.

    As JPEG, or as PNG where that is smaller, as it is for screenshots and drawings.

    Args:
        image: upright, `RGB` or `L`.
    """
    from PIL import Image

    size = size_of(image.size)
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    files = {}
    for format, options in (("jpeg", {"quality": _QUALITY}), ("png", {"compress_level": 1})):
        buffer = io.BytesIO()
        bare.save(buffer, format, **options)
        files[format] = buffer.getvalue()
    format, data = min(files.items(), key=lambda item: len(item[1]))
    return f"data:image/{format};base64,{base64.b64encode(data).decode()}"
