"""`gcx encode`: photographs to descriptors."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import typer

from gcx_format import container, files, limits, plain_text
from gcx_format.cli import facts, outcome, paths
from gcx_format.descriptor import scale_to_byte
from gcx_format.encode import encode as encode_picture
from gcx_format.errors import ArgumentError
from gcx_format.text import TextCoding
from gcx_format.visual import Visual
from gcx_format.visual.msillm.qualities import QualityName

__all__ = ["EXAMPLES", "encode"]

EXAMPLES: Final = """\
Examples:
  gcx encode sea.jpg --text "A red house by the sea."
  gcx encode sea.jpg -o small.gcx --visual-bytes 290
  gcx encode sea.jpg --visual msillm --quality 3
  gcx encode photos -o descriptors --bpp 0.002 --text-from metadata
  gcx encode *.jpg --json | jq .bits_per_pixel"""

_NO_PHOTOGRAPHS: Final = {"BUFR", "EPS", "GRIB", "HDF5", "IPTC", "MPEG", "WMF"}
"""What Pillow recognises and does not decode by itself: nothing to look for in folders."""


def _scale(value: str) -> float:
    try:
        scale = float(value)
        scale_to_byte(scale)
    except (ArgumentError, ValueError) as error:
        raise typer.BadParameter(str(error)) from None
    return scale


def _rate(value: str) -> float:
    try:
        rate = float(value)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if not 0 < rate <= 24:  # "not" turns away NaN as well
        raise typer.BadParameter(f"a rate is above 0 and at most 24 bits per pixel, not {value}")
    return rate


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
        typer.Option(metavar="FILE", parser=paths.argument, help="Read them from a UTF-8 file."),
    ] = None,
    text_from: Annotated[
        Literal["metadata", "none"],
        typer.Option(help="Take them from the picture's own metadata, where it has some."),
    ] = "none",
    text_coding: Annotated[
        TextCoding, typer.Option(help="How words are compressed; auto: what is smallest.")
    ] = "auto",
    visual: Annotated[Visual, typer.Option(help="Codec of the visual condition.")] = "av1",
    visual_bytes: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Bytes that the visual condition may have."),
    ] = None,
    bpp: Annotated[
        float | None,
        typer.Option(metavar="X", parser=_rate, help="Bits per pixel that the file may have."),
    ] = None,
    scale: Annotated[
        float | None,
        typer.Option(
            metavar="N",
            parser=_scale,
            help="Downscale by this for the visual condition. Else 8, or within "
            "--visual-bytes or --bpp the best from 8 up.",
        ),
    ] = None,
    quality: Annotated[
        QualityName | None,
        typer.Option(
            help="Model of MS-ILLM, by ascending rate. Else 4, or within --visual-bytes or "
            "--bpp the highest that fits of those whose weights are here.",
        ),
    ] = None,
    hash: Annotated[
        bool, typer.Option("--hash", help="Keep the SHA-256 of the original file.")
    ] = False,
    note: Annotated[str | None, typer.Option(metavar="TEXT", help="Keep a remark.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite what exists, even if it is newer.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object per picture, one a line.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Reduce photographs to .gcx files of some hundred bytes.

    Folders are searched for pictures and mirrored into OUT. What is there
    already and not older than its photograph is skipped, so that a stopped
    run can be started again; of a single photograph it is an error, unless
    there is --force. Hidden files are left out, and links to folders are not
    followed. Where names would meet, as of a.jpg and a.png, they are kept
    whole: a.jpg.gcx, a.png.gcx.

    With --json, "status" is encoded, skipped or failed, "photo" and "file" are
    the paths; what was encoded has all keys of gcx info --json besides.
    """
    if sum([text is not None, text_file is not None, text_from != "none"]) > 1:
        raise typer.BadParameter("give one of --text, --text-file and --text-from")
    if visual_bytes is not None and bpp is not None:
        raise typer.BadParameter("give --visual-bytes or --bpp, not both")
    if visual == "none" and not (visual_bytes is None and bpp is None and scale is None):
        raise typer.BadParameter("--visual-bytes, --bpp and --scale need a visual condition")
    if quality is not None and visual != "msillm":
        raise typer.BadParameter("--quality needs --visual msillm")
    words = _read_words(text_file) if text_file else text
    if words is not None:
        words = plain_text.clean(words)
        _check("text", words, limits.MAX_TEXT_BYTES)
    elif visual == "none" and text_from == "none":
        raise typer.BadParameter("--visual none needs --text, --text-file or --text-from")
    if note is not None:
        _check("note", note, limits.MAX_NOTE_BYTES)

    plan = paths.plan(
        inputs, out, wanted=_is_photo, what="pictures", extension=".gcx", force=force, renew=True
    )
    if words is not None and len(plan) > 1:
        raise typer.BadParameter(
            f"one text for {len(plan)} pictures is hardly meant: encode them one by one, "
            "or take --text-from metadata"
        )

    def work(job: paths.Job) -> dict[str, Any]:
        from gcx_format.describe.metadata import words_from_metadata
        from gcx_format.picture import open_picture

        image = open_picture(job.source)
        descriptor = encode_picture(
            image,
            text=words_from_metadata(image) if text_from == "metadata" else words,
            visual=visual,
            visual_bytes=visual_bytes,
            bpp=bpp,
            scale=scale,
            quality=quality,
            text_coding=text_coding,
            original_sha256=_sha256(job.source) if hash else None,
            note=note,
        )
        data = container.dumps(descriptor)
        files.write_atomically(job.target, data, overwrite=job.overwrite)
        return facts.record(descriptor, data)

    outcome.run(
        plan,
        work,
        tell="none" if quiet else "json" if json else "words",
        doing="encoding",
        done="encoded",
        keys=("photo", "file"),
        lines=_lines,
        total=_total,
    )


def _lines(known: dict[str, Any]) -> list[str]:
    return [
        facts.size_line(known),
        f"words: {facts.words_line(known)}",
        f"visual condition: {facts.condition_line(known)}",
        f"overhead: {known['overhead_bytes']} bytes",
    ]


def _total(all_known: list[dict[str, Any]]) -> str:
    size = sum(known["file_bytes"] for known in all_known)
    rate = sum(known["bits_per_pixel"] for known in all_known) / len(all_known)
    return f"; {size:,} bytes, on average {rate:.4g} bits per pixel"


def _check(what: str, text: str, max_bytes: int) -> None:
    found = plain_text.fault(text, max_bytes)
    if found:
        raise typer.BadParameter(f"the {what} {found}")


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


def _is_photo(path: Path) -> bool:
    from PIL import Image

    format = Image.registered_extensions().get(path.suffix.lower())
    return format in Image.OPEN and format not in _NO_PHOTOGRAPHS and not paths.is_gcx(path)


def _sha256(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
