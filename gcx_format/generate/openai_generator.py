"""One picture from an OpenAI-compatible server, by one of two routes.

`responses`: a language model of the Responses API calls its image tool. `images`: an image
model is asked directly, `images.edit` where there is a condition to start from and
`images.generate` where there is none; that is the route that local servers have.

The bytes come back as the server sent them, whatever they are; looking at them is the
caller's part. Neither route has a seed: no picture comes twice.
"""

from __future__ import annotations

import base64
import contextlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, cast

from gcx_format import spending
from gcx_format.errors import BadAnswerError, GcxError, RefusedError, ServiceError
from gcx_format.generate import geometry
from gcx_format.generate.generator import Answer, Call, Generator, Job
from gcx_format.generate.prompt_text import PromptParts
from gcx_format.models import asked_for_pictures, image_model, painting
from gcx_format.openai.call import Exchange, call
from gcx_format.openai.client import obstacle
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    from openai import OpenAI
    from PIL import Image

    from gcx_format.settings import Settings

__all__ = ["OpenAIGenerator", "Request", "generate"]

_DOING: Final = "generating"
_IF_REFUSED: Final = Remedy("use preview")

_SENT_PIXELS: Final = 1536 * 1024
"""Of a condition that is sent: more says nothing more, for it is enlarged from a small one."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for.

    Attributes:
        told: in words.
        condition: a PNG file with the proportions of the canvas, or None.
        canvas: width and height of the picture to make.
        partial_images: how many unfinished pictures to send on the way.
    """

    told: PromptParts
    condition: bytes | None
    canvas: tuple[int, int]
    partial_images: int


class OpenAIGenerator(Generator):
    """Asks the server that the settings name, with their models, quality and format."""

    name = "openai"
    title = "OpenAI"
    automatic = True
    at_once = 4  # with rate limits in mind

    @property
    def model(self) -> str:
        """The model that the request goes to."""
        return asked_for_pictures(self.settings)

    def ready(self) -> GcxError | None:
        """Whether there is no key, or the package is not installed."""
        return obstacle(self.settings)

    def sizes(self) -> geometry.Sizes:
        """Those of the image model."""
        return geometry.sizes_of(image_model(self.settings))

    def price(self, job: Job) -> Decimal:
        """By the table of prices, on the high side."""
        return spending.estimate_picture(
            self.settings.model_copy(update={"partial_images": job.partial_images}),
            with_condition=job.descriptor.visual is not None,
            size=job.plan.canvas,
        )

    def assumed_prices(self) -> list[str]:
        """The models that the table of prices does not have."""
        return spending.assumed_prices(self.settings, picture=True)

    def identity(self, job: Job) -> dict[str, str | int]:
        """Route, models, quality, format, prompt and size."""
        settings = self.settings
        return {
            "route": settings.route,
            "host_model": settings.host_model if settings.route == "responses" else "",
            "image_model": image_model(settings) or "",
            "quality": settings.image_quality,
            "format": settings.image_format,
            "prompt": job.prompt_name,
            "size": f"{job.plan.canvas[0]}x{job.plan.canvas[1]}",
        }

    def paint(self, job: Job, call: Call) -> Answer:
        """Have one picture made."""
        condition = None
        if (guide := job.guide(_SENT_PIXELS)) is not None:
            file = io.BytesIO()
            guide.save(file, "PNG", compress_level=1)  # sending what that leaves takes less time
            condition = file.getvalue()
        unfinished = job.partial_images if call.partial else 0
        request = Request(job.prompt, condition, job.plan.canvas, unfinished)
        answer = generate(request, self.settings, on_partial=call.partial, cancelled=call.cancelled)
        known = self.identity(job)
        told = ("route", "host_model", "image_model", "quality", "prompt")
        return replace(answer, details={name: known[name] or None for name in told})

    def check(self, answer: Answer, picture: Image.Image) -> None:
        """Whether it has the format that was asked for; other models are not asked for one."""
        wanted = self.settings.image_format.upper()
        if picture.format != wanted and self.sizes() is not geometry.ANY:
            raise BadAnswerError(
                f"{_DOING}: the server answered with {picture.format}, where {wanted} was asked "
                "for; if it always does, set image_format (GCX_IMAGE_FORMAT) to "
                f"{str(picture.format).lower()}",
                request_id=answer.request_id,
                may_have_cost=True,
            )


def generate(
    request: Request,
    settings: Settings,
    *,
    on_partial: Callable[[int, bytes], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Answer:
    """Have one picture made.

    Args:
        request: what is asked for.
        settings: server, key, route, models, quality, format, time and retries.
        on_partial: given the number and the file of each unfinished picture, in this thread.
        cancelled: asked ten times a second; once it is true, the connection is shut.

    Raises:
        ServiceError: the subclass that fits.
    """
    route = _responses if settings.route == "responses" else _images

    def ask(exchange: Exchange) -> Answer:
        with exchange.connect() as client:
            return route(client, request, settings, exchange, on_partial)

    return call(
        ask,
        doing=_DOING,
        settings=settings,
        billable=True,
        models=painting(settings),
        private=request.told.words,
        if_refused=_IF_REFUSED,
        cancelled=cancelled,
    )


# --- the Responses API -------------------------------------------------------------------


def _responses(
    client: OpenAI,
    request: Request,
    settings: Settings,
    exchange: Exchange,
    on_partial: Callable[[int, bytes], object] | None,
) -> Answer:
    tool = {
        "type": "image_generation",
        "action": "generate" if request.condition is None else "edit",
        **_picture_options(request, settings),
    }
    if request.partial_images:
        tool["partial_images"] = request.partial_images
    content: list[dict[str, str]] = []
    if request.told.words:
        content.append({"type": "input_text", "text": request.told.words})
    if request.condition is not None:
        url = "data:image/png;base64," + base64.b64encode(request.condition).decode()
        content.append({"type": "input_image", "image_url": url, "detail": "high"})
    options: dict[str, Any] = {
        "model": settings.host_model,
        "instructions": f"{request.told.host}\n\n{request.told.instructions}",
        "input": [{"role": "user", "content": content}],
        "tools": [tool],
        "tool_choice": {"type": "image_generation"},
        "store": False,
    }
    # Always as a stream: a minute of silence is what proxies cut connections for.
    response: Any = None
    items: list[Any] = []
    with _events(client.responses.create(stream=True, **options), exchange) as events:
        for event in events:
            kind = getattr(event, "type", None)
            if kind == "response.image_generation_call.partial_image":
                _deliver(exchange, on_partial, event, "partial_image_b64")
            elif kind == "response.output_item.done":
                items.append(event.item)
            elif kind in ("response.completed", "response.incomplete", "response.failed"):
                response = event.response
            elif kind == "error":
                raise exchange.failure(event.code, event.message)
    if response is None:
        raise exchange.bad_answer("the answer ended before there was a picture")
    if error := getattr(response, "error", None):
        raise exchange.failure(error.code, error.message)
    calls, said = _sorted(getattr(response, "output", None) or items)
    encoded = next((call.result for call in calls if getattr(call, "result", None)), None)
    if encoded is None:
        raise _no_picture(settings, exchange, response, calls, said)
    usage = {
        "host": _plain(getattr(response, "usage", None)),
        "image": _plain(getattr(getattr(response, "tool_usage", None), "image_gen", None)),
    }
    revised = getattr(calls[0], "revised_prompt", None)
    return Answer(
        _decoded(encoded, exchange),
        cost=_cost({"host": settings.host_model, "image": image_model(settings)}, usage),
        usage={key: value for key, value in usage.items() if value},
        request_id=exchange.request_id,
        revised_prompt=revised if isinstance(revised, str) else None,
    )


def _sorted(output: Iterable[Any]) -> tuple[list[Any], list[Any]]:
    """The calls of the image tool, and the parts of what the model said."""
    calls: list[Any] = []
    said: list[Any] = []
    for item in output:
        kind = getattr(item, "type", None)
        if kind == "image_generation_call":
            calls.append(item)
        elif kind == "message":
            said += getattr(item, "content", None) or []
    return calls, said


def _no_picture(
    settings: Settings, exchange: Exchange, response: Any, calls: list[Any], said: list[Any]
) -> ServiceError:
    """The error that fits an answer without a picture."""
    for image_call in calls:
        if error := getattr(image_call, "error", None):
            return exchange.failure(getattr(error, "code", None), getattr(error, "message", None))
    if any(getattr(part, "type", None) == "refusal" for part in said):
        return RefusedError(
            f"{_DOING}: the model declines to make this picture",
            request_id=exchange.request_id,
            may_have_cost=True,
            remedy=_IF_REFUSED,
        )
    if getattr(response, "status", None) == "incomplete":
        details = getattr(response, "incomplete_details", None)
        if getattr(details, "reason", None) == "content_filter":
            return exchange.failure("content_policy", None)
        return exchange.bad_answer("the answer was cut short before there was a picture")
    if not calls:
        return exchange.bad_answer(
            f"{settings.host_model} answered in words instead of making a picture",
            Remedy("try again"),
            Remedy("change model", setting="host_model", variable="GCX_HOST_MODEL"),
        )
    if any(getattr(image_call, "status", None) == "failed" for image_call in calls):
        return exchange.bad_answer("the server's image tool failed")
    return exchange.bad_answer("the answer has no picture")


# --- the Images API ----------------------------------------------------------------------


def _images(
    client: OpenAI,
    request: Request,
    settings: Settings,
    exchange: Exchange,
    on_partial: Callable[[int, bytes], object] | None,
) -> Answer:
    model = image_model(settings)
    told = request.told
    options: dict[str, Any] = {
        "prompt": f"{told.instructions}\n\n{told.words}" if told.words else told.instructions,
        **_picture_options(request, settings),
    }
    if request.condition is not None:
        options["image"] = ("condition.png", request.condition, "image/png")
    if geometry.sizes_of(model) is geometry.ANY:
        options["response_format"] = "b64_json"  # others may answer with an address otherwise
        streamed = request.partial_images > 0
    else:
        streamed = True
    if request.partial_images:
        options["partial_images"] = request.partial_images
    ask: Any = client.images.generate if request.condition is None else client.images.edit
    encoded = usage = revised = None
    if streamed:
        finished = False
        with _events(ask(stream=True, **options), exchange) as events:
            for event in events:
                kind = getattr(event, "type", None) or ""
                if kind.endswith(".partial_image"):
                    _deliver(exchange, on_partial, event, "b64_json")
                elif kind.endswith(".completed"):
                    encoded, finished = getattr(event, "b64_json", None), True
                    usage = getattr(event, "usage", None)
                elif kind == "error":
                    raise exchange.failure(getattr(event, "code", None), None)
        if not finished:
            raise exchange.bad_answer("the answer ended before there was a picture")
    else:
        answer = ask(**options)
        picture = next(iter(getattr(answer, "data", None) or ()), None)
        if isinstance(answer, str):
            raise exchange.not_the_api()
        encoded = getattr(picture, "b64_json", None)
        usage, revised = getattr(answer, "usage", None), getattr(picture, "revised_prompt", None)
        if not encoded and getattr(picture, "url", None):
            raise exchange.bad_answer(
                "the server answers with the address of a picture instead of the picture itself, "
                "and ignores response_format = b64_json",
                Remedy("check server"),
            )
    if not encoded:
        raise exchange.bad_answer("the answer has no picture")
    used = {"image": _plain(usage)}
    return Answer(
        _decoded(encoded, exchange),
        cost=_cost({"image": model}, used),
        usage={key: value for key, value in used.items() if value},
        request_id=exchange.request_id,
        revised_prompt=revised if isinstance(revised, str) else None,
    )


# --- both --------------------------------------------------------------------------------


def _picture_options(request: Request, settings: Settings) -> dict[str, Any]:
    """What both routes call the same."""
    model = image_model(settings)
    options: dict[str, Any] = {"size": f"{request.canvas[0]}x{request.canvas[1]}"}
    if model is not None:
        options["model"] = model
    if geometry.sizes_of(model) is geometry.ANY:
        return options  # servers of other models may refuse what they do not know
    options |= {
        "quality": settings.image_quality,
        "output_format": settings.image_format,
        "background": "opaque",
    }
    if request.condition is not None and (model or "").startswith("gpt-image-1.5"):
        options["input_fidelity"] = "high"  # later models always are, and refuse the option
    return options


@contextlib.contextmanager
def _events(stream: Any, exchange: Exchange) -> Iterator[Iterable[Any]]:
    """The events of a stream, which is closed at the end; an error where it is none."""
    try:
        if "event-stream" not in stream.response.headers.get("content-type", ""):
            raise exchange.not_the_api()
        yield stream
    finally:
        stream.close()


def _deliver(
    exchange: Exchange,
    on_partial: Callable[[int, bytes], object] | None,
    event: Any,
    field: str,
) -> None:
    """Pass on an unfinished picture; one that is damaged is not worth an error."""
    if on_partial is None:
        return
    with contextlib.suppress(AttributeError, TypeError, ValueError):  # binascii.Error is one
        data = base64.b64decode(getattr(event, field), validate=True)
        exchange.run_in_caller(on_partial, int(event.partial_image_index), data)


def _decoded(encoded: str, exchange: Exchange) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (ValueError, TypeError):
        raise exchange.bad_answer("the picture in the answer is not base64") from None


def _plain(usage: Any) -> dict[str, Any] | None:
    """The usage of an answer as JSON has it."""
    if usage is None:
        return None
    return cast("dict[str, Any]", usage.model_dump(mode="json", exclude_none=True))


def _cost(
    models: Mapping[str, str | None], usage: Mapping[str, Mapping[str, Any] | None]
) -> Decimal | None:
    """What was used, in US dollars; None where a part of it is not told, or adds up to nothing."""
    total = Decimal(0)
    for part, model in models.items():
        used = usage[part]
        cost = None if used is None else spending.cost_of(model, used)
        if cost is None:
            return None
        if part == "image" and not cost:
            return None  # a picture is never free; nobody counted
        total += cost
    return total
