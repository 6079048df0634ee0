"""What `gcx` prints: results on stdout; errors, warnings, questions and progress on stderr.

File names and the text in files come from strangers. They are printed escaped, so that none of
their control characters reaches a terminal, and never interpreted as markup.
"""

from __future__ import annotations

import io
import json
import os
import re
import signal
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO
from urllib.parse import urlsplit

import typer

from gcx_format.cli.remedies import IN_THE_TERMINAL
from gcx_format.errors import GcxError
from gcx_format.generate.reconstruction import BillingWarning, GenerationWarning
from gcx_format.pictures import PictureWarning

if TYPE_CHECKING:
    from rich.console import Console

# Control characters, direction marks, line separators, and the surrogates that stand for the
# bytes of file names that are not UTF-8.
_UNSHOWABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


_SECONDS_A_LINE: Final = 60
"""How often progress is told where no terminal shows it."""


def prepare() -> None:
    """Make stdout and stderr accept any text, whatever their encoding."""
    if sys.stdout is None:  # closed by the parent process
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def abandon_stdout() -> None:
    """Discard unwritten output, which stdout cannot take."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def one_line(text: object) -> str:
    """A name or message on one line, with unsafe characters escaped."""

    def escape(found: re.Match[str]) -> str:
        character = found[0]
        if "\udc80" <= character <= "\udcff":  # a byte that is not UTF-8
            return f"\\x{ord(character) - 0xDC00:02x}"
        return character.encode("unicode_escape").decode()

    return _UNSHOWABLE.sub(escape, str(text))


def say(line: str) -> None:
    try:
        sys.stdout.write(f"{line}\n")
    except OSError as error:
        error.filename = "stdout"
        raise


def say_json(record: dict[str, Any]) -> None:
    """Print a result as one line of JSON, in ASCII; a `Decimal` becomes a number."""
    say(json.dumps(record, default=float))


def note(text: str) -> None:
    """Print trusted text of several lines on stderr."""
    if sys.stderr is not None:
        sys.stderr.write(f"{text}\n\n")


def complain(name: object | None, message: str) -> None:
    """Print an error or warning in one line: `gcx: FILE: what is wrong; what to do`."""
    if sys.stderr is None:
        return
    about_file = "" if name is None else f"{one_line(name)}: "
    sys.stderr.write(f"gcx: {about_file}{one_line(message)}\n")  # one write: threads share stderr


def complain_of(error: BaseException, path: Path | None = None) -> None:
    """Print an error in one line, about the file that it names, or else `path`."""
    complain(getattr(error, "filename", None) or path, explain(error))


def fail(path: Path, error: Exception, json_key: str | None) -> None:
    """Print why a file failed, and if JSON is wanted, an object that calls the file `json_key`."""
    complain_of(error, path)
    if json_key is not None:
        say_json({json_key: str(path), "status": "failed", "error": explain(error)})


def complain_of_usage(error: typer.TyperException) -> None:
    """Print in one line why the command line is invalid."""
    message = " ".join(error.format_message().split()).removesuffix(".")
    if message:  # it is empty where the help was printed instead
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "gcx"
        complain(None, f"{message}; see {command} --help")


def explain(error: BaseException) -> str:
    """An error's message and remedies, without its file."""
    if isinstance(error, GcxError):
        return error.advice(IN_THE_TERMINAL)
    if isinstance(error, MemoryError):
        return "not enough memory; free some, or downscale the picture first"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return f"unexpected {type(error).__name__}: {error}; please report it"


_thread = threading.local()


@contextmanager
def about(path: Path) -> Iterator[None]:
    """Attribute this thread's warnings to a file."""
    _thread.path = path
    try:
        yield
    finally:
        del _thread.path


def warn(message: str) -> None:
    """Print a warning about the file that the thread is working on."""
    complain(getattr(_thread, "path", None), f"warning: {message}")


class Causes:
    """What is told once for all files of a folder, and at the end how often it was met."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[Path, str]] = Counter()
        self._lock = threading.Lock()

    def is_first(self, path: Path, message: str) -> bool:
        """Whether a file is the first of its folder that this was met at."""
        cause = path.parent, re.sub(r" \(request [^()]*\)", "", message)
        with self._lock:
            self._counts[cause] += 1
            return self._counts[cause] == 1

    def sum_up(self) -> None:
        for (folder, cause), count in self._counts.items():
            if count > 1:
                complain(folder, f"… and {count - 1:,} more like this: {cause}")


@contextmanager
def warnings_as_lines(*, quiet: bool = False) -> Iterator[None]:
    """Print Python's warnings as one line each, or not at all.

    Enter it once, around all threads: they share the state of the warnings module.
    """

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        path = getattr(_thread, "path", None)
        if not quiet and (
            path is None
            or not issubclass(category, GenerationWarning)
            or causes.is_first(path, f"warning: {message}")
        ):
            warn(str(message))

    causes = Causes()

    with warnings.catch_warnings():
        warnings.simplefilter("always", PictureWarning)
        warnings.simplefilter("always", GenerationWarning)
        warnings.filterwarnings("default", "showing a preview", GenerationWarning)  # once
        warnings.simplefilter("ignore", BillingWarning)  # the commands tell prices themselves
        warnings.showwarning = show
        try:
            yield
        finally:
            causes.sum_up()


@contextmanager
def progress(
    doing: str, total: int | None = None, *, quiet: bool = False
) -> Iterator[Callable[[int, int], None]]:
    """A progress bar on stderr; if that is no terminal, for files a line now and then.

    It counts files if their total is given, and bytes otherwise, and tells how fast it goes and
    what time is left. The function that it yields takes how much is done, and the total.
    """
    if quiet or sys.stderr is None:
        yield lambda done, total: None
        return
    if not sys.stderr.isatty():
        yield _lines_of_progress(doing) if total is not None else lambda done, total: None
        return
    from rich import progress as rich_progress
    from rich.console import Console

    is_bytes = total is None
    screen = Console(stderr=True, markup=False, highlight=False, emoji=False)
    with (
        _unwinding(screen),
        rich_progress.Progress(
            rich_progress.TextColumn("{task.description}"),
            rich_progress.BarColumn(),
            rich_progress.DownloadColumn() if is_bytes else rich_progress.MofNCompleteColumn(),
            rich_progress.TransferSpeedColumn()
            if is_bytes
            else rich_progress.TextColumn("{task.fields[rate]}"),
            rich_progress.TimeRemainingColumn(),
            console=screen,
            transient=True,
            # Lines on the same terminal go above the bar; a file or pipe is left alone.
            redirect_stdout=sys.stdout.isatty(),
        ) as bar,
    ):
        task = bar.add_task(doing, total=total, rate="")
        began = time.monotonic()

        def advance(done: int, total: int) -> None:
            rate = f"{_per_second(done, began):.1f}/s"
            bar.update(task, completed=done, total=total, rate=rate)

        yield advance


def _lines_of_progress(doing: str, every: float = _SECONDS_A_LINE) -> Callable[[int, int], None]:
    began = told = time.monotonic()

    def advance(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told < every or done in (0, total):
            return
        told = time.monotonic()
        rate = _per_second(done, began)
        left = timedelta(seconds=int((total - done) / rate))
        complain(None, f"{doing}: {done:,} of {total:,}, {rate:.1f} a second, {left} left")

    return advance


def _per_second(done: int, began: float) -> float:
    return done / max(time.monotonic() - began, 1e-3)


@contextmanager
def _unwinding(screen: Console) -> Iterator[None]:
    """While this lasts, signals that end the process let it give the terminal its cursor back."""

    def unwind(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.signal(number, unwind) for number in numbers}
    try:
        yield
    finally:
        # A bar that is interrupted while it begins does not, and may have hidden it twice.
        screen.show_cursor(True)
        screen.show_cursor(True)
        for number, handler in before.items():
            signal.signal(number, handler)


def ask(question: str) -> bool | None:
    """Whether the user at the terminal says yes; None if there is no terminal."""
    if sys.stdin is None or sys.stderr is None or not sys.stdin.isatty():
        return None
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def count(number: int, noun: str) -> str:
    """A number and its noun: `"1 picture"`, `"2 pictures"`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def without_secrets(url: str) -> str:
    """A URL without user name, password, query and fragment."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=host, query="", fragment="").geturl()
