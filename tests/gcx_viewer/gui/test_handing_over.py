"""Pictures that leave the window: exported, copied and dragged, with what they are."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PyQt6.QtCore import QMimeData, QSize, Qt
from PyQt6.QtGui import QGuiApplication, QPixmap
from PyQt6.QtWidgets import QDialogButtonBox, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gcx_format.pictures import open_picture
from gcx_format.provenance import DigitalSourceType
from gcx_viewer.core.document import Document
from gcx_viewer.core.exporting import export_bytes
from gcx_viewer.core.opening import open_document
from gcx_viewer.core.pictures import Picture
from gcx_viewer.gui import exporting
from gcx_viewer.gui.clipboard import Clipboard, DragOut, file_name
from gcx_viewer.gui.exporting import ExportDialog, export

TERM = "digitalsourcetype/trainedAlgorithmicMedia"


@pytest.fixture
def document(house: Path) -> Document:
    return open_document(house)


@pytest.fixture
def painted(picture: Image.Image) -> Picture:
    kind = DigitalSourceType.TRAINED_ALGORITHMIC
    return Picture(picture, "reconstruction", kind, info={"model": "gpt-4o"})


@pytest.fixture
def shot(photograph: Path) -> Picture:
    return Picture(open_picture(photograph, "show"), "photograph")


def xmp_of(data: bytes) -> str:
    with Image.open(io.BytesIO(data)) as image:
        found = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    return found if isinstance(found, str) else found.decode()


# --- exporting ---------------------------------------------------------------------------


@pytest.fixture
def dialog(qtbot: QtBot, painted: Picture, document: Document) -> Iterator[ExportDialog]:
    made = ExportDialog(painted, document)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made._task.close()


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.png", "PNG"), ("a.JPG", "JPEG"), ("a.webp", "WEBP"), ("a.avif", "AVIF")],
)
def test_a_picture_is_exported_with_what_it_is(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path, name: str, format: str
) -> None:
    with qtbot.waitSignal(dialog.exported) as told:
        dialog.save_to(tmp_path / name)
    assert told.args == [tmp_path / name]
    data = (tmp_path / name).read_bytes()
    assert TERM in xmp_of(data)
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == format
    assert not dialog.isVisible()


def test_quality_belongs_to_its_format(dialog: ExportDialog, tmp_path: Path) -> None:
    assert dialog.format == "PNG"
    assert not dialog._number.isVisible()
    dialog.choose("WEBP", 40)
    assert dialog._slider.value() == 40
    dialog.choose("JPEG")
    assert dialog._number.value() == 90
    dialog.choose("WEBP")
    assert dialog._number.value() == 40
    assert dialog._number.isVisible()


def test_a_name_without_extension_gets_the_chosen_one(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    dialog.choose("WEBP")
    with qtbot.waitSignal(dialog.exported) as told:
        dialog.save_to(tmp_path / "sea")
    assert told.args == [tmp_path / "sea.webp"]


def test_a_visible_mark_is_drawn_if_wanted(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path, picture: Image.Image
) -> None:
    dialog._mark.setChecked(True)
    with qtbot.waitSignal(dialog.exported):
        dialog.save_to(tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as image:
        assert image.tobytes() != picture.tobytes()


def test_what_cannot_be_written_is_said_and_can_be_tried_again(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with qtbot.waitSignal(dialog.failed):
        dialog.save_to(tmp_path / "file" / "a.png")
    assert dialog.isVisible()
    assert str(tmp_path) in dialog._problem.text()
    with qtbot.waitSignal(dialog.exported):
        dialog.save_to(tmp_path / "a.png")


def test_the_dialog_for_the_file_confirms_overwriting(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    qtbot.mouseClick(dialog._save, Qt.MouseButton.LeftButton)
    [chooser] = dialog.findChildren(QFileDialog)
    assert chooser.acceptMode() == QFileDialog.AcceptMode.AcceptSave
    assert not chooser.testOption(QFileDialog.Option.DontConfirmOverwrite)
    assert Path(chooser.selectedFiles()[0]) == tmp_path / "house.png"
    with qtbot.waitSignal(dialog.exported):
        chooser.fileSelected.emit(str(tmp_path / "chosen.png"))
    assert (tmp_path / "chosen.png").exists()


def test_cancelling_in_time_writes_nothing_and_closes_afterwards(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()

    def slow(*given: Any, **options: Any) -> bytes:
        assert may_go_on.wait(10)
        return export_bytes(*given, **options)

    monkeypatch.setattr(exporting, "export_bytes", slow)
    dialog.save_to(tmp_path / "a.png")
    cancel = dialog._buttons.button(QDialogButtonBox.StandardButton.Cancel)
    with qtbot.assertNotEmitted(dialog.rejected):
        qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    with qtbot.waitSignal(dialog.rejected):
        may_go_on.set()
    assert not (tmp_path / "a.png").exists()


def test_a_photograph_is_exported_without_a_mark(
    qtbot: QtBot, shot: Picture, photograph: Path, tmp_path: Path
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = export(window, shot, open_document(photograph))
    assert dialog._mark.isHidden()
    with qtbot.waitSignal(dialog.exported):
        dialog.save_to(tmp_path / "a.webp")
    assert xmp_of((tmp_path / "a.webp").read_bytes()) == ""


# --- copying and dragging ----------------------------------------------------------------


def test_a_copy_says_what_it_is(qtbot: QtBot, painted: Picture, document: Document) -> None:
    clipboard = Clipboard()
    with qtbot.waitSignal(clipboard.copied):
        clipboard.copy(painted, document)
    mime = QGuiApplication.clipboard().mimeData()
    assert TERM in xmp_of(mime.data("image/png").data())
    assert mime.hasImage()
    assert not mime.hasUrls()
    assert QGuiApplication.clipboard().image().size() == QSize(320, 200)
    clipboard.close_workers()


def test_a_copied_photograph_is_its_file_too(qtbot: QtBot, shot: Picture, photograph: Path) -> None:
    clipboard = Clipboard()
    with qtbot.waitSignal(clipboard.copied):
        clipboard.copy(shot, open_document(photograph))
    mime = QGuiApplication.clipboard().mimeData()
    assert [Path(url.toLocalFile()) for url in mime.urls()] == [photograph]
    assert xmp_of(mime.data("image/png").data()) == ""
    clipboard.close_workers()


class Hand(DragOut):
    """Takes note of what would be dragged: a real drag waits for a real mouse."""

    def __init__(self, source: QWidget) -> None:
        super().__init__(source)
        self.dragged: list[QMimeData] = []

    def _is_held(self) -> bool:
        return True

    def _drag(self, mime: QMimeData) -> None:
        self.dragged.append(mime)


def files_of(mime: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in mime.urls()]


def test_dragging_hands_over_a_file_that_says_what_it_is(
    qtbot: QtBot, painted: Picture, document: Document
) -> None:
    source = QWidget()
    qtbot.addWidget(source)
    hand = Hand(source)
    hand.start(painted, document, QPixmap())
    qtbot.waitUntil(lambda: bool(hand.dragged))
    [file] = files_of(hand.dragged[0])
    assert file.name == "house.png"
    assert TERM in xmp_of(file.read_bytes())
    hand.close_workers()
    assert not file.parent.parent.exists()


def test_with_ctrl_the_descriptor_itself_is_dragged(
    qtbot: QtBot, painted: Picture, document: Document, shot: Picture, photograph: Path
) -> None:
    source = QWidget()
    qtbot.addWidget(source)
    hand = Hand(source)
    hand.start(painted, document, QPixmap(), Qt.KeyboardModifier.ControlModifier)
    hand.start(shot, open_document(photograph), QPixmap())
    assert [files_of(mime) for mime in hand.dragged] == [[document.path], [photograph]]
    hand.close_workers()


@pytest.mark.parametrize(
    ("stem", "name"),
    [("sea", "sea.png"), ('a<b>"|?*c', "a_b_____c.png"), ("x" * 300, "x" * 60 + ".png")],
)
def test_names_suit_every_file_system(document: Document, stem: str, name: str) -> None:
    assert file_name(replace(document, path=Path(f"/tmp/{stem}.gcx")), ".png") == name
    assert file_name(None, ".png") == "picture.png"
