"""The README's code, pasted in order into a fresh clone, does what the README says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import gcx_format

ROOT = Path(__file__).parents[1]
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.M | re.S)

INSTALLING = ("python3 -m venv", ". .venv", "pip install")
"""How lines begin that take minutes and a network; CI has done the same before the tests."""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs a block as its reader would, in a folder that has what a clone has of photographs."""
    clone = tmp_path / "clone"
    shutil.copytree(ROOT / "samples", clone / "samples")
    programs = tmp_path / "programs"
    programs.mkdir()
    gcx = programs / "gcx"
    gcx.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m gcx_format "$@"\n')
    gcx.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=":")
    monkeypatch.setenv("PYTHONPATH", str(Path(gcx_format.__file__).parents[1]), prepend=":")

    def run(language, code):
        match language:
            case "sh":
                lines = [line for line in code.splitlines() if not line.startswith(INSTALLING)]
                command = ["sh", "-e", "-c", "\n".join(lines)]
            case "python":
                command = [sys.executable, "-c", code]
        return subprocess.run(command, cwd=clone, capture_output=True, text=True, timeout=300)

    return run


@pytest.mark.skipif(sys.platform == "win32", reason="the blocks are for a POSIX shell")
def test_the_blocks_of_the_readme_can_be_pasted_in_order(run):
    assert [language for language, _ in BLOCKS] == ["sh", "text", "python", "sh", "python"]
    printed = None
    for language, code in BLOCKS:
        if language == "text":
            assert printed == code
            continue
        ran = run(language, code)
        assert ran.returncode == 0, ran.stderr
        assert "Traceback" not in ran.stderr
        printed = ran.stdout
