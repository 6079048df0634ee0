"""Provenance: saved pictures say in their metadata where their pixels come from.

Pixels that no camera recorded must be recognisable wherever they go. The mark is IPTC's digital
source type in XMP, which JPEG, WebP, AVIF, HEIF, TIFF and PNG can hold.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from html import escape
from typing import Any, Final, Literal

__all__ = ["DigitalSourceType", "Source", "is_marked", "save_options", "xmp_packet"]

Source = Literal["visual condition", "words", "words and visual condition", "words on a card"]
"""What pixels come from."""


_OWN_MARK: Final = re.compile(rb"<xmp:CreatorTool>gcx[ -]")
"""What `xmp_packet` writes for a tool of gcx."""

_MOST_XMP: Final = 1 << 16
"""Bytes of metadata that are looked at; a packet of gcx has less than a thousand."""


class DigitalSourceType(Enum):
    """Terms of the IPTC NewsCodes vocabulary "digital source type"."""

    ALGORITHMICALLY_ENHANCED = "algorithmicallyEnhanced"
    """Recorded pixels, altered by an algorithm: a visual condition, enlarged."""

    ALGORITHMIC = "algorithmicMedia"
    """Made by an algorithm alone, from no recorded pixels: a card with words."""

    EDITED_BY_TRAINED_ALGORITHM = "compositeWithTrainedAlgorithmicMedia"
    """Recorded pixels, altered by a generative model: a visual condition with guessed edges."""

    TRAINED_ALGORITHMIC = "trainedAlgorithmicMedia"
    """Made by a model that was trained on other pictures."""

    @property
    def uri(self) -> str:
        """The term as the vocabulary identifies it."""
        return f"http://cv.iptc.org/newscodes/digitalsourcetype/{self.value}"


def xmp_packet(source_type: DigitalSourceType, tool: str, model: str | None = None) -> bytes:
    """An XMP packet (ISO 16684-1) that says how pixels were made.

    Args:
        source_type: IPTC's term for such pixels.
        tool: the program, by name and version.
        model: the AI system that made or altered them (IPTC Photo Metadata 2025.1), or None.
    """
    used = ""
    if model is not None:
        used = f"<Iptc4xmpExt:AISystemUsed>{escape(model)}</Iptc4xmpExt:AISystemUsed>"
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about=""'
        ' xmlns:xmp="http://ns.adobe.com/xap/1.0/"'
        ' xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">'
        f"<xmp:CreatorTool>{escape(tool)}</xmp:CreatorTool>"
        f"<Iptc4xmpExt:DigitalSourceType>{source_type.uri}</Iptc4xmpExt:DigitalSourceType>"
        f"{used}"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
        '<?xpacket end="w"?>'
    ).encode()


def is_marked(info: Mapping[Any, Any]) -> bool:
    """Whether the metadata of an opened picture says that gcx made its pixels.

    Args:
        info: `Image.info`.
    """
    xmp = info.get("xmp") or info.get("XML:com.adobe.xmp") or b""
    text = xmp.encode("utf-8", "replace") if isinstance(xmp, str) else xmp
    return isinstance(text, bytes) and bool(_OWN_MARK.search(text[:_MOST_XMP]))


def save_options(format: str, xmp: bytes) -> dict[str, Any]:
    """What `Image.save` needs to store an XMP packet; empty for formats such as BMP."""
    if format == "PNG":
        from PIL.PngImagePlugin import PngInfo

        chunks = PngInfo()
        chunks.add_itxt("XML:com.adobe.xmp", xmp.decode())
        return {"pnginfo": chunks}
    if format in ("JPEG", "MPO", "WEBP", "AVIF", "HEIF"):
        return {"xmp": xmp}
    if format == "TIFF":
        return {"tiffinfo": {700: xmp}}
    return {}
