"""Which files are read, and where the results are written."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import typer

from gcx_format import files, pictures
from gcx_format.errors import GcxError, InputError, OutputError, OutputExistsError
from gcx_format.remedies import Remedy

STANDARD: Final = Path("-")
"""Standard input, or as output standard output."""

_MOST_TOLD: Final = 8
"""How many kinds of omitted files, or files named twice, one line lists."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is looked for in folders, by name; a file that is named is always opened."""

    plural: str
    is_wanted: Callable[[Path], bool]
    is_mentioned: Callable[[Path], bool] = lambda _: False  # if it is not wanted
    advice: Callable[[str], str | None] = lambda _: None  # on files with an extension
    sort: Callable[[Path], str] = lambda path: path.suffix.lower()  # of files left out


def _sort_of_no_photograph(path: Path) -> str:
    suffix = path.suffix.lower()
    return f"{suffix} made by gcx" if pictures.is_picture_name(path) else suffix


PICTURES: Final = Kind(
    "pictures",
    lambda path: pictures.is_picture_name(path) and not pictures.is_reconstruction(path),
    sort=_sort_of_no_photograph,
    is_mentioned=lambda path: not files.is_gcx(path),
    advice=pictures.advice_on,
)
DESCRIPTORS: Final = Kind(".gcx files", files.is_gcx)


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, with its path below the folder that results are written to."""

    source: Path
    below: Path


@dataclass(frozen=True, slots=True)
class Job:
    """A file to read, and one to write."""

    source: Path
    target: Path
    overwrite: bool


Problem = tuple[Path, GcxError]
"""A file or folder, and why it is not read."""


@dataclass(slots=True)
class Search:
    """What was found; `again` are files named more than once, under the same or another name."""

    kind: Kind
    files: list[Found] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    again: list[Path] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)  # by lower-case extension
    real: dict[Path, str] = field(default_factory=dict)  # folders, and where they are

    def remarks(self) -> list[str]:
        lines: list[str] = []
        if self.again:
            lines.append("named twice, done once: " + listed([str(path) for path in self.again]))
        kinds = []
        for suffix, times in sorted(self.left_out.items(), key=lambda kind: (-kind[1], kind[0])):
            advice = self.kind.advice(suffix)
            kind = f"{times:,} {suffix or 'without extension'}"
            kinds.append(f"{kind} ({advice})" if advice else kind)
        if kinds:
            lines.append("left out: " + listed(kinds))
        return lines


@dataclass(slots=True)
class Plan:
    """What to do, what is done already, what cannot be done, and lines to print about it."""

    jobs: list[Job] = field(default_factory=list)
    skipped: list[Job] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.jobs) + len(self.skipped) + len(self.problems)


def argument(value: str) -> Path:
    """The path that an argument of the command line gives; `STANDARD` for a dash."""
    if not value:  # a script's unset variable; as a path, the current folder
        raise typer.BadParameter("the name of a file or folder is empty")
    path = Path(value)
    return path.absolute() if path == STANDARD and value != "-" else path  # ./- is a file


def find(inputs: Iterable[Path], kind: Kind) -> Search:
    """The files that were named, and the wanted files in the folders that were.

    Hidden files and folders are left out, and links to folders are not followed. A file found
    twice, under any of its names, is taken once.
    """
    search = Search(kind)
    met: set[object] = set()
    inputs = list(inputs)
    apart = _apart([path for path in inputs if _is_folder(path)])
    for path in inputs:
        if not _is_folder(path):
            _take(search, met, Found(path, Path(path.name)))
            continue
        unreadable: list[Problem] = []
        found = False
        for source in _walk(path, unreadable):
            if kind.is_wanted(source):
                found = True
                _take(search, met, Found(source, apart[path] / source.relative_to(path)))
            elif kind.is_mentioned(source):
                search.left_out[kind.sort(source)] += 1
        if not found and not unreadable:
            unreadable.append((path, InputError(f"no {kind.plural} in this folder", filename=path)))
        search.problems += unreadable
    return search


def _apart(paths: Sequence[Path]) -> dict[Path, Path]:
    """Where several paths are mirrored, one folder each: below the folder that they share."""
    places = [Path(os.path.abspath(path)) for path in paths]  # noqa: PTH100  # links are kept
    if len(set(places)) < 2:
        return dict.fromkeys(paths, Path())
    try:
        shared = os.path.commonpath(places)
    except ValueError:  # on several drives
        return dict(zip(paths, (place.relative_to(place.anchor) for place in places), strict=True))
    return dict(zip(paths, (place.relative_to(shared) for place in places), strict=True))


def _take(search: Search, met: set[object], file: Found) -> None:
    # Hard links are separate files; names that differ only in case may be one file.
    identity = _identity(file.source), _spelt(file.source, search.real).casefold()
    if identity in met:
        search.again.append(file.source)
        return
    met.add(identity)
    search.files.append(file)


def _spelt(path: Path, real: dict[Path, str]) -> str:
    """The path of a file without links; `real` has the folders that were looked up before."""
    if os.path.islink(path):  # noqa: PTH114  # no error where one may not look
        return os.path.realpath(path)
    folder = path.parent
    if folder not in real:
        real[folder] = os.path.realpath(folder)
    return os.path.join(real[folder], path.name)  # noqa: PTH118  # called for thousands


def _is_folder(path: Path) -> bool:
    try:
        return path != STANDARD and path.is_dir()
    except OSError:  # no permission to look; reading says so
        return False


def _walk(folder: Path, unreadable: list[Problem]) -> Iterator[Path]:
    def cannot_read(error: OSError) -> None:
        folder = Path(error.filename)
        message = f"the folder cannot be read: {error.strerror}"
        unreadable.append((folder, InputError(message, filename=folder)))

    for parent, folders, names in os.walk(folder, onerror=cannot_read):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(parent, name)
            if not name.startswith(".") and _is_readable(path):
                yield path


def _is_readable(path: Path) -> bool:
    """Whether to open a file in a folder: reading a pipe could block forever."""
    try:
        return path.is_file() or not path.exists()  # a broken link deserves an error
    except OSError:  # and so does a file without permission
        return True


def listed(names: list[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - _MOST_TOLD
    return ", ".join(names[:_MOST_TOLD]) + (f" and {more} more" if more > 0 else "")


def plan(
    inputs: Sequence[Path],
    out: str | None,
    *,
    kind: Kind,
    extension: str,
    force: bool,
    renew: bool,
    spare_pictures: bool = False,
    is_done: Callable[[Job], bool] | None = None,
) -> Plan:
    """Find what to read, and decide where to write the results.

    A single file is written to `out`, or into it if that is a folder; several files and folders
    are mirrored into it. Without `out`, results go beside their sources, and that of standard
    input to standard output.

    Several folders, and files of one name, are kept apart by the names of their folders.

    An existing target that `is_done`, or else `is_current`, is skipped, and another one is
    overwritten if `renew`; for a single file it is a problem. `force` overwrites either, but with
    `spare_pictures` never a picture that gcx did not make, which may be the original.

    Raises:
        OutputError: several files to write, and `out` is a file.
        typer.BadParameter: standard input or output, and more than one file.
    """
    single = len(inputs) == 1 and not _is_folder(inputs[0])
    if not single and (STANDARD in inputs or out == "-"):
        raise typer.BadParameter("standard input and output take a single picture")
    if inputs == [STANDARD] and out is None:
        out = "-"
    if out == "-":
        return Plan(jobs=[Job(inputs[0], STANDARD, overwrite=False)])
    search = find(inputs, kind)
    found = search.files
    planned = Plan(problems=search.problems, remarks=search.remarks())
    into = None if out is None else argument(out)
    if single and into is not None and not (into.is_dir() or str(out).endswith(os.sep)):
        places = targets = [into]
    else:
        if into is not None and into.exists() and not into.is_dir():
            raise OutputError("this is a file; several pictures need a folder", filename=into)
        below = told_apart(found)
        places = [
            file.source if into is None else into / place
            for file, place in zip(found, below, strict=True)
        ]
        targets = files.names_for(places, extension)

    sources = {_identity(file.source) for file in found}
    times = Counter(targets)
    is_done = is_done or is_current
    for file, place, target in zip(found, places, targets, strict=True):
        job = Job(file.source, target, overwrite=force or (renew and not single))
        exists = os.path.lexists(target)
        if not exists and not force and (before := place.with_suffix(extension)) not in times:
            # Named so while no other photograph had this stem.
            shorter = Job(file.source, before, overwrite=False)
            if os.path.lexists(before) and is_done(shorter):
                planned.skipped.append(shorter)
                times[before] += 1
                continue
        problem: GcxError | None = None
        if exists and _identity(target) in sources:
            problem = OutputError(
                "this is also an input; name another output with -o", filename=target
            )
        elif times[target] > 1:
            problem = OutputError("more than one result would get this name", filename=target)
        elif exists and not force and not single and is_done(job):
            planned.skipped.append(job)
        elif exists and spare_pictures and pictures.is_foreign_picture(target):
            problem = may_be_the_original(target)
        elif exists and not job.overwrite:
            problem = OutputExistsError("it exists already", filename=target)
        else:
            planned.jobs.append(job)
        if problem:
            planned.problems.append((file.source, problem))
    planned.remarks += _left_behind(inputs, into, times, kind)
    return planned


def told_apart(found: Sequence[Found]) -> list[Path]:
    """Where files go; those of one name from several folders under the names of their folders."""
    times = Counter(str(file.below).casefold() for file in found)
    alike = [file.source for file in found if times[str(file.below).casefold()] > 1]
    apart = _apart(alike)
    return [apart.get(file.source, file.below) for file in found]


def _left_behind(
    inputs: Sequence[Path], into: Path | None, targets: Iterable[Path], kind: Kind
) -> Iterator[str]:
    """A line about the descriptors in the folders written to that no photograph is found for."""
    folders = [path for path in inputs if _is_folder(path)]
    if kind is not PICTURES or not folders:
        return
    known = {str(target).casefold() for target in targets}
    alone = [
        str(path)
        for folder in (folders if into is None else [into])
        for path in _walk(folder, [])
        if files.is_gcx(path) and str(path).casefold() not in known
    ]
    if alone:
        yield f"no photograph here for {len(alone):,} .gcx: {listed(alone)}"


def may_be_the_original(path: Path) -> OutputError:
    """The error that saves a picture from being overwritten."""
    return OutputError(
        "gcx did not make this picture, so it may be the original",
        filename=path,
        remedy=Remedy("other output"),
    )


def _identity(path: Path) -> tuple[int, int] | Path:
    """What two paths to the same file have in common; links are followed."""
    try:
        status = path.stat()
    except OSError:
        return path
    return status.st_dev, status.st_ino


def is_current(job: Job) -> bool:
    """Whether a target is not older than its source."""
    try:
        return job.target.stat().st_mtime_ns >= job.source.stat().st_mtime_ns
    except OSError:
        return False
