"""Decoding the visual condition, whichever codec made it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from gcx_format.codecs import visual_codec
from gcx_format.descriptor import CodedVisual, Descriptor
from gcx_format.errors import ReconstructionError, UnavailableError

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.visual.codec import VisualCodec
    from gcx_format.weights import WeightStore

__all__ = [
    "check_condition",
    "decode_condition",
    "decoding_obstacle",
    "is_quick",
    "weights_for",
]


def decode_condition(descriptor: Descriptor, weights: WeightStore | None = None) -> Image.Image:
    """Decode a descriptor's visual condition, in its own size and mode.

    Args:
        descriptor: the one to decode.
        weights: where codecs find their weights; None: as the user's settings say.

    Raises:
        DamagedVisualError: the payload does not decode to the picture that the header promises.
        ReconstructionError: there is no visual condition.
        UnavailableError: an extra, weights or memory is missing.
    """
    visual, size = _coded(descriptor)
    codec = visual_codec(visual)
    return codec.decode(visual, size, descriptor.mode, weights_for(codec, weights))


def check_condition(descriptor: Descriptor, weights: WeightStore | None = None) -> None:
    """Raise what `decode_condition` would, as quickly as the codec can tell."""
    visual, size = _coded(descriptor)
    codec = visual_codec(visual)
    codec.check(visual, size, descriptor.mode, weights_for(codec, weights))


def is_quick(descriptor: Descriptor) -> bool:
    """Whether there is a visual condition, and not too large for a thumbnail made in passing."""
    if descriptor.visual is None or descriptor.condition_size is None:
        return False
    most = visual_codec(descriptor.visual).quick_pixels
    return most is None or math.prod(descriptor.condition_size) <= most


def decoding_obstacle(
    descriptor: Descriptor, weights: WeightStore | None = None
) -> UnavailableError | None:
    """The `UnavailableError` that `decode_condition` would raise, if any; without decoding."""
    if descriptor.visual is None:
        return None
    codec = visual_codec(descriptor.visual)
    variant = codec.variants[descriptor.visual.variant]
    return codec.missing(variant, weights_for(codec, weights))


def weights_for(codec: VisualCodec, given: WeightStore | None) -> WeightStore | None:
    """The weights given, or else those of the user's settings if the codec needs any."""
    if given is not None or not codec.checkpoints:
        return given
    from gcx_format.settings import load_settings

    return load_settings().weight_store


def _coded(descriptor: Descriptor) -> tuple[CodedVisual, tuple[int, int]]:
    if descriptor.visual is None or descriptor.condition_size is None:
        raise ReconstructionError("the descriptor has no visual condition, only words")
    return descriptor.visual, descriptor.condition_size
