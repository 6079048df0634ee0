"""The kept pictures of the file on screen: which there are, and showing one of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from gcx_viewer.core.events import Finished, VariantsFound
from gcx_viewer.core.viewing.session import Rank, SessionHost, ViewSession

if TYPE_CHECKING:
    from gcx_format.cache import Variant
    from gcx_format.pipeline import Estimate
    from gcx_format.settings import Settings
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.core.viewing.memory import PictureMemory
    from gcx_viewer.core.viewing.variants import VariantInfo, Variants

__all__ = ["CachedPictures"]


class CachedPictures:
    """Finds kept pictures and tells of them. Everything here reads the disk."""

    def __init__(self, host: SessionHost, memory: PictureMemory) -> None:
        self._host = host
        self._memory = memory
        self._remembered: set[str] = set()

    def may_be_in_memory(self, session: ViewSession) -> bool:
        """Whether looking there first is worth the while."""
        return session.hash in self._remembered

    def show_remembered(self, session: ViewSession, settings: Settings) -> bool:
        """Show the picture at once, if it is in memory and still the one to show."""
        from gcx_viewer.core.viewing.generating import estimate_another

        kept = tuple(_variants(session, settings).all())
        picture = self._memory.get(_key(session, settings, kept))
        if picture is None:
            return False
        self._host.put(session, picture, Rank.WHOLE)
        self.tell(session, kept, estimate_another(session.descriptor, settings, session.data))
        self._host.tell(Finished(session.ticket))
        return True

    def show_best(self, session: ViewSession, settings: Settings) -> bool:
        """Show the best picture and finish, if there is one; tell of all."""
        if not _may_be_shown(session, settings):
            return False
        picture = self.best(session, settings)
        if picture is not None:
            self._host.put(session, picture, Rank.WHOLE)
        self._tell(session, settings)
        if picture is not None:
            self._host.tell(Finished(session.ticket))
        return picture is not None

    def best(self, session: ViewSession, settings: Settings) -> Picture | None:
        """The picture to show, if there is one; it then is in memory, too."""
        variants = _variants(session, settings)
        if not variants.all():
            return None
        picture = variants.best()
        if picture is not None:
            self._memory.put(_key(session, settings, variants.all()), picture)
            self._remembered.add(session.hash)
        return picture

    def preload(self, session: ViewSession, settings: Settings) -> None:
        if not _may_be_shown(session, settings):
            return
        kept = _variants(session, settings).all()
        if kept and self._memory.get(_key(session, settings, kept)) is None:
            self.best(session, settings)

    def tell(self, session: ViewSession, kept: Sequence[VariantInfo], another: Estimate) -> None:
        """Tell which pictures there are, and what one more would cost."""
        with self._host.lock:
            session.kept = tuple(kept)
            session.quoted_another = another
            if session.quoted is None:
                session.quoted = another
            self._host.tell(VariantsFound(session.ticket, session.kept, another))

    def _tell(self, session: ViewSession, settings: Settings) -> None:
        """Look which there are now, and tell."""
        from gcx_viewer.core.viewing.generating import estimate_another

        kept = _variants(session, settings).all()
        self.tell(session, kept, estimate_another(session.descriptor, settings, session.data))

    # What the user does with one

    def show(self, session: ViewSession, variant: Variant, settings: Settings) -> None:
        self._host.put(session, _variants(session, settings).open(variant), Rank.WHOLE)

    def choose(self, session: ViewSession, variant: Variant | None, settings: Settings) -> None:
        """Make it the one to show, and show it; None leaves that to gcx again."""
        variants = _variants(session, settings)
        variants.choose(variant)
        self._tell(session, settings)
        picture = self.best(session, settings) if variant is None else variants.open(variant)
        if picture is not None:
            self._host.put(session, picture, Rank.WHOLE)

    def delete(self, session: ViewSession, variant: Variant, settings: Settings) -> bool:
        """Remove a picture, and show another one in its place.

        Returns:
            Whether it was on screen, and there is no other.
        """
        variants = _variants(session, settings)
        variants.delete(variant)
        self._tell(session, settings)
        shown = session.shown.variant if session.shown is not None else None
        if shown is None or shown.path != variant.path:
            return False
        picture = self.best(session, settings)
        if picture is None:
            return True
        self._host.put(session, picture, Rank.WHOLE)
        return False


def _may_be_shown(session: ViewSession, settings: Settings) -> bool:
    """Whether generated pictures are shown at all."""
    from gcx_viewer.core.viewing.policy import upper_bound

    return upper_bound(settings) != "never" and session.can_be_generated


def _variants(session: ViewSession, settings: Settings) -> Variants:
    from gcx_viewer.core.viewing.variants import Variants

    return Variants(session.descriptor, session.data, settings)


def _key(session: ViewSession, settings: Settings, kept: Sequence[VariantInfo]) -> Hashable:
    """Of the picture to show; a choice, another picture or other settings may change it."""
    return "kept", session.hash, settings, tuple((one.id, one.chosen) for one in kept)
