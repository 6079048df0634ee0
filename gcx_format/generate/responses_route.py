"""The Responses API: a language model that calls an image tool."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gcx_format.errors import RefusedError, ServiceError
from gcx_format.generate.generator import Answer
from gcx_format.generate.pictures_in_answers import NOT_BASE64, cost, decoded, options
from gcx_format.openai.asking import counts, failure_in, mapping, mappings, words_in
from gcx_format.remedies import Remedy

if TYPE_CHECKING:
    from openai import OpenAI

    from gcx_format.generate.generator import Job
    from gcx_format.openai.call import Exchange
    from gcx_format.settings import Settings

__all__ = ["read", "request"]


def request(
    client: OpenAI, job: Job, condition: bytes | None, partial_images: int, settings: Settings
) -> tuple[Callable[..., Any], dict[str, Any]]:
    """The method to call, and its arguments."""
    content: list[dict[str, str]] = []
    if job.prompt.words:
        content.append({"type": "input_text", "text": job.prompt.words})
    if condition is not None:
        url = "data:image/png;base64," + base64.b64encode(condition).decode()
        content.append({"type": "input_image", "image_url": url, "detail": "high"})
    tool = {
        "type": "image_generation",
        "action": "generate" if condition is None else "edit",
        **options(job, condition, partial_images, settings),
    }
    return client.responses.with_streaming_response.create, {
        "model": settings.host_model,
        "instructions": f"{job.prompt.host}\n\n{job.prompt.instructions}",
        "input": [{"role": "user", "content": content}],
        "tools": [tool],
        "tool_choice": {"type": "image_generation"},
        "store": False,
        "stream": True,  # always: a minute of silence is what proxies cut connections for
    }


def read(events: Iterator[dict[str, Any]], settings: Settings, exchange: Exchange) -> Answer:
    """The picture of an answer; the error that fits where there is none."""
    response: Mapping[str, Any] | None = None
    items: list[Any] = []
    for event in events:
        kind = event.get("type")
        if kind == "response.output_item.done":
            items.append(event.get("item"))
            if picture := _picture_in(items):
                exchange.keep(Answer(picture, request_id=exchange.request_id))
        elif kind in ("response.completed", "response.incomplete", "response.failed"):
            response = mapping(event.get("response"))
        elif event.get("object") == "response" or "output" in event:
            response = event  # as one document, though a stream was asked for
        elif failure := failure_in(event, exchange):
            raise failure
    if response is None:
        raise exchange.bad_answer("the answer ended before there was a picture")
    items = [mapping(item) for item in items] + mappings(response.get("output"))
    calls = [item for item in items if item.get("type") == "image_generation_call"]
    usage = {
        "host": counts(response.get("usage")),
        "image": counts(mapping(response.get("tool_usage")).get("image_gen")),
    }
    models: dict[str, str | None] = {"host": settings.host_model}
    if calls:  # a picture was begun
        models["image"] = settings.image_model
    picture = _picture_in(calls)
    if picture is None:
        failure = failure_in(response, exchange) or _no_picture(
            settings, exchange, response, items, calls
        )
        failure.cost = cost(models, usage)
        raise failure
    return Answer(
        picture,
        cost=cost(models, usage),
        usage={key: value for key, value in usage.items() if value},
        request_id=exchange.request_id,
        revised_prompt=next(
            filter(None, (words_in(each, "revised_prompt") for each in calls)), None
        ),
    )


def _picture_in(items: Iterable[Any]) -> bytes | None:
    """The picture of the first call that has one."""
    return next(filter(None, (decoded(mapping(item).get("result")) for item in items)), None)


def _no_picture(
    settings: Settings,
    exchange: Exchange,
    response: Mapping[str, Any],
    items: list[Mapping[str, Any]],
    calls: list[Mapping[str, Any]],
) -> ServiceError:
    """The error that fits an answer without a picture."""
    for image_call in calls:
        if failure := failure_in(image_call, exchange):
            return failure
    if any(
        part.get("type") == "refusal" for item in items for part in mappings(item.get("content"))
    ):
        return RefusedError(
            "generating: the model declines to make this picture",
            request_id=exchange.request_id,
            may_have_cost=True,
            remedy=Remedy("use preview"),
        )
    if response.get("status") == "incomplete":
        if mapping(response.get("incomplete_details")).get("reason") == "content_filter":
            return exchange.failure("content_policy", None)
        return exchange.bad_answer("the answer was cut short before there was a picture")
    if not calls:
        return exchange.bad_answer(
            f"{settings.host_model} answered in words instead of making a picture",
            Remedy("try again"),
            Remedy("change model", setting="host_model", variable="GCX_HOST_MODEL"),
        )
    if any(image_call.get("result") for image_call in calls):
        return exchange.bad_answer(NOT_BASE64)
    if any(image_call.get("status") == "failed" for image_call in calls):
        return exchange.bad_answer("the server's image tool failed")
    return exchange.bad_answer("the answer has no picture")
