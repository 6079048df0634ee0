"""Describing: words for a picture.

`describe` asks a describer, whose protocol is in `gcx_format.describe.describer`. Words that
people once wrote are found by `gcx_format.describe.metadata`, without asking anyone.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from gcx_format.describe.describer import (
    WORDS_ALONE,
    WORDS_BESIDE,
    Answer,
    Call,
    Describer,
    choose,
)
from gcx_format.errors import CancelledError, DescriptionError, GcxError, UnavailableError
from gcx_format.generate.reconstruction import GenerationWarning
from gcx_format.notices import warn_caller
from gcx_format.registry import DESCRIBERS
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.describe.ranking import Candidate
    from gcx_format.settings import Settings

__all__ = [
    "Description",
    "PromptName",
    "describe",
    "describer_for",
    "estimate",
    "most_words",
    "settings_for",
    "will_describe",
]

PromptName = Literal["structural", "plain"]
"""How a model is asked: with the structural raster-scan prompt, or plainly."""


@dataclass(frozen=True, slots=True)
class Description:
    """Words for a picture, and how they came about.

    Attributes:
        text: one line of plain text, fit for a descriptor.
        words: the number of words.
        model: the model that found them, as the server names it.
        mark: what a descriptor keeps as its `encoder` beside these words, or None.
        prompt: the prompt and its version, such as `describe-structural/1`, or None.
        calls: how often a model was paid for; `usage` and `cost_usd` cover them all.
        cost_is_estimated: whether the cost of a call is unknown.
        was_cut: whether surplus words were cut off.
        candidates: all candidates, measured.
    """

    text: str
    words: int
    describer: str
    model: str
    mark: str | None
    prompt: str | None
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
    describer: str | None = None,
    settings: Settings | None = None,
    words: int | None = None,
    prompt: PromptName | None = None,
    candidates: int | None = None,
    beside: bool = False,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[float], object] | None = None,
) -> Description:
    """Have a picture described.

    A model behind a server gets the pixels alone, scaled down, without metadata. What calls cost
    is recorded, and limited by the settings.

    Args:
        image: as for `gcx_format.encode`.
        describer: its name, or `"auto"` for the first that is ready; None: as the settings say,
            where `none` counts as `auto`.
        settings: which server, model and limits; None: the user's.
        words: the most words, 1 to 500; None: as the settings say, or 30, or 15 beside a condition.
        prompt: how to ask a model of OpenAI's API; None: as the settings say.
        candidates: how many descriptions to make, 1 to 8; `gcx_format.describe.ranking` picks
            one. None: as the settings say.
        beside: whether the words will stand beside a visual condition, which shows the rest.
        cancelled: polled from any thread; once it returns true, the work stops.
        progress: takes the fraction done, 0 to 1, from any thread.

    Raises:
        ArgumentError: the describer is unknown.
        SettingsError: an argument or a setting is out of range.
        SpendingLimitError: it might cost more than the settings allow.
        ServiceError: the server did not answer as it should; the subclass says how.
        DescriptionError: the words cannot be used.
        UnavailableError: a package is missing, or a plug-in does not load.
    """
    from gcx_format.pictures import normalise

    chosen = settings_for(settings, words=words, prompt=prompt, candidates=candidates)
    asked = describer_for(describer, chosen)
    obstacle = asked.ready()
    if obstacle is not None:
        raise obstacle
    picture = normalise(image)
    count = chosen.candidates
    limit = most_words(chosen, beside=beside)
    gives_up = threading.Event()
    done = [0.0] * count

    def is_cancelled() -> bool:
        return gives_up.is_set() or (cancelled is not None and cancelled())

    def call_of(index: int) -> Call:
        def report(part: float) -> None:
            done[index] = part
            if progress is not None:
                progress(sum(done) / count)

        return Call(chosen, is_cancelled, report, beside)

    calls = [call_of(index) for index in range(count)]
    if count == 1:
        return _best(asked, [_ask(asked, picture, limit, calls[0])], calls)
    with ThreadPoolExecutor(min(count, asked.concurrency)) as pool:
        try:
            futures = [pool.submit(_ask, asked, picture, limit, call) for call in calls]
            answers = [future.result() for future in futures]
        except BaseException:
            gives_up.set()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return _best(asked, answers, calls)


def _ask(asked: Describer, picture: Image.Image, limit: int, call: Call) -> Answer | GcxError:
    """One description, fit for a file, or why there is none."""
    from gcx_format import limits, plain_text
    from gcx_format.describe import cleanup

    try:
        answer = asked.describe(picture, limit, call)
        text = cleanup.normalise(answer.text)
    except CancelledError:
        raise
    except GcxError as error:
        return error
    except Exception as error:  # a stranger's code
        if asked.name in DESCRIBERS.built_in:
            raise
        return DescriptionError(
            f"the describer {asked.name!r} failed: {type(error).__name__}: {error}"
        )
    kept = cleanup.cut(text, limit)
    if not cleanup.count_words(kept):
        model = answer.model or asked.model
        return DescriptionError(f"{model} found no words", remedy=Remedy("write words"))
    if fault := plain_text.fault(kept, limits.MAX_TEXT_BYTES):
        return DescriptionError(f"the description {fault}")
    return replace(answer, text=kept, was_cut=answer.was_cut or kept != text)


def _best(asked: Describer, answers: list[Answer | GcxError], calls: list[Call]) -> Description:
    """The answer to keep, with the cost of all; the first error if there is none."""
    from gcx_format.describe import ranking

    usable = [answer for answer in answers if isinstance(answer, Answer)]
    if not usable:
        raise next(answer for answer in answers if isinstance(answer, GcxError))
    measured = [ranking.measure(answer.text) for answer in usable]
    best = ranking.choose(measured)
    kept = usable[measured.index(best)]
    for warning in dict.fromkeys(itertools.chain(*(each.warnings for each in usable))):
        warn_caller(warning, GenerationWarning)
    usage: Counter[str] = Counter()
    for call in calls:
        usage.update(call.usage)
    return Description(
        text=best.text,
        words=best.words,
        describer=asked.name,
        model=kept.model or asked.model,
        mark=asked.mark,
        prompt=kept.prompt,
        calls=sum(call.calls for call in calls),
        usage=dict(usage),
        cost_usd=sum((call.cost for call in calls), Decimal(0)),
        cost_is_estimated=any(call.cost_is_estimated for call in calls),
        was_cut=kept.was_cut,
        request_id=kept.request_id,
        candidates=tuple(measured),
    )


def most_words(settings: Settings, *, beside: bool) -> int:
    """The limit of a description: the setting, or else what goes with a visual condition or not."""
    return settings.words or (WORDS_BESIDE if beside else WORDS_ALONE)


def will_describe(name: str, settings: Settings | None = None) -> bool:
    """Whether a describer will be asked: one that is named, or for `auto` one that is ready."""
    if DESCRIBERS.check(name) == "none":
        return False
    found = choose(name, settings_for(settings))
    return found is not None and (name != "auto" or found.ready() is None)


def describer_for(name: str | None, settings: Settings) -> Describer:
    """The describer of this name, or for None the one in the settings; it may not be ready.

    If the settings say `none`, it is chosen as for `auto`.
    """
    found = choose(name or settings.describer, settings) or choose("auto", settings)
    if found is None:
        raise UnavailableError("none of the installed describers is chosen automatically; name one")
    return found


def estimate(size: tuple[int, int], settings: Settings, describer: str | None = None) -> Decimal:
    """The cost of describing a picture of this size, in US dollars, on the high side.

    Follow-up calls after too long a description, at most two per candidate, are not included;
    the spending limits apply to them too.
    """
    return settings.candidates * describer_for(describer, settings).price(size)


def settings_for(
    settings: Settings | None,
    *,
    words: int | None = None,
    prompt: PromptName | None = None,
    candidates: int | None = None,
) -> Settings:
    """The settings, or the user's, with a caller's arguments in their place.

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
    return settings.choosing(**{name: getattr(checked, name) for name in given})
