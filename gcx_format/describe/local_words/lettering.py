"""The lettering in a picture: RapidOCR with the models that its package carries (PP-OCR)."""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["read"]

_SURE: Final = 0.8
"""Confidence from which a line is believed."""

_LONGER: Final = 1600
"""Most pixels of the longer side; the time grows with the pixels."""

_MOST_LINES: Final = 8

_one_at_a_time = threading.Lock()


def read(picture: Image.Image) -> list[tuple[float, str]]:
    """The lines of lettering, the tallest first, each with the height of its middle, 0 to 1.

    Single characters are left out: knobs and windows are read as zeros and ones.

    Args:
        picture: mode `RGB` or `L`.
    """
    import numpy as np

    shown = picture.convert("RGB")
    shown.thumbnail((_LONGER, _LONGER), reducing_gap=3.0)
    samples = np.ascontiguousarray(np.asarray(shown)[:, :, ::-1])
    with _one_at_a_time:
        found = _reader()(samples)
    if found.boxes is None:
        return []
    lines = []
    for corners, text, confidence in zip(found.boxes, found.txts, found.scores, strict=True):
        line = " ".join(str(text).replace('"', "").split())
        if confidence >= _SURE and sum(map(str.isalnum, line)) > 1:
            heights = [float(y) for _, y in corners]
            size = max(heights) - min(heights)
            lines.append((size, sum(heights) / len(heights) / shown.height, line))
    lines.sort(reverse=True)
    return [(middle, line) for _, middle, line in lines[:_MOST_LINES]]


@cache
def _reader() -> Any:
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical", "Global.use_cls": False})
