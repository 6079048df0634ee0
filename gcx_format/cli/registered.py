"""Options that take the name of a generator or describer: checked, completed, listed in help.

Plug-ins are looked up only to print help, or for a name that is not one of gcx's own.
"""

from __future__ import annotations

from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperOption

from gcx_format.errors import ArgumentError
from gcx_format.registry import DESCRIBERS, GENERATORS, Door

_DOORS: Final = {"{generators}": GENERATORS, "{describers}": DESCRIBERS}


class Command(TyperCommand):
    """A command whose help for an option may contain `{generators}` or `{describers}`."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # typer's own, private types
        """Print the help, with the names."""
        for option in self.params:
            if isinstance(option, TyperOption) and option.help:
                for place, door in _DOORS.items():
                    if place in option.help:
                        option.help = option.help.replace(place, ", ".join(door))
        super().format_help(ctx, formatter)


def option(door: Door, *, panel: str, help: str) -> Any:
    """An option that takes a name registered with a door."""

    def check(name: str) -> str:
        try:
            return door.check(name)
        except ArgumentError as error:
            raise typer.BadParameter(error.message) from None

    def complete(incomplete: str) -> list[str]:
        return [each for each in door.choices() if each.startswith(incomplete)]

    return typer.Option(
        metavar="NAME", parser=check, autocompletion=complete, help=help, rich_help_panel=panel
    )
