"""Words from a picture's own metadata: what a person once wrote about it.

Cameras and programs fill the same fields with their names; that describes nothing and is
passed over. Metadata comes from strangers: whatever is wrong with it, there are just no
words in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from gcx_format import plain_text

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["words_from_metadata"]

_MAX_CHARACTERS: Final = 2000
"""Of a description: some 300 words, far more than a picture needs."""

_MAX_RAW: Final = 1 << 16
"""Bytes or characters of a field that are looked at; those beyond are cut off unread."""

_MAX_XMP_BYTES: Final = 1 << 20
"""Beyond this an XMP packet is not parsed: the tree would take many times as much memory."""

_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_RDF: Final = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC: Final = "{http://purl.org/dc/elements/1.1/}"

# Tags of EXIF 3.0 (table 4 and 8) and of Windows Explorer, which writes UTF-16.
_EXIF_IFD: Final = 0x8769
_IMAGE_DESCRIPTION: Final = 0x010E
_USER_COMMENT: Final = 0x9286
_XP_TITLE: Final = 0x9C9B
_XP_COMMENT: Final = 0x9C9C
_XP_SUBJECT: Final = 0x9C9F

# Data sets of IPTC-IIM 4.2, record 2.
_IPTC_OBJECT_NAME: Final = (2, 5)
_IPTC_CAPTION: Final = (2, 120)

_FILLER: Final = re.compile(
    r"""
      .* \b digital [ ] (still [ ])? camera \b .*  # OLYMPUS, MEDION, SAMSUNG, KONICA MINOLTA ...
    | (sony | minolta | maxxum) [ ] dsc
    | exif[_ ]jpeg[_ ]picture | jpeg | image | picture | photo | my [ ] beautiful [ ] picture
    | <.*>  # <KENOX S630  / Samsung S630>, <Digimax ...>
    | (samsung | hisilicon [ ] k\d | applemark | default | untitled | unknown | none | null | test)
    | (r?hdr\w* | cof | dav | edf | fbt | mde | oznor\w* | ptr | sdr | bty)  # Huawei's scene modes
    | screenshot | user [ ] comments? | binary [ ] comment
    | (charset=)? "? (ascii | unicode | jis | undefined | invalidcharsetid) "?
    | (created | made | edited | generated | optimi[sz]ed | compressed | resized | processed
        | scanned) [ ] (with | by | in | using | on) \b .*
    | creator: .* | software: .* | copyright \b .* | \(c\) .* | © .*
    | lav[cf] [\d.]+ | (gimp | photoshop | picasa | paint\.net | imagemagick) \b [\w. ]*
    | lead [ ] technologies .* | intel\(r\) .* | .* \b image [ ] alchemy \b .*
    | file [ ] (written | source) \b .*
    | https?://\S+
    | \S+ \. (jpe?g | png | tiff? | heic | dng | arw | cr2 | nef | gif | webp)  # a file's name
    | [\W\d_]*  # no letter at all
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""What whole fields hold that no person wrote about the picture."""


def words_from_metadata(image: Image.Image) -> str | None:
    """The description that a picture carries in its metadata.

    The first of these that holds one: XMP `dc:description`, the IPTC caption, EXIF
    `ImageDescription`, `XPComment`, `XPSubject` and `UserComment`, the PNG texts
    `Description` and `Comment`, the comment of JPEG and GIF; then the titles of XMP, IPTC,
    EXIF and PNG.

    Args:
        image: as opened by Pillow: conversions drop metadata.

    Returns:
        At most 2,000 characters without line breaks, fit for a descriptor; or None.
    """
    for source in (_xmp, _iptc, _exif, _texts, _xmp_title, _iptc_title, _exif_title, _text_title):
        with suppress(Exception):  # parsers of metadata fail in every way there is
            for candidate in source(image):
                words = _tidied(candidate)
                if words and not _FILLER.fullmatch(words):
                    return words
    return None


def _tidied(raw: str) -> str:
    """On one line, of characters that a descriptor may hold, cut at a word."""
    raw = raw[:_MAX_RAW].removeprefix("charset=Ascii ")  # as Exiv2 prints user comments
    words = " ".join(raw.replace("\0", " ").split())
    words = "".join(character for character in words if not plain_text.fault(character, 4))
    words = " ".join(words.split())
    if len(words) > _MAX_CHARACTERS:
        head, space, _ = words[: _MAX_CHARACTERS + 1].rpartition(" ")
        words = head if space else words[:_MAX_CHARACTERS]
    return words


def _decoded(raw: object) -> str:
    """A text field as text: UTF-8, or else Latin-1, whatever the standards once said."""
    if isinstance(raw, str):
        # Pillow reads EXIF's ASCII as Latin-1, and programs write UTF-8 there.
        try:
            data = raw[:_MAX_RAW].encode("latin-1")
        except UnicodeEncodeError:
            return raw
    elif isinstance(raw, bytes):
        data = raw[:_MAX_RAW]
    else:
        return ""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and len(data) == _MAX_RAW:
            return data[: error.start].decode()
        return data.decode("latin-1")


def _xmp(image: Image.Image) -> Iterator[str]:
    return _dublin_core(image, "description")


def _xmp_title(image: Image.Image) -> Iterator[str]:
    return _dublin_core(image, "title")


def _dublin_core(image: Image.Image, name: str) -> Iterator[str]:
    """The texts of a Dublin Core property, first those in no special language, then English."""
    from defusedxml import ElementTree

    packet = image.info.get("xmp", b"")
    if not packet or len(packet) > _MAX_XMP_BYTES:
        return
    tree = ElementTree.fromstring(packet.rstrip(b"\0 "))
    in_english: list[str] = []
    for property in tree.iter(_DC + name):
        for text in list(property.iter(f"{_RDF}li")) or [property]:
            language = text.get(_XML_LANG, "x-default").lower()
            if language == "x-default":
                yield text.text or ""
            elif language.split("-")[0] == "en":
                in_english.append(text.text or "")
    for description in tree.iter(f"{_RDF}Description"):
        yield description.get(_DC + name, "")
    yield from in_english


def _each(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _iptc(image: Image.Image) -> Iterator[str]:
    return _iptc_texts(image, _IPTC_CAPTION)


def _iptc_title(image: Image.Image) -> Iterator[str]:
    return _iptc_texts(image, _IPTC_OBJECT_NAME)


def _iptc_texts(image: Image.Image, data_set: tuple[int, int]) -> Iterator[str]:
    from PIL import ImageFile, IptcImagePlugin

    if isinstance(image, ImageFile.ImageFile):
        found = IptcImagePlugin.getiptcinfo(image) or {}
        yield from map(_decoded, _each(found.get(data_set, [])))


def _exif(image: Image.Image) -> Iterator[str]:
    exif = image.getexif()
    yield _decoded(exif.get(_IMAGE_DESCRIPTION))
    yield _utf_16(exif.get(_XP_COMMENT))
    yield _utf_16(exif.get(_XP_SUBJECT))
    yield _user_comment(exif.get_ifd(_EXIF_IFD).get(_USER_COMMENT), exif.endian)


def _exif_title(image: Image.Image) -> Iterator[str]:
    yield _utf_16(image.getexif().get(_XP_TITLE))


def _utf_16(raw: object, codec: str = "utf-16-le") -> str:
    if isinstance(raw, tuple):
        raw = bytes(raw)
    if not isinstance(raw, bytes):
        return ""
    with suppress(UnicodeDecodeError):
        return raw[:_MAX_RAW].decode(codec)
    return ""


def _user_comment(raw: object, endian: str | None) -> str:
    """EXIF's `UserComment`: eight bytes that name the character code, then the text."""
    if isinstance(raw, str):
        raw = raw.encode("latin-1")
    if not isinstance(raw, bytes):
        return ""
    code, data = raw[:8].rstrip(b"\0 ").upper(), raw[8:]
    if code == b"UNICODE":
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            return _utf_16(data, "utf-16")
        # The standard leaves the byte order open. Most programs take that of the EXIF data;
        # text that comes out without a character below U+0100 was written in the other.
        orders = ["utf-16-be", "utf-16-le"] if endian == ">" else ["utf-16-le", "utf-16-be"]
        texts = [_utf_16(data[: len(data) & ~1], order) for order in orders]
        return max(texts, key=lambda text: sum("\x1f" < character < "\u0100" for character in text))
    if code == b"JIS":
        with suppress(UnicodeDecodeError):
            return data.decode("iso2022_jp")
        return ""
    if code in (b"ASCII", b""):
        return _decoded(data)
    return _decoded(raw)  # without the code, against the standard


def _texts(image: Image.Image) -> Iterator[str]:
    """Texts of PNG, and the comment of JPEG and GIF."""
    yield from _png_texts(image, "description", "comment")
    yield _decoded(image.info.get("comment"))


def _text_title(image: Image.Image) -> Iterator[str]:
    return _png_texts(image, "title")


def _png_texts(image: Image.Image, *keywords: str) -> Iterator[str]:
    texts = {**image.info, **getattr(image, "text", {})}
    by_keyword = {key.lower(): text for key, text in texts.items() if isinstance(key, str)}
    for keyword in keywords:
        yield _decoded(by_keyword.get(keyword))
