"""What the commands that describe pictures have in common: their options, and a run of many.

Asking costs money, so a run ends with the first error that every further picture would meet
too, such as a spent limit; and what a picture's words were and cost is always told.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gcx_format import describe
from gcx_format.batches import Fuse
from gcx_format.cli import console
from gcx_format.errors import GcxError
from gcx_format.pictures import open_picture, upright_size

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.describe.describer import Describer
    from gcx_format.settings import Settings

__all__ = [
    "BaseUrl",
    "Candidates",
    "Estimate",
    "Model",
    "Prompt",
    "Run",
    "Words",
    "cost_line",
    "record",
    "say_estimate",
    "settings_for",
]

Words = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        max=500,
        help="Words that a description may have; default: your setting, initially 30.",
    ),
]
Prompt = Annotated[
    describe.PromptName | None,
    typer.Option(
        help="How to ask a model: part by part of the picture (structural), or just for a "
        "description (plain); default: your setting, initially structural."
    ),
]
Candidates = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        max=8,
        help="Descriptions to make; keeps the most informative per byte.",
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Model of the server; default: your setting, initially gpt-4o."
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Any OpenAI-compatible server; default: your setting, initially OpenAI's.",
    ),
]
Estimate = Annotated[
    bool, typer.Option("--estimate", help="Print what describing would cost, and describe nothing.")
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

    def __init__(self, describer: Describer, settings: Settings) -> None:
        """A run that is about to begin.

        Raises:
            GcxError: the describer lacks something; said once, not per picture.
        """
        obstacle = describer.ready()
        if obstacle is not None:
            raise obstacle
        self._describer = describer.name
        self._settings = settings
        self._fuse = Fuse()

    def describe(self, image: Image.Image, source: Path) -> describe.Description:
        """Have a picture described.

        Raises:
            GcxError: see `gcx_format.describe.describe`; or the run has ended before with an
                error that this picture would meet too.
        """
        with self._fuse.around(source):
            made = describe.describe(image, describer=self._describer, settings=self._settings)
        if made.was_cut:
            console.warn(
                f"{made.model} used more than {self._settings.words} words; some are cut off"
            )
        return made


def record(made: describe.Description) -> dict[str, Any]:
    """How a description came about, as values that JSON has."""
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
    """How a description came about, in words; `known` is what `record` returns."""
    from gcx_format.spending import dollars

    cost = dollars(Decimal(str(known["cost_usd"])))
    about = "about " if known["cost_is_estimated"] else ""
    words = "1 word" if known["words"] == 1 else f"{known['words']} words"
    by = f"{words} by {console.one_line(known['model'])}"
    return f"{by} for {about}{cost}" if known["calls"] else by


def say_estimate(
    sources: Iterable[Path], describer: Describer, settings: Settings, *, json: bool
) -> None:
    """Print what describing pictures would cost; nothing is asked.

    Raises:
        typer.Exit: a picture cannot be read; it has been said why.
    """
    from gcx_format.spending import Ledger, dollars, price_table

    total, count, failed = Decimal(0), 0, False
    for source in sources:
        try:
            with open_picture(source, "inspect") as image:
                cost = describe.estimate(upright_size(image), settings, describer.name)
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
                    "model": describer.model,
                    "estimated_usd": float(cost),
                }
            )
    if not json:
        pictures = "1 picture" if count == 1 else f"{count:,} pictures"
        console.say(
            f"{pictures}: about {dollars(total)} for words by "
            f"{console.one_line(describer.model)}, at the prices of {price_table()['date']}; "
            "nothing was asked"
        )
        spent = Ledger(settings.state_folder).spent_today()
        console.say(f"today: {dollars(spent)} of {dollars(settings.daily_limit_usd)} spent")
    for model in describer.assumed_prices():
        console.warn(f"the price of {model} is not known; the dearest known is assumed")
    if failed:
        raise typer.Exit(1)
