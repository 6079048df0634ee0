"""Without optional parts nothing fails because several threads are the first to miss them.

Each test starts a process, in which nothing has been imported yet. `make quick` runs them where the
parts are really absent.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[1] / "samples"

ALONE = """
import sys
for part in ("openai", "torch", "PyQt6"):
    sys.modules[part] = None  # as if it were not installed
"""

LOAD = """
import threading, warnings
from concurrent.futures import ThreadPoolExecutor
import gcx_pillow
from PIL import Image

warnings.simplefilter("ignore")
ready = threading.Barrier(4)

def load(_):
    with Image.open(sys.argv[1]) as image:
        ready.wait()
        image.load()
        return image.size, image.info["gcx"]["generator"]

print(*ThreadPoolExecutor(4).map(load, range(4)))
"""

COMMAND = """
from gcx_format.cli import main
raise SystemExit(main(sys.argv[1:]))
"""


def run(code, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-c", ALONE + code, *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, **environment},
    )


@pytest.fixture
def folder(tmp_path):
    """Eight descriptors."""
    ran = run(COMMAND, "encode", SAMPLES / "coffee.jpg", "-o", tmp_path / "0.gcx")
    assert ran.returncode == 0, ran.stderr
    for number in range(1, 8):
        (tmp_path / f"{number}.gcx").write_bytes((tmp_path / "0.gcx").read_bytes())
    return tmp_path


@pytest.mark.parametrize("key", [{}, {"OPENAI_API_KEY": "sk-test"}], ids=["no key", "a key"])
def test_four_threads_load_a_picture(folder, key):
    ran = run(LOAD, folder / "0.gcx", **key)
    assert (ran.stdout, ran.stderr) == (" ".join(["((600, 400), 'preview')"] * 4) + "\n", "")


@pytest.mark.parametrize("key", [{}, {"OPENAI_API_KEY": "sk-test"}], ids=["no key", "a key"])
def test_a_folder_is_decoded(folder, key):
    ran = run(COMMAND, "decode", folder, "-o", folder / "out", "--concurrency", "4", **key)
    assert (ran.returncode, ran.stdout) == (0, "decoded 8, skipped 0, failed 0\n"), ran.stderr
    assert len(list((folder / "out").iterdir())) == 8


def test_a_key_without_its_extra_is_told_when_there_are_no_words(tmp_path):
    """And not the preview, which is no way to have a photograph described."""
    photograph = SAMPLES / "coffee.jpg"
    ran = run(COMMAND, "encode", photograph, "-o", tmp_path / "a.gcx", OPENAI_API_KEY="sk-test")
    assert ran.stderr.startswith(
        "gcx: not described: asking a model needs an optional part of gcx; pip install "
    )
    assert ran.stderr.endswith("; --describe none turns this off\n")
    assert "preview" not in ran.stderr
