"""info["gcx"] has the keys and types that `GcxInfo` promises, and the README the same keys."""

import re
from pathlib import Path
from typing import get_type_hints

import pytest
from PIL import Image
from pydantic import TypeAdapter

from gcx_pillow import GcxInfo

README = Path(__file__).parents[2] / "pillow_plugin" / "README.md"
TYPES = get_type_hints(GcxInfo)
OF_THE_FILE = GcxInfo.__required_keys__
OF_PIXELS = {"generator", "source", "digital_source_type"}
OF_A_GENERATED_PICTURE = OF_PIXELS | {
    "model", "score", "cached", "cost_usd", "seconds", "size_received", "made", "request_id",
}  # fmt: skip


def told(image):
    """The keys of info["gcx"], once every value was found to be of its type."""
    info = dict(image.info["gcx"])
    for key in info.keys() & TYPES.keys():
        TypeAdapter(TYPES[key]).validate_python(info[key], strict=True)
    return info.keys()


@pytest.mark.parametrize("name", ["house", "grey_house", "words"])
def test_an_opened_file_has_the_keys_of_a_file(request, name):
    with Image.open(request.getfixturevalue(name)) as image:
        assert told(image) == OF_THE_FILE


@pytest.mark.parametrize("name", ["house", "grey_house", "words"])
def test_a_preview_says_that_it_is_one(request, name):
    with Image.open(request.getfixturevalue(name)) as image:
        image.load()
        assert told(image) == OF_THE_FILE | OF_PIXELS


def test_a_preview_for_want_of_more_says_why(house, monkeypatch):
    monkeypatch.setenv("GCX_GENERATOR", "auto")
    monkeypatch.setenv("GCX_POLICY", "never")
    with Image.open(house) as image:
        image.load()
        assert told(image) == OF_THE_FILE | OF_PIXELS | {"reason"}


def test_a_generated_picture_says_by_what_and_for_how_much(openai_environment, house, monkeypatch):
    monkeypatch.setenv("GCX_GENERATOR", "openai")
    for _ in "new", "stored":
        with Image.open(house) as image:
            image.load()
            assert told(image) >= OF_THE_FILE | OF_A_GENERATED_PICTURE


def test_no_key_is_promised_that_is_never_there():
    assert TYPES.keys() == OF_THE_FILE | OF_A_GENERATED_PICTURE | {"reason"}


def test_the_readme_lists_the_keys_of_a_file():
    table = README.read_text("utf-8").partition('| `info["gcx"][…]` |')[2].partition("\n\n")[0]
    keys = [key for row in re.findall(r"^\| (`.*?) \|", table, re.M) for key in row.split(", ")]
    assert {key.strip("`") for key in keys} == OF_THE_FILE
