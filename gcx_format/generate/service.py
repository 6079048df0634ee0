"""Generating, from end to end: what was made is looked up, and else made, checked and kept.

    cache -> policy -> key -> lock -> spending limit -> model -> check -> score -> cache

The order is a promise to the user: what was once paid for opens without key and network,
nothing is asked of a model that the policy or the limits forbid, two programs that open one
file pay once, and what was paid for is kept before it is shown.
"""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final, Literal

from PIL import Image

from gcx_format import container
from gcx_format.cache import Cache, Key, Variant, request_hash
from gcx_format.descriptor import Descriptor
from gcx_format.errors import (
    BadAnswerError,
    CancelledError,
    GcxError,
    GenerationNotAllowedError,
    InputError,
    MissingKeyError,
    OutputError,
    ServiceError,
)
from gcx_format.generate import Partial, Reconstruction, Source, geometry, wording
from gcx_format.generate.geometry import Plan
from gcx_format.provenance import DigitalSourceType
from gcx_format.remedies import Remedy
from gcx_format.settings import Settings
from gcx_format.visual import decode_condition, why_not_decodable

if TYPE_CHECKING:
    from gcx_format.generate.openai_generator import Answer
    from gcx_format.spending import Ledger, Reservation

__all__ = ["Estimate", "estimate", "open_variant", "reconstruct"]

_AT_ONCE: Final = 4
"""Candidates that are made at the same time, with rate limits in mind."""

_SENT_PIXELS: Final = 1536 * 1024
"""Of a condition that is sent: more says nothing more, for it is enlarged from a small one."""

_PATIENCE: Final = 60.0
"""Seconds to wait for another program beyond what its calls may take."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What generating would take.

    Attributes:
        calls: to make; none where the picture is kept already.
        usd: for all of them, on the high side.
        canvas: width and height of the picture that is asked for.
        model: that would be asked.
    """

    calls: int
    usd: Decimal
    canvas: tuple[int, int]
    model: str


def estimate(
    descriptor: Descriptor,
    settings: Settings,
    *,
    candidates: int | None = None,
    anew: bool = False,
) -> Estimate:
    """What `reconstruct` would cost now. Nothing is asked of a server."""
    job = _Job(descriptor, settings)
    calls = (candidates or 1) if anew else job.missing(candidates)
    return Estimate(calls, calls * job.price(), job.plan.canvas, job.model)


def reconstruct(
    descriptor: Descriptor,
    settings: Settings,
    *,
    candidates: int | None = None,
    anew: bool = False,
    on_partial: Callable[[Partial], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
    confirm: Callable[[Decimal], bool] | None = None,
) -> Reconstruction:
    """A picture that a model made of a descriptor: one that is kept, or a new one.

    Args:
        descriptor: what is left of the picture.
        settings: which models, for how much, and where results are kept.
        candidates: how many pictures to choose from, those that are kept included; the one
            with the best score is taken. None: one that is kept, else as the settings say.
        anew: make one more, or so many candidates, whatever is kept, and choose among these.
        on_partial: given unfinished pictures, if the settings ask for some. With several
            candidates it is called from other threads, one at a time.
        cancelled: asked ten times a second, from other threads with several candidates; once
            it is true, the connections are shut.
        confirm: asked with the estimated cost where the policy is `ask`.

    Returns:
        The picture; its `warnings` say what was not kept or not made beside it.

    Raises:
        GenerationNotAllowedError: the policy forbids it, or nobody agreed.
        MissingKeyError: nothing is kept, and no key is set.
        MissingExtraError, WeightsError: the visual condition needs what is not here, and the
            settings do not allow to do without it.
        SpendingLimitError: it would cost more than the limits allow.
        ServiceError: the server did not do it; the subclass says why.
        DamagedVisualError: the visual condition does not decode.
        NotEnoughMemoryError: there is too little to decode it.
        OutputError: the cache cannot be written, so that nothing would be kept.
    """
    if settings.policy == "never":
        raise GenerationNotAllowedError("the policy is never to generate; --policy changes it")
    job = _Job(descriptor, settings)
    missing = job.missing(candidates)
    if not (missing or anew) and (made := job.kept()):
        return made
    missing = (candidates or 1) if anew else missing or 1
    if settings.policy == "cached-only" or settings.openai_api_key is None:
        if not anew and (made := job.kept(of_any_request=True)):
            return made
        if settings.policy == "cached-only":
            raise GenerationNotAllowedError(
                "nothing was generated before, and the policy is to show only that; "
                "--policy changes it"
            )
        raise MissingKeyError(
            "no key is set, and nothing was generated before: set the environment variable "
            "OPENAI_API_KEY, or openai_api_key in the file that `gcx config --path` prints"
        )
    if job.lacking:
        if descriptor.coded_text is not None:
            job.lacking.remedies += (Remedy("use words"),)
        raise job.lacking
    if settings.policy == "ask" and not (confirm and confirm(missing * job.price())):
        raise GenerationNotAllowedError(
            "the policy is to ask, and nobody agreed"
            if confirm
            else "the policy is to ask, and there is nobody to ask; --policy changes it"
        )
    # Whoever made it is waited for, but not for ever.
    patience = settings.timeout_seconds * missing + _PATIENCE
    with job.cache.lock(job.key, patience, cancelled):
        if not anew:
            missing = job.missing(candidates)
            if not missing and (made := job.kept()):
                return made
        return job.make(missing or 1, on_partial, cancelled)


def open_variant(descriptor: Descriptor, variant: Variant, settings: Settings) -> Reconstruction:
    """One of the kept pictures of a descriptor, as `reconstruct` gives the best of them.

    Raises:
        InputError: it was removed meanwhile, or was damaged and is removed now.
        BadAnswerError: what was kept is no picture.
    """
    return _Job(descriptor, settings).open(variant)


class _Job:
    """One descriptor to generate a picture of, under some settings."""

    def __init__(self, descriptor: Descriptor, settings: Settings) -> None:
        self.lacking = why_not_decodable(descriptor, settings)
        """What the visual condition needs that is not here."""

        self.descriptor = descriptor
        if self.lacking and settings.words_alone and descriptor.coded_text is not None:
            self.descriptor = replace(descriptor, visual=None)
            self.lacking = None
        self.settings = settings
        self.cache = Cache(settings.cache_folder, settings.cache_max_bytes)
        self.prompt = wording.prompt_for(self.descriptor).label
        self.plan = _plan(descriptor, settings)
        on_host = settings.route == "responses"
        self.request: dict[str, str | int] = {
            "route": settings.route,
            "host_model": settings.host_model if on_host else "",
            "image_model": _image_model(settings) or "",
            "quality": settings.image_quality,
            "format": settings.image_format,
            "prompt": self.prompt,
            "size": f"{self.plan.canvas[0]}x{self.plan.canvas[1]}",
        }
        self.key: Key = self.cache.key(container.dumps(descriptor), self.request)
        # A picture of all that the file has is as good as one of its words alone.
        whole = {**self.request, "prompt": wording.prompt_for(descriptor).label}
        self._requests = {self.key.request, request_hash(whole)}

    @property
    def model(self) -> str:
        """The model that is asked."""
        return str(self.request["host_model"] or self.request["image_model"])

    # What is kept

    def missing(self, candidates: int | None) -> int:
        """How many pictures are still to be made."""
        kept = self._variants()
        if candidates is None or any(variant.chosen for variant in kept):
            return 0 if kept else self.settings.candidates
        return max(0, candidates - len(kept))

    def kept(self, *, of_any_request: bool = False) -> Reconstruction | None:
        """The best picture that is kept, or None."""
        for variant in self._variants(of_any_request=of_any_request):
            # Another program may have removed it, or it was damaged and is removed now.
            with suppress(InputError, BadAnswerError):
                return self.open(variant)
        return None

    def open(self, variant: Variant) -> Reconstruction:
        """One of the pictures that are kept."""
        if (fitted := self._fitted(variant)) is not None:
            return self._present(fitted, variant.record, cached=True, image=fitted)
        opened = _opened(variant.read(), None)
        made = self._present(opened, variant.record, cached=True)
        self._keep_fitted(variant, opened, made.image)
        return made

    def _fitted(self, variant: Variant) -> Image.Image | None:
        """A kept picture as it is shown, if it lies there like that."""
        data = variant.read_fitted()
        if data is None:
            return None
        with suppress(BadAnswerError):
            image = _opened(data, None)
            if (image.size, image.mode) == (self.descriptor.size, self.descriptor.mode):
                return image
        return None

    def _keep_fitted(self, variant: Variant, opened: Image.Image, image: Image.Image) -> None:
        """Keep the picture as it is shown, where decoding what was sent takes much longer."""
        if opened.width * opened.height > image.width * image.height:
            file = io.BytesIO()
            image.save(file, "PNG", compress_level=1)
            variant.fit(file.getvalue())

    def _variants(self, *, of_any_request: bool = False) -> list[Variant]:
        """Those that may be shown, the best first.

        That is the one which the user chose, then by score, then the newest.
        """
        found = [
            variant
            for variant in self.cache.variants(self.key.descriptor)
            if variant.chosen or of_any_request or variant.record["request"] in self._requests
        ]
        found.sort(
            key=lambda variant: (variant.chosen, _rank(variant.record.get("score")), variant.made),
            reverse=True,
        )
        return found

    # What is made

    def price(self) -> Decimal:
        """Of one picture, on the high side."""
        from gcx_format import spending

        return spending.estimate_picture(
            self.settings,
            with_condition=self.descriptor.visual is not None,
            size=self.plan.canvas,
        )

    def make(
        self,
        count: int,
        on_partial: Callable[[Partial], object] | None,
        cancelled: Callable[[], bool] | None,
    ) -> Reconstruction:
        """Have pictures made and kept, and return the best."""
        from gcx_format.openai.client import obstacle
        from gcx_format.spending import Ledger

        condition = self._condition()
        missing = obstacle(self.settings)  # before money is set aside
        if missing is not None:
            raise missing
        ledger = Ledger(self.settings.state_folder)
        reservations: list[Reservation] = []
        try:
            while len(reservations) < count:
                reservations += [self._reserve(ledger)]
        except BaseException:
            for reservation in reservations:
                reservation.release()
            raise
        stop = threading.Event()
        one_at_a_time = threading.Lock()

        def is_cancelled() -> bool:
            return stop.is_set() or (cancelled is not None and cancelled())

        def work(index: int) -> Reconstruction | GcxError:
            def show(number: int, data: bytes) -> None:
                assert on_partial is not None
                with suppress(BadAnswerError):
                    image = self._cut(_opened(data, None), self.plan)
                    with one_at_a_time:
                        on_partial(Partial(image, number, index))

            try:
                return self._make_one(
                    condition, reservations[index], show if on_partial else None, is_cancelled
                )
            except GcxError as error:
                return error

        if count == 1:
            return _best([work(0)])
        with ThreadPoolExecutor(min(count, _AT_ONCE)) as pool:
            futures = [pool.submit(work, index) for index in range(count)]
            try:
                return _best([future.result() for future in futures])
            finally:
                stop.set()

    def _reserve(self, ledger: Ledger) -> Reservation:
        return ledger.reserve(
            self.price(),
            daily_limit=self.settings.daily_limit_usd,
            call_limit=self.settings.call_limit_usd,
            what=f"a picture by {self.model}",
        )

    def _make_one(
        self,
        condition: _Condition | None,
        reservation: Reservation,
        on_partial: Callable[[int, bytes], object] | None,
        cancelled: Callable[[], bool],
    ) -> Reconstruction:
        """Have one picture made, settle what it cost, check it, and keep it."""
        from gcx_format.generate import openai_generator

        request = openai_generator.Request(
            wording.tell(self.descriptor, self.plan),
            condition.png if condition else None,
            self.plan.canvas,
            self.settings.partial_images if on_partial else 0,
        )
        began = time.monotonic()
        try:
            answer = openai_generator.generate(
                request, self.settings, on_partial=on_partial, cancelled=cancelled
            )
        except ServiceError as error:
            if not error.may_have_cost:
                reservation.release()
            raise
        reservation.settle(answer.cost)
        seconds = time.monotonic() - began

        opened = _checked(answer, self.settings, self.plan)
        record = self._record(answer, opened, seconds, reservation.amount)
        suffix = _SUFFIXES[str(opened.format)]
        try:
            image = self._cut(opened, self.plan)
            if condition is not None:
                from gcx_format.generate.score import score

                record["score"] = round(score(image, condition.image), 4)
        except BaseException:  # too little memory for instance: it is paid for all the same
            with suppress(OutputError):
                self.cache.add(self.key, answer.data, record, suffix)
            raise
        try:
            variant = self.cache.add(self.key, answer.data, record, suffix)
        except OutputError as error:
            warning = f"the picture is not kept, and would have to be paid again: {error}"
            made = self._present(opened, record, cached=False, image=image)
            return replace(made, warnings=(warning,))
        self._keep_fitted(variant, opened, image)
        return self._present(opened, variant.record, cached=False, image=image)

    def _record(
        self, answer: Answer, opened: Image.Image, seconds: float, estimated: Decimal
    ) -> dict[str, Any]:
        """What is kept beside the picture."""
        from gcx_format._version import __version__

        settings = self.settings
        return {
            "model": self.model,
            "route": settings.route,
            "host_model": self.request["host_model"] or None,
            "image_model": self.request["image_model"] or None,
            "quality": settings.image_quality,
            "prompt": self.prompt,
            "source": _source(self.descriptor),
            "usage": answer.usage,
            "cost_usd": str(estimated if answer.cost is None else answer.cost),
            "estimated": answer.cost is None,
            "seconds": round(seconds, 3),
            "score": None,
            "request_id": answer.request_id,
            "revised_prompt": answer.revised_prompt,
            "size_asked": list(self.plan.canvas),
            "size_received": list(opened.size),
            "frame": list(self.plan.frame),
            "gcx": __version__,
        }

    def _condition(self) -> _Condition | None:
        """The visual condition, as it was and as it is sent; None where there is none."""
        if self.descriptor.visual is None:
            return None
        from gcx_format.generate.preview import enlarge

        image = decode_condition(self.descriptor, self.settings)
        sent = self.plan
        if sent.canvas[0] * sent.canvas[1] > _SENT_PIXELS:  # its sides are even
            sent = Plan(
                (sent.canvas[0] // 2, sent.canvas[1] // 2),
                _halved(sent.frame),
            )
        picture = geometry.extend(enlarge(image, sent.frame_size), sent).convert("RGB")
        file = io.BytesIO()
        picture.save(file, "PNG", compress_level=1)  # sending what that leaves takes less time
        return _Condition(image, file.getvalue())

    def _cut(self, opened: Image.Image, plan: Plan) -> Image.Image:
        return geometry.cut(opened, plan, self.descriptor.size, self.descriptor.mode)

    def _present(
        self,
        opened: Image.Image,
        record: dict[str, Any],
        *,
        cached: bool,
        image: Image.Image | None = None,
    ) -> Reconstruction:
        """A generated picture and its record as what the caller gets."""
        if image is None:
            image = self._cut(opened, _plan_of(record, opened))
        width, height = record.get("size_received") or opened.size
        details: dict[str, str | int | float] = {"size_received": f"{width}x{height}"}
        for name in ("route", "host_model", "image_model", "quality", "prompt", "made", "seconds"):
            if isinstance(record.get(name), (str, int, float)):
                details[name] = record[name]
        if isinstance(record.get("request_id"), str):
            details["request_id"] = record["request_id"]
        score = record.get("score")
        source = record.get("source")
        return Reconstruction(
            image,
            "openai",
            source if source in _SOURCES else _source(self.descriptor),
            DigitalSourceType.TRAINED_ALGORITHMIC,
            model=str(record.get("model") or self.model),
            score=score if isinstance(score, float) else None,
            cached=cached,
            cost_usd=_decimal(record.get("cost_usd")),
            details=details,
        )


@dataclass(frozen=True, slots=True)
class _Condition:
    """A visual condition.

    Attributes:
        image: decoded, at its own size.
        png: enlarged and extended to the proportions of the canvas, as it is sent.
    """

    image: Image.Image
    png: bytes


_SOURCES: Final[tuple[Source, ...]] = ("visual condition", "words", "words and visual condition")


def _source(descriptor: Descriptor) -> Source:
    if descriptor.visual is None:
        return "words"
    return "visual condition" if descriptor.text is None else "words and visual condition"


def _image_model(settings: Settings) -> str | None:
    """As in `openai_generator`, which is not imported for what is kept already."""
    if settings.image_model or settings.route == "responses":
        return settings.image_model
    from gcx_format.spending import DEFAULT_IMAGE_MODEL

    return DEFAULT_IMAGE_MODEL


def _plan(descriptor: Descriptor, settings: Settings) -> Plan:
    """The canvas nearest to the picture that a call may pay for.

    A picture of a phone has twelve megapixels, and asking for as many would cost a dollar.
    Where even the smallest canvas costs too much, that is the one that the limit refuses.
    """
    from gcx_format.spending import estimate_picture

    sizes = geometry.sizes_of(_image_model(settings))
    planned = geometry.plan(descriptor.size, sizes)
    if sizes.fixed:
        return planned
    # Unfinished pictures cost a little each. Whether they are wanted must not change the
    # size, for then it would change what is found in the cache.
    dearest = settings.model_copy(update={"partial_images": 3})
    most = planned.canvas[0] * planned.canvas[1]
    while most > sizes.least and settings.call_limit_usd < estimate_picture(
        dearest, with_condition=descriptor.visual is not None, size=planned.canvas
    ):
        most = max(sizes.least, most * 7 // 8)
        planned = geometry.plan(descriptor.size, sizes, most=most)
    return planned


def _plan_of(record: dict[str, Any], opened: Image.Image) -> Plan:
    """The canvas and frame that a kept picture was asked for with."""
    try:
        width, height = (int(side) for side in record["size_asked"])
        left, top, right, bottom = (int(side) for side in record["frame"])
    except (KeyError, TypeError, ValueError):
        return Plan(opened.size, (0, 0, *opened.size))
    if not (0 <= left < right <= width and 0 <= top < bottom <= height):
        return Plan(opened.size, (0, 0, *opened.size))
    return Plan((width, height), (left, top, right, bottom))


def _halved(frame: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    left, top = frame[0] // 2, frame[1] // 2
    return left, top, max(left + 1, frame[2] // 2), max(top + 1, frame[3] // 2)


def _rank(score: object) -> float:
    """A score for comparing; less than any where there is none."""
    return float(score) if isinstance(score, (int, float)) else -1.0


def _decimal(text: object) -> Decimal | None:
    try:
        return None if text is None else Decimal(str(text))
    except InvalidOperation:
        return None


def _best(results: Iterable[Reconstruction | GcxError]) -> Reconstruction:
    """The best of what was made; an error only where nothing was, or the caller cancelled."""
    made: list[Reconstruction] = []
    errors: list[GcxError] = []
    for result in results:
        if isinstance(result, Reconstruction):
            made.append(result)
        else:
            errors.append(result)
    cancelled = [error for error in errors if isinstance(error, CancelledError)]
    if cancelled or not made:
        raise (cancelled or errors)[0]
    warnings = [warning for one in made for warning in one.warnings]
    if errors:
        count = len(errors) + len(made)
        warnings.append(f"{len(errors)} of {count} candidates failed: {errors[0]}")
    best = max(made, key=lambda one: _rank(one.score))
    details = best.details
    if len(made) > 1:
        spent = sum((one.cost_usd or Decimal(0) for one in made), Decimal(0))
        details = {**details, "candidates": len(made), "candidates_cost_usd": float(spent)}
    return replace(best, details=details, warnings=tuple(dict.fromkeys(warnings)))


# --- what came back ----------------------------------------------------------------------

_MOST_PIXELS: Final = 4 * geometry.FREE.most
"""Of an answer: a model may make somewhat more than asked for, but a bomb is none."""

_FORMATS: Final[dict[Literal["png", "webp", "jpeg"], str]] = {
    "png": "PNG",
    "webp": "WEBP",
    "jpeg": "JPEG",
}
_SUFFIXES: Final = {"PNG": ".png", "WEBP": ".webp", "JPEG": ".jpg"}


def _opened(data: bytes, request_id: str | None) -> Image.Image:
    """A picture out of an answer, decoded.

    Raises:
        BadAnswerError: it is none, is damaged, or is so large that no model made it.
    """
    fault = "no picture"
    try:
        image = Image.open(io.BytesIO(data), formats=tuple(_FORMATS.values()))
        fault = "a picture that is damaged, or larger than any model makes"
        if image.width * image.height > _MOST_PIXELS:
            raise ValueError
        image.load()
    except Exception:  # Pillow's decoders let many kinds escape on damaged files
        raise BadAnswerError(
            f"generating: the server answered with {fault}; try again",
            request_id=request_id,
            may_have_cost=True,
        ) from None
    return image


def _checked(answer: Answer, settings: Settings, plan: Plan) -> Image.Image:
    """The picture of an answer, if it is the one that was asked for.

    Raises:
        BadAnswerError: it is none, or of another format, or of other proportions.
    """
    image = _opened(answer.data, answer.request_id)
    wanted = _FORMATS[settings.image_format]
    fault = None
    if image.format != wanted and geometry.sizes_of(_image_model(settings)) is not geometry.ANY:
        # Servers of other models are not asked for a format, and have their own.
        fault = (
            f"the server answered with {image.format}, where {wanted} was asked for; if it "
            f"always does, set image_format (GCX_IMAGE_FORMAT) to {str(image.format).lower()}"
        )
    elif not geometry.agrees(image.size, plan):
        fault = (
            f"the server answered with {image.width} x {image.height} pixels, where "
            f"{plan.canvas[0]} x {plan.canvas[1]} were asked for; try again, or change "
            "image_model (GCX_IMAGE_MODEL)"
        )
    if fault:
        raise BadAnswerError(
            f"generating: {fault}", request_id=answer.request_id, may_have_cost=True
        )
    return image
