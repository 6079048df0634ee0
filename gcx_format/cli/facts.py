"""What `gcx` says of a descriptor: as JSON, and in words."""

from __future__ import annotations

from typing import Any

from gcx_format import container
from gcx_format.descriptor import Descriptor
from gcx_format.facts import facts
from gcx_format.visual.msillm.qualities import QUALITIES

__all__ = ["condition_line", "record", "size_line", "words_line"]


def record(descriptor: Descriptor, data: bytes) -> dict[str, Any]:
    """Every field of a descriptor, and every byte of the file that holds it.

    Args:
        descriptor: what the file holds.
        data: the whole file.

    Returns:
        Values that JSON has.
    """
    spans = container.dissect(data)
    return {
        **facts(descriptor, len(data)),
        "overhead_bytes": sum(span.size - span.payload for span in spans),
        "unknown_chunks": [
            {"type": chunk.type, "bytes": len(chunk.body)} for chunk in descriptor.unknown
        ],
        "chunks": [
            {
                "name": span.name,
                "offset": span.offset,
                "size": span.size,
                "payload": span.payload,
                "overhead": span.size - span.payload,
            }
            for span in spans
        ],
    }


def size_line(known: dict[str, Any]) -> str:
    """The size of the file in words: bytes, and bits per pixel of the picture."""
    return f"{known['file_bytes']:,} bytes, {known['bits_per_pixel']:.4g} bits per pixel"


def condition_line(known: dict[str, Any]) -> str:
    """The visual condition in words."""
    if known["visual_codec"] is None:
        return "none"
    size = f"{known['condition_width']} x {known['condition_height']}"
    codec = "AV1"
    if known["visual_quality"] is not None:
        codec = f"MS-ILLM quality {QUALITIES[known['visual_quality']].name}"
    return f"{known['visual_bytes']:,} bytes, {codec}, {size} at scale {known['scale']:g}"


def words_line(known: dict[str, Any]) -> str:
    """How the words are stored, in words."""
    if known["text_coding"] is None:
        return "none"
    return f"{known['text_bytes']:,} bytes, {known['text_coding']}"
