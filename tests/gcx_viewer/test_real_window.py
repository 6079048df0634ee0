"""A real window on a real screen, driven by keys from outside, judged by the pixels it shows."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image, ImageChops, ImageGrab, features

from gcx_format import encode, write
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.settings import load_settings
from openai_server import OpenAIServer, colours_of

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a screen of X11"),
    pytest.mark.skipif(not features.check("xcb"), reason="Pillow takes no pictures of the screen"),
    *(
        pytest.mark.skipif(shutil.which(name) is None, reason=f"{name} is not installed")
        for name in ("Xvfb", "xdotool")
    ),
]

SCREEN = (1280, 900)
SECONDS = 20.0
RED, GREEN, BLUE = (200, 30, 40), (30, 170, 60), (40, 60, 210)
WORDS = "A wall painted in one colour from one end to the other."

_TOLERANCE = 24
_MORE_THAN_A_THUMBNAIL = 50_000

Colour = tuple[int, int, int]


class Box(NamedTuple):
    """Where something is on the screen."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top


class Screen:
    """A screen of its own, with windows on it and a keyboard."""

    def __init__(self, display: str) -> None:
        self.display = display
        self._started: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """The viewer, as a user starts it."""
        process = subprocess.Popen(
            [sys.executable, "-m", "gcx_viewer", *map(str, arguments)],
            env=os.environ | {"DISPLAY": self.display, "QT_QPA_PLATFORM": "xcb"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._started.append(process)
        return process

    def focus(self, name: str) -> None:
        """Give the keyboard to the window that has this in its title, once there is one."""
        until(lambda: self.windows(name))
        window = self.windows(name)[0]
        assert self._xdotool("windowfocus", "--sync", window) is not None

    def windows(self, name: str) -> list[str]:
        """Those that have this in their titles."""
        return self._xdotool("search", "--onlyvisible", "--name", name).split()

    def focus_dialog(self, name: str) -> None:
        """Give the keyboard to the second window of this title, once there is one."""
        until(lambda: len(self.windows(name)) > 1)
        dialog = max(self.windows(name), key=int)
        assert self._xdotool("windowfocus", "--sync", dialog) is not None

    def press(self, *keys: str) -> None:
        """Press and let go of keys, one after the other."""
        self._xdotool("key", *keys)

    def hold(self, key: str) -> None:
        self._xdotool("keydown", key)

    def let_go(self, key: str) -> None:
        self._xdotool("keyup", key)

    def title(self) -> str:
        return self._xdotool("getwindowfocus", "getwindowname")

    def picture(self) -> Image.Image:
        """All that is to be seen."""
        return ImageGrab.grab(xdisplay=self.display)

    def place_of(self, colour: Colour, least: int = _MORE_THAN_A_THUMBNAIL) -> Box | None:
        """What pixels near a colour span; None where there are fewer than so many."""
        alike = mask(self.picture(), colour)
        if alike.histogram()[255] < least:
            return None
        found = alike.getbbox()
        return None if found is None else Box(*found)

    def wait_for(self, colour: Colour) -> None:
        """Wait until a picture of this colour is to be seen."""
        until(lambda: self.place_of(colour) is not None)

    def settled(self, colour: Colour, *, after: Box | None = None) -> Box:
        """Where a colour is, once that is no longer as it was and does not change any more."""
        seen: list[Box | None] = []

        def is_still() -> bool:
            seen.append(self.place_of(colour))
            return seen[-1] not in (None, after) and seen[-3:] == [seen[-1]] * 3

        until(is_still)
        assert seen[-1] is not None
        return seen[-1]

    def end(self) -> str:
        """End what still runs, and return what all of them said."""
        said = ""
        for process in self._started:
            if process.poll() is None:
                process.send_signal(signal.SIGKILL)
            said += process.communicate()[0]
        return said

    def _xdotool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["xdotool", *arguments],
            env=os.environ | {"DISPLAY": self.display},
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS,
        )
        return done.stdout.strip()


def mask(image: Image.Image, colour: Colour) -> Image.Image:
    """White where an image is near a colour."""
    difference = ImageChops.difference(image.convert("RGB"), Image.new("RGB", image.size, colour))
    bands = [band.point(lambda value: 255 * (value <= _TOLERANCE)) for band in difference.split()]
    return ImageChops.darker(ImageChops.darker(bands[0], bands[1]), bands[2])


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """The name of a display that nobody else has."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{SCREEN[0]}x{SCREEN[1]}x24"]
    server = subprocess.Popen(
        [*command, "-nolisten", "tcp", "-noreset"],
        pass_fds=(writing,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as file:
            number = file.readline().strip()
        assert number, "Xvfb ended"
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


@pytest.fixture
def screen(
    display: str, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Screen]:
    """The display, for a user whom nobody else meets; in the end nobody has complained."""
    runtime = place / "run"
    runtime.mkdir(mode=0o700, parents=True)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    screen = Screen(display)
    yield screen
    said = screen.end()
    assert "Traceback" not in said, said


@pytest.fixture(scope="module")
def walls(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Three files of one colour each: a red and a blue descriptor, a green photograph between."""
    folder = tmp_path_factory.mktemp("walls")
    paths = [folder / "1.gcx", folder / "2.png", folder / "3.gcx"]
    for path, colour in zip(paths, (RED, GREEN, BLUE), strict=True):
        picture = Image.new("RGB", (1600, 1000), colour)
        if path.suffix == ".png":
            picture.save(path)
        else:
            write(path, encode(picture, text=WORDS, visual_bytes=120))
    return paths


def test_the_first_picture_then_the_next_then_the_end(screen: Screen, walls: list[Path]) -> None:
    viewer = screen.start(walls[0])
    screen.wait_for(RED)
    screen.focus("1.gcx")
    screen.press("Right")
    screen.wait_for(GREEN)
    assert screen.place_of(RED) is None
    assert screen.title().startswith("2.png")
    screen.press("Right")
    screen.wait_for(BLUE)
    screen.press("Left", "Left")
    screen.wait_for(RED)
    screen.press("ctrl+q")
    assert viewer.wait(SECONDS) == 0


def test_the_panel_takes_room_and_full_screen_leaves_the_picture_alone(
    screen: Screen, walls: list[Path]
) -> None:
    viewer = screen.start(walls[1])
    screen.focus("2.png")
    screen.wait_for(GREEN)
    with_thumbnail = screen.settled(GREEN)
    screen.press("t")
    alone = screen.settled(GREEN, after=with_thumbnail)
    screen.press("i")
    beside_panel = screen.settled(GREEN, after=alone)
    assert beside_panel.right < alone.right - 100
    screen.press("f")
    full = screen.settled(GREEN, after=beside_panel)
    assert full.width >= alone.width
    above = screen.picture().crop((full.left, 0, full.right, full.top))
    assert above.getcolors(1) is not None, "neither menus nor tools"
    screen.press("Escape")
    until(lambda: screen.place_of(GREEN) == beside_panel)
    screen.press("i")
    until(lambda: screen.place_of(GREEN) == alone)
    screen.press("ctrl+q")
    assert viewer.wait(SECONDS) == 0


def test_a_key_that_is_held_stops_where_it_is_let_go(screen: Screen, tmp_path: Path) -> None:
    for number in range(400):
        Image.new("RGB", (160, 100), (30, 60 + number % 100, 90)).save(tmp_path / f"{number}.png")
    viewer = screen.start(tmp_path / "0.png")
    screen.focus("0.png")
    until(lambda: screen.title().startswith("0.png"))
    screen.hold("Right")
    until(lambda: number_in(screen.title()) >= 10)
    screen.let_go("Right")
    reached = number_in(screen.title())
    for _ in range(20):
        assert number_in(screen.title()) <= reached + 1
    screen.press("ctrl+q")
    assert viewer.wait(SECONDS) == 0


def number_in(title: str) -> int:
    return int(title.partition(".")[0])


def test_a_second_start_hands_its_file_to_the_window_that_is_there(
    screen: Screen, walls: list[Path]
) -> None:
    viewer = screen.start(walls[0])
    screen.wait_for(RED)
    second = screen.start(walls[2])
    assert second.wait(SECONDS) == 0
    screen.wait_for(BLUE)
    assert screen.place_of(RED) is None
    assert viewer.poll() is None
    screen.focus("3.gcx")
    screen.press("ctrl+q")
    assert viewer.wait(SECONDS) == 0


def test_return_has_the_picture_painted(
    screen: Screen, walls: list[Path], openai_environment: OpenAIServer
) -> None:
    viewer = screen.start(walls[0])
    screen.wait_for(RED)
    screen.focus("1.gcx")
    patch = colours_of(WORDS)[0]
    fewest = 500
    assert openai_environment.calls() == 0
    assert screen.place_of(patch, fewest) is None
    until(lambda: (screen.press("Return"), openai_environment.calls())[1])
    until(lambda: screen.place_of(patch, fewest) is not None)
    screen.press("ctrl+q")
    assert viewer.wait(SECONDS) == 0
    assert openai_environment.pictures_made == 1


@pytest.mark.parametrize(("answer", "kept"), [("Return", 1), ("alt+s", 0)])
def test_the_end_in_the_middle_of_painting_asks_and_the_default_finishes(
    screen: Screen, walls: list[Path], openai_environment: OpenAIServer, answer: str, kept: int
) -> None:
    openai_environment.is_held = bool(kept)
    openai_environment.script(*([] if kept else ["stall"]))
    viewer = screen.start(walls[2])
    screen.wait_for(BLUE)
    screen.focus("3.gcx")
    until(lambda: (screen.press("Return"), openai_environment.calls())[1])
    screen.press("q")
    screen.press("ctrl+q")
    screen.focus_dialog("3.gcx")
    assert viewer.poll() is None
    screen.press(answer)
    until(lambda: not screen.windows("3.gcx"))
    if kept:
        assert viewer.poll() is None, "it waits for what is paid for"
        openai_environment.is_held = False
    assert viewer.wait(SECONDS) == 0
    assert openai_environment.pictures_made == kept
    assert openai_environment.requests[0].abandoned is not bool(kept)
    settings = load_settings()
    cache = Cache(settings.cache_folder, settings.cache_max_bytes)
    assert len(cache.variants(descriptor_hash(walls[2].read_bytes()))) == kept


def test_a_signal_in_the_middle_of_painting_ends_without_a_question(
    screen: Screen, walls: list[Path], openai_environment: OpenAIServer
) -> None:
    openai_environment.script("stall")
    viewer = screen.start(walls[2])
    screen.wait_for(BLUE)
    screen.focus("3.gcx")
    until(lambda: (screen.press("Return"), openai_environment.calls())[1])
    viewer.send_signal(signal.SIGTERM)
    assert viewer.wait(SECONDS) == 128 + signal.SIGTERM
    until(lambda: openai_environment.requests[0].abandoned)
    assert openai_environment.pictures_made == 0
