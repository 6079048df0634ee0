"""Words on a card: every script the way it is read, and with the fonts of the system."""

from __future__ import annotations

import pytest
from PIL import Image
from pytestqt.qtbot import QtBot

from gcx_format.provenance import DigitalSourceType
from gcx_viewer.core.pictures import Picture
from gcx_viewer.gui.canvas.words import set_words

PAPER = (246, 243, 236)


def card(words: str, size: tuple[int, int] = (600, 400), mode: str = "RGB") -> Image.Image:
    paper = Image.new("RGB", size, PAPER).convert(mode)
    return set_words(Picture(paper, "card", DigitalSourceType.ALGORITHMIC), words).image


def ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    """The box of what differs from the paper."""
    return image.convert("L").point(lambda level: 255 * (level < 200)).getbbox()


@pytest.mark.parametrize("size", [(1024, 1024), (64, 64), (1200, 300), (300, 1200)])
@pytest.mark.parametrize("words", ["A red house by the sea.", "A red house by the sea. " * 90])
def test_the_words_stand_inside_the_margin_and_in_the_middle(
    qtbot: QtBot, size: tuple[int, int], words: str
) -> None:
    image = card(words, size)
    box = ink(image)
    margin = min(size) // 10 - 3
    assert box is not None
    assert box[0] >= margin
    assert box[1] >= margin
    assert box[2] <= size[0] - margin
    assert box[3] <= size[1] - margin
    assert image.getpixel((0, 0)) == PAPER


def test_grey_stays_grey(qtbot: QtBot) -> None:
    assert card("Dawn", mode="L").mode == "L"


def test_without_words_or_room_the_card_is_blank(qtbot: QtBot) -> None:
    assert ink(card(" \n")) is None
    assert ink(card("Dawn", (8, 8))) is None


def test_what_runs_from_right_to_left_stands_at_the_right(qtbot: QtBot) -> None:
    """Of two lines the shorter one, below, begins where they begin to be read."""
    left = ink(card("abc abc abc\nabc").crop((0, 200, 600, 400)))
    right = ink(card("אבג אבג אבג\nאבג").crop((0, 200, 600, 400)))
    assert left is not None
    assert right is not None
    assert left[2] < 300
    assert right[0] > 300


def test_letters_are_joined_as_arabic_is_written(qtbot: QtBot) -> None:
    """Letter by letter they would be wider."""
    joined, apart = ink(card("بيت")), ink(card("ب\u200cي\u200cت"))
    assert joined is not None
    assert apart is not None
    assert joined[2] - joined[0] < apart[2] - apart[0]


def test_a_long_text_is_cut_where_no_letters_are_small_enough(qtbot: QtBot) -> None:
    assert ink(card("x" * 65536, (64, 64))) is not None
