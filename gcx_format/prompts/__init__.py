"""The prompts for the models, as TOML data in this folder.

There is one file per end of the codec: `describe.toml` (a picture to words) and `generate.toml`
(words and condition to a picture). A prompt is a table with a `version` and texts. Every change of
its texts raises the version, which is stored with what a model made.

    [describe-plain]
    version = 1
    instructions = "Describe the picture in at most $words words."

In a text, `$name` stands for a value, and `$$` for a dollar sign. Values are inserted verbatim, so
words from strangers cannot refer to other values.
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from gcx_format.errors import ArgumentError

__all__ = ["Prompt", "names", "prompt"]


@dataclass(frozen=True, slots=True)
class Prompt:
    """One version of a prompt, with `$name` in its texts where values go."""

    name: str
    version: int
    texts: Mapping[str, str]

    @property
    def label(self) -> str:
        """Name and version, such as `describe-structural/1`."""
        return f"{self.name}/{self.version}"

    def fill(self, text: str, **values: object) -> str:
        """One of the texts, filled in; `KeyError` if it or one of its values is missing."""
        return string.Template(self.texts[text]).substitute(values)


def prompt(name: str) -> Prompt:
    """The prompt of this name; `ArgumentError` if there is none."""
    try:
        return _prompts()[name]
    except KeyError:
        raise ArgumentError(f"unknown prompt {name!r}; known are {', '.join(names())}") from None


def names() -> list[str]:
    return list(_prompts())


@cache
def _prompts() -> dict[str, Prompt]:
    found: dict[str, Prompt] = {}
    for file in sorted(resources.files(__name__).iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        for name, table in tomllib.loads(file.read_text("utf-8")).items():
            version = table.pop("version")
            texts = {key: text.strip() for key, text in table.items()}
            found[name] = Prompt(name, version, MappingProxyType(texts))
    return found
