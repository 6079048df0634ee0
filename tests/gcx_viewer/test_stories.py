"""Stories from the first click to the last, as a user of the program lives them.

What one window does by itself is told in `gui/test_main_window.py`; here are the stories that
go through several windows, several starts, a clipboard, a thousand files, or an early end.
Widgets are found as whoever does not see them finds them: by their accessible names.
"""

from __future__ import annotations

import io
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PyQt6.QtCore import QElapsedTimer, QEvent, QLocale, QPoint, Qt, QTimer
from PyQt6.QtGui import QAction, QKeyEvent, QKeySequence
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QDoubleSpinBox,
    QLabel,
    QLineEdit,
    QListView,
    QMessageBox,
    QWidget,
)

from gcx_format import read
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.settings import load_settings
from gcx_viewer.app import Viewer
from gcx_viewer.core import preferences as remembered
from gcx_viewer.gui.encoding.window import EncodeWindow
from gcx_viewer.gui.window.main_window import MainWindow
from openai_server import Fault, OpenAIServer, shows

SECONDS = 10_000
"""Milliseconds, that is, to wait for what should come at once."""

BY_A_MODEL = "digitalsourcetype/trainedAlgorithmicMedia"
NOTICE, PROGRESS, PROBLEM, WELCOME = "Notice", "Progress", "Problem", "Welcome"
CTRL = Qt.KeyboardModifier.ControlModifier


class Person:
    """Who starts the viewer, reads what is on the screen, and presses keys."""

    def __init__(self, qtbot, qapp: QApplication) -> None:
        self._qtbot = qtbot
        self._application = qapp
        self._before = set(threading.enumerate())
        self.viewer: Viewer | None = None
        self.window: MainWindow

    def starts(self, *paths: Path) -> None:
        """The program, which has its memory of the last time."""
        self.viewer = Viewer(self._application, remembered.load())
        self.window = self.viewer.open_window(paths)
        self._qtbot.waitExposed(self.window)

    def ends(self) -> None:
        """The program; no thread of it is left."""
        assert self.viewer is not None
        for window in list(self.viewer.windows):
            window.end(finish=False)
            window.deleteLater()
        for window in QApplication.topLevelWidgets():
            if window.isVisible():
                window.close()
        self.viewer = None
        deadline = time.monotonic() + SECONDS / 1000
        while (left := self.threads()) and time.monotonic() < deadline:
            left[0].join(0.05)
        assert left == []

    def threads(self) -> list[threading.Thread]:
        """Those of the program, and none of the test's server.

        Threads of Qt's are known to Python for ever once they have run a line of it.
        """
        return [
            thread
            for thread in set(threading.enumerate()) - self._before
            if not isinstance(thread, threading._DummyThread)
            and thread.name != "openai server"
            and "process_request_thread" not in thread.name
        ]

    # Looking

    def waits(self, condition: Callable[[], object]) -> None:
        self._qtbot.waitUntil(lambda: bool(condition()), timeout=SECONDS)

    def sees(self, path: Path, kind: str) -> Image.Image:
        """A picture of this kind, of this file, once it stands on the screen."""

        def is_there() -> bool:
            document, picture = self.window.state.document, self.window.canvas.picture
            return bool(document and document.path == path and picture and picture.kind == kind)

        self.waits(is_there)
        assert self.window.canvas.picture is not None
        return self.window.canvas.picture.image

    def part(self, name: str) -> QWidget | None:
        """The part of the window of this name, if it is to be seen."""
        found = (
            part for part in self.window.findChildren(QWidget) if part.accessibleName() == name
        )
        return next((part for part in found if part.isVisible()), None)

    def reads(self, *, within: QWidget | None = None) -> str:
        """All words that are to be seen."""
        parts = (within or self.window).findChildren(QWidget)
        seen = [part for part in parts if part.isVisible()]
        words = [part.text() for part in seen if isinstance(part, QLabel)]
        return "\n".join(words + [part.accessibleName() for part in seen])

    def waits_for(self, name: str) -> QWidget:
        """The part of the window of this name, once it is to be seen."""
        self.waits(lambda: self.part(name))
        part = self.part(name)
        assert part is not None
        return part

    def dialog(self) -> QDialog:
        """The one dialog that is open."""
        self.waits(QApplication.activeModalWidget)
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        return dialog

    # Doing

    def presses(self, key: Qt.Key, held: Qt.KeyboardModifier | None = None) -> None:
        """A key, as the desktop hands it to the window."""
        self.window.activateWindow()  # no desktop gives it back when a dialog closes
        self.waits(self.window.isActiveWindow)
        QTest.keyClick(self.window.windowHandle(), key, held or Qt.KeyboardModifier.NoModifier)

    def holds(self, key: Qt.Key) -> None:
        """The key once more, as the keyboard repeats it while it is held down."""
        target = QApplication.focusWidget() or self.window
        event = QKeyEvent(
            QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier, "", True
        )
        QApplication.sendEvent(target, event)
        [action] = [a for a in self.window.actions() if QKeySequence(key) in a.shortcuts()]
        action.trigger()

    def chooses(self, name: str) -> None:
        """Something out of the menus."""
        assert self.can_choose(name)
        self.window.findChild(QAction, name).trigger()

    def can_choose(self, name: str) -> bool:
        return self.window.findChild(QAction, name).isEnabled()

    def clicks(self, text: str, within: QWidget) -> None:
        """The button that begins so."""
        [button] = [
            button
            for button in within.findChildren(QAbstractButton)
            if button.isVisible() and button.text().replace("&", "").startswith(text)
        ]
        assert button.isEnabled()
        self._qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    def offer(self) -> str:
        """What the badge offers to have painted, and for how much, or nothing."""
        button = self.window.presenting.badge.paint_button
        return button.text() if button.isVisible() else ""

    def agrees(self) -> None:
        """To what is offered, with the key for that; before it can be read, that does nothing."""
        self.waits(self.offer)

        def is_taken() -> bool:
            self.presses(Qt.Key.Key_Return)
            return not self.offer()

        self.waits(is_taken)


@pytest.fixture
def person(qtbot, qapp) -> Iterator[Person]:
    person = Person(qtbot, qapp)
    yield person
    if person.viewer is not None:
        person.ends()


def kept(path: Path) -> list[Path]:
    """The pictures of a file in the cache."""
    settings = load_settings()
    cache = Cache(settings.cache_folder, settings.cache_max_bytes)
    return [variant.path for variant in cache.variants(descriptor_hash(path.read_bytes()))]


def xmp_of(data: bytes) -> str:
    with Image.open(io.BytesIO(data)) as image:
        found = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return found if isinstance(found, str) else found.decode()


# --- from the first preview to another day


def test_painted_today_and_looked_at_tomorrow_without_a_network(
    person: Person, house: Path, openai_environment: OpenAIServer
) -> None:
    openai_environment.pace = 0.05
    kinds: list[str] = []
    person.starts(house)
    person.window.canvas.taken.connect(lambda picture: kinds.append(picture.kind))
    person.sees(house, "preview")
    assert "Preview · " in person.reads()
    person.waits(person.offer)
    assert "$" in person.offer()
    assert openai_environment.calls() == 0
    person.agrees()
    person.sees(house, "partial")
    assert person.part(PROGRESS)
    assert "unfinished" in person.reads()
    painted = person.sees(house, "reconstruction")
    assert list(dict.fromkeys(kinds)) == ["preview", "partial", "reconstruction"]
    assert shows(painted, read(house).text or "")
    person.ends()

    openai_environment.stop()
    person.starts(house)
    assert person.sees(house, "reconstruction").tobytes() == painted.tobytes()
    assert "Painted by gpt-4o" in person.reads()
    assert not person.part(NOTICE)
    assert not person.offer()


def test_a_trusted_folder_is_painted_after_the_next_start_and_others_are_asked_about(
    person: Person, make_gcx, openai_environment: OpenAIServer
) -> None:
    first, later = make_gcx("trusted/1.gcx"), make_gcx("trusted/deep/2.gcx")
    elsewhere = make_gcx("elsewhere/3.gcx")
    person.starts(first)
    person.waits(lambda: person.window.presenting.badge.was_seen)
    [choice] = person.window.presenting.badge.folder_button.menu().actions()
    assert choice.text().startswith("Paint every picture I open in this folder, about $")
    choice.trigger()
    person.sees(first, "reconstruction")
    person.ends()

    person.starts(later)
    person.sees(later, "reconstruction")
    assert not person.offer()
    person.window.open_paths([elsewhere])
    person.waits(person.offer)
    person.sees(elsewhere, "preview")
    assert openai_environment.pictures_made == 2


def test_what_one_window_had_painted_another_one_shows(
    person: Person, house: Path, openai_environment: OpenAIServer
) -> None:
    person.starts(house)
    person.agrees()
    person.sees(house, "reconstruction")
    person.chooses("new_window")
    [other] = [window for window in person.viewer.windows if window is not person.window]
    other.open_paths([house])
    person.window = other
    person.sees(house, "reconstruction")
    assert not person.offer()
    assert openai_environment.pictures_made == 1


# --- what goes wrong


def test_a_refusal_says_why_and_offers_no_second_try(
    person: Person, house: Path, visual_only: Path, openai_environment: OpenAIServer
) -> None:
    openai_environment.script("moderation")
    person.starts(house)
    person.agrees()
    notice = person.waits_for(NOTICE)
    assert "moderation" in person.reads(within=notice).casefold()
    assert not person.can_choose("retry"), "asking again may cost the account"
    person.sees(house, "preview")
    person.window.open_paths([visual_only])
    person.sees(visual_only, "preview")
    assert not person.part(NOTICE), "it was about another file"


def test_a_spending_limit_is_raised_where_it_is_told(
    person: Person, house: Path, openai_environment: OpenAIServer, tmp_path: Path
) -> None:
    (tmp_path / "gcx-config.toml").write_text("daily_limit_usd = 0.01\n")
    person.starts(house)
    person.waits(lambda: "exceed your spending limit" in person.reads())
    assert not person.offer()
    person.presses(Qt.Key.Key_Return)
    notice = person.waits_for(NOTICE)
    assert "$0.01" in person.reads(within=notice)
    assert openai_environment.calls() == 0
    person.clicks("Raise the Limit", notice)
    dialog = person.dialog()
    [limit] = [
        each for each in dialog.findChildren(QDoubleSpinBox) if "per day" in each.accessibleName()
    ]
    person.waits(lambda: limit.isEnabled() and limit.value() == 0.01)
    assert limit.isVisible(), "it is the page that opens"
    limit.setFocus()
    limit.selectAll()
    QTest.keyClicks(limit, "2")
    person.clicks("OK", dialog)
    person.agrees()
    person.sees(house, "reconstruction")
    assert not person.part(NOTICE)


def test_a_server_that_goes_away_in_the_middle_is_asked_again_by_a_key(
    person: Person, house: Path, openai_environment: OpenAIServer, monkeypatch
) -> None:
    monkeypatch.setenv("GCX_MAX_RETRIES", "0")
    openai_environment.script(Fault("stall", after=6))
    person.starts(house)
    person.agrees()
    person.sees(house, "partial")
    openai_environment.stop()
    person.waits_for(NOTICE)
    assert not person.part(PROGRESS)
    assert kept(house) == []
    openai_environment.start()
    person.presses(Qt.Key.Key_T, CTRL)
    person.sees(house, "reconstruction")
    assert not person.part(NOTICE)


def test_files_in_disrepair_stop_nobody(
    person: Person, make_gcx, corrupt: Path, photograph: Path
) -> None:
    good, other = make_gcx("mixed/1.gcx"), make_gcx("mixed/9.gcx")
    folder = good.parent
    shutil.copy(corrupt, folder / "2.gcx")
    (folder / "3.jpg").write_bytes(photograph.read_bytes()[:200])
    (folder / "4.gcx").write_bytes(b"")
    (folder / "5.png").write_bytes(b"GCX no picture")
    person.starts(good)
    person.sees(good, "preview")
    person.waits(lambda: "1 of 6" in person.reads())
    for name in ("2.gcx", "3.jpg", "4.gcx", "5.png"):
        person.presses(Qt.Key.Key_Right)
        person.waits(
            lambda name=name: person.window.state.path.name == name and person.part(PROBLEM)
        )
        assert person.window.canvas.picture is None
        assert "Preview" not in person.reads()
        assert not person.part(NOTICE)
    person.presses(Qt.Key.Key_Right)
    person.sees(other, "preview")
    person.chooses("grid")
    assert grid_of(person).model().rowCount() == 6


# --- an early end


def test_stopping_while_the_second_of_two_is_painted_keeps_the_first(
    person: Person, house: Path, openai_environment: OpenAIServer, monkeypatch
) -> None:
    monkeypatch.setenv("GCX_CANDIDATES", "2")
    openai_environment.script("ok", Fault("stall", after=1))
    person.starts(house)
    person.agrees()
    person.waits(lambda: len(kept(house)) == 1)
    assert person.threads()
    person.presses(Qt.Key.Key_W, CTRL)
    person.clicks("Stop", person.dialog())
    assert person.threads() == []
    openai_environment.stop()
    person.starts(house)
    person.sees(house, "reconstruction")
    assert openai_environment.pictures_made == 1


@pytest.mark.parametrize("key", [Qt.Key.Key_Q, Qt.Key.Key_W])
def test_quitting_while_pictures_are_paid_for_keeps_them_all_unless_told_otherwise(
    person: Person, make_gcx, openai_environment: OpenAIServer, key: Qt.Key
) -> None:
    """The answer comes only after the windows are gone, and is paid for in any case."""
    house = make_gcx("house.gcx")
    openai_environment.is_held = True
    person.starts(house)
    person.agrees()
    openai_environment.wait_for_calls(1)
    person.presses(Qt.Key.Key_Q)
    assert person.window.isVisible(), "a bare letter ends nothing"
    person.presses(key, CTRL)
    box = person.dialog()
    assert isinstance(box, QMessageBox)
    assert person.window.isVisible()
    QTest.keyClick(box, Qt.Key.Key_Return)
    person.waits(lambda: not person.window.isVisible())
    assert person.viewer.windows == []
    assert kept(house) == []
    openai_environment.is_held = False
    person.waits(lambda: person.threads() == [])
    assert len(kept(house)) == 1
    openai_environment.stop()
    person.starts(house)
    person.sees(house, "reconstruction")


def test_what_cannot_be_stored_in_the_background_is_to_be_exported_in_the_end(
    person: Person, house: Path, openai_environment: OpenAIServer
) -> None:
    openai_environment.is_held = True
    person.starts(house)
    person.agrees()
    openai_environment.wait_for_calls(1)
    person.presses(Qt.Key.Key_Q, CTRL)
    QTest.keyClick(person.dialog(), Qt.Key.Key_Return)
    person.waits(lambda: not person.window.isVisible())
    place = load_settings().cache_folder / "reconstructions"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(b"")  # where pictures would be kept
    openai_environment.is_held = False
    read: list[str] = []

    def save() -> None:
        dialog = person.dialog()
        read.append(person.reads(within=dialog))
        QTest.keyClick(dialog, Qt.Key.Key_Return)

    QTimer.singleShot(0, save)
    person.viewer.save_painted()
    assert "The painted picture could not be stored. Export it before you close." in read[0]
    assert BY_A_MODEL in xmp_of(house.with_suffix(".png").read_bytes())


# --- out of the window


def test_a_painted_picture_is_marked_wherever_it_goes(
    person: Person, house: Path, openai_environment: OpenAIServer, tmp_path: Path
) -> None:
    person.starts(house)
    person.agrees()
    person.sees(house, "reconstruction")
    assert "Painted by gpt-4o" in person.reads()
    assert BY_A_MODEL in xmp_of(copy_of(person))

    person.presses(Qt.Key.Key_S, CTRL)
    dialog = person.dialog()
    assert "No camera" in person.reads(within=dialog)
    target = tmp_path / "painted.png"
    [name] = [each for each in dialog.findChildren(QLineEdit) if each.accessibleName() == "Name"]
    name.selectAll()
    QTest.keyClicks(name, "painted")
    person.clicks("Save", dialog)
    person.waits(lambda: "Exported to painted.png" in person.reads())
    assert BY_A_MODEL in xmp_of(target.read_bytes())
    with Image.open(target) as exported:
        assert shows(exported, read(house).text or "")


def test_a_preview_says_that_it_is_no_photograph(
    person: Person, house: Path, photograph: Path
) -> None:
    person.starts(house)
    person.sees(house, "preview")
    assert "digitalsourcetype/" in xmp_of(copy_of(person))
    person.window.open_paths([photograph])
    person.sees(photograph, "photograph")
    assert "Preview" not in person.reads()
    assert "digitalsourcetype/" not in xmp_of(copy_of(person))


def copy_of(person: Person) -> bytes:
    """The file that Ctrl+C puts on the clipboard."""
    clipboard = QApplication.clipboard()
    clipboard.setText("what was there before")
    person.presses(Qt.Key.Key_C, CTRL)
    person.waits(lambda: clipboard.mimeData().hasFormat("image/png"))
    return bytes(clipboard.mimeData().data("image/png").data())


# --- encoding


def test_a_photograph_is_encoded_and_its_descriptor_opened(
    person: Person, photograph: Path, openai_environment: OpenAIServer
) -> None:
    person.starts(photograph)
    person.sees(photograph, "photograph")
    person.presses(Qt.Key.Key_E)
    windows = [each for each in QApplication.topLevelWidgets() if isinstance(each, EncodeWindow)]
    [encoding] = [each for each in windows if each.isVisible()]  # others wait to be collected
    assert encoding.isVisible()
    encoding.add([photograph])
    person.waits(lambda: encoding.list.count() == 1)
    encoding.panel.editor.setFocus()
    QTest.keyClicks(encoding.panel.editor, "A red disc")
    person.waits(lambda: encoding.preview.total.isEnabled() and encoding.preview.total.text())
    promised = int(encoding.preview.total.text().split()[0])
    person.clicks("Save All", encoding)
    made = photograph.with_suffix(".gcx")
    person.waits(lambda: not encoding.is_saving and made.exists())
    assert made.stat().st_size == promised
    assert read(made).text == "A red disc"
    person.clicks("Open", encoding)
    person.sees(made, "preview")
    assert f"Preview · {promised} byte" in person.reads()
    person.waits(person.offer)
    assert openai_environment.calls() == 0


# --- files that go


def test_after_the_trash_comes_the_next_file_and_after_the_last_the_welcome(
    person: Person, make_gcx, place: Path
) -> None:
    first, second = make_gcx("few/1.gcx"), make_gcx("few/2.gcx")
    person.starts(first)
    person.sees(first, "preview")
    person.waits(lambda: "1 of 2" in person.reads())
    person.presses(Qt.Key.Key_Delete)
    box = person.dialog()
    assert isinstance(box, QMessageBox)
    assert "1.gcx" in box.text()
    person.clicks("Move to Trash", box)
    person.sees(second, "preview")
    assert not first.exists()
    person.presses(Qt.Key.Key_Delete)
    person.clicks("Move to Trash", person.dialog())
    person.waits_for(WELCOME)
    assert sorted(path.name for path in (place / "data/Trash/files").iterdir()) == [
        "1.gcx",
        "2.gcx",
    ]


# --- a thousand files

MANY, HELD = 1000, 40
LATE = 1.5
"""Seconds that a tick of the clock may be late: more, and a user sees that the window hangs."""

FLAT = 24_000_000
"""Bytes by which a second look at everything may let memory grow."""


class Heartbeat:
    """A clock in the window's thread, which notices when that is kept from ticking."""

    def __init__(self) -> None:
        self.latest = 0.0
        self.beats = 0
        self._since = QElapsedTimer()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._since.start()
        self._timer.start(10)

    def _beat(self) -> None:
        self.beats += 1
        self.latest = max(self.latest, self._since.restart() / 1000)

    def stop(self) -> None:
        self._beat()
        self._timer.stop()


def test_a_thousand_files_leave_the_window_quick_and_memory_flat(
    person: Person, make_gcx, tmp_path: Path
) -> None:
    for number in range(MANY):
        make_gcx(f"many/{number}.gcx", words=f"Number {number}.")
    heart = Heartbeat()
    person.starts(tmp_path / "many" / "0.gcx")
    person.sees(tmp_path / "many" / "0.gcx", "preview")
    person.waits(lambda: f"1 of {QLocale().toString(MANY)}" in person.reads())
    look_through(person)
    after_first = resident()
    look_through(person)
    heart.stop()
    assert resident() - after_first < FLAT
    assert heart.beats > 100
    assert heart.latest < LATE


def look_through(person: Person) -> None:
    """All thumbnails in the grid, then many pictures with the arrow key held."""
    person.chooses("grid")
    grid = grid_of(person)
    bar = grid.verticalScrollBar()
    person.waits(lambda: grid.model().rowCount() == MANY and bar.maximum() > 0)
    for place in (*range(0, bar.maximum(), 2 * grid.viewport().height()), bar.maximum()):
        bar.setValue(place)
        person.waits(lambda: has_thumbnail_in_the_middle(grid))
    person.chooses("grid")
    person.chooses("first")
    first = person.window.state.path.parent / "0.gcx"
    person.sees(first, "preview")
    for number in range(1, HELD):
        following = first.with_name(f"{number}.gcx")

        def is_next(following: Path = following) -> bool:
            person.holds(Qt.Key.Key_Right)
            return person.window.state.path == following

        person.waits(is_next)
    person.sees(first.with_name(f"{HELD - 1}.gcx"), "preview")


def grid_of(person: Person) -> QListView:
    grid = person.part("Thumbnails of the folder")
    assert isinstance(grid, QListView)
    return grid


def has_thumbnail_in_the_middle(grid: QListView) -> bool:
    middle = QPoint(grid.viewport().width() // 2, grid.viewport().height() // 2)
    index = grid.indexAt(middle)
    return index.isValid() and index.data(Qt.ItemDataRole.DecorationRole) is not None


def resident() -> int:
    """Bytes of memory that this process has at the moment."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
