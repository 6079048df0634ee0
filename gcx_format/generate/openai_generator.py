"""One picture from an OpenAI-compatible server, by one of two routes.

`responses`: a language model of the Responses API calls its image tool. `images`: an image
model is asked directly, `images.edit` where there is a condition to start from and
`images.generate` where there is none; that is the route that local servers have.

The bytes come back as the server sent them, whatever they are; looking at them is the
caller's part. Of an answer nothing is taken for granted but that it is JSON. Neither route has
a seed: no picture comes twice.
"""

from __future__ import annotations

import base64
import contextlib
import io
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from gcx_format import spending
from gcx_format.errors import GcxError, RefusedError, ServiceError
from gcx_format.generate import geometry
from gcx_format.generate.generator import Answer, Call, Generator, Job
from gcx_format.generate.prompt_text import PromptParts
from gcx_format.models import asked_for_pictures, image_model, painting
from gcx_format.openai.call import Exchange, call
from gcx_format.openai.client import obstacle
from gcx_format.openai.documents import documents
from gcx_format.openai.failures import refused_parameter
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    from openai import OpenAI

    from gcx_format.settings import Settings

__all__ = ["OpenAIGenerator", "Request", "generate"]

_DOING: Final = "generating"
_IF_REFUSED: Final = Remedy("use preview")

_SENT_PIXELS: Final = 1536 * 1024
"""Of a condition that is sent: more says nothing more, for it is enlarged from a small one."""


_CAN_BE_LEFT_OUT: Final = frozenset(
    (
        "background",
        "input_fidelity",
        "output_format",
        "partial_images",
        "quality",
        "response_format",
        "size",
        "stream",
    )
)
"""What is asked for only because it is better so."""

_DEARER_WITHOUT: Final = ("quality", "size")
"""What of that a server may choose to be dearer."""

_NOT_BASE64: Final = "the picture in the answer is not base64"
_URL_ALPHABET: Final = str.maketrans("-_", "+/")

_MOST_CHARACTERS: Final = 32_000
"""Of a revised prompt that are kept: as many as a prompt may have."""

_MOST_COUNTS: Final = 40
"""Of a usage that are kept."""

_log = logging.getLogger("gcx")


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
        """By the table of prices, at most."""
        return spending.estimate_picture(
            self.settings.model_copy(update={"partial_images": job.partial_images}),
            with_condition=job.descriptor.visual is not None,
            size=job.plan.canvas,
            words=job.prompt.words,
        )

    def assumed_prices(self) -> list[str]:
        """The models that the table of prices does not have."""
        return spending.assumed_prices(self.settings, picture=True)

    def paint(self, job: Job, call: Call) -> Answer:
        """Have one picture made."""
        condition = None
        if (guide := job.guide(_SENT_PIXELS)) is not None:
            file = io.BytesIO()
            guide.save(file, "PNG", compress_level=1)  # sending what that leaves takes less time
            condition = file.getvalue()
        unfinished = job.partial_images if call.partial else 0
        request = Request(job.prompt, condition, job.plan.canvas, unfinished)
        answer = generate(
            request,
            self.settings,
            on_partial=call.partial,
            cancelled=call.cancelled,
            afford=call.afford,
        )
        settings = self.settings
        details = {
            **answer.details,
            "route": settings.route,
            "host_model": settings.host_model if settings.route == "responses" else None,
            "image_model": image_model(settings),
            "quality": settings.image_quality,
            "prompt": job.prompt_name,
        }
        return replace(answer, details=details)


def generate(
    request: Request,
    settings: Settings,
    *,
    on_partial: Callable[[int, bytes], object] | None = None,
    cancelled: Callable[[], bool] | None = None,
    afford: Callable[[Decimal], object] | None = None,
) -> Answer:
    """Have one picture made.

    What a server refuses of the options that are not needed is left out, and it is asked once
    more; nothing was done, so nothing can be billed.

    Args:
        request: what is asked for.
        settings: server, key, route, models, quality, format, time and retries.
        on_partial: given the number and the file of each unfinished picture, in this thread.
        cancelled: asked ten times a second; once it is true, the connection is shut.
        afford: told what the picture may cost, in US dollars, where leaving out an option may
            make it dearer; an error of its is raised. None: it is as well.

    Raises:
        ServiceError: the subclass that fits.
    """
    import openai

    route = _responses if settings.route == "responses" else _images
    left_out: set[str] = set()

    def ask(exchange: Exchange) -> Answer:
        with exchange.connect() as client:
            while True:
                options = _Options(settings, frozenset(left_out))
                try:
                    answer = route(client, request, options, exchange, on_partial)
                except openai.APIStatusError as error:
                    name = refused_parameter(error, options.sent)
                    if name is None:
                        raise
                    left_out.add(name)
                    if afford is not None and name in _DEARER_WITHOUT:
                        afford(_price_without(left_out, request, settings))
                    _log.info("the server refuses %s, which is left out", name)
                    continue
                if left_out:
                    answer = replace(answer, details={"left_out": ", ".join(sorted(left_out))})
                return answer

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


def _price_without(left_out: set[str], request: Request, settings: Settings) -> Decimal:
    """What a picture costs at most where the server chooses what is left out."""
    changed: dict[str, Any] = {"partial_images": request.partial_images}
    if "quality" in left_out:
        changed["image_quality"] = "auto"
    return spending.estimate_picture(
        settings.model_copy(update=changed),
        with_condition=request.condition is not None,
        size=None if "size" in left_out else request.canvas,
        words=request.told.words,
    )


class _Options:
    """What is asked for beside words and condition, less what the server refused.

    Attributes:
        sent: the names of what was asked for and could be left out.
    """

    def __init__(self, settings: Settings, left_out: frozenset[str]) -> None:
        self.settings = settings
        self.sent: set[str] = set()
        self._left_out = left_out

    def chosen(self, options: dict[str, Any]) -> dict[str, Any]:
        """Options without those that the server refused."""
        self.sent |= options.keys() & _CAN_BE_LEFT_OUT - self._left_out
        return {name: value for name, value in options.items() if name not in self._left_out}

    def pictures(self, request: Request, *, streamed: bool) -> dict[str, Any]:
        """What both routes call the same."""
        settings = self.settings
        model = image_model(settings)
        options: dict[str, Any] = {"size": f"{request.canvas[0]}x{request.canvas[1]}"}
        if model is not None:
            options["model"] = model
        if request.partial_images and streamed and "stream" not in self._left_out:
            options["partial_images"] = request.partial_images
        # Servers of other models may refuse what they do not know.
        if geometry.sizes_of(model) is not geometry.ANY:
            options |= {
                "quality": settings.image_quality,
                "output_format": settings.image_format,
                "background": "opaque",
            }
            if request.condition is not None and (model or "").startswith("gpt-image-1.5"):
                options["input_fidelity"] = "high"  # later models always are, and refuse it
        return self.chosen(options)


# --- the Responses API -------------------------------------------------------------------


def _responses(
    client: OpenAI,
    request: Request,
    options: _Options,
    exchange: Exchange,
    on_partial: Callable[[int, bytes], object] | None,
) -> Answer:
    settings = options.settings
    tool = {
        "type": "image_generation",
        "action": "generate" if request.condition is None else "edit",
        **options.pictures(request, streamed=True),
    }
    content: list[dict[str, str]] = []
    if request.told.words:
        content.append({"type": "input_text", "text": request.told.words})
    if request.condition is not None:
        url = "data:image/png;base64," + base64.b64encode(request.condition).decode()
        content.append({"type": "input_image", "image_url": url, "detail": "high"})
    body: dict[str, Any] = {
        "model": settings.host_model,
        "instructions": f"{request.told.host}\n\n{request.told.instructions}",
        "input": [{"role": "user", "content": content}],
        "tools": [tool],
        "tool_choice": {"type": "image_generation"},
        "store": False,
        # Always as a stream: a minute of silence is what proxies cut connections for.
        **options.chosen({"stream": True}),
    }
    response: Mapping[str, Any] | None = None
    items: list[Any] = []
    with _documents(client.responses.with_streaming_response.create, body) as events:
        for event in events:
            kind = event.get("type")
            if kind == "response.image_generation_call.partial_image":
                _deliver(exchange, on_partial, event, "partial_image_b64")
            elif kind == "response.output_item.done":
                items.append(event.get("item"))
                if picture := _picture_in(items):
                    exchange.keep(Answer(picture, request_id=exchange.request_id))
            elif kind in ("response.completed", "response.incomplete", "response.failed"):
                response = _mapping(event.get("response"))
            elif event.get("object") == "response" or "output" in event:
                response = event  # as one document, though a stream was asked for
            elif failure := _failure(event, exchange):
                raise failure
    if response is None:
        raise exchange.bad_answer("the answer ended before there was a picture")
    output = response.get("output")
    items += output if isinstance(output, list) else []
    usage = {
        "host": _counts(response.get("usage")),
        "image": _counts(_mapping(response.get("tool_usage")).get("image_gen")),
    }
    calls, said = _sorted(items)
    picture = _picture_in(calls)
    if picture is None:
        failure = _failure(response, exchange) or _no_picture(
            settings, exchange, response, calls, said
        )
        failure.cost = _cost_of_failure(settings, usage, calls)
        raise failure
    return Answer(
        picture,
        cost=_cost({"host": settings.host_model, "image": image_model(settings)}, usage),
        usage={key: value for key, value in usage.items() if value},
        request_id=exchange.request_id,
        revised_prompt=next(filter(None, (_words(each, "revised_prompt") for each in calls)), None),
    )


def _sorted(output: Iterable[Any]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """The calls of the image tool, and the parts of what the model said."""
    calls: list[Mapping[str, Any]] = []
    said: list[Mapping[str, Any]] = []
    for item in map(_mapping, output):
        if item.get("type") == "image_generation_call":
            calls.append(item)
        elif item.get("type") == "message" and isinstance(item.get("content"), list):
            said += map(_mapping, item["content"])
    return calls, said


def _picture_in(items: Iterable[Any]) -> bytes | None:
    """The picture of the first call that has one."""
    return next(filter(None, (_decoded(_mapping(item).get("result")) for item in items)), None)


def _no_picture(
    settings: Settings,
    exchange: Exchange,
    response: Mapping[str, Any],
    calls: list[Mapping[str, Any]],
    said: list[Mapping[str, Any]],
) -> ServiceError:
    """The error that fits an answer without a picture."""
    for image_call in calls:
        if failure := _failure(image_call, exchange):
            return failure
    if any(part.get("type") == "refusal" for part in said):
        return RefusedError(
            f"{_DOING}: the model declines to make this picture",
            request_id=exchange.request_id,
            may_have_cost=True,
            remedy=_IF_REFUSED,
        )
    if response.get("status") == "incomplete":
        if _mapping(response.get("incomplete_details")).get("reason") == "content_filter":
            return exchange.failure("content_policy", None)
        return exchange.bad_answer("the answer was cut short before there was a picture")
    if not calls:
        return exchange.bad_answer(
            f"{settings.host_model} answered in words instead of making a picture",
            Remedy("try again"),
            Remedy("change model", setting="host_model", variable="GCX_HOST_MODEL"),
        )
    if any(image_call.get("result") for image_call in calls):
        return exchange.bad_answer(_NOT_BASE64)
    if any(image_call.get("status") == "failed" for image_call in calls):
        return exchange.bad_answer("the server's image tool failed")
    return exchange.bad_answer("the answer has no picture")


# --- the Images API ----------------------------------------------------------------------


def _images(
    client: OpenAI,
    request: Request,
    options: _Options,
    exchange: Exchange,
    on_partial: Callable[[int, bytes], object] | None,
) -> Answer:
    model = image_model(options.settings)
    told = request.told
    others = geometry.sizes_of(model) is geometry.ANY
    streamed = request.partial_images > 0 or not others
    body: dict[str, Any] = {
        "prompt": f"{told.instructions}\n\n{told.words}" if told.words else told.instructions,
        **options.pictures(request, streamed=streamed),
    }
    if streamed:
        body |= options.chosen({"stream": True})
    if others:  # they may answer with an address otherwise
        body |= options.chosen({"response_format": "b64_json"})
    images = client.images.with_streaming_response
    ask: Any = images.generate
    if request.condition is not None:
        ask = images.edit
        body["image"] = ("condition.png", request.condition, "image/png")
    picture: Mapping[str, Any] | None = None
    usage: dict[str, Any] | None = None
    made: bytes | None = None
    with _documents(ask, body) as events:
        for event in events:
            kind = str(event.get("type") or "")
            if kind.endswith(".partial_image"):
                _deliver(exchange, on_partial, event, "b64_json")
            elif failure := _failure(event, exchange):
                raise failure
            elif kind.endswith(".completed") or "data" in event or "b64_json" in event:
                data = event.get("data")
                picture = _mapping(data[0]) if isinstance(data, list) and data else event
                usage = _counts(event.get("usage"))
                made = _decoded(picture.get("b64_json")) or _decoded(_data_url(picture))
                if made:
                    break  # what comes after it has no more to say
    if picture is None:
        raise exchange.bad_answer("the answer ended before there was a picture")
    if not made:
        if picture.get("b64_json"):
            raise exchange.bad_answer(_NOT_BASE64)
        if picture.get("url"):
            raise exchange.bad_answer(
                "the server answers with the address of a picture instead of the picture itself, "
                "and ignores response_format = b64_json",
                Remedy("check server"),
            )
        raise exchange.bad_answer("the answer has no picture")
    return Answer(
        made,
        cost=_cost({"image": model}, {"image": usage}),
        usage={"image": usage} if usage else {},
        request_id=exchange.request_id,
        revised_prompt=_words(picture, "revised_prompt"),
    )


def _data_url(picture: Mapping[str, Any]) -> str | None:
    url = picture.get("url")
    return url if isinstance(url, str) and url.startswith("data:") else None


# --- both --------------------------------------------------------------------------------


@contextlib.contextmanager
def _documents(ask: Callable[..., Any], body: dict[str, Any]) -> Iterator[Iterator[dict[str, Any]]]:
    """What a request is answered with: the events of a stream, or one document."""
    with ask(**body) as reply:
        yield documents(reply.iter_bytes())


def _failure(document: Mapping[str, Any], exchange: Exchange) -> ServiceError | None:
    """The error that a document tells of, or None."""
    error = document.get("error")
    if isinstance(error, str) and error:
        return exchange.failure(None, error)
    if document.get("type") == "error" and not isinstance(error, Mapping):
        error = document
    if not isinstance(error, Mapping):
        return None
    return exchange.failure(error.get("code") or error.get("type"), error.get("message"))


def _deliver(
    exchange: Exchange,
    on_partial: Callable[[int, bytes], object] | None,
    event: Mapping[str, Any],
    field: str,
) -> None:
    """Pass on an unfinished picture; one that is damaged is not worth an error."""
    index, data = event.get("partial_image_index"), _decoded(event.get(field))
    if on_partial is not None and isinstance(index, int) and data:
        exchange.run_in_caller(on_partial, index, data)


def _decoded(encoded: object) -> bytes | None:
    """The bytes of a picture in base64, however it is dressed up; None where it is none.

    Servers put a `data:` URL's beginning before it, break it into lines, take the alphabet that
    is for URLs, or leave out the padding.
    """
    if not isinstance(encoded, str):
        return None
    text = encoded.strip()
    if text[:5].lower() == "data:":
        text = text.partition(",")[2]
    text = "".join(text.split()).translate(_URL_ALPHABET).rstrip("=")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True) or None
    except ValueError:  # binascii.Error is one
        return None


def _mapping(value: object) -> Mapping[str, Any]:
    """An object of JSON; an empty one where the server has something else in its place."""
    return value if isinstance(value, Mapping) else {}


def _words(document: Mapping[str, Any], field: str) -> str | None:
    value = document.get(field)
    return value[:_MOST_CHARACTERS] if isinstance(value, str) else None


def _counts(usage: object, depth: int = 2) -> dict[str, Any] | None:
    """The usage of an answer, as far as it is numbers by name; None where there are none."""
    counts: dict[str, Any] = {}
    for name, value in list(_mapping(usage).items())[:_MOST_COUNTS]:
        if isinstance(value, Mapping) and depth > 1:
            value = _counts(value, depth - 1)
        if isinstance(value, (int, float, dict)) and not isinstance(value, bool):
            counts[str(name)[:80]] = value
    return counts or None


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


def _cost_of_failure(
    settings: Settings,
    usage: Mapping[str, Mapping[str, Any] | None],
    calls: list[Mapping[str, Any]],
) -> Decimal | None:
    """What an answer without a picture cost; None where it is not told."""
    models: dict[str, str | None] = {"host": settings.host_model}
    if calls:  # a picture was begun
        models["image"] = image_model(settings)
    return _cost(models, usage)
