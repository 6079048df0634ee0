"""A picture that is the last line of a notebook's cell is shown, and nothing is painted for it."""

import io

import pytest
from PIL import Image


@pytest.fixture(autouse=True)
def _with_a_model(openai_environment, monkeypatch):
    monkeypatch.setenv("GCX_GENERATOR", "auto")


def shown(png):
    with Image.open(io.BytesIO(png)) as image:
        source = image.getxmp()["xmpmeta"]["RDF"]["Description"]["DigitalSourceType"]
        return image.size, source.rpartition("/")[2]


def test_a_repr_shows_the_preview_and_asks_no_model(openai_environment, house):
    with Image.open(house) as image:
        assert shown(image._repr_png_()) == ((320, 200), "algorithmicallyEnhanced")
        assert image._repr_jpeg_().startswith(b"\xff\xd8")
        assert "generator" not in image.info["gcx"]
    assert openai_environment.requests == []


def test_a_repr_shows_what_is_stored(openai_environment, house):
    with Image.open(house) as image:
        image.load()
    assert len(openai_environment.requests) == 1
    with Image.open(house) as image:
        assert shown(image._repr_png_()) == ((320, 200), "trainedAlgorithmicMedia")
        assert "generator" not in image.info["gcx"]
    assert len(openai_environment.requests) == 1


def test_pixels_are_painted_after_a_repr_as_before(openai_environment, house):
    with Image.open(house) as image:
        image._repr_png_()
        image.load()
        assert image.info["gcx"]["generator"] == "openai"
        assert shown(image._repr_png_()) == ((320, 200), "trainedAlgorithmicMedia")


@pytest.mark.parametrize(
    ("name", "value"),
    [("GCX_GENERATOR", "openai"), ("GCX_POLICY", "never"), ("GCX_POLICY", "ask")],
)
def test_a_repr_is_shown_whatever_the_settings_say(
    openai_environment, house, monkeypatch, name, value
):
    monkeypatch.setenv(name, value)
    with Image.open(house) as image:
        assert shown(image._repr_png_()) == ((320, 200), "algorithmicallyEnhanced")
    assert openai_environment.requests == []


def test_what_cannot_be_shown_has_no_picture_as_everywhere_in_pillow(broken_house):
    with Image.open(broken_house) as image:
        assert image._repr_png_() is None
