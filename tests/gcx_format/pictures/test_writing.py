"""What a format cannot hold is an error that says so, whatever its encoder raises."""

import io

import pytest
from PIL import Image

from gcx_format import NotEnoughMemoryError, OutputError
from gcx_format.pictures import file_bytes


def test_a_picture_becomes_a_file():
    image = Image.new("RGB", (4, 2), "teal")
    assert Image.open(io.BytesIO(file_bytes(image, "PNG"))).tobytes() == image.tobytes()


@pytest.mark.parametrize(
    ("format", "name"),
    [(same, same) for same in ("AVIF", "JPEG", "GIF", "TGA", "SGI")] + [("WEBP", "WebP")],
)
def test_too_wide_a_picture_is_refused_by_name(format, name):
    with pytest.raises(
        OutputError, match=rf"{name} cannot hold this picture of 70000 x 3 \(.*\); PNG can"
    ):
        file_bytes(Image.new("RGB", (70000, 3)), format)


def test_want_of_memory_is_no_fault_of_the_format(monkeypatch):
    monkeypatch.setattr(Image.Image, "save", lambda *_, **__: exec("raise MemoryError"))
    with pytest.raises(NotEnoughMemoryError):
        file_bytes(Image.new("RGB", (4, 2)), "PNG")
