"""Many photographs, encoded in processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

FAST = ("--scale", "16", "--visual-bytes", "100", "--describe", "none")


@pytest.fixture
def photos(tmp_path, photo):
    """Forty photographs, no two alike."""
    for number in range(40):
        photo(tmp_path / "photos" / f"{number:02}.png", (96 + number, 64))
    return tmp_path / "photos"


def workers_of(process) -> list[int]:
    children = Path(f"/proc/{process.pid}/task").glob("*/children")
    found = [int(each) for path in children for each in path.read_text().split()]
    return [pid for pid in found if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_processes_write_what_one_writes_in_the_same_order(gcx, photos, folder_state, tmp_path):
    told = {}
    for jobs in (1, 3):
        ran = gcx("encode", photos, "-o", tmp_path / str(jobs), "--json", "--jobs", jobs, *FAST)
        assert (ran.code, ran.err) == (0, "")
        told[jobs] = [json.loads(line)["photo"] for line in ran.out.splitlines()]
    assert told[3] == told[1] == [str(path) for path in sorted(photos.iterdir())]
    one, three = (
        {name: data for name, (data, _) in folder_state(tmp_path / jobs).items()} for jobs in "13"
    )
    assert three == one


def test_errors_and_warnings_come_with_the_photograph(gcx, photos, tmp_path):
    (photos / "10.png").write_bytes(b"nothing")
    Image.new("RGBA", (96, 64), (0, 0, 0, 1)).save(photos / "20.png")
    (photos / "30.png").write_bytes((photos / "31.png").read_bytes()[:60])
    ran = gcx("encode", photos, "-o", tmp_path / "out", "--jobs", 2, *FAST)
    assert ran.code == 1
    assert ran.out.startswith("encoded 38, skipped 0, failed 2; ")
    names = sorted(line.partition(".png: ")[0].rpartition("/")[2] for line in ran.err.splitlines())
    assert names == ["10", "20", "30"]
    assert f"gcx: {photos / '20.png'}: warning: " in ran.err


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds processes as Linux does")
def test_a_process_that_the_system_kills_costs_one_photograph(photos, environment, tmp_path):
    for number in range(40, 400):
        (photos / f"{number:03}.png").hardlink_to(photos / "00.png")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gcx_format", "encode", photos, "-o", tmp_path / "out"),
            *("--jobs", "2", *FAST),
        ],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        while len(list((tmp_path / "out").glob("*"))) < 4 and process.poll() is None:
            time.sleep(0.01)
        os.kill(workers_of(process)[0], signal.SIGKILL)
        out, err = process.communicate(timeout=120)
    assert process.returncode == 1
    assert out.startswith("encoded 399, skipped 0, failed 1; ")
    assert err.startswith(f"gcx: {photos}{os.sep}")
    assert err.endswith(
        ".png: the system ended the process that worked on it, as it does where memory runs out; "
        "free some, or take fewer pictures at a time (--jobs)\n"
    )
    # It may have written its picture, or half of it under a hidden name, and not said so yet.
    assert len(list((tmp_path / "out").glob("[!.]*"))) in (399, 400)


def test_processes_end_with_a_program_that_is_killed(photos, environment, tmp_path):
    for number in range(40, 400):
        (photos / f"{number:03}.png").hardlink_to(photos / "00.png")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gcx_format", "encode", photos, "-o", tmp_path / "out"),
            *("--jobs", "2", *FAST),
        ],
        env=environment,
    )
    with process:
        while len(list((tmp_path / "out").glob("*"))) < 4 and process.poll() is None:
            time.sleep(0.01)
        workers = workers_of(process)
        process.kill()
    assert len(workers) == 2
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{pid}").exists() for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.01)
