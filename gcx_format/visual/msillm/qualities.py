"""The eight released models of MS-ILLM, by name and by the index that a file gives.

Only names and numbers: nothing here needs the extra, so a command line can be understood
and a file can be told about without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, get_args

from gcx_format.errors import ArgumentError

__all__ = ["DEFAULT", "QUALITIES", "Quality", "QualityName", "find"]

QualityName = Literal["vlo1", "vlo2", "1", "2", "3", "4", "5", "6"]
"""What a caller may ask for: the names under which upstream released the models."""


@dataclass(frozen=True, slots=True)
class Quality:
    """A released model.

    Attributes:
        index: 0 to 7 by ascending rate; the low three bits of the chunk type.
        name: upstream's.
        rate: what it was trained for, in bits per pixel of the condition.
    """

    index: int
    name: QualityName
    rate: float

    @property
    def checkpoint(self) -> str:
        """The name of its file of weights."""
        return f"msillm_target_{self.rate:g}bpp.ckpt"


_RATES: Final = (0.00218, 0.00438, 0.035, 0.07, 0.14, 0.3, 0.45, 0.9)

QUALITIES: Final = tuple(
    Quality(index, name, rate)
    for index, (name, rate) in enumerate(zip(get_args(QualityName), _RATES, strict=True))
)
"""By index."""

DEFAULT: Final = QUALITIES[5]
"""The paper's better setting, "HQ": 0.294 bits per pixel of the condition (section 4.1)."""


def find(name: str | int) -> Quality:
    """The model of a name.

    Args:
        name: `"vlo1"`, `"vlo2"`, or `"1"` to `"6"`, which may be given as numbers.

    Raises:
        ArgumentError: none is called so.
    """
    for quality in QUALITIES:
        if quality.name == str(name):
            return quality
    raise ArgumentError(
        f"MS-ILLM has no quality {name!r}: {', '.join(quality.name for quality in QUALITIES)}"
    )
