"""What to do about an error, as a code that each user interface phrases in its own terms.

The sentences for Python are here, those of the command line in `gcx_format.cli.remedies`, the
viewer's in its translations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["IN_PYTHON", "Remedy"]

IN_PYTHON: Final[dict[str, str]] = {
    "install": "{command}",
    "install package": "pip install {package}",
    "set key": "set the environment variable OPENAI_API_KEY or the setting openai_api_key "
    "(to any word, for a server that needs no key)",
    "check key": "check the environment variable OPENAI_API_KEY or the setting openai_api_key",
    "change policy": "the setting policy (GCX_POLICY) decides whether models may be called",
    "raise limit": "to allow more, raise the setting {setting} ({variable})",
    "change setting": "change the setting {setting} ({variable})",
    "change model": "name another model in the setting {setting} ({variable})",
    "check network": "check the network connection",
    "check server": "check the setting openai_base_url (OPENAI_BASE_URL)",
    "use preview": 'the preview needs no model: generator="preview", or GCX_GENERATOR=preview',
    "use words": "the setting words_alone (GCX_WORDS_ALONE) allows painting from the words alone",
    "write words": "write the words yourself, or set another describe_model (GCX_DESCRIBE_MODEL)",
    "get weights": "download them with `gcx weights get {names}`",
    "go on with weights": "`gcx weights get {names}` resumes it",
    "replace weights": "delete the file, then download it again with `gcx weights get {names}`",
    "replace pin": "if it is right, pass replace_pin=True to take it",
    "accept licence": "pass accept_licence=True to accept it",
    "use mirror": "set a mirror as weights_url (GCX_WEIGHTS_URL)",
    "compare weights": "`gcx weights list` shows the installed ones",
    "reinstall Pillow": "reinstall Pillow from PyPI",
    "salvage": "pass salvage=True to keep what is left of it",
    "other output": "write to another file",
    "overwrite": "pass overwrite=True to replace it",
    "raise max_pixels": "make a thumbnail instead, or pass a higher max_pixels",
    "raise MAX_IMAGE_PIXELS": "make a thumbnail instead, or raise PIL.Image.MAX_IMAGE_PIXELS",
    "add credit": "add credit or raise the limit of the account; waiting does not help",
    "fewer at once": "free some, or work on fewer pictures at a time",
    "try again": "try again",
    "try later": "try again later, with fewer requests at once",
}
"""Every code, and its sentence for a caller in Python; braces name its parameters."""


class Remedy:
    """A code of `IN_PYTHON`, and the parameters of its sentence, such as a setting's name."""

    __slots__ = ("code", "parameters")

    def __init__(self, code: str, **parameters: str) -> None:
        if code not in IN_PYTHON:
            raise ValueError(f"unknown remedy {code!r}")
        self.code: Final = code
        self.parameters: Final = parameters

    def phrase(self, sentences: Mapping[str, str]) -> str:
        """The sentence of a user interface, or Python's if it has none of its own."""
        return sentences.get(self.code, IN_PYTHON[self.code]).format_map(self.parameters)

    def __str__(self) -> str:
        return self.phrase({})

    def __repr__(self) -> str:
        parameters = "".join(f", {name}={value!r}" for name, value in self.parameters.items())
        return f"Remedy({self.code!r}{parameters})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Remedy):
            return NotImplemented
        return (self.code, self.parameters) == (other.code, other.parameters)

    def __hash__(self) -> int:
        return hash((self.code, *sorted(self.parameters.items())))
