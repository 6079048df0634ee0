"""`gcx verify`: whether descriptors are intact."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from gcx_format import files
from gcx_format.cli import batch, console, options, paths
from gcx_format.cli.originals import OriginalNotFoundError, Originals
from gcx_format.errors import UnavailableError

EXAMPLES: Final = """\
Examples:
  gcx verify descriptors
  gcx verify --originals photos descriptors
  gcx verify --json *.gcx | jq -r 'select(.valid == false) | .file'"""


def verify(
    inputs: options.Descriptors,
    originals: Annotated[
        bool,
        typer.Option(
            "--originals",
            help="Look for the photographs too: beside each file and in the folders given, by the "
            "hash that gcx encode --hash stores.",
        ),
    ] = False,
    json: Annotated[bool, options.json_per("file")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print bad files only.")] = False,
) -> None:
    """Check that .gcx files are intact and that their pictures decode.

    Reports damaged files (exit code 1), and intact files whose picture could
    not be checked because an extra or its weights are missing (exit code 3).
    With --originals, a photograph that has changed counts as damaged, and one
    that is not found as not checked; one that was moved is told.

    With --json the keys are: file, valid (null if the picture could not be
    checked), and error (null for good files); with --originals also original:
    its path or null.
    """
    search = paths.find(inputs, paths.DESCRIPTORS)
    photographs = Originals(inputs) if originals else None
    if photographs:
        search.problems = [
            (path, problem) for path, problem in search.problems if path not in photographs.folders
        ]
    found: dict[Path, Path] = {}

    def work(file: paths.Found) -> None:
        from gcx_format.conditions import check_condition

        descriptor = files.read(file.source)
        if descriptor.visual is not None:
            check_condition(descriptor)
        if photographs:
            found[file.source] = photographs.find(file.source, descriptor.original_sha256)

    bad = unchecked = 0

    def report(file: paths.Found, error: Exception | None) -> None:
        nonlocal bad, unchecked
        message = None if error is None else console.explain(error)
        valid: bool | None = error is None
        if isinstance(error, OriginalNotFoundError):
            valid = None
            message = f"intact, but {message}"
        elif isinstance(error, UnavailableError):
            valid = None
            message = f"intact, but its picture was not checked: {message}"
        bad += valid is False
        unchecked += valid is None
        if json:
            original = found.get(file.source)
            about = {"original": original and str(original)} if originals else {}
            told = {"file": str(file.source), "valid": valid, "error": message}
            console.say_json({**told, **about})
        elif original := found.get(file.source):
            if original.stem != file.source.stem and not quiet:
                console.say(
                    f"{console.one_line(file.source)}: its photograph is now "
                    f"{console.one_line(original)}"
                )
        elif message:
            console.say(f"{console.one_line(file.source)}: {console.one_line(message)}")

    for path, problem in search.problems:
        console.complain_of(problem, path)
    batch.run(search.files, work, report, doing="verifying", quiet=quiet)
    if not (json or quiet):
        rest = f", {unchecked} intact but not fully checked" if unchecked else ""
        for remark in search.remarks():
            console.complain(None, remark)
        console.say(f"{len(search.files) - bad - unchecked} good, {bad} bad{rest}")
    if bad or search.problems:
        raise typer.Exit(1)
    if unchecked:
        raise typer.Exit(3)
