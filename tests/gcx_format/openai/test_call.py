"""Calls to a server: when they are made again, what their failing is called, how they end."""

import logging
import os
import socket
import threading
import time

import pytest

from gcx_format import (
    CancelledError,
    ConnectionLostError,
    GcxError,
    MissingKeyError,
    QuotaError,
    RateLimitError,
    RefusedError,
    RejectedKeyError,
    RejectedRequestError,
    RetiredModelError,
    ServerFaultError,
    ServiceTimeoutError,
)
from gcx_format.openai import call as module
from gcx_format.openai.call import call
from gcx_format.settings import load_settings
from openai_server import Fault

QUESTION = "Is there a secret squirrel in the old oak tree?"


def ask(*, billable=True, cancelled=None, stream=False, **settings):
    """Put a question to the server, as the two ends of the codec do."""
    chosen = load_settings(**settings)

    def function(exchange):
        with exchange.connect() as client:
            answer = client.responses.create(model="gpt-4o", input=QUESTION, stream=stream)
            return list(answer) if stream else answer

    return call(
        function,
        doing="asking",
        settings=chosen,
        billable=billable,
        cancelled=cancelled,
        models={"host_model": "gpt-4o"},
        private=QUESTION,
    )


def test_an_answer_comes_back(openai_environment):
    assert ask().output_text
    (request,) = openai_environment.requests
    assert request.headers["user-agent"].startswith("gcx/")


@pytest.mark.parametrize("name", ["rate_limit", "overloaded_503", "server_error"])
def test_what_the_server_refused_before_beginning_is_asked_again(openai_environment, name):
    openai_environment.script(Fault(name, retry_after=0.05), Fault(name, retry_after=0.05))
    assert ask().output_text
    assert openai_environment.calls() == 3


def test_as_long_as_the_server_says_is_waited(openai_environment):
    openai_environment.script(Fault("rate_limit", retry_after=1))
    began = time.monotonic()
    ask()
    assert 1 <= time.monotonic() - began < 2.5


def test_waiting_longer_and_longer_is_not_in_step(openai_environment, monkeypatch):
    waits = []
    monkeypatch.setattr(module, "_sleep", lambda seconds, *_: waits.append(seconds) or True)
    openai_environment.script(*[Fault("rate_limit", retry_after=None)] * 4)
    ask()
    for index, wait in enumerate(waits):
        assert 0.25 * 2**index <= wait <= 0.5 * 2**index
    assert len(waits) == 4


def test_asking_again_ends(openai_environment):
    openai_environment.script(*[Fault("rate_limit", retry_after=0.01)] * 9)
    with pytest.raises(RateLimitError, match="too many requests, 3 times in a row") as caught:
        ask(max_retries=2)
    assert openai_environment.calls() == 3
    assert caught.value.request_id == openai_environment.requests[-1].request_id
    assert not caught.value.may_have_cost


def test_a_long_wait_is_left_to_the_caller(openai_environment):
    openai_environment.script(Fault("rate_limit", retry_after=600))
    with pytest.raises(RateLimitError, match=r"asks to wait 6\d\d seconds"):
        ask()
    assert openai_environment.calls() == 1


def test_the_waits_together_are_no_longer_than_a_call_may_be(openai_environment):
    openai_environment.script(*[Fault("rate_limit", retry_after=0.7)] * 9)
    began = time.monotonic()
    with pytest.raises(RateLimitError, match="asks to wait 1 seconds"):
        ask(timeout_seconds=2, max_retries=9)
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    ("fault", "error", "remedy"),
    [
        ("quota", QuotaError, r"nothing left to spend \(insufficient_quota\).*; add credit"),
        ("spend_limit", QuotaError, "project_spend_limit_exceeded"),
        ("billing_limit", QuotaError, "billing_hard_limit_reached"),
        ("bad_key", RejectedKeyError, "check the environment variable OPENAI_API_KEY"),
        ("forbidden", RejectedKeyError, "not allowed to do this: unsupported_country"),
        ("retired_model", RetiredModelError, r"have gpt-4o,.*host_model \(GCX_HOST_MODEL\)"),
        ("moderation", RefusedError, r"moderation refused .* \(moderation_blocked\)"),
        ("bad_request", RejectedRequestError, "HTTP 400.*Invalid value for this server"),
        ("no_responses_route", RejectedRequestError, r"no such route .*OPENAI_BASE_URL.*GCX_ROUTE"),
    ],
)
def test_what_asking_again_cannot_cure_is_an_error_at_once(
    openai_environment, fault, error, remedy
):
    openai_environment.script(fault)
    with pytest.raises(error, match=remedy) as caught:
        ask()
    assert type(caught.value) is error
    assert openai_environment.calls() == 1
    assert not caught.value.may_have_cost
    assert caught.value.request_id == openai_environment.requests[0].request_id
    assert caught.value.request_id in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("bad_gateway", ServerFaultError),
        ("reset", ConnectionLostError),
        ("disconnect", ConnectionLostError),
    ],
)
def test_what_may_have_cost_is_not_asked_again_and_says_so(openai_environment, fault, error):
    openai_environment.script(fault)
    with pytest.raises(error, match="the call may still be billed") as caught:
        ask(stream=fault == "disconnect")
    assert caught.value.may_have_cost
    assert openai_environment.calls() == 1


@pytest.mark.parametrize("fault", ["bad_gateway", "reset", "disconnect"])
def test_what_costs_nothing_is_asked_again_even_then(openai_environment, fault):
    openai_environment.script(fault)
    assert ask(billable=False)
    assert openai_environment.calls() == 2


@pytest.mark.parametrize("stream", [False, True])
def test_no_answer_is_waited_for_longer_than_allowed(openai_environment, stream):
    openai_environment.script("stall")
    began = time.monotonic()
    with pytest.raises(
        ServiceTimeoutError, match=r"within 0.6 seconds;.* raise the setting timeout_seconds"
    ):
        ask(timeout_seconds=0.6, stream=stream)
    assert time.monotonic() - began < 1.6
    assert openai_environment.calls() == 1


def test_a_stream_that_never_falls_silent_is_bounded_too(openai_environment):
    openai_environment.pace = 0.2
    began = time.monotonic()
    with pytest.raises(ServiceTimeoutError) as caught:
        ask(timeout_seconds=0.7, stream=True)
    assert time.monotonic() - began < 1.7
    assert caught.value.may_have_cost


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_a_server_that_is_not_there_is_looked_for_again_and_named(clean_environment, monkeypatch):
    waits = []
    monkeypatch.setattr(module, "_sleep", lambda seconds, *_: waits.append(seconds) or True)
    port = free_port()
    with pytest.raises(ConnectionLostError, match="cannot be reached") as caught:
        ask(
            openai_api_key="sk-none",
            openai_base_url=f"http://127.0.0.1:{port}/v1",
            max_retries=2,
        )
    assert f"127.0.0.1:{port}" in str(caught.value)
    assert not caught.value.may_have_cost
    assert len(waits) == 2


def test_without_a_key_it_is_said_how_to_set_one(clean_environment):
    with pytest.raises(MissingKeyError, match="OPENAI_API_KEY"):
        ask()


# --- cancelling


def after(seconds: float):
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


@pytest.mark.parametrize("stream", [False, True])
def test_cancelling_ends_the_call_within_a_second_and_hangs_up(openai_environment, stream):
    openai_environment.script("stall")
    began = time.monotonic()
    with pytest.raises(CancelledError) as caught:
        ask(cancelled=after(0.3), stream=stream)
    assert time.monotonic() - began < 1.0
    assert caught.value.may_have_cost
    deadline = time.monotonic() + 2
    while not openai_environment.requests[0].abandoned and time.monotonic() < deadline:
        time.sleep(0.01)
    assert openai_environment.requests[0].abandoned


def test_cancelling_ends_a_wait(openai_environment):
    openai_environment.script(Fault("rate_limit", retry_after=30))
    began = time.monotonic()
    with pytest.raises(CancelledError) as caught:
        ask(cancelled=after(0.4))
    assert time.monotonic() - began < 1.2
    assert not caught.value.may_have_cost


def test_what_is_cancelled_before_is_not_begun(openai_environment):
    with pytest.raises(CancelledError) as caught:
        ask(cancelled=lambda: True)
    assert not caught.value.may_have_cost
    assert openai_environment.requests == []


def test_what_has_arrived_by_then_was_paid_for_and_is_returned(clean_environment):
    asked = threading.Event()
    answers = iter([False, True])

    def function(_):
        assert asked.wait(10)
        return "an answer"

    def cancelled():
        if last := next(answers):
            asked.set()
            for thread in threading.enumerate():
                if thread.name == "gcx-call":
                    thread.join()
        return last

    settings = load_settings()
    assert (
        call(function, doing="asking", settings=settings, billable=True, cancelled=cancelled)
        == "an answer"
    )


def test_cancelling_does_not_wait_for_a_connection(clean_environment):
    with socket.socket() as full:  # with a backlog of one, further connections hang
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        try:
            for one in waiting:
                one.setblocking(False)
                one.connect_ex(("127.0.0.1", port))
            began = time.monotonic()
            with pytest.raises(CancelledError):
                ask(
                    openai_api_key="sk-none",
                    openai_base_url=f"http://127.0.0.1:{port}/v1",
                    cancelled=after(0.3),
                )
            assert time.monotonic() - began < 1.0
        finally:
            for one in waiting:
                one.close()


def test_an_interrupt_hangs_up_as_well(openai_environment):
    openai_environment.script("stall")

    def interrupt():
        if openai_environment.requests:
            raise KeyboardInterrupt
        return False

    with pytest.raises(KeyboardInterrupt):
        ask(cancelled=interrupt)
    deadline = time.monotonic() + 2
    while not openai_environment.requests[0].abandoned and time.monotonic() < deadline:
        time.sleep(0.01)
    assert openai_environment.requests[0].abandoned


# --- in the caller's thread


def test_what_is_delivered_arrives_in_order_in_the_callers_thread(clean_environment):
    settings = load_settings()
    got = []

    def function(exchange):
        for number in range(5):
            exchange.run_in_caller(lambda n: got.append((n, threading.current_thread())), number)
        return threading.current_thread()

    worker = call(function, doing="counting", settings=settings, billable=False)
    assert got == [(number, threading.current_thread()) for number in range(5)]
    assert worker is not threading.current_thread()


def test_errors_of_callers_pass_through(clean_environment):
    def fail(error):
        raise error

    for error in (GcxError("ours"), ZeroDivisionError("a bug")):
        with pytest.raises(type(error)) as caught:
            call(lambda _, e=error: fail(e), doing="x", settings=load_settings(), billable=True)
        assert caught.value is error
        with pytest.raises(type(error)):
            call(
                lambda exchange, e=error: exchange.run_in_caller(fail, e),
                doing="x",
                settings=load_settings(),
                billable=True,
            )


# --- what is not said


class TestNothingPrivateIsSaid:
    @pytest.fixture(autouse=True)
    def at_debug(self, caplog):
        caplog.set_level(logging.DEBUG)
        for name in ("openai", "httpx2", "httpcore2", "gcx"):
            caplog.set_level(logging.DEBUG, logger=name)

    @pytest.mark.parametrize(
        "fault", ["ok", "bad_key", "bad_request", "moderation", "bad_gateway", "reset", "not_json"]
    )
    def test_in_logs_and_messages(self, openai_environment, caplog, fault):
        openai_environment.script(fault)
        said = ""
        try:
            ask()
        except GcxError as error:
            said = str(error)
        assert "Sending HTTP Request" in caplog.text  # what is looked at is not empty
        for private in (os.environ["OPENAI_API_KEY"], QUESTION):
            assert private not in caplog.text
            assert private not in said

    @pytest.mark.parametrize(
        ("message", "kept"),
        [
            ("Incorrect value: sk-proj-abc123def456ghi789.", "Incorrect value"),
            (f"You asked: {QUESTION[4:30]}", ""),
            ("Bad picture data:image/png;base64,iVBORw0KGgo=", "Bad picture"),
            ("Bad picture " + "iVBORw0KGgo" * 20, "Bad picture"),
            ("two\nlines\x1b[31m", "two lines"),
        ],
    )
    def test_of_what_a_server_repeats(self, clean_environment, message, kept):
        error = call(
            lambda exchange: exchange.failure("some_code", message),
            doing="asking",
            settings=load_settings(openai_api_key="sk-proj-abc123def456ghi789"),
            billable=False,
            private=QUESTION,
        )
        assert type(error) is RejectedRequestError
        assert kept in str(error)
        for private in ("abc123", QUESTION[4:30], "iVBOR", "\n"):
            assert private not in str(error)


@pytest.mark.parametrize(
    ("message", "setting"),
    [
        ("The requested model 'gpt-image-1' does not exist.", "model in the setting image_model "),
        ("The requested model 'gpt-image-1-mini' does not exist.", "have gpt-image-1-mini, .*host"),
        ("No such model.", "gpt-image-1-mini or gpt-image-1, .* host_model .* image_model "),
    ],
)
def test_a_retired_model_is_told_by_its_setting(clean_environment, message, setting):
    error = call(
        lambda exchange: exchange.failure("model_not_found", message),
        doing="asking",
        settings=load_settings(),
        billable=False,
        models={"host_model": "gpt-image-1-mini", "image_model": "gpt-image-1"},
    )
    assert type(error) is RetiredModelError
    with pytest.raises(RetiredModelError, match=setting):
        raise error
