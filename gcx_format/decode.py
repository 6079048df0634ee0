"""Decoding: a descriptor to a reconstruction."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from gcx_format import limits
from gcx_format.descriptor import Descriptor
from gcx_format.errors import (
    ArgumentError,
    CancelledError,
    GcxError,
    GenerationNotAllowedError,
    MissingKeyError,
    ReconstructionError,
)
from gcx_format.generate.reconstruction import (
    BillingWarning,
    GenerationWarning,
    Partial,
    Reconstruction,
)
from gcx_format.notices import warn_caller
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    from gcx_format.generate.generator import Generator
    from gcx_format.settings import Settings

__all__ = ["decode", "thumbnail"]


def decode(
    descriptor: Descriptor,
    *,
    generator: str | None = None,
    model: str | None = None,
    settings: Settings | None = None,
    anew: bool = False,
    candidates: int | None = None,
    on_partial: Callable[[Partial], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
    confirm: Callable[[Decimal], bool] | None = None,
    max_pixels: int = limits.MAX_RECONSTRUCTION_PIXELS,
    filename: str | os.PathLike[str] | None = None,
) -> Reconstruction:
    """Reconstruct a picture from its descriptor, at the width and height that it gives.

    Args:
        descriptor: what is left of the picture.
        generator: what makes the pixels. `"preview"` enlarges the visual condition and needs
            no model, no settings and no network. `"enhance"` sharpens it by a local network,
            which guesses edges, each time anew. Others, such as `"openai"` and those of
            plug-ins, take what they painted earlier, or paint. `"auto"` takes the best picture
            that is stored, whatever painted it; or else paints by the first of these that is
            ready, if the policy allows it; or else enhances where that is installed; or else
            makes a preview. `info["reason"]` says why it does not paint although a generator is
            ready, or why it only makes a preview. None: as the settings say, with any stored
            picture.
        model: the model of OpenAI's API to ask instead of the one in the settings; a stored
            picture by another one will not do.
        settings: which models, for how much, and where results are stored; None: the user's.
            They decide what a new picture is painted by, and not which stored one is shown.
        anew: have one more picture painted, or so many candidates, whatever is stored.
        candidates: how many generated pictures to choose from, stored ones included; None: one
            that is stored, else as many as the settings say.
        on_partial: given unfinished pictures, if the settings ask for some
            (`partial_images`). With several candidates it is called from other threads, one
            at a time.
        cancelled: asked ten times a second while a model works; once it is true, the
            connection is shut.
        confirm: asked with the estimated cost in US dollars where the policy is `ask`.
        max_pixels: refuse to allocate more than this, for the size stands in a file that may
            come from a stranger.
        filename: of the file that the descriptor is from, for warnings to name.

    Warns:
        BillingWarning: a picture is about to be paid for, the first of this process. Made an
            error by the filter of warnings, it keeps that from happening. The setting
            `billing_warning` turns it off, and with the policy `ask` there is none.
        GenerationWarning: `"auto"` did not paint because no generator is ready, or there is no
            one to ask; nothing new could be painted, so that a stored picture is shown; what was
            generated could not be stored; some of the candidates failed.

    Raises:
        DamagedVisualError: the visual condition does not decode.
        ReconstructionError: the picture has more pixels than allowed.
        WeightsError: the visual condition needs weights that are not here.
        NotEnoughMemoryError: there is too little to decode the visual condition.
        ArgumentError: no generator has this name, or a number is out of range.
        SettingsError: a setting has a value that it cannot have.
        SpendingLimitError: generating would cost more than the settings allow.
        ServiceError: the generator did not do what it was asked; the subclass says why.
        MissingKeyError: the generator that was asked for needs a key, and none is set.
        GenerationNotAllowedError: a generator was asked for, and the policy forbids it.
        UnavailableError: the visual condition, or the generator that was asked for, needs what
            is not here.
        OutputError: what would be generated could not be stored.

    Where a picture is stored, whatever painted it, it is shown instead of an error, except that
    `CancelledError` and `ArgumentError` remain.
    """
    if candidates is not None and not 1 <= candidates <= 8:
        raise ArgumentError(f"1 to 8 candidates can be made, not {candidates}")
    if descriptor.width * descriptor.height > max_pixels:
        raise ReconstructionError(
            f"{descriptor.width} x {descriptor.height} has more than the {max_pixels} pixels "
            "allowed",
            remedy=Remedy("raise max_pixels"),
        )
    from gcx_format.generate.preview import preview_at

    if generator != "preview":
        from gcx_format.settings import load_settings

        settings = load_settings() if settings is None else settings
    if settings is None or (generator or settings.generator) == "preview":
        return preview_at(descriptor, descriptor.size, settings=settings)
    from gcx_format import pipeline
    from gcx_format.generate.generator import choose
    from gcx_format.generate.stored import By, find_stored
    from gcx_format.servers import asking

    by = By.named(generator, model)
    named = generator or settings.generator
    settings = asking(settings.model_copy(update={"generator": named}), model)
    try:
        made = pipeline.reconstruct(
            descriptor,
            settings,
            by=by,
            candidates=candidates,
            force_new=anew,
            on_partial=on_partial,
            cancelled=cancelled,
            confirm=confirm,
            announce=_Announcement(settings, filename) if settings.billing_warning else None,
        )
    except (ArgumentError, CancelledError):
        raise
    except GcxError as error:
        reason = str(error)
        if stored := find_stored(descriptor, settings):
            note = f"nothing new was painted, so a stored picture is shown: {reason}"
            made = replace(stored, warnings=(*stored.warnings, note))
        else:
            refused = isinstance(error, GenerationNotAllowedError)
            painter = choose(named, settings, descriptor)
            if named != "auto" or (painter.keeps and not refused and not painter.ready()):
                raise
            made = replace(_unpainted(descriptor, settings, cancelled), reason=reason)
            if not refused or (settings.policy == "ask" and confirm is None):
                # No key is what most have, and no fault of a file: one warning for all of them.
                about = None if isinstance(error, MissingKeyError) else filename
                shown = "a preview" if made.generator == "preview" else "an enhanced preview"
                warn_caller(_about(about, f"showing {shown}: {reason}"), GenerationWarning)
    for warning in made.warnings:
        warn_caller(_about(filename, warning), GenerationWarning)
    return made


def _unpainted(
    descriptor: Descriptor, settings: Settings, cancelled: Callable[[], bool] | None
) -> Reconstruction:
    """The best that there is without painting: a preview, enhanced where that is possible."""
    from gcx_format import pipeline
    from gcx_format.generate.generator import choose
    from gcx_format.generate.preview import preview_at

    painter = choose("auto", settings, descriptor, keeps=False)
    try:
        if painter.name != "preview":
            return pipeline.reconstruct(descriptor, settings, painter, cancelled=cancelled)
    except CancelledError:
        raise
    except GcxError:
        pass  # not installed, or other weights: the preview needs neither
    return preview_at(descriptor, descriptor.size, settings=settings)


_announcing = threading.Lock()
_announced = False
"""Whether a paid picture was announced in this process."""


class _Announcement:
    """Warns before the first picture that a process pays for."""

    def __init__(self, settings: Settings, filename: str | os.PathLike[str] | None) -> None:
        self._settings = settings
        self._filename = filename

    def __call__(self, painter: Generator, count: int, cost: Decimal, today: Decimal) -> None:
        from gcx_format.prices import dollars

        global _announced
        pictures = "a picture" if count == 1 else f"{count} pictures"
        limit = dollars(self._settings.daily_limit_usd)
        with _announcing:
            if _announced:
                return
            message = (
                f"{painter.model} is about to paint {pictures} for {dollars(cost)} at most, which "
                f"makes {dollars(today)} of {limit} today; later pictures are paid without a "
                "warning. GCX_POLICY=cached-only shows only what is stored and pays nothing, "
                "GCX_BILLING_WARNING=0 turns this warning off"
            )
            warn_caller(_about(self._filename, message), BillingWarning)
            _announced = True  # not where the warning is an error, and nothing is paid


def _about(filename: str | os.PathLike[str] | None, message: str) -> str:
    return message if filename is None else f"{os.fsdecode(filename)}: {message}"


def thumbnail(descriptor: Descriptor, size: int) -> Reconstruction:
    """A small preview of a descriptor: local, whatever else is set up, and quick.

    Where the visual condition would take many seconds to decode, it is the words on a card.

    Args:
        descriptor: what is left of the picture.
        size: the longer side at most, in pixels, 1 to 4096. Never larger than the picture.

    Raises:
        ArgumentError: the size is out of range.
        DamagedVisualError: the visual condition does not decode.
        UnavailableError: its codec needs an extra, weights or memory that is not here.
    """
    from gcx_format.conditions import is_quick
    from gcx_format.generate.preview import card_at, preview_at

    if not 1 <= size <= 4096:
        raise ArgumentError(f"a thumbnail has 1 to 4096 pixels along its longer side, not {size}")
    longer = max(descriptor.size)
    fitted = [
        side if longer <= size else max(1, (2 * side * size + longer) // (2 * longer))
        for side in descriptor.size
    ]
    made = preview_at if is_quick(descriptor) else card_at
    return made(descriptor, (fitted[0], fitted[1]))
