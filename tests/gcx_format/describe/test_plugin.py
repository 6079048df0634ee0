"""A describer of a plug-in, found by its entry point: everything around it is gcx's."""

from __future__ import annotations

import importlib
from decimal import Decimal

import pytest
from PIL import Image

import gcx_format
from gcx_format.describe import describe, estimate, will_describe
from gcx_format.describe.describer import Answer, find
from gcx_format.errors import (
    ArgumentError,
    DescriptionError,
    SettingsError,
    SpendingLimitError,
    UnavailableError,
)
from gcx_format.registry import DESCRIBERS
from gcx_format.settings import config_file, load_settings
from gcx_format.spending import Ledger
from installing import write_distribution

PICTURE = Image.new("RGB", (300, 200), (200, 35, 35))

pytestmark = pytest.mark.usefixtures("plugins")


@pytest.fixture
def echo():
    """The class of the plug-in."""
    return importlib.import_module("gcx_test_plugins.echo").Echo


def answering(monkeypatch, echo, *answers):
    """Have the plug-in answer with these texts, or do what these functions do."""
    waiting = iter(answers)

    def work(self, picture, limit, call):
        answer = next(waiting)
        return answer(call) if callable(answer) else Answer(answer)

    monkeypatch.setattr(echo, "describe", work)


def test_describes_by_its_name():
    made = describe(PICTURE, describer="echo")
    assert made.text == "An echo of 300 by 200 pixels"
    assert (made.describer, made.model, made.prompt) == ("echo", "echo", None)
    assert (made.cost_usd, made.calls, dict(made.usage)) == (Decimal(0), 0, {})


def test_describes_for_encode():
    assert gcx_format.encode(PICTURE, describe="echo").text == "An echo of 300 by 200 pixels"


def test_is_free_and_leaves_no_trace_in_the_ledger():
    describe(PICTURE, describer="echo")
    assert estimate((300, 200), load_settings(), "echo") == 0
    assert not Ledger(load_settings().state_folder).path.exists()


def test_takes_its_options_from_a_table_of_its_own():
    config_file().parent.mkdir(parents=True)
    config_file().write_text('describer = "echo"\n[describers.echo]\nsays = "A drawing"\n')
    assert describe(PICTURE).text == "A drawing of 300 by 200 pixels"


@pytest.mark.parametrize(("option", "fault"), [("says", "at least 1"), ("sais", "did you mean")])
def test_wrong_options_are_errors_that_name_them(option, fault):
    settings = load_settings(describers={"echo": {option: ""}})
    with pytest.raises(SettingsError, match=rf"describers.echo.{option} \(keyword\).*{fault}"):
        describe(PICTURE, describer="echo", settings=settings)


def test_its_words_are_cleaned_and_cut(monkeypatch, echo):
    answering(monkeypatch, echo, "**Sure!** A red\u2028boat\x07 on the left, by the sea, today.")
    made = describe(PICTURE, describer="echo", words=7)
    assert made.text == "A red boat on the left"
    assert made.was_cut


def test_the_most_informative_of_its_candidates_is_kept(monkeypatch, echo):
    answering(monkeypatch, echo, "There is a red boat that is on the left", "A red boat, left")
    made = describe(PICTURE, describer="echo", candidates=2)
    assert made.text == "A red boat, left"
    assert len(made.candidates) == 2


def test_progress_is_that_of_all_candidates():
    told = []
    describe(PICTURE, describer="echo", candidates=2, progress=told.append)
    assert told == [0.5, 1.0]


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        ("", "found no words"),
        (lambda call: None, "'echo' failed: AttributeError"),
        (lambda call: 1 / 0, "the describer 'echo' failed: ZeroDivisionError: division by zero"),
    ],
)
def test_what_it_does_wrong_is_an_error_of_gcx(monkeypatch, echo, answer, fault):
    answering(monkeypatch, echo, answer)
    with pytest.raises(DescriptionError, match=fault):
        describe(PICTURE, describer="echo")


def test_what_it_spends_is_limited_and_told(monkeypatch, echo):
    def spend(call):
        with call.reserve(Decimal("0.10"), "a description by echo") as charge:
            charge.settle(Decimal("0.04"), {"seconds": 2})
        call.reserve(Decimal("0.01"), "a second look").release()
        with call.reserve(Decimal("0.02"), "a third look"):
            return Answer("A boat")

    answering(monkeypatch, echo, spend, spend)
    made = describe(PICTURE, describer="echo")
    assert (made.cost_usd, made.calls, dict(made.usage)) == (Decimal("0.06"), 3, {"seconds": 2})
    assert made.cost_is_estimated
    assert Ledger(load_settings().state_folder).spent_today() == Decimal("0.06")
    with pytest.raises(SpendingLimitError, match="a description by echo may cost"):
        describe(PICTURE, describer="echo", settings=load_settings(call_limit_usd="0.09"))


def test_auto_takes_it_only_if_it_says_so_and_is_ready(monkeypatch, echo):
    assert not will_describe("auto")
    monkeypatch.setattr(echo, "automatic", True)
    assert will_describe("auto")
    assert describe(PICTURE).describer == "echo"
    monkeypatch.setattr(echo, "ready", lambda self: UnavailableError("no microphone"))
    assert not will_describe("auto")
    with pytest.raises(UnavailableError, match="no microphone"):
        describe(PICTURE, describer="echo")


def test_unknown_names_are_errors_that_list_it():
    known = "unknown describer 'ehco'; known are auto, none, openai, local, echo"
    with pytest.raises(ArgumentError, match=known):
        describe(PICTURE, describer="ehco")
    with pytest.raises(SettingsError, match=rf"describer = 'ehco' \(keyword\): {known}"):
        load_settings(describer="ehco")


def test_what_is_no_describer_is_named_with_its_distribution(tmp_path, monkeypatch):
    site = tmp_path / "more"
    write_distribution(site, "gcx-odd", "0.1", {DESCRIBERS.group: {"odd": "decimal:Decimal"}})
    monkeypatch.syspath_prepend(site)
    with pytest.raises(UnavailableError, match=r"'odd' of gcx-odd 0\.1 is not a Describer"):
        find("odd", load_settings())
    assert not will_describe("auto")  # what is broken is in nobody's way
