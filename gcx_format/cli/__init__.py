"""The `gcx` command.

One module per command; `paths` decides what is read and written where, `batch_report` reports
on it, `console` prints. Nothing is encoded, decoded or checked here: the package does that.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

import gcx_format
from gcx_format.cli import console, registered

__all__ = ["app", "main"]

_COMMANDS: Final = (
    "encode",
    "decode",
    "describe",
    "info",
    "verify",
    "thumbnail",
    "config",
    "archive",
    "cache",
    "doctor",
    "weights",
)
"""In the order of the help; each has a module of its name."""

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


class _Commands(Mapping[str, Any]):
    """The commands by name; the module of each is imported when it is asked for, and no other."""

    def __init__(self) -> None:
        self._made: dict[str, Any] = {}  # typer's own, private types

    def __getitem__(self, name: str) -> Any:
        if name not in _COMMANDS:
            raise KeyError(name)
        if name not in self._made:
            self._made[name] = _command(name, import_module(f"{__name__}.{name}"))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_COMMANDS)

    def __len__(self) -> int:
        return len(_COMMANDS)


def _command(name: str, module: ModuleType) -> Any:
    """What a module makes of its command: a function of its name, or an app with commands."""
    if hasattr(module, "app"):
        return typer.main.get_group(module.app)
    single = typer.Typer(add_completion=False)
    single.command(epilog=module.EXAMPLES, cls=registered.Command)(getattr(module, name))
    return typer.main.get_command(single)


class _Group(TyperGroup):
    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Commands()  # type: ignore[assignment]  # none is ever added


app = typer.Typer(
    name="gcx",
    cls=_Group,
    epilog=_EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


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
    if code == _INTERRUPTED:
        _tell_amount_under_way()
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


def _tell_amount_under_way() -> None:
    from gcx_format.prices import dollars
    from gcx_format.spending import amount_under_way

    if usd := amount_under_way():
        console.complain(None, f"up to {dollars(usd)} may still be billed for what was under way")
