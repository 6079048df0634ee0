"""`gcx cache`."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal

import pytest

import gcx_format
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.records import Record

RECORD = Record(
    model="gpt-4o",
    usage={"output_tokens": 4160, "input_tokens": 900},
    cost_usd=Decimal("0.2105"),
    score=0.8125,
    revised_prompt="A house\x1b[31m",
)


@pytest.fixture
def cache(tmp_path, monkeypatch) -> Cache:
    """The cache that `gcx` uses."""
    monkeypatch.setenv("GCX_CACHE_FOLDER", str(tmp_path / "cache"))
    return Cache(tmp_path / "cache", 10**9)


@pytest.fixture
def kept(cache, words_file):
    """Two pictures of a descriptor, and one of another."""
    sea = descriptor_hash(gcx_format.dumps(gcx_format.read(words_file)))
    return [
        cache.add(sea, b"1" * 1_500_000, RECORD, ".png"),
        cache.add(sea, b"2" * 10, Record(), ".webp"),
        cache.add(descriptor_hash(b"another"), b"3" * 20, Record(cost_usd=Decimal("0.1")), ".png"),
    ]


def test_lists_what_is_kept(gcx, kept, cache):
    cache.choose(kept[1])
    ran = gcx("cache", "list")
    assert (ran.code, ran.err) == (0, "")
    *lines, summary = ran.out.splitlines()
    assert summary == "3 pictures, 1.5 MB of 2,048 MB"
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    by_id = {line.split()[0]: line.split() for line in lines}
    first, second, third = kept
    assert by_id[first.id][1] == day
    assert by_id[first.id][3:] == ["1,500,000", "0.2105", "0.812", "gpt-4o", first.descriptor[:12]]
    assert by_id[f"{second.id}*"][3:] == ["10", "-", "-", "-", second.descriptor[:12]]
    assert by_id[third.id][3:] == ["20", "0.1000", "-", "-", third.descriptor[:12]]


def test_lists_those_of_a_file(gcx, kept, words_file, picture_file):
    *lines, summary = gcx("cache", "list", words_file).out.splitlines()
    assert [line.split()[0] for line in lines] == [kept[0].id, kept[1].id]
    assert summary == "2 pictures, 1.5 MB"
    assert gcx("cache", "list", picture_file).out == "0 pictures, 0.0 MB\n"


def test_lists_as_json(gcx, kept):
    ran = gcx("cache", "list", "--json")
    rows = {row["id"]: row for row in map(json.loads, ran.out.splitlines())}
    assert rows.keys() == {each.id for each in kept}
    first = rows[kept[0].id]
    assert first["picture"] == str(kept[0].path)
    assert (first["cost_usd"], first["bytes"], first["chosen"]) == ("0.2105", 1_500_000, False)
    assert first["usage"] == RECORD.usage


def test_an_empty_cache_is_no_error(gcx, cache):
    assert gcx("cache", "list").out == "0 pictures, 0.0 MB of 2,048 MB\n"
    assert gcx("cache", "list", "--json").out == ""
    assert gcx("cache", "clear").out == "removed 0 pictures, 0.0 MB\n"


def test_shows_all_that_is_known_and_no_control_characters(gcx, kept):
    ran = gcx("cache", "show", kept[0].id[:7])
    assert (ran.code, ran.err) == (0, "")
    lines = dict(line.split(None, 1) for line in ran.out.splitlines())
    assert lines["picture"] == str(kept[0].path)
    assert lines["usage"] == "output_tokens 4160, input_tokens 900"
    assert lines["revised_prompt"] == "A house\\x1b[31m"
    assert lines["request_id"] == "-"
    assert lines["chosen"] == "no"
    assert lines["sha256"] == kept[0].record.sha256


def test_shows_those_of_a_file_as_json(gcx, kept, words_file):
    rows = [
        json.loads(line) for line in gcx("cache", "show", "--json", words_file).out.splitlines()
    ]
    assert [row["id"] for row in rows] == [kept[0].id, kept[1].id]
    assert rows[0]["revised_prompt"] == RECORD.revised_prompt


def test_chooses_and_undoes(gcx, kept, cache):
    assert gcx("cache", "choose", kept[0].id).code == 0
    assert [each.chosen for each in cache.variants(kept[0].descriptor)] == [True, False]
    assert gcx("cache", "choose", "--undo", kept[0].id).code == 0
    assert not any(each.chosen for each in cache)


def test_removes_by_id_and_by_file(gcx, kept, cache, words_file):
    assert gcx("cache", "remove", kept[2].id, kept[2].id.upper()).out == "removed 1 picture\n"
    assert gcx("cache", "remove", words_file).out == "removed 2 pictures\n"
    assert list(cache) == []


@pytest.mark.parametrize("command", ["show", "choose", "remove"])
def test_what_is_not_kept_is_an_error(gcx, kept, cache, command, picture_file):
    ran = gcx("cache", command, "zzz")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "gcx: no stored picture has the ID zzz; gcx cache list shows them\n"
    ran = gcx("cache", command, "")
    assert ran.code != 0
    if command != "choose":
        ran = gcx("cache", command, picture_file)
        assert (ran.code, ran.err) == (1, f"gcx: {picture_file}: no stored pictures\n")
    assert len(list(cache)) == 3


def test_the_start_of_several_ids_is_an_error(gcx, cache):
    for number in range(17):  # of 16 digits, one is there twice
        cache.add(descriptor_hash(b"%d" % number), b"x", Record(), ".png")
    firsts = [each.id[0] for each in cache]
    twice = next(digit for digit in firsts if firsts.count(digit) > 1)
    ran = gcx("cache", "remove", twice)
    assert ran.code == 1
    assert f"{firsts.count(twice)} picture IDs begin with {twice}" in ran.err
    assert len(list(cache)) == 17


def test_a_file_that_is_no_descriptor_is_named(gcx, cache, tmp_path):
    (tmp_path / "a.gcx").write_bytes(b"")
    for command in ("list", "show", "remove"):
        ran = gcx("cache", command, tmp_path / "a.gcx")
        assert ran.code == 1
        assert ran.err.startswith(f"gcx: {tmp_path / 'a.gcx'}: ")


def test_clears_what_is_kept_when_told_so(gcx, kept, cache):
    ran = gcx("cache", "clear", "--yes")
    assert (ran.code, ran.out) == (0, "removed 3 pictures, 1.5 MB\n")
    assert list(cache) == []


def test_removes_nothing_where_nobody_can_be_asked(program, kept, cache, environment):
    ran = program("cache", "clear", stdin=subprocess.DEVNULL, env=here(environment))
    assert ran.returncode == 2
    assert b"--yes removes all without asking" in ran.stderr
    assert len(list(cache)) == 3


@pytest.mark.parametrize(
    ("answer", "code", "left"), [(b"y\n", 0, 0), (b"n\n", 1, 3), (b"\n", 1, 3)]
)
def test_asks_and_says_what_they_did_cost(kept, cache, environment, answer, code, left):
    terminal, side = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "gcx_format", "cache", "clear"],
        env=here(environment),
        stdin=side,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    os.write(terminal, answer)
    out, err = process.communicate(timeout=60)
    os.close(side)
    os.close(terminal)
    assert b"Remove 3 pictures that cost $0.3105?" in err
    assert process.returncode == code
    assert len(list(cache)) == left
    assert out.startswith(b"removed 3 pictures" if left == 0 else b"nothing was removed")


def test_prints_the_folder(gcx, cache):
    assert gcx("cache", "path").out == f"{cache.folder}\n"


def test_prints_help_without_a_command(gcx):
    ran = gcx("cache")
    assert "clear" in ran.out + ran.err
    assert ran.code == 2


def here(environment):
    """The environment of a process, with the folders of this test."""
    ours = {name: value for name, value in os.environ.items() if name.startswith(("GCX_", "XDG_"))}
    return environment | ours
