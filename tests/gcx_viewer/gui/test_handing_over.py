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
from PyQt6.QtCore import QMimeData, QPoint, QPointF, QSize, Qt, QUrl
from PyQt6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QPixmap
from PyQt6.QtWidgets import QDialogButtonBox, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from gcx_format.pictures import open_picture
from gcx_format.provenance import DigitalSourceType
from gcx_viewer.core.document import Document
from gcx_viewer.core.errors import ProtectedError
from gcx_viewer.core.exporting import export_bytes
from gcx_viewer.core.opening import open_document
from gcx_viewer.core.pictures import Picture
from gcx_viewer.gui import exporting
from gcx_viewer.gui.canvas.canvas import Canvas
from gcx_viewer.gui.clipboard import Clipboard, DragOut, file_name
from gcx_viewer.gui.comparing.view import CompareView
from gcx_viewer.gui.encoding.window import EncodeWindow
from gcx_viewer.gui.exporting import ExportDialog
from gcx_viewer.gui.window.welcome import WelcomePage

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


def type_name(dialog: ExportDialog, name: str | Path) -> None:
    dialog.name.setText(str(name))


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.png", "PNG"), ("a.JPG", "JPEG"), ("a.webp", "WEBP"), ("a.avif", "AVIF")],
)
def test_a_picture_is_exported_with_what_it_is(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path, name: str, format: str
) -> None:
    type_name(dialog, name)
    assert dialog.format == format
    with qtbot.waitSignal(dialog.exported) as told:
        dialog.save()
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


def test_one_dialog_proposes_name_and_folder(dialog: ExportDialog, tmp_path: Path) -> None:
    assert dialog.path == tmp_path / "house.png"
    assert dialog.name.selectedText() == "house"
    dialog.choose("WEBP")
    assert dialog.path == tmp_path / "house.webp"
    dialog.choose_folder(tmp_path / "other")
    assert dialog.path == tmp_path / "other" / "house.webp"
    assert dialog.findChildren(QFileDialog) == []


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("sea", "sea.webp"),
        ("house.gcx", "house.gcx.webp"),
        ("HOUSE.GCX", "HOUSE.GCX.webp"),
        ("scan.tif", "scan.tif.webp"),
        ("v1.2", "v1.2.webp"),
    ],
)
def test_an_extension_that_is_no_format_is_followed_by_one_and_that_is_told(
    qtbot: QtBot, dialog: ExportDialog, house: Path, tmp_path: Path, typed: str, written: str
) -> None:
    before = house.read_bytes()
    dialog.choose("WEBP")
    type_name(dialog, typed)
    assert dialog._told.isVisible()
    assert dialog._told.text() == f"Will be saved as “{written}”"
    with qtbot.waitSignal(dialog.exported) as told:
        dialog.save()
    assert told.args == [tmp_path / written]
    assert house.read_bytes() == before


def test_a_visible_mark_is_drawn_if_wanted(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path, picture: Image.Image
) -> None:
    dialog._mark.setChecked(True)
    with qtbot.waitSignal(dialog.exported):
        dialog.save()
    with Image.open(tmp_path / "house.png") as image:
        assert image.tobytes() != picture.tobytes()


def test_what_cannot_be_written_is_said_and_can_be_tried_again(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    dialog.choose_folder(tmp_path / "file")
    with qtbot.waitSignal(dialog.failed):
        dialog.save()
    assert dialog.isVisible()
    assert dialog._problem.text() == "“house.png” could not be saved."
    assert str(tmp_path) in dialog._problem.toolTip()
    dialog.choose_folder(tmp_path)
    assert dialog._problem.isHidden()
    with qtbot.waitSignal(dialog.exported):
        dialog.save()


def test_a_file_that_is_there_is_replaced_only_by_a_button_that_says_so(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path
) -> None:
    (tmp_path / "house.png").write_bytes(b"mine")
    assert dialog._save.text() == "&Save"
    with qtbot.waitSignal(dialog.failed):
        qtbot.mouseClick(dialog._save, Qt.MouseButton.LeftButton)
    assert dialog._problem.text() == "“house.png” exists already."
    assert (tmp_path / "house.png").read_bytes() == b"mine"
    assert dialog._save.text() == "&Replace"
    type_name(dialog, "other.png")
    assert dialog._save.text() == "&Save"
    type_name(dialog, "house.png")
    assert dialog._save.text() == "&Save", "another name was looked at meanwhile"
    with qtbot.waitSignal(dialog.failed):
        dialog.save()
    with qtbot.waitSignal(dialog.exported):
        qtbot.mouseClick(dialog._save, Qt.MouseButton.LeftButton)
    assert (tmp_path / "house.png").read_bytes() != b"mine"


class Shows(QWidget):
    """Another window, with a file in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.paths_on_screen = [path]


@pytest.mark.parametrize("way", ["symbolic link", "hard link", "another spelling", "its own name"])
@pytest.mark.parametrize("which", ["gcx", "other gcx", "photograph", "elsewhere"])
def test_what_is_on_the_screen_and_descriptors_are_never_replaced(
    qtbot: QtBot,
    picture: Image.Image,
    painted: Picture,
    shot: Picture,
    house: Path,
    words_only: Path,
    tmp_path: Path,
    way: str,
    which: str,
) -> None:
    photograph = tmp_path / "on screen.png"
    picture.save(photograph)
    victim = {"gcx": house, "other gcx": words_only}.get(which, photograph)
    if which == "photograph":
        dialog = ExportDialog(shot, open_document(photograph))
    else:
        dialog = ExportDialog(painted, open_document(house))
    elsewhere = Shows(victim)
    qtbot.addWidget(elsewhere)
    if which == "elsewhere":
        elsewhere.show()
    qtbot.addWidget(dialog)
    before = victim.read_bytes()
    target = tmp_path / "target.png"
    if way == "symbolic link":
        target.symlink_to(victim)
    elif way == "hard link":
        target.hardlink_to(victim)
    elif way == "another spelling":
        (tmp_path / "x").mkdir()
        target = tmp_path / "x" / ".." / victim.name
    else:
        target = victim
    if target.suffix == ".gcx":
        return  # an extension is added, so that it is another file
    dialog.choose_folder(target.parent)
    type_name(dialog, target.name)
    for _ in range(2):
        with qtbot.waitSignal(dialog.failed) as told:
            dialog.save()
        assert isinstance(told.args[0], ProtectedError)
        assert dialog._save.text() == "&Save"
    assert victim.read_bytes() == before
    assert dialog._problem.text().endswith("is never replaced: it is a .gcx file or on screen.")


def test_what_is_turned_on_the_screen_is_turned_in_the_file(
    qtbot: QtBot, painted: Picture, document: Document, tmp_path: Path
) -> None:
    dialog = ExportDialog(painted, document, quarters=1)
    qtbot.addWidget(dialog)
    with qtbot.waitSignal(dialog.exported):
        dialog.save()
    with Image.open(tmp_path / "house.png") as image:
        assert image.size == (200, 320)
        assert image.convert("RGB").getpixel((100, 80)) == (170, 20, 20)  # the disc, from the left
        assert TERM in xmp_of((tmp_path / "house.png").read_bytes())


def test_cancelling_in_time_writes_nothing_and_closes_afterwards(
    qtbot: QtBot, dialog: ExportDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_go_on = threading.Event()

    def slow(*given: Any, **options: Any) -> bytes:
        assert may_go_on.wait(10)
        return export_bytes(*given, **options)

    monkeypatch.setattr(exporting, "export_bytes", slow)
    dialog.save()
    cancel = dialog._buttons.button(QDialogButtonBox.StandardButton.Cancel)
    with qtbot.assertNotEmitted(dialog.rejected):
        qtbot.mouseClick(cancel, Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    with qtbot.waitSignal(dialog.rejected):
        may_go_on.set()
    assert not (tmp_path / "house.png").exists()


def test_a_photograph_is_exported_without_a_mark(
    qtbot: QtBot, shot: Picture, photograph: Path, tmp_path: Path
) -> None:
    dialog = ExportDialog(shot, open_document(photograph))
    qtbot.addWidget(dialog)
    assert dialog._mark.isHidden()
    type_name(dialog, "a.webp")
    with qtbot.waitSignal(dialog.exported):
        dialog.save()
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


def test_a_copy_is_turned_as_the_picture_is(
    qtbot: QtBot, painted: Picture, document: Document, shot: Picture, photograph: Path
) -> None:
    clipboard = Clipboard()
    for picture, of in ((painted, document), (shot, open_document(photograph))):
        with qtbot.waitSignal(clipboard.copied):
            clipboard.copy(picture, of, 3)
        mime = QGuiApplication.clipboard().mimeData()
        assert QGuiApplication.clipboard().image().size() == QSize(200, 320)
        assert not mime.hasUrls(), "the file itself is not turned"
        with Image.open(io.BytesIO(mime.data("image/png").data())) as image:
            assert image.size == (200, 320)
            red, _, blue = image.convert("RGB").getpixel((100, 240))  # the disc, from the right
            assert red > 150 > 60 > blue
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
    hand.start(painted, document, QPixmap(), 0, Qt.KeyboardModifier.ControlModifier)
    hand.start(shot, open_document(photograph), QPixmap())
    assert [files_of(mime) for mime in hand.dragged] == [[document.path], [photograph]]
    hand.close_workers()


def test_a_turned_photograph_is_dragged_as_a_turned_copy(
    qtbot: QtBot, shot: Picture, photograph: Path
) -> None:
    source = QWidget()
    qtbot.addWidget(source)
    hand = Hand(source)
    hand.start(shot, open_document(photograph), QPixmap(), 1)
    qtbot.waitUntil(lambda: bool(hand.dragged))
    [file] = files_of(hand.dragged[0])
    assert file.name == "photograph.png"
    with Image.open(file) as image:
        assert image.size == (200, 320)
    hand.close_workers()


# --- dropping ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Canvas, WelcomePage, CompareView, EncodeWindow])
def test_what_is_dropped_is_taken_as_a_copy_though_a_move_is_proposed(
    qtbot: QtBot, kind: type[QWidget], photograph: Path
) -> None:
    """After a move the file manager would remove the file."""
    widget = kind()
    qtbot.addWidget(widget)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(photograph))])
    action, button = Qt.DropAction, Qt.MouseButton.LeftButton
    possible = action.MoveAction | action.CopyAction
    modifiers = Qt.KeyboardModifier.ShiftModifier  # asks for a move
    entered = QDragEnterEvent(QPoint(5, 5), possible, mime, button, modifiers)
    entered.setDropAction(action.MoveAction)
    widget.dragEnterEvent(entered)
    dropped = QDropEvent(QPointF(5, 5), possible, mime, button, modifiers)
    dropped.setDropAction(action.MoveAction)
    widget.dropEvent(dropped)
    assert (entered.dropAction(), entered.isAccepted()) == (action.CopyAction, True)
    assert (dropped.dropAction(), dropped.isAccepted()) == (action.CopyAction, True)
    for close in ("shut_down", "close_workers"):
        if hasattr(widget, close):
            getattr(widget, close)()
    assert photograph.exists()


@pytest.mark.parametrize(
    ("stem", "name"),
    [("sea", "sea.png"), ('a<b>"|?*c', "a_b_____c.png"), ("x" * 300, "x" * 60 + ".png")],
)
def test_names_suit_every_file_system(document: Document, stem: str, name: str) -> None:
    assert file_name(replace(document, path=Path(f"/tmp/{stem}.gcx")), ".png") == name
    assert file_name(None, ".png") == "picture.png"
