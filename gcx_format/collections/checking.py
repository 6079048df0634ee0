"""Whether a collection is as it was written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Final, NamedTuple

from gcx_format import container
from gcx_format.collections import shards
from gcx_format.collections.reading import Collection, shard_paths
from gcx_format.collections.rows import Row, key_of
from gcx_format.collections.shards import Shard, ShardFile
from gcx_format.descriptor import Descriptor
from gcx_format.errors import FormatError, GcxError, InputError, UnavailableError

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
    collection: Collection, further: Further | None = None, *, words: bool = False
) -> Iterator[Fault | None]:
    """Check every shard against `collection.json`, and every row against its `.gcx` file.

    Args:
        collection: to be checked.
        further: is given each row that is sound, and raises what it finds.
        words: decode the words in every `.gcx` file and compare them with the column. Otherwise
            only those in shards that are not as `collection.json` lists them: decoding takes
            longer than everything else, and the checksums of shard and file cover both.

    Yields:
        None for each good row, and the faults.
    """
    met: set[bytes] = set()
    paths = {path.name: path for path in shard_paths(collection.folder)}
    for name in sorted(collection.listed.keys() - paths.keys()):
        yield Fault(name, InputError("this shard is missing"))
    for name, path in paths.items():
        try:
            data = shards.content(path)
            fault = _of_shard(data, collection.listed.get(name))
            if fault:
                yield Fault(name, fault)
            decoding = words or fault is not None
            with closing(ShardFile(path, data)) as file:
                for batch in file.batches():
                    yield from _of_rows(file, batch, met, further, decoding)
        except InputError as error:
            yield Fault(name, error)


def _of_shard(data: bytes, listed: Shard | None) -> InputError | None:
    if listed is None:
        return InputError(
            "collection.json does not list it: a run was cut short, and can be resumed"
        )
    if hashlib.sha256(data).hexdigest() != listed.sha256:
        return InputError("its SHA-256 is not the one in collection.json")
    return None


def _of_rows(
    file: ShardFile,
    batch: pa.RecordBatch,
    met: set[bytes],
    further: Further | None,
    decoding: bool,
) -> Iterator[Fault | None]:
    columns = file.values(batch, _COLUMNS)
    whole = file.rows(batch) if further else None
    for number, (path, path_bytes, gcx, *facts, words) in enumerate(zip(*columns, strict=True)):
        try:
            key = key_of(path, path_bytes)
            if key in met:
                raise InputError("more than one row has this path")
            met.add(key)
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
            yield Fault(path, error)
        else:
            yield None
