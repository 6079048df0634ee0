"""Files that come in pieces, that stop short or that cannot seek: as with Pillow's own formats."""

import copy
import io
import os
import pickle
import struct
import threading
import zlib
from dataclasses import replace

import pytest
from PIL import Image, ImageFile, UnidentifiedImageError

from gcx_format import AncillaryChunk, ChecksumError, FormatError, GcxError, read, write

HOW_MUCH = pytest.mark.parametrize("piece", [1, 7, 1024])


def _fed(data, piece):
    parser = ImageFile.Parser()
    for start in range(0, len(data), piece):
        parser.feed(data[start : start + piece])
    return parser


@HOW_MUCH
def test_a_parser_makes_the_picture_however_it_is_fed(house, piece):
    parser = _fed(house.read_bytes(), piece)
    assert parser.image.size == (320, 200)
    with Image.open(house) as image:
        assert parser.close().tobytes() == image.tobytes()


@HOW_MUCH
def test_a_parser_that_gets_half_a_file_says_so_in_the_end(house, piece):
    data = house.read_bytes()
    for length in (0, 2, 3, 4, 7, 8, len(data) // 2, len(data) - 1):
        parser = _fed(data[:length], piece)
        assert parser.image is None
        with pytest.raises(OSError, match="cannot parse this image"):
            parser.close()


@HOW_MUCH
def test_a_parser_that_gets_a_damaged_file_says_so_in_the_end(house, piece):
    data = bytearray(house.read_bytes())
    for place in (3, 8, len(data) // 2, len(data) - 1):
        damaged = data.copy()
        damaged[place] ^= 0x10
        with pytest.raises(OSError, match="cannot parse this image"):
            _fed(bytes(damaged), piece).close()


def test_a_parser_that_gets_more_than_a_file_says_so(house):
    with pytest.raises(FormatError):
        _fed(house.read_bytes() + b"\0", 1).close()


def _dimensions(file):
    """What django.core.files.images.get_image_dimensions does."""
    parser = ImageFile.Parser()
    chunk_size = 1024
    while data := file.read(chunk_size):
        try:
            parser.feed(data)
        except zlib.error as error:
            if not error.args[0].startswith("Error -5"):
                raise
        except (struct.error, RuntimeError):
            pass
        if parser.image:
            return parser.image.size
        chunk_size *= 2
    return None, None


@pytest.mark.parametrize("more", [0, 1_000, 100_000])
def test_django_finds_the_dimensions_of_a_file_and_none_of_a_damaged_one(house, more):
    if more:
        longer = replace(read(house), unknown=(AncillaryChunk(40, bytes(more)),))
        write(house, longer, overwrite=True)
    data = house.read_bytes()
    assert _dimensions(io.BytesIO(data)) == (320, 200)
    assert _dimensions(io.BytesIO(data[:-1])) == (None, None)
    assert _dimensions(io.BytesIO(data[:-1] + b"\0")) == (None, None)


class Short(io.RawIOBase):
    """A raw stream that gives at most so many bytes at a time."""

    def __init__(self, data, most):
        self.file = io.BytesIO(data)
        self.most = most

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=os.SEEK_SET):
        return self.file.seek(offset, whence)

    def tell(self):
        return self.file.tell()

    def readinto(self, buffer):
        data = self.file.read(min(len(buffer), self.most))
        buffer[: len(data)] = data
        return len(data)


@pytest.mark.parametrize("most", [3, 16, 100])
def test_a_stream_that_gives_less_than_is_asked_for_is_read_to_its_end(house, most):
    with Image.open(Short(house.read_bytes(), most)) as image:
        assert image.info["gcx"]["file_bytes"] == house.stat().st_size
        image.load()
    with pytest.raises(ChecksumError):
        Image.open(Short(house.read_bytes()[:-1], most))


def _through_a_pipe(data):
    reading, writing = os.pipe()

    def write_all():
        with os.fdopen(writing, "wb", buffering=0) as file:
            for start in range(0, len(data), 50):
                file.write(data[start : start + 50])

    thread = threading.Thread(target=write_all)
    thread.start()
    try:
        with os.fdopen(reading, "rb") as file:
            return Image.open(file)
    finally:
        thread.join()


def test_a_pipe_is_read_to_its_end(house):
    with _through_a_pipe(house.read_bytes()) as image:
        assert image.size == (320, 200)
        image.load()


def test_a_pipe_that_breaks_off_is_a_damaged_file(house):
    with pytest.raises(ChecksumError):
        _through_a_pipe(house.read_bytes()[:-1])


@pytest.mark.parametrize("tolerant", [False, True])
def test_a_file_cut_short_is_an_error_even_where_pillow_tolerates_it(house, tolerant, monkeypatch):
    """What is left could be anything: the checksum is at the end."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", tolerant)
    data = house.read_bytes()
    for length in range(len(data)):
        kind = UnidentifiedImageError if length < 3 else FormatError
        with pytest.raises(kind) as caught:
            Image.open(io.BytesIO(data[:length]))
        assert isinstance(caught.value, OSError)


def test_the_usual_loop_over_a_folder_passes_over_what_is_damaged(
    house, grey_house, broken_house, tmp_path
):
    (tmp_path / "cut.gcx").write_bytes(grey_house.read_bytes()[:-1])
    (tmp_path / "empty.gcx").write_bytes(b"")
    (tmp_path / "text.gcx").write_text("not a picture")
    loaded = []
    for path in sorted(tmp_path.glob("*.gcx")):
        try:
            with Image.open(path) as image:
                loaded.append((path.name, image.convert("RGB").size))
        except OSError:
            continue
    assert loaded == [("grey.gcx", (320, 200))]


def test_an_error_of_opening_goes_from_process_to_process(house):
    house.write_bytes(house.read_bytes()[:-1])
    with pytest.raises(OSError, match=r"house\.gcx") as caught:
        Image.open(house)
    for duplicate in (pickle.loads(pickle.dumps(caught.value)), copy.copy(caught.value)):
        assert isinstance(duplicate, GcxError)
        assert str(duplicate) == str(caught.value)
        assert duplicate.filename == str(house)
