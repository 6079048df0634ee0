"""ST-LPIPS: how different two pictures look, by a network that was trained on people's judgements.

Ghildyal and Liu, "Shift-tolerant perceptual similarity metric", 2022, in its variant of AlexNet. An
edge that is a pixel out of place costs little, where blur costs much. The weights come in the
package `stlpips-pytorch`; of it nothing is imported, because its code needs packages that it does
not name, and a part of it is not under a free licence.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image

from gcx_format.extras import folder_of, is_installed

if TYPE_CHECKING:
    import torch

__all__ = ["Features", "distance", "features", "missing"]

_DATA: Final = "stlpips_pytorch"
_WEIGHTS: Final = "b356b382f96010f77d085ee8343ecd9fd322d0a56e8de2b2d0549fafcad8b9ee"
"""SHA-256 of the weights."""

Features = list["torch.Tensor"]
"""What each of the five layers sees, as unit vectors."""


def missing() -> str | None:
    """What measuring lacks here, and how to install it."""
    lacking = [name for name in ("torch", _DATA) if not is_installed(name)]
    if not lacking:
        return None
    packages = " ".join(name.replace("_", "-") for name in lacking)
    return f"no ST-LPIPS without {' and '.join(lacking)}: pip install {packages}"


def features(picture: Image.Image) -> Features:
    """What the network sees in an RGB picture of at least 32 x 32 pixels."""
    import torch
    from torch.nn import functional as f

    weights = _weights()

    def convolved(planes: torch.Tensor, name: str, padding: int) -> torch.Tensor:
        return f.conv2d(
            planes, weights[f"net.{name}.weight"], weights[f"net.{name}.bias"], padding=padding
        )

    def halved(planes: torch.Tensor, name: str) -> torch.Tensor:
        kernel = weights[f"net.{name}.filt"]
        padded = f.pad(planes, (2, 2, 2, 2), mode="reflect")
        return f.conv2d(padded, kernel, stride=2, groups=planes.shape[1])

    def pooled(planes: torch.Tensor, name: str) -> torch.Tensor:
        return halved(f.max_pool2d(planes, 3, stride=1), name)

    with torch.inference_mode():
        samples = torch.from_numpy(np.array(picture, np.float32)).permute(2, 0, 1)[None]
        planes = samples / 127.5 - 1
        planes = (planes - weights["scaling_layer.shift"]) / weights["scaling_layer.scale"]
        seen = [halved(convolved(planes, "slice1.0", 2), "slice1.1").relu()]
        seen.append(convolved(pooled(seen[-1], "slice2.4"), "slice2.5", 2).relu())
        seen.append(convolved(pooled(seen[-1], "slice3.8"), "slice3.9", 1).relu())
        seen.append(convolved(seen[-1], "slice4.11", 1).relu())
        seen.append(convolved(seen[-1], "slice5.13", 1).relu())
        return [each / (each.norm(dim=1, keepdim=True) + 1e-10) for each in seen]


def distance(one: Features, other: Features) -> float:
    """How different two pictures of the same size look: 0 is no difference, 1 is very much."""
    import torch
    from torch.nn import functional as f

    weights = _weights()
    with torch.inference_mode():
        return sum(
            float(f.conv2d((a - b) ** 2, weights[f"lin{layer}.model.1.weight"]).mean())
            for layer, (a, b) in enumerate(zip(one, other, strict=True))
        )


@cache
def _weights() -> dict[str, Any]:
    import torch

    file: Path = folder_of(_DATA) / "weights" / "vST0.0" / "alex_shift_tolerant.pth"
    with file.open("rb") as opened:
        found = hashlib.file_digest(opened, "sha256").hexdigest()
    if found != _WEIGHTS:
        raise SystemExit(f"{file}: these are not the weights of stlpips-pytorch 0.0.2")
    loaded: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
    return loaded
