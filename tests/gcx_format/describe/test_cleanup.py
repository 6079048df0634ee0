"""The wording of descriptions."""

# ruff: noqa: RUF001  (the characters are what is tested)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcx_format import plain_text
from gcx_format.describe.cleanup import count_words, cut, is_refusal, normalise, words_of


class TestCounting:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", []),
            ("A red house", ["A", "red", "house"]),
            ("a well-kept pier, left", ["a", "well-kept", "pier,", "left"]),
            ("O'Brien's at 1,000 and f/2.8", ["O'Brien's", "at", "1,000", "and", "f/2.8"]),
            ("house - sea & sky \N{EM DASH} ...", ["house", "sea", "sky"]),
            ("Zürich", ["Zürich"]),
            ("Москва, красный дом", ["Москва,", "красный", "дом"]),
        ],
    )
    def test_a_word_stands_between_spaces_and_has_a_letter_or_a_digit(self, text, words):
        assert words_of(text) == words
        assert count_words(text) == len(words)

    def test_han_and_kana_are_counted_by_the_character(self):
        assert count_words("海边的红房子") == 6
        assert count_words("a 赤い house") == 4


class TestNormalising:
    @pytest.mark.parametrize(
        ("said", "kept"),
        [
            # quotation marks, apostrophes, dashes, spaces, ellipses
            ("A sign “Open”, O’Brien’s", "A sign \"Open\", O'Brien's"),
            ("« Bonjour » and „Hallo“ signs", '"Bonjour" and "Hallo" signs'),
            ("A house — red, big — by the sea", "A house, red, big, by the sea"),
            ("A house—red", "A house, red"),
            ("A house - red -- big", "A house, red, big"),
            ("1990–95, a Paris–Dakar truck", "1990-95, a Paris-Dakar truck"),
            ("a well‑kept pier at −5 degrees", "a well-kept pier at -5 degrees"),
            ("A\u00a0red\u2009 house\u3000left", "A red house left"),
            ("A red\u200b house\u00ad\ufeff", "A red house"),
            ("A cat… and a dog…", "A cat, and a dog"),
            ("A cat... A dog...", "A cat. A dog"),
            ("1920 × 1080 screen", "1920x1080 screen"),
            ("Sky • sea • sand", "Sky, sea, sand"),
            # lines and spaces
            ("A red house.\nA boat.", "A red house. A boat"),
            ("A red house by\nthe sea", "A red house by the sea"),
            ("A house , red ( old ) .", "A house, red (old)"),
            # markdown
            ("**Top:** a *red* house, `left`", "Top: a red house, left"),
            ("# Sky\n\nBlue.\n\n---\n## Ground\nsand", "Sky: Blue. Ground: sand"),
            ("- red house\n- blue boat", "red house. blue boat"),
            ("1. Red house\n2. Blue boat", "Red house. Blue boat"),
            ("```\nA house\n```", "A house"),
            ("A [red](http://example.org) house", "A red house"),
            ("> A red house", "A red house"),
            ("| sky | blue |\n|---|---|\n| sea | green |", "sky, blue. sea, green"),
            # what models say around it
            ("Sure! Here is a 30-word description of the image:\n\nA red house.", "A red house"),
            ("Here's the description:\nA red house.", "A red house"),
            ("Certainly, here you go with a caption: A red house", "A red house"),
            ("Description (3 words): A red house", "A red house"),
            ("A red house.\n\n(3 words)", "A red house"),
            ("A red house. Word count: 3", "A red house"),
            ("A red house. Let me know if you need more!", "A red house"),
            ('"A red house."', "A red house"),
            ("<think>Hm, a house.</think>\nA red house.", "A red house"),
            # openings that say nothing
            ("The image shows a red house. It also features a boat.", "A red house. A boat"),
            ("In this picture, there is a red house", "A red house"),
            ("There are two boats. There is a house.", "Two boats. A house"),
            ("This is an oil painting of a house", "An oil painting of a house"),
        ],
    )
    def test_keeps_the_content_and_drops_the_rest(self, said, kept):
        assert normalise(said) == kept

    @pytest.mark.parametrize(
        "text",
        [
            "Zürich, Łódź, São Paulo, Kraków",
            "Hawaiʻi and the ʻōhiʻa",
            "Москва, красный дом слева",
            "这是一座红色的房子，位于海边",
            "「営業中」の看板、赤い家",
            "می‌خواهم",
            "col·lecció de vaixells",
            'A sign reads "SALE — 50% … NOW"',
            "A man in C# and .NET shirts, snake_case, 5*3*2, #1, -5 degrees",
            "Photo of Washington D.C.",
            "3. Mai 2020 on a poster",
            "Sure Thing, a shop on the left",
            "An illustration of a red house",
            "Below is a blue boat, above it a red house",
            "A family 👨‍👩‍👧 emoji",
        ],
    )
    def test_leaves_alone_names_other_scripts_and_what_is_quoted(self, text):
        assert normalise(text) == text

    def test_composes_accents(self):
        assert normalise("Zu\u0308rich") == "Z\u00fcrich"

    def test_leaves_no_character_that_a_descriptor_may_not_hold(self):
        assert normalise("A\x00 red\x1b[31m \u202ehouse\u2028by the sea") == (
            "A red[31m house by the sea"
        )

    def test_costs_fewer_bytes(self):
        said = "Sure! Here’s a description:\n\n- **Top** — a “red” house…\n- **Left** — two boats"
        assert len(normalise(said).encode()) < 0.6 * len(said.encode())

    @given(st.text(max_size=300))
    def test_makes_of_any_text_one_line_that_may_stand_in_a_file(self, text):
        made = normalise(text)
        assert "\n" not in made
        assert not made or plain_text.fault(made, 1 << 16) is None

    @given(st.text(st.sampled_from("aB .,-–—…*_`#\"'\n|()1:«»•>[]"), max_size=60))
    def test_changes_nothing_twice(self, text):
        made = normalise(text)
        assert normalise(made) == made


class TestRefusals:
    @pytest.mark.parametrize(
        "text",
        [
            "I'm sorry, but I can't help with that.",
            "I’m sorry, I can’t assist with identifying people.",
            "I cannot describe this image.",
            "Sorry, I can't see any image.",
            "Please provide an image to describe.",
            "I'm sorry.",
            "I apologize, but I am unable to process this request.",
            "Sorry, but that's not something I can do.",
            "Unfortunately, I cannot help.",
            "As an AI language model, I have no eyes.",
            "I'm not able to identify the people here.",
            "**I can't help with this**",
        ],
    )
    def test_are_told_from_descriptions(self, text):
        assert is_refusal(text)

    @pytest.mark.parametrize(
        "text",
        [
            "A sorry sight of a house",
            '"Sorry, closed" on a sign above a door',
            "Iron can, left",
            "I can't believe it's butter, yellow letters on a poster",
            "I can't help falling in love, neon letters on a wall",
            "I cannot do this any more, graffiti on grey concrete",
            "I'm sorry card on a table, red roses behind",
            "Sorry sign on a shop door, brick wall around it",
            "Sorry, we're closed on a green board",
            'Sorry board, left, reading "I cannot see you"',
            "As an AI-generated poster, a robot in blue",
            "No image frame but a mirror",
        ],
    )
    def test_descriptions_are_none(self, text):
        assert not is_refusal(text)


LONG = (
    "Clear blue sky above. In the foreground, three wooden boats with white sails, moored beside "
    'a grey stone pier. On the left, a red house with a sign reading "Fish and chips, fresh '
    'daily" and two windows'
)


class TestCutting:
    def test_leaves_alone_what_is_short_enough(self):
        assert cut(LONG, count_words(LONG)) == LONG

    @pytest.mark.parametrize(
        ("limit", "end"),
        [
            (34, "a red house with a sign"),  # no quotation is left open
            (22, "a grey stone pier"),  # at a full stop
            (14, "three wooden boats with white sails"),  # at a comma
            (10, "three wooden boats"),  # before "with"
            (7, "Clear blue sky above"),  # not "In the foreground" without what is there
            (1, "Clear"),
        ],
    )
    def test_ends_with_a_clause_or_else_a_phrase(self, limit, end):
        made = cut(LONG, limit)
        assert made.endswith(end)
        assert LONG.startswith(made)

    def test_does_not_take_abbreviations_and_numbers_for_ends(self):
        text = "The church of St. Mark in Venice at 3.5 km, seen by Mr. J. F. Smith from a boat"
        assert cut(text, 12) == "The church of St. Mark in Venice at 3.5 km"

    def test_ends_with_clauses_of_chinese_too(self):
        assert (
            cut("这是一座红色的房子，位于海边，旁边有一条船", 16) == "这是一座红色的房子，位于海边"
        )

    @given(st.text(st.sampled_from("ab .,;\"'()-the\n"), max_size=120), st.integers(1, 12))
    def test_keeps_to_the_limit_and_whole_words(self, text, limit):
        text = normalise(text)
        made = cut(text, limit)
        assert count_words(made) <= limit
        assert text.startswith(made)
        assert text[len(made) : len(made) + 1] in ("", *" .,;:!?\"'()-")
        assert made or not count_words(text)
