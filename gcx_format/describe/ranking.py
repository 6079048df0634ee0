"""Which of several descriptions is kept: the one that says most per byte.

The cost of a description is the size of its payload. What it says is counted in units:

    a thing, a quality, a colour, an action: each distinct word of content     1
    a position (left, top, behind ...): each distinct one of a thing           1
    a number (two, 7): each distinct one of a thing                            1
    a word of lettering, that is in quotation marks: each distinct one         1.5
    a distinct Han character or kana                                           0.5
    what shows nothing: articles, verbs of being and showing, mood, praise     0

Words are distinct by their stem: "boats" after "boat" adds nothing. A position or number counts
again with the next word of content, since "left" says something about each thing on the left.
Lettering counts for more, since nothing else in the file says what a sign reads.

A description with less than `LEAST_SAID` of the richest one's units is ignored, or "A house" would
be hard to beat. Of the rest, the one with the fewest bytes per unit is kept; on a tie, the one
that says more, then the first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gcx_format.codecs import code_text
from gcx_format.describe.cleanup import count_words
from gcx_format.errors import ArgumentError

__all__ = ["LEAST_SAID", "Candidate", "choose", "measure", "units_of"]

LEAST_SAID: Final = 0.75
"""The fraction of the richest candidate's units that a candidate must have."""

_CONTENT: Final = 1.0
_LETTERING: Final = 1.5
_SYLLABIC: Final = 0.5

_POSITIONS: Final = frozenset(
    """
    left right top bottom upper lower centre center middle central foreground background above
    below behind beneath under over front between beside inside outside corner edge side near far
    facing horizon distance far-left far-right top-left top-right bottom-left bottom-right
    upper-left upper-right lower-left lower-right mid-left mid-right
    """.split()  # noqa: SIM905
)

_NUMBERS: Final = frozenset(
    """
    one two three four five six seven eight nine ten eleven twelve dozen twenty thirty forty fifty
    hundred pair single half row
    """.split()  # noqa: SIM905
)

_GRAMMAR: Final = """
    a an the this that these those it its he she his her they their there here who which whose
    what and or but nor so as if than then while when where with without within of to in on at by
    for from into onto out up down off along across through around about against toward towards is
    are was were be been being am has have having had do does did can could may might will would
    shall should must not no some any each every both all other another such same own itself also
    too very quite rather just only even more most much many less like several various numerous
    few lot s positioned located placed situated
    """

_SHOWING: Final = """
    image picture scene photo view shot depiction description show shows showing shown depict
    depicts depicting feature features featuring display displays displaying portray portrays
    capture captures capturing captured present presents contain contains include includes
    including visible seen appear appears appearing seem seems see composition overall setting
    element elements detail details detailed
    """
"""Words that only say that there is a picture."""

_MOOD: Final = """
    beautiful beautifully stunning striking serene serenity tranquil tranquility peaceful calm
    calming atmosphere ambiance ambience mood feeling feel sense create creates creating add adds
    adding evoke evokes evoking convey conveys conveying suggest suggests suggesting enhance
    enhances enhancing emphasize emphasizes emphasizing highlight highlights highlighting contrast
    contrasts captivating charming elegant lovely picturesque majestic magnificent breathtaking
    nice interesting unique perfect perfectly amazing inviting harmonious harmony timeless
    nostalgic sophisticated gracefully prominently clearly slightly carefully neatly
    """
"""Words for what nobody could point at."""

_EMPTY: Final = frozenset((_GRAMMAR + _SHOWING + _MOOD).split())

_SYLLABIC_CHARACTER: Final = re.compile("[\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff]")
_PART: Final = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Candidate:
    text: str
    words: int
    payload_bytes: int
    units: float

    @property
    def bytes_per_unit(self) -> float:
        """The price of a unit of content; infinite if nothing is said."""
        return self.payload_bytes / self.units if self.units else float("inf")


def measure(text: str, coding: str = "auto") -> Candidate:
    payload = code_text(text, coding).payload
    return Candidate(text, count_words(text), len(payload), units_of(text))


def choose(candidates: Sequence[Candidate]) -> Candidate:
    """The candidate that says most per byte."""
    if not candidates:
        raise ArgumentError("there are no descriptions to choose from")
    richest = max(candidate.units for candidate in candidates)
    considered = [candidate for candidate in candidates if candidate.units >= LEAST_SAID * richest]
    return min(considered, key=lambda candidate: (candidate.bytes_per_unit, -candidate.units))


def units_of(text: str) -> float:
    """How much a description says, in units."""
    said: set[tuple[str, ...]] = set()
    units = 0.0

    def count(weight: float, *unit: str) -> None:
        nonlocal units
        if unit not in said:
            said.add(unit)
            units += weight

    for index, part in enumerate(text.split('"')):
        is_lettering = index % 2 == 1 and text.count('"') > index
        waiting: list[str] = []  # positions and numbers before their word of content
        last = ""
        for found in _PART.finditer(part.casefold()):
            word = found[0].removesuffix("'s")
            if _SYLLABIC_CHARACTER.search(word):
                for character in word:
                    count(_SYLLABIC, "syllabic", character)
            elif is_lettering:
                count(_LETTERING, "lettering", word)
            elif word in _POSITIONS or word in _NUMBERS or word.isdecimal():
                waiting.append(word)
            elif word not in _EMPTY:
                last = _stem(word)
                count(_CONTENT, "content", last)
                for place in waiting:
                    count(_CONTENT, "place", place, last)
                waiting.clear()
        for place in waiting:  # "a boat on the left."
            count(_CONTENT, "place", place, last)
    return units


def _stem(word: str) -> str:
    """Roughly without plural and participle endings; enough to find repetitions."""
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("es", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending).removesuffix("e") + instead
    if word.endswith("s") and not word.endswith(("ss", "us")) and len(word) > 3:
        word = word[:-1]
    return word.removesuffix("e")
