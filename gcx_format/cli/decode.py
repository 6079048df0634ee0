"""`gcx decode`: descriptors to pictures."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

import gcx_format
from gcx_format import files, limits
from gcx_format.batches import Fuse
from gcx_format.cli import (
    batch_report,
    console,
    describing,
    money,
    options,
    paths,
    registered,
    standard,
)
from gcx_format.decode import decode as decode_descriptor
from gcx_format.errors import GcxError, OutputError
from gcx_format.generate.reconstruction import Partial, Reconstruction
from gcx_format.pictures import PictureWarning, file_bytes
from gcx_format.provenance import save_options, xmp_packet
from gcx_format.registry import GENERATORS
from gcx_format.servers import asking

if TYPE_CHECKING:
    from gcx_format.descriptor import Descriptor
    from gcx_format.pipeline import Estimate
    from gcx_format.settings import Settings

EXAMPLES: Final = """\
Examples:
  gcx decode sea.gcx
  gcx decode sea.gcx -o sea.webp
  gcx decode descriptors -o pictures
  gcx decode --estimate descriptors
  gcx decode sea.gcx --candidates 3 --quality high --partials on-its-way
  gcx decode sea.gcx --base-url http://localhost:8080/v1"""

_PARTIALS: Final = 3
"""Unfinished pictures to request if the settings name no number."""

_ENHANCE: Final = "enhance"
_PANEL: Final = "Generation"
_option = partial(typer.Option, rich_help_panel=_PANEL)
_model_option = partial(typer.Option, rich_help_panel="Model")


def decode(
    inputs: options.Descriptors,
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help="File for one picture, with the format of its extension (png, jpg, webp, avif, "
            "tiff ...), or folder for PNG files; default: a PNG file beside the .gcx.",
        ),
    ] = None,
    generator: Annotated[
        str | None,
        registered.option(
            GENERATORS,
            panel=_PANEL,
            help="What makes the pixels: auto (a stored picture, else the first that is ready, or "
            "else a preview), {generators}; default: your setting, initially auto. A picture that "
            "another one painted will not do for the one named here.",
        ),
    ] = None,
    detail: Annotated[
        float | None,
        _option(
            metavar="0..1",
            min=0,
            max=1,
            help="Share of guessed detail, for the generator enhance, which it selects; default: "
            "your setting, initially 0.8.",
        ),
    ] = None,
    policy: Annotated[
        Literal["never", "cached-only", "ask", "always"] | None,
        _option(
            help="Whether pictures may be generated (with never and cached-only, stored ones are "
            "shown); default: your setting, initially always."
        ),
    ] = None,
    anew: Annotated[
        bool, _option("--anew", help="Generate one more picture, whatever is stored.")
    ] = False,
    candidates: Annotated[
        int | None,
        _option(
            metavar="N",
            min=1,
            max=8,
            help="Pictures to choose from, stored ones included; writes the one closest to the "
            "visual condition.",
        ),
    ] = None,
    words_alone: Annotated[
        bool,
        _option(
            "--words-alone",
            help="Generate from the words alone if the visual condition cannot be decoded here.",
        ),
    ] = False,
    max_pixels: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=1,
            max=limits.MAX_PIXELS,
            help="Refuse larger pictures; the maximum, 1073741824, takes about 5 GB of memory.",
        ),
    ] = limits.MAX_RECONSTRUCTION_PIXELS,
    partials: Annotated[
        Path | None,
        _option(metavar="DIR", help="Folder for unfinished pictures, as the generator sends them."),
    ] = None,
    estimate: Annotated[
        bool, _option("--estimate", help="Print what generating would cost, and stop there.")
    ] = False,
    route: Annotated[
        Literal["auto", "responses", "images"] | None,
        _model_option(
            help="Part of the server's API: a language model with an image tool (responses), an "
            "image model (images), or the first of them that the server has (auto); default: "
            "your setting, initially auto."
        ),
    ] = None,
    model: Annotated[
        str | None,
        _model_option(
            metavar="NAME",
            help="Model for the route; default: your setting, initially gpt-4o (responses) or "
            "gpt-image-2 (images). A picture by another model will not do for the one named here.",
        ),
    ] = None,
    quality: Annotated[
        Literal["auto", "low", "medium", "high"] | None,
        _model_option(help="Quality of a new picture; default: your setting, initially auto."),
    ] = None,
    base_url: options.BaseUrl = None,
    concurrency: options.Concurrency = None,
    force: options.Force = False,
    json: Annotated[bool, options.json_per("file")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Reconstruct pictures from .gcx files.

    If a generator is ready (openai is once an API key is set), it paints the
    pictures. That may cost money, limited by your settings (gcx config), but
    only once: the best picture that is stored for a file is shown again,
    whatever the settings have become, unless --anew, more --candidates, or a
    --generator or --model that painted none of them asks for another. If that
    fails, the stored one is written and a warning says so. If no generator is
    ready and none is stored, you get previews. Without a key, enhance is ready
    where its extra is installed: a small local network sharpens the visual
    condition, free of charge.

    Use - as FILE for standard input, and as OUT for standard output, in PNG.
    With - as FILE, OUT defaults to -. A file of that name is ./-.

    Folders are searched for .gcx files and mirrored into OUT. An existing
    picture that is not older than its .gcx is skipped; for a single file it is
    an error, unless --force is given.

    The pictures' metadata (XMP, IPTC digital source type) says that no camera
    recorded their pixels.

    With --json, "status" is decoded, skipped or failed; "file" and "picture"
    are the paths. Decoded pictures also have width, height, generator, source
    and digital_source_type; unless they are previews, also model, cost_usd and
    score (0 to 1: agreement with the visual condition), and, given several
    candidates, candidates and candidates_cost_usd. With --estimate, "status"
    is estimated; model, width, height, calls and estimated_usd follow.
    """
    if detail is not None:
        if generator not in (None, _ENHANCE):
            raise typer.BadParameter("only --generator enhance has it", param_hint="--detail")
        generator = _ENHANCE
    plan = paths.plan(
        inputs,
        out,
        kind=paths.DESCRIPTORS,
        extension=".png",
        force=force or estimate,
        renew=False,
        spare_pictures=not estimate,  # one beside a .gcx may be the photograph it was made from
    )
    tell = standard.telling(plan, quiet=quiet, json=json)
    for job in plan.jobs:
        _format_of(job.target)
    settings = confirm = None
    if estimate or generator != "preview":  # a preview needs none, so none can be wrong
        from gcx_format import pipeline
        from gcx_format.generate.stored import By, is_stored
        from gcx_format.settings import load_settings

        by = By.named(generator, model)
        asked: dict[str, Any] = {
            "generator": generator,
            "policy": policy,
            "route": route,
            "image_quality": quality,
            "openai_base_url": base_url,
            "words_alone": words_alone or None,
            "concurrency": concurrency,
        }
        settings = load_settings(**asked)
        if detail is not None:
            tables = settings.generators
            enhance = {**tables.get(_ENHANCE, {}), "detail": detail}
            asked["generators"] = {**tables, _ENHANCE: enhance}
        if partials is not None and not settings.partial_images:
            asked["partial_images"] = _PARTIALS
        settings = asking(load_settings(**asked), model)
        estimates = partial(
            pipeline.estimate,
            settings=settings,
            by=by,
            candidates=candidates,
            force_new=anew,
        )
        if estimate:
            _say_estimate(plan, settings, estimates, json=json)
            return
        confirm = _asked_once(plan, settings, estimates)

    def shows_stored(descriptor: Descriptor) -> bool:
        if settings is None or anew or candidates:
            return False
        return is_stored(descriptor, settings, by)

    fuse = Fuse()

    def work(job: paths.Job) -> dict[str, Any]:
        on_partial = None
        if partials is not None:
            folder = partials / job.source.stem if len(plan.jobs) > 1 else partials
            on_partial = _partial_writer(folder, job.source.stem, candidates)
        descriptor = standard.descriptor(job.source)
        if job.overwrite and _is_original(job.target, descriptor.original_sha256):
            raise paths.may_be_the_original(job.target)
        # What is stored is shown, whatever keeps others from being painted.
        with nullcontext() if shows_stored(descriptor) else fuse.around(job.source):
            made = decode_descriptor(
                descriptor,
                generator=generator,
                model=model,
                settings=settings,
                anew=anew,
                candidates=candidates,
                on_partial=on_partial,
                confirm=confirm,
                max_pixels=max_pixels,
            )
        standard.write(job, picture_bytes(made, job.target))
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
        at_once=_at_once(plan, settings, shows_stored) if settings and len(plan.jobs) > 1 else None,
    )


def _at_once(
    plan: paths.Plan, settings: Settings, shows_stored: Callable[[Descriptor], bool]
) -> int | None:
    """How many files to work on at a time if a model may be asked; None if none is."""
    from gcx_format.generate.generator import choose

    with suppress(GcxError):  # it is met again, and told, by each file
        painter = choose(settings.generator, settings)
        if not painter.keeps or painter.ready() or settings.policy in ("never", "cached-only"):
            return None
        for job in plan.jobs:
            with suppress(GcxError):
                if not shows_stored(standard.descriptor(job.source)):
                    return describing.at_once(painter)
    return None


def _is_original(path: Path, sha256: bytes | None) -> bool:
    """Whether a file is the one that a descriptor was made from, by its hash."""
    return sha256 is not None and path.is_file() and files.sha256(path) == sha256


def _partial_writer(folder: Path, stem: str, candidates: int | None) -> Callable[[Partial], object]:
    """A function that writes unfinished pictures, marked as such."""

    def write(partial: Partial) -> None:
        which = f"-{partial.candidate + 1}" if (candidates or 1) > 1 else ""
        packet = xmp_packet(partial.source_type, f"gcx {gcx_format.__version__} (unfinished)")
        data = file_bytes(partial.image, "PNG", **save_options("PNG", packet))
        path = folder / f"{stem}{which}-partial-{partial.index + 1}.png"
        files.write_atomically(path, data, overwrite=True)

    return write


def _estimates(
    plan: paths.Plan, estimate: Callable[[Descriptor], Estimate]
) -> Iterator[tuple[Path, Estimate | GcxError]]:
    for job in plan.jobs:
        try:
            yield job.source, estimate(standard.descriptor(job.source))
        except GcxError as error:
            yield job.source, error


def _asked_once(
    plan: paths.Plan, settings: Settings, estimate: Callable[[Descriptor], Estimate]
) -> Callable[[Decimal], bool] | None:
    """Under the policy "ask", the user's answer for all files together.

    None if there is nothing to ask, or no one.
    """
    if settings.policy != "ask":
        return None
    if not (sys.stdin and sys.stderr and sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    found = [found for _, found in _estimates(plan, estimate)]
    priced = [one for one in found if not isinstance(one, GcxError) and one.obstacle is None]
    calls = sum(one.calls for one in priced if one.usd)
    if not calls:
        return None
    cost = money.dollars(one.usd for one in priced)
    agreed = console.ask(f"Have {console.count(calls, 'picture')} generated, for at most {cost}?")
    return lambda _: bool(agreed)


def _say_estimate(
    plan: paths.Plan,
    settings: Settings,
    estimate: Callable[[Descriptor], Estimate],
    *,
    json: bool,
) -> None:
    assumed: dict[str, None] = {}

    def records() -> Iterator[tuple[Path, dict[str, Any] | GcxError]]:
        yield from plan.problems
        for path, found in _estimates(plan, estimate):
            if isinstance(found, GcxError):
                yield path, found
                continue
            assumed.update(dict.fromkeys(found.assumed))
            width, height = found.canvas
            record = {"model": found.model, "width": width, "height": height}
            yield path, record | {"calls": found.calls, "estimated_usd": found.usd}

    def summary(known: list[dict[str, Any]]) -> str:
        calls = sum(each["calls"] for each in known)
        by = f" by {console.one_line(known[-1]['model'])}" if known else ""
        stored = sum(not each["calls"] for each in known)
        cost = money.dollars(each["estimated_usd"] for each in known)
        pictures = console.count(calls, "picture")
        return f"{pictures} to generate{by}, {stored:,} already generated: at most {cost}"

    money.say_estimate(
        records(), settings, key="file", json=json, summary=summary, assumed=lambda: assumed
    )


def _lines(known: dict[str, Any]) -> list[str]:
    size = f"{known['width']} x {known['height']}"
    if known["generator"] == "preview":
        return [f"{size}, preview from the {known['source']}"]
    first = f"{size}, {console.one_line(known['model'])} from the {known['source']}"
    facts = []
    if known["score"] is not None:
        facts.append(f"agreement with the visual condition {known['score']:.2f}")
    if count := known.get("candidates"):
        cost = _cost([known])
        facts.append(f"{cost} for {count} candidates" if cost else f"{count} candidates")
    else:
        facts.append("already generated" if known["cached"] else _cost([known]))
    told = ", ".join(filter(None, facts))
    return [first, told] if told else [first]


def _total(results: list[dict[str, Any]]) -> str:
    new = [
        known
        for known in results
        if known["generator"] != "preview" and ("candidates" in known or not known["cached"])
    ]
    if not new:
        return ""
    cost = _cost(new)
    return f"; {len(new)} generated" + (f" for {cost}" if cost else "")


def _cost(results: list[dict[str, Any]]) -> str:
    """What was paid; empty where all of it was free."""
    paid = [known.get("candidates_cost_usd", known["cost_usd"]) or 0 for known in results]
    return money.dollars(paid) if any(paid) else ""


def picture_bytes(made: Reconstruction, target: Path) -> bytes:
    """A reconstruction as a picture file, marked as such if the format allows.

    Raises:
        OutputError: the format cannot hold it, for instance because of its size.
    """
    format = _format_of(target)
    tool = f"gcx {gcx_format.__version__} ({made.generator})"
    options = save_options(format, xmp_packet(made.source_type, tool, made.model))
    if not options:
        told = f"{format} cannot say that no camera recorded this picture; PNG can"
        warnings.warn(told, PictureWarning, stacklevel=2)
    try:
        return file_bytes(made.image, format, **options)
    except OutputError as error:
        error.filename = target
        raise


def _format_of(target: Path) -> str:
    """Pillow's name for the format of a file name."""
    from PIL import Image

    if target == paths.STANDARD:
        return "PNG"
    suffix = target.suffix.lower()
    Image.preinit()  # PNG and JPEG, while all plug-ins take a while to import
    format = Image.EXTENSION.get(suffix) or Image.registered_extensions().get(suffix)
    if format is None or format not in Image.SAVE or format in ("PDF", "GCX"):
        raise typer.BadParameter(
            f"no picture format has the extension {target.suffix!r}: "
            "try png, jpg, webp, avif or tiff; a folder's name ends with /",
            param_hint="--out",
        )
    return format
