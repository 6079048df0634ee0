"""What the commands that describe pictures share: options, a run of many, and its record."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from gcx_format import describe
from gcx_format.batches import Fuse
from gcx_format.cli import console, money
from gcx_format.errors import GcxError
from gcx_format.generate.reconstruction import GenerationWarning

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.cli.paths import Problem
    from gcx_format.describe.describer import Describer
    from gcx_format.describe.kept import KeptDescriptions
    from gcx_format.plugin import Plugin
    from gcx_format.settings import Settings

PANEL: Final = "Description by a model"
_option = partial(typer.Option, rich_help_panel=PANEL)

Words = Annotated[
    int | None,
    _option(
        metavar="N",
        min=1,
        max=500,
        help="Maximum length of a description, in words; default: your setting, initially 30, or "
        "15 beside a visual condition.",
    ),
]
Prompt = Annotated[
    describe.PromptName | None,
    _option(
        help="How to ask the model: region by region (structural), or simply for a description "
        "(plain); default: your setting, initially structural."
    ),
]
Candidates = Annotated[
    int | None,
    _option(
        metavar="N", min=1, max=8, help="Descriptions to make; keeps the most informative per byte."
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Model that describes; default: your setting, initially gpt-4o.",
        rich_help_panel="Model",
    ),
]
Estimate = Annotated[
    bool,
    _option("--estimate", help="Print what describing would cost, and stop there."),
]


def run(
    describer: Describer,
    settings: Settings,
    *,
    beside: bool = False,
    kept: KeptDescriptions | None = None,
) -> Callable[[Image.Image, Path], describe.Description]:
    """A function that describes a picture, in any thread.

    It fails at once after an error that every further picture would meet too, such as a spent
    limit. With `beside`, the words will stand beside a visual condition. With `kept`, what is there
    is not asked for again, and what is new is added; a picture is then known by its file.

    Raises:
        GcxError: the describer is not ready; reported once, not per picture.
    """
    obstacle = describer.ready()
    if obstacle is not None:
        raise obstacle
    fuse = Fuse()

    def describe_one(image: Image.Image, source: Path) -> describe.Description:
        place = None
        if kept is not None:
            most = describe.most_words(settings, beside=beside)
            place = kept.place(source, describer, most, beside=beside)
            if known := kept.find(place):
                return _described_before(known)
        with fuse.around(source):
            made = describe.describe(
                image, describer=describer.name, settings=settings, beside=beside
            )
        if kept is not None and place is not None:
            kept.add(place, {"text": made.text, **record(made), "mark": made.mark})
        if made.was_cut:
            most = describe.most_words(settings, beside=beside)
            cut = f"{made.model} exceeded {most} words; the rest was cut off"
            warnings.warn(cut, GenerationWarning, stacklevel=2)  # said once for a folder
        return made

    return describe_one


def _described_before(known: dict[str, Any]) -> describe.Description:
    """A description that was kept, which costs nothing now."""
    return describe.Description(
        text=known["text"],
        words=known["words"],
        describer=known["describer"],
        model=known["model"],
        mark=known.get("mark"),
        prompt=known["prompt"],
        calls=0,
        usage={},
        cost_usd=Decimal(0),
        cost_is_estimated=False,
        was_cut=known["was_cut"],
        request_id=known["request_id"],
        candidates=(),
    )


def at_once(plugin: Plugin) -> int:
    """How many pictures to work on at a time, each of which may take several calls."""
    return max(1, plugin.concurrency // plugin.settings.candidates)


def record(made: describe.Description) -> dict[str, Any]:
    """How a description was made, as JSON values."""
    return {
        "describer": made.describer,
        "model": made.model,
        "prompt": made.prompt,
        "words": made.words,
        "was_cut": made.was_cut,
        "calls": made.calls,
        "usage": dict(made.usage),
        "cost_usd": float(made.cost_usd),
        "cost_is_estimated": made.cost_is_estimated,
        "request_id": made.request_id,
        "candidates": [
            {
                "text": candidate.text,
                "words": candidate.words,
                "bytes": candidate.payload_bytes,
                "units": candidate.units,
            }
            for candidate in made.candidates
        ],
    }


def cost_line(known: dict[str, Any]) -> str:
    """What `record` returns, in words."""
    by = f"{console.count(known['words'], 'word')} by {console.one_line(known['model'])}"
    about = "about " if known["cost_is_estimated"] else ""
    if known.get("cached"):
        return f"{by}, described before"
    return f"{by} for {about}{money.dollars([known['cost_usd']])}" if known["calls"] else by


def say_estimate(
    problems: Iterable[Problem],
    sources: Iterable[Path],
    describer: Describer,
    settings: Settings,
    *,
    json: bool,
    is_kept: Callable[[Path], bool] = lambda _: False,
) -> None:
    """Print what describing pictures would cost; see `money.say_estimate`."""

    def estimate(source: Path) -> dict[str, Any] | GcxError:
        from gcx_format.pictures import open_picture, upright_size

        try:
            if is_kept(source):
                return {"model": describer.model, "estimated_usd": Decimal(0)}
            with open_picture(source, "inspect") as image:
                cost = describe.estimate(upright_size(image), settings, describer.name)
        except GcxError as error:
            return error
        return {"model": describer.model, "estimated_usd": cost}

    def summary(known: list[dict[str, Any]]) -> str:
        cost = money.dollars(each["estimated_usd"] for each in known)
        model = console.one_line(describer.model)
        return f"{console.count(len(known), 'picture')}: about {cost} for descriptions by {model}"

    money.say_estimate(
        [*problems, *((source, estimate(source)) for source in sources)],
        settings,
        key="photo",
        json=json,
        summary=summary,
        assumed=describer.assumed_prices,
    )
