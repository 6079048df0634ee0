"""info["gcx"] is a dict whose words are decoded when they are asked for."""

import copy
import json
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

import gcx_format.container
from gcx_format import DamagedTextError, GcxError, ReconstructionError

WORDS = "A red house by the sea."


@pytest.fixture
def decoded(monkeypatch):
    """The payloads of words that were decoded, in order."""
    payloads = []
    original = gcx_format.container.decode_text

    def noted(coding, payload):
        payloads.append(payload)
        return original(coding, payload)

    monkeypatch.setattr(gcx_format.container, "decode_text", noted)
    return payloads


@pytest.fixture
def gcx(words):
    """What a file with words alone says, before anybody has read it."""
    with Image.open(words) as image:
        return image.info["gcx"]


PLAIN = {
    "width": 768,
    "height": 512,
    "mode": "RGB",
    "file_bytes": 43,
    "bits_per_pixel": 43 * 8 / (768 * 512),
    "text": WORDS,
    "text_coding": "zlib",
    "text_bytes": 31,
    "visual_codec": None,
    "visual_quality": None,
    "visual_bytes": 0,
    "scale": None,
    "condition_width": None,
    "condition_height": None,
    "original_sha256": None,
    "note": None,
    "encoder": None,
}


def splatted(**facts):
    return facts


# What reads the whole dict, and must find the words in it.
READING = {
    "dict": dict,
    "{**}": lambda gcx: {**gcx},
    "f(**)": lambda gcx: splatted(**gcx),
    "|": lambda gcx: gcx | {},
    "{} |": lambda gcx: {} | gcx,
    "|=": lambda gcx: _updated({}, gcx),
    "copy": lambda gcx: gcx.copy(),
    "copy.copy": copy.copy,
    "copy.deepcopy": copy.deepcopy,
    "pickle": lambda gcx: pickle.loads(pickle.dumps(gcx)),
    "items": lambda gcx: dict(gcx.items()),
    "keys and values": lambda gcx: dict(zip(gcx.keys(), gcx.values(), strict=True)),
    "iteration": lambda gcx: {key: gcx[key] for key in gcx},
    "json": lambda gcx: json.loads(json.dumps(gcx)),
    "json, indented": lambda gcx: json.loads(json.dumps(gcx, indent=1)),
    "repr": lambda gcx: eval(repr(gcx)),
    "str": lambda gcx: eval(str(gcx)),
}


def _updated(plain, gcx):
    plain |= gcx
    return plain


@pytest.mark.parametrize("read", READING.values(), ids=READING)
def test_whatever_reads_all_of_it_finds_the_words_in_their_place(gcx, read):
    result = read(gcx)
    assert type(result) is dict
    assert result == PLAIN
    assert list(result) == list(PLAIN)


@pytest.mark.parametrize(
    "read",
    [
        lambda gcx: gcx["text"],
        lambda gcx: gcx.get("text"),
        lambda gcx: gcx.get("text", "nothing"),
        lambda gcx: gcx.setdefault("text", "nothing"),
        lambda gcx: gcx.pop("text"),
        lambda gcx: "%(text)s" % gcx,  # noqa: UP031  # another way to read a dict
        lambda gcx: "{text}".format_map(gcx),
        lambda gcx: next(value for value in gcx.values() if value == WORDS),
    ],
)
def test_the_words_can_be_read_in_every_way(gcx, read):
    assert read(gcx) == WORDS


def test_the_words_match_a_pattern(gcx):
    match gcx:
        case {"text": found}:
            assert found == WORDS
        case _:
            pytest.fail("no match")


def test_it_equals_the_plain_dict_from_both_sides(words):
    with Image.open(words) as one, Image.open(words) as another:
        assert one.info["gcx"] == PLAIN
        assert one.info == {"gcx": PLAIN}
    with Image.open(words) as one, Image.open(words) as another:
        assert {"gcx": PLAIN} == one.info  # noqa: SIM300  # the other side
        assert one.info == another.info
    with Image.open(words) as one:
        assert not one.info["gcx"] != PLAIN  # noqa: SIM202  # another operator
        assert one.info["gcx"] != {**PLAIN, "text": "Another."}


def test_opening_and_reading_other_values_decode_no_words(words, decoded):
    with Image.open(words) as image:
        gcx = image.info["gcx"]
        assert gcx["width"] == gcx.get("width") == 768
        assert gcx.get("no such key") is None
        assert "text" in gcx
        assert len(gcx) == len(list(gcx)) == len(gcx.keys()) == len(PLAIN)
        assert gcx
        image.info.copy()
    assert decoded == []


def test_the_words_are_decoded_once(words, decoded):
    with Image.open(words) as image:
        for _ in range(3):
            assert image.info["gcx"]["text"] == WORDS
        image.load()
        assert image.info["gcx"]["text"] == WORDS
    assert len(decoded) == 1


def test_loading_and_thumbnails_keep_the_words(words, house):
    for path in (words, house):
        for prepare in (lambda image: image.load(), lambda image: image.thumbnail((40, 40))):
            with Image.open(path) as image:
                prepare(image)
                assert image.info["gcx"]["text"] == WORDS
                assert image.info["gcx"]["generator"] == "preview"


def test_a_thumbnail_of_a_picture_decodes_no_words(house, decoded):
    with Image.open(house) as image:
        image.thumbnail((40, 40))
        image.resize((4, 4))
    assert decoded == []


def test_words_of_the_callers_own_take_their_place(gcx, decoded):
    gcx["text"] = "Mine."
    gcx["more"] = 1
    assert gcx == {**PLAIN, "text": "Mine.", "more": 1}
    gcx.update(text="Still mine.")
    assert gcx["text"] == "Still mine."
    assert gcx.popitem() == ("more", 1)
    del gcx["text"]
    assert "text" not in gcx
    assert gcx.get("text") is None
    with pytest.raises(KeyError):
        gcx["text"]
    gcx.clear()
    assert gcx == {}
    assert decoded == []


def test_threads_that_share_a_picture_find_the_same_words(words):
    threads = 8
    ready = threading.Barrier(threads)
    with Image.open(words) as image, ThreadPoolExecutor(threads) as pool:

        def read(_):
            ready.wait()
            return dict(image.info["gcx"])

        assert all(found == PLAIN for found in pool.map(read, range(threads)))


def test_a_file_without_words_has_none(grey_house):
    with Image.open(grey_house) as image:
        assert image.info["gcx"]["text"] is None
        assert type(dict(image.info["gcx"])["text"]) is type(None)


def test_pictures_made_from_it_have_the_words(house):
    with Image.open(house) as image:
        for made in (image.copy(), image.convert("L"), image.resize((10, 10)), image.crop()):
            assert made.info["gcx"]["text"] == WORDS
        assert pickle.loads(pickle.dumps(image)).info == image.info


# --- words that do not decode -----------------------------------------------------------------


def test_words_that_do_not_decode_fail_when_they_are_asked_for_and_not_before(broken_words):
    with Image.open(broken_words) as image:
        gcx = image.info["gcx"]
        assert (gcx["width"], gcx["text_bytes"], "text" in gcx) == (320, 31, True)
        for _ in range(2):
            with pytest.raises(DamagedTextError, match=r"house\.gcx: .*\(at byte 9\)") as caught:
                gcx["text"]
            assert isinstance(caught.value, GcxError)
            assert isinstance(caught.value, OSError)


@pytest.mark.parametrize("read", READING.values(), ids=READING)
def test_reading_all_of_it_fails_where_the_words_do_not_decode(broken_words, read):
    with Image.open(broken_words) as image, pytest.raises(DamagedTextError):
        read(image.info["gcx"])


@pytest.mark.parametrize("what", ["load", "verify", "copy", "tobytes"])
@pytest.mark.parametrize("fixture", ["broken_words", "broken_words_alone"])
def test_what_checks_a_file_fails_where_the_words_do_not_decode(fixture, what, request):
    path = request.getfixturevalue(fixture)
    with Image.open(path) as image:
        with pytest.raises(ReconstructionError, match=rf"{path.name}: .*inflate") as caught:
            getattr(image, what)()
        assert isinstance(caught.value.__cause__, DamagedTextError)


def test_a_thumbnail_needs_no_words_where_there_is_a_picture(broken_words):
    with Image.open(broken_words) as image:
        image.thumbnail((32, 32))
        assert image.getpixel((2, 10))[0] > 150
        with pytest.raises(DamagedTextError):
            image.info["gcx"]["text"]


def test_a_thumbnail_of_words_alone_fails_where_they_do_not_decode(broken_words_alone):
    with Image.open(broken_words_alone) as image, pytest.raises(ReconstructionError):
        image.thumbnail((32, 32))


def test_a_file_whose_words_do_not_decode_is_copied_as_it_is(broken_words, tmp_path):
    path = tmp_path / "copy.gcx"
    with Image.open(broken_words) as image:
        image.save(path)
    assert path.read_bytes() == broken_words.read_bytes()
