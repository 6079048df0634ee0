"""A collection as a BagIt bag (RFC 8493), for repositories that keep files for decades."""

from __future__ import annotations

import hashlib
import json
import secrets
import shutil
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from gcx_format import durable_files
from gcx_format.collections import storage
from gcx_format.collections.about import README, SUMMARY
from gcx_format.collections.reading import Collection, shard_paths
from gcx_format.collections.rows import PROGRAM
from gcx_format.collections.shards import EXTRA
from gcx_format.errors import InputError, MissingExtraError, OutputError
from gcx_format.extras import is_installed

__all__ = ["EVENTS", "make_bag"]

EVENTS: Final = "events.json"
"""In the bag, what made the descriptors and the bag, in the terms of PREMIS 3."""


def make_bag(collection: Collection, bag: Path) -> None:
    """Copy a collection into a new bag with SHA-512 manifests; the collection stays as it is.

    The bag appears under its name when it is whole. Its payload is the collection, which can be
    opened there, and the record of events.

    Raises:
        InputError: a shard is not the one that the summary lists.
        MissingExtraError: the extra `archive` is not installed.
        OutputError: something has that name already, or it cannot be written.
    """
    if not is_installed("bagit"):
        raise MissingExtraError("a bag", EXTRA)
    import bagit

    bag = bag.absolute()
    if bag.exists() or bag.is_symlink():
        raise OutputError("something has this name already; name a new folder", filename=bag)
    events = _events(collection)
    unfinished = bag.with_name(f".{bag.name[:48]}.{secrets.token_hex(4)}")
    try:
        _copy(collection, unfinished)
        record = json.dumps(events, indent=1).encode() + b"\n"
        durable_files.write(unfinished / EVENTS, record, mode=0o666)
        about = {
            "External-Description": f"A collection of {len(collection)} picture descriptors (.gcx)",
            "Software-Agent": f"{PROGRAM}, bagit {bagit.VERSION}",
        }
        bagit.make_bag(str(unfinished), about, checksums=["sha512"])
        unfinished.chmod(bag.parent.stat().st_mode & 0o777)
        unfinished.rename(bag)
    except (OSError, bagit.BagError) as error:
        if isinstance(error, InputError | OutputError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise OutputError(f"it cannot be written: {reason}", filename=bag) from None
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)  # there only if something went wrong


def _copy(collection: Collection, folder: Path) -> None:
    """The files of a collection, each shard compared with its SHA-256 on the way."""
    paths = shard_paths(collection.folder)
    if missing := collection.listed.keys() - {path.name for path in paths}:
        raise InputError(
            "this shard is missing", filename=collection.folder / "data" / min(missing)
        )
    for path in paths:
        data = storage.read(path)
        listed = collection.listed.get(path.name)
        if data is None or listed is None or hashlib.sha256(data).hexdigest() != listed.sha256:
            raise InputError("it is not the shard that collection.json lists", filename=path)
        durable_files.write(folder / "data" / path.name, data, mode=0o666)
    for name in (README, SUMMARY):
        if (data := storage.read(collection.folder / name)) is not None:
            durable_files.write(folder / name, data, mode=0o666)


def _events(collection: Collection) -> dict[str, Any]:
    """Who encoded how many pictures and when, and that they were put into a bag now."""
    made: defaultdict[tuple[str | None, str | None], list[datetime | None]] = defaultdict(list)
    described: defaultdict[tuple[str | None, str | None], int] = defaultdict(int)
    for known in collection.columns(("program", "codec", "encoded", "words")):
        agent = known["program"], known["codec"]
        made[agent].append(known["encoded"])
        described[agent] += known["words"] is not None
    events = []
    for agent in sorted(made, key=str):
        times = sorted(time for time in made[agent] if time is not None)
        events.append(
            {
                "eventType": "creation",
                "eventDateTime": [times[0].isoformat(), times[-1].isoformat()] if times else None,
                "eventDetail": "pictures were encoded as .gcx files",
                "agentName": agent[0],
                "codec": agent[1],
                "pictures": len(made[agent]),
                "described": described[agent],
            }
        )
    events.append(
        {
            "eventType": "information package creation",
            "eventDateTime": datetime.now(UTC).isoformat(timespec="seconds"),
            "eventDetail": "the collection was copied into a bag (RFC 8493)",
            "agentName": PROGRAM,
            "pictures": len(collection),
        }
    )
    return {"format": "events in the terms of PREMIS 3", "events": events}
