"""Ways to run `gcx`, and something to run it on."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image

import gcx_format
from gcx_format.cli import main

WORDS = "A red house by the sea."


@dataclass
class Ran:
    """How a run of `gcx` ended and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def gcx(capsys):
    """Runs `gcx` in this process."""

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def environment() -> dict[str, str]:
    """The environment for a process of its own, with nothing in it that hides what is tested."""
    package = str(Path(gcx_format.__file__).parents[1])
    kept = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "LC_"))
    }
    path = os.pathsep.join((package, os.environ["PYTHONPATH"]))
    return {**kept, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "LC_ALL": "C.UTF-8"}


@pytest.fixture
def program(environment):
    """Runs `gcx` as a process of its own, and gives back the finished process."""

    def run(*arguments: object, **options):
        command = [sys.executable, "-m", "gcx_format", *arguments]
        defaults = {"capture_output": True, "env": environment, "timeout": 60}
        return subprocess.run(command, **(defaults | options))

    return run


@pytest.fixture
def photo():
    """Makes a picture file: a gradient with a described comment, if its format has one."""

    def make(path: Path, size: tuple[int, int] = (96, 64), comment: str | None = WORDS) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        image = Image.merge(
            "RGB", [Image.linear_gradient("L").rotate(turn) for turn in (0, 90, 180)]
        )
        options = {"comment": comment} if comment and path.suffix in (".jpg", ".JPG") else {}
        image.resize(size).save(path, **options)
        return path

    return make


@pytest.fixture
def words_file(tmp_path) -> Path:
    """A descriptor of words alone, of a picture of 40 x 30."""
    path = tmp_path / "words.gcx"
    picture = Image.new("RGB", (40, 30))
    gcx_format.write(
        path, gcx_format.encode(picture, text=WORDS, visual="none", text_coding="zlib")
    )
    return path


@pytest.fixture
def picture_file(tmp_path, photo) -> Path:
    """A descriptor of a visual condition and words, of a picture of 96 x 64."""
    path = tmp_path / "picture.gcx"
    source = photo(tmp_path / "source" / "picture.png")
    gcx_format.write(path, gcx_format.encode(source, text=WORDS, scale=4, text_coding="zlib"))
    return path


@pytest.fixture
def folder_state():
    """Tells bytes and modification time of every file below a folder."""

    def state(folder: Path) -> dict[str, tuple[bytes, int]]:
        return {
            str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns)
            for path in folder.rglob("*")
            if path.is_file()
        }

    return state
