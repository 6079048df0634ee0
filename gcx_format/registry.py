"""Generators and describers by name, including those of plug-ins.

A plug-in is an installed distribution with entry points of the group `gcx.generators` or
`gcx.describers`. gcx's own are listed here and found without searching for plug-ins, which takes
a few hundredths of a second. Nothing is imported before it is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from gcx_format.errors import ArgumentError, UnavailableError

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["DESCRIBERS", "GENERATORS", "Door"]


class Door:
    """The objects of one kind, by name.

    Attributes:
        group: of the entry points, such as `gcx.generators`.
        kind: what messages call one of them, such as `generator`.
        built_in: gcx's own by name, as `"module:object"`; plug-ins cannot take their names.
        special: what may be given instead of a name, such as `auto`.
    """

    def __init__(
        self, group: str, kind: str, built_in: Mapping[str, str], special: tuple[str, ...] = ()
    ) -> None:
        self.group: Final = group
        self.kind: Final = kind
        self.built_in: Final = built_in
        self.special: Final = special

    def __iter__(self) -> Iterator[str]:
        """All names, gcx's own first. Whether a plug-in works shows only when it is loaded."""
        yield from self.built_in
        yield from sorted(self._plugins)

    def __contains__(self, name: object) -> bool:
        return name in self.built_in or name in self._plugins

    def choices(self) -> tuple[str, ...]:
        """Everything that may be given: special values and names."""
        return *self.special, *self

    def check(self, name: str) -> str:
        """The name, if it may be given; otherwise raise an `ArgumentError` that lists what may."""
        if name not in self.special and name not in self:
            known = ", ".join(self.choices())
            raise ArgumentError(f"unknown {self.kind} {name!r}; known are {known}")
        return name

    def distribution(self, name: str) -> str | None:
        """The name and version of a plug-in's distribution; None for gcx's own."""
        return None if name in self.built_in else _distribution(self._plugins[name][0])

    def load(self, name: str) -> Any:
        """Import the object of this name.

        Raises:
            ArgumentError: the name is unknown.
            UnavailableError: the plug-in does not load, or the name is taken twice.
        """
        if name in self.built_in:
            module, _, attribute = self.built_in[name].partition(":")
            return getattr(import_module(module), attribute)
        self.check(name)
        found = self._plugins[name]
        if len(found) > 1:
            claimants = " and ".join(map(_distribution, found))
            raise UnavailableError(
                f"the {self.kind} {name!r} comes from {claimants}; uninstall one of them"
            )
        try:
            return found[0].load()
        except Exception as error:  # third-party code
            raise UnavailableError(
                f"the {self.kind} {name!r} of {_distribution(found[0])} does not load: "
                f"{type(error).__name__}: {error}"
            ) from error

    @cached_property
    def _plugins(self) -> dict[str, list[EntryPoint]]:
        from importlib.metadata import entry_points

        found: dict[str, list[EntryPoint]] = {}
        for entry in entry_points(group=self.group):
            if entry.name not in self.built_in:
                found.setdefault(entry.name, []).append(entry)
        return found


def _distribution(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value


GENERATORS: Final = Door(
    "gcx.generators",
    "generator",
    {
        "preview": "gcx_format.generate.preview_generator:Preview",
        "openai": "gcx_format.generate.openai_generator:OpenAIGenerator",
        "enhance": "gcx_format.generate.enhance_generator:Enhance",
    },
    special=("auto",),
)
"""Classes that follow the protocol of `gcx_format.generate.generator`."""

DESCRIBERS: Final = Door(
    "gcx.describers",
    "describer",
    {
        "openai": "gcx_format.describe.openai_describer:OpenAIDescriber",
        "local": "gcx_format.describe.local_words.describer:LocalKeywords",
    },
    special=("auto", "none"),
)
"""Classes that follow the protocol of `gcx_format.describe.describer`."""
