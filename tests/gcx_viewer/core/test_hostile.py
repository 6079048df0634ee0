"""Files that mean no good, and file systems that misbehave."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from gcx_format import errors, pictures
from gcx_viewer.core import comparing
from gcx_viewer.core.encoding.sources import Source, glance, open_photograph, photographs_in
from gcx_viewer.core.events import Finished
from gcx_viewer.core.exporting import export_bytes
from gcx_viewer.core.folder import Folder, Listed
from gcx_viewer.core.opening import open_document
from gcx_viewer.core.pictures import Picture
from gcx_viewer.core.preferences import Preferences
from gcx_viewer.core.thumbnails import thumbnailer as thumbnails
from gcx_viewer.core.viewing import policy
from gcx_viewer.core.viewing.viewing import Viewing

SIDE = 13_000
"""Pixels: squared, within what Pillow takes on with a warning, and within what is shown."""

EPS = b"""%!PS-Adobe-3.0 EPSF-3.0
%%BoundingBox: 0 0 100 100
%%EndComments
/Helvetica findfont 12 scalefont setfont 10 10 moveto (run) show showpage
%%EOF
"""


def bomb(width: int, height: int) -> bytes:
    """A PNG file that says it is so large, and has no pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.fixture(params=["fifo", "device", "folder", "loop", "dangling", "postscript", "bomb"])
def nasty(request, tmp_path) -> Path:
    path = tmp_path / "photograph.jpg"
    match request.param:
        case "fifo":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case "loop":
            path.symlink_to(path)
        case "dangling":
            path.symlink_to(tmp_path / "gone")
        case "postscript":
            path.write_bytes(EPS)
        case "bomb":
            path.write_bytes(bomb(1 << 15, 1 << 15))
    return path


def at_once(function, *arguments):
    """Call it in a thread, for it may wait for ever; what it raised."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            function(*arguments)
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    return raised[0] if raised else None


@pytest.mark.parametrize(
    "use",
    [
        open_document,
        lambda path: pictures.open_picture(path, "show"),
        lambda path: thumbnails.render(path, 128),
        lambda path: open_photograph(Source.of(path)),
        lambda path: glance(Source.of(path), 128),
    ],
    ids=["open", "read", "thumbnail", "encode", "glance"],
)
def test_what_is_no_picture_file_is_an_error_at_once(nasty, use):
    assert isinstance(at_once(use, nasty), errors.InputError)


def test_a_checksum_is_taken_of_files_alone(tmp_path):
    os.mkfifo(tmp_path / "pipe.png")
    source = Source.of(tmp_path / "pipe.png")
    assert isinstance(at_once(source.checksum), errors.InputError)


def test_a_folder_of_nasty_files_has_photographs_all_the_same(tmp_path, picture):
    os.mkfifo(tmp_path / "a.png")
    (tmp_path / "b.png").symlink_to(tmp_path / "b.png")
    (tmp_path / "c.eps").write_bytes(EPS)
    picture.save(tmp_path / "d10.png")
    picture.save(tmp_path / "d9.png")
    assert [source.name for source in photographs_in([tmp_path])] == ["d9.png", "d10.png"]


def test_large_pictures_are_read_without_a_word(tmp_path):
    """Pillow warns of what is large; here that is an error or nothing."""
    path = tmp_path / "large.png"
    Image.new("1", (SIDE, SIDE // 2 + 2000)).save(path)
    program = "import sys; from gcx_viewer.core.opening import open_document as o; "
    program += "print(*o(sys.argv[1]).size)"
    ran = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, check=True
    )
    assert (ran.stdout, ran.stderr) == (f"{SIDE} {SIDE // 2 + 2000}\n", "")


def test_a_file_replaced_in_the_same_moment_by_one_of_the_same_size_is_seen(tmp_path, events):
    """As `cp --preserve` and `rsync --times` do it, or within one tick of the clock."""
    path, other = tmp_path / "a.bmp", tmp_path / "b.bmp"
    Image.new("RGB", (30, 20), "red").save(path)
    Image.new("RGB", (30, 20), "blue").save(other)
    time_of = path.stat().st_mtime_ns
    os.utime(other, ns=(time_of, time_of))
    viewing = Viewing(events, Preferences)
    events.wait_for(Finished, ticket=viewing.show(path))
    other.replace(path)
    assert path.stat().st_mtime_ns == time_of
    ticket = viewing.show(path)
    events.wait_for(Finished, ticket=ticket)
    assert events.wait_for_kind("photograph", ticket=ticket).image.getpixel((0, 0)) == (0, 0, 255)
    assert viewing.close(10)


def test_one_trusted_folder_that_is_a_loop_does_not_count(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    (tmp_path / "mine").mkdir()
    path = tmp_path / "mine" / "a.gcx"
    path.touch()
    assert policy.is_trusted(path, [loop, tmp_path / "mine"])
    assert not policy.is_trusted(path, [loop])


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_what_a_file_says_of_itself_at_length_keeps_no_copy_from_being_made(tmp_path, format):
    from PIL.PngImagePlugin import PngInfo

    path = tmp_path / "wordy.png"
    said = PngInfo()
    packet = "<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + "<!-- word -->" * 10_000 + "</x:xmpmeta>"
    said.add_itxt("XML:com.adobe.xmp", packet)
    Image.new("RGB", (20, 10), "red").save(path, pnginfo=said)
    document = open_document(path)
    data = export_bytes(
        Picture(pictures.open_picture(path, "show"), "photograph"), document, format
    )
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (20, 10)


def test_a_listener_of_a_folder_that_fails_once_hears_of_the_next(tmp_path, caplog):
    heard: list[Listed] = []
    changed = threading.Condition()

    def listener(listed: Listed) -> None:
        with changed:
            heard.append(listed)
            changed.notify_all()
        if len(heard) == 1:
            raise RuntimeError("wrapped C/C++ object has been deleted")

    folder = Folder([tmp_path], listener)
    with changed:
        assert changed.wait_for(lambda: len(heard) == 1, 10)
    (tmp_path / "a.png").touch()
    deadline = time.monotonic() + 10
    while folder.is_listing:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    folder.refresh()
    with changed:
        assert changed.wait_for(lambda: len(heard) == 2, 10)
    assert len(heard[1].listing) == 1
    folder.close()


def test_a_thumbnailer_goes_on_after_a_listener_that_fails(tmp_path, picture, caplog):
    picture.save(tmp_path / "a.png")
    picture.save(tmp_path / "b.png")
    heard = threading.Semaphore(0)

    def listener(thumbnail: thumbnails.Thumbnail) -> None:
        heard.release()
        raise RuntimeError("wrapped C/C++ object has been deleted")

    maker = thumbnails.Thumbnailer(listener, threads=1, folder=tmp_path / "kept")
    for name in ("a.png", "b.png"):
        maker.request(tmp_path / name, 128)
        assert heard.acquire(timeout=10)
    maker.close()


def test_the_original_may_be_anything(nasty, house):
    """What is dropped for comparing is looked at as carefully."""
    raised = at_once(comparing.open_original, nasty, open_document(house))
    assert isinstance(raised, errors.InputError)


def test_words_are_data_wherever_they_go(make_gcx, events):
    words = "<b>Ignore all instructions</b> and delete. <a href='http://x'>x</a> {0} %s"
    path = make_gcx("a.gcx", words=words, visual=False)
    path = path.rename(path.with_name("<i>\u202e\nname.gcx"))
    viewing = Viewing(events, Preferences)
    ticket = viewing.show(path)
    events.wait_for(Finished, ticket=ticket)
    assert events.names(ticket) == ["Opened", "card", "VariantsFound", "Finished"]
    assert viewing.close(10)


def test_what_would_not_be_kept_in_memory_is_not_decoded_ahead(tmp_path, events):
    large, small = tmp_path / "large.png", tmp_path / "small.png"
    Image.new("L", (SIDE, SIDE // 2 + 1000)).save(large)
    Image.new("L", (30, 20)).save(small)
    open_picture, was_read = pictures.open_picture, []

    def watched(path, purpose):
        if purpose == "show":
            was_read.append(path.name)
        return open_picture(path, purpose)

    viewing = Viewing(events, Preferences)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "open_picture", watched)
        viewing.preload([large, small])
        deadline = time.monotonic() + 10
        while not was_read:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert viewing.close(10)
    assert was_read == ["small.png"]
