"""What is asked of a server by either route, and what is made of its answer."""

import base64
import io
import json

import pytest
from PIL import Image

from gcx_format import (
    BadAnswerError,
    ConnectionLostError,
    RefusedError,
    RetiredModelError,
    ServerFaultError,
    encode,
)
from gcx_format.conditions import decode_condition
from gcx_format.generate.generator import Call, Job
from gcx_format.generate.geometry import ANY, FREE, plan, sizes_of
from gcx_format.generate.openai_generator import OpenAIGenerator
from gcx_format.settings import load_settings
from openai_server import Fault
from openai_server.checks import Model
from openai_server.drawing import shows

WORDS = "A red house by the sea."
ROUTES = ("responses", "images")
PICTURE = Image.linear_gradient("L").convert("RGB").resize((320, 240))


def request(*, words=True, condition=True, partial_images=0, sizes=FREE) -> Job:
    descriptor = encode(
        PICTURE,
        text=WORDS if words else None,
        visual="av1" if condition else "none",
        scale=8 if condition else None,
    )
    return Job(descriptor, plan(descriptor.size, sizes), partial_images, decode_condition)


def generate(job, settings, on_partial=None):
    call = Call(lambda: False, lambda part: None, on_partial)
    return OpenAIGenerator(None, settings).paint(job, call)


def png(job) -> bytes:
    """The condition as it is sent."""
    file = io.BytesIO()
    job.guide().save(file, "PNG", compress_level=1)
    return file.getvalue()


def received(server):
    (one,) = server.requests
    return one


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(
    ("words", "condition"), [(True, True), (True, False), (False, True)], ids=["both", "w", "c"]
)
def test_words_and_condition_arrive_and_show_in_the_picture(
    openai_environment, route, words, condition
):
    asked = request(words=words, condition=condition)
    answer = generate(asked, load_settings(route=route))
    with Image.open(io.BytesIO(answer.picture)) as made:
        assert made.size == asked.plan.canvas == (944, 704)
        assert shows(made, WORDS) is words
    got = received(openai_environment)
    assert (got.words == WORDS) is words
    assert (got.condition is not None) is condition
    if condition:
        assert got.pictures == [png(asked)]


@pytest.mark.parametrize("route", ROUTES)
def test_our_rules_come_before_the_words(openai_environment, route):
    asked = request()
    generate(asked, load_settings(route=route))
    prompt = received(openai_environment).prompt
    assert prompt.index(asked.prompt.instructions) < prompt.index(asked.prompt.words)
    assert prompt.endswith("</description>")
    assert (asked.prompt.host in prompt) is (route == "responses")


def test_on_the_responses_route_the_tool_is_forced_and_nothing_is_stored(openai_environment):
    asked = request(partial_images=2)
    settings = load_settings(image_quality="low", image_format="webp", image_model="gpt-image-2")
    generate(asked, settings, on_partial=lambda index, data: None)
    body = received(openai_environment).json
    assert body.pop("tools") == [
        {
            "type": "image_generation",
            "action": "edit",
            "model": "gpt-image-2",
            "quality": "low",
            "size": "944x704",
            "output_format": "webp",
            "background": "opaque",
            "partial_images": 2,
        }
    ]
    url = "data:image/png;base64," + base64.b64encode(png(asked)).decode()
    assert body == {
        "model": "gpt-4o",
        "instructions": f"{asked.prompt.host}\n\n{asked.prompt.instructions}",
        "input": [
            {
                "role": "user",
                "content": [
                    {"type": "input_text", "text": asked.prompt.words},
                    {"type": "input_image", "image_url": url, "detail": "high"},
                ],
            }
        ],
        "tool_choice": {"type": "image_generation"},
        "store": False,
        "stream": True,
    }


def test_the_model_of_the_tool_is_left_to_the_server_unless_set(openai_environment):
    generate(request(condition=False), load_settings())
    (tool,) = received(openai_environment).json["tools"]
    assert "model" not in tool
    assert tool["action"] == "generate"


def test_on_the_images_route_a_condition_is_edited(openai_environment):
    asked = request()
    generate(asked, load_settings(route="images", image_quality="high"))
    got = received(openai_environment)
    assert got.path == "/v1/images/edits"
    (upload,) = got.uploads
    assert (upload.name, upload.type) == ("condition.png", "image/png")
    prompt = got.json.pop("prompt")
    assert prompt == f"{asked.prompt.instructions}\n\n{asked.prompt.words}"
    assert got.json == {
        "model": "gpt-image-2",
        "size": "944x704",
        "quality": "high",
        "output_format": "png",
        "background": "opaque",
        "stream": True,
    }


def test_on_the_images_route_words_alone_are_generated(openai_environment):
    generate(request(condition=False), load_settings(route="images"))
    got = received(openai_environment)
    assert got.path == "/v1/images/generations"
    assert got.uploads == []


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(("model", "fidelity"), [("gpt-image-1.5", "high"), ("gpt-image-2", None)])
def test_high_fidelity_is_asked_for_where_it_is_an_option(
    openai_environment, route, model, fidelity
):
    asked = request(sizes=sizes_of(model))
    generate(asked, load_settings(route=route, image_model=model))
    body = received(openai_environment).json
    options = body["tools"][0] if route == "responses" else body
    assert options.get("input_fidelity") == fidelity


class TestLocalServers:
    @pytest.fixture
    def server(self, openai_environment):
        openai_environment.models["flux"] = Model("image", sizes="any")
        openai_environment.lacks.add("/v1/responses")
        return openai_environment

    @pytest.mark.parametrize("condition", [True, False])
    def test_are_asked_for_no_more_than_they_may_know(self, server, condition):
        asked = request(condition=condition, sizes=ANY)
        answer = generate(asked, load_settings(route="images", image_model="flux"))
        body = received(server).json
        body.pop("prompt")
        assert body == {"model": "flux", "size": "592x448", "response_format": "b64_json"}
        with Image.open(io.BytesIO(answer.picture)) as made:
            assert shows(made, WORDS)

    def test_stream_only_where_unfinished_pictures_are_wanted(self, server):
        got = []
        generate(
            request(partial_images=2, sizes=ANY),
            load_settings(route="images", image_model="flux"),
            on_partial=lambda index, data: got.append(index),
        )
        assert received(server).json["stream"] is True
        assert got == [0, 1]

    def test_without_the_responses_api_say_which_route_to_take(self, server):
        with pytest.raises(Exception, match=r"no such route .*GCX_ROUTE"):
            generate(request(), load_settings(route="responses"))
        server.complaints.clear()


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("wanted", [0, 1, 2, 3])
def test_unfinished_pictures_come_in_order(openai_environment, route, wanted):
    got = []
    answer = generate(
        request(partial_images=wanted),
        load_settings(route=route),
        on_partial=lambda index, data: got.append((index, Image.open(io.BytesIO(data)).size)),
    )
    assert got == [(index, (944, 704)) for index in range(wanted)]
    assert answer.picture


@pytest.mark.parametrize("route", ROUTES)
def test_unfinished_pictures_may_be_missing(openai_environment, route):
    openai_environment.script("no_partials")
    got = []
    settings = load_settings(route=route)
    assert generate(request(partial_images=3), settings, on_partial=lambda *a: got.append(a))
    assert got == []


@pytest.mark.parametrize("format", ["png", "webp", "jpeg"])
@pytest.mark.parametrize("route", ROUTES)
def test_the_bytes_come_back_untouched_with_their_manifest(openai_environment, route, format):
    answer = generate(request(), load_settings(route=route, image_format=format))
    assert b"made-up C2PA manifest" in answer.picture


def test_tokens_and_cost_are_those_that_the_server_tells(openai_environment):
    settings = load_settings(image_quality="low", image_model="gpt-image-2")
    answer = generate(request(), settings)
    body = json.loads(json.dumps(answer.usage))
    assert body["image"]["output_tokens"] == 127  # 200 per 1024 x 1024, of 944 x 704
    host, image = body["host"], body["image"]
    read = image["input_tokens_details"]
    dollars = (
        host["input_tokens"] * 2.5
        + host["output_tokens"] * 10
        + read["text_tokens"] * 5
        + read["image_tokens"] * 8
        + image["output_tokens"] * 30
    ) / 1e6
    assert float(answer.cost) == pytest.approx(dollars, abs=3e-6)
    assert answer.request_id == received(openai_environment).request_id
    assert WORDS in answer.revised_prompt


BOTH_ROUTES = [
    ("bad_base64", BadAnswerError, "not base64"),
    ("null_result", BadAnswerError, "has no picture|before there was a picture"),
    ("not_json", BadAnswerError, "not a valid OpenAI API response.* check .* openai_base_url"),
    ("disconnect", ConnectionLostError, "broke off"),
    ("error_event", ServerFaultError, r"the server failed \(server_error\)"),
]
RESPONSES_ONLY = [
    ("response_failed", ServerFaultError, r"the server failed \(server_error\)"),
    ("no_call", BadAnswerError, r"answered in words .* setting host_model \(GCX_HOST_MODEL\)"),
    ("incomplete", BadAnswerError, "cut short"),
    ("failed_status", BadAnswerError, "image tool failed"),
    ("moderation_item", RefusedError, r"moderation refused .* \(moderation_blocked\)"),
]


@pytest.mark.parametrize(
    ("route", "fault", "error", "message"),
    [(route, *row) for route in ROUTES for row in BOTH_ROUTES]
    + [("responses", *row) for row in RESPONSES_ONLY],
)
def test_answers_without_a_picture_are_errors_that_may_have_cost(
    openai_environment, route, fault, error, message
):
    openai_environment.script(Fault(fault, after=1))
    with pytest.raises(error, match=message) as caught:
        generate(request(partial_images=1), load_settings(route=route), lambda index, data: None)
    assert type(caught.value) is error
    assert caught.value.may_have_cost
    assert "still be billed" in str(caught.value)
    assert caught.value.request_id == received(openai_environment).request_id
    assert WORDS not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"host_model": "gpt-4o"}, "host_model"),
        ({"image_model": "gpt-image-1"}, "image_model"),
        ({"route": "images"}, "image_model"),
    ],
)
def test_a_retired_model_is_told_by_its_setting(openai_environment, settings, named):
    if named == "host_model":
        openai_environment.retire("gpt-4o")
    elif settings.get("route"):
        openai_environment.retire("gpt-image-2")
    with pytest.raises(RetiredModelError, match=rf"the setting {named} \(GCX_{named.upper()}\)"):
        generate(request(), load_settings(**settings))


@pytest.mark.parametrize("route", ROUTES)
def test_a_stream_that_ends_early_is_a_lost_connection(openai_environment, route):
    openai_environment.script(Fault("disconnect", after=0))
    with pytest.raises(ConnectionLostError):
        generate(request(), load_settings(route=route))
    assert openai_environment.calls() == 1
