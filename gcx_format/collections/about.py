"""What explains and sums up a collection: its `README.md` and `collection.json`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from gcx_format.collections import storage
from gcx_format.collections.rows import PROGRAM
from gcx_format.collections.shards import Shard, columns_of
from gcx_format.errors import InputError

__all__ = ["README", "SUMMARY", "read_summary", "write_readme", "write_summary"]

SUMMARY: Final = "collection.json"
README: Final = "README.md"
_FORMAT: Final = "gcx collection"
_VERSION: Final = "1.0"

_TEXT: Final = """\
---
configs:
- config_name: default
  data_files: data/*.parquet
---

# A collection of picture descriptors

Each row of the Parquet files in `data/` stands for one picture: not the picture itself, but what
is left of it in a few hundred bytes, a `.gcx` file. That file holds the picture's size, words that
describe it, and a very small coded picture. From these a program or a model can make a picture that
looks like the original; the original cannot be had back.

| column | type | meaning |
|---|---|---|
| `path` | string | path of the picture, below the folder that was archived |
| `path_bytes` | binary | the same in bytes, where it is not UTF-8 |
| `gcx` | binary | the `.gcx` file |
| `width`, `height` | int32 | size of the picture in pixels |
| `codec` | string | how the small picture is coded |
| `words` | string | words that describe the picture |
| `sha256` | binary | SHA-256 of the original file |
| `original_bytes` | int64 | size of the original file |
| `modified` | timestamp | when the original file was last modified, UTC |
| `taken` | timestamp | when the photograph was taken, by the camera's clock |
| `latitude`, `longitude` | double | where it was taken, in degrees |
| `camera` | string | what it was taken with |
| `program`, `encoded` | string, timestamp | what made the `.gcx` file, and when |
| `words_missing` | string | why there are no words, though they were asked for |

`collection.json` has the number of pictures, the sums of their sizes, and the SHA-256 of each
Parquet file. A folder `.index`, if there is one, makes searching faster and can be removed.

To look into it:

```sh
gcx archive list .
duckdb -c "SELECT path, words FROM 'data/*.parquet' LIMIT 10"
```

```python
pandas.read_parquet("data")
```

To take a `.gcx` file out without gcx, write the bytes of its `gcx` column to a file. A `.gcx` file
begins with the letters GCX; its specification, and that of collections, are part of gcx, the
program that wrote this.
"""


def write_readme(folder: Path) -> None:
    """Explain a collection to whoever finds it; a text that is there stays."""
    path = folder / README
    if not path.exists():
        storage.write(path, _TEXT.encode())


def write_summary(folder: Path, shards: Iterable[Shard]) -> None:
    """Write `collection.json`."""
    shards = sorted(shards, key=lambda shard: shard.name)
    summary = {
        "format": _FORMAT,
        "version": _VERSION,
        "program": PROGRAM,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "pictures": sum(shard.pictures for shard in shards),
        "gcx_bytes": sum(shard.gcx_bytes for shard in shards),
        "original_bytes": sum(shard.original_bytes for shard in shards),
        "shards": [columns_of(shard) for shard in shards],
    }
    data = json.dumps(summary, indent=1).encode() + b"\n"
    storage.write(folder / SUMMARY, data)


def read_summary(folder: Path) -> dict[str, Shard]:
    """The shards that `collection.json` lists, by name.

    Raises:
        InputError: it is missing or damaged, or of a version that this program does not know.
    """
    path = folder / SUMMARY
    data = storage.read(path)
    if data is None:
        raise InputError(f"this is no collection: it has no {SUMMARY}", filename=folder)
    try:
        told = json.loads(data)
        if told["format"] != _FORMAT:
            raise ValueError
        version = str(told["version"])
        shards = [Shard(**each) for each in told["shards"]]
    except (ValueError, TypeError, KeyError):
        raise InputError("this is not the summary of a collection", filename=path) from None
    if version.partition(".")[0] != _VERSION.partition(".")[0]:
        raise InputError(
            f"a collection of version {version}, which this program does not know", filename=folder
        )
    return {shard.name: shard for shard in shards}
