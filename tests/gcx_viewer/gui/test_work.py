"""Work beside the window: what comes out of it arrives in the window's thread, or not at all."""

from __future__ import annotations

import threading

import pytest

from gcx_format.errors import GcxError, OutputError
from gcx_viewer.gui.work import Work


@pytest.fixture
def work(qtbot):
    work = Work("test work")
    yield work
    assert work.close(10)


def test_results_arrive_in_the_windows_thread_in_order(qtbot, work):
    came = []

    def note(value):
        came.append((value, threading.current_thread()))

    for number in range(3):
        work.do(lambda number=number: (number, threading.current_thread().name), note, note)
    qtbot.waitUntil(lambda: len(came) == 3)
    assert [value for value, _ in came] == [(number, "test work") for number in range(3)]
    assert {thread for _, thread in came} == {threading.main_thread()}


def test_errors_arrive_too_and_the_next_job_is_done(qtbot, work):
    failed, done = [], []

    def fail(error):
        raise error

    work.do(lambda: fail(OutputError("no room")), done.append, failed.append)
    work.do(lambda: fail(ZeroDivisionError("odd")), done.append, failed.append)
    work.do(lambda: "fine", done.append, failed.append)
    qtbot.waitUntil(lambda: bool(done))
    assert done == ["fine"]
    assert isinstance(failed[0], OutputError)
    assert "odd" in failed[1].message
    assert isinstance(failed[1], GcxError)


def test_nothing_arrives_after_closing(qtbot):
    work, gate, came = Work("test work"), threading.Event(), []
    work.do(lambda: gate.wait(10), came.append, came.append)
    work.do(lambda: "never begun", came.append, came.append)
    assert not work.close()
    gate.set()
    assert work.close(10)
    work.do(lambda: "too late", came.append, came.append)
    qtbot.wait(20)
    assert came == []
