"""Threads do what they are told and go home."""

import threading

from gcx_format.errors import NotEnoughMemoryError, OutputError
from gcx_viewer.core import workers


def test_jobs_are_done_and_no_thread_is_left(no_threads_left):
    pool = workers.WorkerPool("gcx-test", 2)
    together = threading.Barrier(3)
    for _ in range(2):
        pool.submit(lambda: together.wait(10))
    together.wait(10)
    assert workers.close([pool], 10)
    assert pool.submit(together.wait) is None


def test_what_was_not_begun_is_dropped(no_threads_left):
    pool = workers.WorkerPool("gcx-test", 1)
    begun, go_on = threading.Event(), threading.Event()
    done = []

    def first():
        begun.set()
        go_on.wait(10)
        done.append("first")

    pool.submit(first)
    pool.submit(lambda: done.append("second"))
    assert begun.wait(10)
    assert not workers.close([pool], 0)  # it is not waited for any longer than that
    go_on.set()
    assert workers.close([pool], 10)
    assert done == ["first"]


def test_a_job_that_fails_stops_no_other(no_threads_left, caplog):
    pool = workers.WorkerPool("gcx-test", 1)
    done = threading.Event()
    pool.submit(lambda: 1 / 0)
    pool.submit(done.set)
    assert done.wait(10)
    assert workers.close([pool], 10)
    assert "ZeroDivisionError" in caplog.text


def test_the_latest_comes_first_where_that_is_wanted(no_threads_left):
    pool = workers.WorkerPool("gcx-test", 1, latest_first=True)
    go_on = threading.Event()
    done = []
    pool.submit(lambda: go_on.wait(10))
    for number in range(3):
        pool.submit(lambda number=number: done.append(number))
    go_on.set()
    assert pool.join(10)
    assert done == [2, 1, 0]


def test_whoever_waits_is_told_of_an_error_in_one_way(no_threads_left, caplog):
    pool = workers.WorkerPool("gcx-test")
    told = []

    def fail(error):
        raise error

    for error in (OutputError("no room"), MemoryError(), ValueError("what a file says")):
        pool.submit(lambda error=error: fail(error), told.append)
    assert pool.join(10)
    known, memory, unforeseen = told
    assert known.message == "no room"
    assert isinstance(memory, NotEnoughMemoryError)
    assert unforeseen.message == "an unexpected error occurred in the viewer (ValueError)"
    assert "what a file says" in caplog.text
