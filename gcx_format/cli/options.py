"""Arguments and options that several commands share, with one wording each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from gcx_format.cli import paths

Photos = Annotated[
    list[Path],
    typer.Argument(
        metavar="PHOTO|FOLDER", parser=paths.argument, help="Pictures, or folders of them."
    ),
]
Descriptors = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE|FOLDER", parser=paths.argument, help=".gcx files, or folders of them."
    ),
]
BaseUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="Any OpenAI-compatible server; default: your setting, initially OpenAI's.",
        rich_help_panel="Model",
    ),
]
Concurrency = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        max=64,
        help="Calls to a model at the same time; default: your setting, initially 4 to a server, 1 "
        "to a model on this computer, unless it says otherwise.",
        rich_help_panel="Model",
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        max=256,
        help="Pictures to work on at the same time; default: one for each processor; fewer take "
        "less memory.",
    ),
]
Force = Annotated[bool, typer.Option("--force", help="Overwrite existing files, even newer ones.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]


def json_per(what: str) -> Any:
    return typer.Option("--json", help=f"Print one JSON object per {what}, one per line.")
