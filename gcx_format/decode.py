"""Decoding: a descriptor to a reconstruction."""

from __future__ import annotations

from typing import get_args

from gcx_format import limits
from gcx_format.descriptor import Descriptor
from gcx_format.errors import ArgumentError, ReconstructionError
from gcx_format.generate import Generator, Reconstruction, preview_at

__all__ = ["decode", "thumbnail"]


def decode(
    descriptor: Descriptor,
    *,
    generator: Generator = "preview",
    max_pixels: int = limits.MAX_RECONSTRUCTION_PIXELS,
) -> Reconstruction:
    """Reconstruct a picture from its descriptor, at the width and height that it gives.

    Args:
        descriptor: what is left of the picture.
        generator: what makes the pixels; `"preview"` enlarges the visual condition and needs
            no model.
        max_pixels: refuse to allocate more than this, for the size stands in a file that may
            come from a stranger.

    Raises:
        DamagedVisualError: the visual condition does not decode.
        ReconstructionError: the picture has more pixels than allowed.
        MissingExtraError: the visual condition needs an extra that is not installed.
        WeightsError: the visual condition needs weights that are not here.
        NotEnoughMemoryError: there is too little to decode the visual condition.
        ArgumentError: no generator has this name.
    """
    if generator not in get_args(Generator):
        known = ", ".join(get_args(Generator))
        raise ArgumentError(f"no generator is called {generator!r}: {known}")
    if descriptor.width * descriptor.height > max_pixels:
        raise ReconstructionError(
            f"{descriptor.width} x {descriptor.height} has more than the {max_pixels} pixels "
            "allowed; take a thumbnail, or raise max_pixels when calling decode"
        )
    return preview_at(descriptor, descriptor.size)


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
