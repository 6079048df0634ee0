"""What paints: the protocol that gcx's own generators and those of plug-ins follow.

A generator is a class that an entry point of the group `gcx.generators` names. The pipeline
asks it for sizes, price and identity, has it paint, and does all the rest: cache, policy,
spending limit, checking, cutting to size, scoring and storing.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from PIL import Image

from gcx_format.descriptor import Descriptor
from gcx_format.errors import GcxError, ReconstructionError, UnavailableError
from gcx_format.generate import geometry, source_of
from gcx_format.generate.geometry import Plan, Sizes
from gcx_format.provenance import DigitalSourceType, Source
from gcx_format.registry import GENERATORS

if TYPE_CHECKING:
    from pydantic import BaseModel

    from gcx_format.generate.prompt_text import PromptParts
    from gcx_format.settings import Settings

__all__ = ["Answer", "Call", "Generator", "Job", "Part", "choose", "find", "titles"]

Part = Literal["words", "visual condition"]
"""What a descriptor can have for a generator to go by."""

_EVERYTHING: frozenset[Part] = frozenset(("words", "visual condition"))


@dataclass(frozen=True, eq=False)
class Job:
    """A picture to paint. What takes time is worked out when it is first asked for.

    Attributes:
        descriptor: only with what the generator reads, and what can be decoded here.
        plan: the canvas to paint, and the frame in it that the picture is cut from.
        partial_images: unfinished pictures to show on the way, if the generator has some.
        decode: reads the visual condition of the descriptor.
    """

    descriptor: Descriptor
    plan: Plan
    partial_images: int
    decode: Callable[[Descriptor], Image.Image]
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @cached_property
    def condition(self) -> Image.Image | None:
        """The visual condition in its own, small size; None where there is none."""
        return None if self.descriptor.visual is None else self.decode(self.descriptor)

    def guide(self, most_pixels: int | None = None) -> Image.Image | None:
        """The visual condition as a picture of the canvas, in mode RGB; None where there is none.

        It is enlarged to the frame, and continued around it by its mirror image.

        Args:
            most_pixels: a canvas of more is halved each way; None: it never is.
        """
        with self._lock:  # several threads may paint the same job
            halved = most_pixels is not None and self.plan.canvas_pixels > most_pixels
            return self._half_guide if halved else self._guide

    @cached_property
    def _guide(self) -> Image.Image | None:
        return self._enlarged(self.plan)

    @cached_property
    def _half_guide(self) -> Image.Image | None:
        return self._enlarged(self.plan.halved())

    def _enlarged(self, plan: Plan) -> Image.Image | None:
        if self.condition is None:
            return None
        from gcx_format.generate.preview import enlarge

        return geometry.extend(enlarge(self.condition, plan.frame_size), plan).convert("RGB")

    @cached_property
    def prompt(self) -> PromptParts:
        """What a model is told, by the prompt for what the descriptor has."""
        from gcx_format.generate import prompt_text

        return prompt_text.tell(self.descriptor, self.plan)

    @property
    def prompt_name(self) -> str:
        """Name and version of that prompt, which change whenever its wording does."""
        from gcx_format.generate import prompt_text

        return prompt_text.prompt_for(self.descriptor).label

    @property
    def source(self) -> Source:
        """What the pixels come from."""
        return source_of(self.descriptor)


@dataclass(frozen=True, slots=True)
class Call:
    """Whoever waits for a picture. All of it may be called from any thread.

    Attributes:
        cancelled: whether it is not wanted any more; a generator that sees so soon raises
            `CancelledError`.
        progress: to be told the part of the work that is done, 0 to 1, as far as it is known.
        partial: to be given unfinished pictures of the canvas with their numbers from 0, as
            files or as images; None where nobody looks at them.
    """

    cancelled: Callable[[], bool]
    progress: Callable[[float], object]
    partial: Callable[[int, bytes | Image.Image], object] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """A painted picture.

    Attributes:
        picture: of the canvas, or a multiple of it. The bytes of a PNG, WebP or JPEG file are
            stored untouched; an image is stored as PNG.
        cost: in US dollars; None where nobody counted, so that the price is assumed.
        usage: what it took, in the generator's own terms.
        model: that made it; None: the generator's.
        request_id: by which a server knows the request.
        revised_prompt: what a model made of the prompt.
        details: what else is worth knowing, such as a seed; they are stored and shown.
        source: what the pixels come from; None: what the generator reads.
        source_type: how they are marked; None: as all of the generator's.
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


class Generator(ABC):
    """Paints pictures of descriptors.

    One is made for each picture, so making one is quick, and what is slow (importing a library,
    loading a model) is done when painting and kept by the module. `paint` may be called by
    several threads at once, for different pictures; whoever has one GPU has them wait.

    Attributes:
        name: of the entry point.
        title: for people.
        Options: a pydantic model of the options in `[generators.NAME]`; None: it has none.
        automatic: whether `auto` may choose it where it is ready.
        keeps: whether pictures are worth storing. What is not is made each time, free of charge
            and whatever the policy, as the preview is.
        reads: what it goes by; it can paint a descriptor that has any of that.
        at_once: how many candidates of one picture are painted at the same time.
        source_type: how its pixels are marked.
        options: its options, checked.
        settings: all of the user's.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    Options: ClassVar[type[BaseModel] | None] = None
    automatic: ClassVar[bool] = False
    keeps: ClassVar[bool] = True
    reads: ClassVar[frozenset[Part]] = _EVERYTHING
    at_once: ClassVar[int] = 1
    source_type: ClassVar[DigitalSourceType] = DigitalSourceType.TRAINED_ALGORITHMIC

    def __init__(self, options: Any, settings: Settings) -> None:
        """Made by `find`."""
        self.options = options
        self.settings = settings

    @property
    def model(self) -> str:
        """The model that is asked or run."""
        return self.name

    def ready(self) -> GcxError | None:
        """What it lacks, such as a key or a package; found out quickly. None: nothing."""
        return None

    def sizes(self) -> Sizes:
        """The canvases that it can paint; `geometry.EXACT` is any, of the picture's own size."""
        return geometry.EXACT

    def price(self, job: Job) -> Decimal:
        """What a picture costs at most, in US dollars; 0 is not limited, asked for or recorded."""
        return Decimal(0)

    def assumed_prices(self) -> list[str]:
        """The models whose price is not known, so that `price` assumes one."""
        return []

    @abstractmethod
    def identity(self, job: Job) -> Mapping[str, str | int]:
        """All that determines the pixels beside the descriptor: models, options, versions.

        A stored picture is shown again where this is the same.
        """

    @abstractmethod
    def paint(self, job: Job, call: Call) -> Answer:
        """Paint a picture.

        Raises:
            GcxError: it could not. Of a `ServiceError`, `may_have_cost` decides whether the
                price counts as spent.
        """

    def check(self, answer: Answer, picture: Image.Image) -> None:  # noqa: B027
        """Look at a picture that was painted, before it is stored.

        Raises:
            BadAnswerError: it is not what was asked for.
        """

    def part_for(self, descriptor: Descriptor) -> Descriptor:
        """A descriptor without what the generator does not read.

        Raises:
            ReconstructionError: nothing would be left.
        """
        words = descriptor.coded_text if "words" in self.reads else None
        visual = descriptor.visual if "visual condition" in self.reads else None
        if words is None and visual is None:
            needed = " or ".join(sorted(self.reads))
            raise ReconstructionError(
                f"the generator {self.name!r} goes by the {needed}, and the file has none"
            )
        return replace(descriptor, coded_text=words, visual=visual)


def find(name: str, settings: Settings) -> Generator:
    """The generator with a name, with the user's options.

    Raises:
        ArgumentError: nothing has this name.
        UnavailableError: a plug-in does not load, or is no generator.
        SettingsError: one of its options has a value that it cannot have.
    """
    kind = _load(name)
    return kind(settings.options("generators", name, kind.Options), settings)


def choose(name: str, settings: Settings, descriptor: Descriptor | None = None) -> Generator:
    """The generator with a name, or for `auto` the one to take.

    That is the first automatic one that is ready and can paint the descriptor, or any where there
    is none; where none is ready the first that could be, since pictures may be stored that it
    painted before.

    Raises:
        ArgumentError, UnavailableError, SettingsError: as `find`; a plug-in that does not work
            is no error for `auto`.
    """
    if name != "auto":
        return find(name, settings)
    first = None
    for each in GENERATORS:
        try:
            if not _load(each).automatic:
                continue
            found = find(each, settings)
            if descriptor is not None:
                found.part_for(descriptor)
        except (UnavailableError, ReconstructionError):  # `gcx doctor` tells of the former
            continue
        if found.ready() is None:
            return found
        first = first or found
    return first or find("preview", settings)


def titles() -> tuple[tuple[str, str], ...]:
    """The names and titles of all generators, but for plug-ins that do not load."""
    found = []
    for name in GENERATORS:
        with suppress(UnavailableError):
            found.append((name, _load(name).title))
    return tuple(found)


def _load(name: str) -> type[Generator]:
    kind = GENERATORS.load(name)
    if not (isinstance(kind, type) and issubclass(kind, Generator)):
        origin = GENERATORS.distribution(name)
        raise UnavailableError(f"the generator {name!r} of {origin} is not a Generator of gcx")
    return kind
