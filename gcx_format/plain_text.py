"""Which text a descriptor may hold: the words, the note, the encoder's name.

Plain text only: words in a file come from strangers and are shown in terminals, windows and
prompts, so nothing in them may act.
"""

from __future__ import annotations

import re
from typing import Final

from gcx_format.errors import ArgumentError

__all__ = ["check", "clean", "fault"]

# C0 and C1 controls but tab and newline could control a terminal. Bidirectional controls, and
# line and paragraph separators, could make a text look like another.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


def fault(text: str, max_bytes: int) -> str | None:
    """Why a descriptor may not hold a string, to follow its name in a sentence; or None."""
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
    """Raise `ArgumentError` unless a descriptor may hold a string as `what`."""
    found = fault(text, max_bytes)
    if found:
        raise ArgumentError(f"the {what} {found}")


def clean(text: str) -> str:
    """The string with newlines as line ends, and no surrounding white space."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
