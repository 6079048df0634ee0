"""Options that take the name of a generator or describer: checked, completed, and listed in help.

Plug-ins are looked for where help is printed, or a name is not one of gcx's own; no other command
waits for that.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperOption

from gcx_format.errors import ArgumentError
from gcx_format.registry import DESCRIBERS, GENERATORS, Door

__all__ = ["Command", "checked", "completed"]

_DOORS: Final = {"{generators}": GENERATORS, "{describers}": DESCRIBERS}


class Command(TyperCommand):
    """A command whose help for an option may contain `{generators}` or `{describers}`."""

    def format_help(self, ctx: Any, formatter: Any) -> None:  # of typer's own, private types
        """Print the help, with the names."""
        for option in self.params:
            if isinstance(option, TyperOption) and option.help:
                for place, door in _DOORS.items():
                    if place in option.help:
                        option.help = option.help.replace(place, ", ".join(door))
        super().format_help(ctx, formatter)


def checked(door: Door) -> Callable[[str], str]:
    """What reads such an option: a name of the door, or what is said in place of one."""

    def check(name: str) -> str:
        try:
            return door.check(name)
        except ArgumentError as error:
            raise typer.BadParameter(error.message) from None

    return check


def completed(door: Door) -> Callable[[str], list[str]]:
    """What completes such an option."""
    return lambda incomplete: [each for each in door.choices() if each.startswith(incomplete)]
