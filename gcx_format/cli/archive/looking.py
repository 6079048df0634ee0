"""`gcx archive list`, `show`, `stats` and `verify`: what a collection holds."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from gcx_format import container, files
from gcx_format.cli import console, info, options, paths
from gcx_format.collections import plot as drawing
from gcx_format.collections import storage
from gcx_format.collections.checking import check
from gcx_format.collections.reading import Collection
from gcx_format.collections.rows import Row
from gcx_format.collections.shards import COLUMNS
from gcx_format.collections.statistics import count
from gcx_format.conditions import check_condition
from gcx_format.descriptor import Descriptor
from gcx_format.errors import InputError, UnavailableError
from gcx_format.processes import processors
from gcx_format.report import file_report

LIST_EXAMPLES: Final = """\
Examples:
  gcx archive list collection
  gcx archive list --json collection | jq -r 'select(.camera == null) | .path'"""

SHOW_EXAMPLES: Final = """\
Examples:
  gcx archive show collection 2020/sea.jpg"""

STATS_EXAMPLES: Final = """\
Examples:
  gcx archive stats collection
  gcx archive stats --json collection | jq .gcx_bytes
  gcx archive stats collection --plot collection.svg"""

VERIFY_EXAMPLES: Final = """\
Examples:
  gcx archive verify collection
  gcx archive verify collection --words --pictures --originals photos"""


def _place(value: str) -> Path:
    return storage.place(value) if "://" in value else paths.argument(value)


Folder = Annotated[
    Path,
    typer.Argument(
        metavar="COLLECTION", parser=_place, help="The collection: a folder or an address."
    ),
]
Json = Annotated[bool, options.json_per("picture")]

_MANY: Final = 500_000
_MANY_TO_DECODE: Final = 4_000
"""Pictures that take several times as long to check as it takes to start processes."""

_SHORT: Final = tuple(name for name in COLUMNS if name != "gcx")


def list_(folder: Folder, json: Json = False) -> None:
    """List the pictures of a collection.

    With --json the keys are the columns of the specification, but gcx.
    """
    for known in Collection(folder).columns(_SHORT):
        if json:
            console.say_json(as_json(known))
        else:
            say_row(known)


def show(
    folder: Folder,
    path: Annotated[str, typer.Argument(metavar="PATH", help="The picture's path, as listed.")],
    json: Annotated[bool, options.json_per("picture")] = False,
) -> None:
    """Show what a collection has of one picture: its columns, and its .gcx file to the byte.

    With --json the keys are those of gcx archive list and of gcx info.
    """
    row = Collection(folder).find(os.fsencode(path))
    if row is None:
        raise InputError("the collection has no picture of this path", filename=path)
    known = file_report(container.loads(row.gcx), row.gcx)
    columns = as_json({name: getattr(row, name) for name in _SHORT})
    if json:
        console.say_json({**known, **columns})
        return
    info.show(Path(row.path), known)
    for name in ("sha256", "original_bytes", "modified", "taken", "camera", "program", "encoded"):
        if columns[name] is not None:
            console.say(f"  {name.replace('_', ' ')}: {console.one_line(columns[name])}")
    if row.latitude is not None and row.longitude is not None:
        console.say(f"  place: {row.latitude:.6f}, {row.longitude:.6f}")


def stats(
    folder: Folder,
    plot: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", parser=paths.argument, help="Draw the numbers too, as .png or .svg."
        ),
    ] = None,
    force: options.Force = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Sum up a collection: its pictures, their bytes and words, against the originals.

    With --json the keys are: pictures, original_bytes, gcx_bytes (total, least,
    median, most), collection_bytes, overhead_per_picture, codecs, described,
    words (in all), cameras and years.
    """
    if plot is not None:
        drawing.check(plot)
    collection = Collection(folder)
    found = count(collection)
    if plot is not None:
        if not found.pictures:
            raise InputError("the collection has no picture to plot", filename=folder)
        drawing.plot(found, plot, title=str(folder), overwrite=force)
    least, median, most = (found.size_at(part) for part in (0, 0.5, 1))
    if json:
        console.say_json(
            {
                "pictures": found.pictures,
                "original_bytes": found.original_bytes,
                "gcx_bytes": {
                    "total": found.gcx_bytes,
                    "least": least,
                    "median": median,
                    "most": most,
                },
                "collection_bytes": found.collection_bytes,
                "overhead_per_picture": found.overhead,
                "codecs": found.codecs,
                "described": found.described,
                "words": found.words,
                "cameras": found.cameras,
                "years": found.years,
            }
        )
        return
    console.say(
        f"{console.count(found.pictures, 'picture')}, {found.original_bytes:,} bytes of originals"
    )
    if not found.pictures:
        return
    console.say(
        f".gcx files: {found.gcx_bytes:,} bytes; {least:,} to {most:,} each, "
        f"half of them at most {median:,}"
    )
    console.say(
        f"collection: {found.collection_bytes:,} bytes, "
        f"{found.overhead:.1f} a picture beyond its .gcx"
    )
    console.say(f"visual conditions: {_counted(found.codecs)}")
    average = (
        f", by {found.words / found.described:.0f} words on average" if found.described else ""
    )
    console.say(f"described: {found.described:,}{average}")
    for title, counts in (("cameras", found.cameras), ("years", found.years)):
        if counts:
            console.say(f"{title}: {_counted(counts)}")


def verify(
    folder: Folder,
    words: Annotated[
        bool, typer.Option("--words", help="Compare the words too: a millisecond or so each.")
    ] = False,
    pictures: Annotated[
        bool, typer.Option("--pictures", help="Check too that the small pictures decode.")
    ] = False,
    originals: Annotated[
        Path | None,
        typer.Option(
            metavar="SRC", parser=paths.argument, help="Compare the photographs in this folder too."
        ),
    ] = None,
    json: Annotated[bool, options.json_per("fault")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print faults only.")] = False,
) -> None:
    """Check that a collection is as it was written.

    Every shard is compared with its SHA-256, and every row with its .gcx file:
    its words only with --words, or in a shard that is not as it was written.
    The exit code is 1 if something is wrong, and 3 if nothing is, but something
    could not be checked: a codec is not installed, or an original not found.

    With --json the keys are: where (a shard's name or a picture's path), valid
    (false, or null if it could not be checked) and error.
    """
    good = bad = unchecked = 0
    collection = Collection(folder)
    further = _Further(pictures, originals) if pictures or originals else None
    count = sum(shard.pictures for shard in collection.listed.values())
    is_worth_processes = count >= (_MANY_TO_DECODE if further or words else _MANY)
    at_once = processors() if is_worth_processes else 1
    for fault in check(collection, further, words=words, at_once=at_once):
        if fault is None:
            good += 1
            continue
        is_unchecked = isinstance(fault.error, UnavailableError)
        unchecked += is_unchecked
        bad += not is_unchecked
        message = console.explain(fault.error)
        if json:
            valid = None if is_unchecked else False
            console.say_json({"where": fault.where, "valid": valid, "error": message})
        else:
            console.say(f"{console.one_line(fault.where)}: {console.one_line(message)}")
    if not (json or quiet):
        rest = f", {unchecked} intact but not fully checked" if unchecked else ""
        console.say(f"{good} good, {bad} bad{rest}")
    if bad or unchecked:
        raise typer.Exit(1 if bad else 3)


@dataclass(frozen=True, slots=True)
class _Further:
    """What `verify` checks when it is asked to; other processes take it."""

    pictures: bool
    originals: Path | None

    def __call__(self, row: Row, made: Descriptor) -> None:
        if self.pictures and made.visual is not None:
            check_condition(made)
        if self.originals and row.sha256:
            original = self.originals / os.fsdecode(row.key)
            if not original.is_file():
                raise UnavailableError(f"intact, but {original} is not there")
            if files.sha256(original) != row.sha256:
                raise InputError(f"{original} has changed since")


def say_row(known: dict[str, Any], *, with_words: bool = False) -> None:
    """Print one picture in one line."""
    line = f"{known['path']}: {known['width']} x {known['height']}"
    words = f", {known['words']}" if with_words and known["words"] else ""
    console.say(console.one_line(line + words))


def as_json(known: dict[str, Any]) -> dict[str, Any]:
    """The columns as JSON has them."""
    return {
        name: value.hex()
        if isinstance(value, bytes)
        else value.isoformat()
        if hasattr(value, "isoformat")
        else value
        for name, value in known.items()
    }


def _counted(counts: Counter[Any]) -> str:
    return paths.listed(
        [console.one_line(f"{times:,} {name}") for name, times in counts.most_common()]
    )
