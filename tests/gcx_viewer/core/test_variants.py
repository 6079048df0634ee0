"""What is known of kept pictures, whatever wrote their records."""

import json
from decimal import Decimal

import pytest

from gcx_format import pipeline, read
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.errors import InputError, OutputError
from gcx_format.settings import load_settings
from gcx_viewer.core.viewing.variants import Variants


@pytest.fixture
def painted(house, openai_environment):
    pipeline.reconstruct(read(house), load_settings())
    return house


def variants_of(path) -> Variants:
    return Variants(read(path), path.read_bytes(), load_settings())


def test_what_made_each(painted):
    (facts,) = variants_of(painted).all()
    assert facts.model == "gpt-4o"
    assert facts.image_model is None
    assert facts.quality == "auto"
    assert Decimal("0.01") < facts.cost_usd < 1
    assert 0.5 < facts.score <= 1
    assert facts.size[0] > 320
    assert facts.file_bytes == facts.variant.path.stat().st_size
    assert facts.seconds > 0
    assert not facts.chosen
    assert len(facts.id) == 8


def test_a_record_that_another_program_wrote_is_taken_for_what_it_is(painted):
    (facts,) = variants_of(painted).all()
    path = facts.variant.path.with_suffix(".json")
    record = json.loads(path.read_bytes())
    record |= {"model": 3, "cost_usd": "NaN", "score": "good", "size_received": [1], "seconds": []}
    path.write_text(json.dumps(record))
    (facts,) = variants_of(painted).all()
    assert facts.model is facts.cost_usd is facts.score is facts.size is facts.seconds is None


def test_one_can_be_opened_chosen_and_deleted(painted):
    variants = variants_of(painted)
    (facts,) = variants.all()
    picture = variants.open(facts.variant)
    assert picture.kind == "reconstruction"
    assert picture.size == (320, 200)
    assert picture.image.tobytes() == variants.best().image.tobytes()
    variants.choose(facts.variant)
    assert variants.all()[0].chosen
    variants.choose(None)
    assert not variants.all()[0].chosen
    variants.delete(facts.variant)
    assert variants.all() == []
    assert variants.best() is None
    with pytest.raises(InputError):
        variants.open(facts.variant)
    with pytest.raises(InputError):
        variants.choose(facts.variant)


def test_pictures_of_other_files_are_left_alone(painted, words_only):
    (facts,) = variants_of(painted).all()
    with pytest.raises(OutputError):
        variants_of(words_only).delete(facts.variant)
    settings = load_settings()
    cache = Cache(settings.cache_folder, settings.cache_max_bytes)
    assert cache.variants(descriptor_hash(painted.read_bytes()))


def test_a_damaged_one_is_an_error_and_not_shown(painted):
    variants = variants_of(painted)
    (facts,) = variants.all()
    data = bytearray(facts.variant.path.read_bytes())
    data[100] ^= 0xFF
    facts.variant.path.write_bytes(data)
    facts.variant.fitted_path.unlink(missing_ok=True)
    with pytest.raises(InputError, match="damaged"):
        variants.open(facts.variant)
    assert variants.best() is None
