"""The results of many files, as they come in: in words, as JSON, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

import typer

from gcx_format.cli import batch, console, paths
from gcx_format.errors import FormatError, GcxError, InputError, OutputError

Tell = Literal["words", "json", "warnings", "none"]
"""How to report results, or only warnings and errors, or only errors, which always are."""


_ABOUT_THE_FILE = (FormatError, InputError, OutputError)
"""Errors reported for every file, because their causes lie in the files."""


class Failures:
    """Tells what failed, a cause that lies in no file once for a folder, and counts it."""

    def __init__(self) -> None:
        self.count = 0
        self._causes = console.Causes()

    def tell(self, source: Path, error: Exception) -> None:
        """Print why a file failed."""
        self.count += 1
        if (
            not isinstance(error, GcxError)
            or isinstance(error, _ABOUT_THE_FILE)
            or self._causes.is_first(source, error.message)
        ):
            console.complain_of(error, source)

    def sum_up(self) -> None:
        """Print how often causes that were told once were met."""
        self._causes.sum_up()


def run(
    plan: paths.Plan,
    work: Callable[[paths.Job], dict[str, Any]],
    *,
    tell: Tell,
    doing: str,
    done: str,
    keys: tuple[str, str],
    lines: Callable[[dict[str, Any]], Iterable[str]],
    total: Callable[[list[dict[str, Any]]], str] = lambda _: "",
    on_first: Callable[[], None] = lambda: None,
    at_once: int | None = None,
    in_processes: bool = False,
) -> None:
    """Carry out a plan and report each file, or all of them together.

    `work` reads one file, writes the other, and returns the facts of the result, which `lines`
    and `total` put into words: a single file takes several lines, many a summary. `keys` are what
    JSON calls the files read and written; `doing` and `done` are such as "encoding", "encoded".
    `on_first` is called when the first file is done.
    `at_once` and `in_processes` are as for `batch.run`.

    Raises:
        typer.Exit: something failed; the reason has been printed.
    """
    known: list[dict[str, Any]] = []
    failures = Failures()

    def record(job_source: Path, target: Path | None, status: str, **more: Any) -> None:
        if tell == "json":
            written = None if target is None else str(target)
            console.say_json({keys[0]: str(job_source), keys[1]: written, "status": status, **more})

    def fail(source: Path, error: Exception) -> None:
        failures.tell(source, error)
        record(source, None, "failed", error=console.explain(error))

    def report(job: paths.Job, result: dict[str, Any] | Exception) -> None:
        if isinstance(result, Exception):
            fail(job.source, result)
            return
        if not known:
            on_first()
        known.append(result)
        record(job.source, job.target, done, **result)
        if tell == "words" and len(plan) == 1:
            first, *rest = lines(result)
            console.say(f"{console.one_line(job.target)}: {first}")
            for line in rest:
                console.say(f"  {line}")

    for path, problem in plan.problems:
        fail(path, problem)
    for job in plan.skipped:
        record(job.source, job.target, "skipped")
    batch.run(
        plan.jobs,
        work,
        report,
        doing=doing,
        quiet=tell == "none",
        at_once=at_once,
        in_processes=in_processes,
    )
    failures.sum_up()
    for remark in plan.remarks if tell != "none" else ():
        console.complain(None, remark)
    if tell == "words" and (len(plan) > 1 or plan.skipped):
        summary = f"{done} {len(known)}, skipped {len(plan.skipped)}, failed {failures.count}"
        console.say(summary + (total(known) if known else ""))
    if failures.count:
        raise typer.Exit(1)
