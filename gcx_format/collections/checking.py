"""Whether a collection is as it was written."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from gcx_format import container
from gcx_format.collections import shards, storage
from gcx_format.collections.reading import Collection, shard_paths
from gcx_format.collections.rows import Row, key_of
from gcx_format.collections.shards import Shard, ShardFile
from gcx_format.descriptor import Descriptor
from gcx_format.errors import FormatError, GcxError, InputError, UnavailableError
from gcx_format.processes import working_elsewhere

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Fault", "check"]

Further = Callable[[Row, Descriptor], None]
"""What else to check of a row that is sound; it raises what it finds."""

_COLUMNS: Final = ("path", "path_bytes", "gcx", "width", "height", "codec", "words")


class Fault(NamedTuple):
    """What is wrong with a shard or a picture.

    Attributes:
        where: the shard's file name, or the picture's path.
        error: what is wrong; `UnavailableError` where it could not be checked.
    """

    where: str
    error: GcxError


def check(
    collection: Collection,
    further: Further | None = None,
    *,
    words: bool = False,
    at_once: int = 1,
) -> Iterator[Fault | None]:
    """Check every shard against `collection.json`, and every row against its `.gcx` file.

    Args:
        collection: to be checked.
        further: is given each row that is sound, and raises what it finds.
        words: decode the words in every `.gcx` file and compare them with the column. Otherwise
            only those in shards that are not as `collection.json` lists them: decoding takes
            longer than everything else, and the checksums of shard and file cover both.
        at_once: how many shards are checked at once, by processes of their own, to which
            `further` is pickled; 1 is this process. A collection elsewhere is checked here.

    Yields:
        None for each good row, and the faults.
    """
    met: set[bytes] = set()
    paths = {path.name: path for path in shard_paths(collection.folder)}
    for name in sorted(collection.listed.keys() - paths.keys()):
        yield Fault(name, InputError("this shard is missing"))
    jobs = [(path, collection.listed.get(name)) for name, path in paths.items()]
    work = partial(_check_shard, further, words)
    at_once = min(at_once, len(jobs)) if storage.is_here(collection.folder) else 1
    with closing(_in_order(work, jobs, at_once)) as found:
        for shard in found:
            yield from shard.before
            for number, (key, path) in enumerate(zip(shard.keys, shard.paths, strict=True)):
                if key in met:
                    yield Fault(path, InputError("more than one row has this path"))
                else:
                    met.add(key)
                    yield shard.faults.get(number)
            yield from shard.after


_Job: TypeAlias = tuple[Path, Shard | None]


@dataclass(slots=True)
class _Checked:
    """What is wrong with a shard, with its rows by their numbers, and with what is behind them."""

    before: list[Fault] = field(default_factory=list)
    keys: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    faults: dict[int, Fault] = field(default_factory=dict)
    after: list[Fault] = field(default_factory=list)


def _in_order(
    work: Callable[[_Job], _Checked], jobs: Sequence[_Job], at_once: int
) -> Generator[_Checked]:
    if at_once < 2:
        yield from map(work, jobs)
        return
    with working_elsewhere(work) as elsewhere, ThreadPoolExecutor(at_once) as pool:
        left = iter(jobs)
        waiting = deque(
            (path, pool.submit(elsewhere, (path, listed)))
            for path, listed in islice(left, 2 * at_once)
        )
        try:
            while waiting:
                path, result = waiting.popleft()
                try:
                    yield result.result()
                except GcxError as error:  # the process crashed
                    yield _Checked(before=[Fault(path.name, error)])
                for job in islice(left, 1):
                    waiting.append((job[0], pool.submit(elsewhere, job)))
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _check_shard(further: Further | None, words: bool, job: _Job) -> _Checked:
    path, listed = job
    found = _Checked()
    try:
        data = shards.content(path)
        fault = _of_shard(data, listed)
        if fault:
            found.before.append(Fault(path.name, fault))
        with closing(ShardFile(path, data)) as file:
            for batch in file.batches():
                _check_rows(file, batch, found, further, words or fault is not None)
    except InputError as error:
        found.after.append(Fault(path.name, error))
    return found


def _of_shard(data: bytes, listed: Shard | None) -> InputError | None:
    if listed is None:
        return InputError(
            "collection.json does not list it: a run was cut short, and can be resumed"
        )
    if hashlib.sha256(data).hexdigest() != listed.sha256:
        return InputError("its SHA-256 is not the one in collection.json")
    return None


def _check_rows(
    file: ShardFile,
    batch: pa.RecordBatch,
    found: _Checked,
    further: Further | None,
    decoding: bool,
) -> None:
    columns = file.values(batch, _COLUMNS)
    whole = file.rows(batch) if further else None
    for number, (path, path_bytes, gcx, *facts, words) in enumerate(zip(*columns, strict=True)):
        try:
            made = container.outline(gcx)
            coded = made.coded_text
            if decoding:
                is_right = words == (None if coded is None else coded.text)
            else:
                is_right = (words is None) == (coded is None)
            if not is_right or [made.width, made.height, made.codec] != facts:
                raise InputError("the columns do not say what the .gcx file says")
            if further and whole:
                further(Row(**whole[number]), container.loads(gcx, check_words=False))
        except (FormatError, InputError, UnavailableError) as error:
            found.faults[len(found.keys)] = Fault(path, _plain(error))
        found.keys.append(key_of(path, path_bytes))
        found.paths.append(path)


def _plain(error: GcxError) -> GcxError:
    """An error without what led to it, whose frames hold whole shards."""
    error.__cause__ = error.__context__ = None
    return error.with_traceback(None)
