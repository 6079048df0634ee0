"""Words coded by the text model come back, in few bytes, and from no bytes comes harm."""

import ast
import contextlib
import hashlib
import re
import subprocess
import sys
import time
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gcx_format import ArgumentError, DamagedTextError, plain_text
from gcx_format.codecs import code_text, decode_text
from gcx_format.text.model import binary_range_coder, table, tokens
from gcx_format.text.model import coding as model

SPEC = Path(__file__).parents[2] / "spec" / "gcx-1.0-text-model.md"
HELD_OUT = Path(__file__).parents[2] / "benchmarks" / "text_model" / "held_out.txt"
TABLE = Path(model.__file__).with_name("model-1.bin")

RED_HOUSE = "A red house by the sea."
PLAIN = st.text(min_size=1, max_size=200).filter(lambda t: plain_text.fault(t, 65536) is None)
WRITING = st.lists(
    st.sampled_from(
        [
            *("a", "A", "the", "red", "House", "USA", "iPhone", "McDonald's", "close-up", "x-ray"),
            *(
                "\u00e9t\u00e9",
                "12",
                "3.5",
                "1,024",
                "(",
                ")",
                '"',
                "'",
                "-",
                "--",
                "\u2014",
                ".",
                ", ",
                "; ",
            ),
            *(
                " ",
                "  ",
                "\n",
                "\t",
                "\u00a0",
                "?",
                "!",
                "$",
                "#",
                "@",
                "'s",
                "\u6d77",
                "\U0001f3e0",
                "_",
                "\x03",
            ),
        ]
    ),
    min_size=1,
    max_size=40,
).map("".join)


def held_out():
    return HELD_OUT.read_text(encoding="utf-8").splitlines()


def cut(text, words):
    return " ".join(text.split()[:words])


def test_a_sentence_has_the_bytes_that_it_will_always_have():
    payload = bytes.fromhex("58581a0cf43a")
    assert model.encode(RED_HOUSE.encode()) == payload
    assert model.decode(payload) == RED_HOUSE.encode()


def test_the_table_is_the_one_of_the_specification():
    data = TABLE.read_bytes()
    edition = SPEC.read_text(encoding="utf-8")
    assert re.findall(r"^    ([0-9a-f]{64})$", edition, re.M) == [hashlib.sha256(data).hexdigest()]
    assert f"{len(data):,} bytes" in " ".join(edition.split())
    assert len(data) <= 400_000


def test_the_numbers_of_the_specification_are_those_of_the_code():
    edition = SPEC.read_text(encoding="utf-8")
    assert model.MAX_SYMBOLS == 4000
    assert "at most 4,000 tokens" in edition
    assert f"squash: {len(table.load(1).squash):,} shorts" in edition
    assert "52,000 if the token is one of" in edition
    assert "otherwise 26,000" in edition
    assert "4,096" in edition
    assert "2,048" in edition
    assert binary_range_coder._END == ((26000, 52000), (2048, 4096))


def test_descriptions_that_the_table_has_not_seen_take_about_a_quarter_of_zlib():
    for words, most in ((15, 0.23), (30, 0.25), (60, 0.29)):
        texts = [cut(text, words) for text in held_out()]
        coded = sum(len(model.encode(text.encode())) for text in texts)
        assert coded < most * sum(len(zlib.compress(text.encode(), 9)) for text in texts)


def test_auto_takes_the_model_for_a_description_and_zlib_for_what_it_does_not_fit():
    assert code_text(RED_HOUSE).coding == "model"
    assert code_text("\u6d77\u8fb9\u7684\u7ea2\u623f\u5b50" * 20).coding == "zlib"
    assert code_text("x = [0x1F] * 9; " * 9).coding == "zlib"


def test_auto_is_never_larger_than_either():
    for text in [*held_out()[:5], "a", "\u20ac" * 50, "zzz", "0.5; " * 30]:
        sizes = [len(code_text(text, name).payload) for name in ("auto", "zlib", "model")]
        assert sizes[0] == min(sizes)


def test_a_text_that_is_too_long_for_the_model_is_left_to_zlib():
    text = "a house " * 3000
    assert code_text(text).coding == "zlib"
    with pytest.raises(ArgumentError, match="too long for the text coding model; zlib takes it"):
        code_text(text, "model")


def test_the_longest_text_of_all_is_coded_by_auto_in_no_time():
    start = time.perf_counter()
    coded = code_text("\u00e9" * 32768)
    assert decode_text(coded.coding, coded.payload) == coded.text
    assert time.perf_counter() - start < 10


@settings(max_examples=300)
@given(PLAIN)
@example("a")
@example(" ")
@example("\n")
@example("-")
@example(" a ")
@example("A-b-C")
@example('He said "No." then left')
@example("i")
@example("NASA Nasa nasa nASA")
def test_any_text_comes_back(text):
    coded = code_text(text, "model")
    assert decode_text("model", coded.payload) == text


@settings(max_examples=300)
@given(WRITING)
def test_ordinary_writing_comes_back_however_it_is_put_together(text):
    assert model.decode(model.encode(text.encode())).decode() == text


@pytest.mark.parametrize("text", held_out())
def test_a_description_comes_back_however_it_is_cut(text):
    for words in (1, 2, 3, 7, 15, 30):
        part = cut(text, words)
        assert model.decode(model.encode(part.encode())).decode() == part


@settings(max_examples=500)
@given(st.binary(max_size=80))
@example(b"")
@example(b"\xff" * 80)
@example(bytes(80))
def test_any_payload_is_words_or_damaged(payload):
    with contextlib.suppress(DamagedTextError):
        assert 1 <= len(decode_text("model", payload).encode()) <= 65536


@pytest.mark.parametrize("fill", [b"\0", b"\xff", b"\x55", b"A"])
def test_a_long_payload_is_given_up_after_4000_tokens(fill):
    start = time.perf_counter()
    with pytest.raises(DamagedTextError, match="more than 4000 tokens"):
        decode_text("model", fill * 100_000)
    assert time.perf_counter() - start < 20


@pytest.mark.parametrize("text", [RED_HOUSE, *held_out()[:6]])
def test_a_byte_less_or_more_is_no_other_way_to_say_the_same(text):
    payload = code_text(text, "model").payload
    for other in (payload[:-1], payload + b"\x01", payload + b"\xff", payload + bytes(8)):
        with contextlib.suppress(DamagedTextError):
            assert decode_text("model", other) != text


def test_the_payload_is_the_shortest_that_can_end():
    for text in held_out()[:10]:
        payload = model.encode(text.encode())
        assert payload == model.encode(text.encode())
        with contextlib.suppress(DamagedTextError):
            assert model.decode(payload[:-1]) != text.encode()


def test_spelled_bytes_that_are_no_utf_8_are_damaged():
    with pytest.raises(DamagedTextError, match="is not UTF-8: invalid byte at 0"):
        decode_text("model", bytes.fromhex("9208d8d9ed78de"))


def test_a_spelled_control_character_is_refused():
    with pytest.raises(DamagedTextError, match=r"the control character U\+001B as character 3"):
        decode_text("model", bytes.fromhex("66fdba8ecb3a5116"))


def test_neither_importing_nor_reading_zlib_words_loads_the_table():
    program = (
        "import sys, gcx_format\n"
        "from gcx_format.codecs import code_text, decode_text\n"
        "decode_text('zlib', code_text('A red house.', 'zlib').payload)\n"
        "print([name for name in sys.modules if name.startswith('gcx_format.text.model.')])\n"
        "from gcx_format.text.model import table\n"
        "print(table.load.cache_info().currsize)\n"
        "code_text('A red house.', 'model')\n"
        "print(table.load.cache_info().currsize)\n"
    )
    command = [sys.executable, "-W", "error", "-c", program]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert answer.stdout.split("\n") == ["[]", "0", "1", ""]


def test_there_is_nothing_but_whole_numbers_in_the_table():
    loaded = table.load(1)
    numbers = [*loaded.squash, *loaded.logarithms]
    for mixer in (loaded.words, loaded.letters):
        numbers += [*mixer.totals, *mixer.trust, *(w for row in mixer.weights for w in row)]
    assert {type(number) for number in numbers} == {int}


def test_the_code_that_runs_has_no_floating_point():
    for path in Path(model.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not isinstance(node, ast.Div), path
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), path
            assert not (isinstance(node, ast.Name) and node.id in ("float", "round", "math")), path


def test_every_list_of_the_table_ascends_and_fits_the_logarithms():
    loaded = table.load(1)
    for lists in (loaded.after_one, loaded.after_gap, loaded.after_classes, loaded.after_terse):
        for context in range(len(lists.starts) - 1):
            found = lists.get(context)
            if found is not None:
                assert list(found[0]) == sorted(set(found[0]))
                assert found[0][-1] < len(loaded.entries)
                assert found[1][-1] < 65536


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("A red house.", [" a", " red", " house", "."]),
        ("a red", [tokens.CASE, " a", " red"]),
        ("The RED house", [" the", tokens.UPPER, " red", " house"]),
        ("Red. Blue", [" red", ".", " blue"]),
        ("Red; Blue", [" red", ";", tokens.CASE, " blue"]),
        ("Red (blue)", [" red", " (", " blue", ")"]),
        ("Red( blue)", [" red", tokens.JOIN, " (", tokens.JOIN, " blue", ")"]),
        ("Red ( blue)", [" red", " (", tokens.JOIN, " blue", ")"]),
    ],
)
def test_what_ordinary_writing_has_anyway_needs_no_token(text, written):
    vocabulary = {" a", " red", " house", " the", " blue", ".", ";", " (", ")"}
    found = [token for token, _ in tokens.segment(text, vocabulary)]
    assert found == written
