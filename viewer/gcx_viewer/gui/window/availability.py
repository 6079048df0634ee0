"""Which actions make sense now."""

from __future__ import annotations

from gcx_viewer.gui.actions import Needs
from gcx_viewer.gui.window.state import WindowState

__all__ = ["available"]


def available(state: WindowState) -> Needs:
    there = Needs.NOTHING
    picture, document = state.picture, state.document
    if state.path is not None:
        there |= Needs.FILE
    if picture is not None and document is not None:
        there |= Needs.PICTURE
        if state.page in ("picture", "comparison"):
            there |= Needs.SEEN
        if state.page == "picture":
            there |= Needs.ALONE
    if document is not None and document.descriptor is not None:
        there |= Needs.DESCRIPTOR
        if document.descriptor.text:
            there |= Needs.WORDS
        if state.is_painting:
            there |= Needs.PAINTING
        else:
            there |= Needs.PAINTABLE
            if picture is not None and picture.kind != "reconstruction":
                there |= Needs.UNPAINTED
            elif picture is not None:
                there |= Needs.PAINTED
    if state.has_neighbours:
        there |= Needs.NEIGHBOURS
    if state.can_retry:
        there |= Needs.FAILURE
    return there
