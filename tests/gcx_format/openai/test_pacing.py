"""The pace of calls: many at once stay within the limits that a server's answers tell."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from gcx_format import CancelledError, RateLimitError
from gcx_format.describe import describe
from gcx_format.openai import pacing
from gcx_format.openai.call import call
from gcx_format.openai.pacing import Pacer, StoppedError, TooLongError, pacer_for
from gcx_format.settings import load_settings
from openai_server import Limits

EMPTY = {
    "x-ratelimit-limit-requests": "10",
    "x-ratelimit-remaining-requests": "0",
}
"""What is left, one in ten of which is never used."""


@pytest.fixture
def picture():
    return Image.new("RGB", (60, 40), "navy")


def describe_many(picture, count, at_once):
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda _: describe(picture, describer="openai"), range(count)))


def test_many_calls_at_once_are_hardly_ever_refused(openai_environment, picture, monkeypatch):
    monkeypatch.setenv("GCX_DAILY_LIMIT_USD", "10")
    limits = openai_environment.limits = Limits(20, seconds=2)
    openai_environment.delay = 0.2
    assert len(describe_many(picture, 60, 32)) == 60
    assert limits.refused < 10


def test_tokens_are_kept_within_their_limit_too(openai_environment, picture, monkeypatch):
    monkeypatch.setenv("GCX_DAILY_LIMIT_USD", "10")
    limits = openai_environment.limits = Limits(10_000, seconds=2, tokens=10_000)
    assert len(describe_many(picture, 30, 16)) == 30
    assert limits.refused < 10


def test_before_anything_is_known_few_calls_are_made_at_once(openai_environment, picture):
    openai_environment.is_held = True
    with ThreadPoolExecutor(12) as pool:
        made = [pool.submit(describe, picture, describer="openai") for _ in range(12)]
        openai_environment.wait_for_calls(4)
        assert openai_environment.calls() == 4
        openai_environment.is_held = False
        assert all(each.result() for each in made)


def test_a_server_without_limits_is_asked_without_waiting(openai_environment, picture):
    describe(picture, describer="openai")
    openai_environment.is_held = True
    with ThreadPoolExecutor(12) as pool:
        made = [pool.submit(describe, picture, describer="openai") for _ in range(12)]
        openai_environment.wait_for_calls(13)
        openai_environment.is_held = False
        assert all(each.result() for each in made)


@pytest.mark.parametrize(
    ("reset", "seconds"),
    [("1000s", 200), ("16m40s", 200), ("1h0m0s", 720), ("1000000ms", 200), ("1000", 200)],
)
def test_a_turn_that_is_too_far_away_is_an_error(reset, seconds):
    pacer = Pacer()
    with pacer.admit(0) as ticket:
        ticket.answered({**EMPTY, "x-ratelimit-reset-requests": reset}, is_success=True)
    with pytest.raises(TooLongError) as caught:
        pacer.admit(0)
    assert caught.value.seconds == pytest.approx(seconds, rel=0.01)


@pytest.mark.parametrize("nonsense", ["", "soon", "nan", "-5s", "1e400", "5s later", "\u0665s"])
def test_nonsense_in_headers_is_passed_over(nonsense):
    pacer = Pacer()
    headers = {
        "x-ratelimit-limit-tokens": nonsense,
        "x-ratelimit-remaining-tokens": nonsense,
        "x-ratelimit-reset-tokens": nonsense,
        "x-ratelimit-remaining-requests": "5",
        "x-ratelimit-reset-requests": nonsense,
        "openai-processing-ms": nonsense,
    }
    for _ in range(3):
        with pacer.admit(1_000_000) as ticket:
            ticket.answered(headers, is_success=True)


def test_what_was_sent_since_counts_as_gone():
    pacer = Pacer()
    tickets = [pacer.admit(0) for _ in range(4)]
    headers = {**EMPTY, "x-ratelimit-reset-requests": "1000s"}
    tickets[0].answered({**headers, "x-ratelimit-remaining-requests": "5"}, is_success=True)
    pacer.admit(0)  # of the five, three are under way, and one is left alone
    with pytest.raises(TooLongError):
        pacer.admit(0)


def test_an_older_answer_does_not_undo_a_newer_one():
    pacer = Pacer()
    first, second = pacer.admit(0), pacer.admit(0)
    second.answered({**EMPTY, "x-ratelimit-reset-requests": "1000s"}, is_success=True)
    first.answered({**EMPTY, "x-ratelimit-remaining-requests": "9"}, is_success=True)
    with pytest.raises(TooLongError):
        pacer.admit(0)


def test_the_error_of_a_call_says_how_long_the_server_asks_to_wait(openai_environment):
    settings = load_settings()
    with pacer_for(settings, "gpt-4o").admit(0) as ticket:
        ticket.answered({**EMPTY, "x-ratelimit-reset-requests": "1h"}, is_success=True)
    with pytest.raises(RateLimitError, match=r"asks to wait \d\d\d seconds") as caught:
        call(
            lambda exchange: None,
            doing="asking",
            settings=settings,
            billable=True,
            models={"describe_model": "gpt-4o"},
        )
    assert not caught.value.may_have_cost
    assert openai_environment.calls() == 0


def test_nobody_gets_a_turn_any_more_once_it_is_over(openai_environment, picture):
    pacing.stop()
    try:
        with pytest.raises(StoppedError):
            Pacer().admit(0)
        with pytest.raises(CancelledError):
            describe(picture, describer="openai")
    finally:
        pacing.go_on()
    assert openai_environment.calls() == 0
