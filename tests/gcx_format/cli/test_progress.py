"""How far a run is, on a terminal and in a log."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

from gcx_format.cli.console import _lines_of_progress


def test_a_log_has_lines_with_rate_and_time_left(capsys):
    advance = _lines_of_progress("encoding", every=0)
    advance(1000, 4000)
    advance(4000, 4000)
    line = capsys.readouterr().err
    assert re.fullmatch(r"gcx: encoding: 1,000 of 4,000, \d+\.\d a second, 0:00:0\d left\n", line)


def test_a_terminal_has_a_bar_with_rate_and_time_left(photo, environment, tmp_path):
    for number in range(40):
        photo(tmp_path / "photos" / f"{number}.png")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "gcx_format", "encode", tmp_path / "photos"),
            *("--scale", "16", "--visual-bytes", "100", "--describe", "none"),
        ],
        env=environment | {"TERM": "xterm", "COLUMNS": "120"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    try:
        while piece := os.read(ours, 4096):
            shown += piece
    except OSError:  # it has ended
        pass
    os.close(ours)
    assert process.wait() == 0
    assert re.search(rb"\d+/40", shown)
    assert re.search(rb"\d\.\d/s", shown)
