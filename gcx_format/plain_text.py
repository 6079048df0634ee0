"""What may stand as text in a descriptor: the words, the note, the encoder's name.

Plain text only: words in a file come from strangers and are shown in terminals, windows
and prompts, so nothing in them may act. How text is compressed is the text codings' subject.
"""

from __future__ import annotations

import re
from typing import Final

from gcx_format.errors import ArgumentError

__all__ = ["check", "clean", "fault"]

# C0 and C1 controls but tab and newline: they could drive a terminal. The bidirectional
# controls and the line and paragraph separators: they could make a text look like another.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


def fault(text: str, max_bytes: int) -> str | None:
    """What keeps a string from standing in a descriptor, as the end of a sentence, or None."""
    if not text:
        return "is empty"
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        code_point = ord(forbidden[0])
        return f"has the control character U+{code_point:04X} as character {forbidden.start() + 1}"
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        return f"has half a surrogate pair as character {error.start + 1}"
    if size > max_bytes:
        return f"has {size} bytes as UTF-8; {max_bytes} are allowed"
    return None


def check(what: str, text: str, max_bytes: int) -> None:
    """Raise `ArgumentError` unless a string may stand in a descriptor as `what`."""
    found = fault(text, max_bytes)
    if found:
        raise ArgumentError(f"the {what} {found}")


def clean(text: str) -> str:
    """The string with line ends as newlines and no white space around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
