"""What of a photograph is not kept, in the user's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PyQt6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from gcx_format.pictures import Loss

__all__ = ["losses_text"]


def losses_text(losses: Sequence[Loss]) -> str:
    """What is lost, as a line; empty where nothing is."""
    translate = QCoreApplication.translate
    texts: dict[Loss, str] = {
        "frames": translate("Losses", "Only the first frame is kept"),
        "end": translate("Losses", "The end of the file is missing"),
        "range": translate("Losses", "What is black and white is a guess"),
        "brightness": translate("Losses", "High dynamic range is not kept"),
        "profile": translate("Losses", "The colour profile cannot be used"),
        "transparency": translate("Losses", "Transparency becomes white"),
    }
    return "; ".join(texts[loss] for loss in losses)
