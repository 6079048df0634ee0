"""`gcx archive sheet`: a collection to look at, as one page or one image."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import typer

from gcx_format import files
from gcx_format.cli import console, options, paths
from gcx_format.cli.archive import searching
from gcx_format.cli.archive.looking import Folder
from gcx_format.collections.reading import Collection
from gcx_format.collections.rows import Row
from gcx_format.errors import InputError, OutputError, OutputExistsError

EXAMPLES: Final = """\
Examples:
  gcx archive sheet collection all.html
  gcx archive sheet collection sea.html --search "sea boat" --taken 2019..2021
  gcx archive sheet collection sea.png --search sea --limit 48"""

_KINDS: Final = {".html": "HTML", ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG"}
_PAGE_BYTES: Final = 1100
"""About what a picture takes in a page."""


def sheet(
    folder: Folder,
    out: Annotated[
        Path,
        typer.Argument(
            metavar="OUT", parser=paths.argument, help="File to write: .html, .png or .jpg."
        ),
    ],
    text: Annotated[
        str, typer.Option("--search", metavar="TEXT", help="Only what gcx archive search finds.")
    ] = "",
    taken: searching.Taken = None,
    near: searching.Near = None,
    camera: searching.Camera = None,
    codec: searching.Codec = None,
    min_size: searching.MinSize = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="At most so many pictures.")
    ] = None,
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Make a contact sheet of a collection, without asking a model.

    A page of HTML holds the small pictures, words, dates and sizes, and a search
    in them. It is one file and needs no network. A .png or .jpg is one image of
    previews with their paths.
    """
    from gcx_format.collections import sheet as sheets

    kind = _KINDS.get(out.suffix.lower())
    if kind is None:
        raise typer.BadParameter(f"OUT ends in .html, .png or .jpg, not {out.suffix!r}")
    if out.exists() and not force:  # said before the work
        raise OutputExistsError("it exists already", filename=out)
    most = sheets.PAGE_MOST if kind == "HTML" else sheets.IMAGE_MOST
    collection = Collection(folder)
    with console.progress("indexing", len(collection), quiet=quiet) as advance:
        hits = collection.search(
            text,
            taken=taken,
            near=near,
            camera=camera,
            codec=codec,
            min_size=min_size,
            limit=limit,
            progress=advance,
        )
    if not hits:
        raise InputError("no picture of the collection matches", filename=folder)
    if len(hits) > most and limit is None:
        weight = f", about {len(hits) * _PAGE_BYTES // 10**6} MB" if kind == "HTML" else ""
        raise OutputError(
            f"the sheet would have {len(hits):,} pictures{weight}; choose with --search or the "
            f"filters, or say how many with --limit",
            filename=out,
        )
    with console.progress("drawing", len(hits), quiet=quiet) as advance:

        def rows() -> Iterator[Row]:
            for number, hit in enumerate(hits, 1):
                yield hit.row
                advance(number, len(hits))

        if kind == "HTML":
            data = sheets.as_page(rows(), Path(str(folder)).absolute().name)
        else:
            data = sheets.encoded(sheets.as_image(rows()), kind)
    files.write_atomically(out, data, overwrite=force)
    if not quiet:
        console.say(f"{console.count(len(hits), 'picture')}, {len(data):,} bytes")
