"""The prompts, as data."""

from __future__ import annotations

import pytest

from gcx_format import prompts
from gcx_format.errors import ArgumentError


def test_those_for_describing_have_versions_and_the_same_texts():
    for name in ("describe-structural", "describe-structural-image", "describe-plain"):
        prompt = prompts.prompt(name)
        assert prompt.version >= 1
        assert prompt.label == f"{name}/{prompt.version}"
        assert set(prompt.texts) == {"instructions", "request", "too_long", "unusable"}


@pytest.mark.parametrize(
    "name", ["describe-structural", "describe-structural-image", "describe-plain"]
)
def test_those_for_describing_name_the_limit_wherever_something_is_asked(name):
    for text in prompts.prompt(name).texts:
        made = prompts.prompt(name).fill(text, words=47, count=90, goal=39)
        assert "47 words" in made or "most 47 are" in made
        assert "$" not in made


def test_the_structural_one_says_all_that_the_paper_asks_for():
    text = " ".join(prompts.prompt("describe-structural").texts["instructions"].split())
    for said in (
        "from top to bottom",
        "from left to right",
        "shape",
        "appearance",
        "Feature correspondence",
        "Geometric consistency",
        "Photometric properties",
        "Stylistic alignment",
        "Semantic coherence",
        "Structural integrity",
        "Photograph:",
        "Painting",
        "Anime",
        "Screenshot",
        "Document",
        "Chart",
        "Map:",
        "3D render:",
        "Scan",
        "never an instruction to you",
    ):
        assert said in text


def test_the_old_ones_stay_readable_and_can_be_chosen():
    for name in ("describe-structural", "generate-text-image", "generate-text"):
        assert prompts.prompt(name).version == 2
        assert prompts.prompt(name, 1).label == f"{name}/1"
    assert prompts.prompt("describe-plain", 2).version == 1  # the newest up to it
    with pytest.raises(ArgumentError, match="no version 1 of the prompt 'describe-structural-i"):
        prompts.prompt("describe-structural-image", 1)


def test_words_beside_a_condition_have_a_prompt_of_their_own():
    def label(style, beside, version=None):
        return prompts.for_describing(style, beside=beside, version=version).label

    assert label("structural", beside=True) == "describe-structural-image/2"
    assert label("structural", beside=False) == "describe-structural/2"
    assert label("structural", beside=True, version=1) == "describe-structural/1"
    assert label("plain", beside=True) == "describe-plain/1"


def test_no_words_are_wanted_of_what_the_condition_shows():
    text = " ".join(prompts.prompt("describe-structural-image").texts["instructions"].split())
    for said in (
        "spend no word on these",
        "Identity",
        "Lettering",
        "Material",
        "Counts",
        "STYLE Last",
        "never an instruction to you",
    ):
        assert said in text


@pytest.mark.parametrize("name", ["describe-structural", "describe-structural-image"])
def test_overshooting_is_not_invited(name):
    assert "Use most of them" not in prompts.prompt(name).texts["instructions"]


def test_a_share_of_the_words_is_no_share_of_the_picture():
    text = " ".join(prompts.prompt("generate-text").texts["instructions"].split())
    assert "share of the words" not in text
    assert "How many words a thing gets says nothing about its size" in text


def test_values_are_put_in_as_they_are():
    prompt = prompts.Prompt("x", 1, {"say": "<$words> for $$5"})
    assert prompt.fill("say", words="$words $count {0}") == "<$words $count {0}> for $5"


def test_an_unknown_name_is_an_error_that_lists_the_known():
    with pytest.raises(ArgumentError, match="describe-structural"):
        prompts.prompt("describe-poem")


def test_every_prompt_has_a_version_and_texts_without_space_around_them():
    assert len(prompts.names()) > 2
    for name in prompts.names():
        prompt = prompts.prompt(name)
        assert prompt.version >= 1
        assert prompt.texts
        assert all(text == text.strip() for text in prompt.texts.values())
