"""`gcx encode`: photographs to descriptors."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from gcx_format import files, limits, plain_text
from gcx_format.cli import (
    batch_report,
    describing,
    encoding,
    money,
    options,
    paths,
    standard,
    summary,
)
from gcx_format.cli.earlier import Earlier
from gcx_format.codecs import VISUAL
from gcx_format.report import file_report

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
        str | None, encoding.words_option(metavar="TEXT", help="Words that describe the picture.")
    ] = None,
    text_file: Annotated[
        Path | None,
        encoding.words_option(
            metavar="FILE", parser=paths.argument, help="UTF-8 file to read the words from."
        ),
    ] = None,
    text_from: encoding.TextFrom = "none",
    text_coding: encoding.TextCoding = "auto",
    describe: encoding.Describe = None,
    words: describing.Words = None,
    prompt: describing.Prompt = None,
    candidates: describing.Candidates = None,
    estimate: describing.Estimate = False,
    model: describing.Model = None,
    base_url: options.BaseUrl = None,
    concurrency: options.Concurrency = None,
    jobs: options.Jobs = None,
    visual: encoding.Visual = VISUAL[0].name,
    visual_bytes: encoding.VisualBytes = None,
    bpp: encoding.Bpp = None,
    scale: encoding.Scale = None,
    quality: encoding.Quality = None,
    effort: encoding.Effort = "normal",
    hash: Annotated[
        bool, typer.Option("--hash", help="Store the SHA-256 of the original file.")
    ] = False,
    note: encoding.Note = None,
    salvage: encoding.Salvage = False,
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
    request = encoding.request(
        text=None if text is None else plain_text.clean(text),
        visual=visual,
        visual_bytes=visual_bytes,
        bpp=bpp,
        scale=scale,
        quality=quality,
        effort=effort,
        text_coding=text_coding,
        note=note,
    )
    how = encoding.Encoding(
        request,
        text_from=text_from,
        describe=describe,
        estimate=estimate,
        salvage=salvage,
        jobs=jobs,
        quiet=quiet,
        words=words,
        prompt=prompt,
        candidates=candidates,
        describe_model=model,
        openai_base_url=base_url,
        concurrency=concurrency,
    )
    earlier = Earlier(request, wants_words=how.wants_words, wants_hash=hash)
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

    if estimate:
        how.say_estimate(plan.problems, [job.source for job in plan.jobs], json=json)
        return
    how.prepare(has_work=bool(plan.jobs))
    batch_report.run(
        plan,
        partial(_encode, how.encoder, with_hash=hash),
        tell=tell,
        doing="encoding",
        done="encoded",
        keys=("photo", "file"),
        lines=_lines,
        total=_total,
        on_first=how.say_undescribed,
        at_once=how.at_once,
        in_processes=how.in_processes(plan.jobs),
    )


def _encode(encoder: encoding.Encoder, job: paths.Job, *, with_hash: bool) -> dict[str, Any]:
    """Encode one picture, in any thread or process."""
    source = standard.opened() if job.source == paths.STANDARD else job.source
    descriptor, data, made = encoder.encode(
        source,
        job.source,
        keep=partial(standard.write, job),
        sha256=partial(standard.sha256, source) if with_hash else None,
    )
    about_words = {"description": describing.record(made)} if made else {}
    return {**file_report(descriptor, data), **about_words}


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
