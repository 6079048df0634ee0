"""Decoding: a descriptor to a reconstruction."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, get_args

from gcx_format import limits
from gcx_format.descriptor import Descriptor
from gcx_format.errors import (
    ArgumentError,
    GenerationNotAllowedError,
    MissingExtraError,
    MissingKeyError,
    ReconstructionError,
)
from gcx_format.generate import (
    GenerationWarning,
    Generator,
    Partial,
    Reconstruction,
    preview_at,
)

if TYPE_CHECKING:
    from gcx_format.settings import Settings

__all__ = ["decode", "thumbnail"]

_warned = False
"""Whether it was said in this process that a preview is made where more was to be had."""


def decode(
    descriptor: Descriptor,
    *,
    generator: Generator | None = None,
    settings: Settings | None = None,
    candidates: int | None = None,
    on_partial: Callable[[Partial], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
    confirm: Callable[[Decimal], bool] | None = None,
    max_pixels: int = limits.MAX_RECONSTRUCTION_PIXELS,
) -> Reconstruction:
    """Reconstruct a picture from its descriptor, at the width and height that it gives.

    Args:
        descriptor: what is left of the picture.
        generator: what makes the pixels. `"preview"` enlarges the visual condition and needs
            no model, no settings and no network. `"openai"` takes what a model made earlier,
            or asks one. `"auto"` is `"openai"` where that is set up and allowed, else
            `"preview"`; `info["reason"]` then says why. None: as the settings say.
        settings: which models, for how much, and where results are kept; None: the user's.
        candidates: how many generated pictures to choose from; None: one that is kept, else
            as many as the settings say.
        on_partial: given unfinished pictures, if the settings ask for some
            (`partial_images`). With several candidates it is called from other threads, one
            at a time.
        cancelled: asked ten times a second while a model works; once it is true, the
            connection is shut.
        confirm: asked with the estimated cost in US dollars where the policy is `ask`.
        max_pixels: refuse to allocate more than this, for the size stands in a file that may
            come from a stranger.

    Warns:
        GenerationWarning: `"auto"` made a preview because no key is set, or nobody is there to
            be asked (once per process), what was generated could not be kept, or some of the
            candidates failed.

    Raises:
        DamagedVisualError: the visual condition does not decode.
        ReconstructionError: the picture has more pixels than allowed.
        WeightsError: the visual condition needs weights that are not here.
        NotEnoughMemoryError: there is too little to decode the visual condition.
        ArgumentError: no generator has this name, or a number is out of range.
        SettingsError: a setting has a value that it cannot have.
        SpendingLimitError: generating would cost more than the settings allow.
        ServiceError: the model's server did not do what it was asked; the subclass says why.
        MissingKeyError: `"openai"` was asked for, and no key is set.
        GenerationNotAllowedError: `"openai"` was asked for, and the policy forbids it.
        MissingExtraError: the visual condition or `"openai"`, which was asked for, needs an
            extra that is not installed.
        OutputError: what would be generated could not be kept.
    """
    if generator not in (None, *get_args(Generator)):
        known = ", ".join(get_args(Generator))
        raise ArgumentError(f"no generator is called {generator!r}: {known}")
    if candidates is not None and not 1 <= candidates <= 8:
        raise ArgumentError(f"1 to 8 candidates can be made, not {candidates}")
    if descriptor.width * descriptor.height > max_pixels:
        raise ReconstructionError(
            f"{descriptor.width} x {descriptor.height} has more than the {max_pixels} pixels "
            "allowed; take a thumbnail, or raise max_pixels when calling decode"
        )
    if generator == "preview":
        return preview_at(descriptor, descriptor.size, settings=settings)
    try:
        from gcx_format.generate import service
        from gcx_format.settings import load_settings

        settings = load_settings() if settings is None else settings
        generator = settings.generator if generator is None else generator
        if generator == "preview":
            return preview_at(descriptor, descriptor.size, settings=settings)
        made = service.reconstruct(
            descriptor,
            settings,
            candidates=candidates,
            on_partial=on_partial,
            cancelled=cancelled,
            confirm=confirm,
        )
        for warning in made.warnings:
            warnings.warn(warning, GenerationWarning, stacklevel=2)
        return made
    except (MissingExtraError, MissingKeyError, GenerationNotAllowedError) as error:
        if isinstance(error, MissingExtraError) and error.extra == "msillm":
            raise  # a preview would need it too
        if generator is None:  # without the extra there are no settings but this
            generator = "openai" if os.environ.get("GCX_GENERATOR") == "openai" else "auto"
        if generator == "openai":
            raise
        reason = str(error)
        chosen = isinstance(error, GenerationNotAllowedError)
        tell = not chosen or (confirm is None and settings is not None and settings.policy == "ask")
    made = preview_at(descriptor, descriptor.size, reason=reason, settings=settings)
    if tell:
        _warn_once(f"a preview is all there is: {reason}")
    return made


def _warn_once(message: str) -> None:
    global _warned
    if not _warned:
        _warned = True
        warnings.warn(message, GenerationWarning, stacklevel=3)


def thumbnail(descriptor: Descriptor, size: int) -> Reconstruction:
    """A small preview of a descriptor: local, whatever else is set up, and quick.

    Args:
        descriptor: what is left of the picture.
        size: the longer side at most, in pixels, 1 to 4096. Never larger than the picture.

    Raises:
        ArgumentError: the size is out of range.
        DamagedVisualError: the visual condition does not decode.
        MissingExtraError: its codec is an extra that is not installed.
        WeightsError: the weights of its codec are not here.
        NotEnoughMemoryError: there is too little for its codec.
    """
    if not 1 <= size <= 4096:
        raise ArgumentError(f"a thumbnail has 1 to 4096 pixels along its longer side, not {size}")
    longer = max(descriptor.size)
    fitted = [
        side if longer <= size else max(1, (2 * side * size + longer) // (2 * longer))
        for side in descriptor.size
    ]
    return preview_at(descriptor, (fitted[0], fitted[1]))
