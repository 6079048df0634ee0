"""Work in processes of their own, where threads would wait for the interpreter's lock."""

from __future__ import annotations

import os
import pickle
import signal
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from gcx_format.errors import InputError, NotEnoughMemoryError
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

__all__ = ["processors", "working_elsewhere"]

JobT = TypeVar("JobT")
ResultT = TypeVar("ResultT")

_ONE_THREAD: Final = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""Each process has one processor: what numpy calls must not take them all."""

_CONTEXT: Final = get_context("spawn")  # a fork of a program with threads can hang


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def working_elsewhere(work: Callable[[JobT], ResultT]) -> Iterator[Callable[[JobT], ResultT]]:
    """A function that does what `work` does, in a process of its own for each thread that calls.

    What it raises and what it warns of is raised and told in the thread that called. Processes are
    started at the first call, and end with the block or with this process, however that ends. They
    ignore Ctrl-C, so that what they work on is finished. Where none can be started, the thread does
    the work.

    Args:
        work: can be pickled, like what it takes and what it returns.

    Raises:
        NotEnoughMemoryError: by the function: the system killed the process, as it does where
            memory runs out.
        InputError: by the function: the process crashed.
    """
    workers = _Workers(work)
    try:
        yield workers
    finally:
        workers.close()


class _Workers(Generic[JobT, ResultT]):
    def __init__(self, work: Callable[[JobT], ResultT]) -> None:
        self._work = work
        self._pickled = pickle.dumps(work)
        self._mine = threading.local()
        self._all: list[_Worker] = []
        self._told: dict[str | tuple[str, type[Warning], int], int] = {}  # the registry of warnings

    def __call__(self, job: JobT) -> ResultT:
        worker: _Worker | None = getattr(self._mine, "worker", None)
        if worker is None or not worker.is_alive:
            worker = self._mine.worker = _started(self._pickled)
            if worker is None:
                return self._work(job)
            self._all.append(worker)
        is_good, result, told = worker.ask(job)
        for message, category, filename, line in told:
            warnings.warn_explicit(message, category, filename, line, registry=self._told)
        if is_good:
            return result  # type: ignore[no-any-return]  # what `work` returned
        raise result

    def close(self) -> None:
        for worker in self._all:
            worker.pipe.close()
        for worker in self._all:
            worker.end()


class _Worker:
    """A process that works, seen from the one that asks it to."""

    def __init__(self, pickled: bytes) -> None:
        self.pipe, theirs = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_serve, args=(theirs, pickled), daemon=True)
        with _without_ctrl_c():
            self._process.start()
        theirs.close()
        self.pipe.recv_bytes()  # it is ready
        self.is_alive = True

    def ask(self, job: object) -> Any:
        try:
            self.pipe.send_bytes(pickle.dumps(job))
            return pickle.loads(self.pipe.recv_bytes())
        except (EOFError, OSError):
            self.is_alive = False
            self.pipe.close()
            self._process.join()
            raise _of_a_death(self._process.exitcode) from None

    def end(self) -> None:
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()


def _started(pickled: bytes) -> _Worker | None:
    try:
        return _Worker(pickled)
    except (EOFError, OSError):  # no more processes, no memory, or a program that is packed
        return None


def _of_a_death(code: int | None) -> Exception:
    if code is not None and code == -getattr(signal, "SIGKILL", 0):
        return NotEnoughMemoryError(
            "the system ended the process that worked on it, as it does where memory runs out",
            remedy=Remedy("fewer at once"),
        )
    how = f"exit code {code}"
    with suppress(ValueError):
        how = signal.Signals(-(code or 0)).name
    return InputError(f"the process that worked on it crashed ({how})")


@contextmanager
def _without_ctrl_c() -> Iterator[None]:
    """Processes started in the block begin with SIGINT blocked, where the system can."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(pipe: Connection, pickled: bytes) -> None:
    """Work on what comes in, until there is no one to ask."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    work = pickle.loads(pickled)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        pipe.send_bytes(b"ready")
        while True:
            pipe.send_bytes(_answer(work, pickle.loads(pipe.recv_bytes())))


def _answer(work: Callable[[Any], Any], job: Any) -> bytes:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        try:
            is_good, result = True, work(job)
        except Exception as error:
            is_good, result = False, _portable(error)
    notes = [(str(each.message), each.category, each.filename, each.lineno) for each in told]
    return pickle.dumps((is_good, result, notes))


def _portable(error: Exception) -> Exception:
    """An error that can be pickled, and read again."""
    error.__cause__ = error.__context__ = None
    with suppress(Exception):
        pickle.loads(pickle.dumps(error))
        return error
    return RuntimeError(f"{type(error).__name__}: {error}")
