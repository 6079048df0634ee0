"""The settings window, driven as a user drives it."""

from __future__ import annotations

import re

import keyring
import keyring.backends.fail
import pytest
import time_machine
from PyQt6.QtCore import QLocale, Qt
from PyQt6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QMessageBox,
    QWidget,
)

from gcx_format.cache import Cache
from gcx_format.records import Record
from gcx_format.settings import load_settings
from gcx_viewer.core import keys
from gcx_viewer.core import preferences as remembered
from gcx_viewer.core.preferences import Preferences
from gcx_viewer.core.viewing.generating import partial_images
from gcx_viewer.gui.settings.dialog import SettingsDialog
from memory_keyring import MemoryKeyring

KEY = "sk-test-0123456789"
Button = QDialogButtonBox.StandardButton


@pytest.fixture(autouse=True)
def memory(monkeypatch):
    monkeypatch.setattr(keys, "_known", [])
    before = keyring.get_keyring()
    backend = MemoryKeyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "config.toml"
    monkeypatch.setenv("GCX_CONFIG", str(path))
    monkeypatch.setenv("GCX_VIEWER_PREFERENCES", str(tmp_path / "viewer.json"))
    return path


@pytest.fixture
def open_dialog(qtbot, file):
    opened = []

    def open_it(preferences: Preferences | None = None) -> SettingsDialog:
        dialog = SettingsDialog(preferences or Preferences())
        qtbot.addWidget(dialog)
        opened.append(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: dialog.is_loaded or dialog.message.isVisible())
        return dialog

    yield open_it
    for dialog in opened:
        dialog.reject()
        assert dialog._work.close(10)


def press(qtbot, dialog, button):
    qtbot.mouseClick(dialog.buttons.button(button), Qt.MouseButton.LeftButton)


def is_enabled(dialog, button):
    return dialog.buttons.button(button).isEnabled()


class TestChanging:
    def test_ok_writes_what_was_changed_and_nothing_else(self, qtbot, file, open_dialog):
        file.write_text("# mine\nwords = 25\n")
        preferences = Preferences()
        dialog = open_dialog(preferences)
        assert not is_enabled(dialog, Button.Apply)
        dialog.show_page("spending limit")
        dialog.money.fields["daily_limit_usd"].control.setValue(2.5)
        dialog.viewing.theme.control.setCurrentIndex(2)
        dialog.generating.fields["host_model"].control.setEditText("gpt-6-sol")
        assert is_enabled(dialog, Button.Apply)
        with qtbot.waitSignal(dialog.accepted):
            press(qtbot, dialog, Button.Ok)
        assert file.read_text() == (
            '# mine\nwords = 25\nhost_model = "gpt-6-sol"\ndaily_limit_usd = 2.50\n'
        )
        assert preferences.theme == "dark"
        assert remembered.load().theme == "dark"

    def test_apply_stays_open_and_tells(self, qtbot, file, open_dialog):
        dialog = open_dialog()
        dialog.generating.policy.control.setCurrentIndex(1)
        with qtbot.waitSignal(dialog.applied):
            press(qtbot, dialog, Button.Apply)
        qtbot.waitUntil(lambda: dialog.is_loaded)
        assert dialog.isVisible()
        assert not is_enabled(dialog, Button.Apply)
        assert remembered.load().policy == "always"
        assert not file.exists()

    def test_cancel_changes_nothing(self, qtbot, file, open_dialog):
        preferences = Preferences()
        dialog = open_dialog(preferences)
        dialog.generating.policy.control.setCurrentIndex(1)
        dialog.cache.fields["cache_max_megabytes"].control.setValue(10)
        press(qtbot, dialog, Button.Cancel)
        assert preferences == Preferences()
        assert not file.exists()

    def test_an_emptied_name_goes_back_to_the_default(self, qtbot, file, open_dialog):
        file.write_text('image_model = "gpt-image-2"\n')
        dialog = open_dialog()
        field = dialog.generating.fields["image_model"]
        assert field.value() == "gpt-image-2"
        field.control.setEditText(" ")
        with qtbot.waitSignal(dialog.accepted):
            press(qtbot, dialog, Button.Ok)
        assert file.read_text() == ""

    @pytest.mark.parametrize(
        ("now", "chosen", "expected"),
        [
            ("2026-11-14", None, ""),
            (
                "2026-11-15",
                None,
                "gpt-4o is switched off on Thursday, 14 January 2027; "
                "then gpt-6-luna takes its place.",
            ),
            (
                "2027-02-01",
                "gpt-4o",
                "gpt-4o is switched off on Thursday, 14 January 2027; "
                "choose gpt-6-luna, or leave it empty.",
            ),
            ("2027-02-01", None, ""),
        ],
    )
    def test_the_end_of_a_model_is_told(self, qtbot, file, open_dialog, now, chosen, expected):
        if chosen:
            file.write_text(f'host_model = "{chosen}"\n')
        locale = QLocale()
        QLocale.setDefault(QLocale("en_GB"))
        try:
            with time_machine.travel(now):
                dialog = open_dialog()
        finally:
            QLocale.setDefault(locale)
        assert dialog.generating.endings.text() == expected
        dialog.show_page("generating")
        assert dialog.generating.endings.isVisible() == bool(expected)

    @pytest.mark.usefixtures("plugins")
    def test_whatever_paints_can_be_chosen(self, qtbot, file, open_dialog):
        dialog = open_dialog()
        box = dialog.generating.generator.control
        shown = [box.itemText(index) for index in range(box.count())]
        assert shown[:2] == ["The first that is ready", "Preview · free"]
        assert re.fullmatch(r"OpenAI · up to \$0\.\d\d each · This needs a key .*", shown[2])
        assert shown[-1] == "Stripes · free"
        box.setCurrentIndex(box.count() - 1)
        with qtbot.waitSignal(dialog.accepted):
            press(qtbot, dialog, Button.Ok)
        assert file.read_text() == 'generator = "stripes"\n'

    def test_trusted_folders_are_added_and_removed(self, qtbot, open_dialog, tmp_path):
        preferences = Preferences(trusted_folders=[tmp_path / "old"])
        dialog = open_dialog(preferences)
        trusted = dialog.generating.trusted
        trusted.add(str(tmp_path / "new"))
        trusted.add(str(tmp_path / "new"))
        trusted.list.setCurrentRow(0)
        qtbot.mouseClick(trusted.remove_button, Qt.MouseButton.LeftButton)
        with qtbot.waitSignal(dialog.accepted):
            press(qtbot, dialog, Button.Ok)
        assert preferences.trusted_folders == [tmp_path / "new"]


class TestWhatCannotBeChanged:
    def test_is_disabled_and_says_why(self, file, open_dialog, monkeypatch):
        monkeypatch.setenv("GCX_HOST_MODEL", "gpt-6-sol")
        dialog = open_dialog()
        field = dialog.generating.fields["host_model"]
        assert not field.control.isEnabled()
        assert field.value() == "gpt-6-sol"
        assert "GCX_HOST_MODEL" in field.note.text()
        assert dialog.generating.fields["image_quality"].control.isEnabled()

    def test_a_file_that_is_no_toml_is_told_and_left_alone(self, qtbot, file, open_dialog):
        file.write_text("words = = 3\n")
        dialog = open_dialog()
        assert dialog.message.text() == "The settings contain a mistake."
        assert "not valid TOML" in dialog.message.toolTip()
        assert not dialog.money.fields["daily_limit_usd"].isEnabled()
        dialog.viewing.theme.control.setCurrentIndex(1)
        with qtbot.waitSignal(dialog.accepted):
            press(qtbot, dialog, Button.Ok)
        assert remembered.load().theme == "light"
        assert file.read_text() == "words = = 3\n"

    def test_what_cannot_be_written_is_told_and_stays_entered(self, qtbot, file, open_dialog):
        dialog = open_dialog()
        file.mkdir()
        dialog.money.fields["call_limit_usd"].control.setValue(0.25)
        press(qtbot, dialog, Button.Ok)
        qtbot.waitUntil(dialog.message.isVisible)
        assert dialog.isVisible()
        assert dialog.money.fields["call_limit_usd"].control.value() == 0.25
        assert is_enabled(dialog, Button.Apply)


class TestTheKey:
    def test_is_kept_in_the_keyring_and_never_shown(self, qtbot, open_dialog, memory, file):
        dialog = open_dialog()
        dialog.show_page("key")
        assert "No key is set" in dialog.key.state.text()
        assert dialog.key.entry.echoMode() == QLineEdit.EchoMode.Password
        qtbot.keyClicks(dialog.key.entry, KEY)
        with qtbot.waitSignal(dialog.applied):
            qtbot.mouseClick(dialog.key.save_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: dialog.is_loaded)
        assert keys.load_key() == KEY
        assert dialog.key.entry.text() == ""
        assert dialog.key.state.text() == "The key is in the keyring."
        assert "MemoryKeyring" in dialog.key.keyring.text()
        assert not file.exists()

    def test_that_was_entered_is_kept_with_ok_too(self, qtbot, open_dialog):
        dialog = open_dialog()
        qtbot.keyClicks(dialog.key.entry, KEY)
        with qtbot.waitSignal(dialog.accepted):
            press(qtbot, dialog, Button.Ok)
        assert keys.load_key() == KEY

    def test_that_can_be_none_is_told(self, qtbot, open_dialog, memory):
        dialog = open_dialog()
        dialog.key.entry.setText("two words")
        press(qtbot, dialog, Button.Ok)
        qtbot.waitUntil(dialog.message.isVisible)
        assert "no spaces" in dialog.message.text()
        assert dialog.isVisible()
        assert memory.kept == {}

    def test_is_removed_once_that_is_confirmed(self, qtbot, open_dialog):
        keys.save_key(KEY)
        dialog = open_dialog()
        dialog.show_page("key")
        qtbot.mouseClick(dialog.key.remove_button, Qt.MouseButton.LeftButton)
        answer(qtbot, dialog, QMessageBox.ButtonRole.RejectRole)
        assert keys.load_key() == KEY
        qtbot.mouseClick(dialog.key.remove_button, Qt.MouseButton.LeftButton)
        with qtbot.waitSignal(dialog.applied):
            answer(qtbot, dialog, QMessageBox.ButtonRole.AcceptRole)
        assert keys.load_key() is None
        qtbot.waitUntil(lambda: not dialog.key.remove_button.isEnabled())

    def test_has_no_place_without_a_keyring(self, open_dialog):
        keyring.set_keyring(keyring.backends.fail.Keyring())
        dialog = open_dialog()
        assert not dialog.key.entry.isEnabled()
        assert "no keyring" in dialog.key.keyring.text()

    def test_of_the_environment_is_named_by_its_variable(self, open_dialog, monkeypatch):
        monkeypatch.setenv("OPENAI_API_KEY", KEY)
        dialog = open_dialog()
        assert "OPENAI_API_KEY" in dialog.key.state.text()
        assert KEY not in "".join(
            label.text() for label in dialog.findChildren(type(dialog.message))
        )


class TestTheCache:
    def test_is_counted_and_cleared_once_that_is_confirmed(
        self, qtbot, open_dialog, monkeypatch, tmp_path
    ):
        monkeypatch.setenv("GCX_CACHE_FOLDER", str(tmp_path / "cache"))
        settings = load_settings()
        cache = Cache(settings.cache_folder, settings.cache_max_bytes)
        cache.add("a" * 64, bytes(1000), Record(), ".png")
        dialog = open_dialog()
        dialog.show_page("cache")
        qtbot.waitUntil(dialog.cache.clear_button.isEnabled)
        assert dialog.cache.use.label.text().startswith("1 ")
        qtbot.mouseClick(dialog.cache.clear_button, Qt.MouseButton.LeftButton)
        answer(qtbot, dialog, QMessageBox.ButtonRole.AcceptRole)
        qtbot.waitUntil(lambda: dialog.cache.use.label.text().startswith("0 "))
        assert list(cache) == []


class TestTheKeyboard:
    def test_reaches_every_control_by_name(self, open_dialog):
        dialog = open_dialog()
        for page in ("generating", "money", "key", "cache", "viewing"):
            dialog.show_page(page)
            shown = dialog.tabs.currentWidget()
            for widget in shown.findChildren(QWidget):
                if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible():
                    named = widget.accessibleName() or getattr(widget, "text", str)()
                    inside = isinstance(widget.parent(), QComboBox)
                    assert named or inside, f"{widget} on {page} has no name"

    def test_mnemonics_of_a_page_differ(self, open_dialog):
        dialog = open_dialog()
        tabs = [dialog.tabs.tabText(index) for index in range(dialog.tabs.count())]
        for index in range(dialog.tabs.count()):
            texts = [
                child.text()
                for child in dialog.tabs.widget(index).findChildren(QWidget)
                if hasattr(child, "text") and "&" in child.text()
            ]
            letters = [text[text.index("&") + 1].lower() for text in tabs + texts]
            assert len(letters) == len(set(letters)), sorted(letters)


def answer(qtbot, dialog, role):
    """Answer the question that the dialog asks."""
    boxes = [box for box in dialog.findChildren(QMessageBox) if box.isVisible()]
    assert len(boxes) == 1
    [button] = [b for b in boxes[0].buttons() if boxes[0].buttonRole(b) == role]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.sendPostedEvents()


class TestUnfinishedPictures:
    def test_what_is_asked_for_is_shown_and_none_can_be_wanted(self, qtbot, file, open_dialog):
        dialog = open_dialog()
        field = dialog.generating.partial_images
        assert field.value() == 2
        assert not is_enabled(dialog, Button.Apply)
        field.control.setValue(0)
        with qtbot.waitSignal(dialog.accepted):
            press(qtbot, dialog, Button.Ok)
        assert file.read_text() == "partial_images = 0\n"
        assert partial_images(load_settings()) == 0
        assert open_dialog().generating.partial_images.value() == 0


class TestAltKeys:
    @pytest.mark.parametrize("page", ["generating", "key", "money", "cache", "viewing"])
    def test_each_label_leads_to_its_field(self, qtbot, open_dialog, page):
        dialog = open_dialog()
        dialog.show_page(page)
        labels = [
            label
            for label in dialog.tabs.currentWidget().findChildren(QLabel)
            if label.buddy() is not None and label.buddy().isEnabled() and "&" in label.text()
        ]
        assert labels
        for label in labels:
            letter = label.text()[label.text().index("&") + 1].upper()
            dialog.buttons.setFocus()
            qtbot.keyClick(dialog, Qt.Key[f"Key_{letter}"], Qt.KeyboardModifier.AltModifier)
            focused = QApplication.focusWidget()
            buddy = label.buddy()
            assert focused is not None, label.text()
            assert buddy is focused or buddy.isAncestorOf(focused), label.text()
