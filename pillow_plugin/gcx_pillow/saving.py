"""Saving: any Pillow image to the bytes of a `.gcx` file.

What is kept of a picture is decided by `gcx_format.encode`; here its arguments are read
out of what was given to `Image.save`.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import IO, Any, Final

from PIL import Image

from gcx_format import ArgumentError, dumps, encode
from gcx_format.codecs import VISUAL

__all__ = ["encode_arguments", "encoded", "save_handler", "with_profile"]

_OPTIONS: Final = (
    "text",
    "visual",
    "visual_bytes",
    "bpp",
    "scale",
    "text_coding",
    "original_sha256",
    "note",
    "encoder",
)
"""Arguments of `gcx_format.encode`, under their own names."""


def save_handler(image: Image.Image, file: IO[bytes], filename: str | bytes) -> None:
    """Write an image to a file that Pillow has opened: what `Image.save` calls.

    Everything is computed before the first byte is written, but by then Pillow has emptied
    a file that was there before; nothing here can prevent that.

    Raises:
        ArgumentError: an option is out of range, or looks like one of gcx's mistyped.
        BudgetError: no visual condition fits into the bytes asked for.
        UnavailableError: the visual codec needs an extra, weights or memory that is not here.
    """
    options: dict[str, Any] = image.encoderinfo
    file.write(encoded(with_profile(image, options), encode_arguments(options)))


def encode_arguments(options: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments for `gcx_format.encode` among what was given to `Image.save`.

    Options of other formats are left out as Pillow's own writers leave them out: programs
    give one set of options to all formats. `quality` is one of them, except where
    `visual` names a codec that has qualities.

    Raises:
        ArgumentError: an option looks like one of gcx's mistyped.
    """
    for name in options:
        meant = get_close_matches(name, _OPTIONS, n=1, cutoff=0.75)
        if meant and meant[0] != name:
            raise ArgumentError(
                f"saving as .gcx has no option {name!r}; did you mean {meant[0]!r}?"
            )
    arguments = {name: options[name] for name in _OPTIONS if name in options}
    if any(codec.name == options.get("visual") and len(codec.variants) > 1 for codec in VISUAL):
        arguments["quality"] = options.get("quality")
    return arguments


def with_profile(image: Image.Image, options: Mapping[str, Any]) -> Image.Image:
    """The picture, in the colours of the `icc_profile` that was given to `Image.save`, if any.

    As in Pillow's own formats it takes the place of the one in `info`, and None means none.

    Returns:
        The picture itself, or one with the same pixels and another `info`.

    Raises:
        ArgumentError: the profile is not bytes.
    """
    given = options.get("icc_profile") or None
    if "icc_profile" not in options or given == (image.info.get("icc_profile") or None):
        return image
    if given is not None and not isinstance(given, bytes):
        raise ArgumentError(f"icc_profile is bytes or None, not {type(given).__name__}")
    image.load()  # once, and not in the copy alone
    other = object.__new__(type(image))  # still the opened file, with its frames and its EXIF
    vars(other).update(vars(image), info={**image.info, "icc_profile": given})
    return other


def encoded(image: Image.Image, arguments: Mapping[str, Any]) -> bytes:
    """The bytes of the `.gcx` file of an image.

    The words of the `.gcx` file that an image comes from stay with it unless there is a
    `text` among the arguments.

    Raises:
        ArgumentError: an argument is out of range, or nothing would be left of the picture.
        BudgetError: no visual condition fits into the bytes asked for.
        UnavailableError: the visual codec needs an extra, weights or memory that is not here.
    """
    return dumps(encode(image, **{"text": _inherited_words(image), **arguments}))


def _inherited_words(image: Image.Image) -> str | None:
    """The words of the `.gcx` file that an image comes from; `info` may hold anything else."""
    facts = image.info.get("gcx")
    words = facts.get("text") if isinstance(facts, Mapping) else None
    return words if isinstance(words, str) else None
