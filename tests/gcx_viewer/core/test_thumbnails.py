"""Thumbnails: as other programs find them, of the last that was asked for first."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from gcx_viewer.core.thumbnails.files import kept_side, thumbnail_folder, uri
from gcx_viewer.core.thumbnails.thumbnailer import Thumbnail, Thumbnailer, render


class Ear:
    """A listener that can be waited for, and can hold the threads that tell it something."""

    def __init__(self) -> None:
        self.told: list[Thumbnail] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self._changed = threading.Condition()

    def __call__(self, thumbnail: Thumbnail) -> None:
        with self._changed:
            self.told.append(thumbnail)
            self._changed.notify_all()
        assert self.may_go_on.wait(10)

    def wait(self, count: int = 1) -> Thumbnail:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.told) >= count, 10)
            return self.told[count - 1]


Start = Callable[..., tuple[Thumbnailer, Ear]]


@pytest.fixture
def start(no_threads_left: None) -> Iterator[Start]:
    made: list[tuple[Thumbnailer, Ear]] = []

    def begin(**options: Any) -> tuple[Thumbnailer, Ear]:
        ear = Ear()
        made.append((Thumbnailer(ear, **options), ear))
        return made[-1]

    yield begin
    for thumbnailer, ear in made:
        ear.may_go_on.set()
        thumbnailer.close()


def kept(path: Path, folder: str = "large") -> Path:
    name = hashlib.md5(uri(path).encode()).hexdigest() + ".png"
    return thumbnail_folder() / folder / name


def test_the_uri_is_that_of_the_standard() -> None:
    path = Path("/home/jens/photos/me.png")
    assert uri(path) == "file:///home/jens/photos/me.png"
    assert kept(path).name == "c6ee772d9e49320e97ec29a7eb5b1697.png"


@pytest.mark.skipif(shutil.which("gio") is None, reason="GLib's program is not installed")
def test_the_uri_is_spelt_as_glib_spells_it(tmp_path: Path) -> None:
    path = tmp_path / "a;b$c&d+e,f:g=h@i!j*k(l)m~n[o]é %?#'\".png"
    path.touch()
    told = subprocess.run(["gio", "info", path], capture_output=True, text=True, check=True)
    assert f"uri: {uri(path)}\n" in told.stdout


@pytest.mark.parametrize(("side", "larger"), [(1, 128), (128, 128), (129, 256), (5000, 1024)])
def test_sizes_are_those_of_the_standard(side: int, larger: int) -> None:
    assert kept_side(side) == larger


def test_a_thumbnail_lies_where_others_look_for_it(photograph: Path, start: Start) -> None:
    thumbnailer, ear = start()
    thumbnailer.request(photograph, 256)
    told = ear.wait()
    assert told.path == photograph
    assert told.image is not None
    assert told.image.size == (256, 160)
    thumbnailer.close()
    place = kept(photograph)
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    assert [file.name for file in place.parent.iterdir()] == [place.name]
    with Image.open(place) as image:
        assert image.info["Thumb::URI"] == uri(photograph)
        assert image.info["Thumb::MTIME"] == str(int(photograph.stat().st_mtime))
        assert image.info["Software"].startswith("gcx-viewer")
        assert "XML:com.adobe.xmp" not in image.info


def test_one_that_another_program_left_is_taken(photograph: Path, start: Start) -> None:
    place = kept(photograph)
    place.parent.mkdir(parents=True)
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Thumb::URI", uri(photograph))
    chunks.add_text("Thumb::MTIME", str(int(photograph.stat().st_mtime)))
    chunks.add_text("Thumb::Size", str(photograph.stat().st_size))
    Image.new("RGB", (256, 160), (0, 255, 0)).save(place, pnginfo=chunks)
    thumbnailer, ear = start()
    thumbnailer.request(photograph, 256)
    told = ear.wait()
    assert told.image is not None
    assert told.image.getpixel((0, 0)) == (0, 255, 0)


@pytest.mark.parametrize("spoilt", ["time", "uri", "size", "bytes", "content"])
def test_one_that_does_not_fit_is_made_anew(photograph: Path, start: Start, spoilt: str) -> None:
    place = kept(photograph)
    place.parent.mkdir(parents=True)
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Thumb::URI", "file:///x" if spoilt == "uri" else uri(photograph))
    time = int(photograph.stat().st_mtime) - (spoilt == "time")
    chunks.add_text("Thumb::MTIME", str(time))
    if spoilt == "bytes":
        chunks.add_text("Thumb::Size", "5")
    side = 2000 if spoilt == "size" else 256
    Image.new("RGB", (side, 160), (0, 255, 0)).save(place, pnginfo=chunks)
    if spoilt == "content":
        place.write_bytes(place.read_bytes()[:-30])
    thumbnailer, ear = start()
    thumbnailer.request(photograph, 256)
    told = ear.wait()
    assert told.image is not None
    assert told.image.size == (256, 160)
    assert told.image.getpixel((0, 0)) != (0, 255, 0)


def test_what_a_gcx_shows_is_marked_and_nobody_is_asked(
    house: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-x")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    thumbnailer, ear = start()
    thumbnailer.request(house, 128)
    told = ear.wait()
    assert told.image is not None
    assert told.image.size == (128, 80)
    thumbnailer.close()
    with Image.open(kept(house, "normal")) as image:
        assert "algorithmicallyEnhanced" in image.info["XML:com.adobe.xmp"]


def test_a_smaller_size_comes_from_the_next_larger_that_is_kept(
    photograph: Path, start: Start
) -> None:
    thumbnailer, ear = start()
    thumbnailer.request(photograph, 200)
    told = ear.wait()
    thumbnailer.close()
    assert told.image is not None
    assert told.image.size == (200, 125)
    with Image.open(kept(photograph)) as image:
        assert image.size == (256, 160)


def test_a_failure_is_kept_for_the_next_time(corrupt: Path, start: Start) -> None:
    thumbnailer, ear = start()
    thumbnailer.request(corrupt, 128)
    assert ear.wait().image is None
    thumbnailer.close()
    [place] = thumbnail_folder().glob("fail/gcx-viewer-*/*.png")
    assert place.name == kept(corrupt).name
    changed = place.stat().st_mtime_ns
    thumbnailer, ear = start()
    thumbnailer.request(corrupt, 128)
    assert ear.wait().image is None
    thumbnailer.close()
    assert place.stat().st_mtime_ns == changed


def test_a_failed_file_that_has_changed_is_tried_again(
    corrupt: Path, photograph: Path, start: Start
) -> None:
    thumbnailer, ear = start()
    thumbnailer.request(corrupt, 128)
    assert ear.wait().image is None
    whole = photograph.read_bytes()
    file = corrupt.with_suffix(".jpg")
    file.write_bytes(whole[:100])
    thumbnailer.request(file, 128)
    assert ear.wait(2).image is None
    file.write_bytes(whole)
    os.utime(file, (1, 1))
    thumbnailer.request(file, 128)
    assert ear.wait(3).image is not None


def test_what_was_forgotten_while_it_was_made_is_made_again(make_gcx: Any, start: Start) -> None:
    first, changing = make_gcx("a.gcx"), make_gcx("b.gcx", words=None, visual=True)
    thumbnailer, ear = start(threads=1)
    ear.may_go_on.clear()
    thumbnailer.request(first, 128)
    ear.wait()
    thumbnailer.request(changing, 128)
    thumbnailer.forget(changing)
    thumbnailer.request(changing, 100)
    ear.may_go_on.set()
    assert ear.wait(2).side == 100
    thumbnailer.close()
    assert len(ear.told) == 2


def test_what_is_not_there_fails_and_leaves_nothing(tmp_path: Path, start: Start) -> None:
    thumbnailer, ear = start()
    thumbnailer.request(tmp_path / "gone.png", 128)
    assert ear.wait().image is None
    thumbnailer.close()
    assert not thumbnail_folder().exists()


def test_the_last_that_was_asked_for_comes_first(make_gcx: Any, start: Start) -> None:
    files = [make_gcx(f"{number}.gcx") for number in range(5)]
    thumbnailer, ear = start(threads=1)
    ear.may_go_on.clear()
    thumbnailer.request(files[0], 128)
    ear.wait()
    for file in (*files[1:], files[2]):
        thumbnailer.request(file, 128)
    ear.may_go_on.set()
    ear.wait(5)
    assert [told.path.stem for told in ear.told] == ["0", "2", "4", "3", "1"]


def test_what_was_scrolled_away_is_not_made(make_gcx: Any, start: Start) -> None:
    files = [make_gcx(f"{number}.gcx") for number in range(4)]
    thumbnailer, ear = start(threads=1)
    ear.may_go_on.clear()
    thumbnailer.request(files[0], 128)
    ear.wait()
    for file in files[1:]:
        thumbnailer.request(file, 128)
    assert thumbnailer.keep_only({files[2]}) == {files[1], files[3]}
    ear.may_go_on.set()
    ear.wait(2)
    thumbnailer.close()
    assert [told.path for told in ear.told] == [files[0], files[2]]


def test_closing_forgets_what_waits(make_gcx: Any, start: Start) -> None:
    files = [make_gcx(f"{number}.gcx") for number in range(4)]
    thumbnailer, ear = start(threads=1)
    ear.may_go_on.clear()
    for file in files:
        thumbnailer.request(file, 128)
    ear.wait()
    ear.may_go_on.set()
    thumbnailer.close()
    thumbnailer.request(files[0], 128)
    assert len(ear.told) <= 2


def test_a_disk_that_takes_nothing_is_no_obstacle(
    photograph: Path, tmp_path: Path, start: Start
) -> None:
    (tmp_path / "file").touch()
    thumbnailer, ear = start(folder=tmp_path / "file" / "thumbnails")
    thumbnailer.request(photograph, 128)
    assert ear.wait().image is not None


def test_no_thumbnails_of_thumbnails(photograph: Path, start: Start) -> None:
    thumbnailer, ear = start()
    thumbnailer.request(photograph, 256)
    ear.wait()
    thumbnailer.close()
    thumbnailer, ear = start()
    thumbnailer.request(kept(photograph), 256)
    assert ear.wait().image is not None
    thumbnailer.close()
    assert len(list(thumbnail_folder().rglob("*.png"))) == 1


def test_photographs_lie_upright_and_keep_what_is_transparent(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (400, 200)).save(tmp_path / "turned.jpg", exif=exif)
    Image.new("RGBA", (400, 200), (255, 0, 0, 100)).save(tmp_path / "glass.png")
    assert render(tmp_path / "turned.jpg", 128)[0].size == (64, 128)
    glass, _ = render(tmp_path / "glass.png", 128)
    assert glass.getpixel((5, 5)) == (255, 0, 0, 100)
