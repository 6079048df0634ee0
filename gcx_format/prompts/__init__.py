"""The prompts for the models, as TOML data in this folder.

`describe-N.toml` are for a picture to words, `generate-N.toml` for words and condition to a
picture. A prompt is a table with a `version` and texts. What has been released is never changed:
other texts are a new version in another file. The version is stored with what a model made, and
the setting `prompt_version` goes back to an older one.

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
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from gcx_format.errors import ArgumentError

__all__ = ["Prompt", "for_describing", "names", "prompt"]


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


def prompt(name: str, version: int | None = None) -> Prompt:
    """The newest version of a prompt, or the newest up to a given one.

    Raises:
        ArgumentError: there is none.
    """
    found = [each for each in _prompts() if each.name == name]
    fitting = [each for each in found if version is None or each.version <= version]
    if not fitting:
        known = ", ".join(names())
        raise ArgumentError(
            f"there is no version {version} of the prompt {name!r}"
            if found
            else f"unknown prompt {name!r}; known are {known}"
        )
    return max(fitting, key=lambda each: each.version)


def for_describing(style: str, *, beside: bool, version: int | None = None) -> Prompt:
    """The prompt for describing, of a style such as `structural`.

    Args:
        style: as the setting `prompt` has it.
        beside: whether the words will stand beside a visual condition, for which not every style
            and version has a prompt of its own.
        version: the newest up to this one; None: the newest.
    """
    name = f"describe-{style}"
    if beside:
        with suppress(ArgumentError):
            return prompt(f"{name}-image", version)
    return prompt(name, version)


def names() -> list[str]:
    return sorted({each.name for each in _prompts()})


@cache
def _prompts() -> tuple[Prompt, ...]:
    found = []
    for file in resources.files(__name__).iterdir():
        if file.name.endswith(".toml"):
            for name, table in tomllib.loads(file.read_text("utf-8")).items():
                version = table.pop("version")
                texts = {key: text.strip() for key, text in table.items()}
                found.append(Prompt(name, version, MappingProxyType(texts)))
    return tuple(found)
