"""Checkpoints: files of weights, read without executing anything in them.

A checkpoint is a state dict of `neuralcompression.models.HiFiCAutoencoder`. It is mapped into
memory, so what is not needed, such as a decoder's encoder, takes none. `gcx_format.weights`
checks whether the files are the right ones.
"""

from __future__ import annotations

import warnings
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gcx_format.errors import (
    MissingExtraError,
    NotEnoughMemoryError,
    UnavailableError,
    WeightsError,
)
from gcx_format.extras import is_installed
from gcx_format.visual.codec import Variant
from gcx_format.visual.msillm.entropy_model import EntropyWeights
from gcx_format.visual.msillm.hyper_synthesis import Layer
from gcx_format.visual.msillm.tables import Density
from gcx_format.weights import WeightStore

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

__all__ = ["Checkpoint", "find", "import_network", "is_want_of_memory", "load", "require_extra"]

StateDict = dict[str, "torch.Tensor"]

_OLD_NAMES: Final = {"_matrix": "matrices.", "_bias": "biases.", "_factor": "factors."}
"""CompressAI's names for the parameters of its entropy bottleneck before version 1.2.5, when the
checkpoints were released, and since."""

_BOTTLENECK: Final = "hyper_bottleneck."


def require_extra() -> None:
    """Check that the extra is installed, without the seconds that importing it takes."""
    if not is_installed("torch", "neuralcompression"):
        raise MissingExtraError("MS-ILLM", "msillm")


def find(variant: Variant, weights: WeightStore) -> Path:
    """The file of a variant; the extra is checked before the weights."""
    require_extra()
    assert variant.checkpoint is not None  # all of MS-ILLM's have one
    return weights.path(variant.checkpoint)


def import_network() -> Any:
    """`torch`, and the class of the network."""
    require_extra()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of their dependencies, about each other
            import torch
            from neuralcompression.models import HiFiCAutoencoder
    except (ImportError, OSError, MemoryError) as error:  # a library that the loader gives up on
        if is_want_of_memory(error):
            raise NotEnoughMemoryError("not enough memory to load torch; free some") from None
        raise UnavailableError(
            f"the packages that MS-ILLM needs are installed, but do not load: {error}"
        ) from error
    return torch, HiFiCAutoencoder


def is_want_of_memory(error: BaseException) -> bool:
    """Whether an error of torch, of the linker or of Python says that memory has run out."""
    told = str(error)
    if isinstance(error, MemoryError) or "allocate memory" in told:
        return True
    # What the linker may not do, on a disk from which nothing is run, it says in the same words.
    return "failed to map segment" in told and "not permitted" not in told


class Checkpoint:
    """The weights of one model."""

    def __init__(self, state: StateDict) -> None:
        self._state = state

    def part(self, name: str) -> StateDict:
        """The weights of one of the network's modules, by their names within it."""
        prefix = f"{name}."
        return {
            key.removeprefix(prefix): value
            for key, value in self._state.items()
            if key.startswith(prefix)
        }

    def entropy_weights(self) -> EntropyWeights:
        return EntropyWeights(
            density=Density(
                matrices=[self._array(f"{_BOTTLENECK}matrices.{layer}") for layer in range(5)],
                biases=[self._array(f"{_BOTTLENECK}biases.{layer}") for layer in range(5)],
                factors=[self._array(f"{_BOTTLENECK}factors.{layer}") for layer in range(4)],
                quantiles=self._array(f"{_BOTTLENECK}quantiles")[:, 0],
            ),
            means=self._layers("hyper_synthesis_mean"),
            scales=self._layers("hyper_synthesis_scale"),
        )

    def _layers(self, network: str) -> tuple[Layer, Layer, Layer]:
        first, second, last = (
            Layer(self._array(f"{network}.{index}.weight"), self._array(f"{network}.{index}.bias"))
            for index in (0, 2, 4)  # ReLUs stand between them
        )
        return first, second, last

    def _array(self, name: str) -> NDArray[np.float32]:
        array: NDArray[np.float32] = self._state[name].numpy()
        return array


def load(path: Path) -> Checkpoint:
    """Open a checkpoint and check that it is one of this network.

    Raises:
        WeightsError: it is damaged, or of another network.
        NotEnoughMemoryError: it does not fit into memory.
    """
    torch, network = import_network()
    try:
        loaded = torch.load(
            path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path)
        )
    except Exception as error:  # torch lets many kinds escape on damaged files
        if is_want_of_memory(error):
            raise NotEnoughMemoryError("not enough memory for the weights", filename=path) from None
        # What torch says of it is advice to read it without its safeguards.
        raise WeightsError(
            "the checkpoint is damaged, or not a plain file of weights", filename=path
        ) from None
    try:
        return Checkpoint(_checked(loaded, network))
    except ValueError as error:
        message = f"the checkpoint is not one of MS-ILLM: {error}"
        raise WeightsError(message, filename=path) from None


def _checked(loaded: Any, network: Any) -> StateDict:
    """The parameters of a state dict; `ValueError` unless they are the network's."""
    import torch

    if not isinstance(loaded, dict) or not all(isinstance(name, str) for name in loaded):
        raise ValueError("it holds no state dict")
    state = {_new_name(name): value for name, value in loaded.items()}
    with torch.device("meta"):
        model = network()
    parameters: StateDict = {}
    for name, parameter in model.named_parameters():
        value, shape = state.get(name), tuple(parameter.shape)
        if not isinstance(value, torch.Tensor):
            raise ValueError(f"it has no {name}")
        if tuple(value.shape) != shape or value.dtype != torch.float32:
            found = f"{value.dtype} of shape {tuple(value.shape)}"
            raise ValueError(f"its {name} is {found}, not {shape}")
        parameters[name] = value
    return parameters


def _new_name(name: str) -> str:
    for old, new in _OLD_NAMES.items():
        if name.startswith(_BOTTLENECK + old):
            return name.replace(old, new, 1)
    return name
