"""Comparing: the divider, the original dropped in, numbers, badges that stay."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from PyQt6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from gcx_format import read, write
from gcx_format.provenance import DigitalSourceType
from gcx_viewer.core.document import Document
from gcx_viewer.core.opening import open_document
from gcx_viewer.core.pictures import Picture
from gcx_viewer.gui.comparing.view import CompareView

SIZE = (320, 200)


@pytest.fixture
def document(house: Path) -> Document:
    return open_document(house)


@pytest.fixture
def painted(picture: Image.Image) -> Picture:
    return Picture(
        picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        "reconstruction",
        DigitalSourceType.TRAINED_ALGORITHMIC,
        info={"model": "gpt-4o"},
    )


@pytest.fixture
def condition() -> Picture:
    grey = Image.new("RGB", SIZE, (0, 0, 255))
    return Picture(grey, "preview", DigitalSourceType.ALGORITHMICALLY_ENHANCED)


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[CompareView]:
    made = CompareView()
    qtbot.addWidget(made)
    made.resize(800, 500)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.canvas.hasFocus)
    yield made
    made.close_workers()


@pytest.fixture
def comparing(
    qtbot: QtBot, view: CompareView, document: Document, painted: Picture, condition: Picture
) -> CompareView:
    """Reconstruction to the left, condition to the right."""
    view.begin(document, reconstruction=painted, condition=condition)
    qtbot.waitUntil(lambda: view.roles == ("reconstruction", "condition") and is_measured(view))
    return view


def colour(view: CompareView, x: int, y: int) -> tuple[int, int, int]:
    pixel = view.canvas.grab().toImage().pixelColor(x, y)
    return pixel.red(), pixel.green(), pixel.blue()


def numbers(view: CompareView) -> str:
    return view._numbers.text()


def is_measured(view: CompareView) -> bool:
    return numbers(view) not in ("", "Measuring…")


def test_both_sides_are_seen_and_measured(comparing: CompareView) -> None:
    canvas = comparing.canvas
    assert "PSNR" in numbers(comparing)
    assert "SSIM" in numbers(comparing)
    middle = canvas.height() // 2
    assert colour(comparing, canvas.width() // 2 + 60, middle) == (0, 0, 255)
    assert colour(comparing, canvas.width() // 2 - 60, middle) != (0, 0, 255)


def test_the_divider_follows_keys_and_mouse(qtbot: QtBot, comparing: CompareView) -> None:
    canvas = comparing.canvas
    at = canvas._divider_place()
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas._divider_place() > at
    qtbot.keyClick(canvas, Qt.Key.Key_Home)
    assert canvas.divider == 0
    assert colour(comparing, canvas.width() // 2 - 60, canvas.height() // 2) == (0, 0, 255)
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.divider == 0
    qtbot.keyClick(canvas, Qt.Key.Key_End)
    assert canvas.divider == 1
    place = QPoint(canvas._divider_place(), 30)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=place)
    qtbot.mouseMove(canvas, QPoint(canvas.width() // 2, 30))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(canvas.width() // 2, 30))
    assert canvas.divider == pytest.approx(0.5, abs=0.02)


def test_zooming_and_panning_move_both(qtbot: QtBot, comparing: CompareView) -> None:
    canvas = comparing.canvas
    before = canvas.viewport.zoom
    turn = QWheelEvent(
        QPointF(400, 200),
        QPointF(400, 200),
        QPoint(),
        QPoint(0, 480),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, turn)
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.viewport.zoom > 3 * before
    middle = canvas.viewport.middle
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(100, 200))
    qtbot.mouseMove(canvas, QPoint(160, 200))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(160, 200))
    assert canvas.viewport.middle[0] < middle[0]
    qtbot.keyClick(canvas, Qt.Key.Key_1)
    assert canvas.viewport.zoom == 1
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.viewport.zoom < 1
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.viewport.is_fitting


def test_an_original_is_dropped_in(
    qtbot: QtBot, comparing: CompareView, photograph: Path, house: Path
) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photograph))])
    here = QPoint(200, 200)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    entering = QDragEnterEvent(here, Qt.DropAction.CopyAction, mime, buttons, keys)
    QApplication.sendEvent(comparing, entering)
    assert entering.isAccepted()
    drop = QDropEvent(QPointF(here), Qt.DropAction.CopyAction, mime, buttons, keys)
    QApplication.sendEvent(comparing, drop)
    qtbot.waitUntil(lambda: comparing.roles == ("original", "reconstruction"))
    qtbot.waitUntil(lambda: is_measured(comparing))
    assert "does not say" in comparing.notice


def test_the_very_file_is_told(
    qtbot: QtBot, view: CompareView, house: Path, photograph: Path, painted: Picture
) -> None:
    digest = hashlib.sha256(photograph.read_bytes()).digest()
    write(house, replace(read(house), original_sha256=digest), overwrite=True)
    view.begin(open_document(house), reconstruction=painted)
    view.open_original(photograph)
    qtbot.waitUntil(lambda: "the very file" in view.notice)
    photograph.write_bytes(photograph.read_bytes() + b"\0")
    view.open_original(photograph)
    qtbot.waitUntil(lambda: "not the very file" in view.notice)


def test_a_larger_original_is_resized_and_that_is_said(
    qtbot: QtBot, comparing: CompareView, picture: Image.Image, tmp_path: Path
) -> None:
    picture.resize((640, 400)).save(tmp_path / "large.png")
    comparing.open_original(tmp_path / "large.png")
    qtbot.waitUntil(lambda: "resized to 320" in numbers(comparing))


def test_what_is_no_original_is_refused_with_the_reason(
    qtbot: QtBot, comparing: CompareView, tmp_path: Path
) -> None:
    Image.new("RGB", (100, 100)).save(tmp_path / "square.png")
    with qtbot.waitSignal(comparing.failed):
        comparing.open_original(tmp_path / "square.png")
    assert "other proportions" in comparing.notice
    assert comparing.roles == ("reconstruction", "condition")


def test_equal_pictures_are_called_equal(
    qtbot: QtBot, view: CompareView, document: Document, painted: Picture
) -> None:
    view.begin(document, reconstruction=painted, condition=replace(painted, kind="preview"))
    qtbot.waitUntil(lambda: "identical" in numbers(view))


def test_sides_can_be_chosen_and_swapped(qtbot: QtBot, comparing: CompareView) -> None:
    qtbot.keyClick(comparing.canvas, Qt.Key.Key_X)
    assert comparing.roles == ("condition", "reconstruction")
    canvas = comparing.canvas
    assert colour(comparing, canvas.width() // 2 - 60, canvas.height() // 2) == (0, 0, 255)
    comparing.choose("reconstruction", "condition")
    assert comparing.roles == ("reconstruction", "condition")


def test_pictures_that_no_camera_recorded_wear_their_badge(comparing: CompareView) -> None:
    canvas = comparing.canvas
    assert canvas._left is not None
    assert canvas._right is not None
    assert "gpt-4o" in (canvas._left.badge or "")
    assert canvas._right.badge


def test_another_picture_of_the_document_keeps_the_original(
    qtbot: QtBot,
    comparing: CompareView,
    document: Document,
    photograph: Path,
    painted: Picture,
    condition: Picture,
) -> None:
    comparing.open_original(photograph)
    qtbot.waitUntil(lambda: comparing.roles == ("original", "reconstruction"))
    comparing.choose("original", "condition")
    before = comparing._ready["reconstruction"]
    comparing.begin(document, reconstruction=replace(painted), condition=condition)
    qtbot.waitUntil(lambda: comparing._ready["reconstruction"] is not before)
    assert comparing.roles == ("original", "condition")


def test_another_document_forgets_all(
    qtbot: QtBot, comparing: CompareView, words_only: Path, painted: Picture
) -> None:
    comparing.begin(open_document(words_only), reconstruction=painted)
    qtbot.waitUntil(lambda: comparing._ready.keys() == {"reconstruction"})
    assert numbers(comparing) == ""
    comparing.forget()
    assert comparing.roles is None


def test_escape_closes(qtbot: QtBot, comparing: CompareView) -> None:
    with qtbot.waitSignal(comparing.closed):
        qtbot.keyClick(comparing.canvas, Qt.Key.Key_Escape)


def test_every_control_has_a_name(comparing: CompareView) -> None:
    for chooser in comparing.findChildren(QComboBox):
        assert chooser.accessibleName()
    assert comparing.canvas.accessibleName()
