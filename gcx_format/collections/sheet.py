"""Contact sheets: the pictures of a collection as one page for a browser, or as one image."""

from __future__ import annotations

import base64
import hashlib
import html
import io
import json
from collections.abc import Iterable
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from gcx_format.codecs import visual_codec
from gcx_format.collections.rows import PROGRAM, Row
from gcx_format.conditions import weights_for
from gcx_format.errors import DamagedVisualError, UnavailableError
from gcx_format.generate.preview import preview_at

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.descriptor import Descriptor

__all__ = ["IMAGE_MOST", "PAGE_MOST", "as_image", "as_page", "encoded"]

PAGE_MOST: Final = 20_000
"""Pictures of a page that a browser still opens in about a second; more only on request."""

IMAGE_MOST: Final = 600
"""Pictures of an image that is still looked at."""

_TILE: Final = 192
_LINE: Final = 16
_MARGIN: Final = 12


def as_page(rows: Iterable[Row], title: str) -> bytes:
    """A page of HTML that needs nothing else, not even a network.

    The pictures are the visual conditions, coded as they are where a browser can decode them.
    """
    parts = {name: _part(f"sheet.{name}") for name in ("html", "css", "js")}
    data = json.dumps([_facts(row) for row in rows], separators=(",", ":"))
    values = {
        "title": html.escape(title.encode("utf-8", "replace").decode()),
        "program": html.escape(PROGRAM),
        "style": parts["css"],
        "style_hash": _source_hash(parts["css"]),
        "script": parts["js"],
        "script_hash": _source_hash(parts["js"]),
        "data": data.replace("<", "\\u003c"),  # JSON has it in strings alone
    }
    first, *rest = parts["html"].split("{")
    page = [first]
    for part in rest:
        name, _, text = part.partition("}")
        page += values[name], text
    return "".join(page).encode()


def _part(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def _source_hash(text: str) -> str:
    """What lets a browser run this text and no other; see Content Security Policy."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _facts(row: Row) -> dict[str, Any]:
    return {
        "path": row.path,
        "words": row.words or "",
        "size": f"{row.width} \u00d7 {row.height}",
        "taken": f"{row.taken:%Y-%m-%d}" if row.taken else "",
        "picture": _picture(row.descriptor),
    }


def _picture(made: Descriptor) -> str:
    """The visual condition as a `data:` address; empty if there is none, or none decodes here."""
    if made.visual is None or made.condition_size is None:
        return ""
    codec = visual_codec(made.visual)
    try:
        kind, data = codec.as_file(
            made.visual, made.condition_size, made.mode, weights_for(codec, None)
        )
    except (DamagedVisualError, UnavailableError):
        return ""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def as_image(rows: Iterable[Row]) -> Image.Image:
    """One image with a preview of each picture and its path; mode RGB."""
    from PIL import Image, ImageDraw, ImageFont

    kept = list(rows)
    columns = max(1, min(len(kept), round((len(kept) * 1.4) ** 0.5)))
    across, down = _TILE + _MARGIN, _TILE + _LINE + _MARGIN
    size = columns * across + _MARGIN, -(-len(kept) // columns) * down + _MARGIN
    sheet = Image.new("RGB", size, "white")
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(11)
    for number, row in enumerate(kept):
        left = _MARGIN + number % columns * across
        top = _MARGIN + number // columns * down
        scale = _TILE / max(row.width, row.height)
        width, height = (max(1, round(side * scale)) for side in (row.width, row.height))
        try:
            picture = preview_at(row.descriptor, (width, height)).image.convert("RGB")
        except (DamagedVisualError, UnavailableError):
            picture = Image.new("RGB", (width, height), "lightgrey")
        sheet.paste(picture, (left + (_TILE - width) // 2, top + (_TILE - height) // 2))
        name = row.path
        while draw.textlength(name, font=font) > _TILE:
            name = "\u2026" + name[2 if name[0] == "\u2026" else 1 :]
        draw.text((left, top + _TILE + 1), name, "black", font=font)
    return sheet


def encoded(image: Image.Image, kind: str) -> bytes:
    """An image as the bytes of a PNG or JPEG file."""
    out = io.BytesIO()
    image.save(out, kind, **({"quality": 88} if kind == "JPEG" else {}))
    return out.getvalue()
