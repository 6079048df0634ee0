"""Viewing, told as stories: real files, the real client, a server of models on this machine."""

from __future__ import annotations

import threading
import time
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from gcx_format import errors, pipeline, read
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.provenance import DigitalSourceType
from gcx_format.settings import load_settings
from gcx_format.spending import Ledger
from gcx_viewer.core.errors import TooLargeError
from gcx_viewer.core.events import (
    Cancelled,
    ConditionReady,
    ConsentNeeded,
    Failed,
    Finished,
    Generating,
    Opened,
    Showing,
    VariantsFound,
)
from gcx_viewer.core.preferences import Preferences
from gcx_viewer.core.viewing.viewing import Viewing
from openai_server import Fault


@pytest.fixture
def preferences() -> Preferences:
    return Preferences(paint_after_seconds=0.3)


@pytest.fixture
def viewing(events, preferences, no_threads_left):
    viewing = Viewing(events, lambda: preferences)
    yield viewing
    assert viewing.close(20)


def variants(path: Path):
    settings = load_settings()
    cache = Cache(settings.cache_folder, settings.cache_max_bytes)
    return cache.variants(descriptor_hash(path.read_bytes()))


def ledger() -> list[dict]:
    """The entries of the record of spending."""
    return Ledger(load_settings().state_folder).entries()


def wait_until(true, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def painted(viewing, events, path, preferences) -> int:
    """Show a file and wait until a model has made its picture."""
    before, preferences.policy = preferences.policy, "always"
    ticket = viewing.show(path)
    events.wait_for(Finished, ticket=ticket)
    preferences.policy = before
    return ticket


# --- what is there


def test_a_file_is_read_and_its_preview_shown_before_anything_else(viewing, events, house):
    ticket = viewing.show(house)
    finished = events.wait_for(Finished, ticket=ticket)
    assert events.names(ticket) == ["Opened", "preview", "VariantsFound", "preview", "Finished"]
    assert finished.reason == "no key is set"
    document = events.wait_for(Opened).document
    assert document.path == house
    assert document.descriptor == read(house)
    assert document.data == house.read_bytes()
    quick, refined = (e.picture for e in events.of(ticket) if isinstance(e, Showing))
    assert quick.size == refined.size == refined.image.size == (320, 200)
    assert quick.source_type is DigitalSourceType.ALGORITHMICALLY_ENHANCED
    assert quick.is_synthetic
    assert ImageChops.difference(quick.image, refined.image).getbbox()


def test_words_are_shown_on_a_card(viewing, events, words_only):
    ticket = viewing.show(words_only)
    events.wait_for(Finished, ticket=ticket)
    assert events.names(ticket) == ["Opened", "card", "VariantsFound", "Finished"]
    card = events.wait_for_kind("card")
    assert card.source_type is DigitalSourceType.ALGORITHMIC
    assert len(card.image.getcolors(1 << 16)) > 2


def test_an_ordinary_picture_is_shown_as_it_is(viewing, events, photograph):
    ticket = viewing.show(photograph)
    events.wait_for(Finished, ticket=ticket)
    assert events.names(ticket) == ["Opened", "photograph", "Finished"]
    picture = events.wait_for_kind("photograph")
    with Image.open(photograph) as image:
        assert picture.image.tobytes() == image.convert("RGB").tobytes()
    assert not picture.is_synthetic


def test_a_large_jpeg_is_there_before_all_of_it_is_decoded(viewing, events, picture, tmp_path):
    path = tmp_path / "large.jpg"
    picture.resize((3200, 2000)).save(path)
    ticket = viewing.show(path)
    events.wait_for(Finished, ticket=ticket)
    assert events.names(ticket) == ["Opened", "photograph", "photograph", "Finished"]
    quick, whole = (e.picture for e in events.of(ticket) if isinstance(e, Showing))
    assert quick.image.width < 3200
    assert quick.size == whole.size == whole.image.size == (3200, 2000)


def test_a_huge_picture_is_previewed_small_and_never_generated(
    viewing, events, make_gcx, preferences, openai_environment
):
    preferences.policy = "always"
    ticket = viewing.show(make_gcx("huge.gcx", visual=False, size=(1 << 15, 1 << 15)))
    reason = events.wait_for(Finished, ticket=ticket).reason
    assert reason == "it has more pixels than are generated"
    card = events.wait_for_kind("card")
    assert card.bytes < 20_000_000
    assert card.size == (1 << 15, 1 << 15)
    viewing.generate()
    assert isinstance(events.wait_for(Failed, ticket=ticket).error, TooLargeError)
    assert openai_environment.requests == []


def test_a_preview_of_any_proportions_can_be_drawn(viewing, events, make_gcx):
    ticket = viewing.show(make_gcx("long.gcx", visual=False, size=(1 << 26, 4)))
    card = events.wait_for_kind("card", ticket=ticket)
    assert max(card.image.size) <= 1 << 14
    assert card.size == (1 << 26, 4)


def test_a_corrupt_file_among_good_ones_says_so_and_no_more(
    viewing, events, house, corrupt, words_only, tmp_path
):
    tickets = []
    for path in (house, corrupt, tmp_path / "gone.gcx", words_only):
        tickets.append(viewing.show(path))
        events.wait_for((Finished, Failed), ticket=tickets[-1])
    assert events.names(tickets[1]) == events.names(tickets[2]) == ["Failed"]
    damaged, gone = (events.wait_for(Failed, ticket=ticket) for ticket in tickets[1:3])
    assert isinstance(damaged.error, errors.FormatError)
    assert str(corrupt) in str(damaged.error)
    assert isinstance(gone.error, errors.InputError)
    assert (damaged.during, gone.during, gone.can_retry) == ("opening", "opening", True)
    assert events.names(tickets[3])[-1] == "Finished"


@pytest.mark.parametrize("kind", ["damaged_visual", "missing_codec"])
def test_words_stand_in_for_a_visual_condition_that_does_not_decode(
    viewing, events, preferences, openai_environment, request, kind
):
    preferences.policy = "always"
    ticket = viewing.show(request.getfixturevalue(kind))
    failed = events.wait_for(Failed, ticket=ticket)
    events.wait_for(VariantsFound, ticket=ticket)
    assert failed.during == "preview"
    assert events.names(ticket) == ["Opened", "card", "Failed", "VariantsFound"]
    assert viewing.condition() is None
    assert openai_environment.requests == []


def test_what_failed_is_tried_again(viewing, events, house):
    data = house.read_bytes()
    house.unlink()
    ticket = viewing.show(house)
    events.wait_for(Failed, ticket=ticket)
    house.write_bytes(data)
    viewing.retry()
    events.wait_for(Finished, ticket=ticket)
    viewing.retry()  # nothing has failed since
    assert events.names(ticket)[:3] == ["Failed", "Opened", "preview"]


def test_a_file_that_changed_is_shown_as_it_is_now(viewing, events, photograph, picture):
    events.wait_for(Finished, ticket=viewing.show(photograph))
    picture.rotate(180).resize((100, 50)).save(photograph)
    ticket = viewing.show(photograph)
    assert events.wait_for(Opened, ticket=ticket).document.size == (100, 50)
    assert events.wait_for_kind("photograph", ticket=ticket).image.size == (100, 50)


def test_settings_that_make_no_sense_leave_the_preview(viewing, events, house, monkeypatch):
    monkeypatch.setenv("GCX_POLICY", "sometimes")
    ticket = viewing.show(house)
    failed = events.wait_for(Failed, ticket=ticket)
    assert failed.during == "generating"
    assert isinstance(failed.error, errors.SettingsError)
    events.wait_for_kind("preview", ticket=ticket)
    monkeypatch.delenv("GCX_POLICY")
    viewing.retry()
    events.wait_for(Finished, ticket=ticket)


def test_the_condition_can_be_had_beside_the_picture(
    viewing, events, house, words_only, preferences, openai_environment
):
    painted(viewing, events, house, preferences)
    ticket = viewing.show(house)
    events.wait_for(Finished, ticket=ticket)
    if (condition := viewing.condition()) is None:
        condition = events.wait_for(ConditionReady, ticket=ticket).picture
    assert condition.kind == "preview"
    assert viewing.condition().image is condition.image
    assert [e.picture.kind for e in events.of(ticket) if isinstance(e, Showing)][-1] == (
        "reconstruction"
    )
    events.wait_for(ConsentNeeded, ticket=viewing.show(words_only))
    assert viewing.condition() is None


# --- having it painted


def test_from_the_preview_over_unfinished_pictures_to_the_whole_and_back_from_the_cache(
    viewing, events, house, preferences, openai_environment
):
    ticket = viewing.show(house)
    asking = events.wait_for(ConsentNeeded, ticket=ticket)
    assert asking.estimate.calls == 1
    assert 0 < asking.estimate.usd < 1
    assert openai_environment.requests == []
    before = time.monotonic()
    viewing.generate()
    events.wait_for(Finished, ticket=ticket)
    assert events.names(ticket) == [
        *("Opened", "preview", "VariantsFound", "preview", "ConsentNeeded", "UnderWay"),
        *("Generating", "partial", "partial", "UnderWay"),
        *("reconstruction", "VariantsFound", "Finished"),
    ]
    generating = events.wait_for(Generating, ticket=ticket)
    assert before <= generating.started <= time.monotonic()
    assert generating.estimate.usd == asking.estimate.usd
    whole = events.wait_for_kind("reconstruction", ticket=ticket)
    partial = events.wait_for_kind("partial", ticket=ticket)
    assert partial.size == whole.size == (320, 200)
    assert whole.source_type is partial.source_type is DigitalSourceType.TRAINED_ALGORITHMIC
    assert whole.info["model"] == "gpt-4o"
    assert whole.variant.path == variants(house)[0].path
    assert len(ledger()) == 1

    again = viewing.show(house)
    events.wait_for(Finished, ticket=again)
    assert "ConsentNeeded" not in events.names(again)
    kept = events.wait_for_kind("reconstruction", ticket=again)
    assert kept.image.tobytes() == whole.image.tobytes()
    assert kept.variant == whole.variant
    assert kept.info["cached"]
    assert openai_environment.calls() == 1


def test_the_third_time_it_comes_out_of_memory_without_a_preview_before_it(
    viewing, events, house, preferences, openai_environment
):
    painted(viewing, events, house, preferences)
    events.wait_for(Finished, ticket=viewing.show(house))
    ticket = viewing.show(house)
    events.wait_for(Finished, ticket=ticket)
    assert events.names(ticket) == ["Opened", "reconstruction", "VariantsFound", "Finished"]


def test_always_asks_nobody_and_what_the_command_made_is_shown(
    viewing, events, house, words_only, preferences, openai_environment
):
    preferences.policy = "always"
    ticket = viewing.show(words_only)
    events.wait_for_kind("reconstruction", ticket=ticket)
    events.wait_for(Finished, ticket=ticket)
    assert "ConsentNeeded" not in events.names(ticket)

    made = pipeline.reconstruct(read(house), load_settings())
    preferences.policy = "never"
    ticket = viewing.show(house)
    shown = events.wait_for_kind("reconstruction", ticket=ticket)
    assert shown.image.tobytes() == made.image.tobytes()
    assert openai_environment.calls() == 2


def test_never_shows_what_is_there(viewing, events, house, preferences, openai_environment):
    preferences.policy = "never"
    ticket = viewing.show(house)
    reason = events.wait_for(Finished, ticket=ticket).reason
    assert reason == "the policy is to ask no model"
    viewing.generate()  # but who says so now may
    events.wait_for_kind("reconstruction", ticket=ticket)
    assert openai_environment.calls() == 1


def test_the_settings_have_the_last_word(
    viewing, events, house, preferences, openai_environment, monkeypatch
):
    preferences.policy = "always"
    pipeline.reconstruct(read(house), load_settings())
    monkeypatch.setenv("GCX_GENERATOR", "preview")
    ticket = viewing.show(house)
    reason = events.wait_for(Finished, ticket=ticket).reason
    assert reason == "the settings allow no generated pictures"
    assert "reconstruction" not in events.names(ticket)
    viewing.generate()
    failed = events.wait_for(Failed, ticket=ticket)
    assert isinstance(failed.error, errors.GenerationNotAllowedError)
    assert openai_environment.calls() == 1


def test_a_policy_that_forbids_to_paint_does_not_hide_what_was_paid_for(
    viewing, events, house, openai_environment, monkeypatch
):
    pipeline.reconstruct(read(house), load_settings())
    openai_environment.stop()
    monkeypatch.setenv("GCX_POLICY", "never")
    monkeypatch.setenv("GCX_IMAGE_QUALITY", "high")
    ticket = viewing.show(house)
    assert events.wait_for(Finished, ticket=ticket).reason is None
    assert "reconstruction" in events.names(ticket)


def test_files_of_a_trusted_folder_are_painted_without_asking(
    viewing, events, make_gcx, preferences, openai_environment
):
    trusted, other = make_gcx("mine/a.gcx"), make_gcx("mine2/b.gcx")
    preferences.trusted_folders = [trusted.parent]
    events.wait_for(ConsentNeeded, ticket=viewing.show(other))
    ticket = viewing.show(trusted)
    events.wait_for_kind("reconstruction", ticket=ticket)
    assert "ConsentNeeded" not in events.names(ticket)


def test_who_leafs_on_pays_nothing(viewing, events, make_gcx, preferences, openai_environment):
    preferences.policy = "always"
    paths = [make_gcx(f"{number}.gcx") for number in range(20)]
    for path in paths:
        ticket = viewing.show(path)
    events.wait_for_kind("reconstruction", ticket=ticket)
    assert openai_environment.calls() == 1
    assert openai_environment.requests[0].status == 200
    assert [len(variants(path)) for path in paths] == [0] * 19 + [1]


def test_what_has_not_stood_long_enough_is_not_paid_for(
    viewing, events, make_gcx, preferences, openai_environment
):
    """A trusted folder, gone through with the arrow keys."""
    assert Preferences().paint_after_seconds == 2.0
    first, second = make_gcx("mine/1.gcx"), make_gcx("mine/2.gcx")
    preferences.trusted_folders = [first.parent]
    preferences.paint_after_seconds = 60
    ticket = viewing.show(first)
    events.wait_for(VariantsFound, ticket=ticket)
    preferences.paint_after_seconds = 0.1
    ticket = viewing.show(second)
    events.wait_for_kind("reconstruction", ticket=ticket)
    assert [len(variants(path)) for path in (first, second)] == [0, 1]
    assert openai_environment.calls() == 1


def test_what_nobody_was_asked_about_is_painted_one_at_a_time(
    viewing, events, make_gcx, preferences, openai_environment
):
    preferences.policy = "always"
    first, second = make_gcx("1.gcx"), make_gcx("2.gcx")
    openai_environment.script("stall")
    ticket = viewing.show(first)
    events.wait_for(Generating, ticket=ticket)
    openai_environment.wait_for_calls(1)
    left = viewing.show(second)
    events.wait_for(VariantsFound, ticket=left)
    assert not events.wait_in_vain_for(Generating, ticket=left)
    assert openai_environment.calls() == 1
    events.wait_for(Generating, ticket=viewing.show(first))
    viewing.cancel()
    ticket = viewing.show(second)
    events.wait_for_kind("reconstruction", ticket=ticket)
    assert openai_environment.calls() == 2


def test_without_a_key_nothing_is_asked(
    viewing, events, house, preferences, openai_environment, monkeypatch
):
    monkeypatch.delenv("OPENAI_API_KEY")
    preferences.policy = "always"
    ticket = viewing.show(house)
    assert events.wait_for(Finished, ticket=ticket).reason == "no key is set"
    viewing.generate()
    failed = events.wait_for(Failed, ticket=ticket)
    assert isinstance(failed.error, errors.MissingKeyError)
    assert openai_environment.requests == []


def test_cancelling_hangs_up(viewing, events, house, openai_environment):
    openai_environment.script("stall")
    ticket = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=ticket)
    viewing.generate()
    openai_environment.wait_for_calls(1)
    viewing.cancel()
    events.wait_for(Cancelled, ticket=ticket)
    assert "Failed" not in events.names(ticket)
    assert variants(house) == []
    viewing.retry()
    events.wait_for(Finished, ticket=ticket)
    assert events.names(ticket)[-1] == "Finished"
    assert len(variants(house)) == 1


def test_who_changes_their_mind_at_once_pays_nothing(viewing, events, house, openai_environment):
    ticket = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=ticket)
    viewing.generate()
    viewing.cancel()
    events.wait_for(Cancelled, ticket=ticket)
    assert openai_environment.pictures_made == 0


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("moderation", errors.RefusedError),
        ("bad_key", errors.RejectedKeyError),
        ("quota", errors.QuotaError),
        (Fault("disconnect", after=2), errors.ConnectionLostError),
        ("not_an_image", errors.BadAnswerError),
    ],
)
def test_what_goes_wrong_at_the_server_is_told_and_can_be_tried_again(
    viewing, events, house, openai_environment, fault, kind
):
    openai_environment.script(fault)
    ticket = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=ticket)
    viewing.generate()
    failed = events.wait_for(Failed, ticket=ticket)
    assert isinstance(failed.error, kind)
    assert (failed.during, failed.can_retry) == ("generating", True)
    viewing.retry()
    events.wait_for_kind("reconstruction", ticket=ticket)


def test_a_server_that_is_gone_is_asked_again_once_it_is_back(
    viewing, events, house, openai_environment, monkeypatch
):
    monkeypatch.setenv("GCX_MAX_RETRIES", "0")
    openai_environment.stop()
    ticket = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=ticket)
    viewing.generate()
    failed = events.wait_for(Failed, ticket=ticket)
    assert isinstance(failed.error, errors.ConnectionLostError)
    openai_environment.start()
    viewing.retry()
    events.wait_for_kind("reconstruction", ticket=ticket)


@pytest.mark.parametrize("policy", ["ask", "always"])
@pytest.mark.parametrize("limit", ["GCX_DAILY_LIMIT_USD", "GCX_CALL_LIMIT_USD"])
def test_what_a_spending_limit_forbids_is_not_even_proposed(
    viewing, events, house, preferences, openai_environment, monkeypatch, policy, limit
):
    preferences.policy = policy
    monkeypatch.setenv(limit, "0.001")
    ticket = viewing.show(house)
    finished = events.wait_for(Finished, ticket=ticket)
    assert finished.reason == "the spending limit allows no more"
    viewing.generate()
    failed = events.wait_for(Failed, ticket=ticket)
    assert isinstance(failed.error, errors.SpendingLimitError)
    assert "ConsentNeeded" not in events.names(ticket)
    assert "Generating" not in events.names(ticket)
    assert openai_environment.requests == []


@pytest.mark.filterwarnings("ignore:the picture is not kept")
def test_a_picture_that_cannot_be_kept_is_shown_and_said_to_be_so(
    viewing, events, house, openai_environment, monkeypatch
):
    ticket = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=ticket)
    folder = load_settings().cache_folder / "reconstructions"
    folder.parent.mkdir(parents=True)
    folder.write_bytes(b"")  # a file in the folder's place
    viewing.generate()
    failed = events.wait_for(Failed, ticket=ticket)
    assert events.names(ticket)[-3:] == ["reconstruction", "VariantsFound", "Failed"]
    assert isinstance(failed.error, errors.OutputError)


# --- moving on, coming back, closing


def test_a_picture_goes_on_being_painted_while_others_are_looked_at(
    viewing, events, house, words_only, openai_environment
):
    openai_environment.pace = 0.15
    first = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=first)
    viewing.generate()
    events.wait_for_kind("partial", ticket=first)
    other = viewing.show(words_only)
    events.wait_for(ConsentNeeded, ticket=other)
    back = viewing.show(house)
    generating = events.wait_for(Generating, ticket=back)
    assert generating.started == events.wait_for(Generating, ticket=first).started
    events.wait_for(Finished, ticket=back)
    names = events.names(back)
    assert names[:4] == ["Opened", "preview", "Generating", "partial"]
    assert names[-3:] == ["reconstruction", "VariantsFound", "Finished"]
    assert not {"reconstruction", "Finished"} & {*events.names(first), *events.names(other)}
    assert openai_environment.calls() == 1


def test_a_picture_that_was_left_is_kept(viewing, events, house, words_only, openai_environment):
    events.wait_for(ConsentNeeded, ticket=viewing.show(house))
    viewing.generate()
    events.wait_for(Generating)
    viewing.show(words_only)
    viewing.cancel()  # there is nothing to cancel on screen
    wait_until(lambda: len(variants(house)) == 1)


def test_at_most_four_are_painted_at_once_and_the_fifth_can_be_cancelled(
    viewing, events, make_gcx, openai_environment, monkeypatch
):
    monkeypatch.setenv("GCX_DAILY_LIMIT_USD", "5")
    openai_environment.script(*["stall"] * 4)
    for number in range(5):
        ticket = viewing.show(make_gcx(f"{number}.gcx"))
        events.wait_for(ConsentNeeded, ticket=ticket)
        viewing.generate()
        events.wait_for(Generating, ticket=ticket)
    openai_environment.wait_for_calls(4)
    viewing.cancel()
    events.wait_for(Cancelled, ticket=ticket)
    assert openai_environment.calls() == 4


def test_closing_in_the_middle_hangs_up_and_leaves_no_thread(
    events, preferences, house, openai_environment, no_threads_left
):
    openai_environment.script(Fault("stall", after=4))
    viewing = Viewing(events, lambda: preferences)
    ticket = viewing.show(house)
    events.wait_for(ConsentNeeded, ticket=ticket)
    viewing.generate()
    openai_environment.wait_for_calls(1)
    assert viewing.close(10)
    count = len(events.all)
    assert [entry for entry in ledger() if Decimal(entry["usd"]) > 0]  # it may be billed
    viewing.show(house)
    viewing.generate()
    assert len(events.all) == count


def test_closing_loses_nothing_that_has_arrived(
    events, preferences, house, openai_environment, no_threads_left
):
    """Of two pictures one is there; the other one's connection is shut."""
    openai_environment.script("stall")
    viewing = Viewing(events, lambda: preferences)
    events.wait_for(ConsentNeeded, ticket=viewing.show(house))
    viewing.generate(candidates=2)
    wait_until(lambda: len(variants(house)) == 1)
    openai_environment.wait_for_calls(2)
    assert viewing.close(10)
    assert len(variants(house)) == 1
    assert len(ledger()) == 2


def test_a_listener_that_is_gone_stops_nothing(house, preferences, no_threads_left, caplog):
    came = []
    done = threading.Event()

    def gone(event):
        came.append(type(event))
        if isinstance(event, Finished):
            done.set()
        raise RuntimeError("wrapped C/C++ object has been deleted")

    viewing = Viewing(gone, lambda: preferences)
    viewing.show(house)
    assert done.wait(10)
    assert viewing.close(10)
    assert came[0] is Opened


def test_a_listener_may_call_back(house, preferences, openai_environment, no_threads_left):
    done = threading.Event()

    def answer(event):
        if isinstance(event, ConsentNeeded):
            viewing.generate()
        if isinstance(event, Finished):
            done.set()

    viewing = Viewing(answer, lambda: preferences)
    viewing.show(house)
    assert done.wait(10)
    assert viewing.close(10)
    assert len(variants(house)) == 1


def test_a_thousand_files_leave_only_the_last_to_be_done(viewing, events, make_gcx):
    paths = [make_gcx(f"{number}.gcx") for number in range(20)]
    for number in range(1000):
        ticket = viewing.show(paths[number % 20])
    events.wait_for(Finished, ticket=ticket)
    assert ticket == 1000
    assert events.names(ticket)[-1] == "Finished"
    assert len({event.ticket for event in events.all}) < 200


def test_what_will_be_wanted_next_is_decoded_before(
    viewing, events, house, photograph, preferences, openai_environment
):
    pipeline.reconstruct(read(house), load_settings())
    viewing.preload([photograph, house, photograph.with_name("gone.png")])
    wait_until(lambda: len(viewing._memory) == 2)
    ticket = viewing.show(house)
    events.wait_for(Finished, ticket=ticket)
    assert events.names(ticket) == ["Opened", "reconstruction", "VariantsFound", "Finished"]


# --- variants


def test_another_one_is_made_chosen_and_deleted(
    viewing, events, house, preferences, openai_environment
):
    ticket = painted(viewing, events, house, preferences)
    (first,) = viewing.variants()
    openai_environment.drifts = [1.0]  # which scores less
    viewing.generate(force_new=True)
    second = events.wait_for(
        VariantsFound, ticket=ticket, where=lambda event: len(event.variants) == 2
    )
    one, two = viewing.variants()
    assert (one, second.variants) == (first, (one, two))
    assert two.score < one.score
    assert openai_environment.calls() == 2
    showing = [e.picture for e in events.of(ticket) if isinstance(e, Showing)]
    assert showing[-1].variant.path == two.variant.path

    events.wait_for(Finished, ticket=(ticket := viewing.show(house)))
    best = events.wait_for_kind("reconstruction", ticket=ticket)
    assert best.variant.path == one.variant.path

    viewing.choose(two)
    events.wait_for(VariantsFound, ticket=ticket, where=lambda event: event.variants[1].chosen)
    events.wait_for(Showing, ticket=ticket, where=lambda e: e.picture.variant == two.variant)
    events.wait_for(Finished, ticket=(ticket := viewing.show(house)))
    shown = events.wait_for_kind("reconstruction", ticket=ticket)
    assert shown.variant.path == two.variant.path

    viewing.show_variant(one.variant)
    events.wait_for(
        Showing,
        ticket=ticket,
        where=lambda e: e.picture.variant is not None and e.picture.variant.id == one.id,
    )
    viewing.delete(one)
    events.wait_for(VariantsFound, ticket=ticket, where=lambda event: len(event.variants) == 1)
    assert not one.variant.path.exists()
    viewing.delete(two)
    events.wait_for(VariantsFound, ticket=ticket, where=lambda event: not event.variants)
    events.wait_for_kind("preview", ticket=ticket)
    assert viewing.variants() == []
    assert openai_environment.calls() == 2


def test_a_chosen_one_stays_chosen_when_another_is_made(
    viewing, events, house, preferences, openai_environment
):
    ticket = painted(viewing, events, house, preferences)
    viewing.choose(viewing.variants()[0])
    events.wait_for(
        VariantsFound, ticket=ticket, where=lambda e: e.variants and e.variants[0].chosen
    )
    viewing.generate(force_new=True)
    kept = events.wait_for(
        VariantsFound, ticket=ticket, where=lambda event: len(event.variants) == 2
    )
    assert [one.chosen for one in kept.variants] == [True, False]
    events.wait_for_kind("partial", ticket=ticket)

    openai_environment.script("moderation")
    viewing.generate(force_new=True)
    events.wait_for(Failed, ticket=ticket)
    assert [one.chosen for one in viewing.variants()] == [True, False]
    assert [e.picture.kind for e in events.of(ticket) if isinstance(e, Showing)][-1] == (
        "reconstruction"
    )


def test_what_is_not_there_any_more_cannot_be_chosen_or_shown(
    viewing, events, house, preferences, openai_environment
):
    ticket = painted(viewing, events, house, preferences)
    (one,) = viewing.variants()
    settings = load_settings()
    Cache(settings.cache_folder, settings.cache_max_bytes).remove(one.variant)
    for use in (viewing.choose, lambda one: viewing.show_variant(one.variant)):
        events.all.clear()
        use(one)
        failed = events.wait_for(Failed, ticket=ticket)
        assert failed.during == "variants"
        assert isinstance(failed.error, errors.InputError)


# --- sharpened by a local model


@pytest.mark.usefixtures("enhancer")
def test_without_a_key_the_preview_is_sharpened_and_nothing_is_kept(viewing, events, house):
    ticket = viewing.show(house)
    assert events.wait_for(Finished, ticket=ticket).reason == "no key is set"
    wait_until(lambda: _guessed(events, ticket), 60)
    (picture,) = _guessed(events, ticket)
    assert picture.kind == "preview"
    assert picture.source_type is DigitalSourceType.EDITED_BY_TRAINED_ALGORITHM
    assert picture.info["model"] == "Real-ESRGAN x4plus"
    assert variants(house) == []


@pytest.mark.usefixtures("enhancer")
def test_a_preview_that_is_wanted_stays_as_it_is(viewing, events, house, monkeypatch):
    monkeypatch.setenv("GCX_GENERATOR", "preview")
    ticket = viewing.show(house)
    events.wait_for(Finished, ticket=ticket)
    assert viewing.close(20)
    assert _guessed(events, ticket) == []


def _guessed(events, ticket: int) -> list:
    return [
        event.picture
        for event in events.of(ticket)
        if isinstance(event, Showing) and event.picture.info.get("generator") == "enhance"
    ]
