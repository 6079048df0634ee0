"""`gcx weights`: the weights of MS-ILLM, which are no part of gcx."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer

from gcx_format.cli import console
from gcx_format.errors import ArgumentError
from gcx_format.visual.msillm import qualities, weights
from gcx_format.visual.msillm.qualities import Quality

__all__ = ["EXAMPLES", "app"]

EXAMPLES: Final = """\
Examples:
  gcx weights get 4
  gcx weights get 3 4 --accept-licence
  GCX_WEIGHTS_FOLDER=/mnt/models gcx weights list"""

_STATES: Final = {
    "here": "here",
    "unverified": "here, to be checked when used",
    "altered": "not as it was pinned",
    "partial": "download broken off",
    "absent": "-",
}

app = typer.Typer(
    help="List, download and find the weights of MS-ILLM.",
    epilog=EXAMPLES,
    no_args_is_help=True,
)


def _quality(name: str) -> Quality:
    try:
        return qualities.find(name)
    except ArgumentError as error:
        raise typer.BadParameter(error.message) from None


@app.command(name="list")
def list_weights(
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object per model, one a line.")
    ] = False,
) -> None:
    """Show which weights are here.

    With --json the keys are: quality, index, rate (bits per pixel of the
    condition), state (here, unverified, altered, partial, absent), path, bytes,
    and sha256 as pinned or null.
    """
    for entry in weights.entries():
        quality = entry.quality
        if json:
            console.say_json(
                {
                    "quality": quality.name,
                    "index": quality.index,
                    "rate": quality.rate,
                    "state": entry.state,
                    "path": str(entry.path),
                    "bytes": entry.size,
                    "sha256": entry.sha256,
                }
            )
        else:
            size = f"{entry.size / 1e6:,.0f} MB" if entry.size else ""
            console.say(
                f"{quality.name:5} {quality.rate:<8g} {size:>8}  {_STATES[entry.state]:30} "
                f"{entry.sha256 or ''}".rstrip()
            )


@app.command()
def get(
    names: Annotated[
        list[Quality],
        typer.Argument(metavar="QUALITY...", parser=_quality, help="vlo1, vlo2, 1 ... 6"),
    ],
    accept_licence: Annotated[
        bool,
        typer.Option("--accept-licence", help="Accept CC-BY-NC-4.0 without being asked."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Download weights: 0.7 GB each, for purposes that are not commercial.

    The licence is shown and has to be accepted once. A download that broke off
    goes on where it was. The environment variable GCX_WEIGHTS_URL names
    another server, GCX_WEIGHTS_FOLDER another folder.
    """
    if not weights.is_licence_accepted():
        console.note(weights.LICENCE)
        if not accept_licence:
            accept_licence = _ask()
    failed = False
    for quality in names:
        try:
            with _progress(f"quality {quality.name}", quiet=quiet) as progress:
                path = weights.get(quality, accept_licence=accept_licence, progress=progress)
        except Exception as error:
            console.complain_of(error)
            failed = True
        else:
            if not quiet:
                console.say(console.one_line(path))
    if failed:
        raise typer.Exit(1)


@app.command()
def path(
    name: Annotated[
        Quality | None,
        typer.Argument(metavar="[QUALITY]", parser=_quality, help="vlo1, vlo2, 1 ... 6"),
    ] = None,
) -> None:
    """Print the folder of weights, or the file of some, which then has been checked."""
    found = weights.folder() if name is None else weights.path(name)
    console.say(console.one_line(found))


def _ask() -> bool:
    """Whether whoever sits at the terminal accepts; nobody does where there is none."""
    if not (sys.stdin and sys.stdin.isatty()):
        return False
    sys.stderr.write("Do you accept this licence? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


@contextmanager
def _progress(doing: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar of bytes on stderr, if that is a terminal."""
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield lambda have, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeLeft(),
        console=Console(stderr=True, markup=False, highlight=False, emoji=False),
        transient=True,
    ) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda have, total: bar.update(task, completed=have, total=total)
