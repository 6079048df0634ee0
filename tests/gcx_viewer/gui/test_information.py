"""The information panel and the picture of the chunks, against real files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from PyQt6.QtCore import QPoint
from PyQt6.QtWidgets import QApplication, QLabel

from gcx_format import Descriptor, container, write
from gcx_format.provenance import DigitalSourceType
from gcx_viewer.core.opening import open_document
from gcx_viewer.core.pictures import Picture
from gcx_viewer.gui.canvas.pyramid import Pyramid
from gcx_viewer.gui.panels.chunks import ChunkPicture, parts_of
from gcx_viewer.gui.panels.information import InformationPanel

SPECIFICATION = Path(__file__).parents[3] / "spec" / "vectors" / "valid"


@pytest.fixture
def panel(qtbot):
    panel = InformationPanel()
    qtbot.addWidget(panel, before_close_func=InformationPanel.close_workers)
    panel.resize(300, 700)
    panel.show()
    return panel


def texts(panel: InformationPanel) -> str:
    labels = panel.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisibleTo(panel))


def test_it_tells_what_the_file_holds(qtbot, panel, house):
    document = open_document(house)
    panel.show_document(document)
    qtbot.waitUntil(lambda: panel.json is not None)
    assert panel.words.toPlainText() == document.descriptor.text
    qtbot.waitUntil(lambda: "house.gcx" in texts(panel))
    shown = texts(panel)
    assert "320 × 200" in shown  # noqa: RUF001
    assert "AV1" in shown
    assert document.data[-4:].hex() not in texts(panel)
    panel.details_button.click()
    qtbot.waitUntil(lambda: document.data[-4:].hex() in texts(panel))
    assert "Bits per pixel" in texts(panel)


def test_who_painted_it_and_for_how_much_comes_first_and_checksums_are_folded_away(
    qtbot, panel, house
):
    document = open_document(house)
    panel.show_document(document)
    info = {"model": "gpt-image-1", "cost_usd": 0.19, "score": 0.873}
    image = Image.new("RGB", document.size)
    panel.show_picture(
        Picture(image, "reconstruction", DigitalSourceType.TRAINED_ALGORITHMIC, None, info)
    )
    qtbot.waitUntil(lambda: panel.json is not None)
    shown = texts(panel).replace("\N{NO-BREAK SPACE}", " ")
    qtbot.waitUntil(lambda: panel._painted.y() > 0)
    assert panel.words.y() < panel._painted.y() < panel._file.y() < panel.details_button.y()
    assert "Painted by\ngpt-image-1\nCost\n$0.190\nMatches the file\n87 %" in shown
    assert "Bits per pixel" not in shown
    assert not panel.copy_json_button.isVisible()


def test_the_words_can_be_copied(qtbot, panel, house):
    document = open_document(house)
    panel.show_document(document)
    panel.copy_words_button.click()
    assert QApplication.clipboard().text() == document.descriptor.text


def test_the_json_is_what_gcx_info_prints(qtbot, panel, house, capsys):
    from gcx_format.cli import main

    panel.show_document(open_document(house))
    qtbot.waitUntil(panel.copy_json_button.isEnabled)
    panel.copy_json_button.click()
    assert main(["info", "--json", str(house)]) == 0
    printed = capsys.readouterr().out
    assert QApplication.clipboard().text() == printed
    assert json.loads(printed)["width"] == 320


def test_words_in_a_file_are_never_markup(qtbot, panel, tmp_path):
    from gcx_format.codecs import code_text

    path = tmp_path / "sly.gcx"
    words = '<a href="file:///etc/passwd">here</a> <img src=x>'
    write(path, Descriptor(width=9, height=9, coded_text=code_text(words), note="<b>note</b>"))
    panel.show_document(open_document(path))
    assert panel.words.toPlainText() == words
    qtbot.waitUntil(lambda: "<b>note</b>" in texts(panel))
    for label in panel.findChildren(QLabel):
        assert label.textFormat() == label.textFormat().PlainText


def test_an_ordinary_picture_has_no_chunks(qtbot, panel, photograph):
    panel.show_document(open_document(photograph))
    qtbot.waitUntil(lambda: "JPEG" in texts(panel))
    assert panel.chunks.isHidden()
    assert panel.words.isHidden()


def test_a_file_that_went_is_not_told_of(qtbot, panel, house, visual_only):
    panel.show_document(open_document(house))
    panel.show_document(open_document(visual_only))
    qtbot.waitUntil(lambda: panel.json is not None)
    assert json.loads(panel.json)["file"] == str(visual_only)


@pytest.mark.parametrize("path", sorted(SPECIFICATION.glob("*.gcx")), ids=lambda path: path.stem)
def test_every_byte_of_every_valid_file_has_its_place(qtbot, path):
    from gcx_format.report import file_report

    data = path.read_bytes()
    parts = parts_of(file_report(container.loads(data), data)["chunks"])
    picture = ChunkPicture()
    qtbot.addWidget(picture)
    picture.resize(320, picture.sizeHint().height())
    picture.show_parts(parts)
    picture.resize(320, picture.sizeHint().height())
    assert sum(part.size for part in parts) == len(data)
    assert picture.part_at(QPoint(0, 3)) == parts[0]
    assert picture.part_at(QPoint(0, 10_000)) is None
    assert picture.accessibleDescription().count(";") == len(parts) - 1
    assert picture.minimumSizeHint().height() < 700


def test_bytes_are_drawn_to_scale(qtbot, house):
    from gcx_format.report import file_report

    data = house.read_bytes()
    parts = parts_of(file_report(container.loads(data), data)["chunks"])
    picture = ChunkPicture()
    qtbot.addWidget(picture)
    picture.show_parts(parts)
    picture.resize(640, picture.sizeHint().height())
    seen: dict[str, int] = {}
    for row in range(-(-len(data) // 32)):
        for byte in range(32):
            part = picture.part_at(QPoint(byte * 20 + 10, row * 18 + 5))
            if part is not None:
                seen[part.name] = seen.get(part.name, 0) + 1
    assert seen == {part.name: part.size for part in parts}


def test_a_pyramid_has_the_smallest_picture_that_suffices():
    from PIL import Image

    from gcx_viewer.core.pictures import Picture

    pyramid = Pyramid.of(Picture(Image.new("RGB", (2000, 1000)), "photograph"))
    assert [level.width() for level in pyramid.levels] == [2000, 1000, 500, 250]
    assert pyramid.for_zoom(0.3).width() == 1000
    assert pyramid.for_zoom(0.25).width() == 500
    assert pyramid.for_zoom(3).width() == 2000


def test_a_model_of_ms_illm_is_called_by_its_name(qtbot, panel, missing_codec):
    panel.show_document(open_document(missing_codec))
    qtbot.waitUntil(lambda: "MS-ILLM, quality 2" in texts(panel))  # of index 3
