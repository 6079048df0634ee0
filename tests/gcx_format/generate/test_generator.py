"""Which generator paints, and what one is told."""

from decimal import Decimal
from importlib.metadata import EntryPoint

import pytest
from PIL import Image

from gcx_format import UnavailableError, encode
from gcx_format.generate.generator import Answer, Generator, choose, find
from gcx_format.registry import GENERATORS
from gcx_format.settings import load_settings

PICTURE = Image.linear_gradient("L").convert("RGB").resize((160, 120))
BOTH = encode(PICTURE, text="A slope.", scale=8)
WORDS = encode(PICTURE, text="A slope.", visual="none")


class Local(Generator):
    """One that goes by the visual condition, as an enhancer would."""

    name = "local"
    title = "Local"
    automatic = True
    reads = frozenset({"visual condition"})

    def paint(self, job, call):
        return Answer(job.guide().copy())


@pytest.fixture
def registered(monkeypatch):
    """Registers generators, as if plug-ins had brought them."""

    def register(**generators):
        loaded = {**{name: GENERATORS.load(name) for name in GENERATORS.built_in}, **generators}
        entries = {name: [EntryPoint(name, "theirs:it", "gcx.generators")] for name in generators}
        monkeypatch.setitem(vars(GENERATORS), "_plugins", entries)
        monkeypatch.setattr("gcx_format.registry.Door.load", lambda door, name: loaded[name])

    return register


@pytest.mark.usefixtures("clean_environment")
@pytest.mark.needs("openai")
class TestAuto:
    def test_is_the_first_that_is_ready(self, registered):
        registered(local=Local)
        assert choose("auto", load_settings(openai_api_key="sk-test"), BOTH).name == "openai"
        assert choose("auto", load_settings(), BOTH).name == "local"

    def test_takes_none_that_cannot_paint_what_the_file_has(self, registered):
        registered(local=Local)
        assert choose("auto", load_settings(), WORDS).name == "openai"  # which then says why not

    def test_takes_none_that_does_not_want_it(self, registered):
        registered(local=type("Shy", (Local,), {"automatic": False}))
        assert choose("auto", load_settings(), BOTH).name == "openai"

    def test_looks_for_no_plugins_where_one_of_gcxs_own_is_ready(self, monkeypatch):
        monkeypatch.setattr(
            "gcx_format.registry.Door._plugins", property(lambda door: pytest.fail("looked"))
        )
        choose("auto", load_settings(openai_api_key="sk-test"), BOTH)


def test_what_is_no_generator_is_an_error(registered):
    registered(theirs=dict)
    with pytest.raises(UnavailableError, match="'theirs' of theirs:it is not a Generator of gcx"):
        find("theirs", load_settings())


def test_a_free_one_of_any_size_paints_the_picture_itself(registered, clean_environment):
    from gcx_format import pipeline

    registered(local=Local)
    settings = load_settings(daily_limit_usd=0)
    made = pipeline.reconstruct(BOTH, settings, find("local", settings))
    assert made.details["size_received"] == "160x120"
    assert (made.cost_usd, made.source) == (Decimal(0), "visual condition")
    assert made.score > 0.5


def test_the_preview_is_one_that_is_not_stored(clean_environment):
    from gcx_format import decode, pipeline

    settings = load_settings(policy="never")
    made = pipeline.reconstruct(BOTH, settings, find("preview", settings))
    assert made.image.tobytes() == decode(BOTH, generator="preview").image.tobytes()
    assert made.info == decode(BOTH, generator="preview").info
    assert pipeline.estimate(BOTH, settings, find("preview", settings)).calls == 0
    assert not settings.cache_folder.exists()
