"""A descriptor to its picture: the best one that is stored, or else one that is painted now.

    stored -> policy -> lock -> spending limit -> generator -> check -> score -> stored

The order is a promise to the user. A picture is stored under its descriptor alone: what was once
paid for is shown without key and network, whatever the settings have become and whoever painted
it. Nothing is painted that the policy or the limits forbid, two programs that open one file pay
once, and what was paid for is stored before it is shown.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Final

from PIL import Image

from gcx_format.conditions import decode_condition, decoding_obstacle
from gcx_format.descriptor import Descriptor
from gcx_format.errors import (
    BadAnswerError,
    GcxError,
    GenerationNotAllowedError,
    OutputError,
    ServiceError,
)
from gcx_format.generate import answers, geometry
from gcx_format.generate.generator import Answer, Call, Generator, Job, choose
from gcx_format.generate.geometry import Plan
from gcx_format.generate.reconstruction import Partial, Reconstruction
from gcx_format.generate.stored import (
    ANYTHING,
    By,
    cache_of,
    find_stored,
    hash_of,
    keep_fitted,
    present,
    stored_pictures,
)
from gcx_format.prices import dollars
from gcx_format.records import Record
from gcx_format.remedies import Remedy
from gcx_format.settings import Settings
from gcx_format.spending import Ledger, Reservation, settle_failed

__all__ = ["Estimate", "estimate", "reconstruct"]

Announce = Callable[[Generator, int, Decimal, Decimal], object]
"""Takes what paints, how many pictures, what they cost at most, and what is then spent today."""

_PATIENCE: Final = 60.0
"""Seconds to wait for another program beyond what its calls may take."""

_MOST_PARTIAL_IMAGES: Final = 3
"""Unfinished pictures that the settings can ask for."""

_ROOM: Final = 1 << 20
_BYTES_A_PIXEL: Final = 6
"""What is stored of a picture at most: what was sent, and the same cut to its own size."""


def _missing(key: str, settings: Settings, by: By, candidates: int | None) -> int:
    """How many pictures are still to be painted."""
    stored = stored_pictures(key, settings, by)
    if candidates is None or any(variant.chosen for variant in stored):
        return 0 if stored else candidates or settings.candidates
    return max(0, candidates - len(stored))


@dataclass(frozen=True, slots=True)
class Estimate:
    """What generating would take.

    Attributes:
        calls: pictures to paint; none where one is stored already.
        usd: for all of them, on the high side.
        canvas: width and height of the picture that is asked for.
        model: that would paint.
        assumed: models whose price is not known, so that the highest known is assumed.
        obstacle: why that cannot be done here, or None.
    """

    calls: int
    usd: Decimal
    canvas: tuple[int, int]
    model: str
    assumed: tuple[str, ...] = ()
    obstacle: GcxError | None = None


def estimate(
    descriptor: Descriptor,
    settings: Settings,
    generator: Generator | None = None,
    *,
    by: By = ANYTHING,
    candidates: int | None = None,
    force_new: bool = False,
    data: bytes | None = None,
) -> Estimate:
    """What `reconstruct` would cost now. Nothing is painted."""
    order = _Order(descriptor, settings, generator, data)
    painter = order.generator
    calls = candidates or 1 if force_new else _missing(order.key, settings, by, candidates)
    calls = calls if painter.keeps else 0
    return Estimate(
        calls,
        calls * order.price,
        order.plan.canvas,
        painter.model,
        tuple(painter.assumed_prices()),
        painter.ready() or order.obstacle,
    )


def reconstruct(
    descriptor: Descriptor,
    settings: Settings,
    generator: Generator | None = None,
    *,
    by: By = ANYTHING,
    candidates: int | None = None,
    force_new: bool = False,
    on_partial: Callable[[Partial], object] | None = None,
    on_progress: Callable[[float], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
    confirm: Callable[[Decimal], bool] | None = None,
    announce: Announce | None = None,
    data: bytes | None = None,
) -> Reconstruction:
    """A picture that a generator painted of a descriptor: a stored one, or a new one.

    Args:
        descriptor: what is left of the picture.
        settings: who paints, for how much, and where results are stored.
        generator: that paints; None: as the settings say.
        by: who has to have painted a stored picture for it to do.
        candidates: how many pictures to choose from, stored ones included, unless the user chose
            one; the one with the best score is taken. None: a stored one, else as the settings
            say.
        force_new: paint one more, or so many candidates, whatever is stored, and choose among
            these.
        on_partial: given unfinished pictures, if the settings ask for some. With several
            candidates it is called from other threads, one at a time.
        on_progress: told the part of the work that is done, where the generator knows it.
        cancelled: asked again and again, from other threads with several candidates; once it
            is true, the work is given up.
        confirm: asked with the estimated cost where the policy is `ask` and it is not free.
        announce: told what is about to be paid, where nobody is asked; if it raises, nothing is.
        data: the whole file, where the caller has it.

    Returns:
        The picture; its `warnings` say what was not stored or not painted beside it.

    Raises:
        GenerationNotAllowedError: the policy forbids it, or nobody agreed.
        UnavailableError: the visual condition needs what is not here, and the settings do not
            allow to do without it; or the generator does.
        ReconstructionError: the generator cannot paint from what the descriptor has.
        SpendingLimitError: it would cost more than the limits allow.
        ServiceError: the generator did not do it; the subclass says why.
        DamagedVisualError: the visual condition does not decode.
        OutputError: the cache cannot be written, or has no room, so that nothing would be stored.
    """
    if generator is None and settings.generator != "auto":
        generator = choose(settings.generator, settings)
    waiting = Call(cancelled or (lambda: False), on_progress or (lambda part: None), None)
    if generator is not None and not generator.keeps:
        return _Order(descriptor, settings, generator, data).paint_unkept(waiting)

    def look() -> tuple[int, Reconstruction | None]:
        """How many pictures to paint, and the picture where that is none."""
        if force_new:
            return candidates or 1, None
        missing = _missing(hash_of(descriptor, data), settings, by, candidates)
        made = None if missing else find_stored(descriptor, settings, by, data=data)
        return (0, made) if made else (missing or 1, None)

    missing, made = look()
    if made:
        return made
    if generator is None:
        generator = choose("auto", settings, descriptor)
        if not generator.keeps:
            return _Order(descriptor, settings, generator, data).paint_unkept(waiting)
    if settings.policy in ("never", "cached-only"):
        raise _forbidden(f"policy is '{settings.policy}', and nothing was generated before")
    order = _Order(descriptor, settings, generator, data)
    if obstacle := generator.ready() or order.obstacle:
        raise obstacle
    cost = missing * order.price
    if settings.policy == "ask" and cost and not (confirm and confirm(cost)):
        if confirm:
            raise GenerationNotAllowedError("policy is 'ask', and the answer was no")
        raise _forbidden("policy is 'ask', but there is no one to ask")
    # Whoever paints it is waited for, but not for ever.
    patience = settings.timeout_seconds * missing + _PATIENCE
    with order.cache.lock(order.key, patience, cancelled):
        missing, made = look()
        if made:
            return made
        told = None if settings.policy == "ask" else announce
        made = order.paint(missing, on_partial, on_progress, cancelled, told)
    if candidates is None or force_new:
        return made
    best = find_stored(descriptor, settings, by, data=data)
    if best is None or answers.rank(best.score) <= answers.rank(made.score):
        return made
    paid = {
        "candidates": made.details.get("candidates", 1),
        "candidates_cost_usd": made.details.get("candidates_cost_usd", float(made.cost_usd or 0)),
    }
    return replace(best, details={**best.details, **paid}, warnings=made.warnings)


def _forbidden(message: str) -> GenerationNotAllowedError:
    return GenerationNotAllowedError(message, remedy=Remedy("change policy"))


class _Order:
    """One descriptor, to be painted by a generator under some settings."""

    def __init__(
        self,
        descriptor: Descriptor,
        settings: Settings,
        generator: Generator | None,
        data: bytes | None,
    ) -> None:
        if generator is None:
            generator = choose(settings.generator, settings, descriptor)
        self.whole = descriptor
        self.settings = settings
        self.generator = generator
        read = part = generator.part_for(descriptor)
        self.obstacle = decoding_obstacle(read, settings.weight_store)
        """What the visual condition needs that is not here."""

        if self.obstacle and read.coded_text is not None:
            if settings.words_alone:
                part, self.obstacle = replace(read, visual=None), None
            else:
                self.obstacle.remedies += (Remedy("use words"),)
        self.plan = self._plan(read)
        self.job = self._job(part, self.plan, settings.partial_images)
        self.cache = cache_of(settings)
        self.key = hash_of(descriptor, data)

    def _job(self, descriptor: Descriptor, plan: Plan, partial_images: int) -> Job:
        store = self.settings.weight_store
        return Job(
            descriptor,
            plan,
            partial_images,
            lambda each: decode_condition(each, store),
            self.settings.prompt_version,
        )

    def _plan(self, descriptor: Descriptor) -> Plan:
        """The canvas nearest to the picture that a call may pay for.

        A picture of a phone has twelve megapixels, and asking for as many would cost a dollar.
        Where even the smallest canvas costs too much, that is the one that the limit refuses.
        """
        sizes = self.generator.sizes()
        plan = geometry.plan(descriptor.size, sizes)
        most = plan.canvas_pixels
        # Unfinished pictures cost a little each; whether they are wanted must not change the size.
        while (
            not sizes.fixed
            and most > sizes.least
            and self.generator.price(self._job(descriptor, plan, _MOST_PARTIAL_IMAGES))
            > self.settings.call_limit_usd
        ):
            most = max(sizes.least, most * 7 // 8)
            plan = geometry.plan(descriptor.size, sizes, most=most)
        return plan

    @cached_property
    def price(self) -> Decimal:
        """Of one picture, on the high side."""
        return self.generator.price(self.job)

    def paint_unkept(self, call: Call) -> Reconstruction:
        """Have a picture painted that is not worth storing."""
        if obstacle := self.generator.ready() or self.obstacle:
            raise obstacle
        answer = self.generator.paint(self.job, call)
        picture = answers.checked(answer, self.plan, self.generator)
        record = self._record(answer, picture, 0.0, Decimal(0))
        return present(self.whole, record, self._cut(picture), cached=False)

    def paint(
        self,
        count: int,
        on_partial: Callable[[Partial], object] | None,
        on_progress: Callable[[float], object] | None,
        cancelled: Callable[[], bool] | None,
        announce: Announce | None,
    ) -> Reconstruction:
        """Have pictures painted and stored, and return the best."""
        _ = self.job.condition  # one that is damaged costs nothing
        if self.price:
            self.cache.make_sure_of_room(count * (_ROOM + _BYTES_A_PIXEL * self.plan.canvas_pixels))
        reservations = self._reserve(count, announce)
        stop = threading.Event()
        one_at_a_time = threading.Lock()
        parts = [0.0] * count

        def work(index: int) -> Reconstruction | GcxError:
            def show(number: int, picture: bytes | Image.Image) -> None:
                assert on_partial is not None
                with suppress(BadAnswerError):
                    if isinstance(picture, bytes):
                        picture = answers.opened(picture)
                    shown = Partial(self._cut(picture), number, index, self.generator.source_type)
                    with one_at_a_time:
                        on_partial(shown)

            def tell(part: float) -> None:
                parts[index] = part
                if on_progress is not None:
                    with one_at_a_time:
                        on_progress(sum(parts) / count)

            call = Call(
                lambda: stop.is_set() or (cancelled is not None and cancelled()),
                tell,
                show if on_partial else None,
            )
            try:
                return self._paint_one(call, reservations[index])
            except GcxError as error:
                return error

        if count == 1:
            return answers.best([work(0)])
        with ThreadPoolExecutor(min(count, self.generator.concurrency)) as pool:
            futures = [pool.submit(work, index) for index in range(count)]
            try:
                return answers.best([future.result() for future in futures])
            finally:
                stop.set()

    def _reserve(self, count: int, announce: Announce | None) -> list[Reservation | None]:
        """Set aside what pictures cost, for all or for none; nothing where it is free."""
        if not self.price:
            return [None] * count
        ledger = Ledger.of(self.settings)
        reservations: list[Reservation | None] = []
        try:
            for _ in range(count):
                what = f"a picture by {self.generator.model}"
                reservations += [ledger.reserve(self.price, what)]
            if announce is not None:
                announce(self.generator, count, count * self.price, ledger.spent_today())
        except BaseException:
            for reservation in filter(None, reservations):
                reservation.release()
            raise
        return reservations

    def _paint_one(self, call: Call, reservation: Reservation | None) -> Reconstruction:
        """Have one picture painted, settle what it cost, check it, and store it."""
        if reservation:
            call = replace(call, afford=reservation.raise_to)
        began = time.monotonic()
        try:
            answer = self.generator.paint(self.job, call)
        except ServiceError as error:
            if reservation:
                settle_failed(reservation, error)
            raise
        warnings = list(answer.warnings)
        if reservation:
            reservation.settle(answer.cost)
            if answer.cost is not None and answer.cost > reservation.amount:
                warnings += [
                    f"the picture cost {dollars(answer.cost)}, more than the "
                    f"{dollars(reservation.amount)} that were set aside for it"
                ]
        seconds = time.monotonic() - began

        picture = answers.checked(answer, self.plan, self.generator)
        data, suffix = answers.file_of(answer, picture)
        record = self._record(answer, picture, seconds, self.price)
        try:
            image = self._cut(picture)
            record = replace(record, score=self._score(image))
        except BaseException:  # too little memory for instance: it is paid for all the same
            with suppress(OutputError):
                self.cache.add(self.key, data, record, suffix)
            raise
        warnings += answers.doubts(record.score, record.digital_source_type)
        try:
            variant = self.cache.add(self.key, data, record, suffix)
        except OutputError as error:
            warnings += [f"the picture is not kept, and would have to be paid again: {error}"]
        else:
            record = variant.record
            keep_fitted(variant, picture, image)
        made = present(self.whole, record, image, cached=False)
        return replace(made, warnings=(*made.warnings, *warnings))

    def _score(self, image: Image.Image) -> float | None:
        """How well a picture agrees with the visual condition, also where it was not read."""
        condition = self.job.condition
        if condition is None:
            if self.whole.visual is None or decoding_obstacle(
                self.whole, self.settings.weight_store
            ):
                return None
            condition = decode_condition(self.whole, self.settings.weight_store)
        from gcx_format.generate.score import score

        return round(score(image, condition), 4)

    def _cut(self, picture: Image.Image) -> Image.Image:
        return geometry.cut(picture, self.plan, self.whole.size, self.whole.mode)

    def _record(
        self, answer: Answer, picture: Image.Image, seconds: float, price: Decimal
    ) -> Record:
        """What is stored with the picture."""
        from gcx_format._version import __version__

        return Record(
            generator=self.generator.name,
            model=answer.model or self.generator.model,
            source=answer.source or self.job.source,
            digital_source_type=answer.source_type or self.generator.source_type,
            usage=answer.usage,
            cost_usd=price if answer.cost is None else answer.cost,
            estimated=answer.cost is None and price > 0,
            seconds=round(seconds, 3),
            request_id=answer.request_id,
            revised_prompt=answer.revised_prompt,
            size_asked=self.plan.canvas,
            size_received=picture.size,
            frame=self.plan.frame,
            gcx=__version__,
            details=answer.details,
        )
