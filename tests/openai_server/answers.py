"""The bodies and events that OpenAI's API answers with."""

from __future__ import annotations

import math
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Picture",
    "chat_answer",
    "chat_events",
    "error_body",
    "image_call",
    "images_answer",
    "images_events",
    "message",
    "new_id",
    "response",
    "response_events",
    "usage_of_picture",
]

_TOKENS = {"low": 200, "medium": 1767, "high": 7033, "xhigh": 9000, "max": 12000}
"""Output tokens of a picture of 1024 x 1024, by quality."""


@dataclass(frozen=True)
class Picture:
    """A picture to answer with.

    Attributes:
        base64: of its file, or None where the answer has no picture.
        partials: pictures on the way to it, in base64.
        size, format, quality: as the answer declares them.
        usage: tokens.
        revised_prompt: what the model says that it made of the prompt.
        status: of the call in a response.
        error: beside a call that failed.
        action: `"edit"` where there was a condition, else `"generate"`.
    """

    base64: str | None
    size: str
    format: str
    quality: str
    usage: dict[str, Any]
    revised_prompt: str
    action: str
    partials: Sequence[str] = ()
    status: str = "completed"
    error: dict[str, Any] | None = None
    id: str = field(default_factory=lambda: new_id("ig"))


def new_id(prefix: str) -> str:
    """An identifier that nothing else has."""
    return f"{prefix}_{uuid.uuid4().hex}"


def error_body(
    message: str, *, type: str, param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    """OpenAI's shape of an error."""
    return {"error": {"message": message, "type": type, "param": param, "code": code}}


def usage_of_picture(
    prompt: str, conditions: int, size: tuple[int, int], quality: str, partials: int
) -> dict[str, Any]:
    """The tokens that a picture takes."""
    text = math.ceil(len(prompt) / 4)
    image = 323 * conditions
    made = math.ceil(_TOKENS[quality] * size[0] * size[1] / 1024**2) + 100 * partials
    return {
        "input_tokens": text + image,
        "input_tokens_details": {"text_tokens": text, "image_tokens": image},
        "output_tokens": made,
        "output_tokens_details": {"text_tokens": 0, "image_tokens": made},
        "total_tokens": text + image + made,
    }


# The Responses API


def message(text: str, *, refused: bool = False, status: str = "completed") -> dict[str, Any]:
    """An output item with words of the model."""
    part = (
        {"type": "refusal", "refusal": text}
        if refused
        else {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    )
    id = new_id("msg")
    return {"id": id, "type": "message", "role": "assistant", "status": status, "content": [part]}


def image_call(picture: Picture) -> dict[str, Any]:
    """An output item with a picture."""
    item: dict[str, Any] = {
        "id": picture.id,
        "type": "image_generation_call",
        "status": picture.status,
        "result": picture.base64,
        "action": picture.action,
        "background": "opaque",
        "output_format": picture.format,
        "quality": picture.quality,
        "size": picture.size,
        "revised_prompt": picture.revised_prompt,
    }
    if picture.error is not None:
        item["error"] = picture.error
    return item


def response(
    request: Mapping[str, Any],
    model: str,
    output: list[dict[str, Any]],
    *,
    usage: dict[str, Any] | None,
    image_usage: dict[str, Any] | None = None,
    status: str = "completed",
    error: dict[str, Any] | None = None,
    incomplete: str | None = None,
) -> dict[str, Any]:
    """A response, as it is after all of the output was made."""
    zero = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
    no_images = {**zero, "input_tokens_details": {"text_tokens": 0, "image_tokens": 0}}
    made = time.time()
    return {
        "id": new_id("resp"),
        "object": "response",
        "created_at": int(made),
        "completed_at": int(made) if status == "completed" else None,
        "status": status,
        "background": False,
        "error": error,
        "incomplete_details": incomplete and {"reason": incomplete},
        "instructions": request.get("instructions"),
        "max_output_tokens": request.get("max_output_tokens"),
        "metadata": request.get("metadata") or {},
        "model": model,
        "output": output,
        "parallel_tool_calls": True,
        "previous_response_id": request.get("previous_response_id"),
        "reasoning": {"effort": (request.get("reasoning") or {}).get("effort"), "summary": None},
        "service_tier": "default",
        "store": request.get("store", True),
        "temperature": request.get("temperature", 1.0),
        "text": {"format": {"type": "text"}},
        "tool_choice": request.get("tool_choice", "auto"),
        "tools": list(request.get("tools") or []),
        "top_p": request.get("top_p", 1.0),
        "truncation": "disabled",
        "usage": usage,
        "tool_usage": {"image_gen": image_usage or no_images, "web_search": {"num_requests": 0}},
    }


def response_events(
    final: dict[str, Any], pictures: Mapping[str, Picture]
) -> Iterator[dict[str, Any]]:
    """The events of a streamed response, in order.

    Args:
        final: the response as it is in the end.
        pictures: by the id of their output item.
    """
    begun = {**final, "status": "in_progress", "output": [], "completed_at": None}
    begun |= {"error": None, "incomplete_details": None}
    del begun["usage"], begun["tool_usage"]
    yield {"type": "response.created", "response": begun}
    yield {"type": "response.in_progress", "response": begun}
    for index, item in enumerate(final["output"]):
        match item["type"]:
            case "message":
                yield from _message_events(index, item)
            case "image_generation_call":
                yield from _call_events(index, item, pictures[item["id"]])
            case _:  # reasoning, of which nothing is told
                yield {"type": "response.output_item.added", "output_index": index, "item": item}
                yield {"type": "response.output_item.done", "output_index": index, "item": item}
    kind = final["status"]  # completed, incomplete or failed
    yield {"type": f"response.{kind}", "response": final}


def _message_events(index: int, item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    place = {"item_id": item["id"], "output_index": index, "content_index": 0}
    part = item["content"][0]
    key = "refusal" if part["type"] == "refusal" else "text"
    name = "refusal" if key == "refusal" else "output_text"
    logprobs: dict[str, Any] = {} if key == "refusal" else {"logprobs": []}
    started = {**item, "status": "in_progress", "content": []}
    yield {"type": "response.output_item.added", "output_index": index, "item": started}
    yield {"type": "response.content_part.added", **place, "part": {**part, key: ""}}
    for word in part[key].split(" "):
        delta = word if word is part[key].split(" ")[0] else f" {word}"
        yield {"type": f"response.{name}.delta", **place, "delta": delta, **logprobs}
    yield {"type": f"response.{name}.done", **place, key: part[key], **logprobs}
    yield {"type": "response.content_part.done", **place, "part": part}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


def _call_events(index: int, item: dict[str, Any], picture: Picture) -> Iterator[dict[str, Any]]:
    place = {"item_id": item["id"], "output_index": index}
    begun = {"id": item["id"], "type": item["type"], "status": "in_progress", "result": None}
    yield {"type": "response.output_item.added", "output_index": index, "item": begun}
    yield {"type": "response.image_generation_call.in_progress", **place}
    yield {"type": "response.image_generation_call.generating", **place}
    for number, partial in enumerate(picture.partials):
        yield {
            "type": "response.image_generation_call.partial_image",
            **place,
            "partial_image_index": number,
            "partial_image_b64": partial,
            "background": "opaque",
            "output_format": picture.format,
            "quality": picture.quality,
            "size": picture.size,
        }
    if picture.status == "completed":
        yield {"type": "response.image_generation_call.completed", **place}
    yield {"type": "response.output_item.done", "output_index": index, "item": item}


# The Images API


def images_answer(pictures: Sequence[Picture]) -> dict[str, Any]:
    """The answer with all pictures of a call."""
    first = pictures[0]
    usage: dict[str, Any] = {}
    for key, value in first.usage.items():
        if isinstance(value, dict):
            usage[key] = {k: sum(p.usage[key][k] for p in pictures) for k in value}
        else:
            usage[key] = sum(picture.usage[key] for picture in pictures)
    data = [{"b64_json": p.base64} for p in pictures if p.base64 is not None]
    return {
        "created": int(time.time()),
        "background": "opaque",
        "data": data,
        "output_format": first.format,
        "quality": first.quality,
        "size": first.size,
        "usage": usage,
    }


def images_events(picture: Picture) -> Iterator[dict[str, Any]]:
    """The events of a streamed picture."""
    kind = "image_edit" if picture.action == "edit" else "image_generation"
    declared = {
        "created_at": int(time.time()),
        "background": "opaque",
        "output_format": picture.format,
        "quality": picture.quality,
        "size": picture.size,
    }
    for number, partial in enumerate(picture.partials):
        yield {
            "type": f"{kind}.partial_image",
            "b64_json": partial,
            "partial_image_index": number,
            **declared,
        }
    if picture.base64 is not None:
        usage = {k: v for k, v in picture.usage.items() if k != "output_tokens_details"}
        yield {
            "type": f"{kind}.completed",
            "b64_json": picture.base64,
            "usage": usage,
            **declared,
        }


# Chat completions


def chat_answer(
    model: str, text: str, usage: dict[str, Any], *, finish: str = "stop", refused: bool = False
) -> dict[str, Any]:
    """A completion."""
    said = {"content": None, "refusal": text} if refused else {"content": text, "refusal": None}
    return {
        "id": new_id("chatcmpl"),
        "object": "chat.completion",
        "created": int(time.time()),
        "model": model,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", **said, "annotations": []},
                "logprobs": None,
                "finish_reason": finish,
            }
        ],
        "usage": usage,
        "service_tier": "default",
        "system_fingerprint": "fp_0",
    }


def chat_events(final: dict[str, Any], *, with_usage: bool) -> Iterator[dict[str, Any]]:
    """The chunks of a streamed completion."""
    choice = final["choices"][0]
    common = {key: final[key] for key in ("id", "created", "model", "service_tier")}
    common |= {"object": "chat.completion.chunk", "system_fingerprint": "fp_0"}

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        one = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return {**common, "choices": [one], **({"usage": None} if with_usage else {})}

    yield chunk({"role": "assistant", "content": "", "refusal": None})
    key = "refusal" if choice["message"]["content"] is None else "content"
    for number, word in enumerate(choice["message"][key].split(" ")):
        yield chunk({key: f" {word}" if number else word})
    yield chunk({}, choice["finish_reason"])
    if with_usage:
        yield {**common, "choices": [], "usage": final["usage"]}
