"""Telling reconstructions of gcx from photographs, by the mark that it writes."""

from __future__ import annotations

from pathlib import Path

from gcx_format import provenance
from gcx_format.errors import GcxError
from gcx_format.pictures.opening import open_picture

__all__ = ["is_foreign_picture", "is_reconstruction"]


def is_reconstruction(path: Path) -> bool:
    """Whether a file is a picture that says that gcx made its pixels."""
    return _is_marked(path) is True


def is_foreign_picture(path: Path) -> bool:
    """Whether a file is a picture that does not say that gcx made its pixels."""
    return _is_marked(path) is False


def _is_marked(path: Path) -> bool | None:
    """Whether a picture has the mark; None for what is not a picture."""
    try:
        with open_picture(path, "inspect") as image:
            return provenance.is_marked(image.info)
    except GcxError:
        return None
