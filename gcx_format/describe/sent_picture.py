"""The picture as a model gets it: small, without metadata, as a data URL.

Only pixels leave the computer: a photograph's metadata says where it was taken and by whom.
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
"""Most pixels of the sides: two tiles of 512 x 512. gpt-4o charges 170 tokens per tile and 85 per
picture: 425 for a 3:2 photograph, which at 768 x 512 shows everything that thirty words can say.
Full detail would cost 765; low detail costs 85, but signs and faces are lost."""

_QUALITY: Final = 85
"""Of JPEG: a model reads no better at more, and the upload is about 100 kB."""


def size_of(size: tuple[int, int]) -> tuple[int, int]:
    """The size at which a picture is sent, never larger than it is."""
    scale = min(1.0, _LONGER / max(size), _SHORTER / min(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def data_url(image: Image.Image) -> str:
    """An upright `RGB` or `L` picture as JPEG, or as PNG if that is smaller, as for drawings."""
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
