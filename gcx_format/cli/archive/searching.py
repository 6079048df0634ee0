"""`gcx archive search`: pictures by their words, and by what else is known of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from gcx_format import files, pictures
from gcx_format.cli import console
from gcx_format.cli.archive.looking import Folder, Json, as_json, say_row
from gcx_format.codecs import VISUAL
from gcx_format.collections.reading import Collection
from gcx_format.collections.shards import COLUMNS
from gcx_format.errors import InputError

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.descriptor import Descriptor

EXAMPLES: Final = """\
Examples:
  gcx archive search collection red house
  gcx archive search collection '"red house" boat*' --taken 2019..2021
  gcx archive search collection --near 54.32,10.14,5 --json | jq -r .path"""


def _near(text: str) -> tuple[float, ...]:
    try:
        return tuple(map(float, text.split(",")))
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not LAT,LON or LAT,LON,KM") from None


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise typer.BadParameter(f"{text!r} is not a size such as 1024x768")
    return int(width), int(height)


Texts = Annotated[
    list[str] | None, typer.Argument(metavar="TEXT...", help="What to look for; all of it.")
]
Taken = Annotated[
    str | None,
    typer.Option(
        metavar="WHEN",
        help="When it was taken: 2020, 2020-06, 2020-06-01, or from one to another, 2019..2021; "
        "2019.. is from then on.",
        rich_help_panel="Filters",
    ),
]
Near = Annotated[
    Any,
    typer.Option(
        metavar="LAT,LON[,KM]",
        parser=_near,
        help="Taken near a place in degrees, 10 km or KM away at most.",
        rich_help_panel="Filters",
    ),
]
Camera = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="Part of the camera's name.", rich_help_panel="Filters"),
]
Codec = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help=f"How the small picture is coded: {', '.join(codec.name for codec in VISUAL)}; none: "
        "there is none.",
        rich_help_panel="Filters",
    ),
]
MinSize = Annotated[
    Any,
    typer.Option(
        metavar="WxH",
        parser=_size,
        help="At least so many pixels wide and high, either way up.",
        rich_help_panel="Filters",
    ),
]


def search(
    folder: Folder,
    texts: Texts = None,
    taken: Taken = None,
    near: Near = None,
    camera: Camera = None,
    codec: Codec = None,
    min_size: MinSize = None,
    like: Annotated[
        str | None,
        typer.Option(
            metavar="PHOTO",
            help="Pictures that look like this photograph, .gcx file or path of the collection "
            "first. The first time, all are decoded for it.",
        ),
    ] = None,
    duplicates: Annotated[
        bool,
        typer.Option(
            "--duplicates", help="List pictures that are there more than once, in groups instead."
        ),
    ] = False,
    limit: Annotated[
        int, typer.Option(metavar="N", min=0, help="At most so many pictures; 0: all.")
    ] = 50,
    json: Json = False,
) -> None:
    """Find pictures by their words and paths, the best first.

    All words must be found, in any order, without regard to case and accents;
    words with a letter or two wrong come last. "In quotation marks" words are
    a phrase, and boat* is what begins like that. Without TEXT, the filters
    alone decide.

    The first search makes an index in the collection's folder .index, and
    later ones keep it up to date.

    With --json the keys are those of gcx archive list, and score; with
    --duplicates the number of the group, from 0.
    """
    filters = {
        "taken": taken,
        "near": near,
        "camera": camera,
        "codec": codec,
        "min_size": min_size,
    }
    asked = [texts or None, like, duplicates or None, *filters.values()]
    if all(each is None for each in asked):
        raise typer.BadParameter("say what to look for: TEXT, or one of the filters")
    collection = Collection(folder)
    if duplicates:
        _say_duplicates(collection, json=json)
        return
    with console.progress("indexing", len(collection)) as advance:
        hits = collection.search(
            " ".join(texts or ()),
            **filters,
            like=None if like is None else _like(collection, like),
            limit=limit + 1 if limit else None,
            progress=advance,
        )
    for hit in hits[: limit or None]:
        row = {name: getattr(hit.row, name) for name in COLUMNS if name != "gcx"}
        if json:
            console.say_json({**as_json(row), "score": round(hit.score, 4)})
        else:
            say_row(row, with_words=True)
    if limit and len(hits) > limit:
        console.complain(None, f"there are more than these {limit:,}; --limit shows more")


def _like(collection: Collection, like: str) -> Image.Image | Descriptor:
    path = Path(like)
    if files.is_gcx(path) and path.is_file():
        return files.read(path)
    if path.is_file():
        return pictures.open_picture(path)
    row = collection.find(os.fsencode(like))
    if row is None:
        raise InputError("no such file, nor such a path in the collection", filename=like)
    return row.descriptor


def _say_duplicates(collection: Collection, *, json: bool) -> None:
    with console.progress("decoding", len(collection)) as advance:
        groups = collection.duplicates(progress=advance)
    for number, group in enumerate(groups):
        if number and not json:
            console.say("")
        for row in map(collection.__getitem__, group):
            known = {name: getattr(row, name) for name in COLUMNS if name != "gcx"}
            if json:
                console.say_json({**as_json(known), "group": number})
            else:
                say_row(known)
