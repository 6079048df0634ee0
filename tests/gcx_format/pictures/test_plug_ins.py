"""HEIF and JPEG XL are opened where their plug-ins are installed, and else said to need them."""

import importlib.util
import subprocess
import sys

import pytest

from gcx_format import InputError
from gcx_format.pictures import is_picture_name, open_picture

PLUG_INS = [
    ("pillow_heif", "import pillow_heif; pillow_heif.register_heif_opener()", "a.heic"),
    ("pillow_jxl", "import pillow_jxl", "a.jxl"),
]
START = {"a.heic": b"\0\0\0\x18ftypheic" + bytes(40), "a.jxl": b"\xff\x0a" + bytes(40)}


@pytest.mark.needs("pillow_heif", "pillow_jxl")
@pytest.mark.parametrize(("module", "registered", "name"), PLUG_INS)
def test_a_plug_in_is_looked_for_when_a_file_of_its_format_is_met(
    module, registered, name, tmp_path
):
    make = f"""
{registered}
from PIL import Image
exif = Image.Exif()
exif[0x0112] = 6
Image.new("RGB", (64, 32), "red").save("{name}", exif=exif.tobytes())
"""
    use = f"""
import sys
from gcx_format.pictures import *
assert is_picture_name("{name}")
assert "{module}" not in sys.modules
with open_picture("{name}", "inspect") as image:
    assert upright_size(image) == (32, 64)
assert open_picture("{name}", "show").size == normalise(open_picture("{name}")).size == (32, 64)
"""
    for program in (make, use):
        subprocess.run([sys.executable, "-c", program], check=True, cwd=tmp_path)


@pytest.mark.parametrize(
    ("module", "package"), [("a.heic", "pillow-heif"), ("a.jxl", "pillow-jxl")]
)
def test_without_its_plug_in_a_file_says_what_to_install(module, package, tmp_path, monkeypatch):
    path = tmp_path / module
    path.write_bytes(START[module])
    for name in ("pillow_heif", "pillow_jxl"):
        monkeypatch.setitem(sys.modules, name, None)  # as if it were not installed
    with pytest.raises(InputError, match=f"need another package; pip install {package}"):
        open_picture(path)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert not is_picture_name(path)
