"""The numbers of a collection as one picture."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gcx_format import files
from gcx_format.collections.statistics import Statistics
from gcx_format.errors import ArgumentError, MissingExtraError
from gcx_format.extras import is_installed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["KINDS", "check", "plot"]

KINDS: Final = (".png", ".svg")
_EXTRA: Final = "plot"
_BARS: Final = 40
"""At most, in a histogram."""
_COLOUR: Final = "#3b6ea5"
_NAMED: Final = 8
"""How many codecs or cameras are named."""


def check(path: Path) -> None:
    """Raise `ArgumentError` or `MissingExtraError` unless a plot can be written under this name."""
    if path.suffix.lower() not in KINDS:
        raise ArgumentError(f"a plot is a .png or .svg file, not {path.name}")
    if not is_installed("matplotlib"):
        raise MissingExtraError("a plot", _EXTRA)


def plot(found: Statistics, path: Path, *, title: str, overwrite: bool = False) -> None:
    """Draw the sizes, what they save, the words, and the years, or else the codecs.

    Args:
        found: the numbers, of one picture at least.
        path: of the `.png` or `.svg` file.
        title: stands above it.
        overwrite: replace a file that is there.

    Raises:
        ArgumentError, MissingExtraError: as for `check`.
        OutputError: the file exists or cannot be written.
    """
    check(path)
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # Letters of an SVG stay letters, and its ids do not change from run to run.
    style: dict[Any, Any] = {
        "svg.fonttype": "none",
        "svg.hashsalt": "gcx",
        "text.parse_math": False,
    }
    with rc_context(style):
        figure = Figure(figsize=(10, 7), layout="constrained")
        figure.suptitle(f"{title}: {found.pictures:,} pictures, {found.collection_bytes:,} bytes")
        (sizes, ratios), (words, last) = figure.subplots(2, 2)
        _histogram(sizes, found.sizes, "bytes of a .gcx file")
        _bars(
            ratios,
            found.ratios,
            "an original is so many times its .gcx file, at least",
            lambda n: f"{1 << n:,}",
        )
        _histogram(words, found.lengths, "words of a description")
        if found.years:
            _histogram(last, found.years, "year taken")
        else:
            codecs = Counter(dict(found.codecs.most_common(_NAMED)))
            _bars(last, codecs, "visual condition", str)
        data = BytesIO()
        kind = path.suffix.lower().removeprefix(".")
        figure.savefig(data, format=kind, metadata={"Date": None} if kind == "svg" else None)
    files.write_atomically(path, data.getvalue(), overwrite=overwrite)


def _histogram(axes: Axes, counts: Counter[int], label: str) -> None:
    """How many pictures have which number, in bars of whole numbers of equal width."""
    if not _begun(axes, counts, label):
        return
    from matplotlib.ticker import MaxNLocator

    least, most = min(counts), max(counts)
    width = -(-(most - least + 1) // _BARS)
    bars: Counter[int] = Counter()
    for value, times in counts.items():
        bars[(value - least) // width] += times
    left = [least + number * width - 0.5 for number in bars]
    axes.bar(left, list(bars.values()), width=width, align="edge", color=_COLOUR)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))


def _bars(axes: Axes, counts: Counter[Any], label: str, name: Callable[[Any], str]) -> None:
    """How many pictures there are of each kind."""
    if _begun(axes, counts, label):
        kinds = sorted(counts)
        axes.bar([name(kind) for kind in kinds], [counts[kind] for kind in kinds], color=_COLOUR)
        margin = max(0.6, (_NAMED - len(kinds)) / 2)  # a single bar is no wall
        axes.set_xlim(-margin, len(kinds) - 1 + margin)
        if len(kinds) > _NAMED:
            axes.tick_params("x", labelrotation=45)


def _begun(axes: Axes, counts: Counter[Any], label: str) -> bool:
    """Label a panel, and say so in it where there is nothing to show."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlabel(label)
    axes.spines[["top", "right"]].set_visible(False)
    if counts:
        axes.set_ylabel("pictures")
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        return True
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, "none", transform=axes.transAxes, ha="center", color="gray")
    return False
