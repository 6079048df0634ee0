"""`gcx archive extract`, `export` and `import`: collections and `.gcx` files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Annotated, Final

import typer

from gcx_format import files
from gcx_format.cli import batch_report, console, options, paths
from gcx_format.cli.archive.create import Destination
from gcx_format.cli.archive.looking import Folder
from gcx_format.collections.reading import Collection
from gcx_format.collections.rows import key_of, row_of
from gcx_format.collections.writing import writing
from gcx_format.errors import GcxError, InputError

EXTRACT_EXAMPLES: Final = """\
Examples:
  gcx archive extract collection 2020/sea.jpg -o sea
  gcx archive extract collection "2020/*.jpg" -o descriptors && gcx decode descriptors"""

EXPORT_EXAMPLES: Final = """\
Examples:
  gcx archive export collection descriptors"""

BAGIT_EXAMPLES: Final = """\
Examples:
  gcx archive bagit collection bag
  gcx archive list bag/data"""

IMPORT_EXAMPLES: Final = """\
Examples:
  gcx archive import descriptors collection"""


def extract(
    folder: Folder,
    patterns: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help='Paths as listed, or patterns such as "2020/*".'),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FOLDER", parser=paths.argument, help="Where to; default: here."
        ),
    ] = Path(),
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Take .gcx files out of a collection, byte for byte.

    gcx decode makes pictures of them.
    """

    def is_wanted(path: PurePosixPath) -> bool:
        return any(str(path) == each or path.match(each) for each in patterns)

    _write_out(Collection(folder), out, is_wanted, force=force, quiet=quiet)


def export(
    folder: Folder,
    out: Annotated[
        Path, typer.Argument(metavar="FOLDER", parser=paths.argument, help="Folder to write to.")
    ],
    force: options.Force = False,
    quiet: options.Quiet = False,
) -> None:
    """Write all .gcx files of a collection to a folder, as gcx encode would.

    Files that are there already with the same bytes are skipped.
    """
    _write_out(Collection(folder), out, lambda path: True, force=force, quiet=quiet)


def bagit(
    folder: Folder,
    bag: Annotated[
        Path, typer.Argument(metavar="BAG", parser=paths.argument, help="Folder to make.")
    ],
    quiet: options.Quiet = False,
) -> None:
    """Copy a collection into a BagIt bag (RFC 8493) with SHA-512 manifests.

    BAG/data is the collection, and data/events.json records what made its
    descriptors and the bag: when, and by which program and codec. BAG appears
    when it is whole. The collection stays as it is.
    """
    from gcx_format.collections.bag import make_bag

    collection = Collection(folder)
    make_bag(collection, bag)
    if not quiet:
        console.say(f"{bag}: a bag of {console.count(len(collection), 'picture')}")


def import_(
    sources: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|FOLDER...",
            parser=paths.argument,
            help=".gcx files, or folders of them; only read.",
        ),
    ],
    dest: Destination,
    quiet: options.Quiet = False,
) -> None:
    """Put .gcx files into a collection, byte for byte.

    The path of a row is that of its file. What only the photograph could tell,
    such as its date and its size in bytes, stays empty. Files that the
    collection has already under their path are skipped.
    """
    search = paths.find(sources, paths.DESCRIPTORS)
    failures = batch_report.Failures()
    for path, problem in search.problems:
        failures.tell(path, problem)
    done = skipped = 0
    with writing(dest) as writer, console.progress("importing", len(search.files)) as advance:
        below = paths.told_apart(search.files)
        for number, (file, place) in enumerate(zip(search.files, below, strict=True), 1):
            if os.fsencode(place.as_posix()) in writer.known:
                skipped += 1
            else:
                try:
                    row = row_of(files.read_bytes(file.source), place, program=None, encoded=None)
                except GcxError as error:
                    failures.tell(file.source, error)
                else:
                    writer.add(row)
                    done += 1
            advance(number, len(search.files))
    _end("imported", done, skipped, failures, quiet=quiet)


def _write_out(
    collection: Collection,
    out: Path,
    is_wanted: Callable[[PurePosixPath], bool],
    *,
    force: bool,
    quiet: bool,
) -> None:
    failures = batch_report.Failures()
    wanted: list[bytes] = []
    places: list[Path] = []
    for known in collection.columns(("path", "path_bytes")):
        key = key_of(**known)
        path = PurePosixPath(os.fsdecode(key))
        if is_wanted(path) or is_wanted(PurePosixPath(known["path"])):
            try:
                places.append(out / _inside(path))
                wanted.append(key)
            except InputError as error:
                failures.tell(Path(known["path"]), error)
    if not wanted and not failures.count:
        raise InputError("no picture of the collection matches", filename=collection.folder)
    targets = dict(zip(wanted, files.names_for(places, files.SUFFIX), strict=True))
    done = skipped = 0
    with console.progress("writing", len(targets), quiet=quiet) as advance:
        for row in collection:
            target = targets.pop(row.key, None)
            if target is None:
                continue
            try:
                if target.is_file() and files.read_bytes(target) == row.gcx:
                    skipped += 1
                else:
                    files.write_atomically(target, row.gcx, overwrite=force)
                    done += 1
            except GcxError as error:
                failures.tell(target, error)
            advance(done + skipped, len(wanted))
    _end("written", done, skipped, failures, quiet=quiet)


def _inside(path: PurePosixPath) -> Path:
    """A path that leads nowhere else, whoever wrote the collection."""
    local = Path(path)
    if (
        not path.parts
        or local.is_absolute()
        or ".." in local.parts
        or local.drive
        or "\0" in str(path)
    ):
        raise InputError("a path that leads out of the folder is not written")
    return local


def _end(
    what: str, done: int, skipped: int, failures: batch_report.Failures, *, quiet: bool
) -> None:
    failures.sum_up()
    if not quiet:
        console.say(f"{what} {done}, skipped {skipped}, failed {failures.count}")
    if failures.count:
        raise typer.Exit(1)
