"""Generators that anyone installs make the pixels of pictures that Pillow opens."""

import pytest
from PIL import Image

import gcx_pillow
from gcx_format import GenerationNotAllowedError, ReconstructionError, SettingsError
from installing import write_distribution

PAINTER = """
from PIL import Image
from gcx_format import UnavailableError
from gcx_format.generate.generator import Answer, Generator


class Green(Generator):
    name = title = "green"

    def paint(self, job, call):
        return Answer(Image.new("RGB", job.plan.canvas, (0, 200, 0)))


class Locked(Green):
    name = title = "locked"

    def ready(self):
        return UnavailableError("the brushes are missing")
"""


@pytest.fixture(autouse=True)
def _installed(plugins, tmp_path, monkeypatch):
    site = tmp_path / "green"
    entries = {
        name: f"gcx_green_for_tests:{name.capitalize()}" for name in ("green", "locked", "gone")
    }
    write_distribution(site, "gcx-green", "1.0", {"gcx.generators": entries})
    (site / "gcx_green_for_tests.py").write_text(PAINTER)
    monkeypatch.syspath_prepend(site)


@pytest.mark.filterwarnings("ignore:.*probably another picture")
def test_a_generator_that_was_installed_makes_the_pixels(house):
    gcx_pillow.register_gcx_opener(generator="green")
    with Image.open(house) as image:
        assert image.getpixel((10, 10)) == (0, 200, 0)
        assert image.info["gcx"]["generator"] == "green"
        assert image.info["gcx"]["text"] == "A red house by the sea."


def test_a_thumbnail_is_local_whatever_makes_the_pixels(house):
    gcx_pillow.register_gcx_opener(generator="green")
    with Image.open(house) as image:
        image.thumbnail((32, 32))
        assert image.info["gcx"]["generator"] == "preview"


@pytest.mark.parametrize(
    ("generator", "message"),
    [
        ("locked", "the brushes are missing"),
        ("gone", "the generator 'gone' of gcx-green 1.0 does not load"),
    ],
)
def test_a_generator_that_is_not_ready_fails_to_load_with_an_os_error(house, generator, message):
    gcx_pillow.register_gcx_opener(generator=generator)
    with Image.open(house) as image:
        with pytest.raises(OSError, match=message) as caught:
            image.load()
        assert type(caught.value) is ReconstructionError
        assert str(caught.value).startswith(f"{house}: ")


def test_an_unknown_generator_is_refused_with_those_that_are_known():
    with pytest.raises(
        SettingsError, match="known are auto, preview, openai, enhance, gone, green, locked"
    ):
        gcx_pillow.register_gcx_opener(generator="greem")


def test_a_forbidden_generator_says_what_to_do_in_terms_of_python(house):
    gcx_pillow.register_gcx_opener(generator="green", policy="never")
    with Image.open(house) as image:
        with pytest.raises(GenerationNotAllowedError) as caught:
            image.load()
        assert str(caught.value).startswith(f"{house}: ")
        assert "GCX_POLICY" in str(caught.value)
        assert "--" not in str(caught.value)
