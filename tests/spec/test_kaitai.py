"""gcx.ksy, compiled by the Kaitai Struct compiler, reads the vectors as gcx does."""

import hashlib
import importlib.util
import json
import shutil
import subprocess
import zlib
from pathlib import Path

import kaitaistruct
import pytest

from gcx_format import dumps, loads

HERE = Path(__file__).parent
SPEC = HERE.parents[1] / "spec"
VALID = sorted((SPEC / "vectors" / "valid").glob("*.gcx"))
INVALID = sorted((SPEC / "vectors" / "invalid").glob("*.gcx"))

LAYOUT_ERRORS = (
    "NotGcxError",
    "UnsupportedVersionError",
    "MalformedError",
    "UnknownChunkError",
    "LimitError",
)
"""The errors that gcx.ksy finds; it leaves the checksum, the words and the picture to a reader."""


@pytest.fixture(scope="session")
def gcx(tmp_path_factory):
    """The class that the compiler makes from gcx.ksy."""
    node = shutil.which("node")
    assert node, "the Kaitai Struct compiler needs node, which is missing: run tests/setup.sh"
    assert (HERE / "node_modules").is_dir(), "the packages for node are missing: run tests/setup.sh"
    folder = tmp_path_factory.mktemp("kaitai")
    command = [node, HERE / "compile_ksy.js", SPEC / "gcx.ksy", "python", folder]
    compiled = subprocess.run(command, capture_output=True, text=True, check=False)
    assert compiled.returncode == 0, compiled.stderr
    specification = importlib.util.spec_from_file_location("kaitai_gcx", folder / "gcx.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.Gcx


def expected_of(path):
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def body(parsed, name):
    """The body of the chunk of this kind, or None."""
    found = [c.body for c in parsed.chunks if getattr(c.kind, "name", None) == name]
    return found[0] if found else None


def is_literal(value, expected):
    """Whether a value is the one in the JSON, given in full or as a digest."""
    data = value.encode() if isinstance(value, str) else value
    if isinstance(expected, dict):
        digest = hashlib.sha256(data).hexdigest()
        return {"bytes": len(data), "sha256": digest} == expected
    return value == expected or (isinstance(value, bytes) and value.hex() == expected)


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_a_valid_vector_has_the_fields_in_its_json(gcx, path):
    parsed, expected = gcx.from_bytes(path.read_bytes()), expected_of(path)
    assert parsed.header.width == expected["width"]
    assert parsed.header.height == expected["height"]
    assert parsed.header.mode == expected["mode"]
    assert f"{parsed.crc32:08x}" == expected["crc32"]
    assert [
        (chunk.is_last, chunk.is_ancillary, chunk.type, chunk.body_size) for chunk in parsed.chunks
    ] == [
        (chunk["last"], chunk["ancillary"], chunk["type"], chunk["body_bytes"])
        for chunk in expected["chunks"]
    ]
    assert parsed.has_text == (expected["text"] is not None)
    assert parsed.has_visual == (expected["visual"] is not None)
    text, digest = body(parsed, "text_zlib"), body(parsed, "original_sha256")
    coded = body(parsed, "text_model")
    if coded is None:
        assert is_literal(text and text.words.text, expected["text"])
    else:
        assert text is None
        assert coded.payload == loads(path.read_bytes()).coded_text.payload
    assert is_literal(digest and digest.digest, expected["original_sha256"])
    for name in ("note", "encoder"):
        remark = body(parsed, name)
        assert is_literal(remark and remark.text, expected[name])
    unknown = [c for c in parsed.chunks if isinstance(c.body, bytes)]
    for chunk, one in zip(unknown, expected["unknown"], strict=True):
        assert chunk.type == one["type"]
        assert is_literal(chunk.body, one["body"])


@pytest.mark.parametrize(
    "path", [path for path in VALID if expected_of(path)["visual"]], ids=lambda path: path.stem
)
def test_a_visual_chunk_has_the_scale_and_the_size_in_its_json(gcx, path):
    parsed, expected = gcx.from_bytes(path.read_bytes()), expected_of(path)["visual"]
    chunk = parsed.chunks[parsed.visual_index]
    quality = "" if expected["quality"] is None else f"_{expected['quality']}"
    assert chunk.kind.name == f"visual_{expected['codec']}{quality}"
    assert chunk.body.scale == expected["scale"]
    assert chunk.body.condition_width == expected["condition_width"]
    assert chunk.body.condition_height == expected["condition_height"]
    assert is_literal(chunk.body.payload, expected["payload"])


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_it_agrees_with_gcx_on_every_valid_vector(gcx, path):
    data = path.read_bytes()
    parsed, descriptor = gcx.from_bytes(data), loads(data)
    assert (parsed.header.width, parsed.header.height) == descriptor.size
    assert parsed.header.mode == descriptor.mode
    assert parsed.crc32 == zlib.crc32(dumps(descriptor)[:-4])
    if descriptor.coded_text and descriptor.coded_text.coding == "zlib":
        text = body(parsed, "text_zlib")
        assert text.words.text == descriptor.text
        assert text.words.size == len(descriptor.text.encode())
    if descriptor.visual:
        visual = parsed.chunks[parsed.visual_index].body
        assert visual.payload == descriptor.visual.payload
        assert visual.scale == descriptor.visual.scale
        assert (visual.condition_width, visual.condition_height) == descriptor.condition_size
    unknown = [(c.type, c.body) for c in parsed.chunks if isinstance(c.body, bytes)]
    assert unknown == [(chunk.type, chunk.body) for chunk in descriptor.unknown]


@pytest.mark.parametrize(
    "path",
    [
        path
        for path in INVALID
        if expected_of(path)["error"] in LAYOUT_ERRORS and not path.stem.endswith("-control")
    ],
    ids=lambda path: path.stem,
)
def test_an_invalid_layout_is_refused(gcx, path):
    with pytest.raises((kaitaistruct.KaitaiStructError, EOFError, ValueError)):
        gcx.from_bytes(path.read_bytes())
