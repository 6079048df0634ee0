"""gcx reads the test vectors as their JSON says, and agrees with the specification."""

import hashlib
import importlib.util
import json
import re
import sys
from pathlib import Path

import pytest

import gcx_format
from gcx_format import FormatError, container, dumps, limits, loads
from gcx_format.conditions import decode_condition

SPEC = Path(__file__).parents[2] / "spec"
VECTORS = SPEC / "vectors"
VALID = sorted(path.stem for path in VECTORS.glob("valid/*.gcx"))
INVALID = sorted(path.stem for path in VECTORS.glob("invalid/*.gcx"))
EDITION = (SPEC / "gcx-1.0.md").read_text(encoding="utf-8")


def load_make():
    """`spec/vectors/make.py` as a module."""
    specification = importlib.util.spec_from_file_location("make_vectors", VECTORS / "make.py")
    module = importlib.util.module_from_spec(specification)
    sys.modules["make_vectors"] = module  # its dataclasses look up their annotations here
    specification.loader.exec_module(module)
    return module


make = load_make()


def read(kind, name):
    data = (VECTORS / kind / f"{name}.gcx").read_bytes()
    return data, json.loads((VECTORS / kind / f"{name}.json").read_text(encoding="utf-8"))


def plain(value):
    """A value in the form of the JSON."""
    data = value.encode() if isinstance(value, str) else value
    if not isinstance(data, bytes):
        return value
    if len(data) > 256:
        return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return data.hex() if isinstance(value, bytes) else value


def is_near(found, expected):
    """Whether mean colours differ by at most 2."""
    return all(
        abs(a - b) <= 2
        for quarters in zip(found, expected, strict=True)
        for a, b in zip(*quarters, strict=True)
    )


def test_there_are_vectors():
    assert len(VALID) > 40
    assert len(INVALID) > 80


@pytest.mark.parametrize("name", VALID)
def test_a_valid_vector_has_the_fields_in_its_json(name):
    data, expected = read("valid", name)
    descriptor = loads(data)
    assert len(data) == expected["bytes"]
    assert descriptor.width == expected["width"]
    assert descriptor.height == expected["height"]
    assert descriptor.mode == expected["mode"]
    assert plain(descriptor.text) == expected["text"]
    assert plain(descriptor.original_sha256) == expected["original_sha256"]
    assert plain(descriptor.note) == expected["note"]
    assert plain(descriptor.encoder) == expected["encoder"]
    assert [{"type": c.type, "body": plain(c.body)} for c in descriptor.unknown] == expected[
        "unknown"
    ]
    if expected["visual"] is None:
        assert descriptor.visual is None
        assert descriptor.condition_size is None
        return
    assert descriptor.visual.codec == expected["visual"]["codec"]
    assert descriptor.visual.variant == (expected["visual"]["quality"] or 0)
    assert descriptor.visual.scale == expected["visual"]["scale"]
    assert plain(descriptor.visual.payload) == expected["visual"]["payload"]
    assert descriptor.condition_size == (
        expected["visual"]["condition_width"],
        expected["visual"]["condition_height"],
    )


@pytest.mark.parametrize("name", VALID)
def test_writing_a_valid_vector_again_gives_the_same_bytes(name):
    data, _ = read("valid", name)
    assert dumps(loads(data)) == data


@pytest.mark.parametrize("name", VALID)
def test_a_valid_vector_is_dissected_into_the_chunks_in_its_json(name):
    data, expected = read("valid", name)
    spans = container.dissect(data)
    first = expected["chunks"][0]["offset"]
    assert [(span.name, span.offset, span.size) for span in spans[:2]] == [
        ("magic", 0, 3),
        ("header", 3, first - 3),
    ]
    assert [(span.offset, span.size) for span in spans[2:-1]] == [
        (chunk["offset"], chunk["body_offset"] - chunk["offset"] + chunk["body_bytes"])
        for chunk in expected["chunks"]
    ]
    assert (spans[-1].name, spans[-1].offset, spans[-1].size) == ("CRC-32", len(data) - 4, 4)
    assert data[-4:].hex() == expected["crc32"]


@pytest.mark.parametrize("name", [name for name in VALID if "decoded" in read("valid", name)[1]])
def test_a_visual_condition_decodes_to_the_picture_in_its_json(name):
    data, expected = read("valid", name)
    picture = decode_condition(loads(data))
    assert picture.size == (
        expected["visual"]["condition_width"],
        expected["visual"]["condition_height"],
    )
    assert picture.mode == expected["mode"]
    if picture.mode == "L":
        assert hashlib.sha256(picture.tobytes()).hexdigest() == expected["decoded"]["sha256"]
    else:
        assert is_near(make.quarters(picture), expected["decoded"]["quarters"])


def test_the_vectors_have_visual_conditions_in_both_modes():
    modes = {read("valid", name)[1]["mode"] for name in VALID if name.startswith("av1")}
    assert modes == {"L", "RGB"}


@pytest.mark.parametrize("name", INVALID)
def test_an_invalid_vector_raises_the_error_in_its_json(name):
    data, expected = read("invalid", name)
    assert len(data) == expected["bytes"]
    if expected["stage"] == "decode":
        descriptor = loads(data)
        with pytest.raises(FormatError) as caught:
            decode_condition(descriptor)
    else:
        with pytest.raises(FormatError) as caught:
            loads(data)
    assert type(caught.value) is getattr(gcx_format, expected["error"])
    assert caught.value.offset == expected["offset"]


@pytest.mark.parametrize("name", INVALID)
def test_the_message_names_the_offset_in_the_json(name):
    data, expected = read("invalid", name)
    if expected["stage"] == "open":
        with pytest.raises(FormatError) as caught:
            loads(data)
        places = re.findall(r"\(at byte (\d+)\)", str(caught.value))
        assert places == ([] if expected["offset"] is None else [str(expected["offset"])])


def test_every_kind_of_format_error_has_a_vector():
    kinds = {kind.__name__ for kind in FormatError.__subclasses__()}
    assert {read("invalid", name)[1]["error"] for name in INVALID} == kinds


def test_make_reproduces_exactly_the_stored_vectors(tmp_path):
    for vector in make.vectors():
        make.write(vector, tmp_path)
    (tmp_path / "README.md").write_bytes((VECTORS / "README.md").read_bytes())
    make.write_tables(tmp_path)
    made = {path.relative_to(tmp_path): path for path in tmp_path.rglob("*") if path.is_file()}
    kept = {
        path.relative_to(VECTORS)
        for folder in ("valid", "invalid")
        for path in (VECTORS / folder).iterdir()
    }
    assert made.keys() == kept | {Path("README.md")}
    for name, path in made.items():
        assert path.read_bytes() == (VECTORS / name).read_bytes(), name


def test_the_readme_lists_every_vector_once_with_its_command_and_licence():
    readme = (VECTORS / "README.md").read_text(encoding="utf-8")
    for kind, names in (("valid", VALID), ("invalid", INVALID)):
        rows = re.findall(rf"^\| \[(\S+)\]\({kind}/(\S+)\.gcx\) .*$", readme, re.MULTILINE)
        assert sorted(name for name, _ in rows) == names
        assert all(name == target for name, target in rows)
    for name in VALID + INVALID:
        assert re.search(
            rf"\]\(\w+/{re.escape(name)}\.gcx\).* `make\.py {name}` \| MIT \|$", readme, re.M
        )


def test_every_vector_is_small():
    files = [
        path for path in VECTORS.rglob("*") if path.is_file() and "__pycache__" not in str(path)
    ]
    assert sum(path.stat().st_size for path in files) < 256_000


def test_the_limits_in_the_specification_are_those_of_the_code():
    rows = dict(
        re.findall(r"^\| ([^|]+?) \| ([\d,^]+) ?\w* \|", EDITION.split("## Limits")[1], re.M)
    )
    numbers = {}
    for what, number in rows.items():
        base, _, exponent = number.replace(",", "").partition("^")
        numbers[what] = int(base) ** int(exponent or 1)
    assert numbers == {
        "width · height": limits.MAX_PIXELS,
        "*w* · *h* of the visual condition": limits.MAX_CONDITION_PIXELS,
        "file": limits.MAX_FILE_BYTES >> 20,
        "body of a chunk": limits.MAX_BODY_BYTES,
        "chunks": limits.MAX_CHUNKS,
        "words": limits.MAX_TEXT_BYTES,
        "note, encoder": limits.MAX_NOTE_BYTES,
    }
    assert "| file | 4 MiB |" in EDITION
    assert f"1 to {limits.MAX_NOTE_BYTES:,} bytes" in EDITION
    assert f"1 to {limits.MAX_TEXT_BYTES:,} bytes" in EDITION


def test_the_example_in_the_specification_is_a_vector():
    data, _ = read("valid", "av1-text")
    (block,) = [b for b in re.findall(r"```\n(.*?)```", EDITION, re.S) if "version 1, small" in b]
    magic, header, text, stream, visual = [
        bytes.fromhex(re.match(r"(?:[0-9a-f]{2} )+", line)[0]) for line in block.splitlines()[:5]
    ]
    assert f"{len(data)} bytes" in EDITION
    assert data.startswith(magic + header + text + stream)
    assert len(data) == len(magic + header + text) + 58 + len(visual) + 200 + 4
    assert data[-4 - 200 - len(visual) : -4 - 200] == visual


def test_the_types_in_the_specification_are_those_of_the_code():
    def types(title):
        section = EDITION.split(f"## {title}\n")[1].split("\n## ")[0]
        rows = re.findall(r"^\| (0x[0-9A-F]{2})\S* \| ([^|]+?) \|", section, re.M)
        return {int(number, 16): what for number, what in rows}

    critical, ancillary = types("Critical chunks"), types("Ancillary chunks")
    assert critical[0x01] == "text, zlib"
    assert critical[0x02] == "text, model"
    assert critical[0x10] == "visual, MS-ILLM"
    assert critical[0x18] == "visual, AV1 still"
    assert (ancillary[0x01], ancillary[0x02], ancillary[0x03]) == (
        "original SHA-256",
        "note",
        "encoder",
    )
    names = {
        name: [span.name for span in container.dissect(read("valid", name)[0])]
        for name in ("both", "av1", "ancillary-known", "model-both")
    }
    assert names == {
        "both": ["magic", "header", "text (zlib)", "visual (MS-ILLM quality 2)", "CRC-32"],
        "model-both": [
            "magic",
            "header",
            "text (model)",
            "visual (MS-ILLM quality 2)",
            "CRC-32",
        ],
        "av1": ["magic", "header", "visual (AV1)", "CRC-32"],
        "ancillary-known": [
            "magic",
            "header",
            "text (zlib)",
            "original SHA-256",
            "note",
            "encoder",
            "CRC-32",
        ],
    }
