"""Pixels are made when they are first needed, and once."""

import copy
import pickle
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

import gcx_pillow.image_file
from gcx_format import DamagedVisualError, MissingExtraError, ReconstructionError
from gcx_format.generate.preview import preview_at

MSILLM = bytes.fromhex(
    "474358504ac0c7011f78da7354284a4d51c8c82f2d4e5548aa5428c94855284e4dd403005ca707c4"
    "1204300102034120000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "420c6d6164652062792068616e64c367637820302e312e308e57227a"
)
"""300 x 200 in grey, with words and a visual condition coded with MS-ILLM."""


@pytest.fixture
def calls(monkeypatch):
    """What decodes a whole picture, a draft or a condition, in the order of asking."""
    made = []
    for name in ("decode", "preview_at", "decode_condition"):
        original = getattr(gcx_pillow.image_file, name)

        def noted(*arguments, _name=name, _original=original, **options):
            made.append(_name)
            return _original(*arguments, **options)

        monkeypatch.setattr(gcx_pillow.image_file, name, noted)
    return made


def test_a_picture_comes_back_at_its_size_with_its_colours(house):
    with Image.open(house) as image:
        image.load()
        assert (image.size, image.mode) == ((320, 200), "RGB")
        for x, expected in ((20, (230, 120, 40)), (300, (30, 60, 200))):
            actual = image.getpixel((x, 100))
            assert actual == pytest.approx(expected, abs=40)


def test_words_alone_become_a_picture_too(words):
    with Image.open(words) as image:
        assert len(image.tobytes()) == 768 * 512 * 3


def test_a_grey_picture_has_one_channel(grey_house):
    with Image.open(grey_house) as image:
        assert len(image.tobytes()) == 320 * 200


def test_loading_says_in_info_what_made_the_pixels(house):
    with Image.open(house) as image:
        image.load()
        gcx = image.info["gcx"]
        assert gcx["generator"] == "preview"
        assert gcx["source"] == "visual condition"
        assert gcx["digital_source_type"] == (
            "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced"
        )
        assert gcx["text"] == "A red house by the sea."


def test_words_on_a_card_are_called_so(words):
    with Image.open(words) as image:
        image.load()
        assert image.info["gcx"]["source"] == "words on a card"
        assert image.info["gcx"]["digital_source_type"].endswith("/algorithmicMedia")


def test_opening_decodes_nothing_and_using_the_picture_decodes_it_once(house, calls):
    with Image.open(house) as image:
        assert image.size == (320, 200)
        assert calls == []
        image.load()
        image.getpixel((0, 0))
        image.copy()
        image.convert("L")
        image.resize((10, 10))
        image.tobytes()
        assert calls == ["decode"]


def test_format_info_and_filename_outlive_loading(house):
    with Image.open(house) as image:
        image.load()
        assert image.format == "GCX"
        assert image.format_description == "gcx image descriptor"
        assert image.filename == str(house)
        assert type(image) is gcx_pillow.GcxImageFile


def test_a_loaded_picture_can_be_drawn_on(house):
    with Image.open(house) as image:
        image.load()[5, 5] = (1, 2, 3)
        image.putpixel((6, 6), (4, 5, 6))
        assert image.getpixel((5, 5)) == (1, 2, 3)
        assert image.getpixel((6, 6)) == (4, 5, 6)


def test_there_is_one_frame(house):
    with Image.open(house) as image:
        assert image.tell() == 0
        image.seek(0)
        with pytest.raises(EOFError):
            image.seek(1)


def test_there_is_no_exif(house):
    with Image.open(house) as image:
        image.load()
        assert dict(image.getexif()) == {}


def test_a_closed_picture_has_no_pixels(house):
    image = Image.open(house)
    image.close()
    with pytest.raises(ValueError, match="closed image"):
        image.load()


@pytest.mark.parametrize(
    "duplicate", [copy.deepcopy, lambda image: pickle.loads(pickle.dumps(image))]
)
def test_a_duplicate_is_equal_and_usable(house, duplicate):
    with Image.open(house) as image:
        twin = duplicate(image)
        assert twin == image
        assert twin.format == "GCX"
        assert twin.filename == str(house)
        assert twin.getpixel((20, 100)) == image.getpixel((20, 100))
        twin.verify()
        assert twin.draft("L", (10, 10)) is None
        twin.close()


@pytest.mark.parametrize("duplicate", [Image.Image.copy, copy.copy])
def test_a_copy_has_the_pixels_and_the_info(house, duplicate):
    with Image.open(house) as image:
        twin = duplicate(image)
        assert type(twin) is Image.Image
        assert twin.tobytes() == image.tobytes()
        assert twin.info == image.info


def test_loading_leaves_alone_what_was_read_from_info_before(house):
    with Image.open(house) as image:
        before = image.info["gcx"]
        image.load()
        assert "generator" not in before


def test_a_damaged_visual_condition_fails_to_load_with_an_os_error(broken_house):
    with Image.open(broken_house) as image:
        with pytest.raises(OSError, match=r"house\.gcx: ") as caught:
            image.load()
        assert type(caught.value) is ReconstructionError
        assert isinstance(caught.value.__cause__, DamagedVisualError)


@pytest.mark.parametrize("generator", ["auto", "preview"])
@pytest.mark.parametrize("what", ["load", "verify"])
def test_a_codec_that_is_not_installed_is_named_with_the_file_and_the_remedy(
    tmp_path, monkeypatch, generator, what
):
    monkeypatch.setattr("gcx_format.extras._is_installed", lambda module: module != "torch")
    monkeypatch.setenv("GCX_GENERATOR", generator)
    path = tmp_path / "msillm.gcx"
    path.write_bytes(MSILLM)
    with Image.open(path) as image, pytest.raises(OSError, match="MS-ILLM") as caught:
        getattr(image, what)()
    assert type(caught.value) is ReconstructionError
    assert isinstance(caught.value.__cause__, MissingExtraError)
    assert str(caught.value).startswith(
        f"{path}: MS-ILLM needs an optional part of gcx; pip install "
    )


def test_loading_that_failed_is_tried_again(house, monkeypatch):
    def refuse(*arguments, **options):
        raise ReconstructionError("not now")

    with Image.open(house) as image:
        with monkeypatch.context() as patch:
            patch.setattr(gcx_pillow.image_file, "decode", refuse)
            with pytest.raises(ReconstructionError, match="not now"):
                image.load()
        image.load()
        assert image.getpixel((20, 100))[0] > 180


def test_verify_decodes_the_visual_condition_and_nothing_else(house, calls):
    with Image.open(house) as image:
        image.verify()
    assert calls == ["decode_condition"]


def test_verify_of_words_alone_decodes_nothing(words, calls):
    with Image.open(words) as image:
        image.verify()
    assert calls == []


def test_verify_finds_a_damaged_visual_condition(broken_house):
    with Image.open(broken_house) as image, pytest.raises(OSError, match=r"house\.gcx: "):
        image.verify()


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_what_pillow_let_open_may_be_loaded(sized, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100 * 100)
    with Image.open(sized(200, 100)) as image:
        image.load()


def test_what_pillow_would_not_let_open_is_not_loaded(sized, monkeypatch):
    with Image.open(sized(200, 100)) as image:
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100 * 99)
        with pytest.raises(OSError, match="more than the 19800 pixels allowed") as caught:
            image.load()
        assert str(caught.value).endswith(
            "; make a thumbnail instead, or raise PIL.Image.MAX_IMAGE_PIXELS"
        )
        image.thumbnail((20, 20))


def test_without_a_limit_of_pillow_the_limit_is_that_of_the_format(sized, monkeypatch):
    asked = []

    def noted(descriptor, **options):
        asked.append(options["max_pixels"])
        return preview_at(descriptor, (4, 4))

    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", None)
    monkeypatch.setattr(gcx_pillow.image_file, "decode", noted)
    with Image.open(sized(32768, 32768)) as image:
        image.load()
    assert asked == [1 << 30]


def test_threads_that_share_a_picture_decode_it_once(house, calls):
    threads = 8
    ready = threading.Barrier(threads)
    with Image.open(house) as image:

        def pixel(_):
            ready.wait()
            image.load()
            return image.getpixel((20, 100)), image.info["gcx"]["generator"]

        with ThreadPoolExecutor(threads) as pool:
            results = set(pool.map(pixel, range(threads)))
    assert len(results) == 1
    assert calls == ["decode"]


def test_many_threads_open_and_load_many_files(house, grey_house, words):
    expected = {}
    for path in (house, grey_house, words):
        with Image.open(path) as image:
            expected[path] = image.mode, image.size, image.tobytes()

    def look(path):
        with Image.open(path) as image:
            return path, (image.mode, image.size, image.tobytes())

    with ThreadPoolExecutor(8) as pool:
        for path, seen in pool.map(look, list(expected) * 8):
            assert seen == expected[path]


@pytest.mark.parametrize("policy", ["never", "cached-only"])
def test_a_policy_that_asks_nobody_needs_no_extra(house, policy):
    code = f"""
import sys, warnings
sys.modules["openai"] = None  # as if not installed
import gcx_pillow
from PIL import Image
from gcx_format.cli import main
gcx_pillow.register_gcx_opener(policy={policy!r})
print(Image.open(sys.argv[1]).convert("RGB").size)
sys.exit(main(["decode", sys.argv[1], "--policy", {policy!r}]))
"""
    ran = subprocess.run(
        [sys.executable, "-c", code, str(house)], capture_output=True, text=True, timeout=60
    )
    assert (ran.returncode, ran.stdout.splitlines()[0]) == (0, "(320, 200)"), ran.stderr
