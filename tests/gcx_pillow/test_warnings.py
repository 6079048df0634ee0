"""What is wrong with the setup is said plainly, at the line that asked for pixels."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import sys, warnings
sys.modules["openai"] = sys.modules["ncnn"] = None  # as if they were not installed
import gcx_pillow
import numpy as np
from PIL import Image

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("default")
    for path in sys.argv[1:]:
        with Image.open(path) as image:
            {code}
for warning in caught:
    print(warning.filename, warning.lineno, warning.message)
"""


def run(paths, code, **environment):
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(code=code), *paths],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "GCX_GENERATOR": "auto", **environment},
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


@pytest.mark.parametrize(
    "code", ["image.load()", "np.asarray(image)", "image.convert('L')", "image.getpixel((0, 0))"]
)
def test_a_missing_extra_names_file_and_remedies_at_the_callers_line(house, code):
    said = run([house], code, OPENAI_API_KEY="sk-test")
    assert said.startswith(
        f"<string> 12 {house}: showing a preview: asking a model needs an optional part of gcx; "
    )
    assert "; pip install " in said
    assert said.endswith(
        '; the preview needs no model: generator="preview", or GCX_GENERATOR=preview\n'
    )


def test_without_a_key_one_warning_is_for_all_files(house, words):
    said = run([house, words], "image.load()")
    assert said.startswith("<string> 12 showing a preview: no API key is set; ")
    assert said.count("\n") == 1


def test_the_preview_needs_no_extra(house):
    assert run([house], "image.load()", OPENAI_API_KEY="sk-test", GCX_GENERATOR="preview") == ""


def test_a_picture_is_encoded_with_warnings_at_the_callers_line(house):
    code = "image.convert('RGBA').resize((9, 9)).rotate(45).save('/dev/null', 'GCX')"
    said = run([house], code, GCX_GENERATOR="preview")
    assert said == "<string> 12 transparency is not kept: it is laid on white\n"
