"""Standard input and output in place of files: `-`, for one picture at a time."""

from __future__ import annotations

import hashlib
import io
import sys
from pathlib import Path

import typer

from gcx_format import container, files, limits
from gcx_format.cli import paths
from gcx_format.cli.batch_report import Tell
from gcx_format.descriptor import Descriptor
from gcx_format.errors import FormatError


def telling(plan: paths.Plan, *, quiet: bool, json: bool) -> Tell:
    """How to report results: not on standard output if a picture goes there."""
    if any(job.target == paths.STANDARD for job in plan.jobs):
        if json:
            raise typer.BadParameter("--json and the picture cannot both go to standard output")
        if sys.stdout.isatty():
            raise typer.BadParameter("a terminal cannot show a picture; name a file with -o")
        return "none" if quiet else "warnings"
    return "none" if quiet else "json" if json else "words"


def opened() -> io.BytesIO:
    return io.BytesIO(sys.stdin.buffer.read())


def sha256(source: Path | io.BytesIO) -> bytes:
    if isinstance(source, Path):
        return files.sha256(source)
    return hashlib.sha256(source.getvalue()).digest()


def descriptor(source: Path) -> Descriptor:
    if source != paths.STANDARD:
        return files.read(source)
    try:
        return container.loads(sys.stdin.buffer.read(limits.MAX_FILE_BYTES + 1))
    except FormatError as error:
        error.filename = "-"
        raise


def write(job: paths.Job, data: bytes) -> None:
    if job.target != paths.STANDARD:
        files.write_atomically(job.target, data, overwrite=job.overwrite)
        return
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        error.filename = "stdout"
        raise
