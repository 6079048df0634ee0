"""Large photographs are ordinary, and the limit is the format's, without a change to Pillow's."""

import subprocess
import sys
import threading
import warnings

import pytest
from PIL import Image

import gcx_format
from gcx_format import InputError
from gcx_format.encode import EncodeRequest, open_photograph
from gcx_format.pictures import max_pixels, normalise, open_picture
from gcx_format.pictures.pixel_limit import own_limit


def pgm(path, width: int, height: int):
    """The header of a picture, whose pixels are missing."""
    with path.open("wb") as file:
        file.write(f"P5 {width} {height} 255\n".encode())
        file.truncate(width * height // 10_000 + 1)  # the least that is believed
    return path


def jpeg(path, width: int, height: int):
    """A JPEG file that repeats its first row of blocks, made without its pixels in memory."""
    strip = Image.radial_gradient("L").resize((width, 32)).convert("RGB")
    strip.save(path, "JPEG", restart_marker_rows=1)
    data = path.read_bytes()
    frame, scan = data.index(b"\xff\xc0"), data.index(b"\xff\xda")
    start = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4], "big")
    row = data[start : data.index(b"\xff\xd0", start)]
    head = data[: frame + 5] + height.to_bytes(2, "big") + data[frame + 7 : start]
    rows = (row + bytes([0xFF, 0xD0 + number % 8]) for number in range(-(-height // 16) - 1))
    path.write_bytes(head + b"".join(rows) + row + b"\xff\xd9")
    return path


PEAK = """
import sys
from pathlib import Path
from gcx_format.cli import main
status = main(sys.argv[1:])
lines = Path("/proc/self/status").read_text().splitlines()
print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
sys.exit(status)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a program's own memory")
@pytest.mark.parametrize("size", [(12000, 9000), (16320, 12240)])
def test_a_large_jpeg_is_encoded_in_less_memory_than_its_pixels_take(tmp_path, size):
    path = jpeg(tmp_path / "large.jpg", *size)
    command = [sys.executable, "-c", PEAK, "encode", path, "--describe", "none", "--quiet"]
    ran = subprocess.run(command, check=True, capture_output=True, text=True)
    descriptor = gcx_format.read(tmp_path / "large.gcx")
    assert descriptor.size == size
    assert min(descriptor.condition_size) in (125, 128)
    assert int(ran.stdout) < 500_000  # KiB


@pytest.mark.parametrize(
    ("size", "arguments", "decoded"),
    [
        ((6000, 4000), {}, (3000, 2000)),
        ((4000, 4192), {}, (4000, 4192)),
        ((4000, 4200), {}, (2000, 2100)),
        ((12000, 9000), {}, (3000, 2250)),
        ((12000, 9000), {"scale": 4}, (6000, 4500)),
        ((12000, 9000), {"scale": 3}, (12000, 9000)),
        ((16320, 12240), {"visual_bytes": 290}, (4080, 3060)),
    ],
)
def test_a_jpeg_is_decoded_smaller_where_twice_the_condition_is_left(
    tmp_path, size, arguments, decoded
):
    path = jpeg(tmp_path / "large.jpg", *size)
    image, known = open_photograph(path, EncodeRequest(**arguments))
    assert known == size
    assert image.size == decoded


def test_what_was_decoded_smaller_is_turned_as_the_whole_is(tmp_path):
    path = jpeg(tmp_path / "large.jpg", 8000, 4800)
    data, exif = path.read_bytes(), Image.Exif()
    exif[0x0112] = 6
    block = exif.tobytes()
    marker = b"\xff\xe1" + (len(block) + 2).to_bytes(2, "big") + block
    path.write_bytes(data[:2] + marker + data[2:])
    assert gcx_format.encode(path).size == (4800, 8000)


@pytest.mark.parametrize("size", [(12000, 9000), (16320, 12240), (32768, 32768)])
def test_a_photograph_of_many_megapixels_is_opened_without_a_word(tmp_path, size, recwarn):
    warnings.simplefilter("error")
    with open_picture(pgm(tmp_path / "large.pgm", *size), "inspect") as image:
        assert image.size == size
    assert not recwarn


@pytest.mark.parametrize("format", ["TIFF", "WEBP"])
def test_formats_that_check_once_more_when_they_are_decoded_are_large_too(
    tmp_path, monkeypatch, format
):
    Image.new("L", (64, 64)).save(tmp_path / "large", format)
    monkeypatch.setattr("gcx_format.pictures.pixel_limit._PILLOWS_DEFAULT", 1000)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    warnings.simplefilter("error")
    assert open_picture(tmp_path / "large").size == (64, 64)
    with pytest.raises(Image.DecompressionBombError), Image.open(tmp_path / "large"):
        pass


@pytest.mark.parametrize("size", [(32769, 32768), (1 << 30, 2), (46341, 46341)])
def test_what_no_descriptor_can_stand_for_is_refused_by_its_header(tmp_path, size):
    path = pgm(tmp_path / "bomb.pgm", *size)
    for purpose in ("inspect", "encode", "show"):
        with pytest.raises(
            InputError, match=r"bomb\.pgm: too large: it has more than 1,073,741,824 pixels"
        ):
            open_picture(path, purpose)


@pytest.mark.parametrize("purpose", ["inspect", "encode", "show"])
def test_no_memory_is_taken_for_pixels_that_a_file_cannot_have(tmp_path, purpose):
    (tmp_path / "bomb.pgm").write_bytes(b"P5 32768 32768 255\n" + bytes(9))
    expected = r"bomb\.pgm: the picture is damaged: 32768 x 32768 pixels cannot be in so small"
    with pytest.raises(InputError, match=expected):
        open_picture(tmp_path / "bomb.pgm", purpose)
    with (tmp_path / "bomb.pgm").open("rb") as file, pytest.raises(InputError, match="cannot be"):
        open_picture(file, purpose)


def test_elsewhere_and_in_other_threads_pillows_check_is_what_it_was(tmp_path):
    path = pgm(tmp_path / "large.pgm", 16320, 12240)
    caught = []

    def elsewhere():
        try:
            Image.open(path)
        except Image.DecompressionBombError as error:
            caught.append(error)

    with own_limit():
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        Image.open(path).close()
    elsewhere()
    assert len(caught) == 2
    assert Image.MAX_IMAGE_PIXELS == 89_478_485
    with pytest.warns(Image.DecompressionBombWarning):
        Image.open(pgm(path, 12000, 9000)).close()


def test_a_program_that_has_set_a_limit_of_its_own_keeps_it(tmp_path, monkeypatch):
    path = tmp_path / "large.png"
    Image.new("L", (64, 64)).save(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    with pytest.raises(InputError, match=r"large\.png: too large: it has more than 2,000 pixels"):
        open_picture(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 3000)
    with pytest.warns(Image.DecompressionBombWarning):
        assert open_picture(path).size == (64, 64)
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    with pytest.raises(InputError, match="too large"):
        open_picture(path)


@pytest.mark.parametrize(
    ("limit", "most"), [(89_478_485, 1 << 30), (10, 20), (1 << 40, 1 << 30), (None, 1 << 30)]
)
def test_the_limit_is_a_gigapixel_unless_a_program_has_lowered_it(monkeypatch, limit, most):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
    assert max_pixels() == most


def test_a_picture_that_pillow_has_opened_is_decoded_with_the_same_limit(tmp_path, monkeypatch):
    Image.new("L", (64, 64)).save(tmp_path / "large.tiff")
    with Image.open(tmp_path / "large.tiff") as image:
        monkeypatch.setattr("gcx_format.pictures.pixel_limit._PILLOWS_DEFAULT", 1000)
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
        assert normalise(image).size == (64, 64)
