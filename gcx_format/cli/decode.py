"""`gcx decode`: descriptors to pictures."""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

import gcx_format
from gcx_format import files
from gcx_format.cli import console, outcome, paths
from gcx_format.decode import decode as decode_descriptor
from gcx_format.errors import (
    CancelledError,
    GcxError,
    OutputError,
)
from gcx_format.generate import Generator, Partial, Reconstruction
from gcx_format.provenance import save_options, xmp_packet

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
            "tiff ...), or folder for PNG files; else a PNG file beside the .gcx.",
        ),
    ] = None,
    generator: Annotated[
        Generator | None,
        typer.Option(
            help="What makes the pixels: a model (openai), none (preview), or a model where a "
            "key is set (auto); else as set, auto."
        ),
    ] = None,
    policy: Annotated[
        Literal["never", "cached-only", "ask", "always"] | None,
        typer.Option(help="Whether a model may be asked; else as set, always."),
    ] = None,
    route: Annotated[
        Literal["responses", "images"] | None,
        typer.Option(
            help="Part of the server's API: a language model with an image tool (responses), or "
            "an image model (images); else as set, responses."
        ),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Model to ask on that route; else as set, gpt-4o or gpt-image-2."
        ),
    ] = None,
    quality: Annotated[
        Literal["auto", "low", "medium", "high"] | None,
        typer.Option(help="Quality to ask for; else as set, auto."),
    ] = None,
    candidates: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            max=8,
            help="Pictures to have made; written is the one nearest to the visual condition.",
        ),
    ] = None,
    partials: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Folder for unfinished pictures, as the model sends them."
        ),
    ] = None,
    words_alone: Annotated[
        bool,
        typer.Option(
            "--words-alone",
            help="Let a model do without a visual condition that cannot be decoded here.",
        ),
    ] = False,
    base_url: Annotated[
        str | None,
        typer.Option(metavar="URL", help="Any OpenAI-compatible server; else as set, OpenAI's."),
    ] = None,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Print what generating would cost, and do nothing.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite what exists.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object per file, one a line.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Reconstruct pictures from .gcx files.

    Where a key is set, a model generates them; that costs money, at most
    what `gcx config` allows, and only once: what was generated is kept, and
    taken from there the next time. Else they are previews, without a model.

    Folders are searched for .gcx files and mirrored into OUT. What is there
    already and not older than its .gcx is skipped; of a single file it is an
    error, unless there is --force.

    The pictures say in their metadata (XMP, IPTC digital source type) that no
    camera recorded their pixels.

    With --json, "status" is decoded, skipped or failed, "file" and "picture"
    are the paths; what was decoded has width, height, and what made its
    pixels: generator, source and digital_source_type, and for those that a
    model made its name, the cost and the score, 0 to 1, for how well it agrees
    with the visual condition; candidates and candidates_cost_usd where several
    were made for it. With --estimate, "status" is estimated, and
    there are calls and estimated_usd.
    """
    plan = paths.plan(
        inputs,
        out,
        wanted=files.is_gcx,
        what=".gcx files",
        extension=".png",
        force=force or estimate,
        renew=False,  # a PNG file beside a .gcx may be the photograph it was made from
    )
    for job in plan.jobs:
        _format_of(job.target)
    asked: dict[str, Any] = {
        "generator": generator,
        "policy": policy,
        "route": route,
        "image_model" if _is_on_images(route) else "host_model": model,
        "image_quality": quality,
        "openai_base_url": base_url,
        "words_alone": words_alone or None,
    }
    settings = _settings(asked, needed=estimate)
    if settings is not None and partials is not None and not settings.partial_images:
        settings = _settings({**asked, "partial_images": _PARTIALS}, needed=True)
    if estimate:
        assert settings is not None
        _say_estimate(plan, settings, candidates, json=json)
        return
    run = _Run(
        generator,
        settings,
        candidates,
        partials,
        _asked_once(plan, settings, candidates),
        several=len(plan.jobs) > 1,
    )

    def work(job: paths.Job) -> dict[str, Any]:
        made = run.decode(job)
        data = picture_bytes(made, job.target)
        files.write_atomically(job.target, data, overwrite=job.overwrite)
        return {"width": made.image.width, "height": made.image.height, **made.info}

    outcome.run(
        plan,
        work,
        tell="none" if quiet else "json" if json else "words",
        doing="decoding",
        done="decoded",
        keys=("file", "picture"),
        lines=_lines,
        total=_total,
    )


def _is_on_images(route: str | None) -> bool:
    """Whether an image model is asked, so that the model named is one."""
    if route is not None:
        return route == "images"
    settings = _settings({}, needed=False)
    return settings is not None and settings.route == "images"


def _settings(asked: dict[str, Any], *, needed: bool) -> Settings | None:
    """The user's settings, with what the command line says instead.

    None where nothing but a preview is asked for, or can be had for want of packages.

    Raises:
        MissingExtraError: the packages are missing, and needed for what was asked.
    """
    if asked.get("generator") == "preview" and not needed:
        return None
    try:
        from gcx_format.settings import load_settings
    except gcx_format.MissingExtraError:
        others = [value for name, value in asked.items() if name != "generator" and value]
        if asked.get("policy") in ("never", "cached-only"):  # which hold without packages, too
            others.remove(asked["policy"])
        if needed or others or asked.get("generator") == "openai":
            raise
        return None
    return load_settings(**asked)


class _Run:
    """Decodings in any number of threads, which end with the first error that all would meet."""

    def __init__(
        self,
        generator: Generator | None,
        settings: Settings | None,
        candidates: int | None,
        partials: Path | None,
        confirm: Callable[[Decimal], bool] | None,
        *,
        several: bool,
    ) -> None:
        self._generator = generator
        self._settings = settings
        self._candidates = candidates
        self._partials = partials
        self._confirm = confirm
        self._several = several
        self._lock = threading.Lock()
        self._stopped_by: Path | None = None

    def decode(self, job: paths.Job) -> Reconstruction:
        with self._lock:
            if self._stopped_by is not None:
                raise CancelledError(f"not decoded, after what {self._stopped_by} met")
        on_partial = None
        if self._partials is not None:
            folder = self._partials / job.source.stem if self._several else self._partials
            on_partial = _partial_writer(folder, job.source.stem, self._candidates)
        try:
            return decode_descriptor(
                files.read(job.source),
                generator=self._generator,
                settings=self._settings,
                candidates=self._candidates,
                on_partial=on_partial,
                confirm=self._confirm,
            )
        except GcxError as error:
            if error.stops_batch:
                with self._lock:
                    self._stopped_by = self._stopped_by or job.source
            raise


def _partial_writer(folder: Path, stem: str, candidates: int | None) -> Callable[[Partial], object]:
    """Writes unfinished pictures as they come, marked for what they are."""

    def write(partial: Partial) -> None:
        from gcx_format.provenance import DigitalSourceType

        which = f"-{partial.candidate + 1}" if (candidates or 1) > 1 else ""
        packet = xmp_packet(
            DigitalSourceType.TRAINED_ALGORITHMIC, f"gcx {gcx_format.__version__} (unfinished)"
        )
        buffer = io.BytesIO()
        partial.image.save(buffer, "PNG", **save_options("PNG", packet))
        path = folder / f"{stem}{which}-partial-{partial.index + 1}.png"
        files.write_atomically(path, buffer.getvalue(), overwrite=True)

    return write


def _estimates(
    plan: paths.Plan, settings: Settings, candidates: int | None
) -> Iterable[tuple[paths.Job, Any]]:
    """For each file an `Estimate`, or why there is none."""
    from gcx_format.generate import service

    for job in plan.jobs:
        try:
            yield job, service.estimate(files.read(job.source), settings, candidates=candidates)
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
        or settings.generator == "preview"
        or settings.openai_api_key is None
        or sys.stderr is None
        or not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty())
    ):
        return None
    from gcx_format.spending import dollars

    found = [found for _, found in _estimates(plan, settings, candidates)]
    priced = [one for one in found if not isinstance(one, GcxError)]
    calls = sum(one.calls for one in priced)
    if not calls:
        return None
    cost = sum((one.usd for one in priced), Decimal(0))
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
    from gcx_format.spending import Ledger, assumed_prices, dollars, price_table

    problems: list[tuple[Path, GcxError]] = list(plan.problems)
    total, calls, kept, model = Decimal(0), 0, 0, ""
    for job, found in _estimates(plan, settings, candidates):
        if isinstance(found, GcxError):
            problems.append((job.source, found))
            continue
        total, calls, kept = total + found.usd, calls + found.calls, kept + (not found.calls)
        model = found.model
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
    for name in assumed_prices(settings, picture=True):
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
    buffer = io.BytesIO()
    try:
        made.image.save(buffer, format, **options)
    except (OSError, ValueError, OverflowError, KeyError) as error:
        raise OutputError(
            f"{format} cannot hold this picture ({error}); PNG can", filename=target
        ) from None
    return buffer.getvalue()


def _format_of(target: Path) -> str:
    """Pillow's name of the format that an extension stands for."""
    from PIL import Image

    format = Image.registered_extensions().get(target.suffix.lower())
    if format is None or format not in Image.SAVE or format in ("PDF", "GCX"):
        raise typer.BadParameter(
            f"no picture format has the extension {target.suffix!r}: "
            "png, jpg, webp, avif and tiff are some; a folder's name ends with /",
            param_hint="--out",
        )
    return format
