"""What goes wrong with pictures, as errors of gcx."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from gcx_format.errors import GcxError, InputError, NotEnoughMemoryError
from gcx_format.pictures.pixel_limit import max_pixels

__all__ = ["errors"]


@contextlib.contextmanager
def errors(filename: object, fault: str) -> Iterator[None]:
    """What goes wrong with a picture in the block, as an error of gcx that names the file.

    Args:
        filename: of the picture, or None or empty where it has none.
        fault: what is to be said of an exception that means nothing in particular.
    """
    from PIL import Image

    error: GcxError
    try:
        yield
        return
    except GcxError as known:
        error = known
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        error = InputError(f"too large: it has more than {max_pixels():,} pixels")
    except MemoryError:
        error = NotEnoughMemoryError("not enough memory for a picture of this size")
    except Exception as other:  # Pillow's decoders let many kinds escape on damaged files
        if isinstance(other, OSError) and other.errno is not None:
            error = InputError(f"it cannot be read: {other.strerror}")
        else:
            error = InputError(f"{fault}: {other}")
    if error.filename is None and isinstance(filename, str | os.PathLike) and filename:
        error.filename = filename
    raise error from None
