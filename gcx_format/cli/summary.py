"""A descriptor in words; `gcx_format.report` has it as JSON."""

from __future__ import annotations

from typing import Any

from gcx_format.codecs import visual_codec


def size_line(known: dict[str, Any]) -> str:
    return f"{known['file_bytes']:,} bytes, {known['bits_per_pixel']:.4g} bits per pixel"


def condition_line(known: dict[str, Any]) -> str:
    if known["visual_codec"] is None:
        return "none"
    size = f"{known['condition_width']} x {known['condition_height']}"
    title = visual_codec(known["visual_codec"]).title
    if known["visual_quality"] is not None:
        title += f" quality {known['visual_quality']}"
    return f"{known['visual_bytes']:,} bytes, {title}, {size} at scale {known['scale']:g}"


def words_line(known: dict[str, Any]) -> str:
    if known["text_coding"] is None:
        return "none"
    return f"{known['text_bytes']:,} bytes, {known['text_coding']}"
