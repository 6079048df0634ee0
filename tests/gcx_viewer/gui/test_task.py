"""Work on a thread: what comes out of it arrives in the window's thread, or not at all."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from gcx_format.errors import GcxError, InputError, OutputError
from gcx_viewer.gui.task import Task


@pytest.fixture
def task(qtbot: QtBot, no_threads_left: None) -> Iterator[Task]:
    made = Task()
    yield made
    made.close()


def test_results_arrive_from_another_thread(qtbot: QtBot, task: Task) -> None:
    with qtbot.waitSignal(task.done) as told:
        task.start(lambda _: threading.current_thread())
    assert told.args != [threading.main_thread()]


def test_only_the_last_arrives(qtbot: QtBot, task: Task) -> None:
    told: list[object] = []
    task.done.connect(told.append)
    may_go_on = threading.Event()
    was_cancelled: list[bool] = []

    def slow(cancelled: Callable[[], bool]) -> str:
        assert may_go_on.wait(10)
        was_cancelled.append(cancelled())
        return "slow"

    task.start(slow)
    task.start(lambda _: "skipped")
    with qtbot.waitSignal(task.done):
        task.start(lambda _: "last")
        may_go_on.set()
    assert told == ["last"]
    assert was_cancelled in ([True], [])


@pytest.mark.parametrize(
    ("error", "said"),
    [(InputError("it is gone"), "it is gone"), (ValueError("odd"), "unexpected")],
)
def test_what_goes_wrong_is_told(qtbot: QtBot, task: Task, error: Exception, said: str) -> None:
    def work(_: Callable[[], bool]) -> None:
        raise error

    with qtbot.waitSignal(task.failed) as told:
        task.start(work)
    assert isinstance(told.args[0], GcxError)
    assert said in str(told.args[0])


def test_after_closing_it_can_begin_again(qtbot: QtBot, task: Task) -> None:
    task.start(lambda _: 1)
    task.close()
    with qtbot.waitSignal(task.done) as told:
        task.start(lambda _: 2)
    assert told.args == [2]


def test_what_is_submitted_arrives_in_the_windows_thread_in_order(qtbot: QtBot, task: Task) -> None:
    came: list[tuple[object, threading.Thread]] = []

    def note(value: object) -> None:
        came.append((value, threading.current_thread()))

    for number in range(3):
        task.submit(lambda number=number: (number, threading.current_thread().name), note, note)
    qtbot.waitUntil(lambda: len(came) == 3)
    assert [value for value, _ in came] == [(number, "task") for number in range(3)]
    assert {thread for _, thread in came} == {threading.main_thread()}


def test_errors_arrive_too_and_the_next_job_is_done(qtbot: QtBot, task: Task) -> None:
    failed: list[GcxError] = []
    done: list[object] = []

    def fail(error: Exception) -> None:
        raise error

    task.submit(lambda: fail(OutputError("no room")), done.append, failed.append)
    task.submit(lambda: fail(ZeroDivisionError("odd")), done.append, failed.append)
    task.submit(lambda: "fine", done.append, failed.append)
    qtbot.waitUntil(lambda: bool(done))
    assert done == ["fine"]
    assert isinstance(failed[0], OutputError)
    assert "ZeroDivisionError" in failed[1].message
    assert isinstance(failed[1], GcxError)


def test_nothing_arrives_after_closing(qtbot: QtBot, task: Task) -> None:
    begun, gate, came = threading.Event(), threading.Event(), []

    def wait() -> bool:
        begun.set()
        return gate.wait(10)

    task.submit(wait, came.append, came.append)
    task.submit(lambda: "never begun", came.append, came.append)
    assert begun.wait(10)
    assert not task.close(0)
    gate.set()
    qtbot.wait(20)
    assert came == []
