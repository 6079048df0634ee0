"""Words from a picture's own metadata: what a person once wrote about it.

Cameras, phones and programs write into the same fields by themselves. What they write is listed
in `metadata_marks.toml` and passed over. Metadata comes from strangers: where it is damaged, it
has no words; nothing here raises for it.
"""

from __future__ import annotations

import codecs
import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gcx_format import plain_text

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from PIL import Image

__all__ = ["words_from_metadata"]

_MAX_CHARACTERS: Final = 2000
"""Of all words: some 300, far more than a picture needs."""

_MAX_KEYWORD_CHARACTERS: Final = 200
"""Of the keywords together: some 20. Stock agencies ask for 50, the best ones first."""

_MAX_RAW: Final = 1 << 16
"""Bytes or characters of a field that are looked at; those beyond are cut off unread."""

_MAX_ITEMS: Final = 100
"""Entries of one field, languages or keywords, that are looked at."""

_MAX_XMP_BYTES: Final = 1 << 20
"""Beyond this an XMP packet is not parsed: the tree would take many times as much memory."""

_SENTENCE_ENDS: Final = ".!?\u2026\u3002\uff01\uff1f"
_COMMA: Final = re.compile("[,;\uff0c\uff1b\u3001]")
"""Also those of Chinese and Japanese."""

_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP: Final = "{http://ns.adobe.com/photoshop/1.0/}"

# Tags of EXIF 3.0 (table 4 and 8) and of Windows Explorer, which writes UTF-16.
_EXIF_IFD: Final = 0x8769
_IMAGE_DESCRIPTION: Final = 0x010E
_USER_COMMENT: Final = 0x9286
_XP_TITLE: Final = 0x9C9B
_XP_COMMENT: Final = 0x9C9C
_XP_KEYWORDS: Final = 0x9C9E
_XP_SUBJECT: Final = 0x9C9F

# Data sets of IPTC-IIM 4.2.
_IPTC_CHARACTER_SET: Final = (1, 90)
_IPTC_OBJECT_NAME: Final = (2, 5)
_IPTC_KEYWORDS: Final = (2, 25)
_IPTC_HEADLINE: Final = (2, 105)
_IPTC_CAPTION: Final = (2, 120)

_ISO_8859: Final = dict(zip(b"BCDLGFHM", [f"iso8859-{part}" for part in range(2, 10)], strict=True))
"""The parts of ISO 8859 but Latin-1, by the last byte of the escape sequence for them."""

_CHARACTER_SETS: Final = (
    *("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp874"),
    *("shift_jis", "gb2312", "big5", "euc_kr"),
)
"""Each holds the usual characters of some languages, which tells text from chance."""


@dataclass
class _Fields:
    """What one kind of metadata holds, of each field the best candidate first."""

    description: list[str] = field(default_factory=list)
    headline: list[str] = field(default_factory=list)
    title: list[str] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)


def words_from_metadata(image: Image.Image) -> str | None:
    """The words that a picture carries in its metadata: a description, then keywords.

    The description is the first of these that a person wrote: XMP `dc:description`, the IPTC
    caption, EXIF `ImageDescription`, `XPComment`, `XPSubject` and `UserComment`, the PNG texts
    `Description` and `Comment`, the comment of JPEG and GIF. Where there is none, the headline
    (XMP `photoshop:Headline`, IPTC) stands in for it, then the title of XMP, IPTC, EXIF or PNG.

    Sentences tell a painter more than keywords do, but keywords often name what a sentence leaves
    out: the season, the light, the place. So those of XMP (`dc:subject`), or else of IPTC or
    `XPKeywords`, follow, joined by commas: those that the description doesn't contain, as many
    whole ones as fit into 200 characters. With nothing else, they are the words.

    Args:
        image: as opened by Pillow: conversions drop metadata.

    Returns:
        At most 2,000 characters without line breaks, fit for a descriptor; or None.
    """
    kinds = [_Fields() for _ in range(4)]
    for read, fields in zip((_read_xmp, _read_iptc, _read_exif, _read_texts), kinds, strict=True):
        with suppress(Exception):  # parsers of metadata fail in every way there is
            read(image, fields)
    candidates = [
        text
        for name in ("description", "headline", "title")
        for fields in kinds
        for text in getattr(fields, name)
    ]
    description = next(_written_by_people(candidates), "")
    for fields in kinds:
        keywords = list(_written_by_people(_split(fields.keywords)))
        if keywords:
            return _joined(description, keywords) or None
    return description or None


def _joined(description: str, keywords: list[str]) -> str:
    """The description, and behind it the keywords that it doesn't contain."""
    known = description.casefold()
    room = min(_MAX_KEYWORD_CHARACTERS, _MAX_CHARACTERS - len(description) - len(". "))
    added: list[str] = []
    for keyword in keywords:
        folded = keyword.casefold()
        if _contains(known, folded) or folded in map(str.casefold, added):
            continue
        if len(", ".join([*added, keyword])) <= room:
            added.append(keyword)
    if not description or not added:
        return description or ", ".join(added)
    end = " " if description[-1] in _SENTENCE_ENDS else ". "
    return description + end + ", ".join(added)


def _contains(text: str, keyword: str) -> bool:
    """Whether a text holds a keyword, as whole words where the script parts words by spaces."""
    if keyword.upper() == keyword:  # no letter case: Chinese, Japanese, Thai and others
        return keyword in text
    return re.search(rf"(?<![^\W_]){re.escape(keyword)}(?![^\W_])", text) is not None


def _split(keywords: Iterable[str]) -> Iterator[str]:
    """Single keywords, also where a program wrote all of them as one."""
    single = (keyword for text in keywords for keyword in _COMMA.split(text[:_MAX_RAW]))
    return islice(single, _MAX_ITEMS)


def _written_by_people(candidates: Iterable[str]) -> Iterator[str]:
    for candidate in candidates:
        words = _tidied(candidate)
        if words and not _is_mark(words):
            yield words


# What programs write


class _Marks(NamedTuple):
    exact: frozenset[str]
    patterns: tuple[re.Pattern[str], ...]


@lru_cache(maxsize=1)
def _marks() -> _Marks:
    """The marks of `metadata_marks.toml`."""
    file = resources.files("gcx_format.describe").joinpath("metadata_marks.toml")
    table = tomllib.loads(file.read_text("utf-8"))
    exact: set[str] = set()
    patterns: list[re.Pattern[str]] = []
    for group in table["group"]:
        exact.update(text.casefold() for text in group.get("exact", []))
        for pattern in group.get("patterns", []):
            for name, part in table["parts"].items():
                pattern = pattern.replace(f"<{name}>", part)
            for name, alternatives in table["names"].items():
                pattern = pattern.replace(f"<{name}>", "|".join(alternatives))
            patterns.append(re.compile(pattern, re.IGNORECASE))
    return _Marks(frozenset(exact), tuple(patterns))


def _is_mark(words: str) -> bool:
    """Whether a program, not a person, wrote this, as far as can be told."""
    marks = _marks()
    return (
        words.casefold() in marks.exact
        or any(pattern.fullmatch(words) for pattern in marks.patterns)
        or _is_settings(words)
    )


_KEY_AND_VALUE: Final = re.compile(r"\s*\.?([A-Za-z_][\w.~-]*)\s*([:=])(.*)")
_IDENTIFIER: Final = re.compile(r"[a-z].*|.*[\d_-].*|.*[a-z][A-Z].*")
_STATE: Final = re.compile(
    r"[\W\d_]*|\d.*|\(?(?:true|false|null|none|auto|on|off|yes|no|nan)\)?", re.IGNORECASE
)


def _is_settings(words: str) -> bool:
    """Whether this is a list like `filter: 0; hdr: off;` or `iso=100 scene=auto`.

    People write "left: Anna; right: Tom". Programs name most values by numbers or states.
    """
    entries = [entry for entry in words.split(";") if entry.strip(" .")]
    pairs = [pair for entry in entries if (pair := _KEY_AND_VALUE.fullmatch(entry))]
    if ";" in words and 5 * len(pairs) >= 4 * len(entries) and _name_states(pairs):
        return True
    tokens = words.split()
    pairs = [pair for token in tokens if (pair := _KEY_AND_VALUE.fullmatch(token.strip(",;")))]
    if len(pairs) == len(tokens) and _name_states(pairs):
        return True
    assignments = len([pair for pair in pairs if pair[2] == "="])
    return assignments >= 2 and 2 * assignments >= len(tokens)


def _name_states(pairs: list[re.Match[str]]) -> bool:
    """Whether half of the values are numbers or states, and a key is one that programs use."""
    values = [value for pair in pairs if (value := pair[3].strip())]
    states = sum(_STATE.fullmatch(value) is not None for value in values)
    program_keys = any(pair[2] == "=" or _IDENTIFIER.fullmatch(pair[1]) for pair in pairs)
    return program_keys and states > 0 and 2 * states >= len(values)


# Text


def _tidied(raw: str) -> str:
    """On one line, of characters that a descriptor may hold, cut at a word; or nothing."""
    raw = _repaired(raw[:_MAX_RAW])
    if _is_binary(raw):
        return ""
    raw = re.sub(r'\A\s*charset="?\w+"? ', "", raw)  # as Exiv2 prints user comments
    words = " ".join(raw.replace("\0", " ").split())
    words = "".join(character for character in words if not plain_text.fault(character, 4))
    words = " ".join(words.split())
    if len(words) > _MAX_CHARACTERS:
        head, space, _ = words[: _MAX_CHARACTERS + 1].rpartition(" ")
        words = head if space else words[:_MAX_CHARACTERS]
    return words


def _is_binary(text: str) -> bool:
    """Whether so many characters belong in no text that the rest makes no words."""
    strange = sum(
        character == "\ufffd" or unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs")
        for character in re.sub(r"[\0\s]", "", text)
    )
    return 7 * strange > len(text.replace("\0", ""))


def _repaired(text: str) -> str:
    """Text that was UTF-8 before it was read as Latin-1 or Windows-1252, maybe twice: as meant.

    A text is taken for such only if all of it is valid UTF-8 again. Pillow reads EXIF's ASCII as
    Latin-1, and programs write UTF-8 or Windows-1252 there.
    """
    for _ in range(3):
        if text.isascii():
            break
        try:
            data = b"".join(
                character.encode("latin-1" if character < "\u0100" else "cp1252")
                for character in text
            )
        except UnicodeEncodeError:
            break
        as_utf_8 = _utf_8(data)
        if as_utf_8 is None:
            if max(text) < "\u0100" and any("\x80" <= character < "\xa0" for character in text):
                text = _western(data)
            break
        text = as_utf_8
    return text


def _utf_8(data: bytes) -> str | None:
    """UTF-8, of which a limit may have cut the last character in two; None if it is not."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return None
    whole = len(text.encode()) == len(data)
    return text if whole or not text.isascii() or len(data) == _MAX_RAW else None


def _western(data: bytes) -> str:
    """Windows-1252, or Latin-1 where that has no such bytes."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _decoded(raw: object, codec: str | None = None) -> str:
    """A text field as text: UTF-8, or else the character set given, or else Western."""
    if isinstance(raw, str):
        return raw[:_MAX_RAW]
    if not isinstance(raw, bytes):
        return ""
    data = raw[:_MAX_RAW].removeprefix(codecs.BOM_UTF8).rstrip(b"\0 ")
    text = _utf_8(data)
    if text is None and codec:
        text = data.decode(codec, "ignore")
    return _western(data) if text is None else text


def _utf_16(raw: object, *orders: str) -> str:
    """UTF-16 in the byte order of its mark, or else in the one that makes the better text.

    Odd bytes at the end and halves of surrogate pairs are left out.
    """
    if isinstance(raw, tuple):
        raw = bytes(raw[:_MAX_RAW])
    if not isinstance(raw, bytes):
        return ""
    data = raw[:_MAX_RAW]
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        orders = ("utf-16-le" if data.startswith(codecs.BOM_UTF16_LE) else "utf-16-be",)
        data = data[2:]
    data = data[: len(data) & ~1]
    texts = [data.decode(order, "surrogatepass").rstrip("\0 ") for order in orders]
    return max(texts, key=_likelihood)


def _likelihood(text: str) -> tuple[float, float]:
    """How much this looks like text of some language, then how Western it is.

    In the wrong byte order the characters of a text come from all over Unicode. In the right one
    most are in one character set, or in one block of 256.
    """
    text = "".join(text.replace("\0", "").split())[:_MAX_CHARACTERS]
    if not text:
        return 0, 0
    in_sets = [len(text.encode(name, "ignore").decode(name, "ignore")) for name in _CHARACTER_SETS]
    in_block = Counter(ord(character) >> 8 for character in text).most_common(1)[0][1]
    western = sum("\x1f" < character < "\u0100" for character in text)
    return max(*in_sets, in_block) / len(text), western / len(text)


# XMP


def _read_xmp(image: Image.Image, fields: _Fields) -> None:
    from defusedxml import ElementTree

    packet = image.info.get("xmp", b"")
    if not packet or len(packet) > _MAX_XMP_BYTES:
        return
    tree = ElementTree.fromstring(packet.rstrip(b"\0 "))
    fields.description = _in_languages(tree, f"{_DC}description")
    fields.headline = _in_languages(tree, f"{_PHOTOSHOP}Headline")
    fields.title = _in_languages(tree, f"{_DC}title")
    fields.keywords = [text for text, _ in _xmp_texts(tree, f"{_DC}subject")]


def _in_languages(tree: Element, name: str) -> list[str]:
    """The texts of a property, first those in no special language, then English."""
    texts = list(_xmp_texts(tree, name))
    return [
        text
        for wanted in ("x-default", "en")
        for text, language in texts
        if wanted in (language, language.split("-")[0])
    ]


def _xmp_texts(tree: Element, name: str) -> Iterator[tuple[str, str]]:
    """The texts of a property in XMP's long and short forms, each with its language."""
    found = (
        (item.text or "", item.get(_XML_LANG, "x-default").lower())
        for property in tree.iter(name)
        for item in list(property.iter(f"{_RDF}li")) or [property]
    )
    yield from islice(found, _MAX_ITEMS)
    for description in islice(tree.iter(f"{_RDF}Description"), _MAX_ITEMS):
        yield description.get(name, ""), "x-default"


# IPTC


def _read_iptc(image: Image.Image, fields: _Fields) -> None:
    from PIL import ImageFile, IptcImagePlugin

    if not isinstance(image, ImageFile.ImageFile):
        return
    found = IptcImagePlugin.getiptcinfo(image) or {}
    character_set = b"".join(_each(found.get(_IPTC_CHARACTER_SET))[:1])
    escape = re.fullmatch(rb"\x1b[-./](.)", character_set)
    codec = _ISO_8859.get(escape[1][0]) if escape else None

    def texts(data_set: tuple[int, int]) -> list[str]:
        return [_decoded(value, codec) for value in _each(found.get(data_set))]

    fields.description = texts(_IPTC_CAPTION)
    fields.headline = texts(_IPTC_HEADLINE)
    fields.title = texts(_IPTC_OBJECT_NAME)
    fields.keywords = texts(_IPTC_KEYWORDS)


def _each(value: Any) -> list[Any]:
    if value is None:
        return []
    return value[:_MAX_ITEMS] if isinstance(value, list) else [value]


# EXIF


def _read_exif(image: Image.Image, fields: _Fields) -> None:
    exif = image.getexif()
    fields.description.append(_decoded(exif.get(_IMAGE_DESCRIPTION)))
    for tag, texts in (
        (_XP_COMMENT, fields.description),
        (_XP_SUBJECT, fields.description),
        (_XP_TITLE, fields.title),
        (_XP_KEYWORDS, fields.keywords),
    ):
        with suppress(ValueError):  # numbers that are no bytes
            texts.append(_utf_16(exif.get(tag), "utf-16-le"))
    comment = exif.get_ifd(_EXIF_IFD).get(_USER_COMMENT)
    fields.description.append(_user_comment(comment, exif.endian))


def _user_comment(raw: object, endian: str | None) -> str:
    """EXIF's `UserComment`: eight bytes that name the character code, then the text."""
    if isinstance(raw, str):
        try:
            raw = raw[:_MAX_RAW].encode("latin-1")
        except UnicodeEncodeError:
            return _decoded(raw)
    if not isinstance(raw, bytes):
        return ""
    code, data = raw[:8].rstrip(b"\0 ").upper(), raw[8 : 8 + _MAX_RAW]
    if code == b"UNICODE":
        # The standard leaves the byte order open. Most programs take that of the EXIF data.
        orders = ("utf-16-be", "utf-16-le")
        return _utf_16(data, *(orders if endian == ">" else reversed(orders)))
    if code == b"JIS":
        for codec in ("iso2022_jp", "euc_jp", "shift_jis"):
            with suppress(UnicodeDecodeError):
                return data.decode(codec)
        return ""
    return _decoded(data if code in (b"ASCII", b"") else raw)  # against the standard, no code


# Texts of PNG, and the comment of JPEG and GIF


def _read_texts(image: Image.Image, fields: _Fields) -> None:
    texts = {**image.info, **getattr(image, "text", {})}
    by_keyword = {key.lower(): text for key, text in texts.items() if isinstance(key, str)}
    fields.description = [
        _decoded(by_keyword.get("description")),
        # The comment of JPEG and GIF has the same name as that of PNG.
        _decoded(by_keyword.get("comment")),
    ]
    fields.title = [_decoded(by_keyword.get("title"))]
