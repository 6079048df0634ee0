"""`gcx decode`: descriptors to pictures."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

import gcx_format
from gcx_format import files, limits
from gcx_format.batches import Fuse
from gcx_format.cli import batch_report, console, paths, registered, standard
from gcx_format.decode import decode as decode_descriptor
from gcx_format.errors import GcxError, OutputError
from gcx_format.generate.reconstruction import Partial, Reconstruction
from gcx_format.pictures import file_bytes
from gcx_format.provenance import save_options, xmp_packet
from gcx_format.registry import GENERATORS

if TYPE_CHECKING:
    from gcx_format.settings import Settings

__all__ = ["EXAMPLES", "decode", "picture_bytes"]

EXAMPLES: Final = """\
Examples:
  gcx decode sea.gcx
  gcx decode sea.gcx -o sea.webp
  gcx decode descriptors -o pictures
  gcx decode --estimate descriptors
  gcx decode sea.gcx --candidates 3 --quality high --partials on-its-way
  gcx decode sea.gcx --route images --base-url http://localhost:8080/v1 --model flux"""

_PARTIALS: Final = 3
"""Unfinished pictures to ask for where they are wanted and the settings name no number."""


def decode(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|FOLDER", parser=paths.argument, help=".gcx files, or folders of them."
        ),
    ],
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help="File for one picture, its format by the extension (png, jpg, webp, avif, "
            "tiff ...), or folder for PNG files; default: a PNG file beside the .gcx.",
        ),
    ] = None,
    generator: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            parser=registered.checked(GENERATORS),
            autocompletion=registered.completed(GENERATORS),
            help="What makes the pixels: {generators}, or auto, the first that is ready, and "
            "else a preview; default: your setting, initially auto.",
        ),
    ] = None,
    policy: Annotated[
        Literal["never", "cached-only", "ask", "always"] | None,
        typer.Option(
            help="Whether pictures may be generated; default: your setting, initially always."
        ),
    ] = None,
    route: Annotated[
        Literal["responses", "images"] | None,
        typer.Option(
            help="Part of the server's API: a language model with an image tool (responses), or "
            "an image model (images); default: your setting, initially responses."
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Model to ask on that route; default: your setting, initially gpt-4o or "
            "gpt-image-2.",
        ),
    ] = None,
    quality: Annotated[
        Literal["auto", "low", "medium", "high"] | None,
        typer.Option(help="Quality to ask for; default: your setting, initially auto."),
    ] = None,
    candidates: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=8,
            help="Pictures to generate; writes the one closest to the visual condition.",
        ),
    ] = None,
    partials: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder for unfinished pictures, as the generator sends them."
        ),
    ] = None,
    words_alone: Annotated[
        bool,
        typer.Option(
            "--words-alone",
            help="Generate from the words where the visual condition cannot be decoded here.",
        ),
    ] = False,
    base_url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Any OpenAI-compatible server; default: your setting, initially OpenAI's.",
        ),
    ] = None,
    max_pixels: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            max=limits.MAX_PIXELS,
            help="Refuse pictures with more pixels than this; at most 1073741824, which take "
            "about 5 GB of memory.",
        ),
    ] = limits.MAX_RECONSTRUCTION_PIXELS,
    estimate: Annotated[
        bool,
        typer.Option("--estimate", help="Print what generating would cost, and generate nothing."),
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what exists.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object per file, one a line.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Reconstruct pictures from .gcx files.

    Where a generator is ready (openai is once an API key is set), it paints
    them. That may cost money, at most what `gcx config` allows, and only
    once: generated pictures are stored, and shown again the next time. Where
    none is ready they are previews.

    FILE can be - for standard input, and OUT - for standard output, in PNG,
    where what came from standard input goes by default. A file named - is ./-.

    Folders are searched for .gcx files and mirrored into OUT. A picture that
    exists and is not older than its .gcx is skipped; for a single file it is
    an error, unless --force is given.

    The pictures say in their metadata (XMP, IPTC digital source type) that no
    camera recorded their pixels.

    With --json, "status" is decoded, skipped or failed, "file" and "picture"
    are the paths. Decoded pictures have width, height, and what made their
    pixels: generator, source and digital_source_type, and unless it is the
    preview also model, cost_usd and score, 0 to 1, for how well it agrees
    with the visual condition; candidates and candidates_cost_usd where there
    were several. With --estimate, "status" is estimated, and there are calls
    and estimated_usd.
    """
    from gcx_format.settings import load_settings

    plan = paths.plan(
        inputs,
        out,
        kind=paths.DESCRIPTORS,
        extension=".png",
        force=force or estimate,
        renew=False,  # a PNG file beside a .gcx may be the photograph it was made from
    )
    tell = standard.telling(plan, quiet=quiet, json=json)
    for job in plan.jobs:
        _format_of(job.target)
    asked: dict[str, Any] = {
        "generator": generator,
        "policy": policy,
        "route": route,
        **_model(model, route),
        "image_quality": quality,
        "openai_base_url": base_url,
        "words_alone": words_alone or None,
    }
    if generator == "preview" and not estimate:
        settings = None  # it needs none, so that none can be wrong
    else:
        settings = load_settings(**asked)
        if partials is not None and not settings.partial_images:
            settings = load_settings(**asked, partial_images=_PARTIALS)
    if estimate:
        assert settings is not None  # see above
        _say_estimate(plan, settings, candidates, json=json)
        return
    run = _Run(
        generator,
        settings,
        candidates,
        partials,
        _asked_once(plan, settings, candidates),
        max_pixels=max_pixels,
        several=len(plan.jobs) > 1,
    )

    def work(job: paths.Job) -> dict[str, Any]:
        made = run.decode(job)
        data = picture_bytes(made, job.target)
        standard.write(job, data)
        return {"width": made.image.width, "height": made.image.height, **made.info}

    batch_report.run(
        plan,
        work,
        tell=tell,
        doing="decoding",
        done="decoded",
        keys=("file", "picture"),
        lines=_lines,
        total=_total,
    )


def _model(model: str | None, route: str | None) -> dict[str, str]:
    """The setting that names the model to ask, which depends on the route."""
    if model is None:
        return {}
    from gcx_format.settings import load_settings

    on_images = (route or load_settings().route) == "images"
    return {"image_model" if on_images else "host_model": model}


class _Run:
    """Decodings in any number of threads, which end with the first error that all would meet."""

    def __init__(
        self,
        generator: str | None,
        settings: Settings | None,
        candidates: int | None,
        partials: Path | None,
        confirm: Callable[[Decimal], bool] | None,
        *,
        max_pixels: int,
        several: bool,
    ) -> None:
        self._generator = generator
        self._max_pixels = max_pixels
        self._settings = settings
        self._candidates = candidates
        self._partials = partials
        self._confirm = confirm
        self._several = several
        self._fuse = Fuse()

    def decode(self, job: paths.Job) -> Reconstruction:
        on_partial = None
        if self._partials is not None:
            folder = self._partials / job.source.stem if self._several else self._partials
            on_partial = _partial_writer(folder, job.source.stem, self._candidates)
        with self._fuse.around(job.source):
            return decode_descriptor(
                standard.descriptor(job.source),
                generator=self._generator,
                settings=self._settings,
                candidates=self._candidates,
                on_partial=on_partial,
                confirm=self._confirm,
                max_pixels=self._max_pixels,
            )


def _partial_writer(folder: Path, stem: str, candidates: int | None) -> Callable[[Partial], object]:
    """Writes unfinished pictures as they come, marked for what they are."""

    def write(partial: Partial) -> None:
        which = f"-{partial.candidate + 1}" if (candidates or 1) > 1 else ""
        packet = xmp_packet(partial.source_type, f"gcx {gcx_format.__version__} (unfinished)")
        data = file_bytes(partial.image, "PNG", **save_options("PNG", packet))
        path = folder / f"{stem}{which}-partial-{partial.index + 1}.png"
        files.write_atomically(path, data, overwrite=True)

    return write


def _estimates(
    plan: paths.Plan, settings: Settings, candidates: int | None
) -> Iterable[tuple[paths.Job, Any]]:
    """For each file an `Estimate`, or why there is none."""
    from gcx_format import pipeline

    for job in plan.jobs:
        try:
            yield (
                job,
                pipeline.estimate(standard.descriptor(job.source), settings, candidates=candidates),
            )
        except GcxError as error:
            yield job, error


def _asked_once(
    plan: paths.Plan, settings: Settings | None, candidates: int | None
) -> Callable[[Decimal], bool] | None:
    """Where the policy is to ask: the user's answer, for all files together.

    None where nobody needs to be asked, or nobody is there.
    """
    if (
        settings is None
        or settings.policy != "ask"
        or sys.stderr is None
        or not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty())
    ):
        return None
    from gcx_format.spending import dollars

    found = [found for _, found in _estimates(plan, settings, candidates)]
    priced = [one for one in found if not isinstance(one, GcxError) and one.obstacle is None]
    calls = sum(one.calls for one in priced if one.usd)
    cost = sum((one.usd for one in priced), Decimal(0))
    if not calls:
        return None
    pictures = "a picture" if calls == 1 else f"{calls} pictures"
    agreed = typer.confirm(
        f"Have {pictures} generated, for {dollars(cost)} at most?", default=False, err=True
    )
    return lambda _: agreed


def _say_estimate(
    plan: paths.Plan, settings: Settings, candidates: int | None, *, json: bool
) -> None:
    """Print what decoding would cost; nothing is asked.

    Raises:
        typer.Exit: a file cannot be read; it has been said why.
    """
    from gcx_format.spending import Ledger, dollars, price_table

    assumed: dict[str, None] = {}
    problems: list[tuple[Path, GcxError]] = list(plan.problems)
    total, calls, kept, model = Decimal(0), 0, 0, ""
    for job, found in _estimates(plan, settings, candidates):
        if isinstance(found, GcxError):
            problems.append((job.source, found))
            continue
        total, calls, kept = total + found.usd, calls + found.calls, kept + (not found.calls)
        model = found.model
        assumed |= dict.fromkeys(found.assumed)
        if json:
            console.say_json(
                {
                    "file": str(job.source),
                    "status": "estimated",
                    "model": found.model,
                    "width": found.canvas[0],
                    "height": found.canvas[1],
                    "calls": found.calls,
                    "estimated_usd": float(found.usd),
                }
            )
    for path, error in problems:
        console.complain_of(error, path)
        if json:
            console.say_json(
                {"file": str(path), "status": "failed", "error": console.explain(error)}
            )
    if not json:
        pictures = "1 picture" if calls == 1 else f"{calls:,} pictures"
        by = f" by {console.one_line(model)}" if model else ""
        console.say(
            f"{pictures} to generate{by}: {dollars(total)} at most, at the prices of "
            f"{price_table()['date']}; {kept:,} generated before; nothing was asked"
        )
        spent = Ledger(settings.state_folder).spent_today()
        console.say(f"today: {dollars(spent)} of {dollars(settings.daily_limit_usd)} spent")
    for name in assumed:
        console.warn(f"the price of {name} is not known; the dearest known is assumed")
    if problems:
        raise typer.Exit(1)


def _lines(known: dict[str, Any]) -> list[str]:
    size = f"{known['width']} x {known['height']}"
    if known["generator"] == "preview":
        return [f"{size}, preview from the {known['source']}"]
    first = f"{size}, {console.one_line(known['model'])} from the {known['source']}"
    facts = []
    if known["score"] is not None:
        facts.append(f"agrees with the visual condition by {known['score']:.2f}")
    cost = "generated before" if known["cached"] else _cost([known])
    count = known.get("candidates")
    facts.append(f"{cost} for {count} candidates" if count else cost)
    return [first, ", ".join(facts)]


def _total(results: list[dict[str, Any]]) -> str:
    new = [known for known in results if known["generator"] != "preview" and not known["cached"]]
    return f"; {len(new)} generated for {_cost(new)}" if new else ""


def _cost(results: list[dict[str, Any]]) -> str:
    from gcx_format.spending import dollars

    costs = [known.get("candidates_cost_usd", known["cost_usd"]) or 0 for known in results]
    return dollars(sum((Decimal(str(cost)) for cost in costs), Decimal(0)))


def picture_bytes(made: Reconstruction, target: Path) -> bytes:
    """A reconstruction as a picture file, marked as one where the format can hold that.

    Raises:
        OutputError: the format cannot hold it, for its size for instance.
    """
    format = _format_of(target)
    tool = f"gcx {gcx_format.__version__} ({made.generator})"
    options = save_options(format, xmp_packet(made.source_type, tool))
    if not options:
        console.warn(f"{format} cannot say that no camera recorded this picture; PNG can")
    try:
        return file_bytes(made.image, format, **options)
    except OutputError as error:
        error.filename = target
        raise


def _format_of(target: Path) -> str:
    """Pillow's name of the format that an extension stands for."""
    from PIL import Image

    if target == paths.STANDARD:
        return "PNG"
    format = Image.registered_extensions().get(target.suffix.lower())
    if format is None or format not in Image.SAVE or format in ("PDF", "GCX"):
        raise typer.BadParameter(
            f"no picture format has the extension {target.suffix!r}: "
            "png, jpg, webp, avif and tiff are some; a folder's name ends with /",
            param_hint="--out",
        )
    return format
