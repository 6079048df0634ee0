"""A generator that is installed beside gcx, in the viewer, without a line of the viewer for it."""

from __future__ import annotations

import pytest

from gcx_viewer.core import configuration
from gcx_viewer.core.events import Failed, Finished, Generating, Opened, VariantsFound
from gcx_viewer.core.preferences import Preferences
from gcx_viewer.core.viewing.viewing import Viewing

pytestmark = pytest.mark.usefixtures("plugins")


@pytest.fixture
def viewing(events, no_threads_left, monkeypatch):
    monkeypatch.setenv("GCX_GENERATOR", "stripes")
    viewing = Viewing(events, lambda: Preferences(policy="ask"))
    yield viewing
    assert viewing.close(20)


def test_what_is_free_is_painted_without_asking_and_without_a_key(viewing, events, house):
    ticket = viewing.show(house)
    assert events.wait_for(Finished, ticket=ticket).reason is None
    assert events.wait_for(Generating, ticket=ticket).estimate.usd == 0
    picture = events.wait_for_kind("reconstruction", ticket=ticket)
    assert picture.info["generator"] == "stripes"
    assert picture.size == events.wait_for(Opened).document.descriptor.size
    *_, found = (event for event in events.of(ticket) if isinstance(event, VariantsFound))
    (variant,) = found.variants
    assert (variant.model, variant.cost_usd) == ("stripes", 0)


def test_what_the_generator_cannot_paint_stays_a_preview(viewing, events, words_only):
    ticket = viewing.show(words_only)
    failed = events.wait_for(Failed, ticket=ticket)
    assert "needs the visual condition" in failed.error.message
    assert events.wait_for_kind("card", ticket=ticket)


@pytest.mark.parametrize(("generator", "can_paint"), [("stripes", True), ("openai", False)])
def test_whether_a_key_is_needed_is_for_the_generator_to_say(monkeypatch, generator, can_paint):
    """A local generator never has the user unlock a keyring."""

    class Keyring:
        name, priority = "test", 5
        asked = 0

        def get_password(self, *_):
            Keyring.asked += 1
            return "sk-of-the-keyring"

    monkeypatch.setattr("keyring.get_keyring", Keyring)
    monkeypatch.setattr("gcx_viewer.core.keys._known", [])
    monkeypatch.setenv("GCX_GENERATOR", generator)
    assert (configuration.settings_to_paint().openai_api_key is None) is can_paint
    assert Keyring.asked == (0 if can_paint else 1)
    assert configuration.load().can_paint is can_paint


def test_the_settings_window_offers_it():
    assert [(each.name, each.title) for each in configuration.load().generators] == [
        ("preview", "Preview"),
        ("openai", "OpenAI"),
        ("enhance", "Enhancer"),
        ("stripes", "Stripes"),
    ]
