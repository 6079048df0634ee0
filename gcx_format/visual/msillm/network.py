"""The transforms, pixels to latents and back, by upstream's network.

This is the floating-point part of the codec. Its results may differ in the last bits between
machines, which does no harm: an encoder's latents are rounded before they are coded, and a
decoder's pixels are the end result. So it runs on a GPU if there is one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from gcx_format.errors import NotEnoughMemoryError, WeightsError
from gcx_format.visual.msillm.bitstream import BLOCK, field_size
from gcx_format.visual.msillm.checkpoint import (
    Checkpoint,
    import_network,
    is_want_of_memory,
)

if TYPE_CHECKING:
    import torch

__all__ = ["Analysis", "Synthesis"]

Pixels = NDArray[np.float32]
"""Of shape (3, rows, columns), from 0 to 1."""


class Analysis:
    """Encoder and hyper-analysis of one checkpoint."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._device = _device()
        parts = _modules(checkpoint, ("encoder", "hyper_analysis"), self._device)
        self._encoder, self._hyper_analysis = parts

    def __call__(self, pixels: Pixels) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The latents and hyper-latents of a picture of any size.

        They have shapes (220, 4 * rows, 4 * columns) and (320, rows, columns), in rows and columns
        of 64 pixels; beyond its lower and right edges the picture is reflected, as upstream does.
        """
        import torch

        rows, columns = pixels.shape[1:]
        blocks = field_size((columns, rows))
        padding = ((0, 0), (0, BLOCK * blocks[1] - rows), (0, BLOCK * blocks[0] - columns))
        padded = np.pad(pixels, padding, mode="reflect")
        with _computing(self._device):
            latents = self._encoder(torch.from_numpy(padded)[None].to(self._device))
            hyper_latents = self._hyper_analysis(latents)
            return _array(latents), _array(hyper_latents)


class Synthesis:
    """Decoder of one checkpoint, without the weights of an encoder."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._device = _device()
        (self._decoder,) = _modules(checkpoint, ("decoder",), self._device)

    def __call__(self, latents: NDArray[np.float32]) -> Pixels:
        """The pixels of latents of shape (220, rows, columns), 16 times as many each way."""
        import torch

        with _computing(self._device):
            pixels = self._decoder(torch.from_numpy(latents)[None].to(self._device))
            return _array(pixels.clamp_(0, 1))


def _device() -> torch.device:
    import torch

    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _modules(checkpoint: Checkpoint, names: tuple[str, ...], device: torch.device) -> list[Any]:
    """Modules of the network with the checkpoint's weights, which are not copied on a CPU."""
    torch, network = import_network()
    with torch.device("meta"):
        model = network()
    modules = []
    for name in names:
        module = getattr(model, name)
        module.load_state_dict(checkpoint.part(name), assign=True)
        with _computing(device):
            modules.append(module.to(device).eval())
    return modules


def _array(tensor: torch.Tensor) -> NDArray[np.float32]:
    """The content of a batch of one, on the CPU; raises `WeightsError` unless finite."""
    array: NDArray[np.float32] = tensor[0].cpu().numpy()
    if not np.isfinite(array).all():
        raise WeightsError("the network does not give finite numbers: the checkpoint is damaged")
    return array


@contextlib.contextmanager
def _computing(device: torch.device) -> Iterator[None]:
    """Record nothing for training; raise `NotEnoughMemoryError` if memory runs out."""
    import torch

    message = (
        "not enough GPU memory for a picture of this size; free some, or hide the GPU "
        "with CUDA_VISIBLE_DEVICES="
        if device.type == "cuda"
        else "not enough memory for a picture of this size; free some, or use a larger scale"
    )
    try:
        with torch.inference_mode():
            yield
    except (MemoryError, RuntimeError) as error:  # the CPU's allocator has no class of its own
        if not (isinstance(error, torch.OutOfMemoryError) or is_want_of_memory(error)):
            raise
        raise NotEnoughMemoryError(message) from None
