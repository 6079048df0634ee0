"""What the commands that describe pictures have in common: their options, and a run of many.

Asking costs money, so a run ends with the first error that every further picture would meet
too, such as a spent limit; and what a picture's words were and cost is always told.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gcx_format import describe
from gcx_format.cli import console
from gcx_format.errors import DescriptionError, GcxError
from gcx_format.pictures import open_picture, upright_size

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.settings import Settings

__all__ = [
    "BaseUrl",
    "Candidates",
    "Estimate",
    "Model",
    "Prompt",
    "Run",
    "Words",
    "record",
    "say_estimate",
    "settings_for",
    "told",
]

Words = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=1, max=500, help="Words that a description may have; else as set, 30."
    ),
]
Prompt = Annotated[
    describe.PromptName | None,
    typer.Option(help="How to ask for it: by raster scan, or just so; else as set, structural."),
]
Candidates = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        max=8,
        help="Descriptions to make; kept is the one that says most for its bytes.",
    ),
]
Model = Annotated[
    str | None, typer.Option(metavar="NAME", help="Model to ask; else as set, gpt-4o.")
]
BaseUrl = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Any OpenAI-compatible server; else as set, OpenAI's."),
]
Estimate = Annotated[
    bool, typer.Option("--estimate", help="Print what describing would cost, and do nothing.")
]


def settings_for(
    *,
    words: int | None,
    prompt: describe.PromptName | None,
    candidates: int | None,
    model: str | None,
    base_url: str | None,
) -> Settings:
    """The user's settings, with what the command line says instead.

    Raises:
        SettingsError: one has a value that it cannot have.
        MissingExtraError: the optional part `openai` of gcx is not installed.
    """
    from gcx_format.settings import load_settings

    return load_settings(
        words=words,
        prompt=prompt,
        candidates=candidates,
        describe_model=model,
        openai_base_url=base_url,
    )


class Run:
    """Descriptions of many pictures, in any number of threads."""

    def __init__(self, settings: Settings) -> None:
        """A run that is about to begin.

        Raises:
            MissingKeyError: no key is set.
            MissingExtraError: the optional part `openai` of gcx is not installed.
        """
        from gcx_format.openai.client import obstacle

        missing = obstacle(settings)
        if missing is not None:  # said once, not per picture
            raise missing
        self._settings = settings
        self._lock = threading.Lock()
        self._stopped_by: Path | None = None

    def describe(self, image: Image.Image, source: Path) -> describe.Description:
        """Have a picture described.

        Raises:
            GcxError: see `gcx_format.describe.describe`; a `DescriptionError` where the run has
                ended before with an error that this picture would meet too.
        """
        with self._lock:
            if self._stopped_by is not None:
                raise DescriptionError(f"not described, after what {self._stopped_by} met")
        try:
            made = describe.describe(image, settings=self._settings)
        except GcxError as error:
            if error.stops_batch:
                with self._lock:
                    self._stopped_by = self._stopped_by or source
            raise
        if made.was_cut:
            console.warn(f"the model used more than {self._settings.words} words; some are cut off")
        return made


def record(made: describe.Description) -> dict[str, Any]:
    """How a description came about, as values that JSON has."""
    return {
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


def told(known: dict[str, Any]) -> str:
    """How a description came about, in words; `known` is what `record` returns."""
    from gcx_format.spending import dollars

    cost = dollars(Decimal(str(known["cost_usd"])))
    about = "about " if known["cost_is_estimated"] else ""
    words = "1 word" if known["words"] == 1 else f"{known['words']} words"
    return f"{words} by {console.one_line(known['model'])} for {about}{cost}"


def say_estimate(sources: Iterable[Path], settings: Settings, *, json: bool) -> None:
    """Print what describing pictures would cost; nothing is asked.

    Raises:
        typer.Exit: a picture cannot be read; it has been said why.
    """
    from gcx_format.spending import Ledger, assumed_prices, dollars, price_table

    total, count, failed = Decimal(0), 0, False
    for source in sources:
        try:
            with open_picture(source, "inspect") as image:
                cost = describe.estimate(upright_size(image), settings)
        except GcxError as error:
            failed = True
            console.complain_of(error, source)
            if json:
                console.say_json(
                    {
                        "photo": str(source),
                        "status": "failed",
                        "error": console.explain(error),
                    }
                )
            continue
        total += cost
        count += 1
        if json:
            console.say_json(
                {
                    "photo": str(source),
                    "status": "estimated",
                    "model": settings.describe_model,
                    "estimated_usd": float(cost),
                }
            )
    if not json:
        pictures = "1 picture" if count == 1 else f"{count:,} pictures"
        console.say(
            f"{pictures}: about {dollars(total)} for words by "
            f"{console.one_line(settings.describe_model)}, at the prices of "
            f"{price_table()['date']}; nothing was asked"
        )
        spent = Ledger(settings.state_folder).spent_today()
        console.say(f"today: {dollars(spent)} of {dollars(settings.daily_limit_usd)} spent")
    if assumed_prices(settings, picture=False):
        console.warn(
            f"the price of {settings.describe_model} is not known; the dearest known is assumed"
        )
    if failed:
        raise typer.Exit(1)
