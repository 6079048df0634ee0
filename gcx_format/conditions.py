"""The visual condition of a descriptor to a picture, whichever codec made it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcx_format.codecs import visual_codec
from gcx_format.descriptor import CodedVisual, Descriptor
from gcx_format.errors import ReconstructionError, UnavailableError

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.visual.codec import VisualCodec
    from gcx_format.weights import WeightStore

__all__ = ["check_condition", "decode_condition", "decoding_obstacle", "weights_for"]


def decode_condition(descriptor: Descriptor, weights: WeightStore | None = None) -> Image.Image:
    """The visual condition of a descriptor, in its own size and mode.

    Args:
        descriptor: whose condition is meant.
        weights: where weights are, for the codecs that have some; None: as the user's settings
            say, which are only read for those.

    Raises:
        DamagedVisualError: the payload does not decode to the picture that the header promises.
        ReconstructionError: there is no visual condition.
        UnavailableError: an extra, weights or memory that it takes is missing.
    """
    visual, size = _coded(descriptor)
    codec = visual_codec(visual)
    return codec.decode(visual, size, descriptor.mode, weights_for(codec, weights))


def check_condition(descriptor: Descriptor, weights: WeightStore | None = None) -> None:
    """Make sure that `decode_condition` returns a picture, as quickly as its codec can.

    Args:
        descriptor: whose condition is meant.
        weights: as there.

    Raises:
        DamagedVisualError, ReconstructionError, UnavailableError: as there.
    """
    visual, size = _coded(descriptor)
    codec = visual_codec(visual)
    codec.check(visual, size, descriptor.mode, weights_for(codec, weights))


def decoding_obstacle(
    descriptor: Descriptor, weights: WeightStore | None = None
) -> UnavailableError | None:
    """What `decode_condition` would miss; found out without decoding.

    Args:
        descriptor: whose condition is meant.
        weights: as there.

    Returns:
        The error that it would raise, or None: nothing is missing, or there is nothing to decode.
    """
    if descriptor.visual is None:
        return None
    codec = visual_codec(descriptor.visual)
    variant = codec.variants[descriptor.visual.variant]
    return codec.missing(variant, weights_for(codec, weights))


def weights_for(codec: VisualCodec, given: WeightStore | None) -> WeightStore | None:
    """What was given, or for a codec that has weights the store of the user's settings."""
    if given is not None or not codec.checkpoints:
        return given
    from gcx_format.settings import load_settings

    return load_settings().weight_store


def _coded(descriptor: Descriptor) -> tuple[CodedVisual, tuple[int, int]]:
    if descriptor.visual is None or descriptor.condition_size is None:
        raise ReconstructionError("the descriptor has no visual condition, only words")
    return descriptor.visual, descriptor.condition_size
