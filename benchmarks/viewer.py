"""How fast the viewer shows a picture at start-up, the next picture, and a thousand thumbnails.

    python benchmarks/viewer.py [--starts 11] [--steps 30] [--thumbnails 1000] [--walk 1000]
        [--platform xcb]

A start is a process `gcx-viewer FILE`, timed from its beginning until the picture is first painted,
as the program itself reports. The parts of a start are timed in processes that take the same steps
one by one. The next picture is timed from a key press in the running window until that picture is
painted: once with time to load the neighbouring pictures ahead, and once with the key pressed as
soon as the last picture is there. The walk shows one after the other of as many files, descriptors
and photographs of up to 24 megapixels in several formats. Memory is the resident set of the
process. Windows are drawn in memory only, unless `--platform xcb` or `wayland` asks for real ones.

Needs `pip install -e '.[viewer]'` and no network: no model is asked.
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

from benchmarks.extras import needing
from gcx_format import encode, write
from gcx_format.codecs import code_text

PHOTOGRAPH = Path(__file__).parents[1] / "samples" / "coffee.jpg"
WORDS = "A white cup of espresso on a saucer, a steel spoon, a dark wooden table, photo {}."
MIXED = (
    ("camera.jpg", (6000, 4000)),
    ("telephone.jpg", (4000, 3000)),
    ("small.jpg", (800, 600)),
    ("screen.png", (1920, 1200)),
    ("page.tif", (2000, 1500)),
    ("web.webp", (2400, 1600)),
    ("old.gif", (500, 400)),
)
GOAL_START, GOAL_STEP, GOAL_MEMORY = 0.6, 0.1, 600
PATIENCE = 60.0

# What `gcx-viewer` does, recording the time after every part. The first argument is the time at
# which the process was started.
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
    parser.add_argument(
        "--starts", type=int, default=11, help="starts per file (default: %(default)s)"
    )
    parser.add_argument(
        "--steps", type=int, default=30, help="steps to the next picture (default: %(default)s)"
    )
    parser.add_argument(
        "--thumbnails", type=int, default=1000, help="thumbnails (default: %(default)s)"
    )
    parser.add_argument(
        "--walk", type=int, default=1000, help="files of the walk (default: %(default)s)"
    )
    parser.add_argument(
        "--platform", default="offscreen", help="Qt platform, such as xcb (default: %(default)s)"
    )
    options = parser.parse_args()
    with needing("viewer"):
        import keyring  # noqa: F401
        import PyQt6  # noqa: F401
        import tomlkit  # noqa: F401

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
        mixed = folder / "mixed"
        fill(mixed, options.walk // 3)
        fill_with_photographs(mixed, options.walk - options.walk // 3)
        console.print(walk(mixed))


def be_somebody_else(home: Path, platform: str) -> None:
    """The environment of a user with no settings and no cache, who never asks a model."""
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
    """Write descriptors of the same photograph, no two alike."""
    folder.mkdir()
    original = encode(PHOTOGRAPH, visual_bytes=290)
    for number in range(count):
        coded = code_text(WORDS.format(number), "zlib")
        write(folder / f"cup {number}.gcx", replace(original, coded_text=coded))


def fill_with_photographs(folder: Path, count: int) -> None:
    """Put photographs of several sizes and formats between the descriptors, as links to a few."""
    with Image.open(PHOTOGRAPH) as opened:
        photograph = opened.convert("RGB")
    originals = folder.with_name("originals")
    originals.mkdir()
    for number in range(count):
        name, size = MIXED[number % len(MIXED)]
        original = originals / name
        if not original.exists():
            photograph.resize(size).save(original)
        (folder / f"cup {number // 2} {name}").symlink_to(original)


# Starts


def starts(files: dict[str, Path], count: int) -> Table:
    """Whole starts and their parts, alternating between the files."""
    whole: dict[str, list[float]] = {what: [] for what in files}
    parts: dict[str, list[list[float]]] = {what: [] for what in files}
    for path in files.values():
        first_paint(path)  # from now on, everything is compiled and in the disk cache
        parts_of(path)
    for _ in range(count):
        for what, path in files.items():
            whole[what].append(first_paint(path))
            parts[what].append(parts_of(path))
    table = Table(title=f"From start-up to the first picture, median of {count} starts each, in ms")
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
    table.caption = f"goal: at most {1000 * GOAL_START:.0f} ms for a .gcx"
    return table


def first_paint(path: Path) -> float:
    """Seconds from the start of a process to its first picture, as the process reports."""
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
        raise SystemExit("the viewer exited before it showed a picture:\n" + "".join(lines))
    finally:
        process.terminate()
        process.communicate()


def parts_of(path: Path) -> list[float]:
    """Seconds for each part of a start."""
    command = [sys.executable, "-c", PARTS, str(time.time()), str(path)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    seconds: list[float] = json.loads(answer)
    return seconds


# In a running window


def steps(folder: Path, count: int) -> Table:
    """From one picture to the next, with and without a pause before the key press."""
    table = Table(
        title=f"The next picture, {count} times in a folder of {len(list(folder.iterdir()))}"
    )
    for column in ("the key is pressed", "median, ms", "slowest, ms"):
        table.add_column(column, justify="left" if column.startswith("the") else "right")
    for what, pause in (("half a second after the last picture", 0.5), ("at once", 0.0)):
        times = in_a_process(time_steps, folder, count, pause)
        table.add_row(what, f"{1000 * statistics.median(times):.0f}", f"{1000 * max(times):.0f}")
    table.caption = f"goal: less than {1000 * GOAL_STEP:.0f} ms"
    return table


def thumbnails(folder: Path) -> Table:
    """Time and memory for scrolling the grid from its first row to its last."""
    count = len(list(folder.iterdir()))
    table = Table(title=f"The grid with {count:,} thumbnails")
    for column in ("", "seconds", "memory, MB"):
        table.add_column(column, justify="right" if column else "left")
    for what, seconds, megabytes in in_a_process(look_through, folder):
        table.add_row(what, f"{seconds:.1f}", f"{megabytes:.0f}")
    return table


def walk(folder: Path) -> Table:
    """Memory on the way through a folder, each picture standing on the screen once."""
    count = len(list(folder.iterdir()))
    table = Table(title=f"A walk through {count:,} descriptors and photographs")
    for column in ("files", "memory, MB", "most so far"):
        table.add_column(column, justify="right")
    for files, now, most in in_a_process(go_through, folder, count):
        table.add_row(f"{files:,}", f"{now:.0f}", f"{most:.0f}")
    table.caption = f"goal: level at {GOAL_MEMORY} MB"
    return table


def in_a_process(work: Callable[..., Any], *arguments: object) -> Any:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def time_steps(folder: Path, count: int, pause: float) -> list[float]:
    """Seconds from each key press until the next picture is painted."""
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
    """Seconds and megabytes, with one picture and after all thumbnails were shown."""
    from PyQt6.QtGui import QAction

    from gcx_viewer.gui.thumbnails.views import ThumbnailGrid

    window, wait = open_window(folder)
    count = len(list(folder.iterdir()))
    begun = time.perf_counter()
    rows = [("the window with one picture", begun - _BEGUN, resident())]
    for what in ("all thumbnails shown once", "shown again"):
        begun = time.perf_counter()
        if what != "shown again":
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


def go_through(folder: Path, count: int) -> list[tuple[int, float, float]]:
    """Files, and megabytes then and at most until then, at ten places of a walk."""
    window, wait = open_window(folder)
    stand: list[object] = []
    window.canvas.painted.connect(stand.append)
    rows, most = [], 0.0
    for number in range(2, count + 1):
        stand.clear()
        window.step(1)
        wait(lambda: stand and window.presenting.is_settled)
        now = resident()
        most = max(most, now)
        if number % max(1, count // 10) == 0:
            rows.append((number, now, most))
    window.close()
    return rows


def has_rows(grid: Any, count: int) -> bool:
    return bool(grid.model().rowCount() == count)


def all_made(grid: Any) -> bool:
    """Whether every thumbnail in sight is loaded."""
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
    """A window with the first picture of a folder, and a function that waits for a condition."""
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
                raise SystemExit(f"the viewer did not react within {PATIENCE:.0f} s")
            time.sleep(0.0002)

    viewer = app.Viewer(application, preferences.load())
    _kept.append(viewer)
    window = viewer.open_window([folder])
    window.first_painted.connect(lambda: painted.append(None))
    wait(lambda: painted)
    window.activateWindow()  # key events go to the front window
    wait(window.isActiveWindow)
    wait(lambda: window.browsing.listing is not None)
    return window, wait


def resident() -> float:
    """Megabytes of resident memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


_BEGUN = time.perf_counter()
_kept: list[object] = []
"""Objects that must live as long as the process."""


if __name__ == "__main__":
    main()
