"""Text to tokens and back: which words and marks a text is coded as.

A token is a vocabulary entry, or a string that is spelled byte by byte. White space and capitals
of ordinary writing are implied; control tokens mark departures from it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Final

__all__ = ["CASE", "CONTROLS", "JOIN", "SPELL", "UPPER", "Writer", "lowered", "segment", "split"]

CASE: Final = "\x01"
"""Control: the first letter of the next token has the unexpected case."""

UPPER: Final = "\x02"
"""Control: the next token is all capitals."""

JOIN: Final = "\x03"
"""Control: the next token has an unexpected space before it, or lacks an expected one."""

SPELL: Final = "\x04"
"""The next token is spelled, since it is not in the vocabulary."""

CONTROLS: Final = (CASE, UPPER, JOIN, SPELL)

_SENTENCE_ENDS: Final = frozenset({".", "!", "?", "\n"})
_TRANSPARENT: Final = frozenset({'"', ' "', "(", " (", ")", "'", " '"})
_JOINING: Final = frozenset(
    {"(", " (", "[", " [", ' "', " '", "-", "/", "\n", "#", " #", "$", " $", "@", " @", "\u2014"}
)

_PIECE: Final = re.compile(
    r"[^\W\d_]+(?:-[^\W\d_]+)*"  # a word, or several with hyphens
    r"|[0-9]+(?:[.,:][0-9]+)*"  # a number
    r"|'[a-z]+"  # what follows a word: 's, 't
    r"|\s+|.",
    re.DOTALL,
)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:] if "a" <= text[:1] <= "z" else text


def lowered(text: str) -> str:
    """A string with its first letter in lower case, if that is A to Z."""
    return text[0].lower() + text[1:] if "A" <= text[:1] <= "Z" else text


def _swapped(text: str) -> str:
    return _capital(text) if "a" <= text[:1] <= "z" else lowered(text)


def _upper(text: str) -> str:
    return "".join(c.upper() if "a" <= c <= "z" else c for c in text)


def _lower(text: str) -> str:
    return "".join(c.lower() if "A" <= c <= "Z" else c for c in text)


class Writer:
    """Writes tokens as text: a decoder's state, which an encoder has to foresee.

    Attributes:
        joins: whether the next token is expected without its leading space.
        starts: whether the next word is expected with a capital.
        ends: whether the last token ends a sentence.
    """

    def __init__(self) -> None:
        self.joins = True
        self.starts = True
        self.ends = False
        self._case = False
        self._upper = False

    def control(self, token: str) -> None:
        """Apply a control token other than SPELL."""
        if token == JOIN:
            self.joins = not self.joins
        elif token == CASE:
            self._case = True
        else:
            self._upper = True

    def write(self, entry: str, *, spelled: bool = False) -> str:
        """The text of a vocabulary entry or a spelled string, with its space and case."""
        if spelled:
            result = entry if self.joins else " " + entry
            self.joins = self.starts = self.ends = False
        else:
            space = entry[:1] == " "
            result = self._cased(entry[1:] if space else entry)
            if space and not self.joins:
                result = " " + result
            self.joins = entry in _JOINING
            self.ends = entry in _SENTENCE_ENDS
            if self.ends:
                self.starts = True
            elif entry not in _TRANSPARENT:
                self.starts = False
        self._case = self._upper = False
        return result

    def _cased(self, text: str) -> str:
        if self._upper:
            return _upper(text)
        if self.starts:
            return text if self._case else _capital(text)
        return _swapped(text) if self._case else text


def split(text: str) -> Iterator[tuple[str, bool]]:
    """The pieces of a text, each with whether a single space precedes it.

    A space at the end belongs to an empty piece. Other white space is a piece.
    """
    spaced = False
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece == " ":
            spaced = True
        else:
            yield piece, spaced
            spaced = False
    if spaced:
        yield "", True


def is_word(piece: str) -> bool:
    """Whether a piece is a word or a number, which usually has a space before it."""
    return piece[:1].isalnum()


def segment(text: str, vocabulary: Collection[str]) -> Iterator[tuple[str, str]]:
    """A text as tokens: controls and entries with an empty string, SPELL with what is spelled."""
    writer = Writer()
    todo = list(split(text))[::-1]
    while todo:
        piece, spaced = todo.pop()
        found = _entry(piece, writer.starts, vocabulary) if is_word(piece) else None
        if found is None and is_word(piece) and "-" in piece:
            first, _, rest = piece.partition("-")
            todo += [(rest, False), ("-", False), (first, spaced)]
            continue
        if found is None and not is_word(piece):
            found = _mark(piece, spaced, vocabulary)
        controls, entry = found or ((), "")
        # What is spelled behaves like a word: a space is expected before it.
        takes_space = entry[:1] == " " or found is None
        if takes_space and spaced == writer.joins:
            controls = (JOIN, *controls)
        for control in controls:
            yield control, ""
            writer.control(control)
        if found is None:
            yield SPELL, piece
            writer.write(piece, spelled=True)
        else:
            yield entry, ""
            writer.write(entry)


def _entry(
    word: str, starts: bool, vocabulary: Collection[str]
) -> tuple[tuple[str, ...], str] | None:
    """The controls and the entry that a word is written with; None if it must be spelled."""
    for form in (lowered(word), word) if starts else (word,):
        if " " + form in vocabulary and (not starts or _capital(form) == word):
            return (), " " + form
    other = word if starts else _swapped(word)
    if " " + other in vocabulary:
        return (CASE,), " " + other
    small = _lower(word)
    if len(word) > 1 and small != word and _upper(word) == word:
        for form in (small, _capital(small)):
            if " " + form in vocabulary:
                return (UPPER,), " " + form
    return None


def _mark(
    piece: str, spaced: bool, vocabulary: Collection[str]
) -> tuple[tuple[str, ...], str] | None:
    """The entry that a mark is written with; None if it must be spelled."""
    if piece in CONTROLS:
        return None
    forms = (" " + piece,) if spaced else (piece, " " + piece)
    return next((((), form) for form in forms if piece and form in vocabulary), None)
