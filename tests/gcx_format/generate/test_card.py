"""The card: words set on paper where there is no visual condition."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gcx_format.generate.card import draw_card

CAPTION = "A red house by the sea, with two fishing boats pulled up on the shingle."


def ink(card: Image.Image) -> tuple[int, int, int, int] | None:
    """The box of what differs from the paper, or None on a blank card."""
    return card.convert("L").point(lambda level: 255 * (level < 200)).getbbox()


@settings(max_examples=60)
@given(
    text=st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n"), max_size=200),
    size=st.tuples(st.integers(1, 300), st.integers(1, 300)),
    mode=st.sampled_from(["RGB", "L"]),
)
def test_any_text_at_any_size_gives_a_card_of_that_size(text, size, mode):
    card = draw_card(text, size, mode)
    assert card.size == size
    assert card.mode == mode


@pytest.mark.parametrize("size", [(1024, 1024), (768, 512), (64, 64), (2000, 300), (300, 2000)])
@pytest.mark.parametrize("text", [CAPTION, CAPTION * 40, "Dawn", "W" * 5000])
def test_the_words_stand_inside_the_margin(text, size):
    box = ink(draw_card(text, size, "RGB"))
    margin = min(size) // 10 - 3
    assert box is not None
    assert box[0] >= margin
    assert box[1] >= margin
    assert box[2] <= size[0] - margin
    assert box[3] <= size[1] - margin


def test_a_short_text_stands_in_the_middle():
    left, top, right, bottom = ink(draw_card("HOME", (768, 512), "L"))
    assert abs(left + right - 768) <= 6
    assert abs(top + bottom - 512) <= 6


@pytest.mark.parametrize("size", [(1, 1), (1, 900), (900, 1), (8, 8)])
def test_a_card_too_small_for_letters_is_blank(size):
    assert draw_card(CAPTION, size, "RGB").getcolors() == [(size[0] * size[1], (246, 243, 236))]


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_without_words_the_card_is_blank(text):
    assert draw_card(text, (200, 100), "L").getcolors() == [(20000, 243)]


def test_different_words_give_different_cards():
    dawn = draw_card("Dawn over a lake", (300, 200), "L")
    assert dawn.tobytes() != draw_card("Dusk over a lake", (300, 200), "L").tobytes()
    assert dawn.tobytes() == draw_card("Dawn over a lake", (300, 200), "L").tobytes()


def test_a_line_break_is_kept():
    one = ink(draw_card("One two", (400, 400), "L"))
    two = ink(draw_card("One\ntwo", (400, 400), "L"))
    assert two[3] - two[1] > 1.5 * (one[3] - one[1])
    assert two[2] - two[0] < 0.7 * (one[2] - one[0])


def test_a_long_text_is_set_smaller():
    def first_letter(text: str) -> int:
        box = draw_card(text, (400, 300), "L").point(lambda level: 255 * (level < 200)).getbbox()
        return box[1]

    assert first_letter(CAPTION * 6) < first_letter(CAPTION)


def test_what_does_not_fit_is_cut_at_a_word_with_an_ellipsis():
    card = draw_card("alpha beta gamma delta epsilon zeta eta theta", (64, 20), "L")
    assert card.tobytes() == draw_card("alpha beta…", (64, 20), "L").tobytes()


def test_accents_are_not_boxes_whatever_the_fonts():
    cards = {draw_card(word, (300, 200), "L").tobytes() for word in ("é", "ü", "ñ")}
    assert len(cards) == 3


@pytest.mark.parametrize(
    "text",
    [
        "x" * 65536,
        "x " * 32768,
        "x" + "\n" * 65534 + "x",
        "".join(map(chr, range(0x4E00, 0xA000))),
        "e\u0301" * 21845,
    ],
    ids=["one word", "words", "line breaks", "ideographs", "accents"],
)
@pytest.mark.parametrize("size", [(16, 16), (2000, 1500)])
def test_a_hostile_text_costs_no_more_than_a_card_can_hold(text, size):
    start = time.process_time()
    draw_card(text, size, "RGB")
    assert time.process_time() - start < 5
