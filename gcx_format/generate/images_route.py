"""The Images API: an image model, asked to edit the visual condition or to follow words alone."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gcx_format import servers
from gcx_format.generate import geometry
from gcx_format.generate.generator import Answer
from gcx_format.generate.pictures_in_answers import NOT_BASE64, cost, decoded, options
from gcx_format.openai.asking import counts, failure_in, mappings, words_in

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
    told = job.prompt
    body: dict[str, Any] = {
        "prompt": f"{told.instructions}\n\n{told.words}" if told.words else told.instructions,
        **options(job, condition, partial_images, settings),
    }
    is_other = geometry.sizes_of(settings.image_model) is geometry.ANY
    if is_other:
        body["response_format"] = "b64_json"  # or they may answer with an address
    if partial_images or not is_other:
        body["stream"] = True
    images = client.images.with_streaming_response
    if condition is None:
        return images.generate, body
    if servers.lacks(settings, "edits"):
        # LocalAI takes it there, and base64 alone: it drops a data URI in silence.
        body["extra_body"] = {"ref_images": [base64.b64encode(condition).decode()]}
        return images.generate, body
    return images.edit, {**body, "image": ("condition.png", condition, "image/png")}


def read(events: Iterator[dict[str, Any]], settings: Settings, exchange: Exchange) -> Answer:
    """The picture of an answer; the error that fits where there is none."""
    picture: Mapping[str, Any] | None = None
    for event in events:
        if failure := failure_in(event, exchange):
            raise failure
        if str(event.get("type")).endswith(".completed") or "data" in event or "b64_json" in event:
            picture = next(iter(mappings(event.get("data"))), event)
            url = str(picture.get("url") or "")
            made = decoded(picture.get("b64_json")) or decoded(url[:5] == "data:" and url)
            if not made and url and not picture.get("b64_json"):
                made = exchange.fetch(url)
            if made:  # what comes after it has no more to say
                usage = counts(event.get("usage"))
                return Answer(
                    made,
                    cost=cost({"image": settings.image_model}, {"image": usage}),
                    usage={"image": usage} if usage else {},
                    request_id=exchange.request_id,
                    revised_prompt=words_in(picture, "revised_prompt"),
                )
    if picture is None:
        raise exchange.bad_answer("the answer ended before there was a picture")
    if picture.get("b64_json"):
        raise exchange.bad_answer(NOT_BASE64)
    raise exchange.bad_answer("the answer has no picture")
