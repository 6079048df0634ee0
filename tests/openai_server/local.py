"""Servers that people run themselves, by name, as each of them answers (November 2026).

They draw nothing of their own: a condition comes back enlarged, words alone as a plain colour, so
that a test sees whether the condition arrived.
"""

from __future__ import annotations

import base64
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from .plain import Asked, Plain, Reply, answering

__all__ = ["LOCAL", "Local", "playing"]


@dataclass(frozen=True)
class Local:
    """How a server answers.

    Attributes:
        models: that it lists.
        edits: whether it has /images/edits.
        describes: the paths at which it describes pictures.
        refuses: parameters that it answers with 400.
        picture: how a picture stands in the answer.
        size: of all its pictures, whatever is asked for; None for the size asked for.
        lacking: what it says where it has no such route.
        checks_model: whether it refuses other names of models.
        references: whether it takes `ref_images`, or ignores them.
    """

    models: tuple[str, ...]
    edits: bool = True
    describes: tuple[str, ...] = ()
    refuses: tuple[str, ...] = ()
    picture: str = "b64_json"
    size: tuple[int, int] | None = None
    lacking: dict[str, Any] = field(default_factory=lambda: {"detail": "Not Found"})
    checks_model: bool = False
    references: bool = True


LOCAL = {
    "stable-diffusion.cpp": Local(("sd-cpp-local",), lacking={"error": "Not Found"}),
    "vLLM-Omni": Local(
        ("Qwen/Qwen-Image-Edit",),
        refuses=("stream", "partial_images", "output_format"),
        size=(512, 512),
        checks_model=True,
    ),
    "SGLang-diffusion": Local(("black-forest-labs/FLUX.2-klein-4B",), picture="relative url"),
    "LocalAI": Local(
        ("stablediffusion", "gpt-4"),
        edits=False,
        describes=("/v1/chat/completions",),
        picture="absolute url",
        lacking={"error": {"code": 404, "message": "Not Found", "type": ""}},
    ),
    "Ollama": Local(
        ("x/flux2-klein",),
        edits=False,
        describes=("/v1/chat/completions", "/v1/responses"),
        refuses=("tools",),
        picture="lines",
        lacking={"error": {"message": "404 page not found"}},
        references=False,
    ),
    "LiteLLM": Local(
        ("flux",),
        describes=("/v1/chat/completions", "/v1/responses"),
        refuses=("tools", "input_fidelity", "background", "quality"),
        picture="data uri",
        checks_model=True,
    ),
}


@contextmanager
def playing(name: str) -> Iterator[Plain]:
    """The server of this name."""
    kept: dict[str, bytes] = {}
    with answering(_answers(LOCAL[name], kept)) as server:
        kept["base"] = server.base_url.encode()
        yield server


def _answers(local: Local, kept: dict[str, bytes]) -> Callable[[Asked], Reply]:
    def answer(asked: Asked) -> Reply:
        path = asked.path
        if path in kept:
            return Reply(kept[path], "image/png")
        if path == "/v1/models":
            return _json({"object": "list", "data": [{"id": each} for each in local.models]})
        has = path in local.describes or path == "/v1/images/generations"
        if not has and not (local.edits and path == "/v1/images/edits"):
            return _json(local.lacking, 404)
        fields, picture = _read(asked)
        for each in local.refuses:
            if each in fields:
                return _refused(f"{each} is not supported by this server")
        if local.checks_model and fields.get("model") not in local.models:
            said = f"The model `{fields.get('model')}` does not exist."
            return _json({"error": {"message": said, "type": "NotFoundError", "code": 404}}, 404)
        if path in local.describes:
            return _json(_words(path, fields))
        if "ref_images" in fields and not local.references:
            picture = None
        return _json({"created": 1, "data": [_picture(local, kept, fields, picture)]})

    return answer


def _words(path: str, fields: dict[str, Any]) -> dict[str, Any]:
    said = "A red square on a green field."
    model = fields.get("model")
    if path == "/v1/responses":
        part = {"type": "output_text", "text": said}
        return {
            "object": "response",
            "model": model,
            "status": "completed",
            "output": [{"type": "message", "role": "assistant", "content": [part]}],
        }
    message = {"role": "assistant", "content": said}
    return {"model": model, "choices": [{"message": message, "finish_reason": "stop"}]}


def _picture(
    local: Local, kept: dict[str, bytes], fields: dict[str, Any], picture: bytes | None
) -> dict[str, Any]:
    asked = re.fullmatch(r"(\d+)x(\d+)", str(fields.get("size")))
    size = local.size or ((int(asked[1]), int(asked[2])) if asked else (512, 512))
    made = Image.new("RGB", size, "navy")
    if picture is not None:
        with Image.open(io.BytesIO(picture)) as condition:
            made = condition.convert("RGB").resize(size)
    file = io.BytesIO()
    made.save(file, "PNG")
    encoded = base64.b64encode(file.getvalue()).decode()
    match local.picture:
        case "relative url" if fields.get("response_format") != "b64_json":
            kept["/v1/images/1/content"] = file.getvalue()
            return {"url": "/v1/images/1/content"}
        case "absolute url" if fields.get("response_format") != "b64_json":
            kept["/generated-images/1.png"] = file.getvalue()
            place = kept["base"].decode().replace("127.0.0.1", "localhost")
            return {"url": place.replace("/v1", "/generated-images/1.png")}
        case "lines":
            return {"b64_json": base64.encodebytes(file.getvalue()).decode()}
        case "data uri":
            return {"b64_json": f"data:image/png;base64,{encoded}\n"}
    return {"b64_json": encoded}


def _read(asked: Asked) -> tuple[dict[str, Any], bytes | None]:
    """The fields of a request, and its picture."""
    found = re.search(r'boundary="?([^";]+)', asked.headers.get("content-type", ""))
    if not found:
        fields = json.loads(asked.body)
        references = fields.get("ref_images") or []
        return fields, base64.b64decode(references[0], validate=True) if references else None
    fields, picture = {}, None
    for part in asked.body.split(b"--" + found[1].encode())[1:-1]:
        head, _, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        content = content.removesuffix(b"\r\n")
        name = re.search(rb'[; ]name="([^"]*)"', head)
        assert name
        if b"filename=" in head:
            assert name[1] in (b"image", b"image[]")
            picture = content
        else:
            fields[name[1].decode()] = content.decode()
    return fields, picture


def _json(body: object, status: int = 200) -> Reply:
    return Reply(json.dumps(body).encode(), status=status)


def _refused(message: str) -> Reply:
    return _json({"error": {"message": message, "type": "BadRequestError", "code": 400}}, 400)
