"""A collection is plain data: pandas, DuckDB, Polars and Hugging Face's datasets read it."""

from __future__ import annotations

from pathlib import Path

import datasets
import duckdb
import pandas as pd
import polars as pl
import pytest
from PIL import Image

import gcx_format
from gcx_format import container
from gcx_format.collections.rows import row_of
from gcx_format.collections.writing import writing

WORDS = "A red house by the sea."


@pytest.fixture
def data() -> bytes:
    return container.dumps(gcx_format.encode(Image.new("RGB", (40, 30)), text=WORDS, visual="none"))


@pytest.fixture
def collection(tmp_path, data) -> Path:
    folder = tmp_path / "c"
    with writing(folder, shard_rows=2) as writer:
        for name in ("a.jpg", "b.jpg", "c.jpg"):
            writer.add(row_of(data, Path(name), latitude=54.5))
    return folder


def test_pandas(collection, data):
    table = pd.read_parquet(collection / "data")
    assert list(table["path"]) == ["a.jpg", "b.jpg", "c.jpg"]
    assert table["gcx"][2] == data
    assert str(table["encoded"].dtype) == "datetime64[ms, UTC]"


def test_duckdb(collection, data):
    query = f"SELECT path, gcx, width, words, latitude FROM '{collection}/data/*.parquet'"
    assert duckdb.sql(query).fetchall()[2] == ("c.jpg", data, 40, WORDS, 54.5)


def test_polars(collection, data):
    table = pl.read_parquet(collection / "data" / "*.parquet")
    assert table.select("path", "gcx", "height").row(2) == ("c.jpg", data, 30)


def test_hugging_face(collection, data, tmp_path):
    train = datasets.load_dataset(str(collection), cache_dir=str(tmp_path / "hf"))["train"]
    assert len(train) == 3
    assert (train[2]["path"], train[2]["gcx"], train[2]["words"]) == ("c.jpg", data, WORDS)
