"""`gcx encode`: photographs to descriptors."""

from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias

import typer

from gcx_format import container, files, limits, plain_text
from gcx_format.cli import (
    batch_report,
    console,
    describing,
    money,
    options,
    paths,
    registered,
    standard,
    summary,
)
from gcx_format.cli.earlier import Earlier
from gcx_format.codecs import TEXT, VISUAL
from gcx_format.describe.describer import choose
from gcx_format.encode import EncodeRequest, encode_as, open_photograph
from gcx_format.errors import ArgumentError, GcxError
from gcx_format.registry import DESCRIBERS
from gcx_format.report import file_report

if TYPE_CHECKING:
    Visual: TypeAlias = str
    TextCoding: TypeAlias = str
    Quality: TypeAlias = str
else:  # typer's choices
    Visual = Literal[(*(codec.name for codec in VISUAL), "none")]
    TextCoding = Literal[("auto", *(coding.name for coding in TEXT))]
    Quality = Literal[tuple(each.name for codec in VISUAL for each in codec.variants if each.name)]

_words_option = partial(typer.Option, rich_help_panel="Words")
_condition_option = partial(typer.Option, rich_help_panel="Visual condition")

EXAMPLES: Final = """\
Examples:
  gcx encode sea.jpg --text "A red house by the sea."
  gcx encode sea.jpg --describe openai --words 30
  gcx encode sea.jpg -o small.gcx --visual-bytes 290 --describe none
  gcx encode sea.jpg --visual msillm --quality 3
  gcx encode photos -o descriptors --bpp 0.002 --text-from metadata
  gcx encode *.jpg --json | jq .bits_per_pixel"""


def encode(
    inputs: options.Photos,
    out: Annotated[
        str | None,
        typer.Option(
            "--out",
            "-o",
            metavar="OUT",
            help="File for one picture, or folder; default: beside the picture.",
        ),
    ] = None,
    text: Annotated[
        str | None, _words_option(metavar="TEXT", help="Words that describe the picture.")
    ] = None,
    text_file: Annotated[
        Path | None,
        _words_option(
            metavar="FILE", parser=paths.argument, help="UTF-8 file to read the words from."
        ),
    ] = None,
    text_from: Annotated[
        Literal["metadata", "none"],
        _words_option(help="Take the words from the picture's metadata, if it has any."),
    ] = "none",
    text_coding: Annotated[
        TextCoding, _words_option(help="How words are compressed; auto: the smallest.")
    ] = "auto",
    describe: Annotated[
        str | None,
        registered.option(
            DESCRIBERS,
            panel=describing.PANEL,
            help="What describes photographs without words: auto (the first that is ready), "
            "{describers}, or none; default: your setting, initially auto.",
        ),
    ] = None,
    words: describing.Words = None,
    prompt: describing.Prompt = None,
    candidates: describing.Candidates = None,
    estimate: describing.Estimate = False,
    model: describing.Model = None,
    base_url: options.BaseUrl = None,
    concurrency: options.Concurrency = None,
    visual: Annotated[Visual, _condition_option(help="Codec of the visual condition.")] = VISUAL[
        0
    ].name,
    visual_bytes: Annotated[
        int | None,
        _condition_option(
            metavar="N",
            min=1,
            help="Maximum size of the visual condition, in bytes; without a budget about 600 for a "
            "photograph of a megapixel or more, in proportion fewer for a smaller one.",
        ),
    ] = None,
    bpp: Annotated[
        float | None,
        _condition_option(metavar="X", help="Maximum size of the file, in bits per pixel."),
    ] = None,
    scale: Annotated[
        float | None,
        _condition_option(
            metavar="N",
            help="Downscaling factor of the visual condition; default: 8, more if that leaves "
            "more than 128 pixels along the shorter side, or with a budget the best from 8 up.",
        ),
    ] = None,
    quality: Annotated[
        Quality | None,
        _condition_option(
            help="Model of a codec that has several, by ascending rate; default: the paper's, or "
            "with --visual-bytes or --bpp the highest that fits and whose weights are installed."
        ),
    ] = None,
    hash: Annotated[
        bool, typer.Option("--hash", help="Store the SHA-256 of the original file.")
    ] = False,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="Remark to store.")] = None,
    salvage: Annotated[
        bool,
        typer.Option("--salvage", help="Encode what is left of a JPEG file that is cut short."),
    ] = False,
    force: options.Force = False,
    json: Annotated[bool, options.json_per("picture")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Reduce photographs to .gcx files of a few hundred bytes.

    Whatever the camera, the visual condition is that of the paper's
    photographs: as if the shorter side had 1024 pixels, at most 602 bytes.

    The words are those of --text, --text-file or --text-from. Without these, a
    describer describes the photograph if one is ready (openai is once an API
    key is set). With openai that costs about a cent, limited by
    daily_limit_usd; --describe none turns this off. With --text-from metadata
    --describe openai, only photographs without words in their metadata are
    described.

    Folders are searched for pictures and mirrored into OUT, several into a
    folder each. Existing files that are not older than their photographs are
    skipped, so an interrupted run can be resumed, unless they are of another
    photograph; those made with other options are counted. For a single
    photograph an existing file is an error, unless --force is given. Hidden
    files are left out, and links to folders are not followed. If names collide
    (a.jpg, a.png), full names are kept: a.jpg.gcx, a.png.gcx. In folders,
    pictures are recognised by name, and their format by content; a summary
    counts what was left out. A file that is named is always opened.

    Use - as PHOTO for standard input, and as OUT for standard output. With -
    as PHOTO, OUT defaults to -. A file of that name is ./-.

    With --json, "status" is encoded, skipped or failed; "photo" and "file" are
    the paths. Encoded photographs also have all keys of gcx info --json, and
    "description" if a describer was used: see gcx describe --help.
    """
    if sum([text is not None, text_file is not None, text_from != "none"]) > 1:
        raise typer.BadParameter("give one of --text, --text-file and --text-from")
    text = _read_words(text_file) if text_file else text
    try:
        request = EncodeRequest(
            text=None if text is None else plain_text.clean(text),
            visual=visual,
            visual_bytes=visual_bytes,
            bpp=bpp,
            scale=scale,
            quality=quality,
            text_coding=text_coding,
            note=note,
        )
    except ArgumentError as error:
        raise typer.BadParameter(error.message) from None
    asked = {
        "words": words,
        "prompt": prompt,
        "candidates": candidates,
        "describe_model": model,
        "openai_base_url": base_url,
        "concurrency": concurrency,
    }
    is_named = describe not in (None, *DESCRIBERS.special)
    if text is not None and is_named:
        raise typer.BadParameter(f"give words or --describe {describe}, not both")
    wants_words = text is None and describe != "none" and (text_from == "none" or is_named)
    if not wants_words and (estimate or any(value is not None for value in asked.values())):
        raise typer.BadParameter(
            "--words, --prompt, --candidates, --model, --base-url, --concurrency and --estimate "
            "need --describe"
        )

    settings = describer = obstacle = None
    if wants_words:
        from gcx_format.settings import load_settings

        settings = load_settings(**asked)
        describer = choose(describe or settings.describer, settings)
        obstacle = describer.ready() if describer else None
    by_itself = (describe or "auto") == "auto" and (
        settings is None or settings.describer == "auto"
    )
    can_describe = describer is not None and (obstacle is None or not by_itself)
    if visual == "none" and text is None and text_from == "none" and not (can_describe or estimate):
        raise typer.BadParameter(
            "--visual none needs --text, --text-file, --text-from or --describe"
        )

    earlier = Earlier(request, wants_words=can_describe or text_from != "none", wants_hash=hash)
    plan = paths.plan(
        inputs,
        out,
        kind=paths.PICTURES,
        extension=files.SUFFIX,
        force=force,
        renew=True,
        is_done=earlier.is_done,
    )
    plan.remarks += earlier.remarks()
    tell = standard.telling(plan, quiet=quiet, json=json)
    if text is not None and len(plan) > 1:
        raise typer.BadParameter(
            f"one text cannot describe {len(plan)} pictures: encode them one by one, "
            "or use --text-from metadata"
        )

    if estimate and describer is None:
        raise typer.BadParameter("the setting describer is none: --estimate needs --describe")
    if estimate and describer and settings:
        sources = [job.source for job in plan.jobs]
        describing.say_estimate(plan.problems, sources, describer, settings, json=json)
        return
    if missing := request.missing(None if settings is None else settings.weight_store):
        raise missing
    untold = threading.Semaphore(1 if obstacle and not can_describe and not quiet else 0)
    describe_one = None
    if can_describe and describer and settings and plan.jobs:
        describe_one = describing.run(describer, settings, beside=visual != "none")

    def work(job: paths.Job) -> dict[str, Any]:
        from gcx_format.describe.metadata import words_from_metadata
        from gcx_format.pictures import normalise

        source = standard.opened() if job.source == paths.STANDARD else job.source
        image, size = open_photograph(source, request, salvage=salvage)
        found = words_from_metadata(image) if text_from == "metadata" else request.text
        made = None
        if describe_one and not found:
            image = normalise(image)  # here, so that it warns only once
            made = describe_one(image, job.source)
        asked = request.described(made) if made else replace(request, text=found)
        try:
            sha256 = standard.sha256(source) if hash else None
            descriptor = encode_as(image, replace(asked, original_sha256=sha256), size=size)
            data = container.dumps(descriptor)
            standard.write(job, data)
        except GcxError as error:
            if made:  # paid for; --text accepts them
                error.message += f"; its description was: {made.text}"
            raise
        if obstacle and untold.acquire(blocking=False):  # once
            reason = console.explain(obstacle)
            console.complain(None, f"not described: {reason}; --describe none turns this off")
        about_words = {"description": describing.record(made)} if made else {}
        return {**file_report(descriptor, data), **about_words}

    batch_report.run(
        plan,
        work,
        tell=tell,
        doing="encoding",
        done="encoded",
        keys=("photo", "file"),
        lines=_lines,
        total=_total,
        at_once=describing.at_once(describer) if describe_one and describer else None,
    )


def _lines(known: dict[str, Any]) -> list[str]:
    described = f", {describing.cost_line(known['description'])}" if "description" in known else ""
    return [
        summary.size_line(known),
        f"words: {summary.words_line(known)}{described}",
        f"visual condition: {summary.condition_line(known)}",
        *(["hash: 32 bytes"] if known["original_sha256"] else []),
        *([f"note: {len(known['note'].encode())} bytes"] if known["note"] else []),
        f"overhead: {known['overhead_bytes']} bytes",
    ]


def _total(all_known: list[dict[str, Any]]) -> str:
    size = sum(known["file_bytes"] for known in all_known)
    rate = sum(known["bits_per_pixel"] for known in all_known) / len(all_known)
    total = f"; {size:,} bytes, on average {rate:.4g} bits per pixel"
    described = [known["description"] for known in all_known if "description" in known]
    if described:
        cost = money.dollars(description["cost_usd"] for description in described)
        total += f"; described {len(described)} for {cost}"
    return total


def _read_words(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(limits.MAX_TEXT_BYTES + 4096).decode("utf-8-sig")
    except OSError as error:
        raise typer.BadParameter(f"--text-file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise typer.BadParameter(
            f"--text-file is not UTF-8: invalid byte at {error.start}"
        ) from None
