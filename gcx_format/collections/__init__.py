"""Collections: the descriptors of many pictures in Parquet; see `spec/collection-1.0.md`.

    from gcx_format.collections import Collection

    with Collection.open("collection") as collection:
        print(len(collection), collection["2020/sea.jpg"].words)

`Collection` reads one; `Row` is what it has of a picture. Inside, `rows` says what is known of a
picture, `shards` writes and reads the Parquet files, `about` what explains and sums up a
collection, `reading` and `writing` put them together.
"""

from gcx_format.collections.reading import Collection
from gcx_format.collections.rows import Row

__all__ = ["Collection", "Row"]
