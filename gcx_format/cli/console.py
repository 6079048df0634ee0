"""What `gcx` says: results on stdout; errors, warnings and progress on stderr.

Names of files and words out of them come from strangers. They are written escaped, so that
no control character of theirs reaches a terminal, and as what they are: nothing in them is
taken for markup.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TextIO

import typer

from gcx_format.cli.remedies import IN_THE_TERMINAL
from gcx_format.errors import GcxError
from gcx_format.generate.reconstruction import BillingWarning, GenerationWarning
from gcx_format.pictures import PictureWarning

__all__ = [
    "abandon_stdout",
    "about",
    "complain",
    "complain_of",
    "complain_of_usage",
    "explain",
    "note",
    "one_line",
    "prepare",
    "progress",
    "say",
    "say_json",
    "warn",
    "warnings_as_lines",
]

# Controls, what turns the direction of writing, line separators, and the surrogates by
# which Python keeps the bytes of names that are not UTF-8.
_UNSHOWABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


def prepare() -> None:
    """Make stdout and stderr take any text, whatever their encoding; the rest is escaped."""
    if sys.stdout is None:  # closed by whoever started the program
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def abandon_stdout() -> None:
    """Send what is still to be written to nowhere: stdout cannot take it."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def one_line(text: object) -> str:
    """A name or message on one line, with escapes for what must not reach a terminal."""

    def escape(found: re.Match[str]) -> str:
        character = found[0]
        if "\udc80" <= character <= "\udcff":  # a byte that is not UTF-8
            return f"\\x{ord(character) - 0xDC00:02x}"
        return character.encode("unicode_escape").decode()

    return _UNSHOWABLE.sub(escape, str(text))


def say(line: str) -> None:
    """Print a line of results."""
    try:
        sys.stdout.write(f"{line}\n")
    except OSError as error:
        error.filename = "stdout"
        raise


def say_json(record: dict[str, Any]) -> None:
    """Print a result as one line of JSON, in ASCII."""
    say(json.dumps(record))


def note(text: str) -> None:
    """Print lines of gcx's own to read, on stderr."""
    if sys.stderr is not None:
        sys.stderr.write(f"{text}\n\n")


def complain(name: object | None, message: str) -> None:
    """Print an error or warning in one line: `gcx: FILE: what is wrong; what to do`."""
    if sys.stderr is None:
        return
    about_file = "" if name is None else f"{one_line(name)}: "
    sys.stderr.write(f"gcx: {about_file}{one_line(message)}\n")  # one write: threads share stderr


def complain_of(error: BaseException, path: Path | None = None) -> None:
    """Print an error in one line, about the file that it names or else the one at hand."""
    complain(getattr(error, "filename", None) or path, explain(error))


def complain_of_usage(error: typer.TyperException) -> None:
    """Print in one line why the command line was not understood."""
    message = " ".join(error.format_message().split()).removesuffix(".")
    if message:  # it is empty where the help was printed instead
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "gcx"
        complain(None, f"{message}; see {command} --help")


def explain(error: BaseException) -> str:
    """What to say of an error, without the name of its file."""
    if isinstance(error, GcxError):
        return error.advice(IN_THE_TERMINAL)
    if isinstance(error, MemoryError):
        return "not enough memory for it; free some, or downscale the picture first"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    return f"unexpected {type(error).__name__}: {error}; please report it"


_thread = threading.local()


@contextmanager
def about(path: Path) -> Iterator[None]:
    """While this lasts, warnings of this thread are about that file."""
    _thread.path = path
    try:
        yield
    finally:
        del _thread.path


def warn(message: str) -> None:
    """Warn of something about the file at hand."""
    complain(getattr(_thread, "path", None), f"warning: {message}")


@contextmanager
def warnings_as_lines(*, quiet: bool = False) -> Iterator[None]:
    """While this lasts, Python's warnings are lines on stderr like all others, or nothing.

    To be entered once, around all threads: they share the state of the warnings module.
    """

    def show(
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        if not quiet:
            warn(str(message))

    with warnings.catch_warnings():
        warnings.simplefilter("always", PictureWarning)
        warnings.simplefilter("always", GenerationWarning)
        warnings.filterwarnings("default", "showing a preview", GenerationWarning)  # once
        warnings.simplefilter("ignore", BillingWarning)  # the commands tell prices themselves
        warnings.showwarning = show
        yield


@contextmanager
def progress(doing: str, total: int, *, quiet: bool = False) -> Iterator[Callable[[], None]]:
    """A progress bar on stderr, if that is a terminal and there is more than one thing to do.

    Yields:
        A function to call after each thing.
    """
    if quiet or total < 2 or sys.stderr is None or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as TimeLeft

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeLeft(),
        console=Console(stderr=True, markup=False, highlight=False, emoji=False),
        transient=True,
        # Lines on the same terminal go above the bar; a file or pipe stays what it is.
        redirect_stdout=sys.stdout.isatty(),
    ) as bar:
        task = bar.add_task(doing, total=total)
        yield lambda: bar.advance(task)
