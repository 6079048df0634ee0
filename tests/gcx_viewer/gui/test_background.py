"""Work on a thread: the last that was asked for arrives, and nothing else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from gcx_format.errors import GcxError, InputError
from gcx_viewer.gui.background import Background


@pytest.fixture
def background(qtbot: QtBot, no_threads_left: None) -> Iterator[Background]:
    made = Background()
    yield made
    made.close_workers()


def test_results_arrive_from_another_thread(qtbot: QtBot, background: Background) -> None:
    with qtbot.waitSignal(background.done) as told:
        background.start(lambda _: threading.current_thread())
    assert told.args != [threading.main_thread()]


def test_only_the_last_arrives(qtbot: QtBot, background: Background) -> None:
    told: list[object] = []
    background.done.connect(told.append)
    may_go_on = threading.Event()
    was_cancelled: list[bool] = []

    def slow(cancelled: Callable[[], bool]) -> str:
        assert may_go_on.wait(10)
        was_cancelled.append(cancelled())
        return "slow"

    background.start(slow)
    background.start(lambda _: "skipped")
    with qtbot.waitSignal(background.done):
        background.start(lambda _: "last")
        may_go_on.set()
    assert told == ["last"]
    assert was_cancelled in ([True], [])


@pytest.mark.parametrize("error", [InputError("it is gone"), ValueError("odd")])
def test_what_goes_wrong_is_told(qtbot: QtBot, background: Background, error: Exception) -> None:
    def work(_: Callable[[], bool]) -> None:
        raise error

    with qtbot.waitSignal(background.failed) as told:
        background.start(work)
    assert isinstance(told.args[0], GcxError)
    assert str(error) in str(told.args[0])


def test_after_closing_it_can_begin_again(qtbot: QtBot, background: Background) -> None:
    background.start(lambda _: 1)
    background.close_workers()
    with qtbot.waitSignal(background.done) as told:
        background.start(lambda _: 2)
    assert told.args == [2]
