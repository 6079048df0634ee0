"""The container: descriptors become bytes and come back, and nothing else gets through."""

import contextlib
import copy
import itertools
import pickle
import random
import time
import tracemalloc
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gcx_format import (
    AncillaryChunk,
    ArgumentError,
    ChecksumError,
    CodedText,
    CodedVisual,
    DamagedTextError,
    Descriptor,
    FormatError,
    LimitError,
    MalformedError,
    NotGcxError,
    UnknownChunkError,
    UnsupportedVersionError,
    dumps,
    limits,
    loads,
)
from gcx_format.codecs import code_text, decode_text
from gcx_format.container import dissect, outline
from gcx_format.descriptor import scale_from_byte

VECTORS = Path(__file__).parents[2] / "spec" / "vectors"
STREAM = bytes.fromhex("789c4b040000620062")
A = CodedText("a", "zlib", STREAM)
SMALL = bytes.fromhex("474358 40ffc2ff")  # 1024 x 768, RGB


def sealed(content):
    return content + zlib.crc32(content).to_bytes(4, "big")


def small(chunks):
    """A file of 1024 x 768 with these chunk bytes."""
    return sealed(SMALL + chunks)


def descriptor(**fields):
    return Descriptor(**({"width": 1024, "height": 768, "coded_text": A} | fields))


REAL = (VECTORS / "valid" / "av1-text.gcx").read_bytes()


# --- the bytes -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "file"),
    [
        ({}, "474358 40ffc2ff 81 789c4b040000620062 278ff22e"),
        ({"mode": "L"}, "474358 50ffc2ff 81 789c4b040000620062 413dce42"),
        ({"width": 1, "height": 1}, "474358 40000000 81 789c4b040000620062 bcc5abad"),
        ({"width": 16384, "height": 16384}, "474358 4fffffff 81 789c4b040000620062 fb9d7132"),
        ({"width": 16385, "height": 1}, "474358 6000100000000000 81 789c4b040000620062 1fb50174"),
        (
            {"coded_text": None, "visual": CodedVisual("av1", 8.0, b"\1\2\3")},
            "474358 40ffc2ff 98 30 010203 2678ccb2",
        ),
        (
            {"visual": CodedVisual("msillm", 12.0, b"\1", variant=5)},
            "474358 40ffc2ff 0109 789c4b040000620062 95 38 01 c5cb0d63",
        ),
        (
            {"note": "n", "encoder": "e", "unknown": (AncillaryChunk(0x3F, b"?"),)},
            "474358 40ffc2ff 0109 789c4b040000620062 4201 6e 4301 65 ff 3f c59dc684",
        ),
        (
            {"original_sha256": bytes(range(32)), "unknown": (AncillaryChunk(0, b""),)},
            "474358 40ffc2ff 0109 789c4b040000620062 4000"
            "c1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f 693b5e4c",
        ),
    ],
)
def test_a_descriptor_becomes_exactly_these_bytes(fields, file):
    assert dumps(descriptor(**fields)) == bytes.fromhex(file)
    assert loads(bytes.fromhex(file)) == descriptor(**fields)


def test_words_and_visual_condition_cost_at_most_sixteen_bytes_of_container():
    words = code_text("A red house by the sea.")
    for payload in (1, 200, 20_000):
        visual = CodedVisual("av1", 8.0, bytes(payload))
        file = dumps(descriptor(coded_text=words, visual=visual))
        assert len(file) == 3 + 4 + 1 + 1 + len(words.payload) + 1 + 1 + payload + 4
        assert len(file) - len(words.payload) - payload == 15
    words = code_text("".join(map(chr, range(0x4E00, 0x4E80))))
    assert 128 <= len(words.payload) < 16384
    file = dumps(descriptor(coded_text=words, visual=CodedVisual("av1", 8.0, bytes(200))))
    assert len(file) - len(words.payload) - 200 == 16


def test_words_alone_cost_twelve_bytes_of_container():
    words = code_text("A red house by the sea.")
    assert len(dumps(descriptor(coded_text=words))) - len(words.payload) == 12


@pytest.mark.parametrize(
    ("size", "length"),
    [
        (0, "00"),
        (1, "01"),
        (127, "7f"),
        (128, "8001"),
        (16383, "ff7f"),
        (16384, "808001"),
        (2_097_151, "ffff7f"),
    ],
)
def test_a_length_has_as_few_bytes_as_it_needs(size, length):
    chunks = (AncillaryChunk(0x30, bytes(size)), AncillaryChunk(0x31, b""))
    file = dumps(descriptor(unknown=chunks))
    assert file[18 : 19 + len(length) // 2].hex() == "70" + length
    assert loads(file).unknown == chunks


def test_every_byte_of_a_file_is_in_one_span():
    spans = dissect(REAL)
    assert [(span.name, span.offset, span.size, span.payload) for span in spans] == [
        ("magic", 0, 3, 0),
        ("header", 3, 4, 0),
        ("text (zlib)", 7, 60, 58),
        ("visual (AV1)", 67, 202, 200),
        ("CRC-32", 269, 4, 0),
    ]


def test_dissecting_raises_what_loading_does():
    with pytest.raises(ChecksumError):
        dissect(REAL[:-1])
    with pytest.raises(MalformedError):
        dissect(small(b"\xc2n"))


# --- words when they are asked for ------------------------------------------------------------


@pytest.mark.parametrize("coding", ["zlib", "model"])
def test_unchecked_words_are_decoded_once_and_when_they_are_asked_for(coding, monkeypatch):
    data = dumps(descriptor(coded_text=code_text("A red house by the sea.", coding)))
    read = []

    def counted(*arguments):
        read.append(arguments)
        return decode_text(*arguments)

    monkeypatch.setattr("gcx_format.container.decode_text", counted)
    loaded = loads(data, check_words=False)
    assert loaded.size == (1024, 768)
    assert read == []
    assert loaded.text == loaded.text == "A red house by the sea."
    assert len(read) == 1
    assert dumps(loads(data, check_words=False)) == data


def test_unchecked_words_that_do_not_decode_fail_when_they_are_asked_for():
    data = (VECTORS / "invalid" / "text-u001b.gcx").read_bytes()
    with pytest.raises(DamagedTextError) as at_once:
        loads(data)
    loaded = loads(data, check_words=False)
    assert loaded.size == (1024, 768)
    for _ in range(2):
        with pytest.raises(DamagedTextError) as late:
            _ = loaded.text
        assert (str(late.value), late.value.offset) == (str(at_once.value), at_once.value.offset)
    with pytest.raises(ArgumentError, match="does not decode"):
        dumps(loaded)


def test_unchecked_words_leave_everything_else_checked():
    """Only defects of words, and of pictures, which nobody decodes yet, pass unnoticed."""
    passed = set()
    for path in (VECTORS / "invalid").glob("*.gcx"):
        with contextlib.suppress(FormatError):
            loads(path.read_bytes(), check_words=False)
            passed.add(path.name)
    for name in passed:
        with contextlib.suppress(DamagedTextError):
            loads((VECTORS / "invalid" / name).read_bytes())
            assert name.startswith("av1-")
    assert {name.partition("-")[0] for name in passed} == {"text", "model", "av1"}


def test_words_survive_pickling_before_and_after_they_are_decoded():
    data = dumps(descriptor(coded_text=code_text("A red house by the sea.", "model")))
    loaded = loads(data, check_words=False)
    assert pickle.loads(pickle.dumps(loaded)).text == "A red house by the sea."
    assert loaded.text == copy.deepcopy(loaded).text


# --- what a writer refuses -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"visual": CodedVisual("av1", 8.0, bytes(2_097_151))},
            r"the visual \(AV1\) chunk would have 2097152 bytes; 2097151 are allowed",
        ),
        (
            {"unknown": tuple(AncillaryChunk(type, bytes(2_000_000)) for type in (5, 6, 7))},
            r"the file would have 6000\d+ bytes; 4194304 are allowed",
        ),
        (
            {"unknown": (AncillaryChunk(2, b"n"),)},
            "ancillary type 2 is the note, which a descriptor has",
        ),
        (
            {"coded_text": CodedText("a", "morse", b".-")},
            "unknown text coding 'morse'; known are zlib",
        ),
        (
            {"visual": CodedVisual("vvc", 8.0, b"\1")},
            "unknown visual codec 'vvc'; known are av1, msillm",
        ),
        ({"visual": CodedVisual("av1", 8.0, b"\1", 3)}, "AV1 has variants 0 to 0, not 3"),
        ({"visual": CodedVisual("msillm", 8.0, b"\1", 8)}, "MS-ILLM has variants 0 to 7, not 8"),
        ({"visual": CodedVisual("msillm", 8.0, b"\1", -1)}, "MS-ILLM has variants 0 to 7, not -1"),
        ({"coded_text": CodedText("a", "zlib", b".-")}, "does not decode"),
        ({"coded_text": CodedText("b", "zlib", STREAM)}, "does not decode to its words"),
    ],
)
def test_a_descriptor_that_no_reader_would_accept_is_not_written(fields, message):
    with pytest.raises(ArgumentError, match=message):
        dumps(descriptor(**fields))


# --- what a reader refuses -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty"),
        (b"GC", "cut short"),
        (b"\xff\xd8\xff\xe0", "begins with ff d8 ff, not with 47 43 58; open it with a program"),
    ],
)
def test_another_format_is_told_from_a_gcx(data, message):
    with pytest.raises(NotGcxError, match=message):
        loads(data)


def test_another_version_is_named_with_what_to_do():
    with pytest.raises(
        UnsupportedVersionError, match=r"version 2 .* this program knows version 1: update"
    ):
        loads(b"GCX\x80")


def test_another_version_is_noticed_before_the_limits_of_this_one():
    with pytest.raises(UnsupportedVersionError):
        loads(b"GCX\x80" + bytes(limits.MAX_FILE_BYTES))


def test_a_damaged_file_is_told_with_both_checksums():
    with pytest.raises(ChecksumError, match=r"CRC-32 of its 18 bytes is [0-9a-f]{8}, not 00000000"):
        loads(SMALL + b"\x81" + STREAM[:6] + bytes(4))


def test_a_file_of_more_than_four_mebibytes_is_refused():
    content = small(b"\x01\x09" + STREAM + b"\xf0" + bytes(limits.MAX_FILE_BYTES))
    with pytest.raises(LimitError, match="4194304"):
        loads(content)


def test_the_last_chunk_has_no_length_and_is_bounded_all_the_same():
    most = small(b"\x98\x30" + bytes(2_097_150))
    assert dumps(loads(most)) == most
    with pytest.raises(LimitError, match=r"2097152 bytes; 2097151 are allowed") as caught:
        loads(small(b"\x98\x30" + bytes(2_097_151)))
    assert caught.value.offset == 8


def test_an_unknown_critical_chunk_is_named():
    with pytest.raises(
        UnknownChunkError, match=r"unknown visual codec 0x19 chunk.*update gcx"
    ) as caught:
        loads(small(b"\x99\x30payload"))
    assert (caught.value.type, caught.value.offset) == (0x19, 7)


def test_a_message_never_repeats_words_of_the_file():
    for name in ("text-u001b", "text-u202e", "note-control", "encoder-control"):
        with pytest.raises(FormatError) as caught:
            loads((VECTORS / "invalid" / f"{name}.gcx").read_bytes())
        assert str(caught.value).isascii()
        assert str(caught.value).isprintable()


@pytest.mark.parametrize("length", range(len(REAL)))
def test_a_real_file_that_is_cut_short_is_refused(length):
    with pytest.raises(NotGcxError if length < 3 else ChecksumError):
        loads(REAL[:length])


def test_every_flipped_bit_of_a_real_file_is_noticed():
    kinds = []
    for bit in range(8 * len(REAL)):
        damaged = bytearray(REAL)
        damaged[bit // 8] ^= 0x80 >> bit % 8
        with pytest.raises((NotGcxError, UnsupportedVersionError, ChecksumError)) as caught:
            loads(bytes(damaged))
        kinds.append(caught.type)
    assert kinds[:24] == [NotGcxError] * 24
    assert kinds[24:26] == [UnsupportedVersionError] * 2
    assert set(kinds[26:]) == {ChecksumError}


def verdict(read, data):
    """What a file says, or how it is refused."""
    try:
        made = read(data)
    except FormatError as error:
        return type(error), str(error), error.offset
    codec = made.visual and made.visual.codec if isinstance(made, Descriptor) else made.codec
    return made.width, made.height, codec, made.coded_text


def test_an_outline_says_what_loads_says_of_all_vectors():
    for path in sorted(VECTORS.glob("*/*.gcx")):
        data = path.read_bytes()
        expected = verdict(lambda each: loads(each, check_words=False), data)
        assert verdict(outline, data) == expected, path.name


@pytest.mark.parametrize("seed", range(8))
def test_an_outline_says_what_loads_says_of_damaged_files(seed):
    chance = random.Random(seed)
    files = [path.read_bytes() for path in sorted(VECTORS.glob("*/*.gcx"))]
    contents = [data[:-4] for data in files if 12 < len(data) < 4096]
    contents += [SMALL + chunks for chunks in (b"\1\1a\x90\x30x", b"\1\x81\0a\x90\x30x")]
    verdicts = set()
    telling = (0, 1, 0x10, 0x11, 0x30, 0x41, 0x80, 0x90, 0xC1, 0xFF)
    for _ in range(1500):
        content = bytearray(chance.choice(contents))
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(min(len(content), chance.choice((12, 4096))))
            new = chance.choices(telling, k=chance.randint(0, 2))
            content[at : at + chance.randint(0, 2)] = bytes(new)
        is_sealed = chance.random() < 0.9
        data = sealed(bytes(content)) if is_sealed else bytes(content) + b"\0\0\0\0"
        expected = verdict(lambda each: loads(each, check_words=False), data)
        assert verdict(outline, data) == expected, data.hex()
        verdicts.add(expected[0])
    assert {ChecksumError, MalformedError, 1024} <= verdicts


def test_an_outline_decodes_the_words_when_they_are_asked_for():
    made = outline(REAL)
    assert made.coded_text.text == loads(REAL).text
    with pytest.raises(DamagedTextError) as caught:
        _ = outline(small(b"\1\1a\x90\x30x")).coded_text.text
    assert caught.value.offset == 9


def accepts(data):
    """Whether a file is accepted, and then written again the same; nothing but these two."""
    try:
        loaded = loads(data)
    except FormatError:
        return False
    assert dumps(loaded) == data
    spans = dissect(data)
    assert [span.offset for span in spans] == [0, *itertools.accumulate(s.size for s in spans)][:-1]
    assert sum(span.size for span in spans) == len(data)
    return True


def test_every_flipped_bit_with_the_checksum_put_right_is_refused_or_says_something_else():
    content = REAL[:-4]
    outcomes = []
    for bit in range(8 * len(content)):
        damaged = bytearray(content)
        damaged[bit // 8] ^= 0x80 >> bit % 8
        outcomes.append(accepts(sealed(bytes(damaged))))
    assert not any(outcomes[:26])  # magic and version
    assert all(outcomes[27 : 8 * 7])  # whether grey, width, height
    assert all(outcomes[8 * 69 :])  # the payload of the visual chunk is not looked into
    # The zlib stream has a checksum of its own; seven bits before that are not used.
    assert [bit for bit in range(8 * 9, 8 * 67) if outcomes[bit]] == list(range(496, 503))


def test_every_cut_with_the_checksum_put_right_is_refused_or_says_something_else():
    content = REAL[:-4]
    outcomes = [accepts(sealed(content[:length])) for length in range(len(content))]
    assert not any(outcomes[: 69 + 1])
    assert all(outcomes[69 + 1 :])


# --- properties ------------------------------------------------------------------------------

plain_text = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc", "Zl", "Zp"),
        exclude_characters="\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff",
    )
    | st.sampled_from("\t\n"),
    min_size=1,
    max_size=60,
)
scales = st.integers(0, 0xA0).map(scale_from_byte)
payloads = st.binary(min_size=1, max_size=300)
visuals = st.builds(CodedVisual, st.just("av1"), scales, payloads) | st.builds(
    CodedVisual, st.just("msillm"), scales, payloads, st.integers(0, 7)
)
unknown_types = st.sets(st.sampled_from([0, *range(4, 64)]), max_size=8).map(sorted)
unknown_chunks = unknown_types.flatmap(
    lambda types: st.tuples(*(st.builds(AncillaryChunk, st.just(t), st.binary()) for t in types))
)
sizes = st.one_of(
    st.tuples(st.integers(1, 16384), st.integers(1, 16384)),
    st.tuples(st.integers(16385, 1 << 30), st.just(1)),
    st.tuples(st.integers(1, 32768), st.integers(16385, 32768)),
)


@st.composite
def descriptors(draw):
    width, height = draw(sizes)
    text = draw(st.none() | plain_text.map(code_text))
    visual = draw(visuals if text is None else st.none() | visuals)
    try:
        return Descriptor(
            width=width,
            height=height,
            mode=draw(st.sampled_from(["RGB", "L"])),
            coded_text=text,
            visual=visual,
            original_sha256=draw(st.none() | st.binary(min_size=32, max_size=32)),
            note=draw(st.none() | plain_text),
            encoder=draw(st.none() | plain_text),
            unknown=draw(unknown_chunks),
        )
    except ArgumentError:  # a visual condition of too many pixels: of words alone it has none
        return Descriptor(width=width, height=height, coded_text=text or A)


@given(descriptors())
def test_a_descriptor_is_read_as_it_was_written(written):
    assert loads(dumps(written)) == written


@given(st.binary(max_size=60))
def test_any_bytes_at_all_are_refused_or_written_again_the_same(data):
    accepts(data)


@given(st.binary(max_size=60), st.sampled_from([SMALL, SMALL + b"\x01\x09" + STREAM]))
def test_any_chunks_behind_a_right_beginning_are_refused_or_written_again_the_same(tail, start):
    accepts(sealed(start + tail))


@st.composite
def edited(draw):
    """A valid vector after some random edits, the checksum put right."""
    content = bytearray(draw(st.sampled_from(SEEDS))[:-4])
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(3, len(content)))
        match draw(st.sampled_from(["set", "insert", "delete", "repeat"])):
            case "set":
                content[at : at + 1] = bytes([draw(st.integers(0, 255))])
            case "insert":
                content[at:at] = draw(st.binary(max_size=4))
            case "delete":
                del content[at : at + draw(st.integers(1, 8))]
            case "repeat":
                content[at:at] = content[at : at + draw(st.integers(1, 40))]
    return sealed(bytes(content))


SEEDS = [
    path.read_bytes()
    for path in sorted((VECTORS / "valid").glob("*.gcx"))
    if path.stat().st_size < 1000
]


@settings(max_examples=500)
@given(edited())
def test_an_edited_file_is_refused_or_written_again_the_same(data):
    accepts(data)


# --- hostile files ---------------------------------------------------------------------------


def cost(data, error):
    """Seconds and peak bytes of memory that it takes to refuse a file."""
    tracemalloc.start()
    start = time.process_time()
    try:
        with pytest.raises(error):
            loads(data)
        return time.process_time() - start, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def zeros(count):
    """So many zeros as a zlib stream."""
    deflater = zlib.compressobj(9)
    million = bytes(1_000_000)
    parts = [deflater.compress(million) for _ in range(count // 1_000_000)]
    return b"".join([*parts, deflater.flush()])


def test_a_gigabyte_of_zeros_takes_neither_memory_nor_time():
    bomb = small(b"\x81" + zeros(1_000_000_000))
    assert len(bomb) < 1_100_000
    seconds, memory = cost(bomb, DamagedTextError)
    assert seconds < 1
    assert memory < 4 * len(bomb) + 1_000_000


def test_four_mebibytes_of_tiny_chunks_take_neither_memory_nor_time():
    chunks = b"\x01\x09" + STREAM + b"\x70\x00" * ((limits.MAX_FILE_BYTES - 40) // 2)
    file = small(chunks + b"\xf1")
    assert limits.MAX_FILE_BYTES - 32 < len(file) <= limits.MAX_FILE_BYTES
    seconds, memory = cost(file, LimitError)
    assert seconds < 1
    assert memory < 4 * len(file)


def test_a_zlib_stream_of_nothing_but_empty_blocks_takes_neither_memory_nor_time():
    blocks = b"\0\0\0\xff\xff" * 400_000
    seconds, memory = cost(small(b"\x81\x78\x01" + blocks), DamagedTextError)
    assert seconds < 1
    assert memory < 12_000_000


def test_the_largest_size_is_read_without_its_pixels():
    tracemalloc.start()
    try:
        assert loads(dumps(descriptor(width=32768, height=32768))).size == (32768, 32768)
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()
