"""The protocol of generators, gcx's own and those of plug-ins.

A generator is a class that an entry point of the group `gcx.generators` names. The pipeline
asks it for sizes and price, has it paint, and does everything else: cache, policy,
spending limit, checking, cropping, scoring and storing.
"""

from __future__ import annotations

import threading
from abc import abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from gcx_format.descriptor import Descriptor
from gcx_format.errors import ReconstructionError
from gcx_format.generate import geometry, prompt_text
from gcx_format.generate.geometry import Plan, Sizes
from gcx_format.generate.reconstruction import source_of
from gcx_format.plugin import Plugin, first_ready
from gcx_format.provenance import DigitalSourceType, Source
from gcx_format.registry import GENERATORS

if TYPE_CHECKING:
    from PIL import Image

    from gcx_format.generate.prompt_text import PromptParts
    from gcx_format.settings import Settings

__all__ = ["Answer", "Call", "Generator", "Job", "Part", "choose", "find"]

Part = Literal["words", "visual condition"]
"""What a descriptor offers a generator."""

_EVERYTHING: frozenset[Part] = frozenset(("words", "visual condition"))


@dataclass(frozen=True, eq=False)
class Job:
    """A picture to paint. What takes time is worked out when it is first asked for.

    Attributes:
        descriptor: reduced to what the generator reads and what can be decoded here.
        plan: the canvas to paint, and the frame that the picture is cut from.
        partial_images: how many unfinished pictures to show on the way, if there are any.
        decode: decodes the descriptor's visual condition.
        prompt_version: of the prompts; None: the newest.
    """

    descriptor: Descriptor
    plan: Plan
    partial_images: int
    decode: Callable[[Descriptor], Image.Image]
    prompt_version: int | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _guides: dict[Plan, Image.Image] = field(default_factory=dict, repr=False)

    @cached_property
    def condition(self) -> Image.Image | None:
        """The visual condition at its own, small size; None if there is none."""
        return None if self.descriptor.visual is None else self.decode(self.descriptor)

    def guide(self, most_pixels: int | None = None) -> Image.Image | None:
        """The visual condition as an RGB picture of the canvas; None if there is none.

        It is enlarged to the frame, and continued around it by its mirror image.

        Args:
            most_pixels: a larger canvas is halved each way; None: never.
        """
        from gcx_format.generate.preview import enlarge

        halved = most_pixels is not None and self.plan.canvas_pixels > most_pixels
        plan = self.plan.halved() if halved else self.plan
        with self._lock:  # several threads may paint the same job
            if self.condition is None:
                return None
            if plan not in self._guides:
                framed = geometry.extend(enlarge(self.condition, plan.frame_size), plan)
                self._guides[plan] = framed.convert("RGB")
            return self._guides[plan]

    @cached_property
    def prompt(self) -> PromptParts:
        """What to tell a model, by the prompt for what the descriptor has."""
        return prompt_text.tell(self.descriptor, self.plan, self.prompt_version)

    @property
    def prompt_name(self) -> str:
        """Name and version of that prompt; the version changes with its wording."""
        return prompt_text.prompt_for(self.descriptor, self.prompt_version).label

    @property
    def source(self) -> Source:
        """What the pixels come from."""
        return source_of(self.descriptor)


@dataclass(frozen=True, slots=True)
class Call:
    """Whoever waits for a picture. Everything here may be called from any thread.

    Attributes:
        cancelled: whether the picture is no longer wanted; a generator that polls it raises
            `CancelledError`.
        progress: takes the fraction done, 0 to 1, as far as it is known.
        partial: takes unfinished pictures of the canvas, numbered from 0, as files or as images;
            None if nobody looks at them.
        afford: takes a price, in US dollars, if a picture may turn out dearer than `price` said,
            before it does; raises `SpendingLimitError` if the limits do not allow that. None if
            nothing is limited.
    """

    cancelled: Callable[[], bool]
    progress: Callable[[float], object]
    partial: Callable[[int, bytes | Image.Image], object] | None
    afford: Callable[[Decimal], object] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A painted picture.

    Attributes:
        picture: of the canvas, or of a multiple of it. The bytes of a PNG, WebP or JPEG file are
            stored untouched; an image is stored as PNG.
        cost: in US dollars; None if unknown, so that the price is assumed.
        usage: what it took, in the generator's own terms.
        model: which model made it; None for the generator's own.
        request_id: the server's identifier of the request.
        revised_prompt: what a model made of the prompt.
        details: anything else worth storing and showing, such as a seed.
        source: what the pixels come from; None for what the generator reads.
        source_type: how the pixels are marked; None for the generator's own mark.
        warnings: what the user should know, as sentences.
    """

    picture: bytes | Image.Image
    cost: Decimal | None = None
    usage: Mapping[str, Any] = field(default_factory=dict)
    model: str | None = None
    request_id: str | None = None
    revised_prompt: str | None = None
    details: Mapping[str, str | int | float | None] = field(default_factory=dict)
    source: Source | None = None
    source_type: DigitalSourceType | None = None
    warnings: tuple[str, ...] = ()


class Generator(Plugin):
    """Paints pictures from descriptors.

    `paint` may be called by several threads at once, for different pictures; a generator with
    one GPU makes them wait. `Plugin` has more attributes.

    Attributes:
        keeps: whether pictures are worth storing. What is not stored is painted each time, free
            of charge and whatever the policy, like the preview.
        reads: what it works from; any one of these is enough.
        source_type: how its pixels are marked.
    """

    door = GENERATORS
    keeps: ClassVar[bool] = True
    reads: ClassVar[frozenset[Part]] = _EVERYTHING
    source_type: ClassVar[DigitalSourceType] = DigitalSourceType.TRAINED_ALGORITHMIC

    def sizes(self) -> Sizes:
        """The canvases that it can paint; with `geometry.EXACT`, the picture's own size."""
        return geometry.EXACT

    def price(self, job: Job) -> Decimal:
        """The most a picture costs, in US dollars; at 0, nothing is asked, limited or recorded."""
        return Decimal(0)

    @abstractmethod
    def paint(self, job: Job, call: Call) -> Answer:
        """Paint a picture.

        Raises:
            GcxError: it failed. In a `ServiceError`, `may_have_cost` decides whether the price
                counts as spent.
        """

    def check(self, answer: Answer, picture: Image.Image) -> None:
        """Raise `BadAnswerError` if a painted picture, not yet stored, is not what was wanted."""

    def part_for(self, descriptor: Descriptor) -> Descriptor:
        """The descriptor reduced to what the generator reads.

        Raises:
            ReconstructionError: nothing is left.
        """
        words = descriptor.coded_text if "words" in self.reads else None
        visual = descriptor.visual if "visual condition" in self.reads else None
        if words is None and visual is None:
            needed = " or ".join(sorted(self.reads))
            raise ReconstructionError(
                f"the generator {self.name!r} needs the {needed}, and the file has none"
            )
        return replace(descriptor, coded_text=words, visual=visual)


def find(name: str, settings: Settings) -> Generator:
    """The generator of this name; see `Plugin.named`."""
    return Generator.named(name, settings)


def choose(
    name: str,
    settings: Settings,
    descriptor: Descriptor | None = None,
    *,
    keeps: bool | None = None,
) -> Generator:
    """The generator of this name; for `auto`, the one that paints this descriptor, or any.

    That is the first automatic one that is ready, those whose pictures are not worth storing
    last; else the first automatic one, which then says what it lacks. With `keeps`, `auto` means
    only those whose pictures are worth storing, or only the others. Plug-ins that do not load are
    skipped.
    """
    if name != "auto":
        return find(name, settings)

    def suits(generator: Generator) -> bool:
        with suppress(ReconstructionError):
            return descriptor is None or generator.part_for(descriptor) is not None
        return False

    suitable = (
        each
        for wanted in ((True, False) if keeps is None else (keeps,))
        for each in Generator.all_automatic(settings)
        if each.keeps is wanted and suits(each)
    )
    return first_ready(suitable) or find("preview", settings)
