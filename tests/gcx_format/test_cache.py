"""The cache of generated pictures: untouched bytes, kept whole, paid for once."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

import gcx_format
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.errors import (
    ArgumentError,
    CancelledError,
    InputError,
    OutputError,
    ServiceTimeoutError,
)
from gcx_format.records import Record

SEA = b"GCX descriptor of the sea"
HILL = b"GCX descriptor of a hill"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


@pytest.fixture
def cache(tmp_path) -> Cache:
    return Cache(tmp_path / "cache", max_bytes=1_000_000)


@pytest.fixture
def run():
    """Runs Python code in processes of their own, all at once."""
    package = str(Path(gcx_format.__file__).parents[1])
    environment = os.environ | {"PYTHONPATH": package}
    started = []

    def start(code: str, *arguments: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", code, *map(str, arguments)]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def key(descriptor=SEA) -> str:
    return descriptor_hash(descriptor)


def files(cache: Cache) -> list[str]:
    """The names of all files of the cache, without the folders."""
    return sorted(path.name for path in cache.folder.rglob("*") if path.is_file())


def age(variant, seconds: float) -> None:
    """Have a picture be last used so long ago."""
    then = time.time() - seconds
    os.utime(variant.path, (then, then))


# --- keys ------------------------------------------------------------------------------------


def test_a_key_is_the_hash_of_the_descriptors_bytes_and_of_nothing_else():
    assert key() == hashlib.sha256(SEA).hexdigest()


# --- keeping and finding ---------------------------------------------------------------------


def test_an_empty_cache_has_nothing_and_makes_nothing(cache):
    assert cache.variants(descriptor_hash(SEA)) == []
    assert list(cache) == []
    assert cache.clear() == (0, 0)
    assert not cache.folder.exists()


def test_a_picture_comes_back_as_the_bytes_that_were_sent_with_what_is_known_of_it(cache):
    before = datetime.now(UTC)
    record = Record(
        model="gpt-4o",
        usage={"output_tokens": 4160},
        cost_usd=Decimal("0.211"),
        details={"route": "images"},
    )
    added = cache.add(key(), PICTURE, record, ".png")
    [found] = Cache(cache.folder, 0).variants(key())  # as another process would
    assert found == added
    assert found.path.suffix == ".png"
    assert found.path.read_bytes() == found.read() == PICTURE
    assert before <= found.made <= datetime.now(UTC)
    assert not found.chosen
    known = json.loads(found.path.with_suffix(".json").read_bytes())
    assert (
        known.items()
        >= {
            "format": 2,
            "generator": "openai",
            "digital_source_type": "trainedAlgorithmicMedia",
            "route": "images",
            "model": "gpt-4o",
            "usage": {"output_tokens": 4160},
            "cost_usd": "0.211",
            "made": found.made.isoformat(),
            "descriptor": descriptor_hash(SEA),
            "request": "",
            "file": found.path.name,
            "bytes": len(PICTURE),
            "sha256": hashlib.sha256(PICTURE).hexdigest(),
        }.items()
    )
    assert found.record == replace(
        record,
        made=found.made,
        descriptor=descriptor_hash(SEA),
        file=found.path.name,
        file_bytes=len(PICTURE),
        sha256=hashlib.sha256(PICTURE).hexdigest(),
    )


def test_it_lies_in_private_files_below_a_folder_for_its_descriptor(cache):
    added = cache.add(key(), PICTURE, Record(), ".webp")
    folder = cache.folder / "reconstructions" / key()[:2] / key()
    assert added.path.parent == folder
    assert len(added.id) == 8
    assert added.path.name.endswith(f"-{added.id}.webp")
    for path in [cache.folder, *cache.folder.rglob("*")]:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)


def test_the_variants_of_a_descriptor_are_told_from_the_oldest(cache):
    assert cache.add(key(), b"first", Record(), ".png").descriptor == key()
    cache.add(key(HILL), b"hill", Record(), ".png")
    cache.add(key(), b"other", Record(), ".png")
    cache.add(key(), b"last", Record(), ".png")
    variants = cache.variants(key())
    assert [each.read() for each in variants] == [b"first", b"other", b"last"]
    assert [each.descriptor for each in variants] == [key()] * 3
    assert variants == sorted(variants, key=lambda each: each.made)


def test_one_of_them_can_be_chosen(cache):
    first = cache.add(key(), b"first", Record(), ".png")
    cache.add(key(), b"second", Record(), ".png")
    cache.choose(first)
    assert [each.chosen for each in cache.variants(key())] == [True, False]
    cache.choose_none(key())
    assert [each.chosen for each in cache.variants(key())] == [False, False]


def test_another_can_be_chosen(cache):
    first = cache.add(key(), b"first", Record(), ".png")
    second = cache.add(key(), b"second", Record(), ".png")
    cache.choose(second)
    cache.choose(first)
    assert [each.chosen for each in cache] == [True, False]


def test_all_pictures_can_be_gone_through(cache):
    cache.add(key(), b"sea", Record(), ".png")
    cache.add(key(HILL), b"hill", Record(), ".png")
    assert sorted(each.read() for each in cache) == [b"hill", b"sea"]
    assert {each.descriptor for each in cache} == {key(), key(HILL)}


@pytest.mark.parametrize("suffix", ["png", "", ".", ".json", ".PNG", "./x", ".tar.gz", ".123456"])
def test_only_an_extension_is_an_extension(cache, suffix):
    with pytest.raises(ArgumentError, match="not the extension"):
        cache.add(key(), PICTURE, Record(), suffix)
    assert not cache.folder.exists()


def test_a_cache_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    cache = Cache(tmp_path / "file", 1000)
    assert cache.variants(key()) == []
    with pytest.raises(OutputError):
        cache.add(key(), PICTURE, Record(), ".png")
    with pytest.raises(OutputError), cache.lock(key(), 1):
        pass


# --- removing --------------------------------------------------------------------------------


def test_a_picture_is_removed_with_all_that_is_known_of_it(cache):
    first = cache.add(key(), b"first", Record(), ".png")
    cache.add(key(), b"second", Record(), ".png")
    cache.choose(first)
    cache.remove(first)
    cache.remove(first)  # somebody else was faster
    assert [each.read() for each in cache] == [b"second"]
    assert len(files(cache)) == 2


def test_no_empty_folder_is_left(cache):
    cache.choose(cache.add(key(), PICTURE, Record(), ".png"))
    cache.remove(next(iter(cache)))
    assert list((cache.folder / "reconstructions").iterdir()) == []


def test_clearing_removes_all_and_says_how_much(cache):
    cache.choose(cache.add(key(), b"12345", Record(), ".png"))
    cache.add(key(HILL), b"123", Record(), ".png")
    assert cache.clear() == (2, 8)
    assert list(cache) == []
    assert files(cache) == []


def test_a_picture_that_is_removed_meanwhile_is_not_there(cache):
    variant = cache.add(key(), PICTURE, Record(), ".png")
    cache.remove(variant)
    with pytest.raises(InputError, match="cannot be read"):
        variant.read()


# --- room ------------------------------------------------------------------------------------


def test_the_least_recently_used_make_room(tmp_path):
    cache = Cache(tmp_path, max_bytes=6_000)
    names = {}
    for name, descriptor in (("a", b"a"), ("b", b"b"), ("c", b"c")):
        names[name] = cache.add(key(descriptor), name.encode() * 1000, Record(), ".png")
        age(names[name], 1000 - 100 * len(names))
    names["a"].read()  # now the most recently used
    cache.add(key(b"d"), b"d" * 1000, Record(), ".png")
    assert sorted(each.read()[:1] for each in cache) == [b"a", b"c", b"d"]


def test_listing_is_no_use_and_reading_is(tmp_path):
    cache = Cache(tmp_path, max_bytes=1_000_000)
    variant = cache.add(key(), PICTURE, Record(), ".png")
    age(variant, 1000)
    assert len(list(cache)) == 1
    assert time.time() - variant.path.stat().st_mtime > 900
    variant.read()
    assert time.time() - variant.path.stat().st_mtime < 100


def test_the_one_just_added_stays_however_large_and_chosen_ones_go_last(tmp_path):
    cache = Cache(tmp_path, max_bytes=6_000)
    chosen = cache.add(key(b"a"), b"a" * 1000, Record(), ".png")
    cache.choose(chosen)
    age(chosen, 5000)
    age(cache.add(key(b"b"), b"b" * 1000, Record(), ".png"), 100)
    cache.add(key(b"c"), b"c" * 2500, Record(), ".png")
    assert sorted(each.read()[:1] for each in cache) == [b"a", b"c"]
    cache.add(key(b"d"), b"d" * 9000, Record(), ".png")
    assert [each.read()[:1] for each in cache] == [b"d"]
    assert len(files(cache)) == 2


def test_what_the_dead_left_is_removed_when_it_is_old_and_not_before(cache):
    folder = cache.add(key(), PICTURE, Record(), ".png").path.parent
    old, new = folder / ".unfinished.png.0123abcd", folder / ".unfinished.png.4567cdef"
    orphan = folder / "20260101T000000000000-00000000.png"
    for path in (old, new, orphan):
        path.write_bytes(b"x")
    for path in (old, orphan):
        os.utime(path, (time.time() - 1000, time.time() - 1000))
    cache.add(key(HILL), PICTURE, Record(), ".png")
    assert not old.exists()
    assert not orphan.exists()
    assert new.exists()
    assert len(list(cache)) == 2


# --- damage ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda path, _: path.write_bytes(b""),
        lambda path, _: path.write_bytes(b"\0" * 200),
        lambda path, _: path.write_bytes(b"[" * 100_000),
        lambda path, _: path.write_bytes(b"[]"),
        lambda path, record: path.write_text(json.dumps(record | {"sha256": 1})),
        lambda path, record: path.write_text(json.dumps(record | {"descriptor": None})),
        lambda path, record: path.write_text(json.dumps(record | {"made": "today"})),
        lambda path, record: path.write_text(json.dumps(record | {"bytes": "many"})),
        lambda path, record: path.write_text(json.dumps(record | {"file": "../../secret.png"})),
        lambda path, record: path.write_text(json.dumps(record | {"file": path.name})),
        lambda path, record: path.write_text(json.dumps({})),
        lambda path, record: (path.parent / record["file"]).unlink(),
        lambda path, record: (path.parent / record["file"]).write_bytes(PICTURE[:-1]),
    ],
)
def test_a_broken_entry_is_skipped_and_removed(cache, damage):
    good = cache.add(key(), b"good", Record(), ".png")
    bad = cache.add(key(), PICTURE, Record(), ".png")
    cache.choose(bad)
    secret = cache.folder / "reconstructions" / "secret.png"
    secret.write_bytes(PICTURE)
    damage(bad.path.with_suffix(".json"), bad.record.to_json())
    assert cache.variants(key()) == [good]
    assert [each.read() for each in cache] == [b"good"]
    assert not bad.path.with_suffix(".json").exists()
    assert secret.exists()


def test_a_picture_whose_bytes_have_changed_is_never_shown(cache):
    cache.add(key(), b"older", Record(), ".png")
    bad = cache.add(key(), PICTURE, Record(), ".png")
    bad.path.write_bytes(PICTURE[:-1] + b"!")
    with pytest.raises(InputError, match="damaged and has been removed"):
        bad.read()
    assert files(cache) == sorted(
        name for each in cache for name in (each.path.name, each.path.stem + ".json")
    )
    assert [each.read() for each in cache] == [b"older"]


@pytest.mark.parametrize(
    "content", [b"", b"\xff", b"nothing-like-that", b"x" * 10_000, b"a\0b", b"../x"]
)
def test_a_choice_of_nothing_is_no_choice(cache, content):
    variant = cache.add(key(), PICTURE, Record(), ".png")
    (variant.path.parent / "chosen").write_bytes(content)
    assert list(cache) == [variant]
    assert not variant.chosen


DIE = """
import os, signal, sys
from pathlib import Path
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.records import Record
syncs, sync = 0, os.fsync
def fsync(number):
    global syncs
    syncs += 1
    if syncs == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    sync(number)
os.fsync = fsync
cache = Cache(Path(sys.argv[1]), 1_000_000)
cache.add(descriptor_hash(b"sea"), b"new" * 1000, Record(), ".png")
print("done")
"""


@pytest.mark.parametrize("moment", [1, 2, 3, 4])
def test_a_process_that_is_killed_while_it_keeps_a_picture_leaves_all_or_nothing(
    cache, run, moment
):
    sea = descriptor_hash(b"sea")
    old = cache.add(sea, b"old", Record(), ".png")
    process = run(DIE, cache.folder, moment)
    assert process.communicate(timeout=60)[0] == ""
    assert process.returncode == -signal.SIGKILL
    # Synced are: the picture, the folder, the record, and the folder again, when all is there.
    kept = [each.read() for each in cache.variants(sea)]
    assert kept == ([b"old", b"new" * 1000] if moment == 4 else [b"old"])
    if moment < 4:
        assert cache.variants(sea) == [old]
        assert len(files(cache)) > 2  # what it left; it goes when it is old
    later = (datetime.now(UTC) + timedelta(seconds=-1000)).timestamp()
    for path in cache.folder.rglob("*"):
        if path.is_file():
            os.utime(path, (later, later))
    cache.add(descriptor_hash(b"hill"), b"hill", Record(), ".png")
    assert len(files(cache)) == 2 * len(list(cache))


# --- one at a time ---------------------------------------------------------------------------

GENERATE = """
import sys, time
from pathlib import Path
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.records import Record
cache = Cache(Path(sys.argv[1]), 1_000_000)
key = descriptor_hash(b"sea")
print("ready", flush=True)
sys.stdin.readline()
found = cache.variants(key)
if not found:
    with cache.lock(key, 30):
        found = cache.variants(key)
        if not found:
            with open(sys.argv[2], "a") as calls:
                calls.write("paid\\n")
            time.sleep(0.3)
            cache.add(key, b"picture", Record(), ".png")
            found = cache.variants(key)
print(found[0].read().decode())
"""


def test_processes_that_want_the_same_picture_pay_once(cache, tmp_path):
    calls = tmp_path / "calls"
    environment = os.environ | {"PYTHONPATH": str(Path(gcx_format.__file__).parents[1])}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", GENERATE, cache.folder, calls],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    assert [process.communicate(timeout=60)[0] for process in processes] == ["picture\n"] * 6
    assert calls.read_text() == "paid\n"
    assert len(list(cache)) == 1


def test_threads_that_want_the_same_picture_pay_once_and_others_do_not_wait(cache):
    paid = []
    inside = threading.Barrier(2, timeout=20)  # broken unless both are generated at once

    def open_picture(descriptor: bytes) -> None:
        wanted = key(descriptor)
        with cache.lock(wanted, 20):
            if not cache.variants(wanted):
                paid.append(descriptor)
                inside.wait()
                cache.add(wanted, PICTURE, Record(), ".png")

    threads = [
        threading.Thread(target=open_picture, args=[each]) for each in (SEA, HILL) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(paid) == sorted([SEA, HILL])


def test_the_lock_of_a_process_that_is_killed_is_free(cache, run):
    process = run(
        "import sys, time\n"
        "from pathlib import Path\n"
        "from gcx_format.cache import Cache, descriptor_hash\n"
        "cache = Cache(Path(sys.argv[1]), 1)\n"
        "with cache.lock(descriptor_hash(b'sea'), 1):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n",
        cache.folder,
    )
    assert process.stdout.readline() == "held\n"
    wanted = descriptor_hash(b"sea")
    with (
        pytest.raises(ServiceTimeoutError, match=r"for more than 0\.1 s"),
        cache.lock(wanted, 0.1),
    ):
        pass
    process.kill()
    process.wait()
    with cache.lock(wanted, 5):
        assert files(cache) != []


def test_waiting_for_a_lock_can_be_cancelled(cache):
    asked = []

    def cancelled() -> bool:
        asked.append(time.monotonic())
        return len(asked) == 3

    with (
        cache.lock(key(), 1),
        pytest.raises(CancelledError),
        cache.lock(key(), 60, cancelled),
    ):
        pass
    assert len(asked) == 3
    with cache.lock(key(), 0):  # what was cancelled holds nothing
        pass


def test_an_error_within_the_lock_gives_it_back(cache):
    with pytest.raises(ZeroDivisionError), cache.lock(key(), 1):
        raise ZeroDivisionError
    with cache.lock(key(), 0):
        pass


MANY = """
import sys
from pathlib import Path
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.records import Record
from gcx_format.errors import InputError
cache = Cache(Path(sys.argv[1]), 20_000)
whole = [digit * 2000 for digit in (b"0", b"1", b"2")]
for number in range(15):
    key = descriptor_hash(b"%d" % (number % 4))
    cache.add(key, whole[int(sys.argv[2])], Record(), ".png")
    for variant in cache.variants(key):
        try:
            assert variant.read() in whole
        except InputError as error:
            assert "No such file" in str(error)
print("fine")
"""


def test_many_processes_add_and_evict_and_clear_without_harm(tmp_path, run):
    processes = [run(MANY, tmp_path, number) for number in range(3)]
    cache = Cache(tmp_path, 20_000)
    while any(process.poll() is None for process in processes):
        cache.clear()
        time.sleep(0.01)
    assert [process.communicate(timeout=60)[0] for process in processes] == ["fine\n"] * 3
    cache.add(key(), b"last", Record(), ".png")
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 20_000
    assert len(files(cache)) == 2 * len(list(cache))


def test_a_picture_goes_with_its_fitted_form_and_stays_with_it(tmp_path):
    cache = Cache(tmp_path, 10_000_000)
    old = cache.add(descriptor_hash(b"old"), bytes(3000), Record(), ".png")
    used = cache.add(descriptor_hash(b"used"), bytes(3000), Record(), ".png")
    for age, variant in ((300, old), (100, used)):
        variant.fit(bytes(2000))
        os.utime(variant.path, (time.time() - age,) * 2)
    # The fitted form of the one in use is the oldest file of all.
    os.utime(used.fitted_path, (0, 0))
    cache.max_bytes = 12_000
    new = cache.add(descriptor_hash(b"new"), bytes(3000), Record(), ".png")
    assert {variant.path for variant in cache} == {used.path, new.path}
    assert used.read_fitted() == bytes(2000)
    assert not old.path.exists()
    assert not old.fitted_path.exists()
