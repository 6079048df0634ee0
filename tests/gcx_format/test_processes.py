"""Work in other processes."""

from __future__ import annotations

import math
import os
import signal
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gcx_format import files
from gcx_format.errors import InputError, NotEnoughMemoryError
from gcx_format.processes import processors, working_elsewhere

posix = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="of Linux")
def test_each_thread_has_a_process():
    both = threading.Barrier(2)

    def ask(call):
        both.wait(timeout=60)
        return [call("/proc/self"), call("/proc/self")]

    with working_elsewhere(os.readlink) as read, ThreadPoolExecutor(2) as pool:
        (first, again), (second, _) = pool.map(ask, [read] * 2)
    assert first == again
    assert len({first, second, str(os.getpid())}) == 3


def test_what_it_raises_is_raised_here(tmp_path):
    with working_elsewhere(math.sqrt) as root:
        with pytest.raises(ValueError, match="math domain error"):
            root(-1)
        assert root(9) == 3
    with working_elsewhere(files.read) as read, pytest.raises(InputError) as caught:
        read(tmp_path / "none.gcx")
    assert (caught.value.message, caught.value.filename) == (
        "there is no such file",
        tmp_path / "none.gcx",
    )


def test_what_it_warns_of_is_told_here():
    with working_elsewhere(warnings.warn) as warn, pytest.warns(UserWarning, match="^grey$"):
        warn("grey")


@posix
def test_a_process_that_is_killed_is_an_error_and_the_next_call_has_another():
    with working_elsewhere(signal.raise_signal) as die:
        with pytest.raises(NotEnoughMemoryError, match="the system ended the process"):
            die(signal.SIGKILL)
        with pytest.raises(InputError, match=r"the process that worked on it crashed \(SIGSEGV\)"):
            die(signal.SIGSEGV)
        assert die(signal.SIGWINCH) is None


def test_it_ends_with_the_block():
    with working_elsewhere(os.getpgid) as group:
        group(0)
        (worker,) = group._all
        assert worker._process.is_alive()
    assert worker._process.exitcode == 0


@posix
def test_it_does_not_hear_ctrl_c():
    with working_elsewhere(signal.raise_signal) as interrupt:
        assert interrupt(signal.SIGINT) is None


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="of Linux")
def test_processors_are_those_that_may_be_used():
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        assert processors() == 1
    finally:
        os.sched_setaffinity(0, before)
