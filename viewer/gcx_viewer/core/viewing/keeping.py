"""The kept pictures of the file on screen: which there are, and showing one of them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from gcx_viewer.core.events import Finished, Kept
from gcx_viewer.core.viewing.stage import Rank, Show, Stage

if TYPE_CHECKING:
    from gcx_format.cache import Variant
    from gcx_format.generate.service import Estimate
    from gcx_format.settings import Settings
    from gcx_viewer.core.pictures import Picture
    from gcx_viewer.core.viewing.memory import PictureMemory
    from gcx_viewer.core.viewing.variants import VariantFacts, Variants

__all__ = ["Keeping"]


class Keeping:
    """Finds kept pictures and tells of them. Everything here reads the disk."""

    def __init__(self, stage: Stage, memory: PictureMemory) -> None:
        """For one window.

        Args:
            stage: where they are shown.
            memory: for those that were decoded.
        """
        self._stage = stage
        self._memory = memory
        self._remembered: set[str] = set()

    def may_be_in_memory(self, show: Show) -> bool:
        """Whether looking there first is worth the while."""
        return show.hash in self._remembered

    def show_remembered(self, show: Show, settings: Settings) -> bool:
        """Show the picture at once, if it is in memory and still the one to show."""
        from gcx_viewer.core.viewing.generating import estimate_another

        kept = tuple(_variants(show, settings).all())
        picture = self._memory.get(_key(show, settings, kept))
        if picture is None:
            return False
        self._stage.put(show, picture, Rank.WHOLE)
        self.tell(show, kept, estimate_another(show.descriptor, settings))
        self._stage.tell(Finished(show.ticket))
        return True

    def show_best(self, show: Show, settings: Settings) -> bool:
        """Show the best picture and finish, if there is one; tell of all."""
        if not _may_be_shown(show, settings):
            return False
        picture = self.best(show, settings)
        if picture is not None:
            self._stage.put(show, picture, Rank.WHOLE)
        self._tell(show, settings)
        if picture is not None:
            self._stage.tell(Finished(show.ticket))
        return picture is not None

    def best(self, show: Show, settings: Settings) -> Picture | None:
        """The picture to show, if there is one; it then is in memory, too."""
        variants = _variants(show, settings)
        if not variants.all():
            return None
        picture = variants.best()
        if picture is not None:
            self._memory.put(_key(show, settings, variants.all()), picture)
            self._remembered.add(show.hash)
        return picture

    def preload(self, show: Show, settings: Settings) -> None:
        """Have the picture in memory, if there is one."""
        if not _may_be_shown(show, settings):
            return
        kept = _variants(show, settings).all()
        if kept and self._memory.get(_key(show, settings, kept)) is None:
            self.best(show, settings)

    def tell(self, show: Show, kept: Sequence[VariantFacts], another: Estimate) -> None:
        """Tell which pictures there are, and what one more would cost."""
        with self._stage.lock:
            show.kept = tuple(kept)
            show.another = another
            if show.told is None:
                show.told = another
            self._stage.tell(Kept(show.ticket, show.kept, another))

    def _tell(self, show: Show, settings: Settings) -> None:
        """Look which there are now, and tell."""
        from gcx_viewer.core.viewing.generating import estimate_another

        kept = _variants(show, settings).all()
        self.tell(show, kept, estimate_another(show.descriptor, settings))

    # What the user does with one

    def show(self, show: Show, variant: Variant, settings: Settings) -> None:
        """Show one of the pictures."""
        self._stage.put(show, _variants(show, settings).open(variant), Rank.WHOLE)

    def choose(self, show: Show, variant: Variant | None, settings: Settings) -> None:
        """Make it the one to show, and show it; None leaves that to gcx again."""
        variants = _variants(show, settings)
        variants.choose(variant)
        self._tell(show, settings)
        picture = self.best(show, settings) if variant is None else variants.open(variant)
        if picture is not None:
            self._stage.put(show, picture, Rank.WHOLE)

    def delete(self, show: Show, variant: Variant, settings: Settings) -> bool:
        """Remove a picture, and show another one in its place.

        Returns:
            Whether it was on screen, and there is no other.
        """
        variants = _variants(show, settings)
        variants.delete(variant)
        self._tell(show, settings)
        shown = show.shown.variant if show.shown is not None else None
        if shown is None or shown.path != variant.path:
            return False
        picture = self.best(show, settings)
        if picture is None:
            return True
        self._stage.put(show, picture, Rank.WHOLE)
        return False


def _may_be_shown(show: Show, settings: Settings) -> bool:
    """Whether generated pictures are shown at all."""
    from gcx_viewer.core.viewing.policy import upper_bound

    return upper_bound(settings) != "never" and show.can_be_generated


def _variants(show: Show, settings: Settings) -> Variants:
    from gcx_viewer.core.viewing.variants import Variants

    return Variants(show.descriptor, show.data, settings)


def _key(show: Show, settings: Settings, kept: Sequence[VariantFacts]) -> Hashable:
    """Of the picture to show; a choice, another picture or other settings may change it."""
    return "kept", show.hash, settings, tuple((one.id, one.chosen) for one in kept)
