"""Stories of the whole window: real files, real keys, the real client, a server on this machine."""

from __future__ import annotations

import os
import shutil
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PyQt6.QtCore import QEvent, QPoint, QSize, Qt
from PyQt6.QtGui import QKeyEvent, QPalette
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QListWidget,
    QMessageBox,
    QPushButton,
    QTabBar,
    QWidget,
)

from gcx_format import read, write
from gcx_format.cache import Cache, descriptor_hash
from gcx_format.settings import load_settings
from gcx_viewer.core import preferences as remembered
from gcx_viewer.core.preferences import Preferences
from gcx_viewer.core.thumbnails.files import thumbnail_folder
from gcx_viewer.gui.actions import ACTIONS
from gcx_viewer.gui.canvas.badge import Badge
from gcx_viewer.gui.exporting import ExportDialog
from gcx_viewer.gui.shortcuts import ShortcutsWindow
from gcx_viewer.gui.theme import Theme
from gcx_viewer.gui.thumbnails.model import PaintedRole, UnderWayRole
from gcx_viewer.gui.window.main_window import MainWindow
from gcx_viewer.gui.window.welcome import SAMPLE
from openai_server import Fault


@pytest.fixture
def preferences() -> Preferences:
    return Preferences(paint_after_seconds=0.1)


@pytest.fixture
def window(qtbot, preferences):
    """A window that is shown; in the end it is closed, and has left no thread."""
    before = set(threading.enumerate())
    window = MainWindow(preferences)
    window.show()
    qtbot.waitExposed(window)
    window.activateWindow()
    yield window
    window.end(finish=False)
    left = set(threading.enumerate()) - before
    # Threads of Qt's pools are known to Python once they have run a line of it, for ever.
    ours = [thread for thread in left if not isinstance(thread, threading._DummyThread)]
    for thread in ours:
        thread.join(5)  # one whose connection was just shut may still be on its way out
    assert [thread for thread in ours if thread.is_alive()] == []
    window.deleteLater()


@pytest.fixture
def badge(window) -> Badge:
    return window.presenting.badge


@pytest.fixture
def opened(qtbot, window):
    """Opens a file, and waits until there is a picture of some kind."""

    def opened(path: Path, kind: str = "preview") -> None:
        window.open_paths([path])
        qtbot.waitUntil(lambda: shows(window, path, kind))

    return opened


def shows(window: MainWindow, path: Path, kind: str) -> bool:
    picture, document = window.canvas.picture, window.state.document
    return bool(document and document.path == path and picture and picture.kind == kind)


def kept(path: Path):
    settings = load_settings()
    cache = Cache(settings.cache_folder, settings.cache_max_bytes)
    return cache.variants(descriptor_hash(path.read_bytes()))


def press(window: MainWindow, key: Qt.Key, *, repeated: bool = False, held=None) -> None:
    """A key, as it comes from the desktop: it goes to the shortcuts first."""
    target = QApplication.focusWidget() or window
    modifiers = held or Qt.KeyboardModifier.NoModifier
    text = chr(key.value).lower() if key.value < 128 else ""
    override = QKeyEvent(QEvent.Type.ShortcutOverride, key, modifiers, text, repeated)
    override.ignore()
    QApplication.sendEvent(target, override)
    if not override.isAccepted():
        for action in window.actions():
            keys = [sequence[0].key() for sequence in action.shortcuts() if not sequence.isEmpty()]
            plain = [
                sequence
                for sequence in action.shortcuts()
                if sequence[0].key() == key and sequence[0].keyboardModifiers() == modifiers
            ]
            if key in keys and plain and action.isEnabled():
                if action.autoRepeat() or not repeated:
                    action.trigger()
                return
    QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text, repeated))


# --- painting


def test_from_the_preview_over_unfinished_pictures_to_the_painted_one(
    qtbot, window, preferences, house, openai_environment, monkeypatch
):
    monkeypatch.setenv("GCX_PARTIAL_IMAGES", "2")
    preferences.policy = "always"
    seen: list[tuple[str, str]] = []
    window.canvas.taken.connect(lambda p: seen.append((p.kind, window.presenting.badge.text)))
    window.open_paths([house])
    qtbot.waitUntil(lambda: shows(window, house, "reconstruction"), timeout=15000)
    kinds = [kind for kind, _ in seen]
    assert kinds[0] == "preview"
    assert kinds[-1] == "reconstruction"
    assert "partial" in kinds
    assert all(text for _, text in seen)
    assert "gpt-4o" in window.presenting.badge.text
    assert window.presenting.badge.isVisible()
    qtbot.waitUntil(window.progress.isHidden)
    assert not window.canvas.is_being_painted
    assert openai_environment.pictures_made == 1


def test_a_painted_picture_opens_again_without_a_server(
    qtbot, window, opened, preferences, house, visual_only, openai_environment
):
    preferences.policy = "always"
    opened(house, "reconstruction")
    calls = openai_environment.calls()
    preferences.policy = "never"
    openai_environment.stop()
    opened(visual_only)
    opened(house, "reconstruction")
    assert openai_environment.calls() == calls
    assert window.notice.isHidden()
    openai_environment.start()


def test_the_badge_says_what_it_costs_and_its_button_paints(
    qtbot, window, badge, opened, house, openai_environment
):
    opened(house)
    qtbot.waitUntil(lambda: badge.was_seen)
    assert badge.paint_button.text() == "Paint · $0.22"
    assert badge.rect().contains(badge.paint_button.geometry())
    assert openai_environment.calls() == 0
    qtbot.mouseClick(badge.paint_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shows(window, house, "reconstruction"), timeout=15000)
    assert not badge.is_offering
    assert window.canvas.hasFocus()
    assert window.preferences.trusted_folders == []


def test_agreeing_for_the_folder_says_what_that_means_and_is_remembered(
    qtbot, window, badge, opened, house, make_gcx, openai_environment
):
    opened(house)
    qtbot.waitUntil(lambda: badge.was_seen)
    assert badge.folder_button.isVisible()
    assert badge.folder_action.text() == (
        "Paint every picture I open in this folder, about $0.22 each"
    )
    badge.folder_action.trigger()
    qtbot.waitUntil(lambda: shows(window, house, "reconstruction"), timeout=15000)
    assert remembered.load().trusted_folders == [house.parent]
    other = make_gcx("other.gcx")
    opened(other, "reconstruction")
    assert not badge.is_offering


def test_the_offer_covers_nothing_and_does_not_come_back_as_a_card(
    window, badge, opened, house, make_gcx, openai_environment
):
    opened(house)
    opened(make_gcx("other.gcx"))
    assert window.notice.isHidden()
    assert badge.geometry().bottom() < 60


def test_a_slide_show_offers_nothing(
    qtbot, window, badge, opened, preferences, make_gcx, openai_environment
):
    preferences.slide_seconds = 3600
    first, _ = make_gcx("some/1.gcx"), make_gcx("some/2.gcx")
    opened(first)
    qtbot.waitUntil(lambda: badge.is_offering and window.state.has_neighbours)
    window.slides.toggle()
    assert not badge.is_offering
    window.browsing.step(1)
    qtbot.waitUntil(lambda: shows(window, first.with_name("2.gcx"), "preview"))
    qtbot.waitUntil(lambda: window.prompts._asked is not None)
    assert not badge.is_offering
    window.slides.stop()
    qtbot.waitUntil(lambda: badge.is_offering)


def test_what_a_limit_forbids_is_not_offered_and_a_key_says_which_limit(
    qtbot, window, badge, opened, house, openai_environment, monkeypatch
):
    monkeypatch.setenv("GCX_CALL_LIMIT_USD", "0.01")
    opened(house)
    qtbot.waitUntil(lambda: "spending limit" in window.status.remark.text())
    assert not badge.is_offering
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(window.notice.isVisible)
    assert window.notice.label.text() == "This would exceed your limit of $0.01 a call."
    assert window.notice.button.text() == "Raise the Limit…"
    assert openai_environment.requests == []


def test_enter_agrees_to_what_is_offered(qtbot, window, badge, opened, house, openai_environment):
    opened(house)
    qtbot.waitUntil(lambda: badge.was_seen)
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shows(window, house, "reconstruction"), timeout=15000)
    assert openai_environment.pictures_made == 1


def test_a_key_before_the_cost_is_known_has_it_offered_and_spends_nothing(
    qtbot, window, badge, house, openai_environment
):
    window.open_paths([house])
    window.prompts.paint()
    window.prompts.paint()
    assert not badge.is_offering
    qtbot.waitUntil(lambda: badge.was_seen)
    assert "$" in badge.paint_button.text()
    assert openai_environment.calls() == 0
    assert not window.prompts.is_painting


def test_a_key_in_the_moment_that_the_offer_appears_agrees_to_nothing(
    qtbot, window, badge, house, openai_environment
):
    asked = []
    badge.agreed.connect(asked.append)
    window.open_paths([house])
    qtbot.waitUntil(lambda: badge.is_offering)
    press(window, Qt.Key.Key_Return)
    qtbot.mouseClick(badge.paint_button, Qt.MouseButton.LeftButton)
    assert asked == []
    assert badge.is_offering
    assert not window.prompts.is_painting


def test_a_key_that_is_held_down_agrees_to_nothing(
    qtbot, window, badge, opened, house, openai_environment
):
    opened(house)
    qtbot.waitUntil(lambda: badge.was_seen)
    for _ in range(5):
        press(window, Qt.Key.Key_Return, repeated=True)
    assert badge.is_offering
    press(window, Qt.Key.Key_Return)
    assert not badge.is_offering
    qtbot.waitUntil(lambda: openai_environment.pictures_made == 1, timeout=15000)


def test_where_the_badge_is_not_to_be_seen_a_key_shows_it_first(
    qtbot, window, badge, opened, house, openai_environment
):
    opened(house)
    qtbot.waitUntil(lambda: badge.was_seen)
    window.pages.toggle_compare()
    window.actions_table["paint"].trigger()
    assert badge.isVisible()
    assert badge.is_offering
    assert not window.prompts.is_painting


def test_what_is_spent_is_what_was_offered_though_the_settings_say_several(
    qtbot, window, badge, opened, preferences, house, openai_environment, monkeypatch
):
    monkeypatch.setenv("GCX_CANDIDATES", "3")
    opened(house)
    qtbot.waitUntil(lambda: badge.is_offering)
    for_three = badge.paint_button.text()
    preferences.policy = "never"
    window.reload()
    qtbot.waitUntil(lambda: "not to be asked" in window.status.remark.text())
    assert not badge.is_offering
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: badge.was_seen)
    assert badge.paint_button.text() != for_three
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: shows(window, house, "reconstruction"), timeout=15000)
    assert openai_environment.pictures_made == 1


def test_where_settings_forbid_models_a_key_says_so_and_asks_nothing(
    qtbot, window, opened, house, openai_environment, monkeypatch
):
    monkeypatch.setenv("GCX_POLICY", "never")
    opened(house)
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(window.notice.isVisible)
    assert "settings" in window.notice.label.text()
    assert window.notice.button.text() == "Open Settings…"
    assert not window.presenting.badge.is_offering
    assert openai_environment.calls() == 0


def test_after_a_failure_a_key_offers_it_again_with_the_cost(
    qtbot, window, badge, opened, preferences, house, openai_environment
):
    openai_environment.script("moderation")
    preferences.policy = "always"
    opened(house)
    qtbot.waitUntil(window.notice.isVisible)
    calls = openai_environment.calls()
    press(window, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: badge.was_seen)
    assert "$" in badge.paint_button.text()
    assert openai_environment.calls() == calls


def test_cancelling_hangs_up_and_keeps_the_preview(
    qtbot, window, opened, preferences, house, openai_environment
):
    openai_environment.delay = 30
    preferences.policy = "always"
    opened(house)
    qtbot.waitUntil(window.progress.isVisible)
    assert window.canvas.is_being_painted
    assert " s" in window.progress.label.text()
    qtbot.mouseClick(window.progress.cancel_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(window.progress.isHidden)
    assert shows(window, house, "preview")
    assert not window.canvas.is_being_painted
    assert kept(house) == []


@pytest.mark.parametrize("end", ["the server breaks off", "the user cancels"])
def test_an_unfinished_picture_gives_way_to_the_preview_once_it_will_not_be_finished(
    qtbot, window, opened, preferences, house, openai_environment, monkeypatch, end
):
    monkeypatch.setenv("GCX_PARTIAL_IMAGES", "2")
    monkeypatch.setenv("GCX_MAX_RETRIES", "0")
    openai_environment.script(Fault("stall", after=7))
    preferences.policy = "always"
    opened(house, "partial")
    assert window.presenting.badge.text == "Being painted, unfinished"
    if end == "the server breaks off":
        openai_environment.stop()
    else:
        window.progress.cancel_button.click()
    qtbot.waitUntil(lambda: shows(window, house, "preview"), timeout=15000)
    assert window.presenting.badge.text.startswith("Preview · ")


def test_a_refusal_is_told_with_its_remedy_and_the_preview_stays(
    qtbot, window, opened, preferences, house, openai_environment
):
    openai_environment.script("moderation")
    preferences.policy = "always"
    opened(house)
    qtbot.waitUntil(window.notice.isVisible)
    assert "moderation" in window.notice.label.text().casefold()
    assert window.notice.label.textFormat() == Qt.TextFormat.PlainText
    assert shows(window, house, "preview")
    qtbot.mouseClick(window.notice.close_button, Qt.MouseButton.LeftButton)
    assert window.notice.isHidden()


def test_a_key_that_is_not_accepted_leads_to_the_settings(
    qtbot, window, opened, preferences, house, openai_environment
):
    openai_environment.script("bad_key")
    preferences.policy = "always"
    opened(house)
    qtbot.waitUntil(window.notice.button.isVisible)
    assert window.notice.button.text() == "Enter a Key…"
    window.notice.button.click()
    from gcx_viewer.gui.settings.dialog import SettingsDialog

    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    assert dialog.tabs.currentWidget() is dialog.key
    dialog.reject()


def test_a_server_that_was_gone_is_tried_again(
    qtbot, window, opened, preferences, house, openai_environment, monkeypatch
):
    monkeypatch.setenv("GCX_MAX_RETRIES", "0")
    preferences.policy = "always"
    openai_environment.stop()
    opened(house)
    qtbot.waitUntil(window.notice.button.isVisible, timeout=15000)
    assert window.notice.button.text() == "Try Again ($0.22)"
    openai_environment.start()
    qtbot.mouseClick(window.notice.button, Qt.MouseButton.LeftButton)
    assert window.notice.isHidden()
    qtbot.waitUntil(lambda: shows(window, house, "reconstruction"), timeout=15000)


def test_without_a_key_it_says_so_once(qtbot, window, opened, house, visual_only):
    opened(house)
    qtbot.waitUntil(window.notice.isVisible)
    assert "key" in window.notice.label.text()
    opened(visual_only)
    qtbot.waitUntil(lambda: "key" in window.status.remark.text())
    assert window.notice.isHidden()


def test_why_a_file_cannot_be_opened_stands_in_the_canvas_with_one_button(
    qtbot, window, opened, corrupt, house, tmp_path
):
    failure = window.presenting.failure
    window.open_paths([corrupt])
    qtbot.waitUntil(failure.isVisible)
    assert failure.label.text() == "“corrupt.gcx” is damaged or incomplete."
    assert failure.button.isHidden()
    assert failure.details.isHidden()
    assert not failure.details_button.isFlat()
    failure.details_button.click()
    assert "CRC" in failure.details.text()
    assert failure.details.isVisible()
    assert window.notice.isHidden()
    assert failure.label.text() in window.canvas.accessibleDescription()
    late = tmp_path / "late.gcx"
    window.open_paths([late])
    qtbot.waitUntil(failure.button.isVisible)
    assert failure.button.text() == "Try Again"
    assert failure.details_button.isFlat()
    shutil.copy(house, late)
    failure.button.click()
    qtbot.waitUntil(lambda: shows(window, late, "preview"))
    assert failure.isHidden()


def test_words_alone_are_shown_on_a_card(window, opened, words_only):
    opened(words_only, "card")
    assert window.presenting.badge.isVisible()
    assert "card" in window.presenting.badge.text
    assert window.state.picture is window.canvas.picture


@pytest.fixture
def asked_while_painting(qtbot, window, opened, preferences, house, openai_environment):
    """Closes the window while a model is at work, and finds the question that this raises."""
    openai_environment.script(Fault("stall"))
    preferences.policy = "always"
    opened(house)
    openai_environment.wait_for_calls(1)
    window.actions_table["close_window"].trigger()
    [box] = window.findChildren(QMessageBox)
    assert window.isVisible()
    return box


def answer(box: QMessageBox, text: str) -> None:
    next(b for b in box.buttons() if b.text().replace("&", "").startswith(text)).click()


def test_closing_while_a_picture_is_paid_for_asks(window, asked_while_painting):
    box = asked_while_painting
    assert box.text() == "Still painting 1 picture(s)."
    assert box.defaultButton().text() == "&Finish in the Background"
    window.close()
    assert len(window.findChildren(QMessageBox)) == 1, "it is asked once"
    answer(box, "Cancel")
    assert window.isVisible()
    assert window.prompts.is_painting


def test_stopping_hangs_up_and_leaves_nothing_behind(
    qtbot, window, house, asked_while_painting, openai_environment
):
    with qtbot.waitSignal(window.closed):
        answer(asked_while_painting, "Stop")
    assert not window.isVisible()
    qtbot.waitUntil(lambda: openai_environment.requests[0].abandoned)
    assert kept(house) == []


def test_finishing_in_the_background_keeps_the_picture(
    qtbot, window, opened, preferences, house, openai_environment
):
    openai_environment.delay = 0.5
    preferences.policy = "always"
    opened(house)
    openai_environment.wait_for_calls(1)
    window.close()
    [box] = window.findChildren(QMessageBox)
    with qtbot.waitSignal(window.closed):
        box.defaultButton().click()
    assert not window.isVisible()
    assert kept(house) == []
    qtbot.waitUntil(lambda: len(kept(house)) == 1, timeout=15000)


def test_what_is_free_or_done_closes_without_a_question(
    window, opened, preferences, house, openai_environment
):
    preferences.policy = "always"
    opened(house, "reconstruction")
    window.close()
    assert not window.isVisible()


def test_no_letter_alone_ends_the_program(window):
    for name in ("quit", "close_window"):
        keys = [keys.toString() for keys in window.actions_table[name].shortcuts()]
        assert keys
        assert all(len(key) > 1 for key in keys)


def test_leaving_a_file_that_is_painted_loses_nothing(
    qtbot, window, opened, preferences, house, visual_only, openai_environment
):
    openai_environment.delay = 0.5
    preferences.policy = "always"
    opened(house)
    qtbot.waitUntil(window.progress.isVisible)
    preferences.policy = "never"
    opened(visual_only)
    assert window.progress.isHidden()
    qtbot.waitUntil(lambda: len(kept(house)) == 1, timeout=15000)
    opened(house, "reconstruction")


# --- variants and panels


def middle(pictures: QListWidget, row: int) -> tuple[QWidget, Qt.MouseButton, Any, QPoint]:
    """What `mouseClick` takes for the picture in a row."""
    place = pictures.visualItemRect(pictures.item(row)).center()
    return pictures.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place


def choose_in_menu(pictures: QListWidget, row: int, text: str) -> None:
    pictures.customContextMenuRequested.emit(middle(pictures, row)[3])
    menu = QApplication.activePopupWidget()
    [action] = [each for each in menu.actions() if each.text().replace("&", "") == text]
    menu.close()
    action.trigger()


def test_what_goes_wrong_with_a_file_that_was_left_is_told_with_its_name(
    qtbot, window, opened, preferences, house, words_only, openai_environment
):
    preferences.policy = "always"
    openai_environment.is_held = True
    openai_environment.script("moderation")
    window.open_paths([house])
    qtbot.waitUntil(lambda: window.prompts.is_painting)
    preferences.policy = "never"
    opened(words_only, "card")
    assert window.notice.isHidden()
    openai_environment.is_held = False
    qtbot.waitUntil(window.notice.isVisible)
    told = "house.gcx: The server's moderation refused this picture."
    assert window.notice.label.text() == told
    assert window.notice.button.isHidden()


def test_another_picture_is_painted_shown_compared_and_deleted(
    qtbot, window, opened, preferences, house, openai_environment
):
    preferences.policy = "always"
    opened(house, "reconstruction")
    window.panels.toggle("variants")
    panel = window.panels.variants
    qtbot.waitUntil(lambda: panel.list.count() == 1)
    qtbot.waitUntil(panel.another_button.isEnabled)
    assert panel.another_button.text().startswith("Paint Another (")
    panel.another_button.click()
    qtbot.waitUntil(lambda: panel.list.count() == 2, timeout=15000)
    assert openai_environment.pictures_made == 2

    oldest, newest = (variant.path for variant in kept(house))
    qtbot.mouseClick(*middle(panel.list, 1))
    qtbot.waitUntil(lambda: getattr(window.canvas.picture.variant, "path", None) == oldest)
    choose_in_menu(panel.list, 1, "Always Show This One")
    qtbot.waitUntil(lambda: kept(house)[0].chosen)
    qtbot.waitUntil(lambda: "Shown when the file is opened" in panel.list.item(1).toolTip())
    assert "Shown when the file is opened" not in panel.list.item(0).toolTip()

    choose_in_menu(panel.list, 0, "Compare with the One on Screen")
    compared = window.pages.compare_view
    qtbot.waitUntil(lambda: compared.roles == ("reconstruction", "another"))
    assert compared._ready["another"].picture.variant.path == newest
    assert compared._ready["reconstruction"].picture.variant.path == oldest
    press(window, Qt.Key.Key_Escape)

    choose_in_menu(panel.list, 0, "Delete…")
    box = panel.findChild(QMessageBox)
    assert len(kept(house)) == 2
    delete = next(b for b in box.findChildren(QPushButton) if b.text() == "Delete")
    delete.click()
    qtbot.waitUntil(lambda: panel.list.count() == 1)
    assert [variant.path for variant in kept(house)] == [oldest]


def test_a_price_that_rose_is_offered_before_another_picture_is_painted(
    qtbot, window, badge, opened, preferences, house, openai_environment, monkeypatch
):
    monkeypatch.setenv("GCX_IMAGE_QUALITY", "low")
    preferences.policy = "always"
    opened(house, "reconstruction")
    window.actions_table["paint_another"].trigger()
    qtbot.waitUntil(lambda: badge.was_seen)
    offered = badge.paint_button.text()
    assert offered.startswith("Paint another · $")
    monkeypatch.setenv("GCX_IMAGE_QUALITY", "high")
    badge.paint_button.click()
    qtbot.waitUntil(lambda: badge.was_seen)
    assert badge.paint_button.text() != offered
    assert badge.folder_button.isHidden()
    assert window.status.remark.text() == "The price has risen"
    assert openai_environment.pictures_made == 1
    badge.paint_button.click()
    qtbot.waitUntil(lambda: len(kept(house)) == 2, timeout=15000)


def test_panels_that_share_their_place_say_once_what_they_are(qtbot, window, opened, house):
    opened(house)
    press(window, Qt.Key.Key_I)
    information = window.panels.information.parentWidget()
    qtbot.waitUntil(information.isVisible)
    assert information.titleBarWidget() is None
    window.panels.toggle("variants")
    variants = window.panels.variants.parentWidget()

    def bars():
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        return [b for b in window.findChildren(QTabBar, options=direct) if b.isVisible()]

    qtbot.waitUntil(lambda: information.titleBarWidget() is not None)
    assert variants.titleBarWidget() is not None
    (tabs,) = bars()
    assert [tabs.tabText(index) for index in range(tabs.count())] == ["Information", "Variants"]
    assert tabs.focusPolicy() == Qt.FocusPolicy.TabFocus
    close = tabs.tabButton(0, QTabBar.ButtonPosition.RightSide)
    assert close.accessibleName() == "Close Information"
    QTest.keyClick(close, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: variants.titleBarWidget() is None)
    assert information.isHidden()
    assert not window.actions_table["information"].isChecked()
    press(window, Qt.Key.Key_I)
    qtbot.waitUntil(lambda: variants.titleBarWidget() is not None)
    (tabs,) = bars()
    buttons = [tabs.tabButton(i, QTabBar.ButtonPosition.RightSide) for i in range(2)]
    assert all(button is not None and button.isVisible() for button in buttons)


def test_a_selected_picture_is_marked_together_with_its_label(
    qtbot, window, opened, preferences, house, openai_environment
):
    preferences.policy = "always"
    opened(house, "reconstruction")
    window.panels.toggle("variants")
    pictures = window.panels.variants.list
    qtbot.waitUntil(lambda: pictures.currentItem() is not None and pictures.isVisible())
    item = pictures.visualItemRect(pictures.currentItem()).adjusted(8, 8, -8, -3)
    drawn = pictures.viewport().grab().toImage()
    colours = {drawn.pixelColor(p).name() for p in (item.topLeft(), item.bottomRight())}
    assert colours == {pictures.palette().color(QPalette.ColorRole.Highlight).name()}


def test_where_nothing_was_painted_the_panel_offers_to_paint(
    qtbot, window, opened, house, openai_environment
):
    opened(house)
    window.panels.toggle("variants")
    panel = window.panels.variants
    qtbot.waitUntil(lambda: panel.another_button.text().startswith("Paint ($"))
    qtbot.waitUntil(panel.another_button.isEnabled)
    assert panel.list.isHidden()


@pytest.mark.parametrize(("policy", "said"), [(None, "key"), ("cached-only", "settings")])
def test_where_no_model_can_be_asked_the_panel_says_why(
    qtbot, window, opened, house, monkeypatch, policy, said
):
    if policy is not None:
        monkeypatch.setenv("GCX_POLICY", policy)
        monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    opened(house)
    window.panels.toggle("variants")
    panel = window.panels.variants
    qtbot.waitUntil(lambda: said in panel.another_button.toolTip())
    assert not panel.another_button.isEnabled()


def test_letters_over_the_words_are_shortcuts_and_arrows_move_in_them(
    qtbot, window, opened, folder
):
    opened(folder[0])
    press(window, Qt.Key.Key_I)
    words = window.panels.information.words
    qtbot.waitUntil(words.isVisible)
    words.setFocus()
    press(window, Qt.Key.Key_Right)
    assert window.state.path == folder[0]
    press(window, Qt.Key.Key_I)
    qtbot.waitUntil(lambda: not words.isVisible())


def test_the_information_panel_follows(qtbot, window, opened, house, words_only):
    opened(house)
    press(window, Qt.Key.Key_I)
    panel = window.panels.information
    qtbot.waitUntil(lambda: panel.json is not None)
    assert panel.words.toPlainText() == window.state.document.descriptor.text
    opened(words_only, "card")
    qtbot.waitUntil(lambda: panel.json is not None and "words.gcx" in panel.json)
    press(window, Qt.Key.Key_I)
    assert not panel.isVisible()


def test_the_facts_can_be_copied_while_the_panel_is_closed(qtbot, window, opened, house):
    opened(house)
    QApplication.clipboard().clear()
    window.actions_table["copy_json"].trigger()
    qtbot.waitUntil(lambda: '"width": 320' in QApplication.clipboard().text())


# --- browsing


@pytest.fixture
def folder(make_gcx, photograph, tmp_path) -> list[Path]:
    """1.gcx, 2.jpg, 10.gcx, the order of people."""
    paths = [make_gcx("many/1.gcx"), tmp_path / "many" / "2.jpg", make_gcx("many/10.gcx")]
    shutil.copy(photograph, paths[1])
    return paths


def test_keys_go_through_the_folder_in_natural_order(qtbot, window, opened, folder):
    opened(folder[0])
    press(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: shows(window, folder[1], "photograph"))
    assert window.presenting.badge.isHidden()
    press(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: shows(window, folder[2], "preview"))
    assert window.presenting.badge.isVisible()
    assert window.status.place.text() == "3 of 3"
    press(window, Qt.Key.Key_N)
    assert window.state.path == folder[2]
    press(window, Qt.Key.Key_Home)
    assert window.state.path == folder[0]
    press(window, Qt.Key.Key_End)
    assert window.state.path == folder[2]
    press(window, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: shows(window, folder[1], "photograph"))


def test_a_step_before_the_folder_is_listed_is_taken_later(qtbot, window, folder):
    window.open_paths([folder[0]])
    press(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.state.path == folder[1])


def test_a_key_that_is_held_does_not_overshoot(qtbot, window, opened, folder):
    opened(folder[0])
    qtbot.waitUntil(lambda: window.browsing.place[1] == 3)
    press(window, Qt.Key.Key_Right)
    for _ in range(5):
        press(window, Qt.Key.Key_Right, repeated=True)
    assert window.state.path == folder[1]
    qtbot.waitUntil(lambda: shows(window, folder[1], "photograph") and window.presenting.is_settled)
    press(window, Qt.Key.Key_Right, repeated=True)
    assert window.state.path == folder[2]


def test_a_folder_is_opened_at_its_first_picture(qtbot, window, folder):
    window.open_paths([folder[0].parent])
    qtbot.waitUntil(lambda: shows(window, folder[0], "preview"))


def test_an_empty_folder_is_said_to_be_empty(qtbot, window, tmp_path):
    (tmp_path / "empty").mkdir()
    window.open_paths([tmp_path / "empty"])
    qtbot.waitUntil(window.notice.isVisible)
    assert window.pages.current is window.pages.welcome


def test_who_has_no_file_yet_may_try_a_sample(qtbot, window):
    window.show_welcome()
    welcome = window.pages.welcome
    qtbot.mouseClick(welcome.sample_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: shows(window, SAMPLE, "preview"))
    assert window.presenting.badge.text.startswith("Preview · 320 byte")
    assert window.state.document.descriptor.text.startswith("Photo: dark red espresso cup")


def test_what_was_open_lately_is_offered_as_thumbnails(qtbot, window, opened, make_gcx, photograph):
    opened(make_gcx("first/1.gcx"))
    opened(photograph, "photograph")
    window.show_welcome()
    recent = window.pages.welcome.recent
    model = recent.model()
    assert [model.index(row, 0).data() for row in range(2)] == ["photograph.jpg", "1.gcx"]
    qtbot.waitUntil(lambda: recent.thumbnails.pixmap_count == 2)
    place = recent.visualRect(model.index(1, 0)).center()
    qtbot.mouseClick(recent.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: window.state.path.name == "1.gcx")


def test_an_empty_folder_takes_the_place_of_what_was_open(qtbot, window, opened, house, tmp_path):
    opened(house)
    assert window.windowTitle() == "house.gcx — gcx Viewer"
    (tmp_path / "empty").mkdir()
    window.open_paths([tmp_path / "empty"])
    qtbot.waitUntil(lambda: window.pages.current is window.pages.welcome)
    assert window.windowTitle() == "gcx Viewer"
    assert window.canvas.picture is None
    assert window.notice.label.text() == "There is no picture in this folder"


def test_with_the_last_file_of_a_folder_goes_what_was_said_of_it(qtbot, window, make_gcx):
    path = make_gcx("only/house.gcx")
    path.write_bytes(path.read_bytes()[:-20])
    window.open_paths([path])
    qtbot.waitUntil(lambda: window.presenting.failure.isVisible() and window._is_complete)
    path.unlink()
    qtbot.waitUntil(lambda: window.pages.current is window.pages.welcome)
    assert window.windowTitle() == "gcx Viewer"
    assert window.notice.label.text() == "There is no picture in this folder"


def test_the_title_tells_that_the_file_on_screen_was_deleted(qtbot, window, opened, house):
    opened(house)
    qtbot.waitUntil(lambda: window._is_complete)
    house.unlink()
    qtbot.waitUntil(lambda: window.windowTitle() == "house.gcx (deleted) — gcx Viewer")
    assert shows(window, house, "preview")


def test_a_corrupt_file_among_good_ones_is_told_and_passed(qtbot, window, opened, folder):
    data = bytearray(folder[2].read_bytes())
    data[20] ^= 0xFF
    (folder[0].parent / "2b.gcx").write_bytes(data)
    opened(folder[1], "photograph")
    qtbot.waitUntil(lambda: window.browsing.place[1] == 4)
    press(window, Qt.Key.Key_Right)
    failure = window.presenting.failure
    qtbot.waitUntil(failure.isVisible)
    assert failure.label.text() == "“2b.gcx” is damaged or incomplete."
    assert window.canvas.picture is None
    assert window.presenting.badge.isHidden()
    press(window, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: shows(window, folder[2], "preview"))
    assert failure.isHidden()


def test_a_file_that_changes_is_read_again_with_the_view_kept(qtbot, window, opened, photograph):
    opened(photograph, "photograph")
    qtbot.waitUntil(lambda: window._is_complete)
    window.canvas.zoom_to(4.0)
    view = window.canvas.viewport
    Image.new("RGB", (320, 200), "#2030c0").save(photograph, quality=95)

    def is_blue() -> bool:
        colour = window.canvas.image.pixelColor(160, 100)
        return colour.blue() > 150 and colour.red() < 80

    qtbot.waitUntil(is_blue)
    assert window.canvas.viewport == view


def test_strip_and_grid_show_the_folder_and_go_to_files(qtbot, window, opened, folder):
    opened(folder[0])
    qtbot.waitUntil(lambda: window.pages.thumbnails.rowCount() == 3)
    assert window.pages.strip.current == folder[0]
    press(window, Qt.Key.Key_G)
    assert window.pages.current is window.pages.grid
    window.pages.grid.activated.emit(folder[2])
    qtbot.waitUntil(lambda: shows(window, folder[2], "preview"))
    assert window.pages.current is window.canvas
    qtbot.waitUntil(lambda: window.pages.strip.current == folder[2])
    press(window, Qt.Key.Key_T)
    assert window.pages.strip.isHidden()


def test_a_grid_that_is_opened_before_the_first_picture_is_painted_shows_the_folder(
    qtbot, window, folder
):
    window.open_paths([folder[0]])
    press(window, Qt.Key.Key_G)
    assert not window._is_shown
    qtbot.waitUntil(lambda: window.pages.grid.model().rowCount() == 3)


def test_files_are_gone_through_by_date_or_size(qtbot, window, opened, preferences, folder):
    for path, seconds in zip(folder, (200, 100, 300), strict=True):
        os.utime(path, (seconds, seconds))
    opened(folder[0])
    listing = window.browsing
    qtbot.waitUntil(lambda: listing.place == (0, 3))
    window.actions_table["sort_by_date"].trigger()
    qtbot.waitUntil(lambda: window.status.place.text() == "2 of 3")
    assert list(listing.listing) == [folder[1], folder[0], folder[2]]
    assert window.actions_table["sort_by_date"].isChecked()
    assert not window.actions_table["sort_by_name"].isChecked()
    window.actions_table["sort_by_size"].trigger()  # the photograph is the largest
    qtbot.waitUntil(lambda: window.status.place.text() == "3 of 3")
    assert list(listing.listing) == [folder[1], folder[2], folder[0]]
    assert preferences.order == "size"


def test_an_animation_is_said_to_stand_still(qtbot, window, opened, tmp_path):
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    for suffix in ("gif", "png", "webp"):
        path = tmp_path / f"moving.{suffix}"
        frames[0].save(path, save_all=True, append_images=frames[1:])
        opened(path, "photograph")
        said = window.status.size_label.text()
        assert said.startswith("animation of 3 frame(s), standing still at the first")


def test_strip_and_grid_show_what_was_painted_and_mark_only_that(
    qtbot, window, opened, preferences, make_gcx, openai_environment
):
    first, second = make_gcx("two/1.gcx"), make_gcx("two/2.gcx")
    opened(first)
    window.pages.toggle_grid()
    model, grid = window.pages.thumbnails, window.pages.grid
    qtbot.waitUntil(lambda: model.pixmap_count == 2)
    preview = model._pixmaps[first].toImage()
    assert [model.index(row).data(PaintedRole) for row in (0, 1)] == [False, False]

    openai_environment.delay = 1
    window.pages.show_canvas()
    window.viewing.generate()
    qtbot.waitUntil(lambda: model.index(0).data(UnderWayRole))
    window.show_path(second)  # it is painted on, though another file is on the screen
    qtbot.waitUntil(lambda: model.index(0).data(PaintedRole), timeout=15000)
    assert not model.index(0).data(UnderWayRole)
    assert model._pixmaps[first].toImage() != preview
    assert [model.index(row).data(PaintedRole) for row in (0, 1)] == [True, False]
    window.pages.toggle_grid()
    grid.grab()
    assert {name for name, *_ in grid._delegate._icons} == {"brush"}
    others = [path.read_bytes() for path in thumbnail_folder().rglob("*.png")]
    assert len(others) == 2
    for data in others:  # other programs find what is in the file alone
        assert b"algorithmicallyEnhanced" in data

    opened(first, "reconstruction")
    window.viewing.delete(window.viewing.variants()[0])
    qtbot.waitUntil(lambda: not model.index(0).data(PaintedRole))


# --- the rest of the window


def test_small_pictures_are_enlarged_where_the_user_wants_it(window, opened, preferences, house):
    opened(house)
    assert window.canvas.viewport.zoom == 1
    window.actions_table["enlarge"].trigger()
    assert preferences.enlarge_small
    width, height = window.canvas.width(), window.canvas.height()
    assert window.canvas.viewport.zoom == pytest.approx(min(width / 320, height / 200))
    assert window.canvas.viewport.is_fitting
    window.actions_table["enlarge"].trigger()
    assert window.canvas.viewport.zoom == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_full_screen_is_black_and_shows_all_of_the_picture(qtbot, window, opened, theme, house):
    shades = Theme(QApplication.instance(), theme)
    opened(house)
    window.canvas.zoom_to(8.0)
    press(window, Qt.Key.Key_F)
    qtbot.waitUntil(window.isFullScreen)
    assert window.canvas.viewport.is_fitting
    corner = window.canvas.grab().toImage().pixelColor(2, window.canvas.height() - 3)
    assert corner.name() == "#000000"
    press(window, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: not window.isFullScreen())
    corner = window.canvas.grab().toImage().pixelColor(2, window.canvas.height() - 3)
    assert corner.name() == {"light": "#e4e4e2", "dark": "#141517"}[theme]
    shades.choose("system")


def test_a_maximised_window_is_so_again_after_full_screen(qtbot, window, opened, house):
    window.showMaximized()
    opened(house)
    press(window, Qt.Key.Key_F)
    qtbot.waitUntil(window.isFullScreen)
    press(window, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: not window.isFullScreen())
    assert window.isMaximized()


def test_full_screen_leaves_picture_and_badge_alone(qtbot, window, opened, house):
    opened(house)
    press(window, Qt.Key.Key_F)
    qtbot.waitUntil(window.isFullScreen)
    assert window.presenting.badge.isVisible()
    assert not window.status.isVisible()
    assert not window.toolbar.isVisible()
    press(window, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.isFullScreen())
    assert window.status.isVisible()


def test_a_slide_show_goes_on_and_round(qtbot, window, opened, preferences, folder):
    preferences.slide_seconds = 0.5
    opened(folder[2])
    qtbot.waitUntil(lambda: window.browsing.place[1] == 3)
    press(window, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: shows(window, folder[0], "preview"))
    qtbot.waitUntil(lambda: shows(window, folder[1], "photograph"))
    press(window, Qt.Key.Key_Escape)
    assert not window.slides.is_on
    assert not window.isFullScreen()


def test_comparing_shows_condition_and_painted_picture_with_their_badges(
    qtbot, window, opened, preferences, house, openai_environment
):
    preferences.policy = "always"
    opened(house, "reconstruction")
    press(window, Qt.Key.Key_C)
    assert window.pages.current is window.pages.compare_view
    qtbot.waitUntil(lambda: window.pages.compare_view.roles == ("reconstruction", "condition"))
    press(window, Qt.Key.Key_Escape)
    assert window.pages.current is window.canvas


def test_the_story_of_a_comparison_with_the_original_dropped_in(
    qtbot, window, preferences, house, picture, tmp_path, openai_environment
):
    preferences.policy = "always"
    window.open_paths([house])
    qtbot.waitUntil(lambda: shows(window, house, "reconstruction"), timeout=15000)
    # Opened again it comes from the memory, and its condition was not enlarged for that.
    window.reload()
    qtbot.waitUntil(lambda: window.presenting.is_settled)
    press(window, Qt.Key.Key_C)
    view = window.pages.compare_view
    qtbot.waitUntil(lambda: view.roles == ("reconstruction", "condition"))
    qtbot.waitUntil(lambda: "PSNR" in view.numbers)
    against_condition = view.numbers
    original = tmp_path / "original.png"
    picture.save(original)
    window.opener.take_dropped([original])
    menu = QApplication.activePopupWidget()
    menu.actions()[0].trigger()
    menu.close()
    qtbot.waitUntil(lambda: view.roles == ("original", "reconstruction"))
    qtbot.waitUntil(lambda: "PSNR" in view.numbers and view.numbers != against_condition)
    assert "SSIM" in view.numbers
    assert "proportions" in view.notice


def test_keys_of_the_comparison_are_not_taken_by_the_window(
    qtbot, window, opened, preferences, folder, openai_environment
):
    preferences.policy = "always"
    opened(folder[0], "reconstruction")
    press(window, Qt.Key.Key_C)
    view = window.pages.compare_view
    qtbot.waitUntil(lambda: view.roles == ("reconstruction", "condition"))
    press(window, Qt.Key.Key_Right)
    assert view.canvas.divider > 0.5
    press(window, Qt.Key.Key_1)
    assert view.canvas.viewport.zoom == 1
    assert window.canvas.viewport.is_fitting
    press(window, Qt.Key.Key_0)
    assert view.canvas.viewport.is_fitting
    press(window, Qt.Key.Key_X)
    assert view.roles == ("condition", "reconstruction")
    assert window.state.path == folder[0]
    assert window.pages.is_comparing
    window.actions_table["zoom_in"].trigger()
    assert not view.canvas.viewport.is_fitting
    assert not window.actions_table["rotate_right"].isEnabled()
    press(window, Qt.Key.Key_N)
    assert window.state.path == folder[1]
    assert window.pages.current is window.canvas


def test_keys_of_strip_and_grid_are_not_taken_by_the_window(qtbot, window, opened, folder):
    opened(folder[0])
    qtbot.waitUntil(lambda: window.pages.thumbnails.rowCount() == 3)
    press(window, Qt.Key.Key_G)
    grid = window.pages.grid
    assert grid.hasFocus()
    press(window, Qt.Key.Key_Right)
    assert grid.current == folder[1]
    assert window.state.path == folder[0]
    press(window, Qt.Key.Key_Space)
    assert window.state.path == folder[1]
    window.pages.strip.setFocus()
    press(window, Qt.Key.Key_End)
    assert window.state.path == folder[2]


def test_after_a_dialog_the_keys_belong_to_the_picture(qtbot, window, opened, house):
    opened(house)
    press(window, Qt.Key.Key_F1)
    dialog = window.findChild(ShortcutsWindow)
    qtbot.waitUntil(dialog.search.hasFocus)
    dialog.reject()
    qtbot.waitUntil(window.canvas.hasFocus)
    press(window, Qt.Key.Key_1)
    assert window.canvas.viewport.zoom == 1


def test_a_changed_file_has_its_thumbnail_made_anew(qtbot, window, opened, photograph):
    opened(photograph, "photograph")
    thumbnails = window.pages.thumbnails
    qtbot.waitUntil(lambda: thumbnails.rowCount() == 1 and thumbnails.pixmap_count == 1)

    def is_blue() -> bool:
        pixmap = thumbnails.index(0).data(Qt.ItemDataRole.DecorationRole)
        return pixmap is not None and pixmap.toImage().pixelColor(20, 20).blue() > 150

    assert not is_blue()
    Image.new("RGB", (320, 200), "#2030c0").save(photograph, quality=95)
    qtbot.waitUntil(is_blue)


def test_keys_zoom_and_turn(window, opened, house):
    opened(house)
    press(window, Qt.Key.Key_1)
    assert window.canvas.viewport.zoom == 1
    press(window, Qt.Key.Key_Plus)
    assert window.canvas.viewport.zoom == pytest.approx(1.25)
    assert window.status.zoom.text() == "125 %"
    press(window, Qt.Key.Key_R)
    assert window.canvas.viewport.turns == 1
    press(window, Qt.Key.Key_0)
    assert window.canvas.viewport.is_fitting


def test_what_is_turned_is_exported_and_copied_turned(qtbot, window, opened, house, tmp_path):
    opened(house)
    press(window, Qt.Key.Key_R)
    with qtbot.waitSignal(window.output.clipboard.copied):
        window.output.copy()
    assert QApplication.clipboard().image().size() == QSize(200, 320)
    window.output.export()
    dialog = window.findChild(ExportDialog)
    with qtbot.waitSignal(dialog.exported):
        dialog.save()
    with Image.open(tmp_path / "house.png") as exported:
        assert exported.size == (200, 320)


def test_arrows_move_a_picture_larger_than_the_window(window, opened, folder):
    opened(folder[0])
    window.canvas.zoom_to(16)
    x, y = window.canvas.viewport.middle
    press(window, Qt.Key.Key_Down)
    assert window.canvas.viewport.middle[1] > y
    press(window, Qt.Key.Key_Right)
    press(window, Qt.Key.Key_Right, held=Qt.KeyboardModifier.ShiftModifier)
    assert window.canvas.viewport.middle[0] > x
    assert window.state.path == folder[0]


def test_a_focused_button_keeps_its_own_keys(
    qtbot, window, badge, opened, folder, openai_environment
):
    opened(folder[0])
    qtbot.waitUntil(lambda: badge.was_seen)
    badge.paint_button.setFocus()
    press(window, Qt.Key.Key_Space)
    qtbot.keyRelease(badge.paint_button, Qt.Key.Key_Space)
    assert window.state.path == folder[0]
    assert not badge.is_offering


def test_photographs_dropped_on_a_gcx_may_be_compared_encoded_or_opened(
    qtbot, window, opened, house, photograph
):
    opened(house)
    window.opener.take_dropped([photograph])
    menu = QApplication.activePopupWidget()
    texts = [action.text().replace("&", "") for action in menu.actions()]
    assert texts == ["Compare with This Picture", "Encode…", "Open"]
    with qtbot.waitSignal(window.encoding_wanted) as wanted:
        menu.actions()[1].trigger()
    assert wanted.args == [[photograph]]
    menu.close()


def test_other_files_that_are_dropped_are_opened(qtbot, window, opened, photograph, house):
    opened(photograph, "photograph")
    window.opener.take_dropped([house])
    qtbot.waitUntil(lambda: shows(window, house, "preview"))


def test_what_was_opened_is_remembered(qtbot, window, opened, house, photograph):
    opened(house)
    opened(photograph, "photograph")
    window.close()
    assert remembered.load().recent == [photograph, house]
    assert remembered.load().geometry


def test_actions_are_enabled_where_they_make_sense(window, opened, photograph, house):
    def enabled() -> set[str]:
        return {name for name in ACTIONS if window.actions_table[name].isEnabled()}

    assert not enabled() & {"copy", "export", "paint", "compare", "next", "reload"}
    opened(photograph, "photograph")
    assert {"copy", "export", "trash"} <= enabled()
    assert not enabled() & {"paint", "compare", "copy_words", "cancel", "retry"}
    opened(house)
    assert {"paint", "compare", "copy_words", "copy_json"} <= enabled()


def test_everything_has_a_name_for_those_who_do_not_see_it(qtbot, window, opened, house):
    opened(house)
    assert "house.gcx" in window.canvas.accessibleName()
    assert "Preview" in window.canvas.accessibleName()
    assert window.canvas.accessibleDescription() == window.state.document.descriptor.text
    for button in window.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.text() or button.accessibleName(), button


def test_where_nothing_can_be_shown_that_is_said_on_a_blank_card(
    window, opened, missing_codec, tmp_path, monkeypatch
):
    monkeypatch.setenv("GCX_WEIGHTS_FOLDER", str(tmp_path / "no weights"))
    write(missing_codec, replace(read(missing_codec), coded_text=None), overwrite=True)
    opened(missing_codec, "blank")
    assert window.presenting.badge.text == "Nothing to show"
    assert "gcx" in window.canvas.accessibleDescription()
    place = window.canvas.grab().toImage()
    shades = {
        place.pixelColor(x, place.height() // 2 + y).lightness()
        for x in range(place.width() // 4, 3 * place.width() // 4)
        for y in range(-20, 20)
    }
    assert min(shades) < 100 < 200 < max(shades)  # ink on paper


def test_a_photograph_on_the_screen_comes_along_to_the_window_for_encoding(
    qtbot, window, opened, photograph, house
):
    opened(photograph, "photograph")
    with qtbot.waitSignal(window.encoding_wanted) as wanted:
        press(window, Qt.Key.Key_E)
    assert wanted.args == [[photograph]]
    opened(house)
    with qtbot.waitSignal(window.encoding_wanted) as wanted:
        press(window, Qt.Key.Key_E)
    assert wanted.args == [[]]
