"""Encoding while the user chooses: the latest wish counts, and nothing lies about itself."""

from __future__ import annotations

import queue
import threading

import pytest
from PIL import Image

from gcx_format.encode import encode
from gcx_viewer.core.encoding.coding import EncodeOptions
from gcx_viewer.core.encoding.live import Coded, Counted, Live, Loaded, NotCoded
from gcx_viewer.core.encoding.sources import Source

SECONDS = 30.0


class Heard(queue.Queue):
    """The events, in order."""

    def of(self, ticket: int, kind: type, *, final: bool = True):
        """The first event of a kind and ticket; what comes before it is passed over."""
        while True:
            event = self.get(timeout=SECONDS)
            if event.ticket == ticket and isinstance(event, kind):
                if isinstance(event, Coded) and final and not event.is_final:
                    continue
                return event


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture
def live(heard):
    live = Live(heard.put)
    yield live
    live.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "gcx live"]


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "wall.png"
    image = Image.linear_gradient("L").resize((200, 160)).convert("RGB")
    image.paste((200, 40, 40), (20, 30, 70, 90))
    image.save(path)
    return Source.of(path)


def test_the_photograph_then_its_words_then_what_becomes_of_it(live, heard, source):
    ticket = live.request(source, "A red square", EncodeOptions(words="own"))
    assert heard.of(ticket, Loaded).original.size == (200, 160)
    assert heard.of(ticket, Counted).words > 0
    coded = heard.of(ticket, Coded)
    with Image.open(source.path) as image:
        assert coded.encoded.descriptor == encode(image, text="A red square")
    assert coded.preview.size == (200, 160)


def test_a_search_shows_a_likely_picture_first_and_says_that_it_is_not_final(live, heard, source):
    ticket = live.request(source, "", EncodeOptions(visual_bytes=100))
    quick = heard.of(ticket, Coded, final=False)
    assert not quick.is_final
    assert quick.encoded.estimate.condition <= 100
    best = heard.of(ticket, Coded)
    with Image.open(source.path) as image:
        assert best.encoded.descriptor == encode(image, visual_bytes=100)


def test_every_request_that_is_answered_shows_the_photograph(live, heard, source):
    live.request(source, "", EncodeOptions(visual_bytes=100))
    second = live.request(source, "", EncodeOptions(visual_bytes=90))
    original = heard.of(second, Loaded).original
    third = live.request(source, "", EncodeOptions(visual_bytes=90))
    assert heard.of(third, Loaded).original is original


def test_a_request_that_is_overtaken_ends_without_a_word(live, heard, source):
    first = live.request(source, "", EncodeOptions(visual_bytes=100))
    heard.of(first, Loaded)
    second = live.request(source, "", EncodeOptions(visual_bytes=80))
    assert heard.of(second, Coded).encoded.estimate.condition <= 80
    assert heard.empty()


def test_other_words_take_no_second_search(live, heard, source):
    options = EncodeOptions(words="own", visual_bytes=100)
    first = heard.of(live.request(source, "One", options), Coded)
    ticket = live.request(source, "Two words", options)
    assert isinstance(heard.get(timeout=SECONDS), Loaded)
    assert isinstance(heard.get(timeout=SECONDS), Counted)
    second = heard.get(timeout=SECONDS)
    assert second.ticket == ticket
    assert second.is_final
    assert second.encoded.descriptor.visual is first.encoded.descriptor.visual
    assert second.preview is first.preview


def test_what_cannot_be_is_told_and_the_next_request_goes_on(live, heard, source, tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff no picture")
    broken = Source.of(tmp_path / "broken.jpg")
    heard.of(live.request(broken, "", EncodeOptions()), NotCoded)
    failed = heard.of(live.request(source, "", EncodeOptions(visual_bytes=2)), NotCoded)
    assert "fits into 2 bytes" in str(failed.error)
    failed = heard.of(live.request(source, "\x1b", EncodeOptions("own")), NotCoded)
    assert "control character" in str(failed.error)
    heard.of(live.request(source, "", EncodeOptions()), Coded)


def test_after_closing_nothing_is_told(heard, source):
    live = Live(heard.put)
    live.request(source, "", EncodeOptions(visual_bytes=100))
    live.close()
    while not heard.empty():
        assert not isinstance(heard.get(), Coded)
    live.request(source, "", EncodeOptions())
    assert heard.empty()
