"""`gcx weights`: the weights of visual codecs, which gcx does not include."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from gcx_format.cli import console, options
from gcx_format.codecs import VISUAL
from gcx_format.weights import Checkpoint, WeightStore

EXAMPLES: Final = """\
Examples:
  gcx weights get 4
  gcx weights get 3 4 --accept-licence
  GCX_WEIGHTS_FOLDER=/mnt/models gcx weights list"""

_STATES: Final = {
    "here": "here",
    "unverified": "here, checked on first use",
    "altered": "differs from its pin",
    "partial": "download incomplete",
    "absent": "-",
}

_VARIANTS: Final = [
    (variant, variant.checkpoint)
    for codec in VISUAL
    for variant in codec.variants
    if variant.checkpoint
]
_NAMES: Final = ", ".join(variant.name for variant, _ in _VARIANTS)

app = typer.Typer(
    name="weights",
    help="List, download and locate the weights of MS-ILLM.",
    epilog=EXAMPLES,
    no_args_is_help=True,
)


def _checkpoint(name: str) -> Checkpoint:
    checkpoints = {checkpoint.name: checkpoint for _, checkpoint in _VARIANTS}
    if name in checkpoints:
        return checkpoints[name]
    raise typer.BadParameter(f"unknown weights {name!r}; known are {', '.join(checkpoints)}")


def _completed(incomplete: str) -> list[str]:
    return [point.name for _, point in _VARIANTS if point.name.startswith(incomplete)]


_CHECKPOINT: Final[dict[str, Any]] = {"parser": _checkpoint, "autocompletion": _completed}


def _store() -> WeightStore:
    from gcx_format.settings import load_settings

    return load_settings().weight_store


@app.command(name="list")
def list_weights(
    json: Annotated[bool, options.json_per("model")] = False,
) -> None:
    """List the weights and which of them are installed.

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
        typer.Argument(metavar="QUALITY...", help=_NAMES, **_CHECKPOINT),
    ],
    accept_licence: Annotated[
        bool,
        typer.Option("--accept-licence", help="Accept the licence without a question."),
    ] = False,
    replace_pin: Annotated[
        bool,
        typer.Option(
            "--replace-pin", help="Take a whole file that differs from the one that was pinned."
        ),
    ] = False,
    quiet: options.Quiet = False,
) -> None:
    """Download weights: 0.7 GB per MS-ILLM model, for non-commercial use.

    The licence is shown and has to be accepted once. An interrupted download
    resumes. The environment variable GCX_WEIGHTS_URL names another server,
    GCX_WEIGHTS_FOLDER another folder.
    """
    store = _store()
    accepted = {}
    for release in dict.fromkeys(checkpoint.release for checkpoint in names):
        accepted[release] = store.is_licence_accepted(release)
        if not accepted[release]:
            console.note(release.terms)
            accepted[release] = accept_licence or bool(console.ask("Do you accept this licence?"))
    failed = False
    for checkpoint in names:
        try:
            with console.progress(checkpoint.title, quiet=quiet) as progress:
                accept = accepted[checkpoint.release]
                path = store.get(
                    checkpoint,
                    accept_licence=accept,
                    replace_pin=replace_pin,
                    progress=progress,
                )
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
        typer.Argument(metavar="[QUALITY]", help=_NAMES, **_CHECKPOINT),
    ] = None,
) -> None:
    """Print the folder of the weights, or one file, after checking it."""
    store = _store()
    found = store.folder if name is None else store.path(name)
    console.say(console.one_line(found))
