"""Collections: the descriptors of many pictures in Parquet; see `spec/collection-1.0.md`.

`rows` says what is known of a picture, `shards` writes and reads the Parquet files, `about` what
explains and sums up a collection, `reading` and `writing` put them together.
"""
