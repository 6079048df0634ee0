"""`gcx weights`: the weights of visual codecs, which are not part of gcx."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Final

import typer

from gcx_format.cli import console
from gcx_format.codecs import VISUAL
from gcx_format.weights import Checkpoint, WeightStore

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

_VARIANTS: Final = [
    (variant, variant.checkpoint)
    for codec in VISUAL
    for variant in codec.variants
    if variant.checkpoint
]
"""What has weights, and these."""

_NAMES: Final = ", ".join(variant.name for variant, _ in _VARIANTS)

app = typer.Typer(
    help="List, download and find the weights of visual codecs: of MS-ILLM.",
    epilog=EXAMPLES,
    no_args_is_help=True,
)


def _checkpoint(name: str) -> Checkpoint:
    checkpoints = {checkpoint.name: checkpoint for _, checkpoint in _VARIANTS}
    if name in checkpoints:
        return checkpoints[name]
    raise typer.BadParameter(f"there are no weights called {name!r}: {', '.join(checkpoints)}")


def _store() -> WeightStore:
    from gcx_format.settings import load_settings

    return load_settings().weight_store


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
    entries = _store().entries([checkpoint for _, checkpoint in _VARIANTS])
    for (variant, _), entry in zip(_VARIANTS, entries, strict=True):
        if json:
            console.say_json(
                {
                    "quality": variant.name,
                    "index": variant.index,
                    "rate": variant.rate,
                    "state": entry.state,
                    "path": str(entry.path),
                    "bytes": entry.size,
                    "sha256": entry.sha256,
                }
            )
        else:
            size = f"{entry.size / 1e6:,.0f} MB" if entry.size else ""
            console.say(
                f"{variant.name:5} {variant.rate or 0:<8g} {size:>8}  {_STATES[entry.state]:30} "
                f"{entry.sha256 or ''}".rstrip()
            )


@app.command()
def get(
    names: Annotated[
        list[Checkpoint],
        typer.Argument(metavar="QUALITY...", parser=_checkpoint, help=_NAMES),
    ],
    accept_licence: Annotated[
        bool,
        typer.Option("--accept-licence", help="Accept their licence without being asked."),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Download weights: MS-ILLM's have 0.7 GB each, for purposes that are not commercial.

    The licence is shown and has to be accepted once. A download that broke off
    goes on where it was. The environment variable GCX_WEIGHTS_URL names
    another server, GCX_WEIGHTS_FOLDER another folder.
    """
    store = _store()
    accepted = {}
    for release in dict.fromkeys(checkpoint.release for checkpoint in names):
        accepted[release] = store.is_licence_accepted(release)
        if not accepted[release]:
            console.note(release.terms)
            accepted[release] = accept_licence or _ask()
    failed = False
    for checkpoint in names:
        try:
            with _progress(checkpoint.title, quiet=quiet) as progress:
                accept = accepted[checkpoint.release]
                path = store.get(checkpoint, accept_licence=accept, progress=progress)
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
        Checkpoint | None,
        typer.Argument(metavar="[QUALITY]", parser=_checkpoint, help=_NAMES),
    ] = None,
) -> None:
    """Print the folder of weights, or the file of some, which then has been checked."""
    store = _store()
    found = store.folder if name is None else store.path(name)
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
