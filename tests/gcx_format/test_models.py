"""The table of models: its form, and which model is the default on which day."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from gcx_format import models
from gcx_format.settings import load_settings

FACTS = {"ends", "successor"}


def test_the_table_has_dates_and_sources_and_numbers_only():
    table = models.table()
    assert date.fromisoformat(table["date"]) <= datetime.now(UTC).date()
    assert table["source"].startswith("https://")
    for row in table["text"].values():
        assert {"in", "out"} <= row.keys() <= {"in", "out", "thought", "picture"} | FACTS
        assert all(Decimal(row[key]) > 0 for key in ("in", "out"))
    for row in table["image"].values():
        if "out" not in row:
            assert row.keys() == FACTS
            continue
        assert {"text_in", "image_in", "out", "picture"} <= row.keys()
        low, medium, high = (Decimal(row["picture"][q]) for q in ("low", "medium", "high"))
        assert 0 < low < medium < high


def test_every_model_that_ends_has_a_successor_that_lives_longer():
    for kind in ("text", "image"):
        for name in models.table()[kind]:
            following = models.successor(name)
            assert (models.end(name) is None) == (following is None)
            if following is not None:
                assert following in models.table()[kind]
                assert models.end(following) is None or models.end(following) > models.end(name)


@pytest.mark.parametrize(
    ("now", "text"),
    [
        ("2026-11-25T12:00Z", "gpt-4o"),
        ("2027-01-13T23:59Z", "gpt-4o"),
        ("2027-01-14T00:00Z", "gpt-6-luna"),
        ("2050-01-01T00:00Z", "gpt-6-luna"),
    ],
)
def test_a_default_is_followed_from_the_day_on_which_it_ends(now, text):
    with time_machine.travel(now, tick=False):
        settings = load_settings()
        assert (settings.host_model, settings.describe_model) == (text, text)
        assert settings.origins()["host_model"] == "default"
        assert load_settings(host_model="gpt-4o").host_model == "gpt-4o"
        assert models.default("image_model") == "gpt-image-2"


def test_the_snapshot_of_a_model_ends_with_it():
    assert models.end("gpt-4o-2024-08-06") == date(2027, 1, 14)
    assert models.successor("gpt-4o-2024-08-06") == "gpt-6-luna"
    assert models.end("llava") is models.successor("llava") is None


def test_a_day_is_written_out():
    assert models.day(date(2027, 1, 4)) == "4 January 2027"
