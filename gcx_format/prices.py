"""What calls to models cost.

The prices and their date are in `models.toml`. Estimates are on the high side, since they decide
whether a call is made at all; what a call cost is worked out from the tokens that the server
reports.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from decimal import ROUND_UP, Decimal
from typing import TYPE_CHECKING, Any, Final

from gcx_format import models

if TYPE_CHECKING:
    from gcx_format.settings import Settings

__all__ = [
    "cost_of",
    "dollars",
    "estimate_description",
    "estimate_picture",
    "tokens_of_description",
    "tokens_read",
    "unpriced",
]

_MILLION: Final = Decimal(1_000_000)
_SMALLEST: Final = Decimal("0.000001")

_MOST_TOKENS: Final = 1_000_000_000
"""Of one call; a server that tells of more is not believed."""


def unpriced(named: Iterable[str]) -> list[str]:
    """Those of some models that have no price here, so that the dearest is assumed."""
    priced = {*_priced("text"), *_priced("image")}
    return [each for each in named if models.base_name(each) not in priced]


def estimate_picture(
    settings: Settings,
    *,
    with_condition: bool,
    size: tuple[int, int] | None,
    words: str = "",
) -> Decimal:
    """What generating one picture costs at most, in US dollars.

    The quality `auto` counts as high, and a model that is left to the server as the dearest.

    Args:
        settings: route, models, quality and unfinished pictures, as `gcx_format.servers.settled`
            has them.
        with_condition: whether a visual condition goes with the words.
        size: of the picture that is asked for, in pixels; None where the server chooses.
        words: of the file, which a model is told beside our own.
    """
    tokens = models.table()["tokens"]
    model = settings.image_model
    quality = "high" if settings.image_quality == "auto" else settings.image_quality
    width, height = size or (1536, 1024)
    most_words = len(words.encode("utf-8", "replace"))  # no token is shorter than a byte
    told = tokens["instructions"] + most_words

    cost = _price("image", model, "picture", quality) * max(width * height, 1) / (1024 * 1024)
    cost += _cost("image", model, "out", settings.partial_images * tokens["partial_image"])
    cost += _cost("image", model, "text_in", told)
    if with_condition:
        cost += _cost("image", model, "image_in", tokens["condition"])
    if settings.route == "responses":
        host = settings.host_model
        read = told + (_picture_tokens(host, (1024, 1024)) if with_condition else 0)
        written = tokens["answer"] + most_words + _of_model(host, "thought")
        # It may read all of it once more, with the call of the tool, to end its answer.
        cost += _cost("text", host, "in", 2 * read + written)
        cost += _cost("text", host, "out", written)
    return _rounded(cost)


def tokens_of_description(model: str, words: int) -> int:
    """How many tokens an answer of so many words takes at most, with what is thought before it."""
    tokens = models.table()["tokens"]
    thought = tokens["thought_unknown"] if unpriced([model]) else _of_model(model, "thought")
    return int(tokens["answer"] + tokens["word"] * words + thought)


def estimate_description(
    model: str, image_size: tuple[int, int], written: int, more: str = ""
) -> Decimal:
    """What asking for a description once costs at most, in US dollars.

    Args:
        model: that is asked.
        image_size: of the picture that is sent, in pixels.
        written: tokens that the answer may have.
        more: what is sent beside the picture and our instructions.
    """
    read = tokens_read(model, image_size, more)
    return _rounded(_cost("text", model, "in", read) + _cost("text", model, "out", written))


def tokens_read(model: str, image_size: tuple[int, int], more: str = "") -> int:
    """How many tokens of a request for a description a model reads at most; as there."""
    told = models.table()["tokens"]["instructions"] + len(more.encode("utf-8", "replace"))
    return int(told + _picture_tokens(model, image_size))


def cost_of(model: str | None, usage: Mapping[str, Any]) -> Decimal | None:
    """What a call cost, in US dollars, by the tokens that its answer reports.

    Args:
        model: that did the work; None and models without a known price count as the dearest.
        usage: `usage` of a response, of a chat completion or of the Images API.

    Returns:
        None where the usage says nothing; servers also give zeros for what they do not know.
    """
    read = _count(usage, "input_tokens", "prompt_tokens")
    written = _count(usage, "output_tokens", "completion_tokens")
    if read is None or written is None:
        return None
    details = usage.get("input_tokens_details")
    read_images = _count(details, "image_tokens") if isinstance(details, Mapping) else None
    name = None if model is None else models.base_name(model)
    makes_pictures = name in _priced("image") or (
        name not in _priced("text") and read_images is not None
    )
    if not written and (makes_pictures or not read):
        return None  # a count that is missing, and no picture for nothing
    if not makes_pictures:
        return _rounded(_cost("text", model, "in", read) + _cost("text", model, "out", written))
    images = read if read_images is None else min(read_images, read)
    return _rounded(
        _cost("image", model, "image_in", images)
        + _cost("image", model, "text_in", read - images)
        + _cost("image", model, "out", written)
    )


def dollars(amount: Decimal) -> str:
    """An amount as it is shown: in cents, with hundredths of a cent where it has some."""
    shown = f"{amount:.4f}"
    return "$" + (shown[:-2] + shown[-2:].rstrip("0"))


def _priced(kind: str) -> dict[str, Mapping[str, Any]]:
    """The models of a kind whose price is known."""
    return {name: each for name, each in models.table()[kind].items() if "out" in each}


def _price(kind: str, model: str | None, key: str, quality: str | None = None) -> Decimal:
    """Of a million tokens, or a picture; the highest of the table where the model is not in it."""
    priced = _priced(kind)
    own = None if model is None else priced.get(models.base_name(model))
    found = [each[key] for each in ([own] if own else priced.values())]
    return max(Decimal(each if quality is None else each[quality]) for each in found)


def _cost(kind: str, model: str | None, key: str, tokens: int) -> Decimal:
    return _price(kind, model, key) * tokens / _MILLION


def _of_model(model: str, name: str) -> int:
    """A number of tokens that a text model may have a row of its own for."""
    own = _priced("text").get(models.base_name(model), {})
    return int(own.get(name, models.table()["tokens"][name]))


def _picture_tokens(model: str, size: tuple[int, int]) -> int:
    """What a text model counts for a picture in full detail at most.

    By gpt-4o it is reduced to fit into 2048 x 2048 and then to 768 on the shorter side, and
    counted in tiles of 512 x 512 (OpenAI, "Images and vision", calculating costs). Others count
    in ways of their own, up to a number that does not depend on the size.
    """
    if models.base_name(model) != "gpt-4o":
        return _of_model(model, "picture")
    tokens = models.table()["tokens"]
    longer, shorter = max(*size, 1), max(min(size), 1)
    scale = min(1.0, 2048 / longer)
    scale = min(scale, 768 / shorter)
    tiles = math.ceil(longer * scale / 512) * math.ceil(shorter * scale / 512)
    return int(tokens["picture_base"] + tokens["picture_tile"] * tiles)


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(_SMALLEST, rounding=ROUND_UP)


def _count(usage: Mapping[str, Any], *names: str) -> int | None:
    """A number of tokens, rounded up, under the first of these names that has one."""
    for name in names:
        value = usage.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        if 0 <= value <= _MOST_TOKENS:
            return math.ceil(value)
    return None
