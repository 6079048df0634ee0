"""`gcx cache`: the generated pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from gcx_format import container, files
from gcx_format.cache import Cache, Variant, descriptor_hash
from gcx_format.cli import console, money, options, paths
from gcx_format.describe.kept import KeptDescriptions
from gcx_format.errors import InputError

app: Final = typer.Typer(
    name="cache", no_args_is_help=True, help="Manage the stored generated pictures."
)

_LIST_EXAMPLES: Final = """\
Examples:
  gcx cache list
  gcx cache list sea.gcx
  gcx cache list --json | jq -s 'map(.cost_usd // 0 | tonumber) | add'"""

_SHOW_EXAMPLES: Final = """\
Examples:
  gcx cache show 1f3c
  gcx cache show --json sea.gcx"""

_CHOOSE_EXAMPLES: Final = """\
Examples:
  gcx cache choose 1f3c09ab
  gcx cache choose --undo 1f3c09ab"""

_REMOVE_EXAMPLES: Final = """\
Examples:
  gcx cache remove 1f3c09ab
  gcx cache remove sea.gcx"""

_CLEAR_EXAMPLES: Final = """\
Examples:
  gcx cache clear
  gcx cache clear --yes"""

_WHICH: Final = "First digits of a picture's ID, or a .gcx file for all its pictures."

Json = Annotated[bool, options.json_per("picture")]


@app.command("list", epilog=_LIST_EXAMPLES)
def list_(
    inputs: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE",
            parser=paths.argument,
            help=".gcx files whose pictures to list; default: all.",
        ),
    ] = None,
    json: Json = False,
) -> None:
    """List stored pictures: all, or those of some .gcx files.

    The columns are: ID, time of creation (UTC), bytes, cost in US dollars,
    score, model, and the start of the descriptor's hash. The score, from 0 to
    1, rates how well a picture agrees with its visual condition. A * after
    the ID marks the picture chosen for its descriptor.

    With --json the keys are: id, picture, chosen, descriptor, made, bytes,
    sha256, and all others that gcx cache show prints.
    """
    cache = _open()
    count = size = 0
    for variant in _of_files(cache, inputs) if inputs else cache:
        count += 1
        size += variant.record.file_bytes
        if json:
            console.say_json(_record(variant))
        else:
            console.say(_line(variant))
    if not json:
        of = "" if inputs else f" of {cache.max_bytes / 1e6:,.0f} MB"
        console.say(f"{console.count(count, 'picture')}, {size / 1e6:,.1f} MB{of}")


@app.command(epilog=_SHOW_EXAMPLES)
def show(
    which: Annotated[str, typer.Argument(metavar="ID|FILE", help=_WHICH)], json: Json = False
) -> None:
    """Show how a picture was made: model, prompt, usage, cost, score, request.

    With --json the keys are: id, picture (the file), chosen, and those of the
    picture's record.
    """
    for index, variant in enumerate(_find(_open(), which)):
        record = _record(variant)
        if json:
            console.say_json(record)
            continue
        if index:
            console.say("")
        width = max(map(len, record))
        for name, value in record.items():
            console.say(console.one_line(f"{name:{width}}  {_in_words(value)}"))


@app.command(epilog=_CHOOSE_EXAMPLES)
def choose(
    id: Annotated[str, typer.Argument(metavar="ID", help="First digits of the picture's ID.")],
    undo: Annotated[
        bool,
        typer.Option("--undo", help="Let gcx choose again, by the best score."),
    ] = False,
) -> None:
    """Choose the picture that is shown for its descriptor, whatever the scores."""
    cache = _open()
    variant = _by_id(cache, id)
    if undo:
        cache.choose_none(variant.descriptor)
    else:
        cache.choose(variant)


@app.command(epilog=_REMOVE_EXAMPLES)
def remove(
    which: Annotated[list[str], typer.Argument(metavar="ID|FILE", help=_WHICH)],
) -> None:
    """Remove pictures. Generating one again costs money again."""
    cache = _open()
    found = {variant.path: variant for name in which for variant in _find(cache, name)}
    for variant in found.values():
        cache.remove(variant)
    console.say(f"removed {console.count(len(found), 'picture')}")


@app.command(epilog=_CLEAR_EXAMPLES)
def clear(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Remove without asking.")] = False,
) -> None:
    """Remove all pictures and descriptions. Having one made again costs money again."""
    cache = _open()
    if not yes and (variants := list(cache)):
        cost = money.dollars(variant.record.cost_usd or 0 for variant in variants)
        pictures = console.count(len(variants), "picture")
        agreed = console.ask(f"Remove {pictures} that cost {cost}?")
        if agreed is None:
            raise typer.BadParameter("there is no one to ask; --yes removes all without asking")
        if not agreed:
            console.say("nothing was removed")
            raise typer.Exit(1)
    KeptDescriptions(cache.folder).clear()
    count, size = cache.clear()
    console.say(f"removed {console.count(count, 'picture')}, {size / 1e6:,.1f} MB")


@app.command()
def path() -> None:
    """Print the folder of the stored pictures."""
    console.say(console.one_line(_open().folder))


def _open() -> Cache:
    from gcx_format.settings import load_settings

    settings = load_settings()
    return Cache(settings.cache_folder, settings.cache_max_bytes)


def _of_files(cache: Cache, inputs: Iterable[Path]) -> Iterator[Variant]:
    for path in inputs:
        yield from cache.variants(descriptor_hash(container.dumps(files.read(path))))


def _find(cache: Cache, which: str) -> list[Variant]:
    path = Path(which)
    if not (files.is_gcx(path) or path.is_file()):
        return [_by_id(cache, which)]
    found = list(_of_files(cache, [path]))
    if not found:
        raise InputError("no stored pictures", filename=path)
    return found


def _by_id(cache: Cache, id: str) -> Variant:
    found = [variant for variant in cache if id and variant.id.startswith(id.lower())]
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(f"{len(found)} picture IDs begin with {id}; give more digits")
    raise InputError(f"no stored picture has the ID {id}; gcx cache list shows them")


def _record(variant: Variant) -> dict[str, Any]:
    known = {"id": variant.id, "picture": str(variant.path), "chosen": variant.chosen}
    return known | variant.record.to_json()


def _line(variant: Variant) -> str:
    record = variant.record
    columns = (
        f"{variant.id}{'*' if variant.chosen else ' '}",
        f"{record.made:%Y-%m-%d %H:%M}",
        f"{record.file_bytes:>10,}",
        f"{'-' if record.cost_usd is None else f'{record.cost_usd:.4f}':>8}",
        "    -" if record.score is None else f"{record.score:.3f}",
        f"{record.model or '-':20}",
        variant.descriptor[:12],
    )
    return console.one_line("  ".join(columns))


def _in_words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_in_words(each)}" for name, each in value.items())
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value in (None, "") else str(value)
