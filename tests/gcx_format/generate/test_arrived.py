"""A picture that has arrived was paid for: it is kept, however it is sent and whatever it is."""

import base64
import io
import json
import resource
import textwrap
from decimal import Decimal

import numpy as np
import pytest
from PIL import Image, ImageChops

from gcx_format import OutputError, RejectedRequestError, SpendingLimitError, dumps, encode
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.pipeline import reconstruct
from gcx_format.settings import load_settings
from gcx_format.spending import Ledger
from openai_server.plain import Reply, answering

PICTURE = Image.linear_gradient("L").convert("RGB").resize((640, 640))
DESCRIPTOR = encode(PICTURE, text="A slope.", visual_bytes=200)
CANVAS = (640, 640)


def png(picture=PICTURE, **options) -> bytes:
    file = io.BytesIO()
    picture.save(file, options.pop("format", "PNG"), **options)
    return file.getvalue()


FILE = png()
BASE64 = base64.b64encode(FILE).decode()
SETTINGS = {
    "flux": {"route": "images", "image_model": "flux"},
    "images": {"route": "images"},
    "responses": {"route": "responses"},
}


def paint(reply, way="flux", **settings):
    """The picture that gcx makes of an answer, or of one answer after another."""
    replies = iter(reply) if isinstance(reply, list) else None
    with answering(lambda _: reply if replies is None else next(replies)) as server:
        made = reconstruct(
            DESCRIPTOR,
            load_settings(
                openai_base_url=server.base_url,
                openai_api_key="sk-test",
                free_server=False,
                **{"image_format": "png", "max_retries": 0, **SETTINGS[way], **settings},
            ),
        )
    made.details["calls"] = len(server.asked)
    made.details["asked"] = [each.body for each in server.asked]
    return made


def stored():
    settings = load_settings()
    cache = Cache(settings.cache_folder, settings.cache_max_bytes)
    return cache.variants(descriptor_hash(dumps(DESCRIPTOR)))


def close(one, other) -> bool:
    return max(high for _, high in ImageChops.difference(one, other).getextrema()) <= 8


def images(**picture) -> Reply:
    return Reply(json.dumps({"created": 1, "data": [picture]}).encode())


def response(result=BASE64, **more):
    item = {"id": "ig_1", "type": "image_generation_call", "status": "completed", "result": result}
    return {"id": "r", "object": "response", "status": "completed", "output": [item], **more}


def stream(*events, end="\n", between="", tail=b""):
    text = "".join(
        f"event: {event['type']}{end}data: {json.dumps(event)}{end}{end}{between}"
        for event in events
    )
    return Reply([text.encode(), tail], "text/event-stream")


def done(result=BASE64):
    return {"type": "response.output_item.done", "item": response(result)["output"][0]}


def completed(**more):
    return {"type": "response.completed", "response": response(**more)}


# --- how it is sent


@pytest.mark.parametrize(
    "dressed",
    [
        BASE64,
        BASE64 + "\n",
        "\n".join(textwrap.wrap(BASE64, 76)),
        "\r\n".join(textwrap.wrap(BASE64, 64)),
        "data:image/png;base64," + BASE64,
        "DATA:image/png;charset=x;base64," + BASE64,
        base64.urlsafe_b64encode(FILE).decode(),
        BASE64.rstrip("="),
        "  " + base64.urlsafe_b64encode(FILE).decode().rstrip("=") + "\r\n",
    ],
    ids=["plain", "newline", "lines", "crlf", "data", "DATA", "url", "no padding", "all"],
)
@pytest.mark.parametrize("way", SETTINGS)
def test_base64_may_be_dressed_up(clean_environment, dressed, way):
    reply = images(b64_json=dressed)
    if way == "responses":
        reply = stream(completed(result=dressed))
    made = paint(reply, way)
    assert close(made.image, PICTURE)
    (variant,) = stored()
    assert variant.path.read_bytes() == FILE


def test_a_picture_may_come_as_a_data_url(clean_environment):
    assert close(paint(images(url="data:image/png;base64," + BASE64)).image, PICTURE)


@pytest.mark.parametrize("type", ["application/json", "text/event-stream", "text/plain", ""])
@pytest.mark.parametrize("way", SETTINGS)
def test_one_document_may_come_where_a_stream_was_asked_for(clean_environment, way, type):
    document = response() if way == "responses" else {"data": [{"b64_json": BASE64}]}
    assert close(paint(Reply(json.dumps(document, indent=1).encode(), type), way).image, PICTURE)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    "between",
    [
        "",
        ": still here\n\n",
        "id: 7\nretry: 3000\n\n",
        "id: 7\n\n\n\n",
        "event: ping\n\n",
        "data: x\n\n",
    ],
)
@pytest.mark.parametrize("way", SETTINGS)
def test_a_stream_may_have_other_lines_than_data(clean_environment, way, between, end):
    events = [{"type": "image_edit.completed", "b64_json": BASE64}]
    if way == "responses":
        events = [{"type": "response.created", "response": {}}, done(), completed()]
    between = between.replace("\n", end)
    reply = stream(*events, end=end, between=between)
    head = (":" + end + between).encode()
    made = paint(Reply([head, *reply.body], reply.type), way)
    assert close(made.image, PICTURE)


@pytest.mark.parametrize(
    "tail",
    [
        b"",
        b"event: response.comple",
        b'data: {"type": "response.completed", "response": {"out',
        b'event: error\ndata: {"type": "error", "code": "server_error", "message": "no"}\n\n',
        b'data: {"type": "response.failed", "response": {"error": {"code": "server_error"}}}\n\n',
        b'data: {"type": "response.completed", "response": {"output": []}}\n\n',
        b'data: {"type": "response.completed", "response": null}\n\n',
        b"data: [DONE]\n\n",
        b"data: [1]\n\ndata: nonsense\n\n",
    ],
)
def test_what_came_whole_before_the_stream_ended_badly_is_kept(clean_environment, tail):
    assert close(paint(stream(done(), tail=tail), "responses").image, PICTURE)
    assert len(stored()) == 1
    (entry,) = Ledger(load_settings().state_folder).entries()
    assert Decimal(entry["usd"]) > 0


def test_what_came_whole_before_the_connection_broke_is_kept(clean_environment):
    body = stream(done()).body[0]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99999999\r\n\r\n"
    assert close(paint(Reply(raw=[head, body]), "responses").image, PICTURE)


def test_what_came_whole_before_the_server_fell_silent_is_kept(openai_environment):
    import threading

    ended = threading.Event()

    def pieces():
        yield stream(done()).body[0]
        ended.wait(20)

    made = paint(Reply(pieces(), "text/event-stream"), "responses", timeout_seconds=2)
    ended.set()
    assert close(made.image, PICTURE)


def test_what_came_whole_before_the_stream_became_endless_is_kept(clean_environment):
    def pieces():
        yield stream(done()).body[0]
        while True:
            yield b": nothing\n" * 100_000

    assert close(paint(Reply(pieces(), "text/event-stream"), "responses").image, PICTURE)


ODD = [None, "many", -1, 3.5, [], [1], {}, {"input_tokens": "7"}, {"input_tokens": -1}]
ODD += [{"input_tokens": 10.0, "output_tokens": 20.0}, {"output_tokens": 10**30}]


@pytest.mark.parametrize("usage", ODD)
@pytest.mark.parametrize("way", SETTINGS)
def test_the_usage_may_be_anything(clean_environment, way, usage):
    if way == "responses":
        tool = {"image_gen": usage}
        reply = stream(done(), completed(usage=usage, tool_usage=tool))
    else:
        reply = Reply(json.dumps({"data": [{"b64_json": BASE64}], "usage": usage}).encode())
    made = paint(reply, way)
    assert close(made.image, PICTURE)
    assert made.cost_usd > 0
    assert len(stored()) == 1


# --- what it is


@pytest.mark.parametrize(
    ("format", "suffix"),
    [("JPEG", ".jpg"), ("WEBP", ".webp"), ("GIF", ".gif"), ("BMP", ".bmp"), ("MPO", ".jpg")],
)
@pytest.mark.parametrize("way", ["flux", "images"])
def test_another_format_is_stored_as_what_it_is(clean_environment, way, format, suffix):
    file = png(format=format, **({"save_all": True} if format == "MPO" else {}))
    made = paint(images(b64_json=base64.b64encode(file).decode()), way)
    assert made.image.size == (640, 640)
    (variant,) = stored()
    assert variant.path.suffix == suffix
    assert variant.path.read_bytes() == file
    assert made.warnings == ()


@pytest.mark.parametrize("size", [(639, 643), (500, 1000), (640, 480), (64, 64), (1, 1)])
def test_another_size_is_fitted_with_a_warning_also_when_it_is_shown_again(clean_environment, size):
    file = png(PICTURE.resize(size))
    made = paint(images(b64_json=base64.b64encode(file).decode()))
    expected = (
        f"the model answered with {size[0]} x {size[1]} pixels, where 640 x 640 were asked for; "
        "the picture was made to fit",
    )
    assert made.image.size == (640, 640)
    assert made.warnings[:1] == expected  # there may be doubts of the score as well
    assert made.info["fitted"] is True
    again = paint(Reply(status=500))
    assert again.cached
    assert again.warnings == expected
    assert again.image.tobytes() == made.image.tobytes()


def sixteen_bits() -> bytes:
    samples = np.asarray(PICTURE.convert("L"), np.uint16) * 257
    return png(Image.fromarray(samples))


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees to the right
    return png(PICTURE.rotate(90), exif=exif)


def transparent() -> bytes:
    picture = Image.new("RGBA", CANVAS, (200, 0, 0, 0))
    picture.paste(PICTURE.crop((0, 0, 640, 320)), (0, 0))
    return png(picture)


@pytest.mark.parametrize("make", [sixteen_bits, turned, transparent])
def test_it_is_shown_upright_opaque_and_in_8_bits_while_its_bytes_stay(clean_environment, make):
    expected = PICTURE.copy()
    if make is transparent:
        expected.paste("white", (0, 320, 640, 640))
    made = paint(images(b64_json=base64.b64encode(make()).decode()))
    assert made.image.mode == "RGB"
    assert close(made.image, expected)
    assert made.warnings == ()
    (variant,) = stored()
    assert variant.path.read_bytes() == make()
    assert close(paint(Reply(status=500)).image, expected)


# --- what is refused before anything was done


def refusal(name, status=400):
    error = {"message": f"Unknown parameter: '{name}'.", "param": name, "type": "invalid_request"}
    return Reply(json.dumps({"error": error}).encode(), status=status)


REFUSALS = [
    *[(refusal(name), name) for name in ("quality", "size", "background", "output_format")],
    (refusal("tools[0].quality"), "quality"),
    (Reply(b'{"detail": [{"loc": ["body", "size"], "msg": "not permitted"}]}', status=422), "size"),
    (Reply(b'{"error": "streaming is not supported"}', status=400), "stream"),
    (Reply(b"stream=true is not implemented", "text/plain", 400), "stream"),
    (Reply(b'{"message": "output_format must be png"}', status=422), "output_format"),
]


@pytest.mark.parametrize(("reply", "name"), REFUSALS)
@pytest.mark.parametrize("way", ["images", "responses"])
def test_a_parameter_that_is_refused_is_left_out_and_asked_again_once(
    clean_environment, way, reply, name
):
    good = Reply(
        json.dumps(response() if way == "responses" else {"data": [{"b64_json": BASE64}]}).encode()
    )
    made = paint([reply, good], way, call_limit_usd=1)
    assert close(made.image, PICTURE)
    assert made.details["calls"] == 2
    assert made.details["left_out"] == name
    first, second = (f'"{name}"'.encode() in body for body in made.details["asked"])
    assert (first, second) == (True, False)


def test_a_server_of_other_models_may_refuse_to_be_told_how_to_answer(clean_environment):
    made = paint([refusal("response_format"), images(b64_json=BASE64)])
    assert made.details["left_out"] == "response_format"


def test_what_is_refused_though_it_was_left_out_is_an_error(clean_environment):
    with pytest.raises(RejectedRequestError, match="Unknown parameter: 'quality'"):
        paint([refusal("quality")] * 2, "images", call_limit_usd=1)
    assert Ledger(load_settings().state_folder).spent_today() == 0


def test_what_may_become_dearer_without_a_parameter_is_set_aside_first(clean_environment):
    with pytest.raises(SpendingLimitError, match="the limit of a call"):
        paint([refusal("quality")], "images", image_quality="low", call_limit_usd="0.15")
    good = images(b64_json=BASE64)
    paint([refusal("quality"), good], "images", image_quality="low", call_limit_usd=1)
    (*_, entry) = Ledger(load_settings().state_folder).entries()
    assert Decimal(entry["usd"]) > Decimal("0.08")


# --- what it costs


def test_a_call_that_failed_is_settled_by_the_usage_that_came_with_it(clean_environment):
    usage = {"input_tokens": 1000, "output_tokens": 100}
    said = {"type": "message", "content": [{"type": "refusal", "refusal": "No."}]}
    with pytest.raises(OSError, match="declines"):
        paint(stream(completed(output=[said], usage=usage)), "responses")
    (entry,) = Ledger(load_settings().state_folder).entries()
    assert entry["settled"]
    assert Decimal(entry["usd"]) == Decimal("0.0035")


def test_what_cost_more_than_was_set_aside_is_said(clean_environment):
    usage = {"input_tokens": 1, "output_tokens": 100_000}
    reply = Reply(json.dumps({"data": [{"b64_json": BASE64}], "usage": usage}).encode())
    made = paint(reply, "images")
    (warning,) = made.warnings
    assert warning.startswith("the picture cost $3.00")
    (entry,) = Ledger(load_settings().state_folder).entries()
    assert Decimal(entry["usd"]) == made.cost_usd > Decimal(entry["set_aside"])


def test_nothing_is_asked_where_the_picture_could_not_be_stored(clean_environment):
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, before[1]))
    try:
        with pytest.raises(OutputError, match=r"could not be stored.*GCX_CACHE_FOLDER"):
            paint([])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert Ledger(load_settings().state_folder).spent_today() == 0
    assert stored() == []
