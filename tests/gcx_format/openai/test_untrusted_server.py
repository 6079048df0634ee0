"""Servers that answer what no server should: redirects, bombs, endless answers, odd types."""

import gzip
import itertools
import json
import zlib

import pytest

from gcx_format import (
    BadAnswerError,
    ConnectionLostError,
    RejectedKeyError,
    RejectedRequestError,
    RetiredModelError,
    ServerFaultError,
    ServiceError,
    SettingsError,
)
from gcx_format.openai.bounded import MOST_BYTES, MOST_ERROR_BYTES
from gcx_format.openai.call import call
from gcx_format.openai.failures import lacks_route
from gcx_format.settings import load_settings
from openai_server.plain import Reply, answering

KEY = "sk-test-0123456789abcdef"
MIB = b" " * (1 << 20)


def ask(server, *, billable=True, model="gpt-4o", **settings):
    def function(exchange):
        with exchange.connect() as client:
            return client.chat.completions.create(model=model, messages=[])

    return call(
        function,
        doing="asking",
        settings=load_settings(
            openai_base_url=server.base_url, openai_api_key=KEY, max_retries=0, **settings
        ),
        billable=billable,
        models={"host_model": model},
    )


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_the_message_says_where_it_points(clean_environment, status):
    with answering(lambda _: Reply(b"{}")) as other:
        to = other.base_url.replace("http://", "http://user:secret@") + "/elsewhere?token=hidden"
        reply = Reply(status=status, headers={"Location": to})
        with (
            answering(lambda _: reply) as server,
            pytest.raises(RejectedRequestError, match="redirects are not followed") as caught,
        ):
            ask(server)
    assert other.asked == []
    assert f"{other.base_url}/elsewhere (HTTP {status})" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "hidden" not in str(caught.value)
    assert "openai_base_url" in str(caught.value)
    assert not caught.value.may_have_cost


def test_an_endless_answer_is_given_up(clean_environment):
    with answering(lambda _: Reply(itertools.repeat(MIB))) as server:
        with pytest.raises(BadAnswerError, match=f"larger than {MOST_BYTES >> 20} MiB") as caught:
            ask(server)
        assert caught.value.may_have_cost
    assert server.sent < MOST_BYTES + (64 << 20)


def test_an_endless_refusal_is_given_up_sooner_and_costs_nothing(clean_environment):
    with answering(lambda _: Reply(itertools.repeat(MIB), status=400)) as server:
        with pytest.raises(BadAnswerError, match="larger than 1 MiB") as caught:
            ask(server)
        assert not caught.value.may_have_cost
    assert server.sent < MOST_ERROR_BYTES + (64 << 20)


@pytest.mark.parametrize(
    ("coding", "wbits"), [("gzip", 31), ("x-gzip", 31), ("deflate", 15), ("GZIP", 31)]
)
def test_a_small_answer_that_becomes_large_is_given_up(clean_environment, coding, wbits):
    packer = zlib.compressobj(9, wbits=wbits)
    bomb = b"".join([packer.compress(MIB) for _ in range(200)]) + packer.flush()
    assert len(bomb) < 1 << 20
    reply = Reply(bomb, headers={"Content-Encoding": coding})
    with (
        answering(lambda _: reply) as server,
        pytest.raises(BadAnswerError, match=f"larger than {MOST_BYTES >> 20} MiB"),
    ):
        ask(server)


def test_an_answer_may_be_compressed_though_that_was_not_asked_for(clean_environment):
    answer = gzip.compress(b'{"id": "a",') + gzip.compress(b' "choices": []}')
    with answering(lambda _: Reply(answer, headers={"Content-Encoding": "gzip"})) as server:
        assert ask(server).id == "a"
    assert server.asked[0].headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    ("coding", "body", "message"),
    [
        ("br", b"\x0b\x02\x80{}\x03", "compressed"),
        ("zstd", b"{}", "compressed"),
        ("gzip, gzip", b"{}", "compressed"),
        ("gzip", b"no gzip at all", "does not decompress"),
    ],
)
def test_other_compression_is_refused(clean_environment, coding, body, message):
    reply = Reply(body, headers={"Content-Encoding": coding})
    with answering(lambda _: reply) as server, pytest.raises(BadAnswerError, match=message):
        ask(server)


@pytest.mark.parametrize(
    "head",
    [
        [b"HTTP/1.1 200 OK\r\nX-Long: ", *[b"a" * 1000] * 100_000],
        [b"HTTP/1.1 200 OK\r\n", *[b"X-More: " + b"a" * 1000 + b"\r\n"] * 100_000],
    ],
    ids=["one", "many"],
)
def test_an_endless_header_is_given_up(clean_environment, head):
    with answering(lambda _: Reply(raw=head)) as server, pytest.raises(ConnectionLostError):
        ask(server)
    assert server.sent < 50_000_000


@pytest.mark.parametrize("where", ["http://user:password@localhost/v1", "http://user@localhost/v1"])
def test_a_password_in_the_url_does_not_take_the_place_of_the_key(clean_environment, where):
    with pytest.raises(SettingsError, match=r"openai_base_url.* take the user name") as caught:
        load_settings(openai_base_url=where)
    assert "user@" not in str(caught.value)
    assert "password@" not in str(caught.value)


ODD = [None, 7, -1.5, True, [], ["a", {"b": 1}], {}, {"a": []}, "", "a word"]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("field", ["type", "code", "param", "message"])
@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, RejectedRequestError), (401, RejectedKeyError), (500, ServerFaultError)],
)
def test_an_error_may_be_told_in_any_types(clean_environment, field, odd, status, kind):
    error = {"type": "t", "code": "c", "param": "p", "message": "m", field: odd}
    reply = Reply(json.dumps({"error": error}).encode(), status=status)
    with answering(lambda _: reply) as server, pytest.raises(kind):
        ask(server)


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'"no"', b"{", b"\xff", b'{"error": "no"}'])
def test_an_error_may_have_any_body(clean_environment, body):
    reply = Reply(body, status=400)
    with answering(lambda _: reply) as server, pytest.raises(RejectedRequestError):
        ask(server)


# --- models


def served(*names, status=404, code="model_not_found"):
    def answer(asked):
        if asked.path.endswith("/models"):
            return Reply(json.dumps({"data": [{"id": name} for name in names]}).encode())
        error = {"message": "No gpt-9 here, sorry.", "code": code}
        return Reply(json.dumps({"error": error}).encode(), status=status)

    return answer


def test_a_missing_model_is_told_with_the_servers_own_words_and_the_nearest_that_it_has(
    clean_environment,
):
    names = [*(f"whisper-{n}" for n in range(50)), "gpt-8", "gpt-9-mini", "evil\n\x1b[31m", ""]
    with (
        answering(served(*names)) as server,
        pytest.raises(RetiredModelError) as caught,
    ):
        ask(server, model="gpt-9")
    assert ": model_not_found; No gpt-9 here, sorry; it" in str(caught.value)
    assert "it has gpt-8, gpt-9-mini, and others;" in str(caught.value)
    assert "whisper" not in str(caught.value)
    assert "31m" not in str(caught.value)
    assert "host_model (GCX_HOST_MODEL)" in str(caught.value)
    assert [each.path for each in server.asked] == ["/v1/chat/completions", "/v1/models"]


@pytest.mark.parametrize(
    "listed",
    [
        Reply(status=500),
        Reply(b"[1, 2]"),
        Reply(b'{"data": [null, {"id": {}}, 3]}'),
        Reply(itertools.repeat(MIB)),
        Reply(b"<html>", "text/html"),
    ],
)
def test_a_server_that_does_not_list_its_models_changes_nothing(clean_environment, listed):
    def answer(asked):
        return listed if asked.path.endswith("/models") else served()(asked)

    with (
        answering(answer) as server,
        pytest.raises(RetiredModelError, match="does not have gpt-9"),
    ):
        ask(server, model="gpt-9")


# --- a part of the API that is not there


def no_route(body, status, model="llava"):
    """Whether what a server answers means that it lacks this part of the API."""
    import openai

    found = []

    def function(exchange):
        with exchange.connect() as client:
            try:
                client.responses.create(model=model, input="x")
            except openai.APIStatusError as error:
                found.append(lacks_route(error, model))

    with answering(lambda _: Reply(body, status=status)) as server:
        settings = load_settings(openai_base_url=server.base_url, openai_api_key=KEY)
        call(function, doing="asking", settings=settings, billable=False)
    return found[0]


@pytest.mark.parametrize("status", [404, 405, 501])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"404 page not found",
        b'{"detail": "Not Found"}',
        b'{"error": {"code": 404, "message": "File Not Found", "type": "not_found_error"}}',
        b'{"error": {"message": "Unexpected endpoint or method. (POST /v1/responses)"}}',
        b'{"error": "Unexpected endpoint or method. (POST /v1/responses)"}',
        b'{"object": "error", "message": "Not Found", "type": "NotFoundError", "param": null}',
    ],
)
def test_a_server_may_say_in_any_way_that_it_lacks_a_route(clean_environment, status, body):
    assert no_route(body, status)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (404, b'{"error": {"message": "no", "code": "model_not_found"}}'),
        (404, b'{"error": {"message": "model \\"llava\\" not found, try pulling it first"}}'),
        (404, b'{"error": {"message": "There is none.", "param": "model"}}'),
        (400, b'{"error": {"message": "Not Found"}}'),
        (500, b""),
    ],
)
def test_a_missing_model_is_no_missing_route(clean_environment, status, body):
    assert not no_route(body, status)


def test_a_route_that_is_not_there_costs_nothing_and_is_told_in_the_servers_words(
    clean_environment,
):
    reply = Reply(b'{"error": {"message": "Not implemented here."}}', status=501)
    with answering(lambda _: reply) as server, pytest.raises(ServiceError) as caught:
        ask(server)
    assert not caught.value.may_have_cost
    assert "no such route (HTTP 501): Not implemented here;" in str(caught.value)
