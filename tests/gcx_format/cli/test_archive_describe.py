"""`gcx archive describe`, and what `create` does where describing fails."""

import json

import pyarrow.parquet as pq
import pytest

from gcx_format.collections.reading import Collection

BOAT = "A red boat, left"


@pytest.fixture
def server(openai_environment):
    return openai_environment


@pytest.fixture
def photos(photo, tmp_path):
    for number, name in enumerate("abc"):
        photo(tmp_path / "photos" / f"{name}.jpg", (96, 64 + number), comment=None)
    return tmp_path / "photos"


@pytest.fixture
def archive(gcx, photos, tmp_path):
    """Three pictures without words."""
    assert gcx("archive", "create", photos, tmp_path / "kept", "--describe", "none").code == 0
    return tmp_path / "kept"


def missing(folder):
    return [row.words_missing for row in Collection(folder)]


def words(folder):
    return {row.path: row.words for row in Collection(folder)}


def test_what_could_not_be_described_is_kept_without_words_and_completed_later(
    gcx, photos, server, tmp_path
):
    server.script("moderation")
    server.descriptions = [BOAT] * 2
    ran = gcx("archive", "create", photos, tmp_path / "kept", "--describe", "openai")
    assert ran.code == 1
    assert "encoded 3, skipped 0, failed 0" in ran.out
    assert "kept without the words that were asked for: 1 picture; gcx archive describe" in ran.err
    assert sorted(map(str, words(tmp_path / "kept").values())) == [BOAT, BOAT, "None"]
    assert sorted(map(str, missing(tmp_path / "kept"))) == ["None", "None", "refused"]
    server.descriptions = [f"{BOAT} of wood"]
    ran = gcx("archive", "describe", tmp_path / "kept", "--originals", photos)
    assert (ran.code, ran.out[:11]) == (0, "described 1")
    assert sorted(words(tmp_path / "kept").values()) == [BOAT, BOAT, f"{BOAT} of wood"]
    assert missing(tmp_path / "kept") == [None, None, None]
    assert gcx("archive", "verify", tmp_path / "kept", "--originals", photos).code == 0


def test_a_spent_limit_ends_describing_and_nothing_else(gcx, photos, server, tmp_path, monkeypatch):
    monkeypatch.setenv("GCX_DAILY_LIMIT_USD", "0.0001")
    ran = gcx("archive", "create", photos, tmp_path / "kept", "--describe", "openai")
    assert ran.code == 1
    assert "kept without the words that were asked for: 3 pictures" in ran.err
    assert words(tmp_path / "kept") == {"a.jpg": None, "b.jpg": None, "c.jpg": None}
    assert missing(tmp_path / "kept") == ["limit", "limit", "limit"]
    assert server.calls() == 0


def test_a_shard_without_the_column_is_read_as_if_it_were_null(archive):
    (shard,) = (archive / "data").glob("*.parquet")
    pq.write_table(pq.read_table(shard).drop_columns(["words_missing"]), shard)
    assert missing(archive) == [None, None, None]
    assert Collection(archive)["a.jpg"].words_missing is None
    assert list(Collection(archive).columns(["words_missing"])) == [{"words_missing": None}] * 3


def test_describing_leaves_the_rest_of_a_row_as_it_is(gcx, photos, server, archive):
    before = {row.path: row for row in Collection(archive)}
    ran = gcx("archive", "describe", archive, "--originals", photos, "--json")
    assert ran.code == 0
    told = {line["path"]: line for line in map(json.loads, ran.out.splitlines())}
    for row in Collection(archive):
        assert row.words == told[row.path]["text"] == row.descriptor.text
        assert row.descriptor.visual == before[row.path].descriptor.visual
        for column in ("sha256", "width", "original_bytes", "modified", "codec", "camera"):
            assert getattr(row, column) == getattr(before[row.path], column)
    assert server.calls() == 3


def test_no_more_are_described_than_the_limit(gcx, photos, server, archive):
    ran = gcx("archive", "describe", archive, "--originals", photos, "--limit", 2)
    assert (ran.code, server.calls()) == (0, 2)
    assert [found is None for found in words(archive).values()] == [False, False, True]


def test_an_original_that_has_changed_or_gone_is_told_and_not_sent(
    gcx, photo, photos, server, archive
):
    photo(photos / "a.jpg", (30, 20))
    (photos / "b.jpg").unlink()
    ran = gcx("archive", "describe", archive, "--originals", photos)
    assert ran.code == 1
    assert "a.jpg: it has changed since it was archived" in ran.err
    assert "b.jpg" in ran.err
    assert server.calls() == 1
    assert words(archive)["a.jpg"] is words(archive)["b.jpg"] is None


def test_what_was_paid_for_before_is_not_asked_again(gcx, photos, server, archive, tmp_path):
    gcx("archive", "describe", archive, "--originals", photos)
    assert gcx("archive", "create", photos, tmp_path / "other", "--describe", "openai").code == 0
    assert server.calls() == 3
    assert words(tmp_path / "other") == words(archive)


def test_the_estimate_sends_nothing(gcx, photos, server, archive):
    ran = gcx("archive", "describe", archive, "--originals", photos, "--estimate")
    assert ran.code == 0
    assert ran.out.startswith("3 pictures: about $0.0")
    assert server.calls() == 0
