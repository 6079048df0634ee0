"""Describing: a picture to words.

`describe` asks a model; words that a person once wrote are in `gcx_format.describe.metadata`.
Nothing here is imported before it is needed, and nothing is asked before the user says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from gcx_format.errors import MissingExtraError
from gcx_format.extras import is_installed

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.describe.choice import Candidate
    from gcx_format.settings import Settings

__all__ = [
    "Describer",
    "Description",
    "PromptName",
    "can_describe",
    "describe",
    "estimate",
    "settings_for",
]

Describer = Literal["openai", "none", "auto"]
"""What finds the words; `auto` is a model where a key for it is set."""

PromptName = Literal["structural", "plain"]
"""How a model is asked: by the structural raster-scan prompt, or just so."""


@dataclass(frozen=True, slots=True)
class Description:
    """Words for a picture, and how they came about.

    Attributes:
        text: one line of plain text, fit for a descriptor.
        words: how many words that is.
        model: what the server says that it was made by.
        prompt: the prompt and its version, such as `describe-structural/1`.
        calls: how often the server was asked.
        usage: `input_tokens` and `output_tokens` of all calls together.
        cost_usd: of all calls together, in US dollars.
        cost_is_estimated: whether the server did not say what a call took.
        was_cut: whether the model kept using too many words, so that some were cut off.
        request_id: by which the server knows the answer that was kept.
        candidates: all that there was to choose from, measured.
    """

    text: str
    words: int
    model: str
    prompt: str
    calls: int
    usage: Mapping[str, int]
    cost_usd: Decimal
    cost_is_estimated: bool
    was_cut: bool
    request_id: str | None
    candidates: tuple[Candidate, ...]


def describe(
    image: Image.Image,
    *,
    settings: Settings | None = None,
    words: int | None = None,
    prompt: PromptName | None = None,
    candidates: int | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Description:
    """Have a model describe a picture.

    What is sent is the picture alone, reduced to at most 1024 x 512 pixels or 512 x 1024, without
    its metadata. What the calls cost is recorded, and limited as the settings say.

    Args:
        image: as for `gcx_format.encode`.
        settings: the user's where left out: which server, model and limits.
        words: how many words there may be, 1 to 500; else as the settings say.
        prompt: how to ask; else as the settings say.
        candidates: how many descriptions to make, 1 to 8; which of them is kept is described in
            `gcx_format.describe.choice`.
        cancelled: asked again and again; once it is true, the calls are given up.

    Raises:
        SettingsError: an argument or a setting is out of range.
        SpendingLimitError: it may cost more than the settings allow.
        ServiceError: the server did not answer as it should; the subclass says how.
        DescriptionError: its words cannot be used.
        MissingExtraError: the optional part `openai` of gcx is not installed.
    """
    from gcx_format.describe import openai_describer

    chosen = settings_for(settings, words=words, prompt=prompt, candidates=candidates)
    return openai_describer.describe(image, chosen, cancelled)


def can_describe(settings: Settings | None = None) -> bool:
    """Whether a model can be asked: what `auto` stands for.

    It can where a key is set and the optional part `openai` of gcx is installed.

    Raises:
        SettingsError: a setting has a value that it cannot have.
    """
    if not is_installed("openai"):
        return False
    try:
        return settings_for(settings).openai_api_key is not None
    except MissingExtraError:
        return False


def estimate(size: tuple[int, int], settings: Settings) -> Decimal:
    """What describing a picture of a size would cost, in US dollars, on the high side.

    Not counted are the calls that a description of too many words leads to, two at most for
    each candidate; the spending limits hold for these too.
    """
    from gcx_format.describe import sent_picture
    from gcx_format.spending import estimate_description

    return settings.candidates * estimate_description(settings, sent_picture.size_of(size))


def settings_for(
    settings: Settings | None,
    *,
    words: int | None = None,
    prompt: PromptName | None = None,
    candidates: int | None = None,
) -> Settings:
    """The settings, or the user's, with what a caller says instead.

    Raises:
        SettingsError: an argument or a setting is out of range.
    """
    from gcx_format.settings import load_settings

    overrides = {"words": words, "prompt": prompt, "candidates": candidates}
    given = {name: value for name, value in overrides.items() if value is not None}
    if settings is not None and not given:
        return settings
    checked = load_settings(**given)
    if settings is None:
        return checked
    return settings.model_copy(update={name: getattr(checked, name) for name in given})
