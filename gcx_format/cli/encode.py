"""`gcx encode`: photographs to descriptors."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, TypeAlias

import typer

from gcx_format import container, files, limits, plain_text
from gcx_format.cli import batch_report, console, describing, paths, registered, standard, summary
from gcx_format.codecs import TEXT, VISUAL
from gcx_format.describe.describer import choose
from gcx_format.encode import EncodeRequest, encode_as
from gcx_format.errors import ArgumentError, GcxError
from gcx_format.pictures import normalise, open_picture
from gcx_format.registry import DESCRIBERS
from gcx_format.report import file_report

if TYPE_CHECKING:
    Visual: TypeAlias = str
    TextCoding: TypeAlias = str
    Quality: TypeAlias = str
else:  # what typer offers to choose from
    Visual = Literal[(*(codec.name for codec in VISUAL), "none")]
    TextCoding = Literal[("auto", *(coding.name for coding in TEXT))]
    Quality = Literal[tuple(each.name for codec in VISUAL for each in codec.variants if each.name)]

__all__ = ["EXAMPLES", "encode"]

EXAMPLES: Final = """\
Examples:
  gcx encode sea.jpg --text "A red house by the sea."
  gcx encode sea.jpg --describe openai --words 30
  gcx encode sea.jpg -o small.gcx --visual-bytes 290 --describe none
  gcx encode sea.jpg --visual msillm --quality 3
  gcx encode photos -o descriptors --bpp 0.002 --text-from metadata
  gcx encode *.jpg --json | jq .bits_per_pixel"""


def encode(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="PHOTO|FOLDER", parser=paths.argument, help="Pictures, or folders of them."
        ),
    ],
    out: Annotated[
        str | None,
        typer.Option(
            "--out", "-o", metavar="OUT", help="File for one picture, or folder; else beside it."
        ),
    ] = None,
    text: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Words that describe the picture.")
    ] = None,
    text_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", parser=paths.argument, help="Read the words from a UTF-8 file."
        ),
    ] = None,
    text_from: Annotated[
        Literal["metadata", "none"],
        typer.Option(help="Take the words from the picture's own metadata, if it has any."),
    ] = "none",
    describe: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            parser=registered.checked(DESCRIBERS),
            autocompletion=registered.completed(DESCRIBERS),
            help="Have the photograph described where it has no words: auto, by the first that "
            "is ready of {describers}; by one of these; or none. Default: your setting, "
            "initially auto.",
        ),
    ] = None,
    words: describing.Words = None,
    prompt: describing.Prompt = None,
    candidates: describing.Candidates = None,
    model: describing.Model = None,
    base_url: describing.BaseUrl = None,
    estimate: describing.Estimate = False,
    text_coding: Annotated[
        TextCoding, typer.Option(help="How words are compressed; auto: what is smallest.")
    ] = "auto",
    visual: Annotated[Visual, typer.Option(help="Codec of the visual condition.")] = VISUAL[0].name,
    visual_bytes: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Bytes that the visual condition may have."),
    ] = None,
    bpp: Annotated[
        float | None,
        typer.Option(metavar="X", help="Bits per pixel that the file may have."),
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(
            metavar="N",
            help="Downscale by this for the visual condition. Else 8, or within "
            "--visual-bytes or --bpp the best from 8 up.",
        ),
    ] = None,
    quality: Annotated[
        Quality | None,
        typer.Option(
            help="Model of a codec that has several, by ascending rate. Else the paper's, or "
            "within --visual-bytes or --bpp the highest that fits of those whose weights are "
            "here.",
        ),
    ] = None,
    hash: Annotated[
        bool, typer.Option("--hash", help="Keep the SHA-256 of the original file.")
    ] = False,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="Keep a remark.")] = None,
    salvage: Annotated[
        bool,
        typer.Option("--salvage", help="Encode what is left of a JPEG file that is cut short."),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite what exists, even if it is newer.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object per picture, one a line.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Reduce photographs to .gcx files of some hundred bytes.

    Words are those of --text, --text-file or --text-from; where none of these
    is given and a describer is ready (openai is once an API key is set), it
    describes the photograph. With openai that costs about a cent, limited by
    daily_limit_usd; --describe none turns this off. With --text-from metadata
    --describe openai, only photographs without words in their metadata are
    described.

    Folders are searched for pictures and mirrored into OUT. What is there
    already and not older than its photograph is skipped, so that a stopped
    run can be started again; of a single photograph it is an error, unless
    there is --force. Hidden files are left out, and links to folders are not
    followed. Where names would meet, as of a.jpg and a.png, they are kept
    whole: a.jpg.gcx, a.png.gcx. In folders, names decide which files are
    pictures; what is left out is counted at the end. A file given by name is
    always opened, and its contents decide its format.

    PHOTO can be - for standard input, and OUT - for standard output, where
    what came from standard input goes by default. A file named - is ./-.

    With --json, "status" is encoded, skipped or failed, "photo" and "file" are
    the paths; what was encoded has all keys of gcx info --json besides, and
    "description" where a model was asked: see gcx describe --help.
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
    asks_for_words = (words, prompt, candidates, model, base_url) != (None,) * 5 or estimate
    is_named = describe not in (None, *DESCRIBERS.special)
    if text is not None and is_named:
        raise typer.BadParameter(f"give words or --describe {describe}, not both")
    wants_words = text is None and describe != "none" and (text_from == "none" or is_named)
    if asks_for_words and not wants_words:
        raise typer.BadParameter(
            "--words, --prompt, --candidates, --model, --base-url and --estimate need --describe"
        )

    settings = describer = obstacle = None
    if wants_words:
        settings = describing.settings_for(
            words=words, prompt=prompt, candidates=candidates, model=model, base_url=base_url
        )
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

    plan = paths.plan(
        inputs,
        out,
        kind=paths.PICTURES,
        extension=files.SUFFIX,
        force=force,
        renew=True,
    )
    tell = standard.telling(plan, quiet=quiet, json=json)
    if text is not None and len(plan) > 1:
        raise typer.BadParameter(
            f"one text for {len(plan)} pictures is hardly meant: encode them one by one, "
            "or take --text-from metadata"
        )

    if estimate and describer is None:
        raise typer.BadParameter("the setting describer is none: --estimate needs --describe")
    if estimate and describer and settings:
        for path, problem in plan.problems:
            console.complain_of(problem, path)
        describing.say_estimate((job.source for job in plan.jobs), describer, settings, json=json)
        raise typer.Exit(1 if plan.problems else 0)
    if missing := request.missing(None if settings is None else settings.weight_store):
        raise missing
    untold = threading.Semaphore(1 if obstacle and not can_describe and not quiet else 0)
    run = None
    if can_describe and describer and settings and plan.jobs:
        run = describing.Run(describer, settings)

    def work(job: paths.Job) -> dict[str, Any]:
        from gcx_format.describe.metadata import words_from_metadata

        source = standard.opened() if job.source == paths.STANDARD else job.source
        image = open_picture(source, salvage=salvage)
        found = words_from_metadata(image) if text_from == "metadata" else request.text
        made = None
        if run and not found:
            image = normalise(image)  # here, so that warnings about it come once
            made = run.describe(image, job.source)
            found = made.text
        try:
            sha256 = standard.sha256(source) if hash else None
            descriptor = encode_as(image, replace(request, text=found, original_sha256=sha256))
            data = container.dumps(descriptor)
            standard.write(job, data)
        except GcxError as error:
            if made:  # they were paid for, and --text takes them
                error.message += f"; the words for it were: {made.text}"
            raise
        if obstacle and untold.acquire(blocking=False):  # once
            console.complain(
                None,
                f"not described: {console.explain(obstacle)}; --describe none turns this off",
            )
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
        from gcx_format.spending import dollars

        cost = sum(Decimal(str(description["cost_usd"])) for description in described)
        total += f"; described {len(described)} for {dollars(Decimal(cost))}"
    return total


def _read_words(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(limits.MAX_TEXT_BYTES + 4096).decode("utf-8-sig")
    except OSError as error:
        raise typer.BadParameter(f"--text-file cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise typer.BadParameter(
            f"--text-file is not UTF-8: its byte {error.start} cannot stand there"
        ) from None
