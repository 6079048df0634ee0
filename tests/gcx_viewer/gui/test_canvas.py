"""The canvas, with real pictures, keys and wheels."""

from __future__ import annotations

import pytest
from PIL import Image
from PyQt6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
    QPointingDevice,
    QWheelEvent,
)
from PyQt6.QtWidgets import QApplication

from gcx_format.provenance import DigitalSourceType
from gcx_viewer.core.pictures import Picture
from gcx_viewer.gui.canvas.canvas import Canvas

SIZE = (1200, 800)


def plain(colour: str, size=SIZE, kind="photograph") -> Picture:
    source = None if kind == "photograph" else DigitalSourceType.TRAINED_ALGORITHMIC
    return Picture(Image.new("RGB", size, colour), kind, source)


@pytest.fixture
def canvas(qtbot):
    canvas = Canvas()
    qtbot.addWidget(canvas, before_close_func=Canvas.close_workers)
    canvas.resize(600, 500)
    canvas.show()
    qtbot.waitExposed(canvas)
    return canvas


@pytest.fixture
def show(qtbot, canvas):
    def show(picture: Picture, size=SIZE) -> None:
        with qtbot.waitSignal(canvas.painted):
            canvas.begin(size)
            canvas.show_picture(picture)

    return show


def colour_at(canvas: Canvas, x: int, y: int) -> QColor:
    ratio = canvas.devicePixelRatioF()
    return canvas.grab().toImage().pixelColor(round(x * ratio), round(y * ratio))


def wheel(canvas: Canvas, at: QPointF, turned: int, pixels=None, phase=None) -> None:
    event = QWheelEvent(
        at,
        canvas.mapToGlobal(at),
        pixels or QPoint(),
        QPoint(0, turned),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        phase or Qt.ScrollPhase.NoScrollPhase,
        False,
        Qt.MouseEventSource.MouseEventNotSynthesized,
        QPointingDevice.primaryPointingDevice(),
    )
    QApplication.sendEvent(canvas, event)


def test_a_picture_stands_in_the_middle(canvas, show):
    show(plain("#c03020"))
    assert canvas.viewport.zoom == pytest.approx(0.5)
    assert colour_at(canvas, 300, 250).name() == "#c03020"
    assert colour_at(canvas, 300, 20).name() != "#c03020"


def test_until_the_next_picture_is_there_the_one_before_stays(canvas, show):
    show(plain("#c03020"))
    canvas.begin((100, 100))
    assert colour_at(canvas, 300, 250).name() == "#c03020"
    assert canvas.viewport.picture == SIZE


def test_a_better_picture_keeps_the_view_and_takes_the_place(qtbot, canvas, show):
    show(plain("#c03020", kind="preview"))
    canvas.zoom_to(3.0, QPointF(200, 200))
    canvas.pan(-1, 0)
    seen = canvas.viewport
    with qtbot.waitSignal(canvas.painted):
        canvas.show_picture(plain("#2030c0", kind="reconstruction"))
    assert canvas.viewport == seen
    qtbot.waitUntil(lambda: colour_at(canvas, 300, 250).name() == "#2030c0")


def test_pixels_and_what_they_are_change_together(qtbot, canvas, show):
    show(plain("#c03020", kind="preview"))
    coming = plain("#2030c0", kind="reconstruction")
    told = []
    canvas.taken.connect(lambda picture: told.append((picture, canvas.picture)))
    with qtbot.waitSignal(canvas.taken):
        canvas.show_picture(coming)
        assert canvas.picture.kind == "preview"
    assert told == [(coming, coming)]


def test_a_preview_of_fewer_pixels_lies_where_the_picture_will(canvas, show):
    show(plain("#c03020", size=(60, 40), kind="preview"))
    assert canvas.viewport.zoom == pytest.approx(0.5)
    assert colour_at(canvas, 20, 250).name() == "#c03020"


def test_the_last_of_several_pictures_wins(qtbot, canvas):
    canvas.begin(SIZE)
    for colour in ("#ff0000", "#00ff00", "#2030c0"):
        canvas.show_picture(plain(colour))
    qtbot.waitUntil(lambda: colour_at(canvas, 300, 250).name() == "#2030c0")


def test_the_wheel_zooms_about_the_cursor(canvas, show):
    show(plain("#c03020"))
    canvas.zoom_to(2.0)
    at = QPointF(150, 120)
    ratio = canvas.viewport.ratio
    held = canvas.viewport.to_picture((at.x() * ratio, at.y() * ratio))
    wheel(canvas, at, 120)
    assert canvas.viewport.zoom == pytest.approx(2.5)
    assert canvas.viewport.to_window(held) == pytest.approx((at.x() * ratio, at.y() * ratio))
    wheel(canvas, at, -120)
    assert canvas.viewport.zoom == pytest.approx(2.0)


def test_fingers_on_a_touchpad_move_a_large_picture(canvas, show):
    show(plain("#c03020"))
    canvas.zoom_to(2.0)
    before = canvas.viewport
    wheel(canvas, QPointF(10, 10), 120, QPoint(0, 30), Qt.ScrollPhase.ScrollUpdate)
    assert canvas.viewport.zoom == before.zoom
    assert canvas.viewport.middle[1] < before.middle[1]


def test_dragging_moves_a_picture_larger_than_the_window(qtbot, canvas, show):
    show(plain("#c03020"))
    canvas.zoom_to(2.0)
    x, y = canvas.viewport.to_window((600, 400))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.mouseMove(canvas, QPoint(230, 180))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(230, 180))
    ratio = canvas.viewport.ratio
    there = canvas.viewport.to_window((600, 400))
    assert there == pytest.approx((x + 30 * ratio, y - 20 * ratio))


def test_dragging_a_picture_that_is_seen_whole_drags_it_out(qtbot, canvas, show):
    show(plain("#c03020"))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    with qtbot.waitSignal(canvas.dragged_out):
        qtbot.mouseMove(canvas, QPoint(260, 260))


@pytest.mark.parametrize("larger", [True, False])
def test_sideways_arrows_are_the_canvas_s_where_there_is_more_to_see(canvas, show, larger):
    show(plain("#c03020"))
    if larger:
        canvas.zoom_to(2.0)
    override = QKeyEvent(
        QEvent.Type.ShortcutOverride, Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier
    )
    override.ignore()
    QApplication.sendEvent(canvas, override)
    assert override.isAccepted() is larger
    before = canvas.viewport
    press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Left, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(canvas, press)
    assert (canvas.viewport != before) is larger


def test_one_to_one_and_back(canvas, show):
    show(plain("#c03020"))
    canvas.toggle_actual_size()
    assert canvas.viewport.zoom == 1
    canvas.toggle_actual_size()
    assert canvas.viewport.is_fitting


def test_a_turned_picture_is_drawn_turned(qtbot, canvas, show):
    halves = Image.new("RGB", SIZE, "#ff0000")
    halves.paste("#0000ff", (0, 0, 600, 800))
    show(Picture(halves, "photograph"))
    canvas.rotate(1)
    assert colour_at(canvas, 300, 60).name() == "#0000ff"
    assert colour_at(canvas, 300, 440).name() == "#ff0000"


def test_what_is_being_painted_shimmers(qtbot, canvas, show):
    show(plain("#404040", kind="preview"))
    canvas.set_being_painted(True)

    def brightest() -> int:
        return max(colour_at(canvas, x, 250).red() for x in range(0, 600, 10))

    qtbot.waitUntil(lambda: brightest() > 0x44)
    canvas.set_being_painted(False)
    assert brightest() == 0x40


def test_files_that_are_dropped_are_told(canvas, qtbot, tmp_path):
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path / "a.gcx")), QUrl("https://example.org/b.gcx")])
    how = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton)
    nothing_held = Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(QPoint(5, 5), *how, nothing_held)
    QApplication.sendEvent(canvas, entering)
    assert entering.isAccepted()
    with qtbot.waitSignal(canvas.dropped) as dropped:
        QApplication.sendEvent(canvas, QDropEvent(QPointF(5, 5), *how, nothing_held))
    assert dropped.args == [[tmp_path / "a.gcx"]]
