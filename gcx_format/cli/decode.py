"""`gcx decode`: descriptors to pictures."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Annotated, Any, Final

import typer

import gcx_format
from gcx_format import files
from gcx_format.cli import console, outcome, paths
from gcx_format.decode import decode as decode_descriptor
from gcx_format.errors import OutputError
from gcx_format.generate import Generator, Reconstruction
from gcx_format.provenance import save_options, xmp_packet

__all__ = ["EXAMPLES", "decode", "picture_bytes"]

EXAMPLES: Final = """\
Examples:
  gcx decode sea.gcx
  gcx decode sea.gcx -o sea.webp
  gcx decode descriptors -o pictures"""


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
        Generator, typer.Option(help="What makes the pixels; preview needs no model.")
    ] = "preview",
    force: Annotated[bool, typer.Option("--force", help="Overwrite what exists.")] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object per file, one a line.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")] = False,
) -> None:
    """Reconstruct pictures from .gcx files.

    Folders are searched for .gcx files and mirrored into OUT. What is there
    already and not older than its .gcx is skipped; of a single file it is an
    error, unless there is --force.

    The pictures say in their metadata (XMP, IPTC digital source type) that no
    camera recorded their pixels.

    With --json, "status" is decoded, skipped or failed, "file" and "picture"
    are the paths; what was decoded has width, height, and what made its
    pixels: generator, source and digital_source_type.
    """
    plan = paths.plan(
        inputs,
        out,
        wanted=paths.is_gcx,
        what=".gcx files",
        extension=".png",
        force=force,
        renew=False,  # a PNG file beside a .gcx may be the photograph it was made from
    )
    for job in plan.jobs:
        _format_of(job.target)

    def work(job: paths.Job) -> dict[str, Any]:
        made = decode_descriptor(files.read(job.source), generator=generator)
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
    )


def _lines(known: dict[str, Any]) -> list[str]:
    size = f"{known['width']} x {known['height']}"
    return [f"{size}, {known['generator']} from the {known['source']}"]


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
