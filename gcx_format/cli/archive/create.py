"""`gcx archive create` and `update`: photographs to a collection."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple

import typer

from gcx_format import files
from gcx_format.batches import SkippedError
from gcx_format.cli import batch, batch_report, console, describing, encoding, options, paths
from gcx_format.codecs import VISUAL
from gcx_format.collections.exif import from_exif
from gcx_format.collections.rows import Row, milliseconds, row_of
from gcx_format.collections.shards import need_pyarrow
from gcx_format.collections.writing import Known, Writer, writing
from gcx_format.errors import (
    GcxError,
    InputError,
    QuotaError,
    RefusedError,
    SpendingLimitError,
)
from gcx_format.report import file_report

if TYPE_CHECKING:
    from PIL import Image

EXAMPLES: Final = """\
Examples:
  gcx archive create photos collection
  gcx archive create photos scans collection --text-from metadata
  gcx archive create photos collection --exclude "*.png" --exclude thumbs"""

UPDATE_EXAMPLES: Final = """\
Examples:
  gcx archive update photos collection
  gcx archive update photos collection --prune"""

Sources = Annotated[
    list[Path],
    typer.Argument(
        metavar="SRC...", parser=paths.argument, help="Pictures, or folders of them; only read."
    ),
]
Destination = Annotated[
    Path, typer.Argument(metavar="DEST", parser=paths.argument, help="Folder of the collection.")
]
Include = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATTERN",
        help='Only pictures whose path, or one of its folders, matches, such as "*.jpg" or "2019"; '
        "repeat it for several.",
    ),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option(metavar="PATTERN", help="Leave out pictures that match, in the same way."),
]


def create(
    sources: Sources,
    dest: Destination,
    include: Include = None,
    exclude: Exclude = None,
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
    note: encoding.Note = None,
    salvage: encoding.Salvage = False,
    json: Annotated[bool, options.json_per("picture")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Reduce photographs to the descriptors of a collection.

    DEST is a folder of Parquet files, one row for each picture: its .gcx bytes,
    path, size, SHA-256, words, and the date, place and camera of its EXIF. Any
    program that reads Parquet can read it. The photographs stay as they are.

    Pictures are encoded as by gcx encode: with the same options, describers and
    costs. Folders are searched in the same way, and a summary says what was
    left out and why. Pictures that fail are reported, and the others are kept.
    One that cannot be described, as where the spending limit is reached, is kept
    without words, which gcx archive describe finds later.

    Pictures that DEST has already are skipped, so an interrupted run is resumed
    by the same command. After a kill at most 2000 pictures are encoded again,
    and no description is paid for twice.
    """
    _run(is_update=False, prune=False, **locals())


def update(
    sources: Sources,
    dest: Destination,
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove pictures whose files are gone from DEST.")
    ] = False,
    include: Include = None,
    exclude: Exclude = None,
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
    note: encoding.Note = None,
    salvage: encoding.Salvage = False,
    json: Annotated[bool, options.json_per("picture")] = False,
    quiet: options.Quiet = False,
) -> None:
    """Bring a collection up to date with its photographs.

    Name the same SRC as for create. Only photographs that are new, or whose
    size or time has changed, are encoded. Pictures whose files are gone are
    told and kept, unless --prune is given.
    """
    _run(is_update=True, **locals())


def _run(
    sources: list[Path],
    dest: Path,
    *,
    is_update: bool,
    prune: bool,
    include: list[str] | None,
    exclude: list[str] | None,
    text_from: str,
    describe: str | None,
    words: int | None,
    prompt: str | None,
    candidates: int | None,
    estimate: bool,
    model: str | None,
    base_url: str | None,
    concurrency: int | None,
    jobs: int | None,
    salvage: bool,
    json: bool,
    quiet: bool,
    **asked: Any,
) -> None:
    if paths.STANDARD in (*sources, dest):
        raise typer.BadParameter("a collection is made from files and folders, not from -")
    how = encoding.Encoding(
        encoding.request(**asked),
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
    need_pyarrow()
    search = _find(sources, dest, include or [], exclude or [])
    if estimate:
        how.say_estimate(search.problems, [file.source for file in search.files], json=json)
        return
    tell: batch_report.Tell = "none" if quiet else "json" if json else "words"
    if is_update and not dest.exists():
        raise InputError("there is no such collection", filename=dest)
    run = _Run(how, search, tell)
    if not search.files and not dest.exists():  # nothing to make a collection of
        run.sum_up([], prune=False, pruned=False)
        raise typer.Exit(1)
    with writing(dest) as writer:
        todo = [
            file
            for file in search.files
            if run.is_to_do(file, writer.known.get(_key(file)), renew=is_update)
        ]
        how.prepare(has_work=bool(todo), remember=True)
        batch.run(
            todo,
            partial(_encode, how.encoder),
            partial(run.report, writer),
            doing="encoding",
            quiet=quiet,
            at_once=how.at_once,
            in_processes=how.in_processes(todo),
        )
        gone = _gone(writer.known, sources, search) if is_update else []
        can_prune = prune and not search.problems  # a folder that cannot be read is not gone
        if gone and can_prune:
            writer.remove(gone)
    run.sum_up(gone, prune=prune, pruned=can_prune)
    if run.failures.count or run.undescribed.count:
        raise typer.Exit(1)


class _Encoded(NamedTuple):
    """A picture's row, what is reported of it, and why it has no description if one was asked."""

    row: Row
    record: dict[str, Any]
    undescribed: GcxError | None


def _encode(encoder: encoding.Encoder, file: paths.Found) -> _Encoded:
    """Encode a picture, in any thread or process."""
    source = file.source
    files.check_is_file(source, "a picture file")
    before = source.stat()
    known: dict[str, Any] = {"sha256": files.sha256(source)}

    def look(image: Image.Image) -> None:
        known.update(from_exif(image))

    def check(_: bytes) -> None:
        after = source.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise InputError("it changed while it was read", filename=source)

    failed: list[GcxError] = []
    descriptor, data, made = encoder.encode(
        source, source, keep=check, look=look, undescribed=failed.append
    )
    known |= {
        "original_bytes": before.st_size,
        "modified": milliseconds(before.st_mtime_ns),
    }
    about_words: dict[str, Any] = {"description": describing.record(made)} if made else {}
    for error in failed:
        about_words["not_described"] = console.explain(error)
        known["words_missing"] = _why(error)
    record = {**file_report(descriptor, data), **about_words}
    return _Encoded(row_of(data, file.below, **known), record, failed[0] if failed else None)


def _find(sources: list[Path], dest: Path, include: list[str], exclude: list[str]) -> paths.Search:
    """The pictures to keep, each with its path in the collection; nothing of DEST itself."""
    here = dest.absolute()

    def outside(is_met: Callable[[Path], bool]) -> Callable[[Path], bool]:
        return lambda path: here not in path.absolute().parents and is_met(path)

    kind = replace(
        paths.PICTURES,
        is_wanted=outside(paths.PICTURES.is_wanted),
        is_mentioned=outside(paths.PICTURES.is_mentioned),
    )
    search = paths.find(sources, kind)
    below = paths.told_apart(search.files)
    search.files = [
        paths.Found(file.source, place) for file, place in zip(search.files, below, strict=True)
    ]
    chosen = [
        file
        for file in search.files
        if (not include or _matches(file.below, include)) and not _matches(file.below, exclude)
    ]
    if others := len(search.files) - len(chosen):
        search.left_out["by --include or --exclude"] = others
    search.files = chosen
    return search


def _matches(path: Path, patterns: list[str]) -> bool:
    return any(each.match(pattern) for each in (path, *path.parents) for pattern in patterns)


class _Run:
    """One run of `create` or `update`, and what came of it."""

    def __init__(
        self,
        how: encoding.Encoding,
        search: paths.Search,
        tell: batch_report.Tell,
    ) -> None:
        self._how = how
        self._search = search
        self._tell = tell
        self._encoded = self._skipped = self._changed = 0
        self._gcx_bytes = self._original_bytes = 0
        self._cost: list[dict[str, Any]] = []
        self.failures = batch_report.Failures()
        self.undescribed = batch_report.Failures()
        for path, problem in search.problems:
            self._fail(path, problem)

    def is_to_do(self, file: paths.Found, known: Known | None, *, renew: bool) -> bool:
        """Whether a picture is new, or with `renew` has changed."""
        if known is None:
            return True
        has_changed = _has_changed(file.source, known)
        if has_changed and renew:
            return True
        self._skipped += 1
        self._changed += has_changed
        self._record(file.source, "skipped", path=str(file.below))
        return False

    def report(self, writer: Writer, file: paths.Found, result: _Encoded | Exception) -> None:
        """Keep a result, or tell why there is none."""
        if isinstance(result, Exception):
            self._fail(file.source, result)
            return
        row, record, undescribed = result
        if undescribed:
            self.undescribed.tell(file.source, undescribed)
        if not self._encoded:
            self._how.say_undescribed()
        writer.add(row)
        self._encoded += 1
        self._gcx_bytes += len(row.gcx)
        self._original_bytes += row.original_bytes or 0
        self._record(file.source, "encoded", path=row.path, **record)

    def sum_up(self, gone: list[bytes], *, prune: bool, pruned: bool) -> None:
        """Print what was kept, what was left out and why, and what failed."""
        self.failures.sum_up()
        self.undescribed.sum_up()
        if self._tell == "none":
            return
        for remark in self._search.remarks():
            console.complain(None, remark)
        if self.undescribed.count:
            count = console.count(self.undescribed.count, "picture")
            advice = "gcx archive describe, with --originals, finds them later"
            console.complain(None, f"kept without the words that were asked for: {count}; {advice}")
        if self._changed:
            changed = console.count(self._changed, "photograph")
            advice = "gcx archive update encodes again"
            console.complain(None, f"changed since they were kept: {changed}; {advice}")
        if gone:
            names = paths.listed([os.fsdecode(each) for each in sorted(gone)])
            why = "not all of SRC could be read" if prune else "--prune removes them"
            what = "removed" if pruned else f"kept ({why})"
            console.complain(None, f"no longer there and {what}: {len(gone):,}: {names}")
        if self._tell == "words":
            sizes = (
                f"; {self._gcx_bytes:,} bytes for {self._original_bytes:,} of originals"
                if self._encoded
                else ""
            )
            console.say(
                f"encoded {self._encoded}, skipped {self._skipped}, "
                f"failed {self.failures.count}{sizes}"
            )

    def _fail(self, source: Path, error: Exception) -> None:
        self.failures.tell(source, error)
        self._record(source, "failed", error=console.explain(error))

    def _record(self, source: Path, status: str, **more: Any) -> None:
        if self._tell == "json":
            console.say_json({"photo": str(source), "status": status, **more})


def _why(error: GcxError) -> str:
    """Why there are no words, as the column `words_missing` has it."""
    cause = error.cause if isinstance(error, SkippedError) else error
    match cause:
        case SpendingLimitError() | QuotaError():
            return "limit"
        case RefusedError():
            return "refused"
    return "failed"


def _key(file: paths.Found) -> bytes:
    return os.fsencode(file.below.as_posix())


def _has_changed(source: Path, known: Known) -> bool:
    try:
        status = source.stat()
    except OSError:
        return False
    return (status.st_size, milliseconds(status.st_mtime_ns)) != (
        known.original_bytes,
        known.modified,
    )


def _gone(known: dict[bytes, Known], sources: list[Path], search: paths.Search) -> list[bytes]:
    """What a collection has and no source has any more; what was left out is not gone."""
    roots = {path for path in sources if path.is_dir()}
    for file in search.files:
        if file.source.parts[-len(file.below.parts) :] == file.below.parts:
            roots.add(Path(*file.source.parts[: -len(file.below.parts)]))
    found = {_key(file) for file in search.files}
    return [
        key
        for key in known
        if key not in found and not any(os.path.lexists(root / os.fsdecode(key)) for root in roots)
    ]
