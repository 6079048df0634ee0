"""Every way in accepts the same pictures, sees the same in them, and refuses the rest alike."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from gcx_format import InputError, encode, read, write
from gcx_format.pictures import normalise, open_picture
from gcx_viewer.core.comparing import open_original
from gcx_viewer.core.encoding.sources import Source, glance, open_photograph
from gcx_viewer.core.opening import open_document
from gcx_viewer.core.thumbnails.thumbnailer import render

EPS = b"""%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 10 10
%%EndComments
showpage
%%EOF
"""
PLACEABLE = struct.pack("<IHhhhhHIH", 0x9AC6CDD7, 0, 0, 0, 9, 9, 72, 0, 0)
EMF = struct.pack("<IIiiiiiiii", 1, 88, 0, 0, 9, 9, 0, 0, 9, 9) + b" EMF" + bytes(44)
DRAWINGS = {
    "drawing.eps": EPS,
    "drawing.ps": EPS.replace(b" EPSF-3.0", b""),
    "preview.eps": struct.pack("<IIIIIIIH", 0xC6D3D0C5, 32, len(EPS), 0, 0, 0, 0, 0)
    + bytes(2)
    + EPS,
    "drawing.wmf": PLACEABLE + b"\x01\x00\t\x00\x00\x03" + bytes(60),
    "drawing.emf": EMF,
    "postscript.jpg": EPS,
    "metafile.png": EMF,
}
DOORS = {
    "view": open_document,
    "show": lambda path: open_picture(path, "show"),
    "thumbnail": lambda path: render(path, 128),
    "encode": encode,
    "photograph": lambda path: open_photograph(Source.of(path)),
    "glance": lambda path: glance(Source.of(path), 128),
}


@pytest.fixture
def run_gcx(tmp_path: Path):
    """Runs the command with programs first on the path that leave a mark when they are started."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("gs", "gswin64c", "djpeg", "convert"):
        (programs / name).write_text(f'#!/bin/sh\ntouch "{tmp_path}/started"\n')
        (programs / name).chmod(0o755)

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        path = os.pathsep.join([str(programs), os.environ["PATH"]])
        return subprocess.run(
            [sys.executable, "-m", "gcx_format", *map(str, arguments)],
            capture_output=True,
            text=True,
            env=os.environ | {"PATH": path, "OPENAI_API_KEY": "sk-unused"},
        )

    return run


@pytest.fixture
def started(tmp_path: Path, run_gcx, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The mark; programs that this process would start leave it too."""
    monkeypatch.setenv("PATH", str(tmp_path / "programs"), prepend=os.pathsep)
    subprocess.run(["gs"], check=True)
    mark = tmp_path / "started"
    mark.unlink()  # else these tests could not fail
    return mark


@pytest.mark.skipif(sys.platform == "win32", reason="the programs are shell scripts")
@pytest.mark.parametrize("name", DRAWINGS)
def test_nothing_is_started_for_a_picture(tmp_path, house, run_gcx, started, name):
    path = tmp_path / name
    path.write_bytes(DRAWINGS[name])
    said = set()
    doors = [*DOORS.values(), lambda path: open_original(path, open_document(house))]
    for door in doors:
        with pytest.raises(InputError, match="is not supported; convert the file to PNG") as caught:
            door(path)
        said.add(str(caught.value))
    for command in (["encode", "--describe", "none"], ["describe"], ["describe", "--estimate"]):
        ran = run_gcx(*command, path)
        assert ran.returncode == 1
        said.add(ran.stderr.splitlines()[0].removeprefix("gcx: "))
    assert len(said) == 1
    assert not started.exists()


def bad(kind: str, path: Path) -> str:
    """Make it bad; what is said of it."""
    match kind:
        case "missing":
            return "there is no such file"
        case "pipe":
            os.mkfifo(path)
            return "this is not a picture file"
        case "text":
            path.write_text("Dear reader,")
            return "this is not a picture in a supported format"
        case "empty":
            path.write_bytes(b"")
            return "this is not a picture in a supported format"
        case "cut":
            Image.effect_noise((64, 64), 50).save(path, "JPEG")
            path.write_bytes(path.read_bytes()[:1500])
            return "the picture is cut short"
        case _:
            path.write_bytes(b"P5 40000 40000 255\n" + bytes(9))
            return "too large: it has more than 1,073,741,824 pixels"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other pipes")
@pytest.mark.parametrize("kind", ["missing", "pipe", "text", "empty", "cut", "large"])
def test_every_door_says_the_same(tmp_path, run_gcx, kind):
    path = tmp_path / "photograph.jpg"
    expected = f"{path}: {bad(kind, path)}"
    said = set()
    for name, door in DOORS.items():
        if not (kind == "cut" and name == "view"):  # no pixels are decoded
            with pytest.raises(InputError) as caught:
                door(path)
            said.add(str(caught.value))
    for command in (["encode", "--describe", "none"], ["describe"]):
        said.add(run_gcx(*command, path).stderr.splitlines()[0].removeprefix("gcx: "))
    said = {each.split(";")[0] for each in said}  # what to do about it depends on who asks
    assert len(said) == 1
    assert said.pop().startswith(expected)


def test_a_descriptor_is_no_photograph_whatever_it_is_called(tmp_path, house, run_gcx):
    path = house.rename(tmp_path / "house.jpg")
    for door in (encode, DOORS["photograph"], DOORS["glance"]):
        with pytest.raises(InputError, match=r"this is a \.gcx file, not a photograph"):
            door(path)
    assert "this is a .gcx file, not a photograph" in run_gcx("encode", path).stderr


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_turned_tiff_can_be_compared_with_what_was_made_of_it(tmp_path, picture, orientation):
    path = tmp_path / "turned.tif"
    picture.save(path, tiffinfo={0x0112: orientation})
    write(tmp_path / "turned.gcx", encode(path, visual_bytes=200))
    turned = (200, 320) if orientation > 4 else (320, 200)
    assert read(tmp_path / "turned.gcx").size == open_document(path).size == turned
    original = open_original(path, open_document(tmp_path / "turned.gcx"))
    assert original.picture.size == turned
    assert glance(Source.of(path), 100).size == turned


@pytest.mark.parametrize("mode", ["RGB", "P"])
def test_colours_are_the_same_for_encoding_and_for_the_screen(tmp_path, mode):
    """The profile is that of sRGB with red and blue exchanged."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    red, blue = profile.find(b"rXYZ"), profile.find(b"bXYZ")
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    image = Image.new("RGB", (32, 32), (200, 60, 40))
    image = image.quantize(4) if mode == "P" else image
    path = tmp_path / "exchanged.png"
    image.save(path, icc_profile=bytes(profile))
    seen = {
        normalise(open_picture(path)).getpixel((5, 5)),
        open_picture(path, "show").getpixel((5, 5)),
        open_photograph(Source.of(path)).image.getpixel((5, 5)),
        glance(Source.of(path), 32).thumbnail.getpixel((5, 5)),
        render(path, 32)[0].getpixel((5, 5)),
    }
    assert len(seen) == 1
    assert seen.pop() == pytest.approx((40, 60, 200), abs=5)
