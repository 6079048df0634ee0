"""MS-ILLM as a visual codec: a small picture to its payload, and back.

Models are loaded when first needed, kept, and shared by threads, so that a folder of pictures
loads them once. `search` chooses a quality for a number of bytes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gcx_format.descriptor import Mode
from gcx_format.errors import ArgumentError, DamagedVisualError, NotEnoughMemoryError
from gcx_format.visual.codec import Variant
from gcx_format.visual.msillm import bitstream, checkpoint
from gcx_format.visual.msillm.bitstream import BLOCK
from gcx_format.visual.msillm.entropy_model import EntropyModel
from gcx_format.visual.msillm.network import Analysis, Synthesis
from gcx_format.visual.msillm.variants import VARIANTS
from gcx_format.weights import WeightStore

__all__ = ["MAX_PIXELS", "decode", "encode", "fits", "latents"]

MAX_PIXELS: Final = 1 << 18
"""Most pixels of a condition, with both sides rounded up to 64: 16 times the paper's, and some ten
seconds on two cores. Part of the specification."""

ModelT = TypeVar("ModelT")


class _ModelCache(Generic[ModelT]):
    """The models of the most recently used checkpoints, each loaded once."""

    def __init__(
        self, make: Callable[[checkpoint.Checkpoint], ModelT], most: int = len(VARIANTS)
    ) -> None:
        self._make = make
        self._most = most
        self._models: OrderedDict[tuple[str, int], ModelT] = OrderedDict()
        self._lock = threading.Lock()

    def __call__(self, variant: Variant, weights: WeightStore) -> ModelT:
        path = checkpoint.find(variant, weights)
        key = (str(path), path.stat().st_mtime_ns)
        with self._lock:
            if key not in self._models:
                while len(self._models) >= self._most:
                    self._models.popitem(last=False)
                self._models[key] = self._make(checkpoint.load(path))
            self._models.move_to_end(key)
            return self._models[key]


_entropy_models: Final = _ModelCache(lambda loaded: EntropyModel(loaded.entropy_weights()))
_analyses: Final = _ModelCache(Analysis)
_syntheses: Final = _ModelCache(Synthesis, most=1)


def fits(size: tuple[int, int]) -> bool:
    """Whether a condition of this size can be coded."""
    columns, rows = bitstream.field_size(size)
    return columns * rows * BLOCK * BLOCK <= MAX_PIXELS


def encode(picture: Image.Image, variant: Variant, weights: WeightStore) -> bytes:
    """Code a small RGB or L picture; grey is coded as three equal channels."""
    if picture.mode not in ("RGB", "L"):
        raise ArgumentError(f"MS-ILLM can code RGB and L pictures, not {picture.mode}")
    if not fits(picture.size):
        raise ArgumentError(
            f"{picture.width} x {picture.height} is more than the {MAX_PIXELS} pixels that "
            "MS-ILLM can code; use a larger scale"
        )
    samples = np.asarray(picture.convert("RGB"), np.float32) / np.float32(255)
    pixels = np.ascontiguousarray(samples.transpose(2, 0, 1))
    try:
        latents, hyper_latents = _analyses(variant, weights)(pixels)
        return bitstream.encode(latents, hyper_latents, _entropy_models(variant, weights))
    except MemoryError as error:
        raise _too_little_memory(error) from None


def latents(
    payload: bytes, size: tuple[int, int], variant: Variant, weights: WeightStore
) -> NDArray[np.float32]:
    """The latents of a payload, as `bitstream.decode` returns them.

    Raises:
        DamagedVisualError: the payload is not of that size and quality, or the size is too large.
        UnavailableError: the extra, the weights or memory is missing.
    """
    if not fits(size):
        raise DamagedVisualError(
            f"an MS-ILLM condition of {size[0]} x {size[1]} is more than the {MAX_PIXELS} "
            "pixels that are decoded"
        )
    try:
        return bitstream.decode(payload, size, _entropy_models(variant, weights))
    except MemoryError as error:
        raise _too_little_memory(error) from None


def decode(
    payload: bytes,
    size: tuple[int, int],
    mode: Mode,
    variant: Variant,
    weights: WeightStore,
) -> Image.Image:
    """The picture of a payload, of exactly this size and mode; raises what `latents` raises."""
    pixels = _syntheses(variant, weights)(latents(payload, size, variant, weights))
    samples = np.rint(pixels[:, : size[1], : size[0]] * 255).astype(np.uint8)
    return Image.fromarray(samples.transpose(1, 2, 0)).convert(mode)


def _too_little_memory(error: MemoryError) -> NotEnoughMemoryError:
    if isinstance(error, NotEnoughMemoryError):
        return error
    return NotEnoughMemoryError("not enough memory for a picture of this size; free some")
