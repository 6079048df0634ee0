"""Of files with several pictures the photograph is taken: no thumbnail, layer or gain map."""

import io
import itertools
import struct

import pytest
from PIL import Image

from gcx_format import InputError
from gcx_format.pictures import frame_count, normalise, open_picture, upright_size

RED, GREEN, BLUE = (255, 0, 0), (0, 128, 0), (0, 0, 255)


def tiff(path, pages, subs=(), *, order="<", big=False):
    """A TIFF file of uncompressed pages; `subs` hang below the first.

    A page is (size, colour, further tags).
    """
    offset, head = ("Q", 16) if big else ("I", 8)
    count, width = ("Q", 8) if big else ("H", 4)
    data = bytearray(head)
    places = []
    for size, colour, more in [*subs, *pages]:
        pixels = len(data)
        data += bytes(colour) * (size[0] * size[1])
        data += bytes(len(data) % 2)
        tags = {
            256: size[0], 257: size[1], 258: 8, 259: 1, 262: 2, 273: pixels, 277: 3,
            278: size[1], 279: 3 * size[0] * size[1], **more,
        }  # fmt: skip
        if len(places) == len(subs) and subs:
            tags[330] = places[0] if len(subs) == 1 else None
            where = len(data)
            data += struct.pack(f"{order}{len(subs)}I", *places)
        bits = len(data)
        data += struct.pack(f"{order}3H", 8, 8, 8)
        data += bytes(len(data) % 2)
        places.append(len(data))
        data += struct.pack(order + count, len(tags))
        for tag, value in sorted(tags.items()):
            number, kind = 1, 4
            if tag == 258:
                number, kind, value = 3, 3, bits
                if big:
                    value = struct.unpack(
                        order + "Q", struct.pack(order + "3H", 8, 8, 8) + b"\0\0"
                    )[0]
            elif value is None:
                number, value = len(subs), where
            if kind == 4 and number == 1:
                packed = struct.pack(order + "I", value).ljust(width, b"\0")
            else:
                packed = struct.pack(order + offset, value)
            data += struct.pack(order + "HH" + offset, tag, kind, number) + packed
        data += bytes(struct.calcsize(offset))
    chain = places[len(subs) :]
    for place, following in itertools.pairwise(chain):
        entries = struct.unpack_from(order + count, data, place)[0]
        end = place + struct.calcsize(count) + entries * (20 if big else 12)
        struct.pack_into(order + offset, data, end, following)
    mark = b"II" if order == "<" else b"MM"
    first = (
        struct.pack(order + "HHHQ", 43, 8, 0, chain[0])
        if big
        else struct.pack(order + "HI", 42, chain[0])
    )
    data[:head] = mark + first
    path.write_bytes(data)
    return path


def assert_is(path, size, colour):
    with open_picture(path, "inspect") as image:
        assert upright_size(image) == size
    with open_picture(path) as image:
        made = normalise(image)
    assert (made.size, made.getpixel((1, 1))) == (size, colour)
    assert open_picture(path, "show").getpixel((1, 1)) == colour


THUMBNAIL = ((8, 6), RED, {254: 1})
PHOTOGRAPH = ((40, 30), BLUE, {254: 0})


@pytest.mark.parametrize(("order", "big"), [("<", False), (">", False), ("<", True)])
def test_a_thumbnail_in_front_is_passed_over(tmp_path, recwarn, order, big):
    path = tiff(tmp_path / "a.tif", [THUMBNAIL, PHOTOGRAPH], order=order, big=big)
    assert_is(path, (40, 30), BLUE)
    assert not recwarn


@pytest.mark.parametrize("subs", [[PHOTOGRAPH], [((8, 6), GREEN, {254: 1}), PHOTOGRAPH]])
@pytest.mark.parametrize("more", [{254: 1}, {}, {255: 2}])
def test_a_photograph_in_a_subifd_is_found(tmp_path, recwarn, subs, more):
    assert_is(tiff(tmp_path / "a.tif", [((8, 6), RED, more)], subs), (40, 30), BLUE)
    assert not recwarn


def test_smaller_copies_are_no_further_pages(tmp_path, recwarn):
    assert_is(tiff(tmp_path / "a.tif", [PHOTOGRAPH, THUMBNAIL]), (40, 30), BLUE)
    assert_is(tiff(tmp_path / "b.tif", [PHOTOGRAPH], [THUMBNAIL]), (40, 30), BLUE)
    assert not recwarn


def test_of_many_pages_the_first_is_taken_with_a_warning(tmp_path):
    path = tiff(tmp_path / "a.tif", [PHOTOGRAPH, ((50, 40), GREEN, {}), THUMBNAIL])
    told = []
    with open_picture(path) as image:
        made = normalise(image, on_loss=lambda loss, message: told.append(message))
    assert made.size == (40, 30)
    assert told == ["only one of 2 frames is kept"]


def test_a_thumbnail_alone_is_all_there_is(tmp_path):
    assert_is(tiff(tmp_path / "a.tif", [THUMBNAIL]), (8, 6), RED)


@pytest.mark.parametrize("sensor", [32803, 34892])
def test_a_raw_photograph_is_refused_by_name(tmp_path, sensor):
    raw = ((40, 30), BLUE, {254: 0, 262: sensor})
    with_preview = tiff(tmp_path / "a.dng", [THUMBNAIL], [raw])
    without = tiff(tmp_path / "b.dng", [raw])
    for purpose in ("inspect", "encode", "show"):
        with pytest.raises(
            InputError,
            match=r"a\.dng: this is a raw photograph, with only a preview of 8 x 6 in it; export",
        ):
            open_picture(with_preview, purpose)
        with pytest.raises(InputError, match=r"b\.dng: this is a raw photograph; export a JPEG"):
            open_picture(without, purpose)


@pytest.mark.parametrize(
    "start",
    [b"FUJIFILMCCD-RAW ", b"IIRO\x08\0\0\0", b"IIU\0\x18\0\0\0", b"\0\0\0\x18ftypcrx \0\0\0\1"],
)
def test_raw_photographs_that_are_no_tiff_files_are_known(tmp_path, start):
    (tmp_path / "a.raf").write_bytes(start + bytes(100))
    with pytest.raises(InputError, match="this is a raw photograph; export"):
        open_picture(tmp_path / "a.raf")


def test_a_main_picture_that_cannot_be_decoded_is_not_replaced_by_its_thumbnail(tmp_path):
    odd = ((40, 30), BLUE, {254: 0, 259: 34712})  # JPEG 2000
    path = tiff(tmp_path / "a.tif", [THUMBNAIL], [odd])
    with pytest.raises(InputError, match=r"its main picture of 40 x 30 .* 8 x 6 is a preview"):
        open_picture(path)


def test_directories_that_lead_in_a_circle_are_left(tmp_path):
    path = tiff(tmp_path / "a.tif", [THUMBNAIL, PHOTOGRAPH])
    data = bytearray(path.read_bytes())
    first = struct.unpack_from("<I", data, 4)[0]
    data[-4:] = struct.pack("<I", first)
    path.write_bytes(data)
    assert_is(path, (40, 30), BLUE)


def test_second_views_and_gain_maps_are_no_frames(tmp_path, recwarn):
    main, other = Image.new("RGB", (40, 30), BLUE), Image.new("RGB", (10, 8), RED)
    main.save(tmp_path / "a.jpg", "MPO", save_all=True, append_images=[other])
    with open_picture(tmp_path / "a.jpg", "inspect") as image:
        assert (image.format, frame_count(image)) == ("MPO", 1)
    assert_is(tmp_path / "a.jpg", (40, 30), (0, 0, 254))
    assert not recwarn


def test_layers_of_a_psd_file_are_no_frames(tmp_path, recwarn):
    def layer():
        channels = b"".join(struct.pack(">hI", channel, 2 + 16) for channel in range(3))
        return (
            struct.pack(">4iH", 0, 0, 4, 4, 3)
            + channels
            + b"8BIMnorm\xff\0\0\0"
            + struct.pack(">I", 12)
            + bytes(12)
        )

    pixels = (b"\0\0" + bytes(16)) * 6
    info = struct.pack(">h", 2) + layer() * 2 + pixels
    layers = struct.pack(">I", len(info)) + info
    planes = bytes([0]) * 16 + bytes([0]) * 16 + bytes([255]) * 16
    (tmp_path / "a.psd").write_bytes(
        b"8BPS" + struct.pack(">H6xHIIHH", 1, 3, 4, 4, 8, 3) + bytes(4) + bytes(4)
        + struct.pack(">I", len(layers)) + layers + b"\0\0" + planes
    )  # fmt: skip
    with Image.open(tmp_path / "a.psd") as image:
        assert image.n_frames == 2
    assert_is(tmp_path / "a.psd", (4, 4), BLUE)
    assert not recwarn


@pytest.mark.parametrize("format", ["PNG", "GIF", "WEBP"])
def test_animations_keep_their_first_frame(format):
    buffer = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in (RED, BLUE, GREEN)]
    frames[0].save(buffer, format, save_all=True, append_images=frames[1:], lossless=True)
    told = []
    made = normalise(open_picture(buffer), on_loss=lambda loss, message: told.append(message))
    assert made.getpixel((1, 1)) == RED
    assert told == ["only one of 3 frames is kept"]
