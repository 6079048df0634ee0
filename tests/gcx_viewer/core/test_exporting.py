"""Exported pictures: they say how their pixels came to be, and photographs stay what they are."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image

from gcx_format.errors import OutputError
from gcx_format.pictures import open_picture
from gcx_format.provenance import DigitalSourceType, save_options
from gcx_viewer.core.exporting import FORMATS, Format, draw_mark, export_bytes, extension_format
from gcx_viewer.core.opening import open_document
from gcx_viewer.core.pictures import Picture

PAINTED = DigitalSourceType.TRAINED_ALGORITHMIC


def xmp_of(data: bytes) -> str:
    with Image.open(io.BytesIO(data)) as image:
        found = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return found if isinstance(found, str) else found.decode()


def exported(photograph: Path, format: Format) -> Image.Image:
    document = open_document(photograph)
    picture = Picture(open_picture(photograph, "show"), "photograph")
    return Image.open(io.BytesIO(export_bytes(picture, document, format)))


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_every_format_says_that_no_camera_was_there(
    picture: Image.Image, format: Format, mode: str
) -> None:
    made = Picture(picture.convert(mode), "reconstruction", PAINTED, info={"generator": "openai"})
    data = export_bytes(made, None, format)
    assert "digitalsourcetype/trainedAlgorithmicMedia" in xmp_of(data)
    assert "(openai)" in xmp_of(data)
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == format
        assert image.size == picture.size


@pytest.mark.parametrize("kind", list(DigitalSourceType))
def test_the_term_is_the_one_of_the_pixels(picture: Image.Image, kind: DigitalSourceType) -> None:
    assert kind.uri in xmp_of(export_bytes(Picture(picture, "preview", kind), None, "PNG"))


def test_png_loses_nothing(picture: Image.Image) -> None:
    for effort in ("quick", "small"):
        data = export_bytes(Picture(picture, "card", PAINTED), None, "PNG", effort=effort)
        with Image.open(io.BytesIO(data)) as image:
            assert image.tobytes() == picture.tobytes()


def test_quality_is_heeded(picture: Image.Image) -> None:
    made = Picture(picture, "card", PAINTED)
    for format in ("JPEG", "WEBP", "AVIF"):
        coarse, fine = (export_bytes(made, None, format, quality=q) for q in (20, 95))
        assert len(coarse) < len(fine)


@pytest.mark.parametrize("source", FORMATS)
def test_a_photograph_keeps_what_is_true_of_it(
    picture: Image.Image, tmp_path: Path, source: Format
) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Maker"
    exif[0x0112] = 6
    exif[0x8769] = {0x9003: "2024:01:02 03:04:05", 0xA002: 320, 0xA003: 200, 0xA001: 65535}
    exif[0x8825] = {1: "N"}
    xmp = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a tiff:Orientation="6" dc:title="Sea"/></x:xmpmeta>'
    )
    path = tmp_path / f"camera{FORMATS[source].extensions[0]}"
    picture.save(path, exif=exif, **save_options(source, xmp))
    for format in FORMATS:
        image = exported(path, format)
        assert image.size == (200, 320)
        found = image.getexif()
        assert found[0x010F] == "Maker"
        assert found.get(0x0112, 1) == 1
        inner = found.get_ifd(0x8769)
        assert (inner[0x9003], inner[0xA002], inner[0xA003], inner[0xA001]) == (
            "2024:01:02 03:04:05",
            200,
            320,
            1,
        )
        assert found.get_ifd(0x8825)[1] == "N"
        told = xmp_of(export_bytes(Picture(image.convert("RGB"), "photograph"), None, format))
        assert told == ""
        kept = image.info.get("xmp") or image.info["XML:com.adobe.xmp"].encode()
        assert kept == xmp.replace(b'Orientation="6"', b'Orientation="1"')
        assert b"digitalsourcetype" not in kept


def test_a_plain_photograph_gets_no_mark(photograph: Path) -> None:
    for format in FORMATS:
        info = exported(photograph, format).info
        assert not info.get("xmp")
        assert "XML:com.adobe.xmp" not in info


@pytest.mark.parametrize("exif", [b"Exif\0\0garbage", b"Exif\0\0II*\0\xff\xff\xff\xff", b"\0"])
def test_metadata_in_disrepair_is_left_out(
    picture: Image.Image, tmp_path: Path, exif: bytes
) -> None:
    path = tmp_path / "odd.png"
    picture.save(path, exif=exif)
    made = Picture(picture, "photograph")
    document = open_document(path)
    with Image.open(io.BytesIO(export_bytes(made, document, "JPEG"))) as image:
        assert image.size == picture.size


def test_what_is_transparent_stays_so_or_becomes_white() -> None:
    glass = Picture(Image.new("RGBA", (8, 8), (255, 0, 0, 0)), "photograph")
    with Image.open(io.BytesIO(export_bytes(glass, None, "PNG"))) as image:
        assert image.getpixel((0, 0)) == (255, 0, 0, 0)
    with Image.open(io.BytesIO(export_bytes(glass, None, "JPEG"))) as image:
        assert image.getpixel((0, 0)) == (255, 255, 255)


def test_a_picture_beyond_a_format_is_an_error() -> None:
    long = Picture(Image.new("L", (20_000, 1)), "photograph")
    with pytest.raises(OutputError, match="WebP cannot hold"):
        export_bytes(long, None, "WEBP")


@pytest.mark.parametrize("size", [(320, 200), (40, 30), (3, 2), (1000, 20)])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_the_mark_is_to_be_seen_and_leaves_the_picture_alone(
    size: tuple[int, int], mode: str
) -> None:
    image = Image.new(mode, size, 120 if mode == "L" else (120, 160, 90, 255)[: len(mode)])
    before = image.tobytes()
    marked = draw_mark(image, "AI-generated")
    assert image.tobytes() == before
    assert marked.size == size
    assert marked.convert("RGB").tobytes() != image.convert("RGB").tobytes()


@pytest.mark.parametrize(
    ("extension", "format"),
    [(".PNG", "PNG"), (".jpeg", "JPEG"), (".webp", "WEBP"), (".avif", "AVIF"), (".tif", None)],
)
def test_extensions_stand_for_formats(extension: str, format: Format | None) -> None:
    assert extension_format(extension) == format
