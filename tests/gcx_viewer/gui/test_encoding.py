"""The window for encoding, with real photographs and a server of models on this machine."""

from __future__ import annotations

import threading

import pytest
from PIL import Image
from PyQt6.QtCore import QMimeData, QPointF, Qt, QUrl
from PyQt6.QtGui import QColor, QDropEvent, QGuiApplication, QImage
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QMessageBox, QWidget

from gcx_format import read
from gcx_viewer.core.encoding.coding import EncodeOptions
from gcx_viewer.gui.encoding.window import EncodeWindow

SECONDS = 20_000


@pytest.fixture
def photographs(tmp_path):
    """Three photographs in a folder; the second is broken."""
    paths = [tmp_path / "photos" / f"{name}.png" for name in "abc"]
    paths[0].parent.mkdir()
    for number, path in enumerate(paths):
        image = Image.linear_gradient("L").resize((96, 64)).convert("RGB")
        image.paste((200, 40, 40), (10 * number, 10, 10 * number + 20, 40))
        image.save(path)
    paths[1].write_bytes(b"\x89PNG no picture")
    return paths


@pytest.fixture
def window(qtbot):
    window = EncodeWindow()
    qtbot.addWidget(window)
    window.show()
    yield window
    window.shut_down()
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("gcx ")]
    assert left == []


def add(qtbot, window, paths):
    window.add(paths)
    qtbot.waitUntil(
        lambda: (
            window.list.count() >= len(paths)
            and all(entry.state != "waiting" for entry in window.list.entries())
        ),
        timeout=SECONDS,
    )


def choose(window, options):
    window.panel.choose(options)
    window.panel.changed.emit()


def until_final(qtbot, window):
    qtbot.waitUntil(
        lambda: window.preview.total.isEnabled() and bool(window.preview.total.text()),
        timeout=SECONDS,
    )


def until_saved(qtbot, window):
    qtbot.waitUntil(lambda: not window.is_saving, timeout=SECONDS)


class TestLosses:
    @pytest.fixture
    def clear(self, photographs):
        """An animation with transparency, before photographs without."""
        path = photographs[0].parent / "a-clear.webp"
        frames = [Image.new("RGBA", (96, 64), (200, 40, number, 100)) for number in (0, 200)]
        frames[0].save(path, save_all=True, append_images=frames[1:])
        return path

    def test_are_told_of_the_current_photograph(self, qtbot, window, clear, photographs):
        add(qtbot, window, [clear, photographs[0]])
        qtbot.waitUntil(window.preview.losses.isVisible, timeout=SECONDS)
        text = "Only the first frame is kept; Transparency becomes white"
        assert window.preview.losses.text() == text
        clear_entry, other = window.list.entries()
        assert window.list.says(clear_entry).endswith(f"; {text}")
        window.list.setCurrentRow(1)
        assert window.preview.losses.isHidden()
        until_final(qtbot, window)
        assert window.preview.losses.isHidden()
        assert other.losses == ()

    def test_are_told_of_those_that_were_saved_unseen(self, qtbot, window, clear, photographs):
        add(qtbot, window, [photographs[0], clear])
        until_final(qtbot, window)
        window.save_all()
        until_saved(qtbot, window)
        first, saved = window.list.entries()
        assert (first.losses, saved.losses) == ((), ("frames", "transparency"))
        assert "saved; Only the first frame is kept" in window.list.says(saved)


class TestPhotographs:
    def test_of_a_folder_are_listed_and_the_first_is_shown(self, qtbot, window, photographs):
        window.add([photographs[0].parent])
        qtbot.waitUntil(lambda: window.list.count() == 3)
        until_final(qtbot, window)
        first, broken, last = window.list.entries()
        qtbot.waitUntil(lambda: last.state == "ready")
        assert window.list.current() is first
        assert first.glance.size == (96, 64)
        assert broken.state == "failed"
        assert "picture" in window.list.says(broken)

    def test_are_taken_once(self, qtbot, window, photographs):
        add(qtbot, window, photographs[:1])
        add(qtbot, window, photographs)
        qtbot.waitUntil(lambda: window.list.count() == 3)

    def test_can_be_dropped(self, qtbot, window, photographs):
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(photographs[0])), QUrl("https://example.org/a.png")])
        event = QDropEvent(
            QPointF(50, 50),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        window.dropEvent(event)
        qtbot.waitUntil(lambda: window.list.count() == 1)
        assert window.list.current().source.path == photographs[0]

    def test_can_be_pasted_and_need_a_folder_then(self, qtbot, window, tmp_path):
        image = QImage(80, 60, QImage.Format.Format_RGB32)
        image.fill(QColor(30, 60, 200))
        QGuiApplication.clipboard().setImage(image)
        window.side.paste()
        qtbot.waitUntil(lambda: window.list.count() == 1)
        window.save_all()
        assert window.notice.isVisible()
        assert not window.is_saving
        window.foot.set_folder(tmp_path / "out")
        window.save_all()
        until_saved(qtbot, window)
        [path] = (tmp_path / "out").iterdir()
        assert read(path).size == (80, 60)

    def test_can_be_taken_out_again(self, qtbot, window, photographs):
        add(qtbot, window, photographs[:1])
        QTest.keyClick(window.list, Qt.Key.Key_Delete)
        assert window.list.count() == 0
        assert photographs[0].exists()
        assert not window.foot.save_all_button.isEnabled()


class TestChoosing:
    def test_shows_what_is_kept_and_its_bytes(self, qtbot, window, photographs):
        add(qtbot, window, photographs[:1])
        choose(window, EncodeOptions("own", visual_bytes=80))
        window.panel.editor.setPlainText("A red square")
        until_final(qtbot, window)
        window.foot.set_folder(photographs[0].parent)
        window.save_to(photographs[0].with_suffix(".gcx"))
        until_saved(qtbot, window)
        saved = photographs[0].with_suffix(".gcx")
        descriptor = read(saved)
        assert window.preview.total.text().startswith(f"{saved.stat().st_size} ")
        assert f"words {len(descriptor.coded_text.payload)} " in window.preview.parts.text()
        assert f"condition {len(descriptor.visual.payload)} " in window.preview.parts.text()
        assert descriptor.text == "A red square"

    def test_words_belong_to_their_photograph(self, qtbot, window, photographs):
        add(qtbot, window, [photographs[0], photographs[2]])
        window.panel.editor.setPlainText("First")
        window.list.setCurrentRow(1)
        assert window.panel.editor.toPlainText() == ""
        window.panel.editor.setPlainText("Second")
        window.list.setCurrentRow(0)
        assert window.panel.editor.toPlainText() == "First"

    def test_words_are_counted(self, qtbot, window, photographs):
        add(qtbot, window, photographs[:1])
        window.panel.editor.setPlainText("A red square")
        qtbot.waitUntil(lambda: window.panel.count.text().startswith("12 "))
        window.panel.editor.setPlainText("A \x1b square")
        assert "control character" in window.panel.count.text()

    def test_words_of_the_metadata_are_shown(self, qtbot, window, tmp_path):
        exif = Image.Exif()
        exif[0x010E] = "A blue wall"
        Image.new("RGB", (64, 64), "blue").save(tmp_path / "wall.jpg", exif=exif)
        choose(window, EncodeOptions("metadata"))
        add(qtbot, window, [tmp_path / "wall.jpg"])
        qtbot.waitUntil(lambda: window.panel.editor.toPlainText() == "A blue wall")

    def test_what_cannot_be_is_said_in_place_of_the_picture(self, qtbot, window, photographs):
        add(qtbot, window, photographs[:1])
        choose(window, EncodeOptions("none", visual_bytes=2))
        pictures = window.preview.pictures
        qtbot.waitUntil(lambda: "so few bytes" in pictures.accessibleDescription(), timeout=SECONDS)
        assert window.preview.total.text() == ""

    def test_offers_sizes_only_where_there_is_a_picture(self, qtbot, window, photographs):
        add(qtbot, window, photographs[:1])
        choose(window, EncodeOptions("own", visual="none"))
        assert not window.panel.budget.isEnabled()
        assert window.panel.options() == EncodeOptions("own", visual="none")
        choose(window, EncodeOptions("own", bpp=0.02))
        assert window.panel.options() == EncodeOptions("own", bpp=0.02)


class TestDescribing:
    @pytest.fixture
    def server(self, openai_environment):
        return openai_environment

    def test_fills_the_editor_for_the_user_to_change(self, qtbot, server, window, photographs):
        server.descriptions = ["Found by the model"]
        add(qtbot, window, photographs[:1])
        choose(window, EncodeOptions("model"))
        qtbot.waitUntil(lambda: "$" in window.panel.describe_button.text())
        assert "gpt-4o" in window.panel.words.currentText()
        qtbot.mouseClick(window.panel.describe_button, Qt.MouseButton.LeftButton)
        assert window.panel.editor.isReadOnly()
        qtbot.waitUntil(
            lambda: window.panel.editor.toPlainText() == "Found by the model", timeout=SECONDS
        )
        assert not window.panel.editor.isReadOnly()
        window.panel.editor.setPlainText("Changed by the user")
        window.save_all()
        until_saved(qtbot, window)
        assert read(photographs[0].with_suffix(".gcx")).text == "Changed by the user"
        assert server.calls() == 1

    @pytest.mark.usefixtures("plugins")
    def test_is_also_done_by_a_plug_in(self, qtbot, window, photographs):
        add(qtbot, window, photographs[:1])
        choose(window, EncodeOptions("model", describer="echo"))
        assert window.panel.words.currentText() == "Found by echo"
        assert window.panel.options() == EncodeOptions("model", describer="echo")
        assert window.panel.describe_button.text() == "&Describe"  # for nothing
        window.save_all()
        qtbot.waitUntil(lambda: window.foot.open_button.isVisible(), timeout=SECONDS)
        assert read(photographs[0].with_suffix(".gcx")).text.startswith("An echo of")

    def test_is_of_one_photograph_at_a_time(self, qtbot, server, window, photographs):
        server.delay = 0.3
        server.descriptions = ["Found by the model"]
        add(qtbot, window, [photographs[0], photographs[2]])
        choose(window, EncodeOptions("model"))
        window.panel.describe_button.click()
        window.list.setCurrentRow(1)
        assert not window.panel.describe_button.isEnabled()
        assert not window.panel.editor.isReadOnly()
        first, second = window.list.entries()
        qtbot.waitUntil(lambda: first.words == "Found by the model", timeout=SECONDS)
        assert second.words == window.panel.editor.toPlainText() == ""
        assert window.panel.describe_button.isEnabled()

    def test_can_be_stopped(self, qtbot, server, window, photographs):
        server.script("stall")
        add(qtbot, window, photographs[:1])
        choose(window, EncodeOptions("model"))
        window.panel.describe_button.click()
        qtbot.waitUntil(lambda: server.calls() == 1, timeout=SECONDS)
        window.panel.describe_button.click()
        qtbot.waitUntil(lambda: not window.panel.editor.isReadOnly(), timeout=SECONDS)
        assert not window.notice.isVisible()

    def test_tells_what_went_wrong_and_the_way_out(self, qtbot, server, window, photographs):
        server.script("bad_key")
        add(qtbot, window, photographs[:1])
        choose(window, EncodeOptions("model"))
        window.panel.describe_button.click()
        qtbot.waitUntil(window.notice.isVisible, timeout=SECONDS)
        with qtbot.waitSignal(window.settings_wanted) as wanted:
            window.notice.button.click()
        assert wanted.args == ["key"]

    def test_of_all_is_asked_for_with_its_cost(self, qtbot, server, window, photographs):
        server.descriptions = ["Found by the model"]
        add(qtbot, window, photographs[:1])
        choose(window, EncodeOptions("model"))
        until_final(qtbot, window)
        assert "about" in window.preview.total.text()
        window.save_all()
        qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
        assert server.calls() == 0
        box = window.findChild(QMessageBox)
        assert "$" in box.informativeText()
        box.defaultButton().click()
        qtbot.waitUntil(lambda: window.foot.open_button.isVisible(), timeout=SECONDS)
        assert read(photographs[0].with_suffix(".gcx")).text == "Found by the model"
        assert window.panel.editor.toPlainText() == "Found by the model"


class TestSaving:
    def test_all_tells_of_each_and_sums_up(self, qtbot, window, photographs, tmp_path):
        add(qtbot, window, photographs)
        choose(window, EncodeOptions("none"))
        window.foot.set_folder(tmp_path / "out")
        qtbot.mouseClick(window.foot.save_all_button, Qt.MouseButton.LeftButton)
        assert window.foot.stop_button.isVisible()
        until_saved(qtbot, window)
        states = [entry.state for entry in window.list.entries()]
        assert states == ["saved", "failed", "saved"]
        assert window.foot.summary.text().startswith("2 ")
        assert "b.png" in window.notice.label.text()
        with qtbot.waitSignal(window.encoded) as wanted:
            qtbot.mouseClick(window.foot.open_button, Qt.MouseButton.LeftButton)
        assert wanted.args == [[tmp_path / "out" / "a.gcx", tmp_path / "out" / "c.gcx"]]

    def test_replaces_only_what_it_may(self, qtbot, window, photographs):
        target = photographs[0].with_suffix(".gcx")
        target.write_bytes(b"precious")
        add(qtbot, window, photographs[:1])
        choose(window, EncodeOptions("none"))
        window.save_all()
        until_saved(qtbot, window)
        assert target.read_bytes() == b"precious"
        assert "exists" in window.notice.label.text()
        window.foot.overwrite.setChecked(True)
        window.save_all()
        until_saved(qtbot, window)
        assert read(target).size == (96, 64)

    def test_that_is_stopped_leaves_nothing_half_written(self, qtbot, window, tmp_path):
        folder = tmp_path / "many"
        folder.mkdir()
        for number in range(12):
            Image.new("RGB", (64, 64), (20 * number, 0, 0)).save(folder / f"{number:02}.png")
        add(qtbot, window, sorted(folder.iterdir()))
        choose(window, EncodeOptions("none", visual_bytes=60))
        window.foot.set_folder(tmp_path / "out")
        window.save_all()
        entries = window.list.entries()
        qtbot.waitUntil(lambda: any(entry.state == "saved" for entry in entries), timeout=SECONDS)
        window.foot.stop_button.click()
        until_saved(qtbot, window)
        assert any(entry.state == "stopped" for entry in entries)
        written = sorted((tmp_path / "out").iterdir())
        assert len(written) == sum(entry.state == "saved" for entry in entries)
        for path in written:
            assert read(path).size == (64, 64)

    def test_closing_meanwhile_leaves_no_thread(self, qtbot, window, photographs, tmp_path):
        add(qtbot, window, photographs)
        choose(window, EncodeOptions("none", visual_bytes=60))
        window.foot.set_folder(tmp_path / "out")
        window.save_all()
        window.close()
        window.shut_down()
        for path in (tmp_path / "out").glob("*"):
            assert read(path).size == (96, 64)


class TestClosing:
    def test_asks_before_words_are_lost(self, qtbot, window, photographs):
        add(qtbot, window, photographs[:1])
        window.panel.editor.setPlainText("A red square")
        assert not window.close()
        box = window.findChild(QMessageBox)
        box.button(QMessageBox.StandardButton.Cancel).click()
        assert window.isVisible()
        window.save_all()
        until_saved(qtbot, window)
        assert window.close()

    def test_and_showing_again_begins_anew(self, qtbot, window, photographs):
        add(qtbot, window, photographs[:1])
        assert window.close()
        assert window.list.count() == 0
        add(qtbot, window, photographs[2:])
        window.show()
        until_final(qtbot, window)
        window.save_all()
        until_saved(qtbot, window)
        assert read(photographs[2].with_suffix(".gcx")).size == (96, 64)
        assert not photographs[0].with_suffix(".gcx").exists()

    def test_closes_if_told_to(self, qtbot, window, photographs):
        add(qtbot, window, photographs[:1])
        window.panel.editor.setPlainText("A red square")
        window.close()
        box = window.findChild(QMessageBox)
        [button] = [b for b in box.buttons() if b is not box.defaultButton()]
        button.click()
        assert not window.isVisible()


class TestTheKeyboard:
    def test_reaches_every_control_by_name(self, qtbot, window, photographs):
        add(qtbot, window, photographs[:1])
        for widget in window.findChildren(QWidget):
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
                named = widget.accessibleName() or getattr(widget, "text", str)()
                assert named or widget.parent().accessibleName(), f"{widget} has no name"

    def test_mnemonics_differ(self, window):
        texts = [
            child.text()
            for child in window.findChildren(QWidget)
            if hasattr(child, "text") and "&" in child.text()
        ]
        letters = [text[text.index("&") + 1].lower() for text in texts]
        assert len(letters) == len(set(letters)), sorted(texts)


class TestMissingCodec:
    def test_what_cannot_be_encoded_here_cannot_be_saved(
        self, qtbot, window, photographs, tmp_path, monkeypatch
    ):
        monkeypatch.setenv("GCX_WEIGHTS_FOLDER", str(tmp_path / "no weights"))
        buttons = (window.foot.save_button, window.foot.save_all_button)
        add(qtbot, window, photographs[:1])
        until_final(qtbot, window)
        assert all(button.isEnabled() for button in buttons)
        choose(window, EncodeOptions(words="none", visual="msillm", quality="2"))
        qtbot.waitUntil(lambda: not any(b.isEnabled() for b in buttons), timeout=SECONDS)
        told = "This needs a model that is not installed, or is damaged."
        assert {button.toolTip() for button in buttons} == {told}
        assert window.notice.button.text() == "Copy Install Command"
        assert window.notice.button.toolTip() == "gcx weights get 2"
        window.save_to(tmp_path / "no.gcx")
        window.save_all()
        assert not window.is_saving
        choose(window, EncodeOptions(words="none"))
        until_final(qtbot, window)
        assert all(button.isEnabled() and not button.toolTip() for button in buttons)


class TestEscape:
    def test_it_closes_the_window(self, qtbot, window):
        qtbot.waitUntil(window.isActiveWindow)
        with qtbot.waitSignal(window.closed):
            QTest.keyClick(window, Qt.Key.Key_Escape)

    def test_unsaved_words_are_asked_about(self, qtbot, window, photographs):
        add(qtbot, window, photographs[:1])
        window.list.current().words = "A ramp."
        QTest.keyClick(window, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: window.findChild(QMessageBox) is not None)
        assert window.isVisible()
