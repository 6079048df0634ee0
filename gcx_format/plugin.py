"""What generators and describers have in common, gcx's own and those of plug-ins."""

from __future__ import annotations

from abc import ABC
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar, cast

from gcx_format.errors import GcxError, UnavailableError
from gcx_format.registry import Door

if TYPE_CHECKING:
    from pydantic import BaseModel

    from gcx_format.settings import Settings

__all__ = ["Plugin", "first_ready"]


class Plugin(ABC):
    """Asks or runs a model.

    An instance is made for each picture, so making one must be quick; what is slow (importing a
    library, loading a model) happens on first use, and the module keeps the result.

    Attributes:
        name: of the entry point.
        title: for people.
        Options: a pydantic model of the options in its table of the settings, such as
            `[generators.NAME]`; None if it has none.
        automatic: whether `auto` may choose it when it is ready.
        at_once: how many calls are made in parallel, for candidates and for the pictures of a
            folder, unless the user says.
        options: its options, validated.
        settings: all of the user's.
    """

    door: ClassVar[Door]
    name: ClassVar[str]
    title: ClassVar[str]
    Options: ClassVar[type[BaseModel] | None] = None
    automatic: ClassVar[bool] = False
    at_once: ClassVar[int] = 1

    def __init__(self, options: Any, settings: Settings) -> None:
        self.options = options
        self.settings = settings

    @property
    def model(self) -> str:
        """The model that is asked or run."""
        return self.name

    def ready(self) -> GcxError | None:
        """What it lacks, such as a key or a package, found out quickly; None if nothing."""
        return None

    @property
    def concurrency(self) -> int:
        """How many calls are made in parallel: what the user says, or else `at_once`."""
        return self.settings.concurrency or self.at_once

    def models(self) -> dict[str, str]:
        """The models that it asks the server for, by the settings that name them."""
        return {}

    def assumed_prices(self) -> list[str]:
        """The models whose price is unknown, so that `price` assumes one."""
        return []

    @classmethod
    def class_named(cls, name: str) -> type[Self]:
        """The class behind a name.

        Raises:
            ArgumentError: the name is unknown.
            UnavailableError: the plug-in does not load, or is of another kind.
        """
        found = cls.door.load(name)
        if not (isinstance(found, type) and issubclass(found, cls)):
            origin = cls.door.distribution(name)
            raise UnavailableError(
                f"the {cls.door.kind} {name!r} of {origin} is not a {cls.__name__} of gcx"
            )
        return found

    @classmethod
    def named(cls, name: str, settings: Settings) -> Self:
        """An instance with the user's options.

        Raises:
            ArgumentError, UnavailableError: as `class_named`.
            SettingsError: one of its options is out of range.
        """
        kind = cls.class_named(name)
        return kind(settings.options(cast(Any, f"{cls.door.kind}s"), name, kind.Options), settings)

    @classmethod
    def all_automatic(cls, settings: Settings) -> Iterator[Self]:
        """Those that `auto` may choose; `gcx doctor` reports the ones that do not load."""
        for name in cls.door:
            try:
                if not cls.class_named(name).automatic:
                    continue
            except UnavailableError:
                continue
            yield cls.named(name, settings)


PluginT = TypeVar("PluginT", bound=Plugin)


def first_ready(plugins: Iterable[PluginT]) -> PluginT | None:
    """The first that is ready; failing that the first, whose `ready` then says why."""
    first = None
    for each in plugins:
        if each.ready() is None:
            return each
        first = first or each
    return first
