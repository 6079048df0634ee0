"""The words of a text as they are searched for, in any script, and what someone types to find them.

A term is a word without case and accents, a number, or a symbol such as an emoji. Of scripts
without spaces between words, such as Chinese, each character is a term; one after the other they
are found as a phrase. The same goes for whatever is typed without a space, such as a file's name.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    import tantivy

__all__ = ["Piece", "analyzer", "edits", "fold", "pieces", "terms"]

_IGNORED: Final = re.compile(
    "[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670"  # accents
    "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]"  # invisible
)
_SPACELESS: Final = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_TERM: Final = (
    rf"[{_SPACELESS}]\p{{M}}*"
    rf"|[\p{{L}}--[{_SPACELESS}]][\p{{L}}\p{{M}}--[{_SPACELESS}]]*"
    r"|\p{N}+|\p{So}"
)
_MOST_BYTES: Final = 200
"""Of a term; a longer one is no word, and is not found."""

_QUOTED: Final = re.compile('["\u201c-\u201f\u00ab\u00bb]')
_MOST_LETTERS: Final = 32
"""Of a word that is looked for in other spellings too."""


class Piece(NamedTuple):
    """What must be found: terms that follow each other.

    Attributes:
        terms: at least one.
        is_prefix: whether the last may go on.
        is_exact: whether it was quoted, and no other spelling will do.
    """

    terms: tuple[str, ...]
    is_prefix: bool = False
    is_exact: bool = False


def fold(text: str) -> str:
    """A text without case, accents and invisible characters."""
    plain = text.encode("utf-8", "replace").decode()
    decomposed = unicodedata.normalize("NFKD", plain.casefold())
    return unicodedata.normalize("NFC", _IGNORED.sub("", decomposed))


@cache
def analyzer() -> tantivy.TextAnalyzer:
    """What splits a folded text into terms."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.regex(_TERM))
    for each in (Filter.lowercase(), Filter.ascii_fold(), Filter.remove_long(_MOST_BYTES)):
        builder = builder.filter(each)
    return builder.build()


def terms(text: str) -> list[str]:
    """The terms of a text, in order."""
    return analyzer().analyze(fold(text))


def pieces(text: str) -> list[Piece]:
    """What someone who types this wants to find; every text is a valid query.

    Words are found in any order, those in quotation marks as a phrase, and what ends in `*` by how
    it begins.
    """
    found: dict[Piece, None] = {}
    for number, part in enumerate(_QUOTED.split(text)):
        is_quoted = number % 2 == 1
        for each in [part] if is_quoted else part.split():
            if known := tuple(terms(each)):
                found[Piece(known, each.endswith("*") and not is_quoted, is_quoted)] = None
    return list(found)


def edits(term: str) -> int:
    """How many letters may differ where another spelling of a term is taken for it."""
    if not term.isalpha() or len(term) > _MOST_LETTERS:
        return 0
    return (len(term) >= 4) + (len(term) >= 8)
