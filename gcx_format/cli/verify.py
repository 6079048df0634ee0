"""`gcx verify`: whether descriptors are whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from gcx_format import files
from gcx_format.cli import batch, console, paths

__all__ = ["EXAMPLES", "verify"]

EXAMPLES: Final = """\
Examples:
  gcx verify descriptors
  gcx verify --json *.gcx | jq -r 'select(.valid | not) | .file'"""


def verify(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE|FOLDER", parser=paths.argument, help=".gcx files, or folders of them."
        ),
    ],
    json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object per file, one a line.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print bad files only.")] = False,
) -> None:
    """Check that .gcx files are whole and that their pictures decode.

    Prints a line for each bad file. A file that this program cannot decode
    counts as bad, since nothing can be said for it.

    With --json the keys are: file, valid, and error, which is null for good
    files.
    """
    found, problems = paths.find(inputs, paths.is_gcx, ".gcx files")

    def work(file: paths.Found) -> None:
        from gcx_format.visual import decode_condition

        descriptor = files.read(file.source)
        if descriptor.visual is not None:
            decode_condition(descriptor)

    bad = 0

    def report(file: paths.Found, error: Exception | None) -> None:
        nonlocal bad
        bad += error is not None
        message = None if error is None else console.explain(error)
        if json:
            valid = error is None
            console.say_json({"file": str(file.source), "valid": valid, "error": message})
        elif message:
            console.say(f"{console.one_line(file.source)}: {console.one_line(message)}")

    for path, problem in problems:
        console.complain_of(problem, path)
    batch.run(found, work, report, doing="verifying", quiet=quiet)
    if not (json or quiet):
        console.say(f"{len(found) - bad} good, {bad} bad")
    if bad or problems:
        raise typer.Exit(1)
