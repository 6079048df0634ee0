"""Strip and grid: a thousand files, keys, and nothing decoded in the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFile
from PyQt6.QtCore import QModelIndex, QPoint, QPointF, Qt
from PyQt6.QtGui import QPixmap, QWheelEvent
from PyQt6.QtTest import QAbstractItemModelTester
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gcx_viewer.core.folder import Folder, Listing
from gcx_viewer.core.thumbnails import thumbnailer as core
from gcx_viewer.gui.thumbnails.views import ThumbnailGrid, ThumbnailModel, ThumbnailStrip


@pytest.fixture
def model(qtbot: QtBot, no_threads_left: None) -> Iterator[ThumbnailModel]:
    made = ThumbnailModel(side=128)
    QAbstractItemModelTester(made, QAbstractItemModelTester.FailureReportingMode.Fatal, made)
    yield made
    made.close_workers()


@pytest.fixture(scope="session")
def thousand(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A thousand small pictures."""
    folder = tmp_path_factory.mktemp("thousand")
    data = folder / "0.png"
    Image.new("RGB", (64, 48), (200, 60, 20)).save(data)
    for number in range(1, 1000):
        (folder / f"{number}.png").write_bytes(data.read_bytes())
    return [folder / f"{number}.png" for number in range(1000)]


def listing(paths: list[Path]) -> Listing:
    return Listing([str(path) for path in paths])


def show(qtbot: QtBot, view: ThumbnailGrid | ThumbnailStrip) -> None:
    qtbot.addWidget(view)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    view.setFocus()


def pixmap(model: ThumbnailModel, row: int) -> Any:
    return model.index(row).data(Qt.ItemDataRole.DecorationRole)


def test_a_thousand_files_are_made_as_they_come_into_view(
    qtbot: QtBot, model: ThumbnailModel, thousand: list[Path]
) -> None:
    grid = ThumbnailGrid(model=model)
    grid.resize(620, 480)
    show(qtbot, grid)
    grid.set_folder(listing(thousand))
    grid.set_current(thousand[0])
    qtbot.waitUntil(lambda: isinstance(pixmap(model, 0), QPixmap), timeout=10_000)
    qtbot.waitUntil(lambda: not model._asked, timeout=10_000)
    assert model.pixmap_count < 60

    qtbot.keyClick(grid, Qt.Key.Key_End)
    assert grid.current == thousand[-1]
    qtbot.waitUntil(lambda: thousand[-1] in model._pixmaps, timeout=10_000)
    qtbot.keyClick(grid, Qt.Key.Key_PageUp)
    qtbot.keyClick(grid, Qt.Key.Key_Left)
    assert grid.current is not None
    assert grid.current != thousand[-1]
    qtbot.waitUntil(lambda: not model._asked, timeout=10_000)
    assert model.pixmap_count < 150
    assert thousand[500] not in model._pixmaps


def test_what_was_scrolled_past_is_forgotten(
    qtbot: QtBot, model: ThumbnailModel, thousand: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()
    render = core.render

    def slow(path: Path, side: int) -> Any:
        assert may_go_on.wait(10)
        return render(path, side)

    monkeypatch.setattr(core, "render", slow)
    grid = ThumbnailGrid(model=model)
    grid.resize(620, 480)
    show(qtbot, grid)
    grid.set_folder(listing(thousand))
    grid.set_current(thousand[0])
    qtbot.waitUntil(lambda: thousand[3] in model._asked)
    qtbot.keyClick(grid, Qt.Key.Key_End)
    qtbot.waitUntil(lambda: thousand[-1] in model._asked)
    qtbot.waitUntil(lambda: thousand[3] not in model._asked)
    may_go_on.set()
    qtbot.waitUntil(lambda: thousand[-1] in model._pixmaps, timeout=10_000)
    assert thousand[3] not in model._pixmaps


def test_pixmaps_take_no_more_memory_than_they_may(
    qtbot: QtBot, no_threads_left: None, thousand: list[Path]
) -> None:
    most = 10 * 64 * 48 * 4
    model = ThumbnailModel(side=128, most_bytes=most)
    model.set_listing(listing(thousand))
    for row in range(40):
        pixmap(model, row)
    qtbot.waitUntil(lambda: not model._asked, timeout=10_000)
    assert model.pixmap_count == 10
    assert model.pixmap_bytes == most
    model.close_workers()


def test_nothing_is_decoded_in_the_windows_thread(
    qtbot: QtBot, model: ThumbnailModel, thousand: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[threading.Thread] = set()
    load = ImageFile.ImageFile.load

    def noting(self: ImageFile.ImageFile) -> Any:
        threads.add(threading.current_thread())
        return load(self)

    monkeypatch.setattr(ImageFile.ImageFile, "load", noting)
    strip = ThumbnailStrip(model=model)
    strip.resize(600, strip.height())
    show(qtbot, strip)
    strip.set_folder(listing(thousand[:20]))
    qtbot.waitUntil(lambda: thousand[0] in model._pixmaps, timeout=10_000)
    assert threads
    assert threading.main_thread() not in threads


def test_the_grid_opens_by_enter_and_by_double_click(
    qtbot: QtBot, model: ThumbnailModel, thousand: list[Path]
) -> None:
    grid = ThumbnailGrid(model=model)
    grid.resize(620, 480)
    show(qtbot, grid)
    grid.set_folder(listing(thousand))
    grid.set_current(thousand[0])
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    assert grid.current == thousand[1]
    with qtbot.waitSignal(grid.activated) as opened:
        qtbot.keyClick(grid, Qt.Key.Key_Return)
    assert opened.args == [thousand[1]]
    viewport = grid.viewport()
    place = grid.visualRect(model.index(2)).center()
    with qtbot.assertNotEmitted(grid.activated):
        qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(grid.activated) as opened:
        qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == [thousand[2]]


@pytest.mark.parametrize("width", range(600, 620))
def test_the_grid_has_as_many_columns_as_fit_whatever_its_width(
    qtbot: QtBot, model: ThumbnailModel, thousand: list[Path], width: int
) -> None:
    grid = ThumbnailGrid(model=model)
    grid.resize(width, 480)
    show(qtbot, grid)
    grid.set_folder(listing(thousand[:12]))
    qtbot.wait(10)
    tops = [grid.visualRect(model.index(row)).top() for row in range(4)]
    assert tops == [tops[0]] * 3 + [tops[3]]
    assert tops[3] > tops[0]


def test_the_strip_shows_what_one_goes_to(
    qtbot: QtBot, model: ThumbnailModel, thousand: list[Path]
) -> None:
    strip = ThumbnailStrip(model=model)
    strip.resize(600, strip.height())
    show(qtbot, strip)
    qtbot.waitUntil(strip.hasFocus)
    strip.set_folder(listing(thousand))
    with qtbot.assertNotEmitted(strip.activated):
        strip.set_current(thousand[500])
    assert strip.current == thousand[500]
    assert strip.viewport().rect().contains(strip.visualRect(model.index(500)))
    with qtbot.waitSignal(strip.activated) as opened:
        qtbot.keyClick(strip, Qt.Key.Key_Right)
    assert opened.args == [thousand[501]]
    place = strip.visualRect(model.index(503)).center()
    with qtbot.waitSignal(strip.activated) as opened:
        qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == [thousand[503]]
    strip.set_current(None)
    assert strip.current is None


def test_the_wheel_moves_the_strip(
    qtbot: QtBot, model: ThumbnailModel, thousand: list[Path]
) -> None:
    strip = ThumbnailStrip(model=model)
    strip.resize(600, strip.height())
    show(qtbot, strip)
    strip.set_folder(listing(thousand))
    bar = strip.horizontalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    turn = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(strip.viewport(), turn)
    assert bar.value() == 120


def test_what_comes_and_goes_leaves_the_rest_where_it_is(
    qtbot: QtBot, model: ThumbnailModel, thousand: list[Path]
) -> None:
    strip = ThumbnailStrip(model=model)
    show(qtbot, strip)
    strip.set_folder(listing(thousand[:10]))
    strip.set_current(thousand[5])
    changes: list[str] = []
    model.rowsInserted.connect(lambda _, first, last: changes.append(f"+{first}-{last}"))
    model.rowsRemoved.connect(lambda _, first, last: changes.append(f"-{first}-{last}"))
    model.modelReset.connect(lambda: changes.append("reset"))
    strip.set_folder(listing([*thousand[:2], *thousand[3:10]]))
    strip.set_folder(listing([*thousand[:2], *thousand[3:12]]))
    strip.set_folder(listing([*thousand[:2], *thousand[3:12]]))
    assert changes == ["-2-2", "+9-10"]
    assert strip.current == thousand[5]
    strip.set_folder(listing([]))
    assert model.rowCount() == 0
    assert strip.current is None


def test_what_the_model_tells(
    qtbot: QtBot, model: ThumbnailModel, house: Path, photograph: Path, corrupt: Path
) -> None:
    model.set_listing(listing([house, photograph, corrupt]))
    gcx, ordinary, broken = (model.index(row) for row in range(3))
    assert gcx.data() == "house.gcx"
    assert ordinary.data(Qt.ItemDataRole.AccessibleTextRole) == "photograph.jpg"
    assert gcx.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "gcx descriptor"
    assert ordinary.data(Qt.ItemDataRole.AccessibleDescriptionRole) == "picture"
    assert model.data(QModelIndex()) is None
    for index in (gcx, ordinary, broken):
        assert index.data(Qt.ItemDataRole.DecorationRole) is None
    qtbot.waitUntil(lambda: not model._asked, timeout=10_000)
    assert isinstance(pixmap(model, 0), QPixmap)
    assert isinstance(pixmap(model, 1), QPixmap)
    assert pixmap(model, 2) is None
    assert not model._asked


def test_a_file_that_has_changed_gets_another_thumbnail(
    qtbot: QtBot, model: ThumbnailModel, photograph: Path
) -> None:
    model.set_listing(listing([photograph]))
    pixmap(model, 0)
    qtbot.waitUntil(lambda: isinstance(pixmap(model, 0), QPixmap), timeout=10_000)
    assert pixmap(model, 0).width() == 128
    Image.new("RGB", (100, 200)).save(photograph)
    model.refresh(photograph)
    qtbot.waitUntil(
        lambda: (found := pixmap(model, 0)) is not None and found.height() == 128, timeout=10_000
    )


def test_failures_are_drawn_and_previews_are_not_marked(
    qtbot: QtBot, model: ThumbnailModel, house: Path, corrupt: Path, photograph: Path
) -> None:
    grid = ThumbnailGrid(model=model)
    grid.resize(620, 300)
    show(qtbot, grid)
    before = grid.grab().toImage()
    grid.set_folder(listing([house, corrupt, photograph]))
    qtbot.waitUntil(lambda: model.pixmap_count == 2 and not model._asked, timeout=10_000)
    image = grid.grab().toImage()
    assert image != before
    drawn = {name for name, *_ in grid._delegate._icons}
    assert drawn == {"warning"}


def test_a_folder_can_be_shown_as_it_is(
    qtbot: QtBot, photograph: Path, no_threads_left: None
) -> None:
    listed = threading.Event()
    folder = Folder([photograph], lambda _: listed.set())
    assert listed.wait(10)
    grid = ThumbnailGrid()
    show(qtbot, grid)
    grid.set_folder(folder)
    grid.set_current(photograph)
    assert grid.current == photograph
    grid.close_workers()
    folder.close()
