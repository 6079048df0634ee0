"""How quickly the viewer shows a picture: at its start, the next one, and a thousand thumbnails.

    python benchmarks/viewer.py [--starts 11] [--steps 30] [--thumbnails 1000] [--platform xcb]

A start is a process `gcx-viewer FILE`, timed from its very beginning to the first drawing that has
the picture in it, as the program itself tells; its parts are timed in processes that do the same
step by step. The next picture is timed from a key pressed in the running window to the drawing
with it, with the pictures beside it loaded ahead, and with the key pressed as soon as the last
picture stands. Memory is the resident set of the process. Windows are drawn into memory alone,
unless `--platform xcb` or `wayland` asks for real ones. Needs the packages of the extra `viewer`,
and no network: models are not asked.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image
from rich.console import Console
from rich.table import Table

from gcx_format import encode, write
from gcx_format.text import code_text

PHOTOGRAPH = Path(__file__).parents[1] / "samples" / "coffee.jpg"
WORDS = "A white cup of espresso on a saucer, a steel spoon, a dark wooden table, photo {}."
GOAL_START, GOAL_STEP = 0.6, 0.1
PATIENCE = 60.0

# What `gcx-viewer` does, with the time of day after every part; the first argument is when the
# process was started.
PARTS = """
import json, sys, time
times = [float(sys.argv[1]), time.time()]
from PyQt6.QtWidgets import QApplication
times.append(time.time())
application = QApplication(["gcx-viewer"])
times.append(time.time())
from gcx_viewer import app
from gcx_viewer.core import preferences
from gcx_viewer.gui.window.main_window import MainWindow
times.append(time.time())
viewer = app.Viewer(application, preferences.load())
from pathlib import Path
window = viewer.open_window([Path(sys.argv[2])])
times.append(time.time())
def painted():
    times.append(time.time())
    window.close()
window.first_painted.connect(painted)
application.exec()
print(json.dumps([after - before for before, after in zip(times, times[1:])]))
"""
PART_NAMES = ("Python", "import Qt", "application", "import the viewer", "window", "picture")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--starts", type=int, default=11)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--thumbnails", type=int, default=1000)
    parser.add_argument("--platform", default="offscreen", help="of Qt, such as xcb")
    options = parser.parse_args()

    console = Console()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        be_somebody_else(folder / "home", options.platform)
        descriptor, photograph = folder / "one" / "cup.gcx", folder / "two" / "cup.png"
        photograph.parent.mkdir()
        with Image.open(PHOTOGRAPH) as opened:
            opened.save(photograph)
        fill(descriptor.parent, 1)
        descriptor = next(descriptor.parent.iterdir())
        console.print(starts({".gcx": descriptor, "PNG": photograph}, options.starts))
        many = folder / "many"
        fill(many, max(options.thumbnails, options.steps + 2))
        console.print(steps(many, options.steps))
        console.print(thumbnails(many))


def be_somebody_else(home: Path, platform: str) -> None:
    """The environment of a user who has nothing set or kept, and who never asks models."""
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "GCX_", "XDG_")):
            del os.environ[name]
    os.environ |= {
        "QT_QPA_PLATFORM": platform,
        "QT_LOGGING_RULES": "*.warning=false",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "GCX_POLICY": "never",
    }
    for variable in ("CONFIG", "CACHE", "STATE", "DATA", "RUNTIME"):
        folder = home / variable.lower()
        folder.mkdir(parents=True, mode=0o700)
        os.environ[f"XDG_{variable}_{'DIR' if variable == 'RUNTIME' else 'HOME'}"] = str(folder)


def fill(folder: Path, count: int) -> None:
    """Descriptors of the same photograph, no two alike."""
    folder.mkdir()
    original = encode(PHOTOGRAPH, visual_bytes=290)
    for number in range(count):
        coded = code_text(WORDS.format(number), "zlib")
        write(folder / f"cup {number}.gcx", replace(original, coded_text=coded))


# Starts


def starts(files: dict[str, Path], count: int) -> Table:
    """Whole processes and their parts, the files by turns."""
    whole: dict[str, list[float]] = {what: [] for what in files}
    parts: dict[str, list[list[float]]] = {what: [] for what in files}
    for path in files.values():
        first_paint(path)  # what is compiled and read from the disk is there from now on
        parts_of(path)
    for _ in range(count):
        for what, path in files.items():
            whole[what].append(first_paint(path))
            parts[what].append(parts_of(path))
    table = Table(title=f"from the start to the first picture, median of {count} starts each, ms")
    table.add_column("")
    for what in files:
        table.add_column(what, justify="right")
    table.add_row(
        "[bold]gcx-viewer FILE",
        *(f"[bold]{1000 * statistics.median(each):.0f}" for each in whole.values()),
    )
    table.add_row("slowest", *(f"{1000 * max(each):.0f}" for each in whole.values()))
    for at, part in enumerate(PART_NAMES):
        medians = (statistics.median(row[at] for row in each) for each in parts.values())
        table.add_row(f"  {part}", *(f"{1000 * median:.0f}" for median in medians))
    table.caption = f"the goal: at most {1000 * GOAL_START:.0f} ms for a .gcx"
    return table


def first_paint(path: Path) -> float:
    """Seconds from the start of a process to its first picture, as it says itself."""
    process = subprocess.Popen(
        [sys.executable, "-m", "gcx_viewer", "--new-window", str(path)],
        env=os.environ | {"GCX_VIEWER_TRACE": "1"},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    try:
        lines = []
        for line in process.stderr:
            lines.append(line)
            if line.startswith("first-paint "):
                return float(line.split()[1])
        raise SystemExit("the viewer ended without a picture:\n" + "".join(lines))
    finally:
        process.terminate()
        process.communicate()


def parts_of(path: Path) -> list[float]:
    """Seconds that the parts of a start take."""
    command = [sys.executable, "-c", PARTS, str(time.time()), str(path)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds: list[float] = json.loads(answer)
    return seconds


# In a running window


def steps(folder: Path, count: int) -> Table:
    """From one picture to the next: at leisure and in a hurry."""
    table = Table(
        title=f"the next picture, of {count} in a folder of {len(list(folder.iterdir()))}"
    )
    for column in ("the key is pressed", "median, ms", "slowest, ms"):
        table.add_column(column, justify="left" if column.startswith("the") else "right")
    for what, pause in (("half a second after the last picture", 0.5), ("at once", 0.0)):
        times = in_a_process(time_steps, folder, count, pause)
        table.add_row(what, f"{1000 * statistics.median(times):.0f}", f"{1000 * max(times):.0f}")
    table.caption = f"the goal: less than {1000 * GOAL_STEP:.0f} ms"
    return table


def thumbnails(folder: Path) -> Table:
    """What the grid needs for a whole folder, seen from its first row to its last."""
    count = len(list(folder.iterdir()))
    table = Table(title=f"the grid with {count:,} thumbnails")
    for column in ("", "seconds", "memory, MB"):
        table.add_column(column, justify="right" if column else "left")
    for what, seconds, megabytes in in_a_process(look_through, folder):
        table.add_row(what, f"{seconds:.1f}", f"{megabytes:.0f}")
    return table


def in_a_process(work: Callable[..., Any], *arguments: object) -> Any:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def time_steps(folder: Path, count: int, pause: float) -> list[float]:
    """Seconds from pressing a key to the drawing with the next picture."""
    from PyQt6.QtCore import QEvent, Qt
    from PyQt6.QtGui import QKeyEvent
    from PyQt6.QtWidgets import QApplication

    window, wait = open_window(folder)
    stand: list[float] = []
    window.canvas.painted.connect(lambda _: stand.append(time.perf_counter()))
    times = []
    for _ in range(count):
        wait(partial(has_come, time.perf_counter() + pause))
        stand.clear()
        pressed = time.perf_counter()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            key = QKeyEvent(kind, Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(window.canvas, key)
        wait(lambda: stand)
        times.append(stand[0] - pressed)
    window.close()
    return times


def has_come(moment: float) -> bool:
    return time.perf_counter() >= moment


def look_through(folder: Path) -> list[tuple[str, float, float]]:
    """Seconds and megabytes, with the picture alone and when all thumbnails were seen."""
    from PyQt6.QtGui import QAction

    from gcx_viewer.gui.thumbnails.views import ThumbnailGrid

    window, wait = open_window(folder)
    count = len(list(folder.iterdir()))
    begun = time.perf_counter()
    rows = [("the window with one picture", begun - _BEGUN, resident())]
    for what in ("all thumbnails seen once", "seen again"):
        begun = time.perf_counter()
        if what != "seen again":
            window.findChild(QAction, "grid").trigger()
        grid = window.findChild(ThumbnailGrid)
        bar = grid.verticalScrollBar()
        wait(partial(has_rows, grid, count))
        wait(bar.maximum)
        place = 0
        while True:
            bar.setValue(place)
            wait(partial(all_made, grid))
            if place >= bar.maximum():
                break
            place += grid.viewport().height()
        rows.append((what, time.perf_counter() - begun, resident()))
    window.close()
    return rows


def has_rows(grid: Any, count: int) -> bool:
    return bool(grid.model().rowCount() == count)


def all_made(grid: Any) -> bool:
    """Whether every thumbnail that is in sight is there."""
    from PyQt6.QtCore import QPoint, Qt

    area = grid.viewport().rect()
    points = (
        QPoint(x, y)
        for x in range(area.left() + 60, area.right(), 60)
        for y in range(area.top() + 60, area.bottom(), 60)
    )
    indexes = {index.row(): index for point in points if (index := grid.indexAt(point)).isValid()}
    role = Qt.ItemDataRole.DecorationRole
    return bool(indexes) and all(index.data(role) is not None for index in indexes.values())


def open_window(folder: Path) -> tuple[Any, Callable[[Callable[[], object]], None]]:
    """A window with the first picture of a folder in it, and what waits for something in it."""
    from PyQt6.QtCore import QEventLoop
    from PyQt6.QtWidgets import QApplication

    from gcx_viewer import app
    from gcx_viewer.core import preferences

    application = QApplication(["gcx-viewer"])
    painted: list[None] = []

    def wait(condition: Callable[[], object]) -> None:
        until = time.perf_counter() + PATIENCE
        while not condition():
            application.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 1)
            if time.perf_counter() > until:
                raise SystemExit("the viewer did not do what was waited for")
            time.sleep(0.0002)

    viewer = app.Viewer(application, preferences.load())
    _kept.append(viewer)
    window = viewer.open_window([folder])
    window.first_painted.connect(lambda: painted.append(None))
    wait(lambda: painted)
    window.activateWindow()  # keys go to the window that is in front
    wait(window.isActiveWindow)
    wait(lambda: window.browsing.listing is not None)
    return window, wait


def resident() -> float:
    """Megabytes of memory that this process has at the moment."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


_BEGUN = time.perf_counter()
_kept: list[object] = []
"""What must live as long as the process."""


if __name__ == "__main__":
    main()
