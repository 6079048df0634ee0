"""What the models are told: every prompt of gcx, as data, in this folder.

One TOML file per end of the codec: `describe.toml` (a picture to words) and `generate.toml`
(words and condition to a picture). A prompt is a table with a `version` and texts. The version
goes up with every change of its texts: it is kept with what a model made, so that results of
different prompts can be told apart.

    [describe-plain]
    version = 1
    instructions = "Describe the picture in at most $words words."

In a text, `$name` stands for a value that `Prompt.fill` puts in, and `$$` for a dollar sign.
Values are put in as they are: nothing in them is looked at again, so words that come from
strangers cannot name values of their own.
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
    """One prompt, in one version.

    Attributes:
        name: such as `describe-structural`.
        version: 1 and up.
        texts: its texts by name, with `$name` where values go.
    """

    name: str
    version: int
    texts: Mapping[str, str]

    @property
    def label(self) -> str:
        """Name and version in one, such as `describe-structural/1`."""
        return f"{self.name}/{self.version}"

    def fill(self, text: str, **values: object) -> str:
        """One of the texts, with the values in their places.

        Raises:
            KeyError: there is no such text, or a value that it needs is not given.
        """
        return string.Template(self.texts[text]).substitute(values)


def prompt(name: str) -> Prompt:
    """The prompt of this name.

    Raises:
        ArgumentError: there is none.
    """
    try:
        return _prompts()[name]
    except KeyError:
        raise ArgumentError(f"no prompt is called {name!r}: {', '.join(names())}") from None


def names() -> list[str]:
    """What the prompts are called."""
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
