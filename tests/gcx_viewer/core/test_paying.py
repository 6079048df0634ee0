"""Money: nothing is paid for twice, or against the user's will, and nothing paid for is lost."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from gcx_format import pipeline, read, write
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.settings import load_settings
from gcx_viewer.core.errors import UnkeptError
from gcx_viewer.core.events import (
    Cancelled,
    ConsentNeeded,
    Failed,
    FailedElsewhere,
    Finished,
    Generating,
    Showing,
    VariantsFound,
)
from gcx_viewer.core.preferences import Preferences
from gcx_viewer.core.viewing.viewing import Viewing
from openai_server import Fault


@pytest.fixture
def preferences() -> Preferences:
    return Preferences(paint_after_seconds=0.3)


class Gate:
    """Settings that may be held up, as by a keyring that waits for the user."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()
        self.waiting = threading.Event()

    def __call__(self):
        if not self.open.is_set():
            self.waiting.set()
            assert self.open.wait(20)
        return load_settings()


@pytest.fixture
def gate() -> Gate:
    return Gate()


@pytest.fixture
def viewing(events, preferences, gate, no_threads_left):
    viewing = Viewing(events, lambda: preferences, gate)
    yield viewing
    gate.open.set()
    assert viewing.close(20)


def kept(path: Path):
    settings = load_settings()
    cache = Cache(settings.cache_folder, settings.cache_max_bytes)
    return cache.variants(descriptor_hash(path.read_bytes()))


def wait_until(true, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def no_place_to_keep() -> None:
    """Put a file where pictures would be kept."""
    folder = load_settings().cache_folder / "reconstructions"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_bytes(b"")


# --- after a model has ended


@pytest.mark.parametrize("now", ["2027-01-13T12:00Z", "2027-01-15T12:00Z"])
def test_the_successor_of_a_default_that_has_ended_paints(
    viewing, events, house, openai_environment, now
):
    time_machine = pytest.importorskip("time_machine")
    openai_environment.retire("gpt-4o")
    with time_machine.travel(now):
        ticket = viewing.show(house)
        events.wait_for(ConsentNeeded, ticket=ticket)
        viewing.generate()
        finished = events.wait_for(Finished, ticket=ticket)
    assert events.wait_for_kind("reconstruction", ticket=ticket).info["model"] == "gpt-6-luna"
    (told,) = finished.warnings
    assert told.endswith(", so gpt-6-luna is asked instead")


# --- against the user's will


def test_an_order_that_is_cancelled_while_it_is_prepared_costs_nothing(
    viewing, events, house, gate, openai_environment
):
    ticket = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=ticket)
    gate.open.clear()
    viewing.generate()
    assert gate.waiting.wait(10)  # for the key, for instance
    viewing.cancel()
    gate.open.set()
    events.wait_for(Cancelled, ticket=ticket)
    assert "Generating" not in events.names(ticket)
    viewing.retry()
    events.wait_for(Finished, ticket=ticket)
    assert openai_environment.calls() == 1


def test_cancelling_before_a_model_is_asked_on_its_own_keeps_it_from_that(
    viewing, events, house, preferences, openai_environment
):
    preferences.policy = "always"
    ticket = viewing.show(house)
    events.wait_for(
        Showing, ticket=ticket, where=lambda e: e.picture is not events.of(ticket)[1].picture
    )
    viewing.cancel()
    events.wait_for(Cancelled, ticket=ticket)
    assert openai_environment.requests == []
    viewing.retry()
    events.wait_for(Finished, ticket=ticket)
    assert len(kept(house)) == 1


def test_a_policy_that_is_changed_in_the_last_moment_holds(
    viewing, events, house, preferences, gate, openai_environment
):
    preferences.policy = "always"
    asked = []

    def changing(*_):
        asked.append(preferences.policy)
        if len(asked) == 1:  # what is decided now is not done before a glance is over
            found, preferences.policy = replace(preferences), "never"
            return found
        return preferences

    viewing._controller._preferences = changing
    ticket = viewing.show(house)
    finished = events.wait_for(Finished, ticket=ticket)
    assert finished.reason == "the policy is to ask no model"
    assert len(asked) == 3  # decided, how long to wait, decided again
    assert openai_environment.requests == []


def test_a_price_that_rose_since_the_user_was_asked_is_told_before_it_is_paid(
    viewing, events, house, openai_environment, monkeypatch
):
    monkeypatch.setenv("GCX_IMAGE_QUALITY", "low")
    ticket = viewing.show(house)
    asking = events.wait_for(ConsentNeeded, ticket=ticket)
    monkeypatch.setenv("GCX_IMAGE_QUALITY", "high")
    viewing.generate()
    dearer = events.wait_for(ConsentNeeded, ticket=ticket, where=lambda e: e is not asking)
    assert dearer.estimate.usd > asking.estimate.usd
    assert openai_environment.requests == []
    viewing.generate()
    events.wait_for(Finished, ticket=ticket)
    assert openai_environment.calls() == 1


@pytest.mark.parametrize("says_what_was_told", [False, True])
def test_so_is_that_of_one_more_picture(
    viewing, events, house, preferences, openai_environment, monkeypatch, says_what_was_told
):
    monkeypatch.setenv("GCX_IMAGE_QUALITY", "low")
    preferences.policy = "always"
    ticket = viewing.show(house)
    events.wait_for(Finished, ticket=ticket)
    told = events.of(ticket)[-2].another
    monkeypatch.setenv("GCX_IMAGE_QUALITY", "high")
    viewing.generate(force_new=True, quoted=told if says_what_was_told else None)
    asking = events.wait_for(ConsentNeeded, ticket=ticket)
    assert asking.force_new
    assert asking.estimate.usd > told.usd
    assert len(kept(house)) == openai_environment.calls() == 1
    viewing.generate(force_new=True, quoted=asking.estimate)
    wait_until(lambda: len(kept(house)) == 2)
    assert openai_environment.calls() == 2


def test_what_failed_is_retried_at_the_price_that_was_agreed_to(
    viewing, events, house, openai_environment, monkeypatch
):
    monkeypatch.setenv("GCX_IMAGE_QUALITY", "low")
    ticket = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=ticket)
    openai_environment.script("not_an_image")
    viewing.generate(force_new=True)
    events.wait_for(Failed, ticket=ticket)
    monkeypatch.setenv("GCX_IMAGE_QUALITY", "high")
    viewing.retry()
    asking = events.wait_for(ConsentNeeded, ticket=ticket, where=lambda e: e.force_new)
    assert openai_environment.calls() == 1
    viewing.generate(force_new=True, quoted=asking.estimate)
    events.wait_for(Finished, ticket=ticket)
    assert openai_environment.calls() == 2


@pytest.mark.parametrize("fault", ["moderation", "not_an_image", Fault("disconnect", after=2)])
def test_what_failed_at_a_cost_is_not_tried_again_without_asking(
    viewing, events, house, words_only, preferences, openai_environment, fault
):
    preferences.policy = "always"
    openai_environment.script(fault)
    events.wait_for(Failed, ticket=viewing.show(house))
    ticket = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=ticket)
    assert openai_environment.calls() == 1
    viewing.generate()
    events.wait_for(Finished, ticket=ticket)
    assert len(kept(house)) == 1
    events.wait_for_kind("reconstruction", ticket=viewing.show(words_only))  # others go on


def test_what_failed_for_nothing_is_tried_again(
    viewing, events, house, preferences, openai_environment, monkeypatch
):
    monkeypatch.setenv("GCX_MAX_RETRIES", "0")
    preferences.policy = "always"
    openai_environment.stop()
    events.wait_for(Failed, ticket=viewing.show(house))
    openai_environment.start()
    events.wait_for_kind("reconstruction", ticket=viewing.show(house))


def test_what_the_user_cancelled_is_not_begun_again_without_asking(
    viewing, events, house, preferences, openai_environment
):
    preferences.policy = "always"
    openai_environment.script("stall")
    ticket = viewing.show(house)
    openai_environment.wait_for_calls(1)
    viewing.cancel()
    events.wait_for(Cancelled, ticket=ticket)
    events.wait_for(ConsentNeeded, ticket=viewing.show(house))
    assert openai_environment.calls() == 1


def test_a_link_out_of_a_trusted_folder_and_a_way_around_it_are_not_trusted(
    viewing, events, make_gcx, preferences, openai_environment
):
    mine, other = make_gcx("mine/a.gcx"), make_gcx("other/b.gcx")
    link = mine.parent / "link.gcx"
    link.symlink_to(other)
    preferences.trusted_folders = [mine.parent]
    for path in (link, mine.parent / ".." / "other" / "b.gcx"):
        events.wait_for(ConsentNeeded, ticket=viewing.show(path))
    assert openai_environment.requests == []


def test_a_file_that_is_written_again_and_again_is_paid_for_once(
    viewing, events, house, preferences, openai_environment
):
    preferences.policy = "always"
    events.wait_for(Finished, ticket=viewing.show(house))
    for number in range(3):
        write(house, replace(read(house), note=str(number)), overwrite=True)
        ticket = viewing.show(house)
        events.wait_for(ConsentNeeded, ticket=ticket)
    assert openai_environment.calls() == 1
    viewing.generate()
    events.wait_for(Finished, ticket=ticket)
    assert openai_environment.calls() == 2


# --- twice


def test_two_windows_pay_once(events, house, preferences, openai_environment, no_threads_left):
    preferences.policy = "always"
    openai_environment.pace = 0.1
    windows = [Viewing(events, lambda: preferences) for _ in range(2)]
    for window in windows:
        window.show(house)
    wait_until(lambda: sum(isinstance(event, Finished) for event in events.all) == 2)
    assert openai_environment.calls() == 1
    closed = [window.close(20) for window in windows]
    assert closed == [True, True]


def test_a_double_click_pays_once(viewing, events, house, openai_environment):
    openai_environment.pace = 0.05
    ticket = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=ticket)
    for _ in range(10):
        viewing.generate(force_new=True)
        viewing.retry()
    events.wait_for(Finished, ticket=ticket)
    assert openai_environment.calls() == 1


def test_a_file_that_changes_under_the_order_gets_its_own_picture(
    viewing, events, house, openai_environment
):
    """What was ordered is painted of what was read, and kept for that; the new file is another."""
    before = house.read_bytes()
    openai_environment.pace = 0.1
    first = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=first)
    viewing.generate()
    events.wait_for(Generating, ticket=first)
    write(house, replace(read(house), note="another"), overwrite=True)
    second = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=second)
    settings = load_settings()
    cache = Cache(settings.cache_folder, settings.cache_max_bytes)
    wait_until(lambda: len(cache.variants(descriptor_hash(before))) == 1)
    assert kept(house) == []
    assert "reconstruction" not in events.names(second)
    assert openai_environment.calls() == 1


# --- lost


def test_a_picture_that_could_not_be_kept_is_there_as_long_as_the_window(
    viewing, events, house, words_only, preferences, openai_environment
):
    """Also where the user was looking at another file when it came."""
    preferences.policy = "always"
    openai_environment.pace = 0.1
    ticket = viewing.show(house)
    events.wait_for(Generating, ticket=ticket)
    no_place_to_keep()
    preferences.policy = "never"
    other = viewing.show(words_only)
    events.wait_for(Finished, ticket=other)
    told = events.wait_for(FailedElsewhere, ticket=other)
    assert told.path == house
    assert isinstance(told.error, UnkeptError)
    wait_until(lambda: not viewing._controller._under_way)
    preferences.policy = "always"
    ticket = viewing.show(house)
    failed = events.wait_for(Failed, ticket=ticket)
    assert events.wait_for_kind("reconstruction", ticket=ticket).variant is None
    assert isinstance(failed.error, UnkeptError)
    assert "could not be stored" in failed.error.message
    assert (failed.during, failed.can_retry) == ("generating", False)
    assert openai_environment.calls() == 1


def test_what_went_less_than_well_is_told_and_not_printed(
    viewing, events, house, openai_environment
):
    """Warnings are errors here, so one would end the generation."""
    openai_environment.script("moderation")
    ticket = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=ticket)
    viewing.generate(candidates=2)
    finished = events.wait_for(Finished, ticket=ticket)
    (warning,) = finished.warnings
    assert "1 of 2 candidates failed" in warning
    assert len(kept(house)) == 1


def test_one_that_is_made_beyond_the_order_is_still_told_of(
    viewing, events, house, openai_environment
):
    """Cancelled and ordered anew at once: the first answer may have been on its way."""
    ticket = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=ticket)
    viewing.generate()
    viewing.cancel()
    viewing.generate()
    events.wait_for(Finished, ticket=ticket)
    viewing.show(house)
    assert len(kept(house)) == 1
    assert openai_environment.pictures_made == 1


def test_closing_from_a_listener_ends(house, preferences, openai_environment, no_threads_left):
    closed = threading.Event()

    def listener(event):
        if isinstance(event, VariantsFound):
            viewing.close(5)
            closed.set()

    viewing = Viewing(listener, lambda: preferences)
    viewing.show(house)
    assert closed.wait(4)
    assert viewing.close(10)


def test_an_order_of_a_window_that_closes_is_not_begun(
    events, house, preferences, gate, openai_environment, no_threads_left
):
    viewing = Viewing(events, lambda: preferences, gate)
    events.wait_for(ConsentNeeded, ticket=viewing.show(house))
    gate.open.clear()
    viewing.generate()
    assert gate.waiting.wait(10)
    assert not viewing.close(0.2)
    gate.open.set()
    assert viewing.close(10)
    assert openai_environment.requests == []


def test_what_the_command_made_meanwhile_is_shown_and_not_paid_again(
    viewing, events, house, openai_environment
):
    ticket = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=ticket)
    made = pipeline.reconstruct(read(house), load_settings())
    viewing.generate()
    events.wait_for(Finished, ticket=ticket)
    shown = events.wait_for_kind("reconstruction", ticket=ticket)
    assert shown.image.tobytes() == made.image.tobytes()
    assert made.cost_usd is not None
    assert made.cost_usd > Decimal(0)
    assert openai_environment.calls() == 1
