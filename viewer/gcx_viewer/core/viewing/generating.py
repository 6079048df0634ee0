"""Having a model paint the picture of a descriptor, as a window wants it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gcx_format import pipeline
from gcx_format.errors import GcxError, GenerationNotAllowedError
from gcx_format.generate.generator import choose
from gcx_format.pipeline import Estimate
from gcx_format.spending import Ledger
from gcx_viewer.core.pictures import Picture
from gcx_viewer.core.viewing.policy import upper_bound
from gcx_viewer.core.viewing.variants import Variants

if TYPE_CHECKING:
    from gcx_format.descriptor import Descriptor
    from gcx_format.generate.reconstruction import Partial
    from gcx_format.settings import Settings

__all__ = [
    "GenerationRequest",
    "check",
    "check_limits",
    "estimate_another",
    "obstacle",
    "partial_images",
]

_PARTIAL_IMAGES: Final = 2
"""Unfinished pictures where the user has set no number: somebody looks at them here."""


@dataclass(frozen=True, slots=True)
class GenerationRequest:
    """A request for pictures of a descriptor, to which the user or the policy has agreed.

    Attributes:
        descriptor: what a file holds.
        data: the whole file.
        settings: of gcx.
        candidates: how many pictures to choose from; None: as the settings say.
        force_new: whether one more is wanted than there are.
    """

    descriptor: Descriptor
    data: bytes
    settings: Settings
    candidates: int | None = None
    force_new: bool = False

    @property
    def variants(self) -> Variants:
        """The pictures of the descriptor that are kept."""
        return Variants(self.descriptor, self.data, self.settings)

    def estimate(self) -> Estimate:
        """What it costs; no calls where the picture is kept already."""
        return pipeline.estimate(
            self.descriptor,
            _streaming(self.settings),
            candidates=self.candidates,
            force_new=self.force_new,
            data=self.data,
        )

    def run(
        self, on_partial: Callable[[Picture], object], cancelled: Callable[[], bool]
    ) -> tuple[Picture, tuple[str, ...]]:
        """Have the pictures made and kept.

        Args:
            on_partial: given unfinished pictures, of one candidate.
            cancelled: asked ten times a second, from other threads too.

        Returns:
            The best of them, and what went less than well, as sentences.

        Raises:
            GcxError: as `gcx_format.pipeline.reconstruct`.
        """

        def show(partial: Partial) -> None:
            if partial.candidate == 0:
                info = {"index": partial.index}
                on_partial(Picture(partial.image, "partial", partial.source_type, info=info))

        made = pipeline.reconstruct(
            self.descriptor,
            _streaming(self.settings).model_copy(update={"policy": "always"}),
            candidates=self.candidates,
            force_new=self.force_new,
            on_partial=show,
            cancelled=cancelled,
            data=self.data,
        )
        return self.variants.picture(made), made.warnings


def check(settings: Settings) -> None:
    """Make sure that pictures may and can be painted.

    Raises:
        GenerationNotAllowedError: the settings forbid it.
        GcxError: what paints is not ready, for want of a key for instance.
    """
    if upper_bound(settings) in ("never", "cached-only"):
        raise GenerationNotAllowedError(
            "the settings of gcx forbid to ask a model: change policy or generator there"
        )
    if (missing := obstacle(settings)) is not None:
        raise missing


def check_limits(estimate: Estimate, settings: Settings) -> None:
    """Make sure that the user's spending limits allow what is estimated.

    Raises:
        SpendingLimitError: they do not, or what was spent cannot be read.
    """
    if estimate.usd:
        Ledger.of(settings).check(
            estimate.usd / estimate.calls,
            f"a picture by {estimate.model}",
            calls=estimate.calls,
        )


def obstacle(settings: Settings, descriptor: Descriptor | None = None) -> GcxError | None:
    """What keeps whatever would paint from doing so, or None."""
    return choose(settings.generator, settings, descriptor, keeps=True).ready()


def estimate_another(descriptor: Descriptor, settings: Settings, data: bytes) -> Estimate:
    """What one more picture costs, however many are kept."""
    return pipeline.estimate(descriptor, _streaming(settings), force_new=True, data=data)


def partial_images(settings: Settings) -> int:
    """How many unfinished pictures are asked for while one is painted."""
    is_default = settings.origins()["partial_images"] == "default"
    return _PARTIAL_IMAGES if is_default else settings.partial_images


def _streaming(settings: Settings) -> Settings:
    """The settings, with as many unfinished pictures as are asked for here."""
    return settings.model_copy(update={"partial_images": partial_images(settings)})
