"""Ctrl-C in the terminal, and the system's wish that the program ends: real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals as POSIX has them")

PROGRAM = """
import sys
from PyQt6.QtCore import QTimer
from gcx_viewer.gui.window.main_window import MainWindow

shown = MainWindow.show
def show(window):
    shown(window)
    window.closed.connect(lambda: print("closed", flush=True))
    QTimer.singleShot(0, lambda: print("running", flush=True))
MainWindow.show = show
from gcx_viewer.app import main
sys.exit(main(["--new-window", *sys.argv[1:]]))
"""


def start(*arguments: str, ignoring: str = "") -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", ignoring + PROGRAM, *arguments],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_closes_the_windows_and_ends_the_program(house, number):
    with start(str(house)) as program:
        assert program.stdout.readline() == "running\n"
        program.send_signal(number)
        told, errors = program.communicate(timeout=30)
    assert program.returncode == 128 + number
    assert told == "closed\n"
    assert "Traceback" not in errors


def test_a_signal_that_was_ignored_before_stays_so(house):
    ignoring = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    with start(str(house), ignoring=ignoring) as program:
        assert program.stdout.readline() == "running\n"
        program.send_signal(signal.SIGINT)
        program.send_signal(signal.SIGTERM)
        program.communicate(timeout=30)
    assert program.returncode == 128 + signal.SIGTERM
