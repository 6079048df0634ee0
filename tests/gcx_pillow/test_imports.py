"""Importing the plugin is light."""

import subprocess
import sys
from dataclasses import replace

import pytest

from gcx_format import read, write
from gcx_format.codecs import code_text

HEAVY = ["numpy", "openai", "torch", "PyQt6", "rich", "typer", "pydantic", "platformdirs"]
OURS = ["gcx_format.settings", "gcx_format.text.model.coding", "gcx_format.visual.av1.codec"]


@pytest.mark.parametrize("coding", ["zlib", "model"])
def test_importing_the_plugin_and_opening_a_file_imports_nothing_heavy(words, coding):
    descriptor = replace(read(words), coded_text=code_text("A red house by the sea.", coding))
    write(words, descriptor, overwrite=True)
    program = (
        "import sys, gcx_pillow; from PIL import Image; Image.open(sys.argv[1]).close();"
        f"print([name for name in {HEAVY + OURS} if name in sys.modules])"
    )
    command = [sys.executable, "-W", "error", "-c", program, str(words)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    assert (answer.stdout, answer.stderr) == ("[]\n", "")


def test_the_plugin_exports_what_it_promises():
    import gcx_pillow

    assert gcx_pillow.__all__ == ["GcxImageFile", "GcxInfo", "register_gcx_opener"]
    assert all(hasattr(gcx_pillow, name) for name in gcx_pillow.__all__)
