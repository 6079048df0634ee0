"""The two tables of codings: numbers that the specification has, and names that are told apart."""

import ast
import inspect
import itertools
import subprocess
import sys
from pathlib import Path

import pytest

import gcx_format
from gcx_format import ArgumentError, CodedVisual
from gcx_format.codecs import TEXT, VISUAL, text_coding, visual_codec

PACKAGE = Path(gcx_format.__file__).parent


def test_the_numbers_are_those_of_the_specification():
    assert {coding.name: coding.type for coding in TEXT} == {"zlib": 0x01, "model": 0x02}
    assert {codec.name: codec.types for codec in VISUAL} == {
        "av1": range(0x18, 0x19),
        "msillm": range(0x10, 0x18),
    }


def test_no_two_codings_share_a_number():
    types = [coding.type for coding in TEXT]
    types += itertools.chain.from_iterable(codec.types for codec in VISUAL)
    assert len({*types}) == len(types)
    assert all(coding.type in range(0x10) for coding in TEXT)
    assert all(type in range(0x10, 0x30) for codec in VISUAL for type in codec.types)


def test_every_variant_has_a_number_and_a_name_of_its_own():
    for codec in VISUAL:
        assert [variant.index for variant in codec.variants] == [*range(len(codec.types))]
        assert codec.default in codec.variants
        assert all(variant.name for variant in codec.variants) == (len(codec.variants) > 1)
    names = [variant.name for codec in VISUAL for variant in codec.variants if variant.name]
    assert len({*names}) == len(names)


def test_a_codec_is_found_by_its_name_and_by_a_condition():
    assert visual_codec("msillm").find(3).index == 4
    assert visual_codec(CodedVisual("av1", 8.0, b"\1")).name == "av1"
    with pytest.raises(ArgumentError, match="unknown visual codec 'vvc'; known are av1, msillm"):
        visual_codec("vvc")
    with pytest.raises(ArgumentError, match="unknown text coding 'morse'; known are zlib, model"):
        text_coding("morse")


def test_a_codec_without_variants_has_no_qualities():
    with pytest.raises(ArgumentError, match="av1 has no qualities to choose from"):
        visual_codec("av1").find("3")


def test_the_tables_are_cheap_to_import():
    program = (
        "import sys, gcx_format.codecs\n"
        "print([n for n in ('numpy', 'PIL', 'torch', 'httpx', 'pydantic') if n in sys.modules])"
    )
    command = [sys.executable, "-W", "error", "-c", program]
    assert subprocess.check_output(command).decode() == "[]\n"


def test_codings_know_neither_settings_nor_each_other():
    for path in [*PACKAGE.glob("visual/**/*.py"), *PACKAGE.glob("text/**/*.py")]:
        own = path.relative_to(PACKAGE).parts[0]
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("gcx_format."):
                floor = node.module.split(".")[1]
                assert floor not in {"settings", "codecs", "container", "cli"}, path
                assert floor == own or floor not in {"visual", "text"}, path


def test_every_codec_says_what_it_codes_with():
    for codec in VISUAL:
        assert inspect.getdoc(type(codec))
        assert codec.title
