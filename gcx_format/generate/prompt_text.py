"""The prompts for painting, of `gcx_format/prompts`, filled in.

A file's words come from strangers. To the model they are data: shortened, on one line, without
angle brackets, in an element that nothing in them can close.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final, Literal

from gcx_format.descriptor import Descriptor
from gcx_format.generate.geometry import Plan
from gcx_format.prompts import Prompt, prompt

__all__ = ["PromptParts", "prompt_for", "quote_untrusted", "tell"]

MAX_CHARACTERS: Final = 4000
"""How much of a file's words is passed on: enough for the longest description that gcx asks for,
500 words, and little enough that strangers cannot make a call expensive."""

_MARKUP: Final = str.maketrans({"<": "\u2039", ">": "\u203a", "&": "\uff06"})
"""What could end or begin an element or a reference, and what is written in its place."""


@dataclass(frozen=True, slots=True)
class PromptParts:
    """What to tell a model.

    Attributes:
        instructions: ours.
        host: ours, for a model that calls an image tool.
        words: the file's, delimited as data; empty if it has none.
    """

    instructions: str
    host: str
    words: str


def prompt_for(descriptor: Descriptor, version: int | None = None) -> Prompt:
    """The prompt for what a descriptor has: words, a visual condition, or both."""
    if descriptor.visual is None:
        return prompt("generate-text", version)
    has_words = descriptor.coded_text is not None
    return prompt("generate-text-image" if has_words else "generate-image", version)


def tell(descriptor: Descriptor, planned: Plan, version: int | None = None) -> PromptParts:
    chosen = prompt_for(descriptor, version)
    margins = ""
    if planned.has_margins:
        width, height = planned.frame_size
        margins = " " + chosen.fill("margins", inner_width=width, inner_height=height)
    instructions = chosen.fill(
        "instructions",
        width=planned.canvas[0],
        height=planned.canvas[1],
        mode=_COLOURS[descriptor.mode],
        margins=margins,
    )
    words = ""
    if descriptor.text is not None:
        words = chosen.fill("words", words=quote_untrusted(descriptor.text))
    return PromptParts(instructions, chosen.fill("host"), words)


_COLOURS: Final[dict[Literal["RGB", "L"], str]] = {
    "RGB": "in colour",
    "L": "in black and white, without any colour",
}


def quote_untrusted(text: str) -> str:
    """A stranger's words, unable to leave their element of a prompt."""
    shown = "".join(each for each in text if each.isspace() or _is_written(each))
    line = " ".join(shown.split()).translate(_MARKUP)
    if len(line) <= MAX_CHARACTERS:
        return line
    cut = line[: MAX_CHARACTERS + 1]
    return cut[: cut.rfind(" ")] if " " in cut else line[:MAX_CHARACTERS]


def _is_written(character: str) -> bool:
    """Whether a reader would see it: not a control, nor a mark that reorders or hides letters."""
    return character == "\u200d" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Co")
