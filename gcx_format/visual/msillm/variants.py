"""The eight released models of MS-ILLM, and where their weights come from.

Names and numbers only, so that nothing here needs the extra.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from gcx_format.visual.codec import Variant
from gcx_format.weights import Checkpoint, Release, WeightStore

__all__ = ["DEFAULT", "RELEASE", "VARIANTS", "available"]


def _require() -> None:
    from gcx_format.visual.msillm import checkpoint

    checkpoint.require_extra()


def _check(path: Path) -> None:
    from gcx_format.visual.msillm import checkpoint

    checkpoint.load(path)


RELEASE: Final = Release(
    url="https://dl.fbaipublicfiles.com/NeuralCompression/2023-muckley-msillm",
    megabytes=726,
    extra="msillm",
    require=_require,
    check=_check,
    licence="CC-BY-NC-4.0",
    terms="""\
The weights of MS-ILLM were released by Meta Platforms, Inc. under the licence Creative Commons
Attribution-NonCommercial 4.0 International (CC-BY-NC-4.0): they may be used, with attribution,
for purposes that are not commercial. The whole text:
https://creativecommons.org/licenses/by-nc/4.0/legalcode
https://github.com/facebookresearch/NeuralCompression/blob/main/WEIGHTS_LICENSE""",
)
"""Upstream's. The licence is that of the weights, which are not part of gcx."""

_RATES: Final = {
    "vlo1": 0.00218,
    "vlo2": 0.00438,
    "1": 0.035,
    "2": 0.07,
    "3": 0.14,
    "4": 0.3,
    "5": 0.45,
    "6": 0.9,
}
"""By upstream's names: what each was trained for, in bits per pixel of the condition."""


def _variant(index: int, name: str) -> Variant:
    rate = _RATES[name]
    file = f"msillm_target_{rate:g}bpp.ckpt"
    return Variant(index, name, rate, Checkpoint(name, f"MS-ILLM quality {name}", file, RELEASE))


VARIANTS: Final = tuple(_variant(index, name) for index, name in enumerate(_RATES))
"""By index: the low three bits of the chunk type."""

DEFAULT: Final = VARIANTS[5]
"""The paper's better setting, "HQ": 0.294 bits per pixel of the condition (section 4.1)."""


def available(weights: WeightStore) -> list[Variant]:
    """The models whose weights are installed, by ascending rate."""
    return [each for each in VARIANTS if each.checkpoint and weights.has(each.checkpoint)]
