"""The `gcx` command.

One module per command; `paths` decides what is read and written where, `batch_report` reports
on it, `console` prints. Nothing is encoded, decoded or checked here: the package does that.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Annotated

import typer

import gcx_format
from gcx_format.cli import (
    archive,
    cache,
    config,
    console,
    decode,
    describe,
    doctor,
    encode,
    info,
    registered,
    thumbnail,
    verify,
    weights,
)
from gcx_format.prices import dollars
from gcx_format.spending import amount_under_way

__all__ = ["app", "main"]

_EXIT_CODES = """\
Exit codes:
  0    success
  1    one or more files failed; each is reported on one line of stderr
  2    invalid command line; nothing was done
  3    verify only: all files are intact, but some could not be fully checked
  130  interrupted with Ctrl-C; finished files are kept

`gcx COMMAND --help` has examples."""

_INTERRUPTED = 130
"""The exit code after Ctrl-C."""

app = typer.Typer(
    name="gcx",
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command(epilog=encode.EXAMPLES, cls=registered.Command)(encode.encode)
app.command(epilog=decode.EXAMPLES, cls=registered.Command)(decode.decode)
app.command(epilog=describe.EXAMPLES, cls=registered.Command)(describe.describe)
app.command(epilog=info.EXAMPLES)(info.info)
app.command(epilog=verify.EXAMPLES)(verify.verify)
app.command(epilog=thumbnail.EXAMPLES)(thumbnail.thumbnail)
app.command(epilog=config.EXAMPLES)(config.config)
app.add_typer(archive.app)
app.add_typer(cache.app)
app.command(epilog=doctor.EXAMPLES)(doctor.doctor)
app.add_typer(weights.app, name="weights")


def _print_version(wanted: bool) -> None:
    if wanted:
        console.say(f"gcx {gcx_format.__version__}")
        raise typer.Exit


@app.callback()
def _gcx(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    """Photographs as descriptors of a few hundred bytes: the .gcx format."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `gcx` without letting an exception through, and return its exit code.

    The arguments exclude the program's name; None takes those of the process.
    """
    console.prepare()
    code = _run(sys.argv[1:] if arguments is None else list(arguments))
    if code == _INTERRUPTED and (usd := amount_under_way()):
        console.complain(None, f"up to {dollars(usd)} may still be billed for what was under way")
    try:
        sys.stdout.flush()
    except OSError as error:
        console.abandon_stdout()
        if code == 0 and not isinstance(error, BrokenPipeError):
            console.complain("stdout", console.explain(error))
        return code or 1
    return code


def _run(arguments: list[str]) -> int:
    try:
        code = app(args=arguments, prog_name="gcx", standalone_mode=False)
    except typer.TyperException as error:
        console.complain_of_usage(error)
        return 2
    except (BrokenPipeError, SystemExit) as error:  # typer turns the first into the second
        code = getattr(error, "code", 1)  # 1: the reader of stdout closed it, as `head` does
        return code if isinstance(code, int) else 1
    except Exception as error:
        console.complain_of(error)
        return 1
    return code if isinstance(code, int) else 0
