"""A visual condition that takes a network to decode: seen, painted, and where it cannot be."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from gcx_format import encode, errors, read, write
from gcx_viewer.core.events import ConsentNeeded, Failed, Finished, Showing, VariantsFound
from gcx_viewer.core.preferences import Preferences
from gcx_viewer.core.thumbnails import thumbnailer as thumbnails
from gcx_viewer.core.thumbnails.files import KeptThumbnail
from gcx_viewer.core.viewing.viewing import Viewing

WORDS = "A red disc on a slope from orange to blue."


@pytest.fixture(scope="session")
def coded(picture, msillm_folder):
    """The picture with a condition of quality 3; what it takes to decode it is at hand."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GCX_WEIGHTS_FOLDER", str(msillm_folder))
        return encode(picture, text=WORDS, visual="msillm", quality=3)


@pytest.fixture
def disc(coded, msillm, tmp_path) -> Path:
    path = tmp_path / "disc.gcx"
    write(path, coded)
    return path


@pytest.fixture
def viewing(events, no_threads_left):
    viewing = Viewing(events, lambda: Preferences())
    yield viewing
    assert viewing.close(60)


# --- where all is at hand


def test_words_stand_in_until_the_network_has_decoded_it(viewing, events, disc):
    ticket = viewing.show(disc)
    events.wait_for(Finished, 60, ticket=ticket)
    assert events.names(ticket) == ["Opened", "card", "VariantsFound", "preview", "Finished"]
    preview = [e.picture for e in events.of(ticket) if isinstance(e, Showing)][-1]
    assert preview.size == preview.image.size == (320, 200)
    again = viewing.show(disc)
    events.wait_for(Finished, 60, ticket=again)
    assert events.names(again) == ["Opened", "preview", "VariantsFound", "Finished"]  # in memory


def test_it_is_painted_and_kept(viewing, events, disc, openai_environment):
    ticket = viewing.show(disc)
    events.wait_for(ConsentNeeded, 60, ticket=ticket)
    viewing.generate()
    events.wait_for(Finished, 60, ticket=ticket)
    whole = events.wait_for_kind("reconstruction", ticket=ticket)
    assert whole.info["source"] == "words and visual condition"
    assert whole.info["score"] is not None
    condition = viewing.condition()
    assert condition is not None
    assert condition.kind == "preview"
    assert condition.image.size == (320, 200)


def test_it_has_a_thumbnail(disc):
    image, xmp = thumbnails.render(disc, 128)
    assert image.size == (128, 80)
    assert xmp is not None
    assert b"algorithmicallyEnhanced" in xmp


# --- where something is missing


@pytest.fixture
def not_decodable(missing_codec, tmp_path, monkeypatch) -> Path:
    """A file whose condition cannot be decoded here, be it for want of torch or of weights."""
    monkeypatch.setenv("GCX_WEIGHTS_FOLDER", str(tmp_path / "no weights"))
    return missing_codec


LACKING = (errors.MissingExtraError, errors.WeightsError)


def test_what_is_missing_is_said_beside_the_words(
    viewing, events, not_decodable, openai_environment
):
    ticket = viewing.show(not_decodable)
    failed = events.wait_for(Failed, ticket=ticket)
    events.wait_for(VariantsFound, ticket=ticket)
    assert events.names(ticket) == ["Opened", "card", "Failed", "VariantsFound"]
    assert isinstance(failed.error, LACKING)
    assert failed.during == "preview"
    # What to install, or the command that gets weights.
    assert failed.error.remedies[0].code in ("install", "get weights")
    viewing.generate()
    refused = events.wait_for(Failed, ticket=ticket, where=lambda e: e.during == "generating")
    assert isinstance(refused.error, LACKING)
    assert openai_environment.requests == []


def test_words_alone_will_do_if_the_settings_say_so(
    viewing, events, not_decodable, openai_environment, monkeypatch
):
    monkeypatch.setenv("GCX_WORDS_ALONE", "1")
    ticket = viewing.show(not_decodable)
    asking = events.wait_for(ConsentNeeded, ticket=ticket)
    assert asking.estimate.calls == 1
    viewing.generate()
    events.wait_for(Finished, ticket=ticket)
    whole = events.wait_for_kind("reconstruction", ticket=ticket)
    assert whole.info["source"] == "words"
    assert openai_environment.calls() == 1


def test_without_words_there_is_nothing_that_could_be_painted(
    viewing, events, not_decodable, openai_environment, monkeypatch
):
    monkeypatch.setenv("GCX_WORDS_ALONE", "1")
    path = not_decodable.with_name("no words.gcx")
    write(path, replace(read(not_decodable), coded_text=None))
    ticket = viewing.show(path)
    events.wait_for(Failed, ticket=ticket)
    events.wait_for(VariantsFound, ticket=ticket)
    viewing.generate()
    events.wait_for(Failed, ticket=ticket, where=lambda e: e.during == "generating")
    assert "ConsentNeeded" not in events.names(ticket)
    assert openai_environment.requests == []


def test_its_thumbnail_is_tried_again_once_the_codec_may_be_there(not_decodable, tmp_path):
    """The file is sound: nothing on the disk may say that it cannot be shown."""
    folder = tmp_path / "thumbnails"
    told: list[thumbnails.Thumbnail] = []
    maker = thumbnails.Thumbnailer(told.append, folder=folder)
    maker.request(not_decodable, 128)
    deadline = time.monotonic() + 20
    while not told:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    maker.close()
    assert told[0].image is None
    status = not_decodable.stat()
    kept = KeptThumbnail(not_decodable, status.st_mtime_ns // 10**9, status.st_size, 128, folder)
    assert not kept.has_failed()


def test_without_words_a_blank_card_says_what_is_missing(
    viewing, events, not_decodable, openai_environment
):
    made = read(not_decodable)
    write(not_decodable, replace(made, coded_text=None), overwrite=True)
    ticket = viewing.show(not_decodable)
    failed = events.wait_for(Failed, ticket=ticket)
    [shown] = [e.picture for e in events.of(ticket) if isinstance(e, Showing)]
    assert shown.kind == "blank"
    lacking = {"reason": "weights", "quality": "2"}
    if isinstance(failed.error, errors.MissingExtraError):
        lacking = {"reason": "extra", "extra": failed.error.extra}
    assert shown.info == lacking


def test_a_blank_card_tells_first_of_the_decoding_and_then_of_its_failure(viewing, events, disc):
    made = read(disc)
    visual = replace(made.visual, payload=b"\xff" * 40)
    write(disc, replace(made, coded_text=None, visual=visual), overwrite=True)
    ticket = viewing.show(disc)
    failed = events.wait_for(Failed, 60, ticket=ticket)
    assert isinstance(failed.error, errors.DamagedVisualError)
    shown = [e.picture for e in events.of(ticket) if isinstance(e, Showing)]
    assert [picture.kind for picture in shown] == ["blank", "blank"]
    assert [picture.info["reason"] for picture in shown] == ["decoding", "damaged"]
