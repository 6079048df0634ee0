"""Whether the body of a request is what OpenAI's API takes.

Checked against the openai package's own parameter types, with every unknown field refused,
and against the official schemas, where a copy lies beside the repository: at the path in the
environment variable GCX_OPENAPI, or in `openai/openapi-trimmed.json` of a folder `shared`
next to the repository. What depends on the model (sizes, fidelity, reasoning) is checked
here as well.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_type_hints

import jsonschema
import pydantic_core
from PIL import Image
from pydantic import TypeAdapter
from typing_extensions import TypedDict

__all__ = [
    "Model",
    "Rejected",
    "body",
    "image_options",
    "picture_of_data_url",
    "responses_options",
    "schemas",
    "size_of",
    "uploaded_picture",
]

_OPENAPI = Path(
    os.environ.get(
        "GCX_OPENAPI", Path(__file__).parents[3] / "shared" / "openai" / "openapi-trimmed.json"
    )
)
_PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}


class Rejected(Exception):  # noqa: N818  (what it is, not what it does)
    """The request is not accepted.

    Attributes:
        status, message, code, type, param: as in OpenAI's errors.
    """

    def __init__(
        self,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        type: str = "invalid_request_error",
        status: int = 400,
    ) -> None:
        super().__init__(message)
        self.message, self.param, self.code, self.type = message, param, code, type
        self.status = status


@dataclass
class Model:
    """A model of the server.

    Attributes:
        makes: `"text"` (with eyes, and the image tool) or `"image"`.
        alive: whether it still answers; a dead one is not listed either.
        shutdown_date: when it will die, as `2027-01-14`, or None.
        reasons: whether it takes `reasoning`, and spends tokens on it.
        sizes: of pictures: the three fixed ones, free within OpenAI's limits, or any.
        snapshot: the name by which it signs its answers.
    """

    makes: Literal["text", "image"]
    alive: bool = True
    shutdown_date: str | None = None
    reasons: bool = False
    sizes: Literal["fixed", "free", "any"] = "free"
    snapshot: str | None = None


# The package's types and the official schemas


@cache
def _official() -> dict[str, Any] | None:
    return json.loads(_OPENAPI.read_bytes()) if _OPENAPI.is_file() else None


@cache
def schemas(name: str) -> jsonschema.Draft202012Validator | None:
    """The validator of an official schema; None where there is no copy of them."""
    document = _official()
    if document is None or name not in document["components"]["schemas"]:
        return None
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return jsonschema.Draft202012Validator(schema)


@cache
def _parameters(kind: str) -> pydantic_core.SchemaValidator:
    """The package's type for the parameters of a call, made strict."""
    from openai.types import image_edit_params, image_generate_params
    from openai.types.chat import completion_create_params
    from openai.types.responses import response_create_params

    kinds: dict[str, Any] = {
        "responses": response_create_params.ResponseCreateParams,
        "chat": completion_create_params.CompletionCreateParams,
        "generations": image_generate_params.ImageGenerateParams,
    }
    if kind == "edits":  # without the files, which pydantic cannot check
        hints = get_type_hints(image_edit_params.ImageEditParamsBase, include_extras=True)
        fields = {k: v for k, v in hints.items() if k not in {"image", "mask", "markup"}}
        make_type: Any = TypedDict
        kinds[kind] = make_type("ImageEditFields", {**fields, "stream": bool}, total=False)
    return pydantic_core.SchemaValidator(_strict(TypeAdapter(kinds[kind]).core_schema))


def _strict(schema: Any) -> Any:
    """The same schema, with unknown fields refused and lists checked to the last item.

    pydantic checks an Iterable only when somebody iterates, which nobody does here.
    """
    if isinstance(schema, Mapping):
        made = {key: _strict(value) for key, value in schema.items()}
        if made.get("type") == "typed-dict":
            made["extra_behavior"] = "forbid"
        if made.get("type") == "generator":
            made["type"] = "list"
        return made
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    return schema


_SCHEMA_NAMES = {
    "responses": "CreateResponse",
    "generations": "CreateImageRequest",
    "edits": "CreateImageEditRequest",
    "chat": "CreateChatCompletionRequest",
}


def body(kind: str, value: dict[str, Any], files: Mapping[str, Any] | None = None) -> None:
    """Check a body against the package's types and the official schemas.

    Raises:
        Rejected: it breaks one of them; the message says where.
    """
    try:
        _parameters(kind).validate_python(value, strict=True)
    except pydantic_core.ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        worst = max(faults, key=lambda fault: len(fault["loc"]))  # the union's likeliest branch
        place = ".".join(str(step) for step in worst["loc"])
        unknown = worst["type"] == "extra_forbidden"
        raise Rejected(
            f"{'Unknown parameter' if unknown else worst['msg']}: '{place}'.",
            param=place,
            code="unknown_parameter" if unknown else "invalid_type",
        ) from None
    schema = schemas(_SCHEMA_NAMES[kind])
    if schema is not None:
        fault = jsonschema.exceptions.best_match(schema.iter_errors({**value, **(files or {})}))
        if fault is not None:
            place = ".".join(str(step) for step in fault.absolute_path)
            message = f"Against the official schema at '{place}': {fault.message[:300]}"
            raise Rejected(message, param=place, code="invalid_value")


# Pictures


def picture_of_data_url(url: str, param: str) -> bytes:
    """The file in a data URL.

    Raises:
        Rejected: it is no data URL, not base64, or no picture of the kind that it says.
    """
    found = re.fullmatch(r"data:([\w/+.-]+);base64,(.*)", url, re.DOTALL)
    if not found:
        raise Rejected(
            f"Invalid '{param}'. Expected a base64-encoded data URL.",
            param=param,
            code="invalid_image_url",
        )
    try:
        data = base64.b64decode(found[2], validate=True)
    except binascii.Error:
        raise Rejected("Invalid base64.", param=param, code="invalid_base64_image") from None
    _check_picture(data, found[1], param)
    return data


def uploaded_picture(data: bytes, mime: str, param: str) -> bytes:
    """A picture's file from a form.

    Raises:
        Rejected: its MIME type is not one of the three, or it is no such picture.
    """
    if mime not in {"image/png", "image/jpeg", "image/webp"}:
        raise Rejected(
            f"Invalid file '{param}': unsupported mimetype ('{mime}'). Supported file formats are "
            "'image/jpeg', 'image/png', and 'image/webp'.",
            param=param,
            code="unsupported_file_mimetype",
        )
    _check_picture(data, mime, param)
    return data


def _check_picture(data: bytes, mime: str, param: str) -> None:
    if not data:
        raise Rejected("The image is empty.", param=param, code="empty_image_file")
    if mime not in _PICTURES:
        raise Rejected(
            f"Unsupported image type {mime}.", param=param, code="unsupported_image_media_type"
        )
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            format = image.format
    except Exception:
        raise Rejected("You uploaded an unsupported image.", code="invalid_image") from None
    if format != _PICTURES[mime]:
        raise Rejected(f"The image is {format}, not {mime}.", code="invalid_image_format")


# What depends on the model


def size_of(asked: str | None, model: Model, condition: bytes | None) -> tuple[int, int]:
    """The size that a model makes when this is asked for.

    Raises:
        Rejected: the model does not make that size.
    """
    if asked in {None, "auto"}:
        if condition is None:
            return 1024, 1024
        with Image.open(io.BytesIO(condition)) as image:
            ratio = image.width / image.height
        return (1024, 1024) if 0.8 < ratio < 1.25 else (1536, 1024) if ratio > 1 else (1024, 1536)
    found = re.fullmatch(r"([1-9]\d{0,4})x([1-9]\d{0,4})", asked or "")
    if found:
        width, height = int(found[1]), int(found[2])
        fixed = asked in {"1024x1024", "1536x1024", "1024x1536"}
        free = (
            width % 16 == height % 16 == 0
            and max(width, height) <= 3 * min(width, height)
            and max(width, height) <= 3840
            and 655_360 <= width * height <= 8_294_400
        )
        if model.sizes == "any" or fixed or (model.sizes == "free" and free):
            return width, height
    raise Rejected(f"Invalid size '{asked}'.", param="size", code="invalid_value")


def image_options(options: Mapping[str, Any], model: Model, *, streamed: bool) -> None:
    """Check what a picture is asked for with against its model.

    Raises:
        Rejected: the model does not take it.
    """

    def reject(param: str, message: str) -> None:
        raise Rejected(message, param=param, code="invalid_value")

    if model.makes != "image":
        reject("model", "This model does not make images.")
    if options.get("output_format") in {"gif", "svg"}:
        reject("output_format", "This format is not supported with this model.")
    compression = options.get("output_compression")
    if compression is not None and not 0 <= compression <= 100:
        reject("output_compression", "Compression must be between 0 and 100.")
    if compression not in {None, 100} and options.get("output_format", "png") == "png":
        reject("output_compression", "Compression less than 100 is not supported for PNG output.")
    if options.get("input_fidelity") is not None and model.sizes != "fixed":
        reject("input_fidelity", "input_fidelity is not supported with this model.")
    if options.get("response_format") is not None and model.sizes != "any":
        raise Rejected(
            "Unknown parameter: 'response_format'.",
            param="response_format",
            code="unknown_parameter",
        )
    partials = options.get("partial_images") or 0
    if not 0 <= partials <= 3:
        reject("partial_images", "partial_images must be between 0 and 3.")
    if partials and not streamed:
        reject("partial_images", "partial_images needs stream=true.")
    if not 1 <= (options.get("n") or 1) <= 10:
        reject("n", "n must be between 1 and 10.")
    if streamed and (options.get("n") or 1) > 1:
        reject("n", "Streaming makes one image only.")


def responses_options(value: Mapping[str, Any], model: Model) -> None:
    """Check what a text model is asked for with against it.

    Raises:
        Rejected: the model does not take it.
    """
    if model.makes != "text":
        raise Rejected("This model is not supported here.", param="model", code="invalid_value")
    tokens = value.get("max_output_tokens")
    if tokens is not None and tokens < 16:
        raise Rejected(
            "Invalid 'max_output_tokens': integer below minimum value. Expected >= 16.",
            param="max_output_tokens",
            code="integer_below_min_value",
        )
    unsupported = None
    reasoning = value.get("reasoning") or {}
    if not model.reasons and (reasoning or value.get("reasoning_effort")):
        unsupported = "reasoning.effort"
    if model.reasons and value.get("temperature") not in {None, 1}:
        unsupported = "temperature"
    if value.get("background"):
        unsupported = "background"
    if unsupported:
        raise Rejected(
            f"Unsupported parameter: '{unsupported}' is not supported with this model.",
            param=unsupported,
            code="unsupported_parameter",
        )
