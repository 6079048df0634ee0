"""A plain card with the words of a descriptor that has no visual condition.

The words are set in the font that comes with Pillow, which covers little more than English. For
letters that it lacks, a system font is looked for, so cards may differ between systems.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final, Literal, cast

from PIL import Image, ImageDraw, ImageFont

__all__ = ["draw_card"]

_PAPER: Final[dict[str, int | tuple[int, ...]]] = {"RGB": (246, 243, 236), "L": 243}
_INK: Final[dict[str, int | tuple[int, ...]]] = {"RGB": (52, 48, 42), "L": 49}

_SMALLEST: Final = 9
"""Pixels per em below which letters are illegible."""

_LARGEST: Final = 400
"""Pixels per em above which drawing only takes longer."""

_SHRINK: Final = 0.9
"""The ratio between sizes that are tried."""

_LEADING: Final = 1.45
"""From one line to the next, in ems."""

_NARROW: Final = 0.2
"""Ems per character; no text is narrower on average."""

_BALANCED: Final = 8
"""Most lines of a block that is narrowed for an even right edge."""

_SYSTEM_FONTS: Final = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "segoeui.ttf",
    "Arial Unicode.ttf",
    "NotoSansCJK-Regular.ttc",
    "wqy-microhei.ttc",
    "msyh.ttc",
    "Hiragino Sans GB.ttc",
)
"""Tried in this order after the bundled font; most systems have one of them."""

_PLAINER: Final = str.maketrans("\u2014\u2013\u2010\u2011\u2212\u00d7\u2022", "-----x·")
"""Replacements for characters that the bundled font lacks."""

_SAMPLE: Final = 512
"""How many different letters of a text decide on its font: a bound on the time it takes."""


def draw_card(text: str, size: tuple[int, int], mode: Literal["RGB", "L"]) -> Image.Image:
    """Set a text on a card: a centred block, in letters as large as look well.

    Lines break at spaces, and within a word only if it is longer than a line; line breaks of the
    text are kept. Text that does not fit even in small letters is cut off with an ellipsis. A card
    too small for letters, or without a text, is blank. The size of the card bounds the work.
    """
    card = Image.new(mode, size, _PAPER[mode])
    margin = min(size) // 10
    width, height = size[0] - 2 * margin, size[1] - 2 * margin
    most = int(width * height / (_NARROW * _LEADING * _SMALLEST**2)) + 1
    text = text[:most].strip()
    if not text or width < 2 * _SMALLEST or height < _SMALLEST:
        return card
    name, text = _choose_font(text)
    em = max(_SMALLEST, min(_LARGEST, min(size) // 9, max(size) // 18))
    while True:
        font = _font(name, em)
        rows = 1 + int((height - em) / (_LEADING * em))
        lines = _wrap(text, width, rows + 1, font)
        if len(lines) <= rows or em == _SMALLEST:
            break
        em = max(_SMALLEST, int(em * _SHRINK))
    if len(lines) > rows:
        lines = [*lines[: rows - 1], _cut(lines[rows - 1], width, font)]
    elif len(lines) <= _BALANCED:
        lines = _balance(text, width, lines, font)

    left = (size[0] - max(font.getlength(line) for line in lines)) / 2
    # A capital is about 0.7 em high; its middle, not that of the line, looks centred.
    base = (size[1] - (len(lines) - 1) * _LEADING * em + 0.7 * em) / 2
    draw = ImageDraw.Draw(card)
    for row, line in enumerate(lines):
        draw.text((left, base + row * _LEADING * em), line, _INK[mode], font, anchor="ls")
    return card


def _wrap(text: str, width: float, rows: int, font: ImageFont.FreeTypeFont) -> list[str]:
    """The first `rows` lines of a text, each no wider than `width` pixels."""
    advance = cache(font.getlength)
    lines: list[str] = []

    def length(letter: str) -> float:
        # From U+2E80 on, there are thousands of letters, all of the same width.
        return advance(letter if letter < "\u2e80" else "\u4e00")

    for paragraph in text.split("\n"):
        line, used = "", 0.0
        for word in paragraph.split():
            needed = sum(map(length, word))
            if line and used + length(" ") + needed <= width:
                line, used = f"{line} {word}", used + length(" ") + needed
                continue
            if line:
                lines.append(line)
            line, used = "", 0.0
            for letter in word:
                if len(lines) >= rows:
                    return lines
                if line and used + length(letter) > width:
                    lines.append(line)
                    line, used = "", 0.0
                line, used = line + letter, used + length(letter)
        lines.append(line)
        if len(lines) >= rows:
            break
    return lines[:rows]


def _balance(text: str, width: int, lines: list[str], font: ImageFont.FreeTypeFont) -> list[str]:
    """The same number of lines, of lengths as even as possible."""
    longest_word = max(font.getlength(word) for word in text.split())
    step = max(1, int(font.size) // 2)
    for narrower in range(width - step, int(longest_word), -step):
        narrow = _wrap(text, narrower, len(lines) + 1, font)
        if len(narrow) > len(lines):
            break
        lines = narrow
    return lines


def _cut(line: str, width: int, font: ImageFont.FreeTypeFont) -> str:
    """The line with an ellipsis, shortened by words, or by letters if it is only one."""
    while line and font.getlength(line + "…") > width:
        line = line.rpartition(" ")[0] or line[:-1]
    return line.rstrip(" ,;:.") + "…"


def _choose_font(text: str) -> tuple[str | None, str]:
    """The font that lacks the fewest letters of a text, None for Pillow's, and the text for it.

    Pillow's comes first, with plainer dashes, and last, with letters without accents.
    """
    plainer = text.translate(_PLAINER)
    decomposed = unicodedata.normalize("NFKD", plainer)
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    best: tuple[str | None, str] = (None, plainer)
    fewest = _lacking(None, plainer)
    for choice in (*((name, text) for name in _SYSTEM_FONTS), (None, bare)):
        if not fewest:
            break
        lacking = _lacking(*choice)
        if lacking < fewest:
            best, fewest = choice, lacking
    return best


def _lacking(name: str | None, text: str) -> int:
    """How many letters of a text a font lacks: all of them if there is no such font."""
    letters = sorted({letter for letter in text if not letter.isspace()})[-_SAMPLE:]
    font = _load(name)
    if font is None:
        return len(letters)
    # U+FFFF is no character, so what is drawn for it is the glyph for missing ones.
    missing = font.getmask("\uffff")
    return sum(
        mask.size == missing.size and bytes(mask) == bytes(missing)
        for mask in map(font.getmask, letters)
    )


def _font(name: str | None, em: int) -> ImageFont.FreeTypeFont:
    return cast(ImageFont.FreeTypeFont, _load(name)).font_variant(size=em)


@cache
def _load(name: str | None) -> ImageFont.FreeTypeFont | None:
    """A system font, or None if it is not installed; for the name None, Pillow's."""
    if name is None:
        return cast(ImageFont.FreeTypeFont, ImageFont.load_default(24))
    try:
        return ImageFont.truetype(name, 24)
    except OSError:
        return None
