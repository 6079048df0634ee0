"""Describing as the package offers it: arguments, estimates, and what it imports."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest
from PIL import Image

import gcx_format
from gcx_format.describe import describe, estimate, settings_for, will_describe
from gcx_format.errors import ArgumentError, BudgetError, MissingKeyError, SettingsError
from gcx_format.settings import load_settings

PICTURE = Image.new("RGB", (300, 200), (200, 35, 35))


class TestEncoding:
    def test_asks_nobody_by_default(self, openai_environment):
        assert gcx_format.encode(PICTURE).text is None
        assert openai_environment.requests == []

    @pytest.mark.parametrize("describer", ["openai", "auto"])
    def test_puts_the_models_words_into_the_descriptor(self, openai_environment, describer):
        descriptor = gcx_format.encode(PICTURE, describe=describer)
        assert descriptor.text.startswith("Top left red")

    def test_takes_given_words_rather_than_asking(self, openai_environment):
        assert gcx_format.encode(PICTURE, text="Red.", describe="auto").text == "Red."
        assert openai_environment.requests == []

    def test_makes_no_words_in_auto_without_a_key(self):
        assert gcx_format.encode(PICTURE, describe="auto").text is None

    def test_needs_a_key_where_the_model_is_asked_for_by_name(self):
        with pytest.raises(MissingKeyError, match="OPENAI_API_KEY"):
            gcx_format.encode(PICTURE, describe="openai")

    def test_does_not_mix_given_words_and_a_models(self):
        with pytest.raises(ArgumentError, match="not both"):
            gcx_format.encode(PICTURE, text="Red.", describe="openai")

    def test_knows_no_other_describer(self):
        with pytest.raises(
            ArgumentError, match="unknown describer 'gpt'; known are auto, none, openai"
        ):
            gcx_format.encode(PICTURE, describe="gpt")

    def test_uses_the_settings_that_it_is_given(self, openai_environment):
        settings = load_settings(words=4)
        descriptor = gcx_format.encode(PICTURE, describe="openai", settings=settings)
        assert descriptor.text == "Top left red"

    @pytest.mark.parametrize(
        ("options", "error"),
        [
            ({"note": "x" * 5000}, ArgumentError),
            ({"scale": 0.1}, ArgumentError),
            ({"text_coding": "none"}, ArgumentError),
            ({"visual_bytes": 3}, BudgetError),
            ({"bpp": 0.0001}, BudgetError),
        ],
    )
    def test_finds_what_else_is_wrong_before_it_costs(self, openai_environment, options, error):
        with pytest.raises(error):
            gcx_format.encode(PICTURE, describe="openai", **options)
        assert openai_environment.requests == []

    def test_keeps_to_a_rate_with_the_words(self, openai_environment):
        descriptor = gcx_format.encode(
            Image.new("RGB", (600, 400)), describe="openai", bpp=0.01, settings=load_settings()
        )
        assert descriptor.text
        assert len(gcx_format.dumps(descriptor)) <= 0.01 * 600 * 400 / 8


class TestArguments:
    def test_come_before_settings(self):
        settings = settings_for(load_settings(words=60, candidates=2), words=15, prompt="plain")
        assert (settings.words, settings.candidates, settings.prompt) == (15, 2, "plain")

    def test_are_the_users_settings_where_left_out(self, monkeypatch):
        monkeypatch.setenv("GCX_WORDS", "120")
        assert settings_for(None).words == 120
        assert settings_for(None, words=15).words == 15

    @pytest.mark.parametrize("wrong", [{"words": 0}, {"candidates": 9}, {"prompt": "poem"}])
    @pytest.mark.parametrize("given", [True, False])
    def test_out_of_range_are_errors(self, wrong, given):
        with pytest.raises(SettingsError, match=next(iter(wrong))):
            settings_for(load_settings() if given else None, **wrong)

    @pytest.mark.needs("openai")
    def test_a_key_is_what_auto_asks_for(self, monkeypatch):
        assert not will_describe("auto")
        monkeypatch.setenv("OPENAI_API_KEY", "k")
        assert will_describe("auto")
        without = load_settings().model_copy(update={"openai_api_key": None})
        assert not will_describe("auto", without)
        assert will_describe("openai", without)
        assert not will_describe("none")


class TestEstimates:
    def test_are_for_the_picture_as_it_is_sent(self):
        settings = load_settings()
        assert estimate((6000, 4000), settings) == estimate((768, 512), settings)

    def test_are_a_fraction_of_a_cent_for_thirty_words(self):
        assert Decimal(0) < estimate((6000, 4000), load_settings()) < Decimal("0.01")

    def test_count_every_candidate(self):
        one, four = (estimate((768, 512), load_settings(candidates=n)) for n in (1, 4))
        assert four == 4 * one


def test_importing_the_package_or_encoding_without_words_imports_no_client():
    program = (
        "import sys, gcx_format, gcx_format.describe\n"
        "from PIL import Image\n"
        "gcx_format.encode(Image.new('RGB', (16, 16)), text='Black.', visual='none')\n"
        "assert not {'openai', 'pydantic', 'httpx2', 'filelock'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_function_is_found_in_its_package():
    assert describe.__module__ == "gcx_format.describe"
