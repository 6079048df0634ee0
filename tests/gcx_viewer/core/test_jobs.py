"""Threads do what they are told and go home."""

import threading

from gcx_viewer.core import jobs


def test_jobs_are_done_and_no_thread_is_left(no_threads_left):
    crew = jobs.Crew("gcx-test", 2)
    together = threading.Barrier(3)
    for _ in range(2):
        crew.submit(lambda: together.wait(10))
    together.wait(10)
    assert jobs.close([crew], 10)
    assert crew.submit(together.wait) is None


def test_what_was_not_begun_is_dropped(no_threads_left):
    crew = jobs.Crew("gcx-test", 1)
    begun, go_on = threading.Event(), threading.Event()
    done = []

    def first():
        begun.set()
        go_on.wait(10)
        done.append("first")

    crew.submit(first)
    crew.submit(lambda: done.append("second"))
    assert begun.wait(10)
    assert not jobs.close([crew], 0)  # it is not waited for any longer than that
    go_on.set()
    assert jobs.close([crew], 10)
    assert done == ["first"]


def test_a_job_that_fails_stops_no_other(no_threads_left, caplog):
    crew = jobs.Crew("gcx-test", 1)
    done = threading.Event()
    crew.submit(lambda: 1 / 0)
    crew.submit(done.set)
    assert done.wait(10)
    assert jobs.close([crew], 10)
    assert "ZeroDivisionError" in caplog.text
