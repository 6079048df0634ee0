"""The facts of a descriptor, as plain values under stable names.

`gcx info --json` and Pillow's `info["gcx"]` share them, so scripts can rely on them.
"""

from __future__ import annotations

from typing import Any

from gcx_format import container
from gcx_format.codecs import visual_codec
from gcx_format.descriptor import CodedVisual, Descriptor

__all__ = ["facts", "facts_but_words", "file_report"]


def facts(descriptor: Descriptor, file_bytes: int) -> dict[str, Any]:
    """Every field as a JSON value; missing parts are None, and their bytes 0."""
    return {**facts_but_words(descriptor, file_bytes), "text": descriptor.text}


def facts_but_words(descriptor: Descriptor, file_bytes: int) -> dict[str, Any]:
    """The same without decoding the words: `"text"` is None."""
    text, visual, sha256 = descriptor.coded_text, descriptor.visual, descriptor.original_sha256
    condition = descriptor.condition_size or (None, None)
    return {
        "width": descriptor.width,
        "height": descriptor.height,
        "mode": descriptor.mode,
        "file_bytes": file_bytes,
        "bits_per_pixel": 8 * file_bytes / (descriptor.width * descriptor.height),
        "text": None,
        "text_coding": text and text.coding,
        "text_bytes": len(text.payload) if text else 0,
        "visual_codec": visual and visual.codec,
        "visual_quality": visual and _quality(visual),
        "visual_bytes": len(visual.payload) if visual else 0,
        "scale": visual and visual.scale,
        "condition_width": condition[0],
        "condition_height": condition[1],
        "original_sha256": sha256 and sha256.hex(),
        "note": descriptor.note,
        "encoder": descriptor.encoder,
    }


def _quality(visual: CodedVisual) -> str | None:
    """The name of the variant, as `encode` takes it, if the codec has several."""
    return visual_codec(visual).variants[visual.variant].name or None


def file_report(descriptor: Descriptor, data: bytes) -> dict[str, Any]:
    """Every field of a descriptor, and every byte of its file, as JSON values."""
    spans = container.spans(descriptor)
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
