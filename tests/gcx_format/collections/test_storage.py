"""Collections on other machines, by fsspec: in memory, and from a web server."""

from __future__ import annotations

import sys
import zlib
from pathlib import Path

import pytest

import gcx_format
from gcx_format import InputError, UnavailableError
from gcx_format.cli import main
from gcx_format.collections import Collection, storage
from gcx_format.collections.checking import check
from gcx_format.collections.rows import row_of
from gcx_format.collections.writing import writing

pytestmark = pytest.mark.needs("pyarrow", "upath")


def fill(folder: Path, *names: str) -> None:
    with writing(folder, shard_rows=2) as writer:
        for name in names:
            gcx = gcx_format.dumps(gcx_format.Descriptor(width=40, height=30, coded_text=WORDS))
            writer.add(row_of(gcx, Path(name), sha256=name.encode() * 32))


WORDS = gcx_format.CodedText("A red house.", "zlib", zlib.compress(b"A red house.", 9))


@pytest.fixture
def memory():
    """An address in fsspec's memory, emptied in the end."""
    import fsspec

    yield "memory://photos/c"
    fsspec.filesystem("memory").store.clear()


def test_a_collection_in_memory_is_written_and_read(memory):
    fill(storage.place(memory), "a", "b", "c")
    fill(storage.place(memory), "d")  # the last shard is filled up
    with Collection.open(memory) as collection:
        assert (len(collection), [row.path for row in collection]) == (4, ["a", "b", "c", "d"])
        assert collection["c"].words == "A red house."
        assert [row.path for row in collection.by_sha256(b"b" * 32)] == ["b"]
        assert list(check(collection)) == [None] * 4
    files = [path.name for path in storage.list_parquet(storage.place(memory) / "data")]
    assert files == ["000000.parquet", "000001.parquet"]


@pytest.mark.needs("aiohttp")
def test_a_collection_of_a_web_server(tmp_path, serve):
    fill(tmp_path / "c", "a", "b", "c")
    address = serve(tmp_path).url + "/c"
    with Collection.open(address) as collection:
        assert (len(collection), collection["c"].words) == (3, "A red house.")
        assert [row.path for row in collection] == ["a", "b", "c"]
        assert list(check(collection)) == [None] * 3
    with pytest.raises(InputError, match="this is no collection"):
        Collection.open(address + "/nothing")


@pytest.mark.needs("aiohttp")
def test_the_command_reads_addresses(tmp_path, serve, capsys):
    fill(tmp_path / "c", "a", "b", "c")
    address = serve(tmp_path).url + "/c"
    assert main(["archive", "list", address]) == 0
    assert capsys.readouterr().out == "a: 40 x 30\nb: 40 x 30\nc: 40 x 30\n"
    assert main(["archive", "verify", address]) == 0
    assert capsys.readouterr().out == "3 good, 0 bad\n"
    assert main(["archive", "stats", address]) == 0
    assert capsys.readouterr().out.startswith("3 pictures, 0 bytes of originals\n")


def test_a_package_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(UnavailableError, match="pip install s3fs"):
        Collection.open("s3://bucket/photos")


def test_an_address_that_no_file_system_knows():
    with pytest.raises(InputError, match="no file system has addresses of this kind"):
        Collection.open("gopher://bucket/photos")


def test_a_collection_elsewhere_is_searched_with_an_index_in_the_cache(
    tmp_path, monkeypatch, memory
):
    monkeypatch.setenv("GCX_CACHE_FOLDER", str(tmp_path / "cache"))
    fill(storage.place(memory), "a", "b")
    assert [hit.row.path for hit in Collection.open(memory).search("house")] == ["a", "b"]
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["collections"]
    assert [path.name for path in storage.place(memory).iterdir() if path.name[0] == "."] == []


def test_an_address_of_this_machine_is_a_folder(tmp_path):
    assert storage.place(f"file://{tmp_path}") == tmp_path
