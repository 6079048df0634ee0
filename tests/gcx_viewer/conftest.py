"""What every test of the viewer has: files to open, a place of its own, somebody who listens."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PIL import Image, ImageDraw

from gcx_format import Descriptor, encode, read, write
from gcx_format.codecs import code_text
from gcx_format.extras import is_installed

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

collect_ignore_glob = [] if is_installed("PyQt6", "keyring", "tomlkit") else ["*"]

WORDS = "A red house by the sea, with a white door."
SIZE = (320, 200)

E = TypeVar("E")


@pytest.fixture(autouse=True)
def place(clean_environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test reaches the preferences, the keyring or the desktop of whoever runs it.

    The value is the folder that holds all that the viewer writes on its own; it is not there yet.
    """
    home = clean_environment
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("GCX_VIEWER_PREFERENCES", str(home / "config" / "viewer.json"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    return home


@pytest.fixture(scope="session")
def picture() -> Image.Image:
    """A red disc at the left of a slope from orange to blue."""
    orange = Image.new("RGB", SIZE, (230, 150, 60))
    blue = Image.new("RGB", SIZE, (30, 60, 200))
    passing = Image.linear_gradient("L").rotate(90).resize(SIZE)
    made = Image.composite(blue, orange, passing)
    ImageDraw.Draw(made).ellipse((40, 60, 120, 140), (170, 20, 20))
    return made


@pytest.fixture(scope="session")
def descriptor(picture: Image.Image) -> Descriptor:
    """The picture with words and a visual condition."""
    return encode(picture, text=WORDS, visual_bytes=200)


MakeGcx = Callable[..., Path]


@pytest.fixture
def make_gcx(descriptor: Descriptor, tmp_path: Path) -> MakeGcx:
    """Writes `.gcx` files, quickly: `make_gcx("a.gcx", words="…" or None, visual=True, size=…)`.

    Each name gives a descriptor of its own, for its name is in its note. The parts are those
    of `descriptor`, so a size should keep its proportions of 8 to 5 if there is a condition.
    """

    def make(
        name: str | Path = "house.gcx",
        *,
        words: str | None = WORDS,
        visual: bool = True,
        size: tuple[int, int] | None = None,
    ) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        coded = descriptor.visual if visual else None
        if coded is not None and size is not None:
            coded = replace(coded, scale=coded.scale * size[0] / descriptor.width)
        made = Descriptor(
            width=(size or SIZE)[0],
            height=(size or SIZE)[1],
            coded_text=None if words is None else code_text(words),
            visual=coded,
            note=path.stem,
        )
        write(path, made, overwrite=True)
        return path

    return make


@pytest.fixture
def house(make_gcx: MakeGcx) -> Path:
    """Words and a visual condition, 320 x 200."""
    return make_gcx("house.gcx")


@pytest.fixture
def words_only(make_gcx: MakeGcx) -> Path:
    """Words and no visual condition."""
    return make_gcx("words.gcx", visual=False)


@pytest.fixture
def visual_only(make_gcx: MakeGcx) -> Path:
    """A visual condition and no words."""
    return make_gcx("visual.gcx", words=None)


@pytest.fixture
def corrupt(make_gcx: MakeGcx) -> Path:
    """A file that was damaged on its way."""
    path = make_gcx("corrupt.gcx")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    return path


@pytest.fixture
def damaged_visual(make_gcx: MakeGcx) -> Path:
    """A valid file whose visual condition is not AV1."""
    path = make_gcx("damaged.gcx")
    made = read(path)
    assert made.visual is not None
    payload = bytes(len(made.visual.payload))
    write(path, replace(made, visual=replace(made.visual, payload=payload)), overwrite=True)
    return path


@pytest.fixture
def missing_codec(make_gcx: MakeGcx) -> Path:
    """A valid file whose visual condition needs a codec that is not installed with the viewer."""
    path = make_gcx("other-codec.gcx")
    made = read(path)
    assert made.visual is not None
    visual = replace(made.visual, codec="msillm", variant=3)
    write(path, replace(made, visual=visual), overwrite=True)
    return path


@pytest.fixture
def photograph(picture: Image.Image, tmp_path: Path) -> Path:
    """An ordinary picture, a JPEG file of 320 x 200."""
    path = tmp_path / "photograph.jpg"
    picture.save(path, quality=90)
    return path


class Recorder:
    """A listener that keeps every event, for tests that wait for one."""

    def __init__(self) -> None:
        self.all: list[Any] = []
        self._changed = threading.Condition()

    def __call__(self, event: object) -> None:
        with self._changed:
            self.all.append(event)
            self._changed.notify_all()

    def of(self, ticket: int) -> list[Any]:
        """The events of one `show`, in their order."""
        with self._changed:
            return [event for event in self.all if event.ticket == ticket]

    def names(self, ticket: int) -> list[str]:
        """The same, by their names, a `Showing` by the kind of its picture."""
        return [
            event.picture.kind if hasattr(event, "picture") else type(event).__name__
            for event in self.of(ticket)
        ]

    def wait_for(
        self,
        type: type[E] | tuple[type[E], ...],
        timeout: float = 10,
        *,
        ticket: int | None = None,
        where: Callable[[E], bool] = lambda event: True,
    ) -> E:
        """The first event of a type (and ticket, and property), as soon as it came.

        Raises:
            AssertionError: it did not come in time.
        """
        deadline = time.monotonic() + timeout
        with self._changed:
            while True:
                for event in self.all:
                    if (
                        isinstance(event, type)
                        and ticket in (None, event.ticket)  # type: ignore[attr-defined]
                        and where(event)
                    ):
                        return event
                left = deadline - time.monotonic()
                assert left > 0, f"no {type} of {ticket} in {timeout} s, only {self.all}"
                self._changed.wait(left)

    def wait_in_vain_for(self, type: type[E], seconds: float = 1, *, ticket: int) -> bool:
        """Whether such an event comes in some time, which it should not."""
        with self._changed:
            return self._changed.wait_for(
                lambda: any(isinstance(e, type) and e.ticket == ticket for e in self.all), seconds
            )

    def wait_for_kind(self, kind: str, timeout: float = 10, *, ticket: int | None = None) -> Any:
        """The first picture of a kind that was to be shown."""
        from gcx_viewer.core.events import Showing

        return self.wait_for(
            Showing, timeout, ticket=ticket, where=lambda event: event.picture.kind == kind
        ).picture


@pytest.fixture
def events() -> Recorder:
    """A listener that keeps every event."""
    return Recorder()


@pytest.fixture
def no_threads_left() -> Iterator[None]:
    """Fails if a thread that the test started outlives it."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 5
    while (left := set(threading.enumerate()) - before) and time.monotonic() < deadline:
        next(iter(left)).join(0.05)
    assert not left
