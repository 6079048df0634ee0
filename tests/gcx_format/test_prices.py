"""Prices, and estimates that are true upper bounds."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gcx_format import prices
from gcx_format.describe.openai_describer import OpenAIDescriber
from gcx_format.generate.openai_generator import OpenAIGenerator
from gcx_format.prices import (
    cost_of,
    estimate_description,
    estimate_picture,
    tokens_of_description,
)
from gcx_format.servers import settled
from gcx_format.settings import load_settings


def test_a_text_model_costs_what_its_tokens_cost():
    usage = {"input_tokens": 1_000_000, "output_tokens": 100_000, "total_tokens": 1_100_000}
    assert cost_of("gpt-4o", usage) == Decimal("3.50")
    assert cost_of("gpt-4o-2024-08-06", usage) == Decimal("3.50")
    chat = {"prompt_tokens": 1_000_000, "completion_tokens": 100_000}
    assert cost_of("gpt-4o", chat) == Decimal("3.50")


def test_an_image_model_costs_what_its_kinds_of_tokens_cost():
    usage = {
        "input_tokens": 150_000,
        "input_tokens_details": {"image_tokens": 100_000, "text_tokens": 50_000},
        "output_tokens": 10_000,
    }
    assert cost_of("gpt-image-2.6-sunburst", usage) == Decimal("1.35")  # 0.80 + 0.25 + 0.30
    without = {"input_tokens": 150_000, "output_tokens": 10_000}
    assert cost_of("gpt-image-2.6-sunburst", without) == Decimal("1.50")  # all as pictures


def test_a_cost_is_never_rounded_down_to_nothing():
    assert cost_of("gpt-6-luna", {"input_tokens": 1, "output_tokens": 0}) == Decimal("0.000001")


def test_a_model_without_a_known_price_counts_as_the_dearest():
    usage = {"input_tokens": 1_000, "output_tokens": 1_000}
    dearest = max(cost_of(model, usage) for model in prices._priced("text"))
    assert cost_of("llava:13b", usage) == cost_of(None, usage) == dearest
    picture = {
        "input_tokens": 1_000,
        "input_tokens_details": {"image_tokens": 500, "text_tokens": 500},
        "output_tokens": 1_000,
    }
    dearest = max(cost_of(model, picture) for model in prices._priced("image"))
    assert cost_of(None, picture) == cost_of("flux", picture) == dearest


@pytest.mark.parametrize(
    ("model", "usage"),
    [
        ("gpt-4o", {}),
        ("gpt-4o", {"input_tokens": None, "output_tokens": 5}),
        ("gpt-4o", {"input_tokens": -1, "output_tokens": 5}),
        ("gpt-4o", {"input_tokens": 0, "output_tokens": 0}),
        ("gpt-image-2", {"input_tokens": 10, "output_tokens": 0}),
        ("gpt-4o", {"input_tokens": True, "output_tokens": 5}),
    ],
)
def test_a_usage_that_says_nothing_has_no_cost(model, usage):
    assert cost_of(model, usage) is None


def test_a_picture_is_estimated_by_its_quality_and_what_goes_with_it():
    settings = load_settings(route="images", image_quality="low", image_model="gpt-image-2")
    square = (1024, 1024)
    words = estimate_picture(settings, with_condition=False, size=square)
    assert words == Decimal("0.0135")  # 0.006 and 1,500 tokens of text
    both = estimate_picture(settings, with_condition=True, size=square)
    assert both - words == Decimal("0.056")  # 7,000 tokens of picture
    high = load_settings(route="images", image_quality="high", image_model="gpt-image-2")
    assert estimate_picture(high, with_condition=False, size=square) == Decimal("0.2185")


def test_the_host_model_is_part_of_the_estimate():
    images = load_settings(route="images", image_model="gpt-image-2")
    responses = load_settings(route="responses", image_model="gpt-image-2")
    size = (1024, 1024)
    more = estimate_picture(responses, with_condition=False, size=size) - estimate_picture(
        images, with_condition=False, size=size
    )
    # By gpt-4o: 1,500 tokens in, twice, and 300 out, which it reads too.
    assert more == Decimal("0.01125")


def test_a_model_that_thinks_may_think_at_our_cost():
    def price(host_model):
        settings = settled(load_settings(host_model=host_model))
        return estimate_picture(settings, with_condition=False, size=(1024, 1024))

    assert price("gpt-6-sol") - price("gpt-4o") > 4000 * Decimal("10.00") / 1_000_000


def test_words_count_as_many_tokens_as_they_have_bytes():
    settings = load_settings(route="images", image_model="gpt-image-2")

    def price(words):
        return estimate_picture(settings, with_condition=False, size=(1024, 1024), words=words)

    assert price("\u6d77" * 4000) - price("") == Decimal("0.06")  # 12,000 at $5 a million


@pytest.mark.parametrize(
    "usage",
    [
        {"input_tokens": 10.2, "output_tokens": 5.0},
        {"input_tokens": 11, "output_tokens": 5, "input_tokens_details": "none"},
    ],
)
def test_tokens_may_be_told_as_fractions_and_details_as_anything(usage):
    assert cost_of("gpt-4o", usage) == cost_of("gpt-4o", {"input_tokens": 11, "output_tokens": 5})


@pytest.mark.parametrize("count", [-1, "7", None, [], 10**400, float("nan"), float("inf"), True])
def test_what_is_no_number_of_tokens_tells_no_cost(count):
    assert cost_of("gpt-4o", {"input_tokens": count, "output_tokens": 5}) is None


def test_larger_pictures_and_unfinished_ones_cost_more():
    settings = settled(load_settings(route="images", image_quality="low"))
    small = estimate_picture(settings, with_condition=False, size=(1024, 1024))
    large = estimate_picture(settings, with_condition=False, size=(2048, 2048))
    assert large - small == Decimal("0.018")
    partials = settled(load_settings(route="images", image_quality="low", partial_images=3))
    more = estimate_picture(partials, with_condition=False, size=(1024, 1024)) - small
    assert more == Decimal("0.009")


def test_what_is_left_to_the_server_counts_as_the_dearest():
    size = (1024, 1024)
    left = estimate_picture(settled(load_settings()), with_condition=True, size=size)
    chosen = [
        estimate_picture(
            settled(load_settings(image_model=model, image_quality=quality)),
            with_condition=True,
            size=size,
        )
        for model in prices._priced("image")
        for quality in ("low", "medium", "high")
    ]
    assert left >= max(chosen)


def test_a_default_picture_and_a_default_description_are_within_the_default_limits():
    settings = settled(load_settings())
    picture = estimate_picture(settings, with_condition=True, size=None)
    most = tokens_of_description(settings.describe_model, 30)
    description = estimate_description(settings.describe_model, (6000, 4000), most)
    assert description < picture < settings.call_limit_usd


def test_a_description_is_estimated_by_the_tiles_of_the_picture():
    # 1,500 + 85 + 170 x tiles in at $2.50; 300 + 3 x 30 out at $10.
    def price(size):
        return estimate_description("gpt-4o", size, tokens_of_description("gpt-4o", 30))

    assert tokens_of_description("gpt-4o", 30) == 390
    assert price((512, 512)) == Decimal("0.008288")  # one tile
    assert price((4096, 4096)) == Decimal("0.009563")  # four tiles
    assert price((1, 1)) == price((512, 512))


def test_what_is_said_between_counts_as_many_tokens_as_it_has_bytes():
    short, long = (estimate_description("gpt-4o", (9, 9), 390, more) for more in ("", "x" * 4000))
    assert long - short == Decimal("0.01")


def test_models_without_a_price_are_named():
    assert prices.unpriced(["gpt-4o", "flux", "gpt-4o-2024-08-06", "llava"]) == ["flux", "llava"]
    settings = load_settings(image_model="flux", describe_model="llava")
    assert OpenAIGenerator(None, settings).assumed_prices() == ["flux"]
    assert OpenAIDescriber(None, settings).assumed_prices() == ["llava"]


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("0", "$0.00"),
        ("1", "$1.00"),
        ("0.5", "$0.50"),
        ("0.2632", "$0.2632"),
        ("12.345", "$12.345"),
    ],
)
def test_amounts_are_shown_in_cents_and_parts_of_them(amount, shown):
    assert prices.dollars(Decimal(amount)) == shown
