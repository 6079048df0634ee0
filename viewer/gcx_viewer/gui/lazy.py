"""Parts of a window that are made when they are first wanted."""

from __future__ import annotations

from functools import cached_property
from typing import TypeVar, cast

__all__ = ["Lazy"]

T = TypeVar("T")


class Lazy(cached_property[T]):
    """A property whose value is made at first use; `made` looks without making it.

    >>> class Window:
    ...     @Lazy
    ...     def grid(self) -> Grid: ...
    >>> Window.grid.made(window)  # a grid, or None where none was wanted yet
    """

    def made(self, owner: object) -> T | None:
        """The owner's value, if there is one."""
        return cast("T | None", vars(owner).get(self.attrname or ""))
