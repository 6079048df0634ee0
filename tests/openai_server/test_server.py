"""The server of the tests, as the real client meets it."""

from __future__ import annotations

import base64
import http.client
import io
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest
from openai.types import ImageEditStreamEvent, ImageGenStreamEvent, ImagesResponse
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from openai.types.responses import Response, ResponseStreamEvent
from PIL import Image, ImageChops, ImageStat
from pydantic import TypeAdapter

from openai_server import FAULTS, Fault, OpenAIServer, enlarged, schemas, shows

WORDS = "A red house by the sea."
PROMPT = f"Draw what is described.\n<words>{WORDS}</words>"


@pytest.fixture
def client(openai_server: OpenAIServer) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(
        base_url=openai_server.base_url, api_key=openai_server.key, max_retries=0, timeout=10
    ) as client:
        yield client


@pytest.fixture(scope="module")
def condition() -> bytes:
    """Orange at the left, passing to blue at the right, 96 x 64."""
    orange = Image.new("RGB", (96, 64), (230, 120, 40))
    blue = Image.new("RGB", (96, 64), (30, 60, 200))
    passing = Image.linear_gradient("L").rotate(90).resize((96, 64))
    file = io.BytesIO()
    Image.composite(blue, orange, passing).save(file, "PNG")
    return file.getvalue()


def content(condition: bytes | None, text: str = PROMPT) -> list[Any]:
    parts: list[Any] = [{"type": "input_text", "text": text}]
    if condition is not None:
        url = "data:image/png;base64," + base64.b64encode(condition).decode()
        parts.append({"type": "input_image", "image_url": url, "detail": "high"})
    return [{"role": "user", "content": parts}]


def drawing(condition: bytes | None, **tool: Any) -> dict[str, Any]:
    """The arguments of a call of the Responses API that draws a picture."""
    return {
        "model": "gpt-4o",
        "input": content(condition),
        "tools": [{"type": "image_generation", **({"size": "1024x1024"} | tool)}],
        "tool_choice": {"type": "image_generation"},
    }


def picture_of(encoded: str | None) -> Image.Image:
    assert encoded is not None
    image = Image.open(io.BytesIO(base64.b64decode(encoded, validate=True)))
    image.load()
    return image


def call_of(response: Response) -> Any:
    return next(item for item in response.output if item.type == "image_generation_call")


def distance(image: Image.Image, condition: bytes) -> float:
    """The mean difference from the condition enlarged, of 255."""
    with Image.open(io.BytesIO(condition)) as opened:
        expected = enlarged(opened, image.size)
    difference = ImageStat.Stat(ImageChops.difference(image.convert("RGB"), expected))
    return sum(difference.mean) / 3


class TestRoutes:
    def test_models_are_listed_with_the_date_of_their_shutdown(self, client):
        listed = {model.id: model.shutdown_date for model in client.models.list()}
        assert listed["gpt-4o"] == "2027-01-14"
        assert listed["gpt-image-2"] is None
        assert "gpt-image-1" not in listed

    def test_one_model_is_told_of(self, client):
        assert client.models.retrieve("gpt-4o").shutdown_date == "2027-01-14"

    def test_a_retired_model_is_not_found(self, client, openai_server):
        openai_server.retire("gpt-4o")
        with pytest.raises(openai.NotFoundError) as caught:
            client.models.retrieve("gpt-4o")
        assert caught.value.code == "model_not_found"
        with pytest.raises(openai.BadRequestError) as refused:
            client.responses.create(model="gpt-4o", input="Hello")
        assert refused.value.code == "model_not_found"

    def test_a_picture_is_described_by_its_colours(self, client, condition):
        response = client.responses.create(
            model="gpt-4o", input=content(condition, "Describe the picture in at most 30 words.")
        )
        assert response.status == "completed"
        assert response.model == "gpt-4o-2024-08-06"
        assert "left orange" in response.output_text
        assert "right blue" in response.output_text
        assert len(response.output_text.split()) <= 30

    @pytest.mark.parametrize("limit", [1, 3, 15, 120])
    def test_a_description_keeps_to_the_limit_in_the_prompt(self, client, condition, limit):
        response = client.responses.create(
            model="gpt-4o", input=content(condition, f"Describe it in {limit} words.")
        )
        assert 1 <= len(response.output_text.split()) <= limit

    def test_descriptions_can_be_given(self, client, openai_server, condition):
        openai_server.descriptions = ["One.", "Two."]
        texts = [
            client.responses.create(model="gpt-4o", input=content(condition)).output_text
            for _ in range(2)
        ]
        assert texts == ["One.", "Two."]

    def test_the_image_tool_draws_the_condition_and_the_words(self, client, condition):
        response = client.responses.create(**drawing(condition, size="1536x1024"))
        call = call_of(response)
        image = picture_of(call.result)
        assert (image.format, image.size) == ("PNG", (1536, 1024))
        assert (call.status, call.size, call.quality) == ("completed", "1536x1024", "medium")
        assert shows(image, WORDS)
        assert not shows(image, "A red house by the lake.")
        assert distance(image, condition) < 2

    def test_words_alone_make_a_picture_too(self, client):
        image = picture_of(call_of(client.responses.create(**drawing(None))).result)
        assert image.size == (1024, 1024)
        assert shows(image, WORDS)

    def test_without_words_nothing_lies_over_the_condition(self, client, condition):
        arguments = drawing(condition) | {"input": content(condition, "Restore it.")}
        image = picture_of(call_of(client.responses.create(**arguments)).result)
        assert distance(image, condition) == 0

    def test_no_two_files_are_alike(self, client, condition):
        results = [call_of(client.responses.create(**drawing(condition))).result for _ in range(2)]
        assert results[0] != results[1]
        assert b"caBX" in base64.b64decode(results[0])

    def test_a_picture_drifts_from_its_condition_on_demand(self, client, openai_server, condition):
        openai_server.drifts = [0.5, 0.0]
        first, second = (
            distance(
                picture_of(call_of(client.responses.create(**drawing(condition))).result),
                condition,
            )
            for _ in range(2)
        )
        assert first > 20 > 2 > second

    def test_chat_completions_describe(self, client, condition):
        url = "data:image/png;base64," + base64.b64encode(condition).decode()
        answer = client.chat.completions.create(
            model="gpt-4o",
            messages=[
                {"role": "system", "content": "Describe in at most 12 words."},
                {"role": "user", "content": [{"type": "image_url", "image_url": {"url": url}}]},
            ],
            max_completion_tokens=100,
        )
        assert "left orange" in (answer.choices[0].message.content or "")
        assert answer.usage
        assert answer.usage.prompt_tokens > 765

    def test_images_are_generated_and_edited(self, client, openai_server, condition):
        made = client.images.generate(model="gpt-image-2", prompt=PROMPT, size="1280x832")
        assert picture_of(made.data[0].b64_json).size == (1280, 832)
        edited = client.images.edit(
            model="gpt-image-2",
            prompt=PROMPT,
            image=("condition.png", condition, "image/png"),
            output_format="webp",
            n=2,
        )
        images = [picture_of(data.b64_json) for data in edited.data]
        assert [image.format for image in images] == ["WEBP", "WEBP"]
        assert all(shows(image, WORDS) for image in images)
        assert distance(images[0], condition) < 3
        got = openai_server.requests[-1]
        assert got.json == {
            "model": "gpt-image-2", "prompt": PROMPT, "output_format": "webp", "n": 2,
        }  # fmt: skip
        assert [(file.field, file.name, file.data) for file in got.uploads] == [
            ("image", "condition.png", condition)
        ]

    def test_several_pictures_in_a_form(self, client, openai_server, condition):
        client.images.edit(
            model="gpt-image-2",
            prompt=PROMPT,
            image=[(f"{n}.png", condition, "image/png") for n in range(2)],
        )
        assert [file.field for file in openai_server.requests[-1].uploads] == ["image[]"] * 2

    @pytest.mark.parametrize("format", ["png", "webp", "jpeg"])
    def test_every_format(self, client, format):
        response = client.responses.create(**drawing(None, output_format=format))
        assert picture_of(call_of(response).result).format == format.upper()

    def test_usage_is_counted(self, client, condition):
        response = client.responses.create(**drawing(condition, quality="low"))
        assert response.usage.input_tokens > 765
        image = response.tool_usage.image_gen
        assert image.output_tokens == 200
        assert image.input_tokens_details.image_tokens == 323
        made = client.images.generate(model="gpt-image-2", prompt=PROMPT, quality="low")
        assert made.usage.output_tokens == 200
        assert made.usage.input_tokens_details.text_tokens == -(-len(PROMPT) // 4)

    def test_answers_carry_the_id_of_the_request(self, client, openai_server):
        response = client.responses.create(model="gpt-4o", input="Hello")
        assert response._request_id == openai_server.requests[0].request_id

    def test_a_conversation_goes_on(self, client):
        first = client.responses.create(model="gpt-4o", input="Hello")
        client.responses.create(model="gpt-4o", input="Again", previous_response_id=first.id)


class TestAnswersAreTrue:
    """Every body and event is what the package's types and the official schemas promise."""

    def check(self, value: Any, type: Any, schema: str) -> None:
        TypeAdapter(type).validate_json(json.dumps(value), strict=True)
        validator = schemas(schema)
        if validator is not None:
            faults = [
                fault
                for fault in validator.iter_errors(value)
                # newer than the schemas: sizes and qualities of gpt-image-2.5
                if list(fault.absolute_path)[-1:] != ["size"]
            ]
            assert not faults, faults[0]

    def raw(self, call: Any, **arguments: Any) -> Any:
        answer = call.with_raw_response.create(**arguments)
        return json.loads(answer.text)

    @pytest.mark.parametrize("fault", ["ok", "null_result", "moderation_item", "response_failed"])
    def test_responses_with_pictures(self, client, openai_server, condition, fault):
        openai_server.script(fault)
        self.check(self.raw(client.responses, **drawing(condition)), Response, "Response")

    @pytest.mark.parametrize("fault", ["ok", "incomplete", "refusal", "empty_text"])
    @pytest.mark.parametrize("model", ["gpt-4o", "gpt-6-luna"])
    def test_responses_with_words(self, client, openai_server, condition, model, fault):
        openai_server.script(fault)
        value = self.raw(client.responses, model=model, input=content(condition))
        self.check(value, Response, "Response")

    @pytest.mark.parametrize("fault", ["ok", "moderation_item", "refusal", "incomplete"])
    @pytest.mark.parametrize("draws", [True, False])
    def test_events_of_responses(self, client, openai_server, condition, draws, fault):
        openai_server.script(fault)
        arguments = drawing(condition, partial_images=1)
        if not draws:
            arguments = {"model": "gpt-6-luna", "input": content(condition)}
        for event in events(client.responses, **arguments):
            self.check(event, ResponseStreamEvent, "ResponseStreamEvent")

    def test_images(self, client):
        answer = client.images.with_raw_response.generate(model="gpt-image-2", prompt=PROMPT)
        self.check(json.loads(answer.text), ImagesResponse, "ImagesResponse")

    def test_events_of_images(self, client, condition):
        for event in client.images.generate(
            model="gpt-image-2", prompt=PROMPT, stream=True, partial_images=2
        ):
            self.check(event.model_dump(), ImageGenStreamEvent, "ImageGenStreamEvent")
        for event in client.images.edit(
            model="gpt-image-2",
            prompt=PROMPT,
            image=("a.png", condition, "image/png"),
            stream=True,
            partial_images=2,
        ):
            self.check(event.model_dump(), ImageEditStreamEvent, "ImageEditStreamEvent")

    def test_completions(self, client):
        messages: Any = [{"role": "user", "content": "Hello"}]
        value = self.raw(client.chat.completions, model="gpt-4o", messages=messages)
        TypeAdapter(ChatCompletion).validate_json(json.dumps(value), strict=True)
        for chunk in client.chat.completions.create(
            model="gpt-4o", messages=messages, stream=True, stream_options={"include_usage": True}
        ):
            TypeAdapter(ChatCompletionChunk).validate_json(chunk.model_dump_json(), strict=True)

    def test_the_list_of_models(self, client):
        answer = client.models.with_raw_response.list()
        validator = schemas("ListModelsResponse")
        if validator is not None:
            validator.validate(json.loads(answer.text))

    @pytest.mark.parametrize("fault", ["rate_limit", "quota", "bad_key", "moderation"])
    def test_errors(self, client, openai_server, fault):
        openai_server.script(fault)
        with pytest.raises(openai.APIStatusError) as caught:
            client.responses.create(model="gpt-4o", input="Hello")
        validator = schemas("ErrorResponse")
        if validator is not None:
            validator.validate({"error": caught.value.body})


def events(call: Any, **arguments: Any) -> list[dict[str, Any]]:
    """The events of a stream, as they came over the wire."""
    with call.with_streaming_response.create(stream=True, **arguments) as answer:
        lines = list(answer.iter_lines())
    return [json.loads(line[6:]) for line in lines if line.startswith("data: {")]


class TestStreams:
    def test_a_picture_comes_after_its_partials(self, client, condition):
        kinds, images = [], []
        final = None
        for event in client.responses.create(**drawing(condition, partial_images=2), stream=True):
            kinds.append(event.type)
            if event.type == "response.image_generation_call.partial_image":
                images.append(picture_of(event.partial_image_b64))
            if event.type == "response.output_item.done":
                final = event.item if event.item.type == "image_generation_call" else final
        assert kinds[:9] == [
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.image_generation_call.in_progress",
            "response.image_generation_call.generating",
            "response.image_generation_call.partial_image",
            "response.image_generation_call.partial_image",
            "response.image_generation_call.completed",
            "response.output_item.done",
        ]
        assert kinds[-1] == "response.completed"
        assert [image.size for image in images] == [(1024, 1024)] * 2
        assert shows(picture_of(final.result), WORDS)

    def test_the_client_puts_a_stream_together(self, client, condition):
        with client.responses.stream(model="gpt-4o", input=content(condition)) as stream:
            response = stream.get_final_response()
        assert response.output_text.startswith("Top left orange")
        assert response.usage.output_tokens > 0

    def test_fewer_partials_may_come(self, client, openai_server):
        openai_server.script("no_partials")
        kinds = [
            event.type
            for event in client.responses.create(**drawing(None, partial_images=3), stream=True)
        ]
        assert "response.image_generation_call.partial_image" not in kinds
        assert kinds[-1] == "response.completed"

    def test_images(self, client, condition):
        kinds = [
            event.type
            for event in client.images.edit(
                model="gpt-image-2",
                prompt=PROMPT,
                image=("condition.png", condition, "image/png"),
                stream=True,
                partial_images=1,
            )
        ]
        assert kinds == ["image_edit.partial_image", "image_edit.completed"]

    def test_chat(self, client):
        chunks = client.chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "Hello"}], stream=True
        )
        text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
        assert text == "There is no picture to describe."

    def test_events_come_one_by_one(self, client, openai_server):
        openai_server.delay = 0.5
        began = time.monotonic()
        times = [
            time.monotonic() - began
            for _ in client.responses.create(**drawing(None, partial_images=1), stream=True)
        ]
        assert times[0] < 0.4
        assert times[-1] >= 0.5


class TestStrictness:
    def refused(self, server: OpenAIServer, call: Any, **arguments: Any) -> Any:
        with pytest.raises(openai.BadRequestError) as caught:
            call(**arguments)
        assert len(server.complaints) == 1
        server.complaints.clear()
        return caught.value

    def test_unknown_fields(self, client, openai_server):
        error = self.refused(
            openai_server,
            client.responses.create,
            model="gpt-4o",
            input="Hello",
            extra_body={"seed": 1},
        )
        assert error.code == "unknown_parameter"
        assert "seed" in error.message

    def test_unknown_fields_inside(self, client, openai_server):
        arguments = drawing(None, seed=1)
        error = self.refused(openai_server, client.responses.create, **arguments)
        assert error.type == "invalid_request_error"

    @pytest.mark.parametrize(
        "tool",
        [
            {"size": "1000x1000"},
            {"size": "big"},
            {"size": "4096x4096"},
            {"size": "256x256"},
            {"size": "512x512", "model": "gpt-image-1.5"},
            {"quality": "best"},
            {"output_format": "gif"},
            {"output_compression": 50},
            {"input_fidelity": "high"},
            {"partial_images": 2},
            {"model": "gpt-4o"},
            {"action": "edit"},
        ],
        ids=str,
    )
    def test_options_of_pictures(self, client, openai_server, tool):
        self.refused(openai_server, client.responses.create, **drawing(None, **tool))

    def test_detail_is_required(self, client, openai_server, condition):
        arguments = drawing(condition)
        del arguments["input"][0]["content"][1]["detail"]
        self.refused(openai_server, client.responses.create, **arguments)

    @pytest.mark.parametrize(
        "url",
        [
            "https://example.com/a.png",
            "data:image/png;base64,@@@@",
            "data:image/png;base64,aGVsbG8=",
            "data:image/bmp;base64,aGVsbG8=",
            "data:image/png;base64,",
        ],
    )
    def test_pictures_in_the_input(self, client, openai_server, condition, url):
        arguments = drawing(condition)
        arguments["input"][0]["content"][1]["image_url"] = url
        self.refused(openai_server, client.responses.create, **arguments)

    def test_a_picture_is_of_the_kind_that_it_says(self, client, openai_server, condition):
        arguments = drawing(condition)
        part = arguments["input"][0]["content"][1]
        part["image_url"] = part["image_url"].replace("image/png", "image/webp")
        error = self.refused(openai_server, client.responses.create, **arguments)
        assert error.code == "invalid_image_format"

    @pytest.mark.parametrize(
        "arguments",
        [
            {"max_output_tokens": 15},
            {"reasoning": {"effort": "low"}},
            {"tool_choice": {"type": "image_generation"}},
            {"previous_response_id": "resp_0"},
            {"background": True},
            {"model": "gpt-image-2"},
            {"model": "gpt-6-luna", "temperature": 0.2},
        ],
        ids=str,
    )
    def test_options_of_responses(self, client, openai_server, arguments):
        arguments = {"model": "gpt-4o", "input": "Hello", **arguments}
        self.refused(openai_server, client.responses.create, **arguments)

    def test_the_mime_type_of_an_upload(self, client, openai_server, condition):
        error = self.refused(
            openai_server, client.images.edit, model="gpt-image-2", prompt="A", image=condition
        )
        assert error.code == "unsupported_file_mimetype"

    @pytest.mark.parametrize(
        "arguments", [{"n": 11}, {"prompt": "a" * 32_001}, {"response_format": "b64_json"}]
    )
    def test_options_of_images(self, client, openai_server, arguments):
        arguments = {"model": "gpt-image-2", "prompt": "A house", **arguments}
        self.refused(openai_server, client.images.generate, **arguments)

    def test_the_official_schemas_are_asked_too(self, client, openai_server):
        if schemas("CreateResponse") is None:
            pytest.skip("no copy of the official schemas beside the repository")
        error = self.refused(
            openai_server, client.responses.create, model="gpt-4o", input="Hello", temperature=3
        )
        assert "official schema" in error.message

    def test_keys(self, openai_server):
        with openai.OpenAI(
            base_url=openai_server.base_url, api_key="sk-wrong", max_retries=0
        ) as client:
            with pytest.raises(openai.AuthenticationError) as caught:
                client.models.list()
            assert caught.value.code == "invalid_api_key"
            openai_server.key = None
            client.models.list()

    def test_unknown_paths(self, client, openai_server):
        with pytest.raises(openai.NotFoundError):
            client.embeddings.create(model="gpt-4o", input="A")
        assert openai_server.complaints == ["POST /v1/embeddings: no such path"]
        openai_server.complaints.clear()

    def test_routes_that_it_lacks(self, client, openai_server):
        openai_server.lacks = {"/v1/responses"}
        with pytest.raises(openai.NotFoundError) as caught:
            client.responses.create(model="gpt-4o", input="Hello")
        assert caught.value.code is None

    def test_what_is_no_json(self, openai_server):
        for body, type in ((b"{", "application/json"), (b"{}", "text/plain")):
            connection = http.client.HTTPConnection("127.0.0.1", openai_server.port, timeout=5)
            headers = {"Content-Type": type, "Authorization": f"Bearer {openai_server.key}"}
            connection.request("POST", "/v1/responses", body, headers)
            assert connection.getresponse().status == 400
            connection.close()
        assert len(openai_server.complaints) == 2
        openai_server.complaints.clear()


STATUS_FAULTS = {
    "rate_limit": (openai.RateLimitError, "rate_limit_exceeded"),
    "quota": (openai.RateLimitError, "insufficient_quota"),
    "spend_limit": (openai.RateLimitError, "project_spend_limit_exceeded"),
    "billing_limit": (openai.BadRequestError, "billing_hard_limit_reached"),
    "bad_key": (openai.AuthenticationError, "invalid_api_key"),
    "forbidden": (openai.PermissionDeniedError, "unsupported_country_region_territory"),
    "retired_model": (openai.BadRequestError, "model_not_found"),
    "moderation": (openai.BadRequestError, "moderation_blocked"),
    "bad_request": (openai.BadRequestError, "invalid_value"),
    "server_error": (openai.InternalServerError, "server_error"),
    "overloaded_503": (openai.InternalServerError, "server_is_overloaded"),
    "bad_gateway": (openai.InternalServerError, None),
    "no_responses_route": (openai.NotFoundError, None),
}
ODD_PICTURES = ["not_an_image", "truncated_image", "wrong_size", "wrong_format", "bomb"]


class TestFaults:
    @pytest.mark.parametrize("fault", STATUS_FAULTS)
    @pytest.mark.parametrize("stream", [False, True])
    def test_errors_of_http(self, client, openai_server, fault, stream):
        kind, code = STATUS_FAULTS[fault]
        openai_server.script(fault)
        with pytest.raises(kind) as caught:
            client.responses.create(**drawing(None), stream=stream)
        assert caught.value.code == code
        assert caught.value.request_id == openai_server.requests[0].request_id
        assert client.responses.create(model="gpt-4o", input="Hello").status == "completed"

    def test_a_retired_model_elsewhere(self, client, openai_server):
        openai_server.script("retired_model")
        with pytest.raises(openai.NotFoundError) as caught:
            client.images.generate(model="gpt-image-2", prompt="A")
        assert caught.value.code == "model_not_found"

    def test_how_long_to_wait(self, client, openai_server):
        openai_server.script(Fault("rate_limit", retry_after=7), "quota")
        with pytest.raises(openai.RateLimitError) as caught:
            client.responses.create(model="gpt-4o", input="Hello")
        assert caught.value.response.headers["retry-after"] == "7"
        with pytest.raises(openai.RateLimitError) as spent:
            client.responses.create(model="gpt-4o", input="Hello")
        assert "retry-after" not in spent.value.response.headers

    def test_the_connection_is_closed_without_an_answer(self, client, openai_server):
        openai_server.script("reset")
        with pytest.raises(openai.APIConnectionError):
            client.responses.create(model="gpt-4o", input="Hello")

    @pytest.mark.parametrize("stream", [False, True])
    def test_the_connection_breaks(self, client, openai_server, stream):
        openai_server.script("disconnect")
        arguments = drawing(None, partial_images=1 if stream else 0)
        with pytest.raises(openai.APIConnectionError):
            list(client.responses.create(**arguments, stream=stream))

    @pytest.mark.parametrize("route", ["generate", "chat"])
    def test_other_streams_break(self, client, openai_server, route):
        openai_server.script(Fault("disconnect", after=1))
        stream: Any
        if route == "generate":
            stream = client.images.generate(
                model="gpt-image-2", prompt="A", stream=True, partial_images=1
            )
        else:
            stream = client.chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": "Hello"}], stream=True
            )
        next(stream)
        with pytest.raises(openai.APIConnectionError):
            next(stream)

    @pytest.mark.parametrize("stream", [False, True])
    def test_a_stall_lasts_until_the_client_gives_up(self, client, openai_server, stream):
        openai_server.script("stall")
        with pytest.raises(openai.APITimeoutError):
            list(client.with_options(timeout=0.3).responses.create(**drawing(None), stream=stream))
        got = openai_server.requests[0]
        wait_until(lambda: got.abandoned)
        assert openai_server.pictures_made == 0

    def test_slow(self, client, openai_server):
        openai_server.script(Fault("slow", seconds=0.3))
        began = time.monotonic()
        client.responses.create(model="gpt-4o", input="Hello")
        assert time.monotonic() - began >= 0.3

    def test_not_json(self, client, openai_server):
        openai_server.script("not_json")
        answer: Any = client.responses.create(model="gpt-4o", input="Hello")
        assert "<html>" in answer  # the client hands through what is no JSON

    def test_an_error_in_a_stream(self, client, openai_server):
        openai_server.script("error_event")
        last: Any = list(client.responses.create(**drawing(None), stream=True))[-1]
        assert (last.type, last.code) == ("error", "server_error")
        openai_server.script(Fault("error_event", after=1))
        with pytest.raises(openai.APIError) as caught:
            list(
                client.images.generate(
                    model="gpt-image-2", prompt="A", stream=True, partial_images=2
                )
            )
        assert caught.value.code == "server_error"

    def test_a_response_that_failed(self, client, openai_server):
        openai_server.script("response_failed", "response_failed")
        response = client.responses.create(**drawing(None))
        assert (response.status, response.error.code) == ("failed", "server_error")
        kinds = [event.type for event in client.responses.create(**drawing(None), stream=True)]
        assert kinds[-1] == "response.failed"

    @pytest.mark.parametrize("stream", [False, True])
    @pytest.mark.parametrize("fault", ODD_PICTURES)
    def test_odd_pictures(self, client, openai_server, fault, stream):
        openai_server.script(fault)
        answer = client.responses.create(**drawing(None), stream=stream)
        response = list(answer)[-1].response if stream else answer
        call = call_of(response)
        data = base64.b64decode(call.result, validate=True)
        assert (call.size, call.output_format) == ("1024x1024", "png")
        match fault:
            case "not_an_image":
                assert data.startswith(b"<html>")
            case "truncated_image":
                with pytest.raises(OSError, match="truncated"):
                    Image.open(io.BytesIO(data)).load()
            case "wrong_size":
                assert Image.open(io.BytesIO(data)).size == (640, 480)
            case "wrong_format":
                assert data.startswith(b"\xff\xd8")
            case "bomb":
                with pytest.raises(Image.DecompressionBombError):
                    Image.open(io.BytesIO(data))

    def test_bad_base64(self, client, openai_server):
        openai_server.script("bad_base64")
        with pytest.raises(ValueError, match="base64"):
            picture_of(call_of(client.responses.create(**drawing(None))).result)

    @pytest.mark.parametrize(
        ("fault", "status", "code"),
        [
            ("null_result", "completed", None),
            ("failed_status", "failed", None),
            ("moderation_item", "failed", "moderation_blocked"),
        ],
    )
    def test_calls_without_a_picture(self, client, openai_server, fault, status, code):
        openai_server.script(fault)
        call = call_of(client.responses.create(**drawing(None)))
        assert (call.status, call.result) == (status, None)
        assert (call.error and call.error.code) == code

    def test_images_without_a_picture(self, client, openai_server):
        openai_server.script("null_result")
        assert client.images.generate(model="gpt-image-2", prompt="A").data == []

    def test_a_model_that_talks_instead_of_drawing(self, client, openai_server):
        openai_server.script("no_call")
        response = client.responses.create(**drawing(None))
        assert [item.type for item in response.output] == ["message"]

    def test_words(self, client, openai_server, condition):
        def described(fault: str) -> Response:
            openai_server.script(fault)
            return client.responses.create(
                model="gpt-4o", input=content(condition, "Describe it in at most 15 words.")
            )

        assert len(described("too_many_words").output_text.split()) == 35
        assert described("empty_text").output_text == ""
        cut = described("incomplete")
        assert cut.status == "incomplete"
        assert cut.incomplete_details.reason == "max_output_tokens"
        assert cut.output_text
        part: Any = described("refusal").output[0]
        assert part.content[0].type == "refusal"

    def test_tokens_of_reasoning_count(self, client, condition):
        response = client.responses.create(
            model="gpt-6-luna", input=content(condition), max_output_tokens=100
        )
        assert response.status == "incomplete"
        assert response.output_text == ""
        response = client.responses.create(
            model="gpt-6-luna",
            input=content(condition),
            max_output_tokens=300,
            reasoning={"effort": "low"},
        )
        assert response.status == "completed"

    def test_faults_wait_for_their_route(self, client, openai_server):
        openai_server.script(Fault("server_error", route="/v1/models"))
        client.responses.create(model="gpt-4o", input="Hello")
        with pytest.raises(openai.InternalServerError):
            client.models.list()

    def test_some_pass_on_demand(self, client, openai_server):
        openai_server.script("ok", "server_error")
        client.responses.create(model="gpt-4o", input="Hello")
        with pytest.raises(openai.InternalServerError):
            client.responses.create(model="gpt-4o", input="Hello")

    def test_no_fault_has_an_unknown_name(self):
        with pytest.raises(ValueError, match="no fault"):
            Fault("rate-limit")
        assert set(STATUS_FAULTS) < set(FAULTS)


class TestLife:
    def test_many_at_once_wait_side_by_side(self, client, openai_server):
        openai_server.delay = 0.3
        began = time.monotonic()
        with ThreadPoolExecutor(32) as pool:
            jobs = [
                pool.submit(client.responses.create, model="gpt-4o", input="Hello")
                for _ in range(32)
            ]
            assert all(job.result().status == "completed" for job in jobs)
        assert time.monotonic() - began < 3
        assert openai_server.calls() == openai_server.calls("/v1/responses") == 32

    def test_a_client_that_hangs_up_is_noticed(self, client, openai_server):
        openai_server.delay = 30
        stream = client.responses.create(**drawing(None, partial_images=1), stream=True)
        next(iter(stream))
        stream.close()
        wait_until(lambda: openai_server.requests[0].abandoned)
        assert openai_server.requests[0].seconds < 5
        assert openai_server.pictures_made == 0

    def test_it_stops_at_once_and_starts_again(self, client, openai_server):
        client.models.list()
        address = openai_server.base_url
        openai_server.stop()
        with pytest.raises(openai.APIConnectionError):
            client.models.list()
        openai_server.start()
        assert openai_server.base_url == address
        client.models.list()

    def test_no_thread_is_left(self):
        before = set(threading.enumerate())
        with OpenAIServer() as server:
            server.script("stall")
            address = server.base_url
            client = openai.OpenAI(base_url=address, api_key=server.key, max_retries=0)
            idle = openai.OpenAI(base_url=address, api_key=server.key, max_retries=0)
            with ThreadPoolExecutor(1) as pool, client, idle:
                idle.models.list()
                job = pool.submit(client.responses.create, model="gpt-4o", input="Hello")
                server.wait_for_calls(1)
                began = time.monotonic()
                server.stop()
                assert time.monotonic() - began < 2
                assert isinstance(job.exception(), openai.APIConnectionError)
        assert set(threading.enumerate()) <= before

    def test_what_it_received_can_be_read(self, client, openai_server, condition):
        client.responses.create(**drawing(condition))
        got = openai_server.requests[0]
        assert (got.method, got.path, got.status) == ("POST", "/v1/responses", 200)
        assert got.words == WORDS
        assert got.pictures == [condition]
        assert got.condition.size == (96, 64)
        assert got.headers["x-stainless-retry-count"] == "0"
        assert openai_server.pictures_made == 1


def wait_until(condition: Any, *, seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.005)
