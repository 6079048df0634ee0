"""Which files are read, and where what becomes of them is written."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import typer

from gcx_format import files
from gcx_format.errors import GcxError, InputError, OutputError, OutputExistsError

__all__ = ["Found", "Job", "Plan", "Problem", "argument", "find", "plan"]


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read.

    Attributes:
        source: its path.
        below: its path from the folder that was searched, or its name where none was.
    """

    source: Path
    below: Path


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read and one to write.

    Attributes:
        source: the first.
        target: the second.
        overwrite: whether the second may be there already.
    """

    source: Path
    target: Path
    overwrite: bool


Problem = tuple[Path, GcxError]
"""A file or folder to read, and why it will not be."""


@dataclass(slots=True)
class Plan:
    """What there is to do.

    Attributes:
        jobs: what to do.
        skipped: what was done before.
        problems: what cannot be done: the file to read, and the reason.
    """

    jobs: list[Job] = field(default_factory=list)
    skipped: list[Job] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.jobs) + len(self.skipped) + len(self.problems)


def argument(value: str) -> Path:
    """The path that an argument of the command line gives."""
    if not value:  # an unset variable of a script; as a path it would be the current folder
        raise typer.BadParameter("the name of a file or folder is empty")
    return Path(value)


def find(
    inputs: Iterable[Path], wanted: Callable[[Path], bool], what: str
) -> tuple[list[Found], list[Problem]]:
    """The files that were named, and those wanted of the folders that were.

    In folders, hidden files and folders are left out and links to folders are not followed.

    Args:
        inputs: files and folders.
        wanted: whether a file found in a folder is meant.
        what: its plural, for the message where a folder has none.

    Returns:
        The files, in order of their names within a folder, and what could not be searched.
    """
    files: list[Found] = []
    problems: list[Problem] = []
    for path in inputs:
        if not path.is_dir():
            files.append(Found(path, Path(path.name)))
            continue
        unreadable: list[Problem] = []
        inside = [
            Found(source, source.relative_to(path))
            for source in _walk(path, unreadable)
            if wanted(source)
        ]
        if not inside and not unreadable:
            unreadable.append((path, InputError(f"no {what} in this folder", filename=path)))
        files += inside
        problems += unreadable
    return files, problems


def _walk(folder: Path, unreadable: list[Problem]) -> Iterator[Path]:
    def cannot_read(error: OSError) -> None:
        folder = Path(error.filename)
        message = f"the folder cannot be read: {error.strerror}"
        unreadable.append((folder, InputError(message, filename=folder)))

    for parent, folders, names in os.walk(folder, onerror=cannot_read):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            # Opening a pipe would wait for ever; a link to nothing is worth an error.
            if not name.startswith(".") and (path.is_file() or not path.exists()):
                yield path


def plan(
    inputs: Sequence[Path],
    out: str | None,
    *,
    wanted: Callable[[Path], bool],
    what: str,
    extension: str,
    force: bool,
    renew: bool,
) -> Plan:
    """Find what to read, and say where to write what becomes of it.

    A single file is written as `out` says, or into it where that is a folder. Several files
    and folders are mirrored into `out`. Without `out` all is written beside what was read.

    What is there already and not older than its source is skipped; for a single file that
    was named, it is a problem.

    Args:
        inputs: files and folders.
        out: a file or folder, or None.
        wanted: whether a file found in a folder is meant.
        what: its plural.
        extension: of the files to write.
        force: overwrite what is there already, even if it is newer.
        renew: overwrite what is there already and older than its source.

    Raises:
        OutputError: several files to write, and `out` is a file.
    """
    found, problems = find(inputs, wanted, what)
    planned = Plan(problems=problems)
    single = len(inputs) == 1 and not inputs[0].is_dir()
    into = None if out is None else Path(out)
    if single and into is not None and not (into.is_dir() or str(out).endswith(os.sep)):
        targets = [into]
    else:
        if into is not None and into.exists() and not into.is_dir():
            raise OutputError("a file, where a folder for several is meant", filename=into)
        places = [file.source if into is None else into / file.below for file in found]
        targets = files.names_for(places, extension)

    sources = {_identity(file.source) for file in found}
    times = Counter(targets)
    for file, target in zip(found, targets, strict=True):
        job = Job(file.source, target, overwrite=force or (renew and not single))
        exists = os.path.lexists(target)
        problem: GcxError | None = None
        if exists and _identity(target) in sources:
            problem = OutputError("it is to be read; name another output with -o", filename=target)
        elif times[target] > 1:
            problem = OutputError("more than one file would be written so", filename=target)
        elif exists and not force and not single and _is_current(job):
            planned.skipped.append(job)
        elif exists and not job.overwrite:
            problem = OutputExistsError("it exists already", filename=target)
        else:
            planned.jobs.append(job)
        if problem:
            planned.problems.append((file.source, problem))
    return planned


def _identity(path: Path) -> tuple[int, int] | Path:
    """What tells whether two paths are one file; links are followed."""
    try:
        status = path.stat()
    except OSError:
        return path
    return status.st_dev, status.st_ino


def _is_current(job: Job) -> bool:
    try:
        return job.target.stat().st_mtime_ns >= job.source.stat().st_mtime_ns
    except OSError:
        return False
