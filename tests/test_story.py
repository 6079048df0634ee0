"""One path from end to end, as a user with a key goes it."""

import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import gcx_format
import gcx_pillow

COFFEE = Path(__file__).parents[1] / "samples" / "coffee.jpg"

LOAD_IT = """
import sys
import gcx_pillow
from PIL import Image

with Image.open(sys.argv[1]) as picture:
    picture.load()
    told = picture.info["gcx"]
    print(told["generator"], told["cached"], hash(picture.tobytes()) and picture.size)
    picture.save(sys.argv[2])
"""


def test_a_photograph_is_described_painted_again_and_kept(openai_environment, tmp_path):
    server = openai_environment
    gcx = tmp_path / "coffee.gcx"

    encoded = subprocess.run(
        [sys.executable, "-m", "gcx_format", "encode", COFFEE, "-o", gcx,
         "--describe", "openai", "--visual-bytes", "290"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (encoded.returncode, encoded.stderr) == (0, "")
    descriptor = gcx_format.read(gcx)
    assert descriptor.text
    assert len(descriptor.text.split()) <= 30
    assert gcx.stat().st_size < 600

    with Image.open(gcx) as first:
        first.load()
        assert first.size == (600, 400)
        told = first.info["gcx"]
        assert (told["generator"], told["cached"], told["model"]) == ("openai", False, "gpt-4o")
        assert 0 < told["score"] <= 1
        pixels = first.tobytes()
    calls = len(server.requests)

    server.stop()
    with Image.open(gcx) as second:
        second.load()
        assert second.info["gcx"]["cached"]
        assert second.tobytes() == pixels

    again = subprocess.run(
        [sys.executable, "-c", LOAD_IT, gcx, tmp_path / "again.png"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert (again.stdout, again.stderr) == ("openai True (600, 400)\n", "")
    with Image.open(tmp_path / "again.png") as saved:
        assert saved.convert("RGB").tobytes() == pixels
        description = saved.getxmp()["xmpmeta"]["RDF"]["Description"]
        assert description["DigitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert len(server.requests) == calls


def test_a_thumbnail_never_asks_a_model(openai_environment, tmp_path):
    gcx_format.write(tmp_path / "a.gcx", gcx_format.encode(COFFEE, text="A cup of coffee."))
    with Image.open(tmp_path / "a.gcx") as picture:
        picture.thumbnail((64, 64))
        assert picture.info["gcx"]["generator"] == "preview"
    assert openai_environment.requests == []


def test_what_the_program_sets_holds_for_all_files(openai_environment, tmp_path):
    gcx_format.write(tmp_path / "a.gcx", gcx_format.encode(COFFEE, text="A cup of coffee."))
    gcx_pillow.register_gcx_opener(policy="never", generator="openai")
    try:
        with (
            Image.open(tmp_path / "a.gcx") as picture,
            pytest.raises(gcx_format.GenerationNotAllowedError, match=r"a\.gcx: "),
        ):
            picture.load()
        gcx_pillow.register_gcx_opener(generator="preview")
        with Image.open(tmp_path / "a.gcx") as picture:
            picture.load()
            assert picture.info["gcx"]["generator"] == "preview"
    finally:
        gcx_pillow.register_gcx_opener(policy=None, generator=None)
    assert openai_environment.requests == []
