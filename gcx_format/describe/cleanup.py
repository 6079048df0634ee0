"""The words of a description: counted, cleaned of what costs bytes and says nothing, and cut.

A language model's answer may have a preamble, markdown, typographic characters of two or three
bytes, or too many words. Names and foreign scripts are left alone. `gcx_format.describe.ranking`
chooses between descriptions.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from gcx_format import plain_text

__all__ = ["count_words", "cut", "is_refusal", "normalise", "words_of"]

_SYLLABIC: Final = (
    "\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Kana and Han: written without spaces, and counted by the character."""

_WIDE_STOPS: Final = "\u3002\uff01\uff1f\uff1b"
"""Full stop, exclamation mark, question mark and semicolon of Chinese and Japanese."""

_WIDE_COMMAS: Final = "\uff0c\u3001"

_WIDE_COLON: Final = "\uff1a"

_TOKEN: Final = re.compile(rf"[{_SYLLABIC}]|[^\s{_SYLLABIC}]+")
_LETTER_OR_DIGIT: Final = re.compile(r"[^\W_]")


def words_of(text: str) -> list[str]:
    """The words of a text, as people and word processors count them.

    A word is what stands between spaces and has a letter or a digit: `well-kept`, `f/2.8`,
    `O'Brien's` and `1,000` are one each, a dash alone is none. Each character of Han and kana,
    which are written without spaces, is one.
    """
    return [found[0] for found in _find_words(text)]


def count_words(text: str) -> int:
    return len(words_of(text))


def _find_words(text: str) -> Iterator[re.Match[str]]:
    return (found for found in _TOKEN.finditer(text) if _LETTER_OR_DIGIT.search(found[0]))


# What models say around a description ---------------------------------------------------------

_THOUGHTS: Final = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.I)
"""What some local models print before their answer."""

_SHOWS: Final = r"(?:shows|depicts|features|displays|portrays|presents|captures|contains)"

_REMARKS_BEFORE: Final = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # "Sure!", "Certainly, I'd be happy to describe it."
        r"(?:sure|certainly|of course|absolutely|okay|ok|great|understood|got it)(?: thing)?"
        r"(?:[!.]+ +|[,:] *(?=here|below is|i(?:'d|'ll| will| can| would)\b))",
        r"i(?:'d| would) be (?:happy|glad) to [^.:!]{0,80}[.:!] +",
        # "Here is a 30-word description of the image, from top to bottom:"
        r"(?:here(?:'s| is| are| you go)|below is|the following is)\b[^.:]{0,120}"
        r"\b(?:description|caption|prompt|version|words)\b[^.:]{0,120}: +",
        # "Description:", "Image description (29 words):"
        r"(?:(?:image|picture|revised|shortened|final|structural|raster[- ]scan) +)*"
        r"(?:description|caption)(?: *\([^)]{0,40}\))?: +",
        # "(29 words) ..."
        r"[(\[]\d+ words?[)\]]:? +",
    )
]

_REMARKS_AFTER: Final = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\s*[(\[](?:(?:total )?word count: *|exactly |total:? *)?\d+ words?[)\]]\.?\Z",
        r"\s*[(\[]?(?:total )?word count: *\d+(?: words?)?[)\]]?\.?\Z",
        r"(?<=[.!?:)\"] )(?:please )?let me know (?:if|whether|what)\b[^\"]{0,160}\Z",
        r"(?<=[.!?:)\"] )(?:i hope (?:this|that|it)|feel free to|would you like|do you want)\b"
        r"[^\"]{0,160}\Z",
    )
]

_LEADS: Final = re.compile(
    r"(?:\A|(?<=[^\W\d_]{3}[.!?] ))(?:"
    # "The image shows", "In this picture, there is", "It also features", "This is a"
    rf"(?:the|this) (?:image|picture|scene|photo(?:graph)?) (?:also )?{_SHOWS} "
    rf"|it (?:also )?{_SHOWS} "
    r"|(?:the|this) (?:image|picture) is (?=an? )"
    r"|an? (?:image|picture) (?:of|showing|depicting) "
    r"|in (?:the|this) (?:image|picture|scene|photo(?:graph)?), (?:(?:there (?:is|are)"
    r"|we (?:can )?see|you (?:can )?see) )?"
    r"|there (?:is|are) (?=(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|some|\d+) )"
    r"|this is (?=an? )"
    r")(?P<next>\w)",
    re.IGNORECASE,
)
"""Openings of sentences that could begin with their subject instead."""

_SORRY: Final = r"(?:(?:i(?:'m| am) )?(?:(?:very|so|really) )?sorry|i apologi[sz]e)"
_CANNOT: Final = (
    r"i(?:(?:'m| am) (?:unable|not able) to"
    r"|(?: can't| cannot| can not| won't| couldn't| could not))"
)
_REFUSALS: Final = [
    re.compile(rf"[\s*_]*{pattern}", re.IGNORECASE)
    for pattern in (
        # Lettering may begin so as well: what follows decides, up to a quotation.
        rf"{_SORRY}[.!]*\Z",
        rf"{_SORRY}\b[^\"]{{0,60}}?\b(?:{_CANNOT}\b|not something i\b)",
        rf"unfortunately,? {_CANNOT}\b",
        r"as an ai[ ,]+(?:language|text|assistant|model|i)\b",
        rf"{_CANNOT} (?:help|assist|describe|identify|see|view|provide|process|comply|do|analy[sz]e"
        r"|fulfil|say|recogni[sz]e|access)\b(?:[^\"]{0,60}?\b(?:(?:images?|pictures?|photos?"
        r"|photographs?|requests?|content|people|persons?|individuals?|description)\b"
        r"|(?:that|this|it)(?:[.,!;]|\W*\Z))|\W*\Z)",
        r"no image (?:was|is|has been)\b",
        r"there is no (?:image|picture) (?:attached|provided)\b",
        r"please (?:provide|upload|attach|share) (?:an?|the|your) (?:image|picture|photo)\b",
    )
]


def is_refusal(text: str) -> bool:
    """Whether an answer politely declines to describe."""
    said = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return any(refusal.match(said) for refusal in _REFUSALS)


# Characters -----------------------------------------------------------------------------------

_INVISIBLE: Final = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff\ufff9-\ufffc]"
)
"""Invisible characters, except the joiners, which Persian, Hindi and emoji need."""

_ASCII: Final = str.maketrans(
    {
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u301d\u301e", '"'),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2043\u2212", "-"),
        **dict.fromkeys("\u2023\u25aa\u25cf\u25e6", "\u2022"),
        "\u2015": "\u2014",
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
    }
)
"""Quotation marks, primes, hyphens, minus, bullets and ligatures as typed on a keyboard. Letters
that look like quotation marks, such as the Hawaiian okina, are left alone."""

_DASH: Final = "[\u2013\u2014]"
_JOINING: Final = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[ ]*\u2026", "\u2026"),
        (r"(?<=\d)[ ]?\u00d7[ ]?(?=\d)", "x"),  # 1920 x 1080
        # A range stays one word, a pause becomes a comma.
        (rf"(?<=\d)(?:{_DASH}|[ ](?:-|{_DASH})[ ])(?=\d)", "-"),
        (r"(?<=[^\W\d_])\u2013(?=[^\W\d_])", "-"),  # Paris-Dakar
    )
]
_PAUSES: Final = [
    re.compile(pattern)
    for pattern in (
        rf"(?<![{_SYLLABIC}\u2014])[ ]*{_DASH}[ ]*(?![{_SYLLABIC}\u2014])",
        r"(?<=\w)[ ]+-{1,3}[ ]+(?=\w)|(?<=[^\W\d_])--(?=[^\W\d_])",
        r"[ ]*\u2022[ ]*|[ ]+\u00b7[ ]+",  # a middle dot without spaces belongs to a name
    )
]

# Markdown -------------------------------------------------------------------------------------

_FENCE: Final = re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.MULTILINE)
_RULE: Final = re.compile(r"[ \t]*(?:(?:[-*_][ \t]*){3,}|[\s|:+=-]{3,})\Z")
_HEADING: Final = re.compile(r"[ ]{0,3}#{1,6}[ ]+(.*?)[ #:]*\Z")
_BULLET: Final = re.compile(r"\A[ \t]*(?:[-*+\u2022]|>)[ \t]+")
_NUMBER: Final = re.compile(r"\A[ \t]*\(?\d{1,2}[.)][ \t]+")
_LINK: Final = re.compile(r"!?\[([^\[\]\n]{0,500})\]\([^()\s]{0,500}\)")
_EMPHASIS: Final = [
    re.compile(rf"(?<![\w*]){mark}(?=\S)([^\n]{{0,2000}}?\S){mark}(?![\w*])")
    for mark in (r"\*\*\*", r"\*\*", "__", r"\*", "_", "`")
]


_MOST_CHARACTERS: Final = 16_000
"""How much of an answer is used; 500 words are the most that can be asked for."""


def normalise(text: str) -> str:
    """A model's answer as one line of plain text, in fewer bytes and with the same content.

    Preambles, closing remarks, openings like "The image shows", markdown, line breaks and invisible
    characters are removed. Quotation marks, hyphens, spaces, ellipses, bullets and ligatures become
    ASCII, and a dash for a pause becomes a comma, but not inside quotations. Accents are composed
    (NFC), and the final full stop is dropped. Other scripts keep their punctuation.

    Normalised text is left unchanged. Of a runaway answer, only the beginning is used.
    """
    text = text[:_MOST_CHARACTERS]
    for _ in range(10):  # removing one thing may expose another
        before, text = text, _normalised_once(text)
        if text == before:
            break
    return text


def _normalised_once(text: str) -> str:
    text = unicodedata.normalize("NFC", _THOUGHTS.sub("", plain_text.clean(text)))
    text = _INVISIBLE.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n"))
    text = re.sub(r"[^\S\n]", " ", text)
    text = "".join(character for character in text if not plain_text.fault(character, 4))
    text = _on_one_line(text.translate(_ASCII))
    text = _without_remarks(text)
    parts = re.split('("[^"]*")', text)
    parts[::2] = map(_without_pauses, parts[::2])  # the others are quotations
    return _tidied(_LEADS.sub(lambda found: found["next"].upper(), "".join(parts)))


def _on_one_line(text: str) -> str:
    """Without markdown; lines that stand alone become sentences."""
    lines = [line for line in _FENCE.sub("", text).split("\n") if not _RULE.match(line)]
    is_list = sum(1 for line in lines if _NUMBER.match(line)) > 1  # one alone may be a date
    joined = ""
    for line in lines:
        item = _BULLET.sub("", line)
        if is_list:
            item = _NUMBER.sub("", item)
        heading = _HEADING.match(item)
        if heading:
            item = f"{heading[1]}:"
        is_row = item.count("|") > 1
        if is_row:
            item = ", ".join(cell.strip() for cell in item.strip(" |").split("|"))
        item = _LINK.sub(r"\1", item)
        for emphasis in _EMPHASIS:
            item = emphasis.sub(r"\1", item)
        item = item.strip()
        if not item:
            continue
        goes_on = not joined or (
            joined[-1] in f".!?:;,\u2026{_WIDE_STOPS}{_WIDE_COMMAS}{_WIDE_COLON}"
        )
        if item[0].islower() and not is_row and _BULLET.match(line) is None:
            goes_on = True  # a sentence that was wrapped
        joined += f" {item}" if goes_on else f". {item}"
    return joined.strip()


def _without_remarks(text: str) -> str:
    for remark in _REMARKS_AFTER:
        text = remark.sub("", text).rstrip() or text
    for remark in _REMARKS_BEFORE:
        found = remark.match(text)
        if found and found.end() < len(text):
            text = text[found.end() :]
    if len(text) > 2 and text[0] == text[-1] == '"' and '"' not in text[1:-1]:
        text = text[1:-1].strip()  # an answer that is entirely quoted
    return text


def _without_pauses(text: str) -> str:
    """Replace dashes, bullets, guillemets and ellipses."""
    text = re.sub("\u00ab[ ]?|[ ]?\u00bb", '"', re.sub(r"\.{3,}|\u2026+", "\u2026", text))
    for pattern, replacement in _JOINING:
        text = pattern.sub(replacement, text)
    for pause in _PAUSES:
        text = pause.sub(", ", text)
    # An ellipsis before the end or a capital ends a sentence; any other is a pause.
    text = re.sub("\u2026(?=[)']*(?:\\Z|[ ]+[^\\W\\d_a-z]))", ".", text)
    return re.sub("\u2026[,;]?[ ]*", ", ", text)


def _tidied(text: str) -> str:
    """Put spaces and punctuation where they belong, once each."""
    text = " ".join(text.split())
    text = re.sub(r"[ ]+(?=[,;:.!?](?:[ ]|\Z))", "", text)
    text = re.sub(r"(?<=[(\[])[ ]+|[ ]+(?=[)\]])", "", text)
    text = re.sub(r"[,;:]+(?=[,;:.!?](?:[ ]|\Z))", "", text)  # of two, the second
    text = re.sub(r"(?<!\.)\.\.(?!\.)", ".", text)
    text = text.strip(" ,;")
    # The last full stop is redundant unless it belongs to a word, as in "D.C.".
    return re.sub(r"(\w{3}|[a-z][\"')]|\d%?)\.\Z|\u3002\Z", r"\1", text)


# Cutting --------------------------------------------------------------------------------------

_BREAK: Final = re.compile(rf"[.!?;:,]['\")\]]*(?=\s)|[{_WIDE_STOPS}{_WIDE_COMMAS}{_WIDE_COLON}]")

_ABBREVIATION: Final = re.compile(
    r"(?:\A|[\s(\"'])(?:mr|mrs|ms|dr|st|mt|ft|no|vs|ca?|approx|jr|sr|prof|\w|(?:\w\.)+\w)\Z", re.I
)
"""Words whose full stop does not end a sentence."""

_LINKS: Final = frozenset(
    """
    and or but with while as against beside behind under over above below near between among
    beyond before in on at by from into onto through across along around toward towards within
    where which that who whose wearing holding showing featuring
    """.split()  # noqa: SIM905
)
"""Words that open a phrase; a sentence can end before them."""

_WEAK: Final = _LINKS | frozenset(
    """
    a an the of to for its his her their this these is are was were be being very more most some
    no than like has have each both two three four several reading saying labelled labeled titled
    """.split()  # noqa: SIM905
)
"""Words that no sentence ends with."""

_BACKWARD: Final = frozenset(
    ("the", "this", "these", "that", "those", "it", "they", "its", "their", "his", "her")
)
"""Words that refer back to something."""

_LEAST_KEPT: Final = 0.6
"""The fraction of the limit that a cut must keep for its place to be accepted."""

_DANGLING: Final = f" ,;:-({_WIDE_COMMAS}{_WIDE_COLON}\uff1b\uff08"


def cut(text: str, limit: int) -> str:
    """The beginning of a normalised text, at most `limit` words, ended where a clause ends.

    That is at the last full stop, comma or semicolon within the limit. If that would lose too
    much, the text ends before the last preposition or conjunction instead, or after the last word
    that can end a sentence. No word is split, no quotation or bracket left open, and no "On the
    left," without what is there.
    """
    found = list(_find_words(text))
    if len(found) <= limit:
        return text
    head = text[: found[limit].start()]
    clauses = [_closed(head[:end]) for end in _clause_ends(head)]
    links = [word.start() for word in found[1:limit] if _bare(word[0]) in _LINKS]
    phrases = [_ended(head[:start]) for start in links]
    for candidates in (clauses, phrases):
        long_enough = [each for each in candidates if count_words(each) >= _LEAST_KEPT * limit]
        if long_enough:
            return long_enough[-1]
    return _ended(head) or text[: found[0].end()]


def _clause_ends(text: str) -> Iterator[int]:
    """Where clauses end, before or after their punctuation.

    Not at a colon, since what it announces is still to come, nor at the comma after an opening such
    as "On the left," or "The van,".
    """
    start, is_first = 0, True
    for found in _BREAK.finditer(text):
        mark = found[0][0]
        if mark in f":{_WIDE_COLON}" or (
            mark == "." and _ABBREVIATION.search(text[: found.start()])
        ):
            continue
        clause = text[start : found.start()].split()
        opens = is_first and mark == "," and _is_opening(clause)
        start, is_first = found.end(), mark in f".!?;{_WIDE_STOPS}"
        if not opens:
            keeps = len(found[0]) > 1 or mark in "!?\uff01\uff1f"  # or it closes a quotation
            yield found.end() if keeps else found.start()


def _is_opening(clause: list[str]) -> bool:
    """Whether the words before a sentence's first comma say nothing without the rest."""
    first = _bare(clause[0]) if clause else ""
    return first in _LINKS or (first in _BACKWARD and len(clause) <= 3)


def _ended(text: str) -> str:
    """Without what cannot end a text: weak words, an adverbial with nothing after it."""
    text = _strong(_closed(_strong(text)))
    for found in _BREAK.finditer(text):
        tail = text[found.end() :].split()
        if found[0][0] in ".!?;" and 0 < len(tail) <= 4 and _is_opening(tail):
            return text[: found.start()]
    return text


def _closed(text: str) -> str:
    """Without a quotation or bracket that is still open."""
    for opening, closing in ('""', "()", "[]", "\u300c\u300d", "\uff08\uff09"):
        opened = text.count(opening)
        if opened % 2 if opening == closing else opened > text.count(closing):
            text = _strong(text[: text.rindex(opening)])
    return text.rstrip(_DANGLING)


def _strong(text: str) -> str:
    """Without trailing words that no sentence ends with."""
    text = text.rstrip(_DANGLING)
    while True:
        head, space, last = text.rpartition(" ")
        if not space or _bare(last) not in _WEAK:
            return text
        text = head.rstrip(_DANGLING)


def _bare(word: str) -> str:
    return word.strip(".,;:!?\"'()[]").lower()
