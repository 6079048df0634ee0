"""`gcx thumbnail`: small pictures for desktops."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from gcx_format import files
from gcx_format.cli import batch_report, console, paths
from gcx_format.cli.decode import picture_bytes
from gcx_format.decode import thumbnail as thumbnail_of

EXAMPLES: Final = """\
Examples:
  gcx thumbnail sea.gcx sea.png
  gcx thumbnail --size 1024 sea.gcx /tmp/sea.jpg
  gcx thumbnail descriptors thumbnails"""


def thumbnail(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="IN", parser=paths.argument, help="A .gcx file, or a folder of them."
        ),
    ],
    target: Annotated[
        Path,
        typer.Argument(
            metavar="OUT",
            parser=paths.argument,
            help="The picture: .png or .jpg; or a folder for PNG files.",
        ),
    ],
    size: Annotated[
        int,
        typer.Option(metavar="N", min=1, max=4096, help="Maximum side, in pixels."),
    ] = 256,
) -> None:
    """Make small pictures of .gcx files, locally and quickly.

    Desktops call this to show files in folders. They create OUT beforehand, so
    it is overwritten without a question.
    """
    if source.is_dir():
        plan = paths.plan(
            [source],
            f"{target}{os.sep}",
            kind=paths.DESCRIPTORS,
            extension=".png",
            force=True,
            renew=True,
            spare_pictures=True,
        )

        def work(job: paths.Job) -> dict[str, Any]:
            made = thumbnail_of(files.read(job.source), size)
            files.write_atomically(job.target, picture_bytes(made, job.target), overwrite=True)
            return {}

        batch_report.run(
            plan,
            work,
            tell="words",
            doing="making thumbnails",
            done="made",
            keys=("file", "picture"),
            lines=lambda _: ["made"],
        )
        return
    if target.suffix.lower() not in (".png", ".jpg", ".jpeg"):
        raise typer.BadParameter("a thumbnail is a .png or a .jpg file", param_hint="OUT")
    if target.exists() and source.exists() and target.samefile(source):
        raise typer.BadParameter("IN and OUT are the same file")
    try:
        made = thumbnail_of(files.read(source), size)
        files.write_atomically(target, picture_bytes(made, target), overwrite=True)
    except Exception as error:
        console.complain_of(error, source)
        raise typer.Exit(1) from None
