"""Words become a payload and come back, and only plain text does."""

import contextlib
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gcx_format import ArgumentError, DamagedTextError, plain_text
from gcx_format.codecs import code_text, decode_text

HOSTILE = [*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x2028, 0x202F)]
HOSTILE += [*range(0x2066, 0x206A), 0xFEFF]


def test_words_are_coded_with_zlib_at_its_best():
    coded = code_text("A red house by the sea.", "zlib")
    assert coded.text == "A red house by the sea."
    assert coded.coding == "zlib"
    assert zlib.decompress(coded.payload) == b"A red house by the sea."
    assert coded.payload[:2] == b"\x78\xda"


@pytest.mark.parametrize("coding", ["model", "zlib"])
def test_a_coding_is_asked_for_by_name(coding):
    assert code_text("a", coding).coding == coding


def test_a_coding_that_there_is_not_is_refused_with_those_that_there_are():
    with pytest.raises(ArgumentError, match="unknown text coding 'morse'; known are zlib, model"):
        code_text("a", "morse")


@given(st.text(min_size=1, max_size=300))
def test_words_come_back_as_they_were_or_are_refused(text):
    if plain_text.fault(text, 65536) is None:
        coded = code_text(text, "zlib")
        assert decode_text("zlib", coded.payload) == coded.text == text
    else:
        with pytest.raises(ArgumentError):
            code_text(text)


@pytest.mark.parametrize("code_point", HOSTILE)
def test_control_characters_are_refused_on_both_sides(code_point):
    text = f"ab{chr(code_point)}"
    message = rf"the text has the control character U\+{code_point:04X} as character 3"
    with pytest.raises(ArgumentError, match=message):
        code_text(text)
    with pytest.raises(DamagedTextError, match=message):
        decode_text("zlib", zlib.compress(text.encode()))


def test_no_other_character_is_refused():
    refused = [code for code in range(0x110000) if plain_text.fault(chr(code), 4)]
    assert refused == sorted([*HOSTILE, *range(0xD800, 0xE000)])


def test_tab_and_line_feed_and_outer_white_space_are_kept():
    text = " one\n\ttwo \n"
    for coding in ("zlib", "model"):
        assert decode_text(coding, code_text(text, coding).payload) == text


def test_the_longest_text_is_counted_in_bytes():
    assert code_text("\u00e9" * 32768).text == "\u00e9" * 32768
    with pytest.raises(ArgumentError, match="the text has 65537 bytes as UTF-8; 65536 are allowed"):
        code_text("\u00e9" * 32768 + "a")


def test_an_empty_text_is_refused():
    with pytest.raises(ArgumentError, match="the text is empty"):
        code_text("")


def test_half_a_surrogate_pair_is_refused():
    with pytest.raises(ArgumentError, match="the text has half a surrogate pair as character 2"):
        code_text("a\ud83c")


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"", "ends before its zlib stream does"),
        (b"\x78", "ends before its zlib stream does"),
        (zlib.compress(b"a")[:-1], "ends before its zlib stream does"),
        (zlib.compress(b"a") + b"\0\0", "has 2 bytes after its zlib stream"),
        (zlib.compress(b""), "the text is empty"),
        (b"words", "does not inflate"),
        (zlib.compress(b"a" * 65537), "inflates to more than the 65536 bytes allowed"),
        (zlib.compress(b"caf\xe9"), "is not UTF-8: invalid byte at 3"),
        (zlib.compress(b"\xed\xa0\x80"), "is not UTF-8: invalid byte at 0"),
    ],
)
def test_a_payload_that_holds_no_words_is_refused(payload, message):
    with pytest.raises(DamagedTextError, match=message):
        decode_text("zlib", payload)


@given(st.binary(max_size=100))
def test_any_payload_is_words_or_damaged(payload):
    with contextlib.suppress(DamagedTextError):
        assert plain_text.fault(decode_text("zlib", payload), 65536) is None


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [(" a \n", "a"), ("a\r\nb\rc", "a\nb\nc"), ("a\n\nb", "a\n\nb"), (" \t\n", ""), ("", "")],
)
def test_cleaning_makes_line_ends_newlines_and_drops_outer_white_space(given, cleaned):
    assert plain_text.clean(given) == cleaned
