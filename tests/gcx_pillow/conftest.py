"""Files to open: one with words alone, given as bytes, and one with a picture in it."""

import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from gcx_format import Descriptor, dumps, encode, read, write
from gcx_format.codecs import code_text
from gcx_pillow import options

WORDS = bytes.fromhex(
    "47435840bfc1ff"  # GCX, version 1, colour, 768 x 512
    "81"  # the last chunk: text, zlib
    "78da7354284a4d51c8c82f2d4e5548aa5428c94855284e4dd403005ca707c4"
    "7c8c9282"
)
"""768 x 512 with the words "A red house by the sea." and nothing else, 43 bytes."""


@pytest.fixture(autouse=True)
def _without_a_model(clean_environment, monkeypatch):
    """What happens with one is told in tests/test_story.py."""
    monkeypatch.setenv("GCX_GENERATOR", "preview")
    monkeypatch.setattr(options, "_options", {})


@pytest.fixture
def words(tmp_path: Path) -> Path:
    path = tmp_path / "words.gcx"
    path.write_bytes(WORDS)
    return path


@pytest.fixture
def sized(tmp_path: Path) -> Callable[[int, int], Path]:
    """Files with words alone that describe pictures of any size."""

    def described(width: int, height: int) -> Path:
        path = tmp_path / f"{width}x{height}.gcx"
        write(path, Descriptor(width=width, height=height, coded_text=code_text("The sea.")))
        return path

    return described


@pytest.fixture(scope="session")
def picture() -> Image.Image:
    """Orange at the left, passing to blue at the right."""
    orange = Image.new("RGB", (320, 200), (230, 120, 40))
    blue = Image.new("RGB", (320, 200), (30, 60, 200))
    passing = Image.linear_gradient("L").rotate(90).resize((320, 200))
    return Image.composite(blue, orange, passing)


@pytest.fixture(scope="session")
def _encoded(picture: Image.Image, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("encoded") / "house.gcx"
    write(path, encode(picture, text="A red house by the sea.", visual_bytes=200))
    return path


@pytest.fixture
def house(_encoded: Path, tmp_path: Path) -> Path:
    """320 x 200, orange at the left and blue at the right, with words."""
    path = tmp_path / "house.gcx"
    path.write_bytes(_encoded.read_bytes())
    return path


@pytest.fixture
def grey_house(picture: Image.Image, tmp_path: Path) -> Path:
    """The same in grey, without words."""
    path = tmp_path / "grey.gcx"
    write(path, encode(picture.convert("L"), visual_bytes=200))
    return path


@pytest.fixture
def broken_house(house: Path) -> Path:
    """A valid file whose visual condition is not AV1."""
    descriptor = read(house)
    assert descriptor.visual is not None
    payload = bytes(len(descriptor.visual.payload))
    write(
        house,
        replace(descriptor, visual=replace(descriptor.visual, payload=payload)),
        overwrite=True,
    )
    return house


@pytest.fixture
def broken_words(house: Path) -> Path:
    """320 x 200 with a sound visual condition; the checksum is right, the words do not decode."""
    return _with_words_that_do_not_decode(house)


@pytest.fixture
def broken_words_alone(words: Path) -> Path:
    """768 x 512 without a visual condition; the words do not decode."""
    return _with_words_that_do_not_decode(words)


def _with_words_that_do_not_decode(path: Path) -> Path:
    sound = replace(read(path), coded_text=code_text("A red house by the sea.", "zlib"))
    assert sound.coded_text is not None
    payload = sound.coded_text.payload
    content = dumps(sound)[:-4].replace(payload, bytes(len(payload)))
    path.write_bytes(content + zlib.crc32(content).to_bytes(4, "big"))
    return path
