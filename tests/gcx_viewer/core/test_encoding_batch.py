"""Many photographs into files: the good ones of them, whatever happens to the others."""

from __future__ import annotations

import queue
import threading
import time
from decimal import Decimal

import pytest
from PIL import Image

from gcx_format import read
from gcx_format.errors import (
    CancelledError,
    DescriptionError,
    InputError,
    OutputError,
    OutputExistsError,
    RejectedKeyError,
    SpendingLimitError,
)
from gcx_format.settings import load_settings
from gcx_format.spending import Ledger
from gcx_viewer.core.encoding.batch import (
    Batch,
    Described,
    Ended,
    Failed,
    Item,
    Saved,
    Started,
    Stopped,
    cost_of_describing,
    describe_source,
    targets,
)
from gcx_viewer.core.encoding.coding import EncodeOptions
from gcx_viewer.core.encoding.sources import Source

SECONDS = 30.0


@pytest.fixture
def photographs(tmp_path):
    """Four photographs; the third is broken."""
    paths = [tmp_path / "photos" / f"{name}.png" for name in "abcd"]
    paths[0].parent.mkdir()
    for number, path in enumerate(paths):
        image = Image.linear_gradient("L").resize((96, 64)).convert("RGB")
        image.paste((200, 40, 40), (10 * number, 10, 10 * number + 20, 40))
        image.save(path)
    paths[2].write_bytes(b"\x89PNG no picture")
    return [Source.of(path) for path in paths]


def test_what_is_not_kept_of_a_photograph_is_told_of_that_one_alone(tmp_path, photographs):
    """Warnings are errors here, so one would fail the photograph."""
    clear = tmp_path / "clear.png"
    Image.new("RGBA", (64, 64), (200, 40, 40, 100)).save(clear)
    sources = [Source.of(clear), photographs[0]]
    told = queue.SimpleQueue()
    batch = Batch(items(sources, text="Red."), EncodeOptions(words="own"), told.put)
    batch.start()
    batch.wait()
    events = [told.get() for _ in range(told.qsize())]
    losses = {event.index: event.losses for event in events if isinstance(event, Saved)}
    assert losses == {0: ("transparency",), 1: ()}


def items(sources, folder=None, text=""):
    return [
        Item(source, text, target)
        for source, target in zip(sources, targets(sources, folder), strict=True)
    ]


def run(batch: Batch, heard: queue.Queue) -> tuple[list, Ended]:
    """All events of a batch but the last, and the last."""
    batch.start()
    return until_end(batch, heard)


def until_end(batch: Batch, heard: queue.Queue) -> tuple[list, Ended]:
    events = []
    while True:
        event = heard.get(timeout=SECONDS)
        if isinstance(event, Ended):
            batch.wait()
            assert heard.empty()
            return events, event
        events.append(event)


def of(kind: type, events: list) -> dict[int, object]:
    return {event.index: event for event in events if isinstance(event, kind)}


@pytest.fixture
def heard():
    yield queue.Queue()
    assert not [thread for thread in threading.enumerate() if "gcx batch" in thread.name]


class TestABatch:
    def test_goes_on_after_a_broken_photograph(self, photographs, heard, tmp_path):
        out = tmp_path / "out"
        batch = Batch(items(photographs, out, "Red"), EncodeOptions("own"), heard.put)
        events, ended = run(batch, heard)
        assert ended.saved == tuple(out / f"{name}.gcx" for name in "abd")
        assert (ended.failed, ended.stopped, ended.usd) == (1, 0, 0)
        assert [read(path).text for path in ended.saved] == ["Red"] * 3
        assert isinstance(of(Failed, events)[2].error, InputError)
        saved = of(Saved, events)
        assert set(saved) == {0, 1, 3}
        assert ended.size == sum(path.stat().st_size for path in ended.saved)
        assert saved[0].estimate.total == (out / "a.gcx").stat().st_size
        assert set(of(Started, events)) == {0, 1, 2, 3}

    def test_of_nothing_ends_at_once(self, heard):
        assert run(Batch([], EncodeOptions(), heard.put), heard)[1].saved == ()

    def test_writes_over_nothing_unless_asked(self, photographs, heard):
        [item] = items(photographs[:1])
        item.target.write_bytes(b"precious")
        events, _ = run(Batch([item], EncodeOptions(), heard.put), heard)
        assert isinstance(of(Failed, events)[0].error, OutputExistsError)
        assert item.target.read_bytes() == b"precious"
        run(Batch([item], EncodeOptions(), heard.put, overwrite=True), heard)
        assert read(item.target).size == (96, 64)

    def test_that_is_cancelled_leaves_whole_files_and_no_others(self, photographs, heard, tmp_path):
        sources = [photographs[number % 2] for number in range(12)]
        out = tmp_path / "out"
        batch: Batch

        def listen(event):
            if isinstance(event, Saved):
                batch.cancel()
            heard.put(event)

        batch = Batch(items(sources, out), EncodeOptions(visual_bytes=60), listen)
        _, ended = run(batch, heard)
        assert 1 <= len(ended.saved) <= 3
        assert ended.stopped == 12 - len(ended.saved)
        assert sorted(out.iterdir()) == sorted(ended.saved)
        for path in ended.saved:
            assert read(path).size == (96, 64)

    def test_takes_words_from_metadata(self, tmp_path, heard):
        exif = Image.Exif()
        exif[0x010E] = "A blue wall"
        Image.new("RGB", (64, 64), "blue").save(tmp_path / "wall.jpg", exif=exif)
        batch = Batch(
            items([Source.of(tmp_path / "wall.jpg")]), EncodeOptions("metadata"), heard.put
        )
        _, ended = run(batch, heard)
        assert read(ended.saved[0]).text == "A blue wall"

    def test_has_no_place_for_what_was_pasted_but_a_folder(self, tmp_path, heard):
        pasted = Source("Pasted", image=Image.new("RGB", (64, 48), "blue"))
        events, _ = run(Batch(items([pasted]), EncodeOptions(), heard.put), heard)
        assert isinstance(of(Failed, events)[0].error, OutputError)
        _, ended = run(Batch(items([pasted], tmp_path), EncodeOptions(), heard.put), heard)
        assert ended.saved == (tmp_path / "Pasted.gcx",)


class TestNames:
    def test_are_those_of_the_photographs(self, tmp_path):
        sources = [Source.of(tmp_path / "a.jpg"), Source.of(tmp_path / "b" / "c.png")]
        assert targets(sources, None) == [tmp_path / "a.gcx", tmp_path / "b" / "c.gcx"]
        assert targets(sources, tmp_path) == [tmp_path / "a.gcx", tmp_path / "c.gcx"]

    def test_that_would_meet_are_told_apart(self, tmp_path):
        sources = [Source.of(tmp_path / name) for name in ("a.jpg", "A.png", "b/a.jpg")]
        named = targets(sources, tmp_path / "out")
        assert [path.name for path in named] == ["a.jpg.gcx", "A.png.gcx", "a.jpg (2).gcx"]


class TestDescribing:
    @pytest.fixture
    def server(self, openai_environment):
        return openai_environment

    def test_finds_words_for_those_that_have_none(self, server, photographs, heard, tmp_path):
        server.descriptions = ["Found by the model"]
        planned = items(photographs[:2], tmp_path / "out")
        planned[1] = Item(planned[1].source, "My own", planned[1].target)
        events, ended = run(Batch(planned, EncodeOptions("model"), heard.put), heard)
        assert [read(path).text for path in ended.saved] == ["Found by the model", "My own"]
        assert server.calls() == 1
        assert of(Described, events)[0].text == "Found by the model"
        assert ended.usd == of(Described, events)[0].usd > 0
        assert Ledger(load_settings().state_folder).spent_today() == ended.usd

    def test_within_a_rate_leaves_room_for_the_words(self, server, photographs, heard):
        server.descriptions = ["Found by the model"]
        batch = Batch(items(photographs[:1]), EncodeOptions("model", bpp=0.2), heard.put)
        _, ended = run(batch, heard)
        assert read(ended.saved[0]).text == "Found by the model"
        assert ended.size * 8 / (96 * 64) <= 0.2

    def test_does_not_pay_for_what_cannot_be_saved(self, server, photographs, heard, tmp_path):
        planned = items(photographs[:3])
        planned[0].target.write_bytes(b"precious")
        planned[1] = Item(planned[1].source, "", None)
        _, ended = run(Batch(planned, EncodeOptions("model"), heard.put), heard)
        assert ended.failed == 3
        assert server.calls() == 0

    def test_ends_with_an_error_that_all_would_meet(self, server, photographs, heard):
        server.script("bad_key", "bad_key")
        good = [photographs[number % 2] for number in range(6)]
        events, ended = run(Batch(items(good), EncodeOptions("model"), heard.put), heard)
        errors = [event.error for event in of(Failed, events).values()]
        assert ended.failed == 6
        assert 1 <= sum(isinstance(error, RejectedKeyError) for error in errors) <= 2
        assert sum(isinstance(error, DescriptionError) for error in errors) >= 4
        assert server.calls() <= 2

    def test_keeps_to_the_spending_limit(self, server, photographs, heard, monkeypatch):
        monkeypatch.setenv("GCX_DAILY_LIMIT_USD", "0.0001")
        events, _ = run(Batch(items(photographs[:1]), EncodeOptions("model"), heard.put), heard)
        assert isinstance(of(Failed, events)[0].error, SpendingLimitError)
        assert server.calls() == 0

    def test_can_be_cancelled_while_the_model_thinks(self, server, photographs, heard):
        server.script("stall", "stall")
        batch = Batch(items(photographs[:2]), EncodeOptions("model"), heard.put)
        batch.start()
        end = time.monotonic() + SECONDS
        while server.calls() < 2 and time.monotonic() < end:
            time.sleep(0.01)
        batch.cancel()
        events, ended = until_end(batch, heard)
        assert ended.stopped == 2
        assert set(of(Stopped, events)) == {0, 1}
        assert not list(photographs[0].path.parent.glob("*.gcx"))

    def test_that_is_paid_for_when_all_is_cancelled_is_saved(self, server, photographs, heard):
        """As where the window is closed in this moment."""
        server.descriptions = ["Found by the model"]

        def listen(event):
            heard.put(event)
            if isinstance(event, Described):
                batch.cancel()

        batch = Batch(items(photographs[:1]), EncodeOptions("model"), listen)
        _, ended = run(batch, heard)
        assert [read(path).text for path in ended.saved] == ["Found by the model"]
        assert ended.usd > 0

    def test_is_cancelled_while_a_keyring_waits_for_the_user(self, server, photographs, heard):
        asked, unlocked = threading.Event(), threading.Event()

        def settings():
            asked.set()
            assert unlocked.wait(SECONDS)
            return load_settings()

        batch = Batch(items(photographs[:2]), EncodeOptions("model"), heard.put, settings=settings)
        batch.start()
        assert asked.wait(SECONDS)
        batch.cancel()
        _, ended = until_end(batch, heard)
        assert ended.stopped == 2
        unlocked.set()
        deadline = time.monotonic() + SECONDS
        while any("gcx batch" in thread.name for thread in threading.enumerate()):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert server.calls() == 0

    def test_of_one_photograph_and_its_cost(self, server, photographs):
        server.descriptions = ["Found by the model"]
        made = describe_source(photographs[0], lambda: False)
        assert made.text == "Found by the model"
        cost, model = cost_of_describing([(96, 64)] * 3)
        assert model == "gpt-4o"
        assert Decimal(0) < made.cost_usd < cost < Decimal("0.05")

    def test_that_is_cancelled_is_not_begun(self, server, photographs):
        with pytest.raises(CancelledError):
            describe_source(photographs[0], lambda: True)
