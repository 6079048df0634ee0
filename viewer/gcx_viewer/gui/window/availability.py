"""What can be done in a window now, as its actions need to know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcx_viewer.gui.actions import Needs

if TYPE_CHECKING:
    from gcx_viewer.gui.window.main_window import MainWindow

__all__ = ["available"]


def available(window: MainWindow) -> Needs:
    """What actions may count on."""
    there = Needs.NOTHING
    picture, document = window.canvas.picture, window.document
    if window.path is not None:
        there |= Needs.FILE
    if picture is not None and document is not None:
        there |= Needs.PICTURE
        if window.pages.looked_at is not None:
            there |= Needs.SEEN
        if window.pages.current is window.canvas:
            there |= Needs.ALONE
    if document is not None and document.descriptor is not None:
        there |= Needs.DESCRIPTOR
        if document.descriptor.text:
            there |= Needs.WORDS
        if window.prompts.is_painting:
            there |= Needs.PAINTING
        else:
            there |= Needs.PAINTABLE
            if picture is not None and picture.kind != "reconstruction":
                there |= Needs.UNPAINTED
            elif picture is not None:
                there |= Needs.PAINTED
    if window.browsing.has_neighbours:
        there |= Needs.NEIGHBOURS
    if window.prompts.can_retry:
        there |= Needs.FAILURE
    return there
