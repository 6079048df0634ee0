"""Opening: what a file says of itself, before any pixels."""

import os
import shutil
import socket
import sys

import pytest
from PIL import Image

from gcx_format import InputError, errors
from gcx_format.report import facts
from gcx_viewer.core.opening import is_viewable, open_document


def test_a_gcx_file_is_read_whole(house):
    document = open_document(house)
    assert document.path == house
    assert document.data == house.read_bytes()
    assert document.size == document.descriptor.size == (320, 200)
    assert document.format == "GCX"
    assert document.file_bytes == len(document.data)
    assert document.facts == facts(document.descriptor, document.file_bytes)
    assert document.stamp == open_document(house).stamp


def test_an_ordinary_picture_tells_what_pillow_knows(photograph):
    document = open_document(str(photograph))
    assert document.descriptor is document.data is None
    assert document.size == (320, 200)
    assert document.format == "JPEG"
    size = photograph.stat().st_size
    assert document.facts == {
        "width": 320,
        "height": 200,
        "mode": "RGB",
        "file_bytes": size,
        "bits_per_pixel": 8 * size / (320 * 200),
        "format": "JPEG",
        "format_name": "JPEG (ISO 10918)",
        "frames": 1,
    }


def test_the_size_is_that_of_the_upright_picture(picture, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.save(tmp_path / "turned.jpg", exif=exif)
    assert open_document(tmp_path / "turned.jpg").size == (200, 320)


def test_what_a_file_is_shows_in_its_bytes(house, photograph, tmp_path):
    shutil.copy(house, tmp_path / "house.jpg")
    assert open_document(tmp_path / "house.jpg").format == "GCX"
    shutil.copy(photograph, tmp_path / "photograph.png")
    assert open_document(tmp_path / "photograph.png").format == "JPEG"
    shutil.copy(photograph, tmp_path / "photograph.gcx")
    with pytest.raises(errors.NotGcxError, match=r"photograph\.gcx"):
        open_document(tmp_path / "photograph.gcx")


@pytest.mark.parametrize("name", ["gone.gcx", "gone.jpg", "nul\0.gcx", "nul\0.jpg"])
def test_what_is_not_there_is_an_error(tmp_path, name):
    with pytest.raises(InputError):
        open_document(tmp_path / name)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other pipes")
@pytest.mark.parametrize("suffix", ["gcx", "jpg"])
def test_a_folder_a_pipe_and_a_socket_are_not_waited_for(tmp_path, suffix):
    folder, pipe, listening = (tmp_path / f"{kind}.{suffix}" for kind in "fps")
    folder.mkdir()
    os.mkfifo(pipe)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.fspath(listening))
        for path in (folder, pipe, listening):
            with pytest.raises(InputError, match=r"not a (picture|\.gcx) file"):
                open_document(path)


def test_a_program_in_postscript_is_not_run(tmp_path):
    path = tmp_path / "drawing.png"
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\n")
    with pytest.raises(InputError, match="PostScript is not supported"):
        open_document(path)
    assert not is_viewable("drawing.eps")


def test_a_bomb_is_refused_by_its_header(tmp_path):
    header = bytearray(Image.new("L", (1, 1)).tobytes())
    path = tmp_path / "bomb.pgm"
    path.write_bytes(b"P5 40000 40000 255\n" + header)
    with pytest.raises(InputError, match="too large"):
        open_document(path)


@pytest.mark.parametrize(
    ("name", "viewable"),
    [
        ("a.gcx", True),
        ("A.GCX", True),
        ("a.jpg", True),
        ("a.JPEG", True),
        ("a.webp", True),
        ("a.avif", True),
        ("a.txt", False),
        ("gcx", False),
        (".gcx", False),
        ("a.pdf", False),
    ],
)
def test_names_tell_what_can_be_viewed(name, viewable):
    assert is_viewable(name) is viewable
