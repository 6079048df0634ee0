"""What many files have to say together."""

import json
import signal
import subprocess
import sys

from openai_server import Limits


def test_one_cause_is_told_once_in_a_folder(gcx, openai_environment, tmp_path, words_file):
    openai_environment.key = "another"
    data = words_file.read_bytes()
    for folder in ("a", "b"):
        (tmp_path / "many" / folder).mkdir(parents=True)
        for number in range(12):
            (tmp_path / "many" / folder / f"{number}.gcx").write_bytes(data)
    ran = gcx("decode", tmp_path / "many", "--generator", "openai", "--json")
    assert ran.code == 1
    assert len(ran.err.splitlines()) <= 8
    assert "more like this: " in ran.err
    assert [json.loads(line)["status"] for line in ran.out.splitlines()] == ["failed"] * 24


def test_an_interrupt_says_what_may_be_billed(openai_environment, tmp_path, words_file):
    openai_environment.script("stall")
    process = subprocess.Popen(
        [sys.executable, "-m", "gcx_format", "decode", words_file, "--generator", "openai"],
        stderr=subprocess.PIPE,
        text=True,
    )
    openai_environment.wait_for_calls(1, seconds=30)
    process.send_signal(signal.SIGINT)
    said = process.communicate(timeout=30)[1]
    assert process.returncode == 130
    assert "up to $0." in said
    assert "may still be billed" in said


def test_an_interrupt_does_not_wait_for_the_turn_of_calls(openai_environment, tmp_path, photo):
    openai_environment.limits = Limits(4, seconds=100)
    for number in range(12):
        photo(tmp_path / "photos" / f"{number}.png", (60, 40 + number))
    command = [sys.executable, "-m", "gcx_format", "describe", str(tmp_path / "photos")]
    process = subprocess.Popen(
        [*command, "--concurrency", "8"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    described = [process.stdout.readline() for _ in range(4)]
    assert all(described)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"gcx: interrupted: 4 done, 8 left" in err
    assert openai_environment.calls() == 4
