"""Whether a collection is as it was written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from gcx_format import container
from gcx_format.collections import shards
from gcx_format.collections.reading import Collection, shard_paths
from gcx_format.collections.rows import Row
from gcx_format.descriptor import Descriptor
from gcx_format.errors import FormatError, GcxError, InputError, UnavailableError

__all__ = ["Fault", "check"]


class Fault(NamedTuple):
    """What is wrong with a shard or a picture.

    Attributes:
        where: the shard's file name, or the picture's path.
        error: what is wrong; `UnavailableError` where it could not be checked.
    """

    where: str
    error: GcxError


def check(
    collection: Collection, further: Callable[[Row, Descriptor], None] = lambda row, made: None
) -> Iterator[Fault | None]:
    """Check every shard against `collection.json`, and every row against its `.gcx` file.

    Args:
        collection: to be checked.
        further: is given each row that is sound, and raises what it finds.

    Yields:
        None for each good row, and the faults.
    """
    met: set[bytes] = set()
    paths = {path.name: path for path in shard_paths(collection.folder)}
    for name in sorted(collection.listed.keys() - paths.keys()):
        yield Fault(name, InputError("this shard is missing"))
    for name, path in paths.items():
        yield from _check_shard(collection, name, path)
        try:
            for known in shards.read(path):
                yield _check_row(Row(**known), met, further)
        except InputError as error:
            yield Fault(name, error)


def _check_shard(collection: Collection, name: str, path: Path) -> Iterator[Fault]:
    listed = collection.listed.get(name)
    if listed is None:
        message = "collection.json does not list it: a run was cut short, and can be resumed"
        yield Fault(name, InputError(message))
    elif shards.sha256(path) != listed.sha256:
        yield Fault(name, InputError("its SHA-256 is not the one in collection.json"))


def _check_row(
    row: Row, met: set[bytes], further: Callable[[Row, Descriptor], None]
) -> Fault | None:
    try:
        if row.key in met:
            raise InputError("more than one row has this path")
        met.add(row.key)
        made = container.loads(row.gcx)
        codec = None if made.visual is None else made.visual.codec
        if (made.size, made.text, codec) != ((row.width, row.height), row.words, row.codec):
            raise InputError("the columns do not say what the .gcx file says")
        further(row, made)
    except (FormatError, InputError, UnavailableError) as error:
        return Fault(row.path, error)
    return None
