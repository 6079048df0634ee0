"""What paints and describes: all that is installed, what each still needs, and what it costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from gcx_format.describe.describer import Describer
from gcx_format.generate.generator import Generator, Job
from gcx_format.plugin import Plugin
from gcx_format.prices import dollars

if TYPE_CHECKING:
    from gcx_format.registry import Door
    from gcx_format.settings import Settings

__all__ = ["Installed", "installed"]

TYPICAL: Final = (1536, 1024)
"""Width and height of the picture that a price is for."""

_WORDS: Final = "A boat on a lake. " * 5


@dataclass(frozen=True, slots=True)
class Installed:
    """A generator or a describer that is installed.

    Attributes:
        kind: `generator` or `describer`.
        name: by which it is chosen.
        title: for people; its name where it does not load.
        origin: the distribution of a plug-in, or None.
        found: it, or None where it does not load.
        obstacle: what it lacks, or why it does not load; None where it is ready.
        usd: what a typical picture or description costs at most, in US dollars; None where that
            cannot be told.
    """

    kind: str
    name: str
    title: str
    origin: str | None
    found: Plugin | None
    obstacle: Exception | None
    usd: Decimal | None

    @property
    def cost(self) -> str:
        """What it costs, in words."""
        if self.usd is None:
            return "price unknown"
        thing = "picture" if self.kind == "generator" else "description"
        return f"at most {dollars(self.usd)} a {thing}" if self.usd else "free"


def installed(door: Door, settings: Settings) -> Iterator[Installed]:
    """All that is registered with a door, in the order in which `auto` tries them."""
    kind: type[Plugin] = Generator if door is Generator.door else Describer
    for name in door:
        origin = door.distribution(name)
        try:
            found = kind.named(name, settings)
            obstacle = found.ready()
        except Exception as error:  # third-party code
            yield Installed(door.kind, name, name, origin, None, error, None)
            continue
        yield Installed(
            door.kind, name, found.title, origin, found, obstacle, _price(found, settings)
        )


def _price(found: Plugin, settings: Settings) -> Decimal | None:
    try:
        if isinstance(found, Describer):
            return found.price(TYPICAL)
        assert isinstance(found, Generator)
        return found.price(_job(found, settings))
    except Exception:  # third-party code, or one that cannot paint such a picture
        return None


def _job(painter: Generator, settings: Settings) -> Job:
    """A picture of the typical size, from words and a condition."""
    from PIL import Image

    from gcx_format.codecs import code_text
    from gcx_format.descriptor import CodedVisual, Descriptor
    from gcx_format.generate import geometry

    width, height = TYPICAL
    descriptor = Descriptor(
        width=width,
        height=height,
        coded_text=code_text(_WORDS),
        visual=CodedVisual("av1", 8, b"\0"),
    )
    plan = geometry.plan(descriptor.size, painter.sizes())
    grey = Image.new("RGB", (width // 8, height // 8), "grey")
    return Job(painter.part_for(descriptor), plan, 0, lambda _: grey, settings.prompt_version)
