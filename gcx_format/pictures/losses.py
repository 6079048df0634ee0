"""What of a picture is not kept, and how it is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Loss", "Losses", "PictureWarning", "note", "noted"]

Loss = Literal["end", "frames", "range", "brightness", "profile", "transparency"]
"""What of a picture is not kept, or had to be guessed: the end of its file, its other frames, the
range of its samples, its high dynamic range, its colour profile, its transparency."""

Losses = list[tuple[Loss, str]]
"""What is not kept, each with a sentence about it."""

_KEY: Final = "gcx_losses"


class PictureWarning(UserWarning):
    """Something of the picture is not kept or had to be guessed; see `Loss`."""


def note(image: Image.Image, loss: Loss, message: str) -> None:
    """Keep with an opened picture what was lost on the way, for `normalise` to tell."""
    image.info[_KEY] = [*noted(image), (loss, message)]


def noted(image: Image.Image) -> Losses:
    """What was kept with a picture."""
    found: Losses = image.info.get(_KEY, [])
    return list(found)
