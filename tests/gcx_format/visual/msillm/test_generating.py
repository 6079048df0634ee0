"""MS-ILLM and a model that paints: what it is sent, and what happens where MS-ILLM is not here."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gcx_format import (
    GenerationNotAllowedError,
    WeightsError,
    decode,
    dumps,
    encode,
    read,
    write,
)
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.cli import main
from gcx_format.pipeline import estimate
from gcx_format.settings import load_settings

COFFEE = Path(__file__).parents[4] / "samples" / "coffee.jpg"
WORDS = "A dark red cup of espresso."


@pytest.fixture(scope="module")
def coded(msillm_folder):
    """A descriptor with words and a condition of quality 3."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GCX_WEIGHTS_FOLDER", str(msillm_folder))
        return encode(COFFEE, text=WORDS, visual="msillm", quality=3)


@pytest.fixture
def here(monkeypatch, msillm_folder):
    """Call it to have the weights here from then on."""
    return lambda: monkeypatch.setenv("GCX_WEIGHTS_FOLDER", str(msillm_folder))


def test_the_condition_is_sent_and_the_answer_compared_with_it(coded, here, openai_environment):
    here()
    made = decode(coded)
    assert made.source == "words and visual condition"
    assert made.score is not None
    (request,) = openai_environment.requests
    assert request.condition is not None


def test_what_is_kept_needs_no_weights(coded, here, openai_environment, monkeypatch):
    here()
    first = decode(coded)
    monkeypatch.delenv("GCX_WEIGHTS_FOLDER")
    assert decode(coded).image.tobytes() == first.image.tobytes()
    allowed = load_settings(words_alone=True)
    assert decode(coded, settings=allowed).image.tobytes() == first.image.tobytes()
    assert estimate(coded, allowed).calls == 0
    assert openai_environment.pictures_made == 1


def test_without_weights_nothing_is_paid_and_both_remedies_are_named(coded, openai_environment):
    for generator in ("openai", "auto"):
        with pytest.raises(WeightsError, match=r"gcx weights get 3.*setting words_alone") as caught:
            decode(coded, generator=generator)
        assert "download them with" in str(caught.value)
    assert openai_environment.requests == []


def test_the_user_is_not_asked_about_what_cannot_be(coded, openai_environment):
    asked = []
    with pytest.raises(WeightsError):
        decode(coded, settings=load_settings(policy="ask"), confirm=asked.append)
    assert asked == []


def test_the_words_alone_if_the_user_allows_it(coded, openai_environment):
    settings = load_settings(words_alone=True)
    made = decode(coded, settings=settings)
    assert (made.source, made.score, made.image.size) == ("words", None, coded.size)
    (request,) = openai_environment.requests
    assert request.condition is None
    assert WORDS in request.words
    assert decode(coded, settings=settings).cached
    kept = Cache(settings.cache_folder, settings.cache_max_bytes)
    (variant,) = kept.variants(descriptor_hash(dumps(coded)))
    assert variant.record.source == "words"


def test_once_the_weights_are_here_a_picture_of_all_is_made_if_asked_for(
    coded, here, openai_environment
):
    decode(coded, settings=load_settings(words_alone=True))
    here()
    kept = decode(coded)
    assert (kept.source, kept.cached) == ("words", True)  # what has been paid for is shown
    made = decode(coded, anew=True)
    assert (made.source, made.cached) == ("words and visual condition", False)
    assert decode(coded).source == "words and visual condition"


def test_without_words_there_is_nothing_else_to_go_by(msillm_folder, openai_environment):
    settings = load_settings(weights_folder=msillm_folder)
    silent = encode(COFFEE, visual="msillm", quality=3, settings=settings)
    with pytest.raises(WeightsError) as caught:
        decode(silent, settings=load_settings(words_alone=True))
    assert "--words-alone" not in str(caught.value)
    assert openai_environment.requests == []


def test_the_policy_holds_for_words_alone(coded, openai_environment):
    settings = load_settings(words_alone=True, policy="never")
    with pytest.raises(GenerationNotAllowedError):
        decode(coded, settings=settings, generator="openai")


def test_weights_of_settings_that_were_given_are_used(coded, msillm_folder):
    settings = load_settings(weights_folder=msillm_folder, generator="preview")
    assert decode(coded, settings=settings).source == "visual condition"
    with pytest.raises(WeightsError):
        decode(coded, generator="preview")


def test_the_command_says_and_does_it(coded, openai_environment, tmp_path, capsys):
    file = tmp_path / "coffee.gcx"
    write(file, coded)
    assert main(["decode", str(file)]) == 1
    assert "--words-alone generates from the words alone" in capsys.readouterr().err
    assert not (tmp_path / "coffee.png").exists()
    assert main(["decode", str(file), "--words-alone"]) == 0
    assert "from the words" in capsys.readouterr().out
    assert (tmp_path / "coffee.png").exists()


def test_without_the_extra_the_words_alone_still_paint(coded, openai_environment, tmp_path):
    file = tmp_path / "coffee.gcx"
    write(file, coded)
    code = f"""
import sys
sys.modules["torch"] = sys.modules["neuralcompression"] = None  # as if not installed
from gcx_format.cli import main
assert main(["decode", {str(file)!r}]) == 1
sys.exit(main(["decode", {str(file)!r}, "--words-alone"]))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert re.search(r"pip install .*\[msillm\]\S; --words-alone generates", ran.stderr)
    assert openai_environment.pictures_made == 1


def test_no_description_is_paid_for_where_the_codec_is_missing(openai_environment, tmp_path):
    with pytest.raises(WeightsError):
        encode(COFFEE, describe="openai", visual="msillm", bpp=0.01)
    target = tmp_path / "coffee.gcx"
    assert main(["encode", str(COFFEE), "-o", str(target), "--visual", "msillm"]) == 1
    assert not target.exists()
    assert openai_environment.requests == []


def test_a_described_photograph_with_a_rate(here, openai_environment, tmp_path):
    here()
    target = tmp_path / "coffee.gcx"
    arguments = ["--visual", "msillm", "--bpp", "0.012", "--describe", "openai"]
    assert main(["encode", str(COFFEE), "-o", str(target), *arguments]) == 0
    descriptor = read(target)
    assert descriptor.text
    assert descriptor.visual.codec == "msillm"
    assert 8 * target.stat().st_size / (600 * 400) <= 0.012
