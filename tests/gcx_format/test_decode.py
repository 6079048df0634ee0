"""A descriptor becomes a picture again."""

import os
import re
import subprocess
import sys
import warnings
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from gcx_format import (
    ArgumentError,
    CodedVisual,
    DamagedVisualError,
    Descriptor,
    GenerationNotAllowedError,
    MissingKeyError,
    ReconstructionError,
    SettingsError,
    WeightsError,
    encode,
)
from gcx_format import decode as decode_anyhow
from gcx_format.decode import thumbnail
from gcx_format.generate.reconstruction import GenerationWarning
from gcx_format.provenance import DigitalSourceType
from gcx_format.settings import load_settings

COFFEE = Path(__file__).parents[2] / "samples" / "coffee.jpg"
ROOT = Path(__file__).parents[2]

decode = partial(decode_anyhow, generator="preview")
"""What most of this file is about needs no model."""


@pytest.fixture(scope="module")
def descriptor() -> Descriptor:
    return encode(COFFEE, text="A cup of espresso.", visual_bytes=290)


def test_the_picture_comes_back_at_its_own_size(descriptor):
    reconstruction = decode(descriptor)
    assert reconstruction.image.size == (600, 400)
    assert reconstruction.image.mode == "RGB"


def test_the_picture_comes_back_with_its_colours(descriptor):
    with Image.open(COFFEE) as original:
        expected = original.convert("RGB").resize((3, 2), Image.Resampling.BOX)
    actual = decode(descriptor).image.resize((3, 2), Image.Resampling.BOX)
    for ours, theirs in zip(
        actual.get_flattened_data(), expected.get_flattened_data(), strict=True
    ):
        assert ours == pytest.approx(theirs, abs=12)


def test_it_says_what_made_the_pixels(descriptor):
    reconstruction = decode(descriptor)
    assert reconstruction.source_type is DigitalSourceType.ALGORITHMICALLY_ENHANCED
    assert reconstruction.info == {
        "generator": "preview",
        "source": "visual condition",
        "digital_source_type": (
            "http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicallyEnhanced"
        ),
    }


def test_words_alone_become_a_card_and_are_marked_so():
    words = encode(COFFEE, text="A cup of espresso.", visual="none")
    reconstruction = decode(words)
    assert reconstruction.image.size == (600, 400)
    assert reconstruction.info["source"] == "words on a card"
    assert reconstruction.source_type is DigitalSourceType.ALGORITHMIC


def test_decoding_twice_gives_the_same_pixels(descriptor):
    assert decode(descriptor).image.tobytes() == decode(descriptor).image.tobytes()


def test_a_thumbnail_keeps_the_proportions(descriptor):
    assert thumbnail(descriptor, 128).image.size == (128, 85)


def test_a_thumbnail_is_never_larger_than_the_picture(descriptor):
    assert thumbnail(descriptor, 4096).image.size == (600, 400)


def test_a_thumbnail_of_a_very_long_picture_has_a_pixel_of_height():
    panorama = encode(Image.new("RGB", (3000, 2), "navy"))
    assert thumbnail(panorama, 100).image.size == (100, 1)


@pytest.mark.parametrize("size", [0, -1, 4097])
def test_a_thumbnail_of_no_sensible_size_is_refused(descriptor, size):
    with pytest.raises(ArgumentError, match="a thumbnail has 1 to 4096 pixels"):
        thumbnail(descriptor, size)


def test_an_unknown_generator_is_refused(descriptor):
    with pytest.raises(ArgumentError, match="unknown generator 'dream'; known are auto, preview"):
        decode(descriptor, generator="dream")


def test_a_size_from_a_stranger_is_not_allocated():
    huge = Descriptor(
        width=32768, height=32768, visual=CodedVisual("av1", 1024.0, b"not looked at")
    )
    with pytest.raises(ReconstructionError, match="32768 x 32768 has more than"):
        decode(huge)


def test_a_damaged_condition_is_refused():
    damaged = Descriptor(width=64, height=64, visual=CodedVisual("av1", 8.0, b"garbage"))
    with pytest.raises(DamagedVisualError):
        decode(damaged)


@pytest.mark.needs("torch")
def test_a_condition_that_needs_weights_says_how_to_get_them():
    other = Descriptor(width=64, height=64, visual=CodedVisual("msillm", 8.0, b"bits", variant=5))
    with pytest.raises(WeightsError, match="download them with `gcx weights get 4`"):
        decode(other)


# --- which generator


@pytest.mark.parametrize("generator", [None, "auto"])
def test_without_a_key_a_preview_is_made_and_said_once(descriptor, clean_environment, generator):
    with pytest.warns(GenerationWarning, match="showing a preview: no.*key is set.*OPENAI"):
        made = decode_anyhow(descriptor, generator=generator)
    assert made.generator == "preview"
    assert made.image.tobytes() == decode(descriptor).image.tobytes()
    assert "key is set" in made.info["reason"]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")  # as Python does by itself: once where it is called
        again = [decode_anyhow(descriptor, generator=generator) for _ in range(3)]
    assert len(caught) == 1
    assert again[-1].info == made.info


def test_a_model_that_was_asked_for_by_name_needs_a_key(descriptor, clean_environment, monkeypatch):
    with pytest.raises(MissingKeyError, match="OPENAI_API_KEY"):
        decode_anyhow(descriptor, generator="openai")
    monkeypatch.setenv("GCX_GENERATOR", "openai")
    with pytest.raises(MissingKeyError, match="OPENAI_API_KEY"):
        decode_anyhow(descriptor)


@pytest.mark.parametrize("generator", [None, "auto", "openai"])
def test_with_a_key_a_model_is_asked(descriptor, openai_environment, generator):
    made = decode_anyhow(descriptor, generator=generator)
    assert (made.generator, made.model, made.image.size) == ("openai", "gpt-4o", (600, 400))
    assert openai_environment.pictures_made == 1


def test_a_preview_that_was_asked_for_costs_nothing(descriptor, openai_environment, monkeypatch):
    assert decode_anyhow(descriptor, generator="preview").info == decode(descriptor).info
    assert decode_anyhow(descriptor, settings=load_settings(generator="preview")).cached is False
    monkeypatch.setenv("GCX_GENERATOR", "preview")
    assert "reason" not in decode_anyhow(descriptor).info
    assert openai_environment.requests == []


def test_the_argument_comes_before_the_settings(descriptor, openai_environment):
    settings = load_settings(generator="preview")
    assert decode_anyhow(descriptor, generator="openai", settings=settings).generator == "openai"


@pytest.mark.parametrize("policy", ["never", "cached-only"])
def test_a_policy_makes_auto_a_preview_and_is_an_error_for_a_model_by_name(
    descriptor, openai_environment, policy
):
    settings = load_settings(policy=policy)
    made = decode_anyhow(descriptor, settings=settings)
    assert made.generator == "preview"
    assert "policy is" in made.info["reason"]
    with pytest.raises(GenerationNotAllowedError, match="policy is"):
        decode_anyhow(descriptor, generator="openai", settings=settings)
    assert openai_environment.requests == []


def test_where_nobody_can_be_asked_that_is_said(descriptor, openai_environment):
    settings = load_settings(policy="ask")
    with pytest.warns(GenerationWarning, match="there is no one to ask"):
        assert decode_anyhow(descriptor, settings=settings).generator == "preview"
    assert decode_anyhow(descriptor, settings=settings, confirm=lambda usd: False).reason


def test_a_wrong_setting_is_an_error_and_no_preview(descriptor, clean_environment, monkeypatch):
    monkeypatch.setenv("GCX_ROUTE", "teleport")
    with pytest.raises(SettingsError, match="GCX_ROUTE"):
        decode_anyhow(descriptor)
    assert decode(descriptor).generator == "preview"


@pytest.mark.parametrize("candidates", [0, 9, -1])
def test_a_number_of_candidates_is_within_reason(descriptor, candidates):
    with pytest.raises(ArgumentError, match="1 to 8 candidates"):
        decode(descriptor, candidates=candidates)


def test_the_size_is_looked_at_before_a_model_is_asked(openai_environment):
    huge = encode(Image.new("RGB", (300, 300)), text="A wall.", visual="none")
    with pytest.raises(ReconstructionError, match="300 x 300 has more than"):
        decode_anyhow(huge, max_pixels=10_000)
    assert openai_environment.requests == []


HIDDEN = """
import sys, warnings
sys.modules["openai"] = sys.modules["ncnn"] = None  # as if they were not installed
from gcx_format import MissingExtraError, decode, read
descriptor = read(sys.argv[1])
"""


def run(code: str, path: Path, **environment: str) -> str:
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", HIDDEN + code, path],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        timeout=60,
    )
    assert finished.stderr == ""
    return finished.stdout.strip()


class TestWithoutTheOptionalPackages:
    @pytest.fixture
    def path(self, descriptor, tmp_path):
        path = tmp_path / "a.gcx"
        from gcx_format import write

        write(path, descriptor)
        return path

    def test_a_preview_is_made(self, path, clean_environment):
        assert run("print(decode(descriptor, generator='preview').info['source'])", path) == (
            "visual condition"
        )

    def test_auto_makes_one_and_says_what_is_missing(self, path, clean_environment):
        code = """
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("default")
    made = [decode(descriptor) for _ in range(2)]
print(len(caught), made[0].generator, made[1].reason)
"""
        said = run(code, path, OPENAI_API_KEY="sk-test")
        assert said.startswith("1 preview ")
        assert re.search(r"pip install .*\[openai\]", said)

    @pytest.mark.parametrize("how", ["argument", "environment"])
    def test_a_model_by_name_is_an_error_that_says_what_to_install(
        self, path, clean_environment, how
    ):
        argument = "generator='openai'" if how == "argument" else ""
        code = f"""
try:
    decode(descriptor, {argument})
except MissingExtraError as error:
    print(error)
"""
        environment = {"OPENAI_API_KEY": "sk-test"}
        if how == "environment":
            environment["GCX_GENERATOR"] = "openai"
        assert "[openai]" in run(code, path, **environment)
