"""The type of `image.info["gcx"]`, for type checkers and for readers."""

# Annotations are no strings here: with those, Python 3.11 takes every key for required.
from typing import Literal, NotRequired, TypedDict

__all__ = ["GcxInfo"]


class GcxInfo(TypedDict):
    """What `image.info["gcx"]` tells of a picture that was opened from a `.gcx` file.

    The first part is about the file and always there, with the keys of `gcx info --json`; what
    a file does not have is None, and its bytes are 0. The second is about the pixels, once there
    are any. The third is there where they are not a preview, `made` and `request_id` where they
    are known. A generator may add keys of its own, with strings and numbers.

        info: gcx_pillow.GcxInfo = image.info["gcx"]
    """

    width: int
    height: int
    mode: Literal["RGB", "L"]
    file_bytes: int
    bits_per_pixel: float
    text: str | None
    text_coding: str | None
    text_bytes: int
    visual_codec: str | None
    visual_quality: str | None
    visual_bytes: int
    scale: float | None
    condition_width: int | None
    condition_height: int | None
    original_sha256: str | None
    note: str | None
    encoder: str | None

    generator: NotRequired[str]
    source: NotRequired[str]
    digital_source_type: NotRequired[str]
    reason: NotRequired[str]  # why this is a preview, where more was hoped for

    model: NotRequired[str | None]
    score: NotRequired[float | None]
    cached: NotRequired[bool]
    cost_usd: NotRequired[float | None]
    seconds: NotRequired[float]
    size_received: NotRequired[str]
    made: NotRequired[str]
    request_id: NotRequired[str]
