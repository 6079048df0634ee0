"""Which of several descriptions is kept."""

from __future__ import annotations

import pytest

from gcx_format.codecs import code_text
from gcx_format.describe.ranking import Candidate, choose, measure, units_of
from gcx_format.errors import ArgumentError


class TestUnits:
    @pytest.mark.parametrize(
        ("text", "units"),
        [
            ("", 0),
            ("The image shows a beautiful scene", 0),
            ("A red house", 2),
            ("A red house, the red houses", 2),  # said before
            ("A red house on the left", 3),
            ("On the left a boat, on the left a house", 4),  # left, of each
            ("Two boats", 2),
            ("Two boats, two houses", 4),
            ('A sign "Fish shop"', 4),  # sign, and two words of lettering
            ("海边的海", 1.5),
        ],
    )
    def test_are_counted_as_written_down(self, text, units):
        assert units_of(text) == units

    def test_take_an_inch_mark_for_no_lettering(self):
        assert units_of('A 5" nail') == units_of("A 5 nail")


class TestChoice:
    def test_measures_what_the_text_takes_in_a_file(self):
        made = measure("A red house by the sea")
        size = len(code_text("A red house by the sea").payload)
        assert made == Candidate("A red house by the sea", 6, size, 3.0)
        assert made.bytes_per_unit == size / 3

    def test_keeps_what_says_the_same_in_fewer_bytes(self):
        wordy = measure("There can be seen a house which is red, and a boat that is blue, as well")
        terse = measure("A red house, a blue boat, seen")
        assert wordy.units == terse.units + 1  # "well"
        assert choose([wordy, terse]) is terse

    def test_keeps_what_says_more_in_as_many_bytes(self):
        vague = Candidate("vague", 5, 100, 9)
        exact = Candidate("exact", 5, 100, 12)
        assert choose([vague, exact]) is exact

    def test_does_not_consider_what_says_much_less_than_another(self):
        scant = Candidate("scant", 2, 20, 7)  # 2.9 bytes per unit
        rich = Candidate("rich", 20, 60, 10)  # 6
        assert choose([scant, rich]) is rich
        nearly_as_rich = Candidate("nearly as rich", 9, 30, 7.5)
        assert choose([scant, rich, nearly_as_rich]) is nearly_as_rich

    def test_keeps_the_first_of_equals(self):
        first, second = Candidate("a", 1, 10, 5), Candidate("b", 1, 10, 5)
        assert choose([first, second]) is first

    def test_keeps_something_where_nothing_is_said(self):
        nothing = measure("The image")
        assert nothing.bytes_per_unit == float("inf")
        assert choose([nothing]) is nothing

    def test_needs_something_to_choose_from(self):
        with pytest.raises(ArgumentError, match="no descriptions to choose from"):
            choose([])
